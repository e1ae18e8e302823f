"""The peers are what their papers say: each against its own formula, written out slowly."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.learn import peers
from assistant.learn.peers import Confidence, Ease, ItemKNN, Lift, Popularity
from tests.learn.test_protocol import made, matrix

PRODUCTS = 12


def quiet(what, done, total):
    """Say nothing."""


@pytest.fixture(scope="module")
def orders():
    """Orders of two to six products out of twelve; 2 k and 2 k + 1 like each other."""
    drawn = np.random.default_rng(8)
    rows = []
    for _ in range(400):
        held = set(drawn.choice(PRODUCTS - 1, drawn.integers(2, 5), replace=False).tolist())
        held |= {product ^ 1 for product in held if drawn.random() < 0.3 and product ^ 1 < PRODUCTS - 1}
        rows.append(held)
    return made(rows)  # nobody ever bought the last product


@pytest.fixture(scope="module")
def held(orders):
    return orders.lines.toarray().astype(np.float64)


SHOWN = ({0, 3}, {5}, {1, 6, 8})


def test_popularity_counts_orders(orders, held):
    scores = Popularity().fit(orders, quiet).scores(matrix(SHOWN))
    assert scores[1] == pytest.approx(held.mean(axis=0))
    assert (scores[0] == scores[2]).all()


def test_confidence_is_the_best_shrunk_share(orders, held):
    scores = Confidence(shrink=10).fit(orders, quiet).scores(matrix(SHOWN))
    for row, shown in enumerate(SHOWN):
        for add_on in set(range(PRODUCTS - 1)) - shown:
            shares = [
                ((held[:, a] * held[:, add_on]).sum() + 10 * held[:, add_on].mean()) / (held[:, a].sum() + 10)
                for a in shown
            ]
            assert scores[row, add_on] == pytest.approx(max(shares), rel=1e-5)


def test_lift_is_the_best_ratio_to_chance_of_pairs_seen_often(orders, held):
    scores = Lift(least=10).fit(orders, quiet).scores(matrix(SHOWN))
    for row, shown in enumerate(SHOWN):
        for add_on in set(range(PRODUCTS - 1)) - shown:
            both = {a: (held[:, a] * held[:, add_on]).sum() for a in shown}
            usual = held[:, add_on].mean()
            lifts = [n / held[:, a].sum() / usual for a, n in both.items() if n >= 10]
            assert scores[row, add_on] == pytest.approx(max(lifts, default=0), rel=1e-5, abs=1e-6)


def test_item_knn_adds_cosines_of_weighted_orders(orders, held):
    scores = ItemKNN().fit(orders, quiet).scores(matrix(SHOWN))
    weighted = held * np.maximum(np.log(PRODUCTS) - np.log1p(held.sum(axis=1)), 0)[:, None]
    length = np.linalg.norm(weighted, axis=0)
    length[length == 0] = 1
    alike = weighted.T @ weighted / np.outer(length, length)
    np.fill_diagonal(alike, 0)
    for row, shown in enumerate(SHOWN):
        assert scores[row] == pytest.approx(alike[list(shown)].sum(axis=0), rel=1e-4, abs=1e-6)


def test_ease_solves_its_own_regression(orders, held):
    """Each column is the ridge regression of a product on all others (Steck, 2019, equation 5)."""
    steadying = 0.5 * held.sum(axis=0)[:-1].mean()
    weights = Ease(steadying=0.5).fit(orders, quiet).weights
    for product in range(PRODUCTS):
        others = [other for other in range(PRODUCTS) if other != product]
        left = held[:, others].T @ held[:, others] + steadying * np.eye(PRODUCTS - 1)
        expected = np.linalg.solve(left, held[:, others].T @ held[:, product])
        assert weights[others, product] == pytest.approx(expected, abs=1e-5)
        assert weights[product, product] == 0


def test_ease_adds_up_what_is_shown(orders):
    peer = Ease().fit(orders, quiet)
    assert peer.scores(matrix(SHOWN))[2] == pytest.approx(peer.weights[[1, 6, 8]].sum(axis=0), abs=1e-6)


def test_blocks_change_nothing(orders, monkeypatch):
    whole = [kind().fit(orders, quiet).scores(matrix(SHOWN)) for kind in peers.PEERS]
    monkeypatch.setattr(peers, "_BLOCK", 5)
    for kind, expected in zip(peers.PEERS, whole, strict=True):
        assert kind().fit(orders, quiet).scores(matrix(SHOWN)) == pytest.approx(expected, abs=1e-6)


def test_an_anchor_keeps_its_best_only(orders):
    everything = Confidence().fit(orders, quiet)
    few = Confidence(kept=3).fit(orders, quiet)
    assert np.diff(few.pairs.indptr).max() == 3
    best = np.argsort(-everything.pairs[2].toarray().ravel())[:3]
    assert set(few.pairs[2].indices.tolist()) == set(best.tolist())


def test_what_nothing_speaks_for_stands_by_how_often_it_sells():
    orders = made([{0, 1}] * 30 + [{2}] * 5 + [{3}] * 9)
    for kind in (Confidence, Lift, ItemKNN):
        scores = kind().fit(orders, quiet).scores(matrix([{0}]))[0]
        assert scores[1] > scores[3] > scores[2] > 0, kind.name


@pytest.mark.parametrize("kind", peers.PEERS)
def test_no_orders_are_learned_from_without_complaint(kind):
    scores = kind().fit(made([]), quiet).scores(matrix([{0}]))
    assert np.isfinite(scores).all()
    assert scores.shape == (1, PRODUCTS)


def test_ease_says_when_it_is_too_big(orders, monkeypatch):
    assert Ease().too_big(orders) is None
    monkeypatch.setattr(Ease, "most_products", 11)
    assert "12 products" in Ease().too_big(orders)
