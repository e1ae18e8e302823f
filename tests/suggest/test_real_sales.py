"""On the sales of a real shop: what goes with the cake stand, and every number true."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.records import Basket, Line
from assistant.resources import resource
from assistant.store import catalog, people
from assistant.store.database import Connection, Home, open_home
from assistant.suggest import Question, ask, load_model
from assistant.suggest.ask import DUE
from assistant.suggest.batch import Asked, batch
from assistant.suggest.talking_points import MOST_WORDS
from tests.suggest.conftest import assert_in_order, check_parts
from tests.suggest.test_talking_points import check_numbers


@pytest.fixture(scope="module")
def wholesaler(sales_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A UK gift wholesaler, synced and trained by the commands a person would type."""
    home = Home(tmp_path_factory.mktemp("wholesaler") / "home")
    mapping = resource("mappings", "online_retail.toml")
    for words in (
        ("connect", "csv", str(sales_data / "online_retail"), "--mapping", str(mapping)),
        ("sync",),
        ("train",),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "--home", str(home.folder), *words],
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode in (0, 3), done.stderr
    return home


def test_what_goes_with_the_cake_stand(wholesaler: Home) -> None:
    question = ("suggest", "--product", "22423", "--json")
    said = subprocess.run(
        [sys.executable, "-m", "assistant", *("--home", str(wholesaler.folder)), *question],
        capture_output=True,
        text=True,
        check=True,
    )
    document = json.loads(said.stdout)
    names = [s["name"] for s in document["suggestions"]]
    assert len(names) == 5
    # The stand is sold with the Regency teacups of three colours.
    assert sum("REGENCY TEACUP" in name for name in names) >= 2
    assert all(e["anchor"] == "22423" for s in document["suggestions"] for e in s["evidence"])
    assert document["checked"] >= 5


def test_every_number_is_true_for_a_sample_of_the_shop(wholesaler: Home) -> None:
    with contextlib.closing(open_home(wholesaler)) as connection:
        model = load_model(wholesaler)
        assert model is not None
        told = 0
        for product_id in model.knowledge.product_ids[::151]:
            basket = Basket(None, (Line(product_id, product_id, product_id, 1),))
            told += check_numbers(connection, ask(connection, model, Question(basket)))
        assert told > 50


def test_every_score_is_explained_for_baskets_of_all_sizes(wholesaler: Home) -> None:
    """With and without customers, for people and for comparisons."""
    with contextlib.closing(open_home(wholesaler)) as connection:
        model = load_model(wholesaler)
        assert model is not None
        assert model.forests
        explained = 0
        for number, (basket, customer) in enumerate(real_baskets(connection)):
            if number % 2:
                people.set_consent(connection, customer, "personal_suggestions", True, "A1")
            for rules in ("all", "none"):
                question = Question(basket, customer, limit=10, rules=rules)  # type: ignore[arg-type]
                slate = ask(connection, model, question)
                explained += check_parts(slate)
                if rules == "all":
                    assert_in_order(slate)
                    again = [s for s in slate.suggestions if s.evidence[0].kind == "again"]
                    assert len(again) <= -(-10 // DUE)
                    assert all(people.may_use_history(connection, customer) for _ in again)
        assert explained > 300


def test_a_batch_answers_as_single_questions_do(wholesaler: Home) -> None:
    with contextlib.closing(open_home(wholesaler)) as connection:
        model = load_model(wholesaler)
        baskets = list(real_baskets(connection))
        asked = [
            Asked(f"{n}", customer, product_ids=dict.fromkeys(basket.product_ids))
            for n, (basket, customer) in enumerate(baskets)
        ]
        for rules in ("all", "none"):
            answers = batch(connection, model, asked, 20, rules)  # type: ignore[arg-type]
            for (basket, customer), (_, found) in zip(baskets, answers, strict=True):
                question = Question(basket, customer, limit=20, rules=rules)  # type: ignore[arg-type]
                single = ask(connection, model, question).suggestions
                assert [p for p, _ in found] == [s.product.product_id for s in single]
                assert [score for _, score in found] == [s.score for s in single]


def real_baskets(connection: Connection) -> Iterator[tuple[Basket, str]]:
    """Halves of some orders of customers who came back, from one line to very many."""
    rows = connection.execute(
        "SELECT o.order_id, o.customer_id, json_group_array(l.product_id) FROM orders o "
        "JOIN order_lines l USING (order_id) WHERE l.quantity > l.returned_quantity AND o.customer_id IN "
        "(SELECT customer_id FROM orders GROUP BY customer_id HAVING count(*) > 5) "
        "GROUP BY o.order_id ORDER BY o.order_id"
    ).fetchall()
    for _, customer, products in rows[:: len(rows) // 40]:
        some = list(dict.fromkeys(json.loads(products)))
        yield Basket(None, tuple(Line(p, p, p, 1) for p in some[: -(-len(some) // 2)]), customer), customer


def test_every_sentence_is_short_for_the_whole_shop(wholesaler: Home) -> None:
    with contextlib.closing(open_home(wholesaler)) as connection:
        model = load_model(wholesaler)
        assert model is not None
        said = 0
        product_ids = model.knowledge.product_ids[::5]
        names = catalog.products(connection, product_ids)
        for product_id in product_ids:
            basket = Basket(None, (Line(product_id, product_id, names[product_id].name, 1),))
            for s in ask(connection, model, Question(basket, limit=10)).suggestions:
                said += 1
                assert len(s.talking_point.text.split()) <= MOST_WORDS
                assert "%" not in s.talking_point.text
                assert not s.talking_point.text.isupper()
        assert said > 1000
