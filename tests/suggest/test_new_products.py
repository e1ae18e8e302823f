"""A product that was never sold, in a shop without categories: found by its name, and honest about it."""

from __future__ import annotations

import contextlib

import pytest
from click.testing import CliRunner

from assistant.__main__ import doors
from assistant.learn import train
from assistant.records import Basket, HeldBack, Line, Slate
from assistant.store.database import Connection, Home, open_catalog, open_home
from assistant.suggest import Model, Question, ask, load_model
from assistant.suggest.ask import Standing, why_not
from assistant.suggest.batch import Asked, batch
from tests.learn.test_train import NOW, quiet, sell
from tests.suggest.conftest import ids
from tests.suggest.test_talking_points import check_numbers

NAMES = {"RED": "Red enamel mug", "SAUCER": "Saucer", "BLUE": "Blue enamel mug", "HOSE": "Garden hose"}
ORDERS = 80  # with a saucer; half of them with the red mug


def shop_of(home: Home, category: str | None = None) -> tuple[Connection, Model]:
    """The mug sells with the saucer, the hose alone; the blue mug is new, in this category or none."""
    mugs = [(f"O{n}", f"C{n}", NOW, ["SAUCER", *(["RED"] if n % 2 else [])]) for n in range(ORDERS)]
    sell(home, [*mugs, *((f"H{n}", f"H{n}", NOW, ["HOSE"]) for n in range(ORDERS))])
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("INSERT INTO products (product_id, sku, name) VALUES ('BLUE', 'BLUE', '')")
        for product_id, name in NAMES.items():
            catalog.execute("UPDATE products SET name = ? WHERE product_id = ?", (name, product_id))
        catalog.execute("UPDATE products SET category = ? WHERE product_id = 'BLUE'", (category,))
    train(home, progress=quiet)
    model = load_model(home)
    assert model is not None
    return open_home(home), model


def question(*basket: str, customer_id: str | None = None) -> Question:
    lines = tuple(Line(p, p, NAMES[p], 1) for p in basket)
    return Question(Basket(None, lines), customer_id, now=NOW)


@pytest.fixture
def sold(home: Home) -> tuple[Connection, Model]:
    return shop_of(home)


def test_it_is_suggested_where_its_lookalike_sells_and_says_whose_counts_these_are(
    sold: tuple[Connection, Model],
) -> None:
    slate = ask(*sold, question("SAUCER"))
    assert ids(slate) == ["RED", "BLUE"]
    red, blue = slate.suggestions
    (own,), (told,) = red.evidence, blue.evidence
    assert (told.kind, told.anchor_id, told.like_id, told.like_name) == (
        "like_together",
        "SAUCER",
        "RED",
        "Red enamel mug",
    )
    assert (told.n, told.base, told.share, told.customers) == (ORDERS // 2, ORDERS, 0.5, ORDERS)
    assert (told.lift, told.since, told.until) == (own.lift, own.since, own.until)
    assert (own.kind, own.like_id, own.like_name) == ("bought_together", None, None)
    assert "red enamel mug, very like this" in blue.talking_point.text.lower()
    assert blue.score < red.score
    assert check_numbers(sold[0], slate) == 2


def test_beside_its_lookalike_or_what_goes_with_neither_it_stays_away(sold: tuple[Connection, Model]) -> None:
    assert "BLUE" not in ids(ask(*sold, question("SAUCER", "RED")))
    assert "BLUE" not in ids(ask(*sold, question("HOSE")))


def test_why_and_why_not(sold: tuple[Connection, Model]) -> None:
    stands = why_not(*sold, question("SAUCER"), "BLUE")
    assert isinstance(stands, Standing)
    assert stands.rank == 2
    refused = why_not(*sold, question("HOSE"), "BLUE")
    assert isinstance(refused, HeldBack)
    assert refused.rule in ("too_little_evidence", "no_pairing")


def test_many_baskets_are_answered_as_one_is(sold: tuple[Connection, Model]) -> None:
    asked = [Asked("1", None, NOW, {"SAUCER": None}), Asked("2", None, NOW, {"HOSE": None})]
    answers = {basket: [p for p, _ in ranked] for basket, ranked in batch(*sold, asked, 5, "all")}
    assert answers == {"1": ["RED", "BLUE"], "2": []}


def test_what_has_a_category_borrows_nothing(home: Home) -> None:
    shop, model = shop_of(home, "Home/Mugs")
    assert len(model.knowledge.newcomers) == len(model.knowledge.lookalikes) == 0
    assert ids(ask(shop, model, question("SAUCER"))) == ["RED"]


def test_a_lookalike_that_left_the_catalog_proves_nothing(home: Home, sold: tuple[Connection, Model]) -> None:
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("DELETE FROM products WHERE product_id = 'RED'")
    assert ids(ask(*sold, question("SAUCER"))) == []


def test_with_a_link_or_counts_of_its_own_it_needs_no_lookalike(
    home: Home, sold: tuple[Connection, Model]
) -> None:
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("INSERT INTO links VALUES ('SAUCER', 'BLUE', 'accessory')")
    slate: Slate = ask(*sold, question("SAUCER"))
    assert [e.kind for s in slate.suggestions if s.product.product_id == "BLUE" for e in s.evidence] == [
        "accessory"
    ]


def test_at_the_command_line(home: Home, sold: tuple[Connection, Model]) -> None:
    said = (
        CliRunner()
        .invoke(doors, ["--home", str(home.folder), "suggest", "--product", "SAUCER", "--json"])
        .output
    )
    assert '"like": "RED"' in said
