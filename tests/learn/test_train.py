"""Training finds what was planted, counts what is there, and is installed whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import KnownError, ModelError
from assistant.learn import counting, examples, growing, rankers, train
from assistant.learn.calibrating import Calibration
from assistant.learn.orders import read_orders
from assistant.records import Basket, Line, Pairing
from assistant.store import pairings
from assistant.store.database import Connection, Home, moment, open_catalog, open_home, stamp
from assistant.suggest import Model, Question, ask, load_model
from assistant.suggest.ranking import rank
from assistant.suggest.shortlist import KINDS
from assistant.suggest.signals import read

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
        assert lift >= 1.1 or (n >= 10 and (n + 10 * with_product / orders) / (with_anchor + 10) >= 0.1)


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
    assert (result.orders, result.products, result.pairings, result.since) == (0, 0, 0, None)
    assert result.calibration == Calibration()
    model = load_model(home)
    assert model is not None
    assert model.knowledge.product_ids == ("A",)
    assert not model.forests
    with contextlib.closing(open_home(home)) as connection:
        basket = Basket(None, (Line("A", "A", "A thing", 1),))
        assert ask(connection, model, Question(basket)).suggestions == ()


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
        (pair,) = pairings.strongest(connection, ["A"], ["B"], 3)["B"]
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
    softly = round(counting.BIG / len(["A", "B", *many]), 3)
    assert sorted(np.round(counting.speaks(orders), 3).tolist()) == [softly, 1.0, 1.0, 1.0, 1.0]
    train(home, progress=quiet)
    with contextlib.closing(open_home(home)) as connection:
        assert not pairings.strongest(
            connection, ["A"], ["B"], 3
        )  # both are in every order: no more than usual
    sell(home, [("Z", None, NOW, ["C"])])
    train(home, progress=quiet)
    assert facts(home)["A", "B"][:2] == (5, 5)


def test_what_people_buy_again_and_again_is_learned(home: Home) -> None:
    days = [NOW + timedelta(days=20 * i) for i in range(3)]
    sell(
        home,
        [
            (f"{customer}-{i}", customer, day, ["PAPER"] if i else ["PAPER", "PRINTER"])
            for customer in "abcdefghijklmnop"
            for i, day in enumerate(days)
        ],
    )
    train(home, progress=quiet)
    knowledge = learned(home).knowledge
    again = dict(zip(knowledge.product_ids, knowledge.rebought.tolist(), strict=True))
    assert again["PAPER"] > 0.75 > 0.25 > again["PRINTER"]
    gap = dict(zip(knowledge.product_ids, knowledge.gap.tolist(), strict=True))
    assert gap["PAPER"] == pytest.approx(20)


def learned(home: Home) -> Model:
    model = load_model(home)
    assert model is not None
    return model


def a_shop(count: int, seed: int = 1) -> list[tuple[str, str | None, datetime | None, list[str]]]:
    """Orders of a few dozen people: thing 2k brings thing 2k + 1 more often than not."""
    drawn = np.random.default_rng(seed)
    orders = []
    for number in range(count):
        things = {int(thing) for thing in drawn.choice(24, int(drawn.integers(1, 4)), replace=False)}
        things |= {thing + 1 for thing in things if thing % 2 == 0 and drawn.random() < 0.7}
        customer = f"C{drawn.integers(40)}" if drawn.random() < 0.7 else None
        at = NOW - timedelta(hours=6 * (count - number))
        orders.append((f"O{number:05d}", customer, at, [f"T{thing}" for thing in sorted(things)]))
    return orders


def describe(home: Home) -> None:
    """Categories and prices for the things of `a_shop`: two of each category, four of each family."""
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute(
            "UPDATE products SET price = 10000 * (1 + substr(product_id, 2)), "
            "category = 'Things/' || (substr(product_id, 2) / 4) || '/' || (substr(product_id, 2) / 2)"
        )


def suggested(home: Home, *held: str) -> list[str]:
    """Everything that is ranked for a basket of nobody, best first."""
    model = learned(home)
    shown = [model.knowledge.place[product_id] for product_id in held]
    ranked = rank(model.knowledge, model.forests, read(model.knowledge, shown, None))
    assert np.isfinite(ranked.log_odds).all()
    return [model.knowledge.product_ids[place] for place in ranked.places.tolist()]


def test_a_small_shop_is_served_with_the_plain_rule(home: Home) -> None:
    sell(home, a_shop(200))
    describe(home)
    result = train(home, progress=quiet)
    assert result.orders == 200
    assert not learned(home).forests
    assert result.calibration == Calibration()
    assert suggested(home, "T8")[0] == "T9"


def test_a_small_shops_weights_are_those_that_it_trusts(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    sell(home, a_shop(200))
    weights = []
    for trust in (1.0, 0.25):
        monkeypatch.setattr(growing, "_trust", lambda asked, trust=trust: trust)
        train(home, progress=quiet)
        weights.append(learned(home).knowledge.weights.values)
    assert len(weights[0])
    assert weights[1] == pytest.approx(weights[0] / 4)


@pytest.fixture
def small_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop need not be big to have trees."""
    monkeypatch.setattr(rankers, "TREES", 30)
    monkeypatch.setattr(rankers, "LEAST_CAME", 150)
    monkeypatch.setattr(examples, "BLOCKS", 3)


