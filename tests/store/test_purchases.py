"""What customers bought before: in how many orders, first and last when, and not what came back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.records import Bought
from assistant.store import mirror, purchases
from assistant.store.database import Connection, stamp, transaction

MAY = [datetime(2026, 5, day, tzinfo=UTC) for day in range(1, 32)]
ORDERS = (
    # order, customer, time, (product, sold, brought back) of each line
    ("K1", "C1", MAY[0], (("tea", 1, 0), ("cup", 2, 0))),
    ("K2", "C1", MAY[7], (("tea", 1, 0), ("tea", 3, 0), ("pot", 1, 1))),
    ("K3", "C1", MAY[9], (("cup", 2, 1),)),
    ("K4", "C1", MAY[20], (("tea", 2, 2),)),
    ("K5", "C2", None, (("tea", 1, 0),)),
    ("K6", "C2", MAY[2], (("cup", 1, 0),)),
    ("K7", None, MAY[3], (("tea", 1, 0),)),
    ("K8", "C3", MAY[4], (("pot", 1, 1),)),
)


@pytest.fixture
def sold(shop: Connection, catalog: Connection) -> Connection:
    """The counter's connection to a shop with these orders only."""
    with transaction(catalog):
        catalog.execute("DELETE FROM order_lines")
        catalog.execute("DELETE FROM orders")
        for order_id, customer_id, at, lines in ORDERS:
            catalog.execute(
                "INSERT INTO orders (order_id, customer_id, ordered_at) VALUES (?, ?, ?)",
                (order_id, customer_id, stamp(at)),
            )
            catalog.executemany(
                "INSERT INTO order_lines (order_id, line_no, product_id, quantity, returned_quantity) "
                "VALUES (?, ?, ?, ?, ?)",
                [(order_id, place, *line) for place, line in enumerate(lines)],
            )
    return shop


def days(*at: datetime) -> tuple[float, ...]:
    """Times as days since 1970."""
    return tuple((one - datetime(1970, 1, 1, tzinfo=UTC)).days for one in at)


def test_what_was_bought_and_kept_is_counted_by_orders_newest_first(sold: Connection) -> None:
    found = purchases.bought(sold, ["C1"])
    things = [Bought("cup", 2, days(MAY[0], MAY[9])), Bought("tea", 2, days(MAY[0], MAY[7]))]
    assert {customer: [*of.values()] for customer, of in found.items()} == {"C1": things}
    assert [bought.last for bought in found["C1"].values()] == [MAY[9], MAY[7]]


def test_each_customer_has_its_own_and_an_unknown_time_comes_last(sold: Connection) -> None:
    found = purchases.bought(sold, ["C2", "C3", "nobody"])
    things = [Bought("cup", 1, days(MAY[2])), Bought("tea", 1, ())]
    assert {customer: [*of.values()] for customer, of in found.items()} == {"C2": things}
    assert found["C2"]["tea"].last is None
    assert "tea" in found["C2"]
    assert "milk" not in found["C2"]
    assert purchases.bought(sold, []) == {}


def test_the_days_of_orders_are_told_with_those_that_came_back(sold: Connection) -> None:
    found = purchases.bought(sold, ["C1", "C2", "C3", "nobody"])
    assert {customer: tuple(of.order_days) for customer, of in found.items()} == {
        "C1": days(MAY[0], MAY[7], MAY[9], MAY[20]),
        "C2": days(MAY[2]),
    }


@pytest.fixture
def packed(sold: Connection, catalog: Connection, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """The same, with what every customer buys packed."""
    monkeypatch.setattr(purchases, "REGULAR", 1)
    assert purchases.pack(catalog) == len({customer for _, customer, *_ in ORDERS if customer})
    return sold


def told(connection: Connection) -> dict[str, tuple[object, ...]]:
    """Everything that is read of what they buy."""
    return {
        customer: ([*of.values()], [*of.orders], of.starts, of.days, of.order_days)
        for customer, of in purchases.bought(connection, ["C1", "C2", "C3"]).items()
    }


def test_what_is_packed_is_read_as_from_the_orders(
    sold: Connection, catalog: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_orders = told(sold)
    assert from_orders.keys() == {"C1", "C2"}
    monkeypatch.setattr(purchases, "REGULAR", 1)
    purchases.pack(catalog)
    monkeypatch.setattr(purchases, "KEPT", "nothing that could be read")
    assert told(sold) == from_orders
    assert purchases.pack(catalog) == 0


def test_only_regular_customers_are_packed(sold: Connection, catalog: Connection) -> None:
    purchases.pack(catalog)
    assert catalog.execute("SELECT count(*) FROM purchases").fetchone() == (0,)


@pytest.mark.parametrize(
    "change",
    [
        f"INSERT INTO orders (order_id, customer_id, ordered_at) VALUES ('K9', 'C1', {stamp(MAY[25])})",
        "UPDATE orders SET customer_id = 'C2' WHERE order_id = 'K1'",
        "UPDATE orders SET customer_id = 'C1' WHERE order_id = 'K7'",
        f"UPDATE orders SET ordered_at = {stamp(MAY[25])} WHERE order_id = 'K1'",
        "DELETE FROM orders WHERE order_id = 'K1'",
        "INSERT INTO order_lines (order_id, line_no, product_id, quantity) VALUES ('K1', 7, 'jam', 1)",
        "UPDATE order_lines SET returned_quantity = 1 WHERE order_id = 'K1' AND line_no = 0",
        "UPDATE order_lines SET product_id = 'jam' WHERE order_id = 'K1' AND line_no = 0",
        "DELETE FROM order_lines WHERE order_id = 'K1' AND line_no = 0",
    ],
)
def test_a_change_of_an_order_is_seen_at_once(packed: Connection, catalog: Connection, change: str) -> None:
    before = told(packed)
    catalog.execute(change)
    after = told(packed)
    assert after["C1"] != before["C1"]
    catalog.execute("DELETE FROM purchases")
    assert told(packed) == after


def test_dropping_what_was_packed_is_no_change_of_the_shop(packed: Connection, catalog: Connection) -> None:
    rows = [("K1", "C1", stamp(MAY[25])), ("K5", "C2", None)]
    assert mirror.upsert(catalog, "orders", ("order_id", "customer_id", "ordered_at"), rows) == 1
