"""Training finds what was planted, counts what is there, and is installed whole or not at all."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import KnownError
from assistant.learn import counting, train
from assistant.learn.orders import read_orders
from assistant.store import pairings
from assistant.store.database import Connection, Home, moment, open_catalog, open_home, stamp
from assistant.suggest import load_model

NOW = datetime(2026, 6, 14, 12, tzinfo=UTC)


def quiet(what: str, done: int, total: int | None) -> None:
    """A progress that says nothing."""


def sell(
    home: Home,
    orders: Iterable[tuple[str, str | None, datetime | None, Iterable[str]]],
    returned: Iterable[tuple[str, str]] = (),
) -> None:
    """Put orders of single pieces straight into the catalog: (order, customer, time, products)."""
    with contextlib.closing(open_catalog(home)) as catalog:
        for order_id, customer_id, at, products in orders:
            catalog.execute(
                "INSERT INTO orders (order_id, customer_id, ordered_at) VALUES (?, ?, ?)",
                (order_id, customer_id, stamp(at)),
            )
            for line_no, product_id in enumerate(products, 1):
                catalog.execute(
                    "INSERT OR IGNORE INTO products (product_id, sku, name) VALUES (?, ?, ?)",
                    (product_id, product_id, f"Thing {product_id}"),
                )
                catalog.execute(
                    "INSERT INTO order_lines (order_id, line_no, product_id, quantity) VALUES (?, ?, ?, 1)",
                    (order_id, line_no, product_id),
                )
        for order_id, product_id in returned:
            catalog.execute(
                "UPDATE order_lines SET returned_quantity = quantity WHERE order_id = ? AND product_id = ?",
                (order_id, product_id),
            )


def facts(home: Home) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(anchor, add-on) → (n, base, customers) of all pairings."""
    with contextlib.closing(open_home(home)) as connection:
        rows = connection.execute("SELECT anchor_id, product_id, n, base, customers FROM pairings")
        return {(a, p): (n, base, customers) for a, p, n, base, customers in rows}


def test_planted_pairings_are_found(shop_home: Home) -> None:
    train(shop_home, progress=quiet)
    found = facts(shop_home)
    # Of 100 camera orders 66 hold the card (not the 34 whose number divides by 9) and 33 the sling.
    assert found["P1", "P3"][:2] == (66, 100)
    assert found["P1", "P5"][:2] == (33, 100)
    assert found["P8", "P10"][:2] == (100, 100)
    assert not [pair for pair in found if "P11" in pair]  # the teapot goes with nothing


def test_every_number_is_what_the_orders_say(shop_home: Home, shop: Connection) -> None:
    train(shop_home, progress=quiet)
    (orders,) = shop.execute("SELECT count(DISTINCT order_id) FROM order_lines").fetchone()
    rows = shop.execute("SELECT * FROM pairings").fetchall()
    assert rows
    for anchor, product, n, base, share, lift, customers, since, until in rows:
        holds = "SELECT order_id FROM order_lines WHERE product_id = ? AND quantity > returned_quantity"
        (both,) = shop.execute(
            f"SELECT count(*) FROM orders WHERE order_id IN ({holds}) AND order_id IN ({holds})",
            (anchor, product),
        ).fetchone()
        with_anchor, first, last, known, unknown = shop.execute(
            "SELECT count(*), min(ordered_at), max(ordered_at), count(DISTINCT customer_id), "
            f"sum(customer_id IS NULL) FROM orders WHERE order_id IN ({holds})",
            (anchor,),
        ).fetchone()
        (with_product,) = shop.execute(
            f"SELECT count(*) FROM orders WHERE order_id IN ({holds})", (product,)
        ).fetchone()
        assert (n, base, customers, since, until) == (both, with_anchor, known + unknown, first, last)
        assert share == pytest.approx(both / with_anchor)
        assert lift == pytest.approx((both / with_anchor) / (with_product / orders))
        assert n >= 3
        assert lift >= 1.1


def test_what_came_back_proves_nothing(home: Home) -> None:
    sell(
        home,
        [*((f"O{i}", None, NOW, "AB") for i in range(5)), *((f"Q{i}", None, NOW, "C") for i in range(5))],
        returned=[("O0", "B"), ("O1", "B")],
    )
    train(home, progress=quiet)
    assert facts(home)["A", "B"][:2] == (3, 5)


def test_a_shop_without_orders_learns_nothing_and_says_so(home: Home) -> None:
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("INSERT INTO products (product_id, sku, name) VALUES ('A', 'A', 'A thing')")
    result = train(home, progress=quiet)
    assert (result.orders, result.pairings, result.since) == (0, 0, None)
    model = load_model(home)
    assert model is not None
    assert model.product_ids == ()


def test_a_shop_without_products_is_told_to_sync_first(home: Home) -> None:
    with pytest.raises(KnownError, match="assistant sync"):
        train(home, progress=quiet)
    assert load_model(home) is None


def test_five_orders_without_times_or_customers(home: Home) -> None:
    sell(home, [*((f"O{i}", None, None, "AB") for i in range(4)), ("O4", None, None, "C")])
    result = train(home, progress=quiet)
    assert (result.orders, result.since, result.until) == (5, None, None)
    assert facts(home)["A", "B"] == (4, 4, 4)  # an order without a customer is a buyer of its own
    with contextlib.closing(open_home(home)) as connection:
        pair = pairings.evidence(connection, ["A"], ["B"])["A", "B"]
    assert (pair.since, pair.until) == (None, None)


