"""A shop too small for trees learns how far to believe what its lines say together."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.learn import growing
from assistant.learn.examples import Examples
from assistant.learn.growing import TRUSTS, Grown, grow
from assistant.learn.orders import Orders
from assistant.suggest.ranking import FEATURES, plain
from tests.learn.test_counting import made, quiet
from tests.learn.test_knowing import plain_goods

QUESTIONS, OFTEN, SELDOM, SPOKEN_FOR = 30, 0.2, 0.01, 0.3


def asked(comes: str) -> Examples:
    """Baskets of three lines with two candidates each: one that sells often and that no line speaks for, and
    one that sells seldom and that the lines speak for. The named one came."""
    count = 2 * QUESTIONS
    usual = np.tile([OFTEN, SELDOM], QUESTIONS)
    weighed = np.tile([0.0, SPOKEN_FOR], QUESTIONS)
    x = np.zeros((count, len(FEATURES)), dtype=np.float32)
    for name, values in {
        "usual": np.log(usual),
        "best_pairing": np.full(count, np.log(1e-6)),
        "weighed": weighed,
        "lines": 3.0,
        "plain": plain(usual, np.full(count, 1e-6), weighed, 3),
    }.items():
        x[:, FEATURES.index(name)] = values
    question = np.arange(QUESTIONS, dtype=np.int32).repeat(2)
    came = np.tile([comes == "often", comes == "spoken for"], QUESTIONS)
    return Examples(
        x, np.zeros(count, np.int8), came, question, np.ones(count, np.float32), question, question
    )


def test_what_lines_say_is_believed_where_it_comes_true() -> None:
    strong = asked("spoken for")
    strong.features[:, FEATURES.index("usual")] = np.tile(np.log([0.1, 0.09]), QUESTIONS)
    strong.features[:, FEATURES.index("weighed")] = np.tile([0.05, 0.07], QUESTIONS)
    assert growing._trust(strong) == TRUSTS[0]


def test_where_it_does_not_less_of_it_is_believed() -> None:
    weak = asked("often")
    weak.features[:, FEATURES.index("usual")] = np.tile(np.log([0.1, 0.09]), QUESTIONS)
    weak.features[:, FEATURES.index("weighed")] = np.tile([0.05, 0.07], QUESTIONS)
    # All of it: logit(0.1) + logit(0.05 + 0.05) = -4.39 < logit(0.09) + logit(0.07 + 0.045) = -4.35;
    # half: logit(0.1) + logit(0.025 + 0.05) = -4.71 > logit(0.09) + logit(0.035 + 0.045) = -4.76.
    assert growing._trust(weak) == TRUSTS[1]


def test_where_both_do_as_well_all_of_it_is_believed() -> None:
    alike = asked("often")
    alike.features[:, FEATURES.index("weighed")] = 0.0
    assert growing._trust(alike) == TRUSTS[0]


def test_nothing_asked_is_no_reason_to_doubt() -> None:
    nothing = asked("neither")
    assert growing._trust(nothing) == TRUSTS[0]


@pytest.fixture
def few_orders() -> Orders:
    return made([[0, 1], [0, 1, 2], [1, 2], [0, 2]] * 30, products=3)


def test_trust_scales_the_weights_and_nothing_else(few_orders: Orders) -> None:
    from assistant.learn.knowing import know

    knowledge = know(few_orders, plain_goods(3), quiet).knowledge
    believed = Grown(trust=0.25).believed(knowledge)
    assert believed.weights.values == pytest.approx(knowledge.weights.values / 4)
    assert believed.pairs is knowledge.pairs
    assert Grown().believed(knowledge) is knowledge


def test_what_was_kept_before_a_kill_trusts_as_much() -> None:
    assert growing._read(dict(growing._flat(Grown(trust=0.5)))).trust == 0.5


def test_a_small_shop_has_no_forests_but_a_trust(few_orders: Orders) -> None:
    grown = grow(few_orders, plain_goods(3), quiet)
    assert not grown.forests
    assert grown.trust in TRUSTS
