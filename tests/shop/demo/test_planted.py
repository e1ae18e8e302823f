"""What was planted is found: after a sync and a training, each strong need's add-ons are suggested again."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from assistant.learn.train import train
from assistant.records import Basket, Line
from assistant.shop.demo import make
from assistant.shop.demo.drawing import Drawn
from assistant.shop.demo.goods import Item
from assistant.shop.demo.truth import Need, Truth
from assistant.store import catalog
from assistant.store.database import Connection, Home, open_home
from assistant.suggest import Question, ask, load_model
from assistant.suggest.model import Model
from tests.shop.demo.conftest import TODAY

ENOUGH = 60  # orders of an anchor, before its add-ons are asked back
NOON = datetime.combine(TODAY, time(12), UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("planted") / "demo")
    make(home, today=TODAY, learn=lambda making: train(making, progress=lambda what, done, total: None))
    return home


@pytest.fixture(scope="module")
def connection(made: Home) -> Iterator[Connection]:
    with contextlib.closing(open_home(made)) as opened:
        yield opened


@pytest.fixture(scope="module")
def model(made: Home) -> Model:
    found = load_model(made)
    assert found is not None
    return found


def _often(drawn: Drawn) -> dict[str, int]:
    counts: dict[str, int] = {}
    for order in drawn.orders:
        for product_id in order.items:
            counts[product_id] = counts.get(product_id, 0) + 1
    return counts


def _suggested(connection: Connection, model: Model, item: Item, limit: int = 5) -> list[str]:
    basket = Basket(None, (Line(item.product_id, item.sku, item.name, 1, category=item.category),))
    slate = ask(connection, model, Question(basket, limit=limit, now=NOON))
    return [s.product.product_id for s in slate.suggestions]


def _strong(truth: Truth) -> list[Need]:
    return [need for need in truth.needs if need.strong]


def test_each_strong_need_is_found_again(
    drawn: Drawn, truth: Truth, connection: Connection, model: Model
) -> None:
    often = _often(drawn)
    strong = _strong(truth)
    assert len(strong) >= 15
    for need in strong:
        anchors = [
            item
            for item in drawn.fit.goods
            if often.get(item.product_id, 0) >= ENOUGH and drawn.fit.add_ons(item, need)
        ]
        assert anchors, f"nothing sells often enough to find {need.name!r} again"
        found = [
            bool(
                set(_suggested(connection, model, item))
                & {add_on.product_id for add_on in drawn.fit.add_ons(item, need)}
            )
            for item in anchors
        ]
        assert sum(found) / len(found) >= 0.85, f"{need.name!r}: {sum(found)} of {len(found)} anchors"


def test_what_was_never_planted_does_not_lead(drawn: Drawn, connection: Connection, model: Model) -> None:
    """Of the three best for an anchor, nearly all were planted with it or with something both go with."""
    often = _often(drawn)
    together = _together(drawn)
    shown = [
        frozenset((item.product_id, product_id)) in together
        for item in drawn.fit.goods
        if often.get(item.product_id, 0) >= 2 * ENOUGH
        for product_id in _suggested(connection, model, item, limit=3)
    ]
    assert len(shown) > 200
    assert sum(shown) / len(shown) > 0.95


def _together(drawn: Drawn) -> set[frozenset[str]]:
    """Pairs that the truth puts into one order: an anchor and its add-on, or two add-ons of one anchor."""
    pairs = set()
    for item in drawn.fit.goods:
        found = [a.product_id for need in drawn.fit.needs for a in drawn.fit.add_ons(item, need)]
        pairs |= {frozenset(pair) for pair in itertools.combinations((item.product_id, *found), 2)}
    return pairs


def test_evidence_comes_near_the_planted_probability(drawn: Drawn, connection: Connection) -> None:
    """The cable goes with 62 % of the printers that need it, split over two lengths."""
    need = next(n for n in drawn.fit.needs if n.name == "the cable the printer needs")
    printer = drawn.fit.by_name["Arden L210 laser printer"]
    cables = [cable.product_id for cable in drawn.fit.add_ons(printer, need)]
    shares = dict(
        connection.execute(
            "SELECT product_id, share FROM pairings WHERE anchor_id = ?", (printer.product_id,)
        ).fetchall()
    )
    assert abs(sum(shares.get(cable, 0) for cable in cables) - need.p) < 0.12


def test_the_drawn_basket_gets_what_goes_with_its_camera(connection: Connection, model: Model) -> None:
    basket = catalog.basket(connection, "B-20418")
    assert basket is not None
    question = Question(basket, customer_id=basket.customer_id, store_id=basket.store_id, now=NOON)
    names = [s.product.name for s in ask(connection, model, question).suggestions]
    assert len(names) == 5
    assert {"LR-17 spare battery", "Swift 128 GB SD card, V60", "Clearline protective filter, 49 mm"} <= set(
        names[:3]
    )


def test_the_model_was_moved_with_its_shop(made: Home) -> None:
    assert load_model(Home(Path(str(made.folder)))) is not None