@pytest.mark.usefixtures("small_trees")
def test_a_bigger_shop_has_trees_that_find_the_same(home: Home) -> None:
    sell(home, a_shop(3_000))
    describe(home)
    result = train(home, progress=quiet)
    assert set(learned(home).forests) == set(KINDS)
    assert result.calibration.orders > 50
    assert all(suggested(home, f"T{n}")[0] == f"T{n + 1}" for n in (0, 6, 12, 22))
    for group in result.calibration.groups:
        assert group.said == pytest.approx(group.seen, abs=0.05 + 4 * (group.seen / group.n) ** 0.5)


@pytest.mark.usefixtures("small_trees")
@pytest.mark.parametrize("missing", ["times", "customers", "categories", "prices", "everything"])
def test_what_the_shop_does_not_say_is_done_without(home: Home, missing: str) -> None:
    every = missing == "everything"
    sell(
        home,
        [
            (
                order,
                None if missing == "customers" or every else customer,
                None if missing == "times" or every else at,
                things,
            )
            for order, customer, at, things in a_shop(1_500)
        ],
    )
    describe(home)
    with contextlib.closing(open_catalog(home)) as catalog:
        for column, what in (("category", "categories"), ("price", "prices")):
            if missing == what or every:
                catalog.execute(f"UPDATE products SET {column} = NULL")
    result = train(home, progress=quiet)
    assert result.orders == 1_500
    assert learned(home).forests
    assert result.calibration.groups
    assert "T9" in suggested(home, "T8")[:2]


@pytest.mark.usefixtures("small_trees")
def test_one_customer_only(home: Home) -> None:
    sell(home, [(order, "C", at, things) for order, _, at, things in a_shop(800)])
    train(home, progress=quiet)
    assert "T9" in suggested(home, "T8")[:3]
    with contextlib.closing(open_home(home)) as connection:
        basket = Basket(None, (Line("T8", "T8", "Thing T8", 1),))
        ask(connection, learned(home), Question(basket, "C"))


def test_one_product_in_each_order(home: Home) -> None:
    sell(home, [(order, customer, at, things[:1]) for order, customer, at, things in a_shop(600)])
    result = train(home, progress=quiet)
    assert (result.orders, result.pairings) == (600, 0)
    assert result.calibration == Calibration()
    model = learned(home)
    assert not model.forests
    assert not len(model.knowledge.pairs.others)
    suggested(home, "T8")


@pytest.mark.usefixtures("small_trees")
def test_a_shop_where_everything_is_always_bought_together(home: Home) -> None:
    sell(home, [(f"O{n:05d}", None, NOW + timedelta(hours=n), ["A", "B"]) for n in range(1_000)])
    train(home, progress=quiet)
    assert suggested(home, "A") == ["B"]


