"""Orders are read as they are: every kept product once, whoever bought it and whenever."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np
import pytest

from assistant.learn.orders import NO_TIME, UNKNOWN, Orders, read_orders
from assistant.store import history
from assistant.store.database import Connection, Home, moment, open_catalog

Line = tuple[str, str, float, float]  # order, product, sold, brought back


def quiet(what: str, done: int, total: int | None) -> None:
    """A progress that says nothing."""


@pytest.fixture
def empty(home: Home) -> Iterator[Connection]:
    """The catalog of a shop without orders."""
    with contextlib.closing(open_catalog(home)) as connection:
        yield connection


def put(catalog: Connection, orders: dict[str, tuple[str | None, int | None]], lines: list[Line]) -> None:
    """Orders with customer and time, and lines as given."""
    catalog.executemany(
        "INSERT INTO orders (order_id, customer_id, ordered_at) VALUES (?, ?, ?)",
        [(order_id, *rest) for order_id, rest in orders.items()],
    )
    catalog.executemany(
        "INSERT INTO order_lines (order_id, line_no, product_id, quantity, returned_quantity) "
        "VALUES (?, ?, ?, ?, ?)",
        [(order, number, *rest) for number, (order, *rest) in enumerate(lines)],
    )


def baskets(orders: Orders) -> list[set[str]]:
    """The products of each order by name."""
    return [{orders.product_ids[i] for i in orders.lines[row].indices} for row in range(orders.count)]


def test_a_small_shop_is_read_whole(catalog: Connection) -> None:
    orders = read_orders(catalog, quiet)
    found = catalog.execute(
        "SELECT order_id, customer_id, ordered_at FROM orders ORDER BY order_id"
    ).fetchall()
    wanted: dict[str, set[str]] = {order_id: set() for order_id, _, _ in found}
    for order_id, product_id in catalog.execute("SELECT order_id, product_id FROM order_lines"):
        wanted[order_id].add(product_id)
    assert baskets(orders) == list(wanted.values())
    assert orders.at.tolist() == [at for _, _, at in found]
    for (_, one, _), number in zip(found, orders.buyer, strict=True):
        same = {
            customer for (_, customer, _), other in zip(found, orders.buyer, strict=True) if other == number
        }
        assert same == {one}
    assert set(orders.buyer) == {UNKNOWN, *range(len({customer for _, customer, _ in found} - {None}))}


def test_what_came_back_in_full_was_not_bought(empty: Connection) -> None:
    put(
        empty,
        {"1": ("C", 5), "2": ("C", 6), "3": ("D", 7)},
        [("1", "A", 2, 2), ("1", "B", 2, 1), ("2", "A", 1, 1), ("3", "D", 0.5, 0.25)],
    )
    orders = read_orders(empty, quiet)
    assert baskets(orders) == [{"B"}, {"D"}]  # order 2 is gone, and nothing is left of A
    assert orders.at.tolist() == [5, 7]
    assert orders.buyer.tolist() == [0, 1]
    assert orders.product_ids == ("B", "D")


def test_a_product_counts_once_in_an_order(empty: Connection) -> None:
    put(empty, {"1": (None, None)}, [("1", "B", 1, 0), ("1", "A", 3, 0), ("1", "B", 1, 0), ("1", "C", 1, 0)])
    orders = read_orders(empty, quiet)
    assert orders.lines.toarray().tolist() == [[1, 1, 1]]
    assert orders.lines.dtype == np.float32
    assert orders.lines.has_canonical_format


def test_who_and_when_may_be_unknown(empty: Connection) -> None:
    put(empty, {"1": (None, None), "2": ("C", -1), "3": (None, 0)}, [(o, "A", 1, 0) for o in "123"])
    orders = read_orders(empty, quiet)
    assert orders.buyer.tolist() == [UNKNOWN, 0, UNKNOWN]
    assert orders.at.tolist() == [NO_TIME, -1, 0]
    assert orders.span() == (moment(-1), moment(0))


def test_no_orders_are_no_orders(empty: Connection) -> None:
    orders = read_orders(empty, quiet)
    assert (orders.count, orders.product_ids, orders.lines.shape) == (0, (), (0, 0))
    assert orders.span() == (None, None)


def test_any_sign_may_stand_in_a_number(empty: Connection) -> None:
    odd = ['a,b"]', "\x1f", "tab\tline\n", "Ø 5 µm", "\\u0041", "", "007", "🧵"]
    put(empty, {"1": (None, 1)}, [("1", product, 1, 0) for product in odd])
    assert read_orders(empty, quiet).product_ids == tuple(odd)


def test_lines_without_their_order_are_left_out(empty: Connection) -> None:
    put(empty, {"2": (None, 1)}, [("1", "A", 1, 0), ("2", "B", 1, 0), ("3", "A", 1, 0)])
    assert read_orders(empty, quiet).product_ids == ("B",)


def test_chunks_leave_no_seams(catalog: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_orders(catalog, quiet)
    monkeypatch.setattr(history, "CHUNK", 7)
    said: list[int] = []
    parted = read_orders(catalog, lambda what, done, total: said.append(done))
    assert parted.product_ids == whole.product_ids
    assert np.array_equal(parted.lines.toarray(), whole.lines.toarray())
    assert np.array_equal(parted.buyer, whole.buyer)
    assert np.array_equal(parted.at, whole.at)
    assert len(said) > 40
    assert said == sorted(said)
    assert said[-1] == history.count_lines(catalog)


def test_the_same_orders_have_the_same_fingerprint(catalog: Connection, shop_home: Home) -> None:
    with contextlib.closing(open_catalog(shop_home)) as another:
        assert history.lines_fingerprint(another) == history.lines_fingerprint(catalog)


EDITS = (
    "INSERT INTO orders (order_id) VALUES ('new')",
    "INSERT INTO order_lines (order_id, line_no, product_id, quantity) VALUES ('O1', 99, 'P1', 1)",
    "DELETE FROM order_lines WHERE order_id = 'O1' AND line_no = 1",
    "UPDATE order_lines SET product_id = 'P2' WHERE order_id = 'O0' AND line_no = 1",
    "UPDATE order_lines SET returned_quantity = 1 WHERE order_id = 'O0' AND line_no = 1",
    "UPDATE orders SET ordered_at = ordered_at + 1 WHERE order_id = 'O7'",
    "UPDATE orders SET customer_id = NULL WHERE order_id = 'O1'",
    "UPDATE orders SET customer_id = 'someone new' WHERE order_id = 'O1'",
    "INSERT INTO sources VALUES ('lines.csv', 'order_lines', '1:5:abc', 3, 0)",
)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_changes_the_fingerprint(catalog: Connection, edit: str) -> None:
    before = history.lines_fingerprint(catalog)
    catalog.execute(edit)
    assert history.lines_fingerprint(catalog) != before


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE products SET price = 1, name = 'Another'",
        "UPDATE order_lines SET unit_price = 1",
        "UPDATE sources SET fingerprint = '2:5:abc'",  # the same contents, written anew
    ],
)
def test_what_teaches_nothing_leaves_the_fingerprint(catalog: Connection, edit: str) -> None:
    catalog.execute("INSERT INTO sources VALUES ('lines.csv', 'order_lines', '1:5:abc', 3, 0)")
    before = history.lines_fingerprint(catalog)
    catalog.execute(edit)
    assert history.lines_fingerprint(catalog) == before
