"""`assistant evaluate`: what was planted is found, nothing is changed, and what cannot be told is said."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from assistant.__main__ import doors
from assistant.errors import KnownError
from assistant.learn import examples, protocol, rankers, train
from assistant.learn.evaluate import Evaluation, evaluate, ours
from assistant.learn.goods import read_goods
from assistant.learn.orders import read_orders
from assistant.learn.peers import PEERS, Ease
from assistant.store import pairings, schema
from assistant.store.database import Home, open_catalog, open_home
from tests.learn.test_train import quiet, sell

FIRST = datetime(2026, 1, 1, 8, tzinfo=UTC)
ORDERS = 1_500
PAIRS = 12


@pytest.fixture(scope="module", autouse=True)
def small_trees() -> Iterator[None]:
    """A shop need not be big to have trees."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rankers, "TREES", 20)
        patched.setattr(rankers, "LEAST_CAME", 150)
        patched.setattr(examples, "BLOCKS", 2)
        yield


@pytest.fixture(scope="module")
def planted_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Thing A0 goes with B0, A1 with B1 …, always, and A0 sells most. A is one family, B another.

    Orders hold two pairs; those with a customer are of twenty people.
    """
    home = Home(tmp_path_factory.mktemp("planted") / "home")
    schema.prepare(home)
    drawn = np.random.default_rng(6)
    often = np.linspace(3, 1, PAIRS) / np.linspace(3, 1, PAIRS).sum()

    def orders():
        for number in range(ORDERS):
            pairs = drawn.choice(PAIRS, 2, replace=False, p=often)
            customer = f"C{drawn.integers(20)}" if number % 2 else None
            things = [f"{kind}{pair}" for pair in pairs for kind in "AB"]
            yield f"O{number:05d}", customer, FIRST + timedelta(hours=number), things

    sell(home, orders())
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("UPDATE products SET category = 'Things/' || substr(product_id, 1, 1) || '/x'")
    return home


@pytest.fixture
def planted(planted_once: Home, tmp_path: Path) -> Home:
    """A planted shop of one's own."""
    shutil.copytree(planted_once.folder, tmp_path / "own")
    return Home(tmp_path / "own")


@pytest.fixture(scope="module")
def compared(planted_once: Home) -> Evaluation:
    """The planted shop's ranking beside the published ones."""
    return evaluate(planted_once, peers=True, progress=quiet)


def call(home: Home, *words: str):
    return CliRunner().invoke(doors, ["--home", str(home.folder), "evaluate", *words])


def test_what_was_planted_is_found(compared):
    found = compared
    assert (found.learned, found.asked) == (1_350, 150)
    assert found.since == FIRST
    assert found.cut == FIRST + timedelta(hours=1_350)
    assert found.until == FIRST + timedelta(hours=ORDERS - 1)
    by_name = {one.name: one.segments for one in found.rankings}
    ours, sellers = by_name["assistant"]["all"], by_name["popularity"]["all"]
    # In two of three orders one of each pair is shown, and both others are certain; else all is guessing.
    assert ours.metrics["recall@5"].value > 0.6
    assert ours.metrics["recall@5"].low > sellers.metrics["recall@5"].high
    assert all(e.low <= e.value <= e.high for s in by_name.values() for e in s["all"].metrics.values())
    assert ours.n == by_name["assistant"]["hist"].n + by_name["assistant"]["nohist"].n == 150


def test_differences_are_ours_less_theirs(compared):
    ours, *others = compared.rankings
    assert [d.peer for d in compared.differences] == [one.name for one in others]
    for difference, other in zip(compared.differences, others, strict=True):
        for name, segment in ours.segments.items():
            for metric, estimate in difference.segments[name].items():
                theirs = other.segments[name].metrics[metric].value
                assert estimate.value == pytest.approx(segment.metrics[metric].value - theirs, abs=1e-12)
                assert estimate.low <= estimate.value <= estimate.high


def test_nothing_of_the_later_orders_is_learned_from(planted):
    """Where the later orders pair other things than the earlier ones, nobody can have found them."""
    with contextlib.closing(open_catalog(planted)) as catalog:
        # From the cut on, B5 is called for where B0 was, and so on round: no pair is what it was.
        catalog.execute(
            "UPDATE order_lines SET product_id = 'B' || ((substr(product_id, 2) + 5) % 12) "
            "WHERE product_id LIKE 'B%' AND order_id >= 'O01350'"
        )
    found = evaluate(planted, peers=False, progress=quiet)
    assert found.rankings[0].segments["all"].metrics["recall@5"].value < 0.35


def test_the_same_twice(planted, compared):
    again = evaluate(planted, peers=False, progress=quiet)
    assert again.rankings[0].segments == compared.rankings[0].segments


