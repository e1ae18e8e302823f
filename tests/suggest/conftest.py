"""The small shop with a trained model, and baskets made of SKUs."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.__main__ import doors
from assistant.errors import InputError, KnownError
from assistant.learn import train
from assistant.records import Basket, Line, Product, Slate
from assistant.store import catalog as goods
from assistant.store.database import Connection, Home
from assistant.suggest import Model, load_model
from assistant.suggest.ask import CROWDING, SPREAD
from assistant.suggest.model import write
from tests.suggest import model_files, tiny

Fill = Callable[..., Basket]
Call = Callable[..., Result]


def known(result: Result, kind: type[KnownError] = InputError) -> str:
    """The sentence that a command ended with."""
    assert isinstance(result.exception, kind), result.output
    return str(result.exception)


def ids(slate: Slate) -> list[str]:
    """The products of a slate in order."""
    return [s.product.product_id for s in slate.suggestions]


def held(slate: Slate) -> dict[str, str]:
    """What was held back, with the rule."""
    return {h.product.product_id: h.rule for h in slate.held_back}


def check_parts(slate: Slate) -> int:
    """Every score is the probability behind the sum of its parts; how many there were."""
    for s in slate.suggestions:
        total = sum(s.parts.values())
        if abs(total) < 15:  # beyond that a probability has too few digits to be turned back
            assert math.log(s.score / (1 - s.score)) == pytest.approx(total, abs=1e-9)
        else:
            assert s.score == pytest.approx(1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), rel=1e-9)
    return len(slate.suggestions)


def assert_in_order(slate: Slate) -> None:
    """What is needed leads; then each place goes to the best, less what of its family stands above."""
    needed = [s.needed for s in slate.suggestions]
    assert needed == sorted(needed, reverse=True)
    above: list[str | None] = []
    for place, s in enumerate(slate.suggestions):
        crowding = CROWDING if place < SPREAD else 0.0

        def weight(parts: dict[str, float], family: str | None, by: float = crowding) -> float:
            return sum(parts.values()) - by * (above.count(family) if family else 0)

        if not s.needed:
            own = weight(dict(s.parts), s.product.family)
            for later in slate.suggestions[place + 1 :]:
                assert own >= weight(dict(later.parts), later.product.family) - 1e-9
        above.append(s.product.family)


@pytest.fixture
def model(shop_home: Home) -> Model:
    """What the small shop teaches."""
    train(shop_home, progress=lambda what, done, total: None)
    loaded = load_model(shop_home)
    assert loaded is not None
    return loaded


@pytest.fixture
def fill(shop: Connection) -> Fill:
    """Make a basket of product ids, known or not."""

    def basket(*product_ids: str, customer_id: str | None = None) -> Basket:
        known = goods.products(shop, product_ids)
        lines = []
        for product_id in product_ids:
            p = known.get(product_id) or Product(product_id, product_id, f"Unknown {product_id}")
            lines.append(Line(p.product_id, p.sku, p.name, 1, p.price, None, p.category))
        return Basket(None, tuple(lines), customer_id)

    return basket


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    """The file of a hand-made model with forests."""
    return write(Model("grown", tiny.knowledge(), model_files.FORESTS), tmp_path / "grown")


@pytest.fixture
def call(shop_home: Home) -> Call:
    """Call a command in the small shop's home."""

    def run(*words: str) -> Result:
        return CliRunner().invoke(doors, ["--home", str(shop_home.folder), *words])

    return run


@pytest.fixture
def trained(call: Call) -> Call:
    """The same after a training."""
    assert call("train").exit_code == 0
    return call