def test_the_same_orders_on_the_same_day_give_the_same_bytes(shop_home: Home) -> None:
    files = []
    for _ in range(2):
        result = train(shop_home, progress=quiet, now=NOW)
        files.append((shop_home.models / f"{result.model_id}.safetensors").read_bytes())
    assert files[0] == files[1]


def test_of_a_model_that_is_counted_again_the_two_newest_files_are_kept(
    shop_home: Home,
) -> None:
    ids = [train(shop_home, progress=quiet, now=NOW + timedelta(days=i)).model_id for i in range(7)]
    left_behind = shop_home.models / "left-behind.new"
    left_behind.write_bytes(b"half")
    os.utime(left_behind, (0, 0))
    ids.append(train(shop_home, progress=quiet, now=NOW + timedelta(days=8)).model_id)
    assert sorted(p.name for p in shop_home.models.iterdir()) == [f"{i}.safetensors" for i in ids[-2:]]


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


def test_a_full_disk_leaves_the_old_model_in_use(shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    old = train(shop_home, progress=quiet, now=NOW)
    before = facts(shop_home)
    sell(shop_home, [(f"N{i}", None, NOW, ["P11", "P12"]) for i in range(9)])

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(ModelError, match="No space left"):
            train(shop_home, progress=quiet)
    left = [path.name for path in shop_home.models.rglob("*") if path.is_file()]
    assert left == [f"{old.model_id}.safetensors"]
    assert learned(shop_home).model_id == old.model_id
    assert facts(shop_home) == before
    assert train(shop_home, progress=quiet).model_id != old.model_id
    assert ("P11", "P12") in facts(shop_home)


def test_pairings_and_model_are_installed_together_or_not_at_all(
    shop_home: Home, shop: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = train(shop_home, progress=quiet, now=NOW)
    before, row = facts(shop_home), pairings.installed(shop)
    sell(shop_home, [(f"N{i}", None, NOW, ["P11", "P12"]) for i in range(9)])

    def some(*words: object) -> Iterable[Pairing]:
        yield Pairing("P11", "P12", 9, 109, 9 / 109, 2.0, 9, None, None)
        raise RuntimeError("lost on the way")

    with monkeypatch.context() as patched:
        patched.setattr(importlib.import_module("assistant.learn.train"), "_facts", some)
        with pytest.raises(RuntimeError, match="lost on the way"):
            train(shop_home, progress=quiet)
    assert learned(shop_home).model_id == old.model_id
    assert facts(shop_home) == before
    assert pairings.installed(shop) == row


def test_killed_between_the_file_and_the_installation(shop_home: Home) -> None:
    old = train(shop_home, progress=quiet, now=NOW)
    before = facts(shop_home)
    sell(shop_home, [(f"N{i}", None, NOW, ["P11", "P12"]) for i in range(9)])
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(shop_home.folder)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
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
    assert {"Reading order lines", "Counting pairs", "Weighing anchors", "Asking past baskets"} <= set(said)
    assert list(said)[-2:] == ["Writing pairings", "Learning the case mix"]
    assert all(done == total for done, total in said.values())


def test_anchors_are_what_has_a_pairing_or_a_link(shop_home: Home, shop: Connection) -> None:
    train(shop_home, progress=quiet)
    assert pairings.anchors_with_pairings(shop, ["P1", "P8", "P11", "P12", "nothing"]) == {"P1", "P8"}


@pytest.mark.usefixtures("small_trees")
def test_the_demo_shop_learns_scores_that_come_true(demo_shop: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "BASKETS", 800)
    result = train(demo_shop, progress=quiet)
    assert result.orders > 30_000
    assert set(learned(demo_shop).forests) == set(KINDS)
    assert len(result.calibration.groups) == 5
    for group in result.calibration.groups:
        assert group.said == pytest.approx(group.seen, abs=0.05 + 4 * (group.seen / group.n) ** 0.5)
    found = facts(demo_shop)
    assert found
    assert all(3 <= n <= base and customers <= base for n, base, customers in found.values())
