"""Where little is new, a training counts everything anew, weighs what has changed, and keeps its forests."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from assistant.doors import suggest as door
from assistant.learn import examples, rankers, refreshing, train
from assistant.learn.goods import read_goods
from assistant.learn.knowing import know
from assistant.learn.orders import read_orders
from assistant.learn.refreshing import GROWTH
from assistant.resources import resource
from assistant.store import copies, schema
from assistant.store.database import Home, open_catalog, open_home
from assistant.suggest import Model
from assistant.suggest.batch import Asked, batch
from assistant.suggest.forest import Forest
from assistant.suggest.knowledge import Knowledge
from tests.learn.test_train import NOW, a_shop, describe, learned, quiet, sell

ORDERS = 2_000
LATER = NOW + timedelta(days=1)
NEW = ORDERS // 100


@pytest.fixture(scope="module", autouse=True)
def small_trees() -> Iterator[None]:
    """A shop need not be big to have trees."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rankers, "TREES", 20)
        patch.setattr(rankers, "LEAST_CAME", 150)
        patch.setattr(examples, "BLOCKS", 2)
        yield


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A shop that has learned from two thousand orders; one thing was never sold."""
    home = Home(tmp_path_factory.mktemp("trained") / "home")
    schema.prepare(home)
    sell(home, a_shop(ORDERS))
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("INSERT INTO products (product_id, sku, name) VALUES ('T99', 'T99', 'Never sold')")
    describe(home)
    assert not train(home, progress=quiet, now=NOW).refreshed
    assert learned(home).forests
    return home


@pytest.fixture
def shop(trained: Home, tmp_path: Path) -> Home:
    return copies.duplicate(trained, tmp_path / "home")


def sell_more(home: Home, count: int, things: list[str], name: str = "Z") -> None:
    sell(home, [(f"{name}{i:04d}", f"C{i % 40}", LATER + timedelta(minutes=i), things) for i in range(count)])


def told(home: Home) -> list[list[Any]]:
    """All pairings, of products and of categories."""
    with contextlib.closing(open_home(home)) as connection:
        return [
            connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("pairings", "category_pairings")
        ]


def columns(knowledge: Knowledge) -> dict[str, dict[str, float]]:
    """Add-on → anchor → weight, by number in the shop."""
    ids, table = knowledge.product_ids, knowledge.weights
    found: dict[str, dict[str, float]] = {}
    for anchor, name in enumerate(ids):
        for cell in range(int(table.starts[anchor]), int(table.starts[anchor + 1])):
            found.setdefault(ids[table.others[cell]], {})[name] = float(table.values[cell])
    return found


def same_but_for_weights(one: Knowledge, other: Knowledge) -> None:
    for name in ("product_ids", "categories"):
        assert getattr(one, name) == getattr(other, name)
    for name in Knowledge.ARRAYS.keys() - {"weighed"}:
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    for name in set(Knowledge.TABLES) - {"weights"}:
        for part in ("starts", "others", "values"):
            assert np.array_equal(getattr(getattr(one, name), part), getattr(getattr(other, name), part)), (
                name
            )


def same_forests(one: Model, other: Model) -> bool:
    return one.forests.keys() == other.forests.keys() and all(
        np.array_equal(getattr(forest, name), getattr(other.forests[kind], name))
        for kind, forest in one.forests.items()
        for name in Forest.ARRAYS
    )


def test_a_refresh_counts_everything_and_weighs_what_was_sold(shop: Home, tmp_path: Path) -> None:
    before = learned(shop)
    sell_more(shop, NEW, ["T0", "T3"])
    twin = copies.duplicate(shop, tmp_path / "twin")
    refreshed = train(shop, progress=quiet, now=LATER)
    full = train(twin, progress=quiet, now=LATER, full=True)
    assert (refreshed.refreshed, full.refreshed) == (True, False)
    assert (refreshed.orders, refreshed.pairings) == (ORDERS + NEW, full.pairings)
    assert told(shop) == told(twin)
    after, anew = learned(shop), learned(twin)
    same_but_for_weights(after.knowledge, anew.knowledge)
    assert same_forests(before, after)
    assert not same_forests(before, anew)
    weights, fresh, old = (columns(model.knowledge) for model in (after, anew, before))
    assert weights.keys() == old.keys()
    for add_on, anchors in weights.items():
        assert anchors == (fresh if add_on in ("T0", "T3") else old)[add_on]
    assert weights["T0"] != old["T0"]
    assert weights["T1"] != fresh["T1"]


def test_what_was_brought_back_is_weighed_anew(shop: Home, tmp_path: Path) -> None:
    with contextlib.closing(open_catalog(shop)) as catalog:
        catalog.execute(
            "UPDATE order_lines SET returned_quantity = 1 WHERE product_id = 'T6' AND order_id < 'O00200'"
        )
    twin = copies.duplicate(shop, tmp_path / "twin")
    assert train(shop, progress=quiet).refreshed
    train(twin, progress=quiet, full=True)
    assert told(shop) == told(twin)
    assert columns(learned(shop).knowledge)["T6"] == columns(learned(twin).knowledge)["T6"]


def test_weights_stay_with_their_products_where_places_shift(shop: Home) -> None:
    before = learned(shop).knowledge
    sell_more(shop, NEW, ["BRAND NEW", "T5"], name="A")  # the first orders that are read, from now on
    with contextlib.closing(open_catalog(shop)) as catalog:
        catalog.execute("DELETE FROM products WHERE product_id = 'T99'")
    assert train(shop, progress=quiet).refreshed
    after = learned(shop).knowledge
    assert after.product_ids[:2] == ("BRAND NEW", "T5")
    assert "T99" in before.product_ids
    assert "T99" not in after.product_ids
    weights, old = columns(after), columns(before)
    assert weights.keys() - old.keys() == {"BRAND NEW"}
    assert all(weights[name] == old[name] for name in old.keys() - {"T5"})
    assert "BRAND NEW" in weights["T5"]


def test_what_changes_a_little_is_weighed_anew_when_it_adds_up(shop: Home) -> None:
    old = columns(learned(shop).knowledge)
    before = learned(shop).knowledge
    usual = int(before.weighed[before.place["T0"]])
    few = int(refreshing.STALE * usual)
    assert few > 0
    sell_more(shop, few, ["T0"], name="A")
    assert train(shop, progress=quiet).refreshed
    assert columns(learned(shop).knowledge)["T0"] == old["T0"]
    sell_more(shop, 1, ["T0"], name="B")
    assert train(shop, progress=quiet).refreshed
    after = learned(shop).knowledge
    assert columns(after)["T0"] != old["T0"]
    assert after.weighed[after.place["T0"]] == usual + few + 1


def more(share: float) -> Callable[[Home, pytest.MonkeyPatch], None]:
    return lambda home, patch: sell_more(home, round(ORDERS * share), ["T0", "T3"])


def bring_back(home: Home, patch: pytest.MonkeyPatch) -> None:
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("UPDATE order_lines SET returned_quantity = 1 WHERE order_id < 'O00200'")


def move(home: Home, patch: pytest.MonkeyPatch) -> None:
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("UPDATE products SET category = 'Elsewhere' WHERE product_id IN ('T1', 'T3', 'T5')")


def lose(home: Home, patch: pytest.MonkeyPatch) -> None:
    for path in home.models.iterdir():
        path.unlink()


def damage(home: Home, patch: pytest.MonkeyPatch) -> None:
    (path,) = home.models.iterdir()
    raw = bytearray(path.read_bytes())
    raw[-100] ^= 1
    path.write_bytes(raw)


def upgrade(home: Home, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(refreshing, "__version__", "another")


def reset(home: Home, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rankers, "RATE", 0.1)


@pytest.mark.parametrize("change", [more(GROWTH * 1.2), bring_back, move, lose, damage, upgrade, reset])
def test_all_is_learned_anew_where_the_forests_would_not_fit(
    shop: Home, monkeypatch: pytest.MonkeyPatch, change: Callable[[Home, pytest.MonkeyPatch], None]
) -> None:
    change(shop, monkeypatch)
    assert not train(shop, progress=quiet).refreshed
    assert train(shop, progress=quiet).refreshed


def test_small_changes_add_up(shop: Home) -> None:
    grown = learned(shop)
    done = []
    for week in range(4):
        sell_more(shop, round(ORDERS * 0.018), ["T0", "T3"], name=f"W{week}-")
        done.append(train(shop, progress=quiet).refreshed)
        assert same_forests(grown, learned(shop)) == all(done)
    assert done == [True, True, False, True]


def test_a_shop_too_small_for_trees_is_always_learned_anew(home: Home) -> None:
    sell(home, a_shop(100))
    assert not train(home, progress=quiet).refreshed
    assert not train(home, progress=quiet).refreshed


def test_the_command_says_which_it_was(shop: Home) -> None:
    def said(*words: str) -> bool:
        done = CliRunner().invoke(door.train, ["--json", *words], obj=shop, catch_exceptions=False)
        return bool(json.loads(done.stdout)["refreshed"])

    assert said()
    assert not said("--full")
    assert said()


@pytest.fixture(scope="module")
def wholesaler(sales_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A UK gift wholesaler's year."""
    home = Home(tmp_path_factory.mktemp("wholesaler") / "home")
    mapping = str(resource("mappings", "online_retail.toml"))
    for words in (("connect", "csv", str(sales_data / "online_retail"), "--mapping", mapping), ("sync",)):
        command = [sys.executable, "-m", "assistant", "--home", str(home.folder), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode in (0, 3), done.stderr
    return home


def hold_back(home: Home, share: float) -> Callable[[], None]:
    """Take the newest orders out; what is returned puts them back."""
    with contextlib.closing(open_catalog(home)) as catalog:
        (count,) = catalog.execute("SELECT round(count(*) * ?) FROM orders", (share,)).fetchone()
        newest = f"(SELECT order_id FROM orders ORDER BY ordered_at DESC, order_id LIMIT {int(count)})"
        for table in ("order_lines", "orders"):
            catalog.execute(f"CREATE TABLE held_{table} AS SELECT * FROM {table} WHERE order_id IN {newest}")
        for table in ("order_lines", "orders"):
            catalog.execute(f"DELETE FROM {table} WHERE order_id IN (SELECT order_id FROM held_orders)")

    def put_back() -> None:
        with contextlib.closing(open_catalog(home)) as catalog:
            for table in ("order_lines", "orders"):
                catalog.execute(f"INSERT INTO {table} SELECT * FROM held_{table}")
                catalog.execute(f"DROP TABLE held_{table}")

    return put_back


def five(home: Home, model: Model, baskets: list[Asked]) -> list[list[tuple[str, float]]]:
    with contextlib.closing(open_home(home)) as connection:
        return [ranked for _, ranked in batch(connection, model, baskets, 5, "all")]


def half_baskets(home: Home, one_in: int) -> list[Asked]:
    """The first halves of some past orders, of every other one with its customer."""
    with contextlib.closing(open_home(home)) as connection:
        rows = connection.execute(
            "SELECT o.order_id, o.customer_id, json_group_array(DISTINCT l.product_id) FROM orders o "
            "JOIN order_lines l USING (order_id) GROUP BY o.order_id ORDER BY o.order_id"
        ).fetchall()[::one_in]
    held = [(order, customer, json.loads(products)) for order, customer, products in rows]
    return [
        Asked(order, customer if n % 2 else None, None, tuple(products[: (len(products) + 1) // 2]))
        for n, (order, customer, products) in enumerate(held)
    ]


def test_on_real_sales_the_weights_that_stay_change_next_to_nothing(
    wholesaler: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examples, "BLOCKS", 1)
    monkeypatch.setattr(examples, "BASKETS", 500)
    put_back = hold_back(wholesaler, 0.01)
    train(wholesaler, progress=quiet)
    put_back()
    assert train(wholesaler, progress=quiet).refreshed
    refreshed = learned(wholesaler)
    with contextlib.closing(open_catalog(wholesaler)) as catalog:
        anew = know(*read_goods(catalog, read_orders(catalog, quiet)), quiet).knowledge
    same_but_for_weights(refreshed.knowledge, anew)
    assert columns(refreshed.knowledge) != columns(anew)
    baskets = half_baskets(wholesaler, one_in=120)
    assert len(baskets) > 100
    named = five(wholesaler, refreshed, baskets)
    named_anew = five(wholesaler, replace(refreshed, knowledge=anew), baskets)
    kept = [
        len(dict(a).keys() & dict(b).keys()) / len(b) for a, b in zip(named, named_anew, strict=True) if b
    ]
    assert np.mean(kept) > 0.95
    apart = [
        abs(said - dict(b)[name])
        for a, b in zip(named, named_anew, strict=True)
        for name, said in a
        if name in dict(b)
    ]
    assert np.quantile(apart, 0.99) < 0.06
