"""WooCommerce's cross-sells: what goes with a product is kept with the whole product, variations together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.shop import woocommerce_rows as rows
from assistant.shop.calling import DeclinedError, RefusedError
from assistant.shop.connector import Pair
from assistant.shop.woocommerce_api import Api
from assistant.shop.woocommerce_goods import SLIM

_FIELD = "cross_sell_ids"


def put(api: Api, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[Pair, ...]]:
    """As `LinkTaker.put_links`. Raises DeclinedError where the key may only read."""
    asked = api.everything("products", _fields=f"{SLIM},{_FIELD}", status="any")
    every = {row["id"]: row for row in asked if row["type"] != "grouped"}
    sold = {one: rows.sold_as(row) for one, row in every.items()}
    whole = {part: one for one, parts in sold.items() for part in parts}
    named: dict[int, list[int]] = {}
    for product_id, linked in wanted.items():
        if product_id in whole:
            named.setdefault(whole[product_id], []).extend(whole[one] for one in linked if one in whole)
    for one, others in named.items():
        there = list(every[one].get(_FIELD) or ())
        new = [other for other in dict.fromkeys(others) if other != one and other not in there]
        if not new:
            continue
        yield tuple((part, linked) for part in sold[one] for other in new for linked in sold[other])
        try:
            api.put(f"products/{one}", {_FIELD: [*there, *new]})
        except RefusedError as refused:
            raise DeclinedError("The shop's key may only read; make one that may write.") from refused