def test_what_chance_brings_together_is_no_pairing(home: Home) -> None:
    # A is in 25 of 200 orders, B in 20: chance alone puts both into 2.5, give or take 1.6.
    sell(home, [(f"A{i}", None, NOW, ["A", "B"] if i < 3 else ["A"]) for i in range(25)])
    sell(home, [(f"B{i}", None, NOW, ["B"]) for i in range(17)])
    sell(home, [(f"C{i}", None, NOW, ["C"]) for i in range(158)])
    train(home, progress=quiet)
    assert ("A", "B") not in facts(home)
    sell(home, [(f"D{i}", None, NOW, ["A", "B"]) for i in range(3)])
    train(home, progress=quiet)
    assert facts(home)["A", "B"][:2] == (6, 28)


def test_the_same_product_on_two_lines_is_one_order(home: Home) -> None:
    sell(home, [*((f"O{i}", "X", NOW, "AAB") for i in range(3)), ("Q", "X", NOW, "C")])
    train(home, progress=quiet)
    assert facts(home)["A", "B"] == (3, 3, 1)


def test_very_big_orders_speak_more_softly_but_count_in_full(home: Home) -> None:
    many = [f"M{i}" for i in range(400)]
    sell(home, [*((f"O{i}", None, NOW, ["A", "B"]) for i in range(4)), ("BIG", None, NOW, ["A", "B", *many])])
    with contextlib.closing(open_catalog(home)) as catalog:
        orders = read_orders(catalog, quiet)
    assert sorted(np.round(counting.weights(orders), 3).tolist()) == [0.249, 1.0, 1.0, 1.0, 1.0]
    train(home, progress=quiet)
    with contextlib.closing(open_home(home)) as connection:
        assert not pairings.evidence(connection, ["A"], ["B"])  # both are in every order: no more than usual
    sell(home, [("Z", None, NOW, ["C"])])
    train(home, progress=quiet)
    assert facts(home)["A", "B"][:2] == (5, 5)


def test_what_people_buy_again_and_again_is_learned(home: Home) -> None:
    days = [NOW + timedelta(days=i) for i in range(3)]
    sell(
        home,
        [
            (f"{customer}-{i}", customer, day, ["PAPER"] if i else ["PAPER", "PRINTER"])
            for customer in "abcdefgh"
            for i, day in enumerate(days)
        ],
    )
    train(home, progress=quiet)
    model = load_model(home)
    assert model is not None
    again = dict(zip(model.product_ids, model.again.tolist(), strict=True))
    assert again == {"PAPER": True, "PRINTER": False}


def test_the_same_orders_on_the_same_day_give_the_same_bytes(shop_home: Home) -> None:
    files = []
    for _ in range(2):
        result = train(shop_home, progress=quiet, now=NOW)
        files.append((shop_home.models / f"{result.model_id}.safetensors").read_bytes())
    assert files[0] == files[1]


def test_at_most_five_model_files_are_kept(shop_home: Home) -> None:
    ids = [train(shop_home, progress=quiet, now=NOW + timedelta(days=i)).model_id for i in range(7)]
    (shop_home.models / "left-behind.new").write_bytes(b"half")
    ids.append(train(shop_home, progress=quiet, now=NOW + timedelta(days=8)).model_id)
    assert sorted(p.name for p in shop_home.models.iterdir()) == [f"{i}.safetensors" for i in ids[-5:]]


def test_cancelling_leaves_the_old_model_whole(shop_home: Home) -> None:
    old = train(shop_home, progress=quiet, now=NOW)
    before = facts(shop_home)
    sell(shop_home, [(f"N{i}", None, NOW, ["P11", "P12"]) for i in range(9)])

    def stop(what: str, done: int, total: int | None) -> None:
        if what == "Writing pairings":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(shop_home, progress=stop)
    model = load_model(shop_home)
    assert model is not None
    assert model.model_id == old.model_id
    assert facts(shop_home) == before


def test_killed_between_the_file_and_the_installation(shop_home: Home) -> None:
    old = train(shop_home, progress=quiet, now=NOW)
    before = facts(shop_home)
    sell(shop_home, [(f"N{i}", None, NOW, ["P11", "P12"]) for i in range(9)])
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(shop_home.folder)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(list(shop_home.models.glob("*.safetensors"))) == 2  # the new file is there, and not in use
    model = load_model(shop_home)
    assert model is not None
    assert model.model_id == old.model_id
    assert facts(shop_home) == before
    assert train(shop_home, progress=quiet).model_id != old.model_id
    assert ("P11", "P12") in facts(shop_home)


_KILLED = """
import os, signal, sys
from pathlib import Path
from assistant.learn import train
from assistant.store.database import Home

def say(what, done, total):
    if what == "Writing pairings" and done == 0:
        os.kill(os.getpid(), signal.SIGKILL)

train(Home(Path(sys.argv[1])), progress=say)
"""


def test_the_row_in_the_catalog_says_what_was_learned_from(shop_home: Home, shop: Connection) -> None:
    result = train(shop_home, progress=quiet, now=NOW)
    row = pairings.installed(shop)
    assert row is not None
    first, last = shop.execute("SELECT min(ordered_at), max(ordered_at) FROM orders").fetchone()
    assert (row.model_id, row.orders, row.trained_at) == (result.model_id, 300, NOW)
    assert (row.since, row.until) == (moment(first), moment(last))


def test_progress_ends_at_its_total(shop_home: Home) -> None:
    said: dict[str, tuple[int, int | None]] = {}
    train(shop_home, progress=lambda what, done, total: said.__setitem__(what, (done, total)))
    assert set(said) == {"Reading order lines", "Counting pairs", "Weighing anchors", "Writing pairings"}
    assert all(done == total for done, total in said.values())


def test_anchors_are_what_has_a_pairing_or_a_link(shop_home: Home, shop: Connection) -> None:
    train(shop_home, progress=quiet)
    assert pairings.anchors_with_pairings(shop, ["P1", "P8", "P11", "P12", "nothing"]) == {"P1", "P8"}