def test_what_is_offered_is_new_and_of_another_kind(planted):
    with contextlib.closing(open_catalog(planted)) as catalog:
        orders, goods = read_goods(catalog, read_orders(catalog, quiet))
    rows, later = protocol.split(orders, 0.1)
    earlier = protocol.only(orders, np.sort(rows))
    asked = protocol.half_seen(orders, later, 1, 3)
    known = protocol.before(earlier, goods.named())
    lists = ours(earlier, goods, quiet)(asked, known)
    family = goods.family()
    again = 0
    for row in range(asked.count):
        shown = set(asked.shown_in(row).tolist())
        everything = [p for p in lists.everything[row].tolist() if p != protocol.NOBODY]
        offered = [p for p in lists.offered[row].tolist() if p != protocol.NOBODY]
        mine = np.flatnonzero(earlier.buyer == asked.buyer[row]) if asked.buyer[row] >= 0 else []
        had = set(earlier.lines[mine].indices.tolist()) if len(mine) else set()
        assert len(set(everything)) == len(everything)
        assert not shown & set(everything)
        assert set(offered) <= set(everything), "what is offered is all of one list"
        assert offered == [p for p in everything if p in set(offered)], "in the same order"
        assert not had & set(offered)
        assert not {int(family[p]) for p in shown} & {int(family[p]) for p in offered}
        again += bool(had & set(everything))
    assert again > 20, "what is named at all may have been bought before"


def test_the_model_in_use_stays(planted):
    train(planted, progress=quiet)

    def state():
        with contextlib.closing(open_home(planted)) as connection:
            count = connection.execute("SELECT count(*) FROM pairings").fetchone()
            return pairings.installed(connection), count, sorted(f.name for f in planted.models.iterdir())

    before = state()
    evaluate(planted, peers=True, progress=quiet)
    assert state() == before


def test_the_document(planted):
    document = json.loads(call(planted, "--json").stdout)
    assert document["orders"] == {
        "learned": 1_350, "asked": 150, "from": "2026-01-01", "asked_from": "2026-02-26", "to": "2026-03-04",
    }  # fmt: skip
    (ours,) = document["rankings"]
    assert ours["name"] == "assistant"
    assert set(ours["segments"]) <= {"all", "hist", "nohist", "new", "cross"}
    assert ours["seconds"] >= ours["learning_seconds"] >= 0
    everything = ours["segments"]["all"]
    assert everything["n"] == 150
    for metric in ("recall@5", "recall@10", "ndcg@5", "ndcg@10", "hit@5", "mrr"):
        assert 0 <= everything["low"][metric] <= everything[metric] <= everything["high"][metric] <= 1
    assert document["differences"] == []


def test_the_document_with_peers(planted, monkeypatch):
    monkeypatch.setattr(Ease, "most_products", 5)
    document = json.loads(call(planted, "--json", "--peers").stdout)
    names = ["popularity", "confidence", "lift", "item_knn"]
    assert [one["name"] for one in document["rankings"]] == ["assistant", *names]
    assert [(one["of"], one["less"]) for one in document["differences"]] == [("assistant", n) for n in names]
    (left_out,) = document["left_out"]
    assert left_out["name"] == "ease"
    assert "24 products" in left_out["why"]


def test_people_read_a_sentence_with_the_same_figure(planted, compared):
    said = call(planted, "--peers").output
    everything = compared.rankings[0].segments["all"].metrics
    share = rf"first five named {100 * everything['recall@5'].value:.0f} %"
    assert re.search(r"Of the add-ons customers really bought, the " + share, said)
    assert "1,350 orders before 2026-02-26; asked of 150 later ones" in said
    for name in ("best sellers", "item kNN", "EASE"):
        assert name in said


def test_without_categories_it_says_what_it_cannot_say(planted):
    with contextlib.closing(open_catalog(planted)) as catalog:
        catalog.execute("UPDATE products SET category = NULL")
    result = call(planted)
    assert result.exit_code == 0
    assert "Without categories" in result.output


def test_programs_are_told_how_far_it_is(planted):
    lines = [json.loads(line) for line in call(planted, "--progress", "json").output.splitlines()]
    assert lines[-1]["t"] == "done"
    assert "Asking assistant" in {line["what"] for line in lines}


def test_too_few_orders_are_one_sentence_with_what_is_needed(shop_home):
    # Every third order is a camera with its things; hardly any of the newest thirty holds three products.
    with pytest.raises(KnownError, match=r"Of the newest tenth of 300 orders, \d+ hold 3 .* 100 are needed"):
        evaluate(shop_home, peers=True, progress=quiet)


def test_the_demo_shop_is_better_than_its_best_sellers(demo_shop, monkeypatch):
    monkeypatch.setattr(examples, "BASKETS", 800)
    monkeypatch.setattr("assistant.learn.evaluate.MOST_ASKED", 400)
    monkeypatch.setattr("assistant.learn.evaluate.PEERS", PEERS[:1])
    found = evaluate(demo_shop, peers=True, progress=quiet)
    assert found.asked == 400
    ours, sellers = (one.segments for one in found.rankings)
    assert set(ours) == set(protocol.SEGMENTS)
    assert found.rankings[1].name == "popularity"
    for name in ("all", "new", "cross"):
        assert ours[name].metrics["ndcg@10"].low > sellers[name].metrics["ndcg@10"].high, name


def test_nothing_synced_yet(home):
    with pytest.raises(KnownError, match="assistant sync"):
        evaluate(home, peers=False, progress=quiet)


def test_no_orders_yet(home):
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("INSERT INTO products (product_id, sku, name) VALUES ('A', 'A', 'A thing')")
    with pytest.raises(KnownError, match="100 are needed"):
        evaluate(home, peers=False, progress=quiet)
