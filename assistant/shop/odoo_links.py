"""Odoo's optional products: what goes with a template, for all its variants alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.shop.calling import DeclinedError, RefusedError
from assistant.shop.connector import Pair
from assistant.shop.odoo_api import Api, link

_TEMPLATE, _VARIANT = "product.template", "product.product"
_FIELD = "optional_product_ids"
_LINK = 4  # the command that adds one to those that are linked


def put(api: Api, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[Pair, ...]]:
    """As `LinkTaker.put_links`. Raises DeclinedError where the key's user may not change products."""
    if _FIELD not in api.fields(_TEMPLATE):
        raise DeclinedError("Products have no optional products here: the app Sales is not installed.")
    ids = {int(one) for pair in wanted.items() for one in (pair[0], *pair[1]) if one.isdecimal()}
    whole = {
        str(row["id"]): link(row["product_tmpl_id"]) or 0
        for row in api.of(_VARIANT, "id", ids, ("product_tmpl_id",))
    }
    asked = api.of(_TEMPLATE, "id", set(whole.values()), (_FIELD, "product_variant_ids"))
    every = {row["id"]: row for row in asked}
    named: dict[int, list[int]] = {}
    for product_id, linked in wanted.items():
        if whole.get(product_id) in every:
            named.setdefault(whole[product_id], []).extend(whole[one] for one in linked if one in whole)
    for one, others in named.items():
        there = every[one].get(_FIELD) or ()
        new = [x for x in dict.fromkeys(others) if x != one and x not in there and x in every]
        if not new:
            continue
        yield tuple(
            (str(part), str(linked))
            for part in every[one]["product_variant_ids"]
            for other in new
            for linked in every[other]["product_variant_ids"]
        )
        values = {_FIELD: [[_LINK, other, 0] for other in new]}
        try:
            api.ask(_TEMPLATE, "write", again=False, ids=[one], vals=values)
        except RefusedError as refused:
            raise DeclinedError("The shop's key may not change products.") from refused
