"""One row of a live shop that cannot be understood, or not be kept, stops nothing but itself."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ShopError
from assistant.shop import odoo_rows, shopify_rows, woocommerce_rows
from assistant.shop import result as result_of
from assistant.shop.asides import MANY, remembered
from assistant.shop.connector import Aside, Can, Entity, Page
from assistant.shop.pull import Pull
from assistant.shop.result import SyncResult
from assistant.shop.understanding import each
from assistant.store.database import Home, open_catalog
from assistant.store.things import Goods, Item, Sale, Thing
from tests.shop.conftest import Ask
from tests.shop.live.fakes.played import Played

NOW = datetime(2026, 6, 14, tzinfo=UTC)


def goods(row: dict[str, Any]) -> Goods:
    return Goods(row["id"], sku=row["sku"], name=row["name"], price=int(row["price"]))


def row(number: int, **other: Any) -> dict[str, Any]:
    return {"id": f"P{number}", "sku": f"S{number}", "name": f"Thing {number}", "price": "100"} | other


class Shop:
    """A shop whose rows of products, and whose baskets, are what they are set to."""

    can = Can(deltas={"products": "whole", "sales": "changed"}, open_baskets=True)

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.rows = rows
        self.baskets: tuple[Sale | Aside, ...] = ()

    def now(self) -> datetime:
        return NOW

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        if entity == "sales":
            return Page(self.baskets if since is None else (), None)
        return Page(each(self.rows, goods), None)

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        return tuple(one["id"] for one in self.rows if "id" in one), None

    def heirs(self, customers: Sequence[str]) -> dict[str, str]:
        return {}

    def sales(self, ids: Sequence[str]) -> tuple[Sale | Aside, ...]:
        return self.baskets


def pulled(home: Home, shop: Shop) -> SyncResult:
    return Pull(home, shop).run(lambda what, done, total: None)  # type: ignore[arg-type]


def names(home: Home) -> list[str]:
    with contextlib.closing(open_catalog(home)) as catalog:
        return [name for (name,) in catalog.execute("SELECT name FROM products ORDER BY product_id")]


def reasons(result: SyncResult) -> list[dict[str, str]]:
    assert result.rejects is not None
    with Path(result.rejects).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


NAMELESS = {"id": "P2", "sku": "S2", "price": "100"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (NAMELESS, "it lacks 'name'"),
        (row(2, price="much"), "it holds a value that cannot be there"),
        (row(2, price=10**30), "it holds a number or text that cannot be"),
        (row(2, name=None), "it holds a number or text that cannot be"),
        (row(2, name=["Two"]), "it holds a number or text that cannot be"),
    ],
)
def test_one_bad_row_is_set_aside_and_the_others_come(home: Home, bad: dict[str, Any], reason: str) -> None:
    result = pulled(home, Shop([row(1), bad, row(3)]))
    assert names(home) == ["Thing 1", "Thing 3"]
    assert result.loaded["products"] == 2
    assert result.rejected == 1
    (told,) = reasons(result)
    assert (told["file"], told["value"], told["reason"]) == ("products", "P2", reason)


def test_what_was_told_is_not_told_again_and_what_is_mended_comes(home: Home) -> None:
    shop = Shop([row(1), NAMELESS])
    first = pulled(home, shop)
    again = pulled(home, shop)
    assert (first.rejected, again.rejected, again.rejects) == (1, 0, None)
    with contextlib.closing(open_catalog(home)) as catalog:
        assert remembered(catalog, "products") == {"P2": "it lacks 'name'"}
    shop.rows = [row(1), row(2)]
    assert pulled(home, shop).rejected == 0
    assert names(home) == ["Thing 1", "Thing 2"]
    with contextlib.closing(open_catalog(home)) as catalog:
        assert remembered(catalog, "products") == {}


def test_more_reasons_than_are_written_are_counted(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_of, "MOST", 2)
    told = pulled(home, Shop([row(1), *({"id": f"P{n}"} for n in range(2, 7))]))
    assert (told.rejected, told.unwritten, len(reasons(told))) == (5, 3, 2)


def test_another_reason_is_told(home: Home) -> None:
    shop = Shop([row(1), NAMELESS])
    pulled(home, shop)
    shop.rows = [row(1), row(2, price="much")]
    assert pulled(home, shop).rejected == 1


def test_a_row_that_turned_bad_keeps_what_is_known_of_it(home: Home) -> None:
    shop = Shop([row(1), row(2), row(3)])
    pulled(home, shop)
    shop.rows = [row(1), NAMELESS, row(3)]
    assert pulled(home, shop).rejected == 1
    assert names(home) == ["Thing 1", "Thing 2", "Thing 3"]


def test_a_row_without_an_id_is_told_of_too(home: Home) -> None:
    result = pulled(home, Shop([row(1), {"sku": "S2"}]))
    assert [one["value"] for one in reasons(result)] == [""]


@pytest.mark.parametrize(
    ("before", "now"),
    [([], [NAMELESS]), ([row(1)], [{"id": f"P{n}"} for n in range(MANY)])],
    ids=["nothing was ever understood", "a whole page is not understood any more"],
)
def test_where_nothing_makes_sense_the_shop_is_at_fault(
    home: Home, before: list[dict[str, Any]], now: list[dict[str, Any]]
) -> None:
    shop = Shop(before)
    if before:
        pulled(home, shop)
    shop.rows = now
    with pytest.raises(ShopError, match="nothing that it says of products can be understood: it lacks"):
        pulled(home, shop)
    assert names(home) == [one["name"] for one in before]


@pytest.mark.parametrize("named", ["B1", ""])
def test_an_open_basket_that_cannot_be_read_is_not_gone(home: Home, named: str) -> None:
    shop = Shop([row(1)])
    shop.baskets = (Sale("B1", "open", (Item("P1", 2),), at=NOW),)
    pulled(home, shop)
    shop.baskets = (Aside(named, "it lacks 'lines'"),)
    assert pulled(home, shop).rejected == 1
    with contextlib.closing(open_catalog(home)) as catalog:
        assert catalog.execute("SELECT basket_id FROM baskets").fetchall() == [("B1",)]
    shop.baskets = ()
    pulled(home, shop)
    with contextlib.closing(open_catalog(home)) as catalog:
        assert catalog.execute("SELECT basket_id FROM baskets").fetchall() == []


def test_things_are_told_in_their_order() -> None:
    told: tuple[Thing | Aside, ...] = each([row(2), NAMELESS, row(1)], goods)
    assert [one.id if isinstance(one, Aside) else one.sku for one in told] == ["S2", "P2", "S1"]  # type: ignore[union-attr]


ROWS = {"woocommerce": woocommerce_rows, "odoo": odoo_rows, "shopify": shopify_rows}
BASKET = {"woocommerce": "sale", "odoo": "quotation", "shopify": "draft"}


def cannot_read(patch: pytest.MonkeyPatch, played: Played, function: str, one: str) -> None:
    """From now on this kind of shop's rows lack something where they speak of this one."""
    module = ROWS[played.kind]
    understand = getattr(module, function)

    def stumble(row: Any, *others: Any, **named: Any) -> Any:
        if one in (row.get("name"), str(row["id"]).rsplit("/", 1)[-1]):
            raise KeyError("currency")
        return understand(row, *others, **named)

    patch.setattr(module, function, stumble)


def test_of_every_kind_of_shop_one_bad_row_stops_nothing_but_itself(
    played: Played, home: Home, ask: Ask
) -> None:
    bad, good = played.opened(), played.opened()
    product = str(played.products[1])
    puller = Pull(home, played.connector)
    with pytest.MonkeyPatch.context() as patch:
        cannot_read(patch, played, "goods", product)
        cannot_read(patch, played, BASKET[played.kind], bad.removeprefix("D"))
        result = puller.run(lambda *_: None)
        assert result.rejected == 2
        with contextlib.closing(open_catalog(home)) as catalog:
            assert remembered(catalog, "products") == {product: "it lacks 'currency'"}
            assert remembered(catalog, "sales") == {bad: "it lacks 'currency'"}
    assert ask("SELECT basket_id FROM baskets") == [(good,)]
    assert {int(p) for (p,) in ask("SELECT product_id FROM products WHERE NOT derived")} == {
        *played.products
    } - {int(product)}


def test_of_every_kind_of_shop_a_basket_that_turned_bad_stays(played: Played, home: Home, ask: Ask) -> None:
    bad, good = played.opened(), played.opened()
    puller = Pull(home, played.connector)
    puller.run(lambda *_: None)
    with pytest.MonkeyPatch.context() as patch:
        cannot_read(patch, played, BASKET[played.kind], bad.removeprefix("D"))
        puller.run(lambda *_: None)
    assert {basket for (basket,) in ask("SELECT basket_id FROM baskets")} == {bad, good}
