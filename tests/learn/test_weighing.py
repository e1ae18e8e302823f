"""What anchors add is the ridge regression of each add-on on its anchors, however it is computed."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from assistant.learn import weighing
from assistant.learn.weighing import FEWEST, LEAST_ORDERS, NEAREST, PER_ORDER, SMALL, weigh
from tests.learn.test_counting import quiet
from tests.learn.test_protocol import matrix

CLOSE = 2e-5  # single precision of the counts


def made_lines(count: int, products: int, seed: int) -> csr_matrix:
    """Orders in which the low numbers are bought most and some things belong together."""
    drawn = np.random.default_rng(seed)
    likely = 1 / np.sqrt(np.arange(1, products + 1))
    rows = []
    for _ in range(count):
        size = drawn.integers(1, 6)
        held = set(drawn.choice(products, size, replace=False, p=likely / likely.sum()).tolist())
        held |= {(p + 7) % products for p in held if p % 3 == 0 and drawn.random() < 0.6}
        rows.append(held)
    return matrix(rows, products)


def loudness(count: int, seed: int = 9) -> NDArray[np.float64]:
    return np.random.default_rng(seed).uniform(0.2, 1.0, count)


def ridge(lines: csr_matrix, speaks: NDArray[np.float64], known: NDArray[np.int64]) -> NDArray[np.float64]:
    """Anchors × add-ons by least squares: the weighted orders, and below them rows that pull to nothing."""
    x = lines.toarray().astype(np.float64)
    loud = np.sqrt(speaks)[:, None]
    steadying = max(2.0, 0.75 * float((speaks @ x)[known].mean()))
    found = np.zeros((x.shape[1], x.shape[1]))
    for add_on in known.tolist():
        anchors = known[known != add_on]
        pulled = np.vstack([loud * x[:, anchors], np.sqrt(steadying) * np.eye(len(anchors))])
        wanted = np.concatenate([loud[:, 0] * x[:, add_on], np.zeros(len(anchors))])
        found[anchors, add_on] = np.linalg.lstsq(pulled, wanted, rcond=None)[0]
    return found


def agree(found: csr_matrix, expected: NDArray[np.float64]) -> None:
    """The same to single precision, and only what is next to nothing is left out."""
    dense = found.toarray()
    kept = dense != 0
    assert kept.sum() > 20
    assert np.abs(dense - expected)[kept].max() < CLOSE
    assert np.abs(expected[~kept]).max() < SMALL + CLOSE
    assert np.abs(found.data).min() > SMALL


def test_weights_are_a_ridge_regression_over_all_anchors() -> None:
    lines, speaks = made_lines(600, FEWEST, 1), loudness(600)
    known = np.flatnonzero(np.bincount(lines.indices, minlength=FEWEST) >= LEAST_ORDERS)
    assert len(known) == FEWEST
    agree(weigh(lines, speaks, quiet), ridge(lines, speaks, known))


def test_the_same_where_there_are_more_anchors_than_the_fewest() -> None:
    products = 60
    lines, speaks = made_lines(2_500, products, 2), loudness(2_500)
    sold = np.bincount(lines.indices, minlength=products)
    assert products < NEAREST
    assert sold.min() * PER_ORDER > products, "every add-on has orders enough for all anchors"
    agree(weigh(lines, speaks, quiet), ridge(lines, speaks, np.arange(products)))


def test_what_was_hardly_ever_sold_neither_weighs_nor_is_weighed() -> None:
    lines = made_lines(300, 12, 3).tolil()
    lines[:, 4] = 0
    lines[:2, 4] = 1
    rare = lines.tocsr().astype(np.float32)
    speaks = loudness(300)
    found = weigh(rare, speaks, quiet)
    assert found[4].nnz == found[:, 4].nnz == 0
    agree(found, ridge(rare, speaks, np.setdiff1d(np.arange(12), [4])))


@pytest.mark.parametrize("rows", [[], [{0}] * 5, [{0, 1}] * (LEAST_ORDERS - 1)])
def test_with_nothing_to_regress_on_nothing_is_said(rows: list[set[int]]) -> None:
    found = weigh(matrix(rows, 3), np.ones(len(rows)), quiet)
    assert (found.shape, found.nnz) == ((3, 3), 0)


def test_only_some_add_ons_have_the_same_columns() -> None:
    lines, speaks = made_lines(500, 40, 4), loudness(500)
    asked = np.array([3, 17, 39])
    whole, some = weigh(lines, speaks, quiet).toarray(), weigh(lines, speaks, quiet, only=asked).toarray()
    assert (some[:, asked] == whole[:, asked]).all()
    assert (some[:, asked] != 0).any(axis=0).all()
    assert not np.delete(some, asked, axis=1).any()
    assert weigh(lines, speaks, quiet, only=np.zeros(0, np.int64)).nnz == 0


@pytest.mark.parametrize("dense", [0, 1, 7, 200])
def test_the_plain_square_and_the_sparse_way_say_the_same(
    monkeypatch: pytest.MonkeyPatch, dense: int
) -> None:
    lines, speaks = made_lines(1_500, 150, 5), loudness(1_500)
    whole = weigh(lines, speaks, quiet)
    monkeypatch.setattr(weighing, "DENSE", dense)
    monkeypatch.setattr(weighing, "_BLOCK", 31)
    other = weigh(lines, speaks, quiet)
    assert np.abs((whole - other).toarray()).max() < CLOSE


def test_only_the_anchors_most_alike_are_asked_where_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "NEAREST", 5)
    monkeypatch.setattr(weighing, "FEWEST", 5)
    lines, speaks = made_lines(1_500, 60, 6), loudness(1_500)  # uneven, so that no two are alike
    found = weigh(lines, speaks, quiet)
    x = lines.toarray().astype(np.float64)
    together, sold = x.T * speaks @ x, speaks @ x
    steadying = max(2.0, 0.75 * sold.mean())
    for add_on in range(60):
        alike = np.where(np.arange(60) == add_on, -1.0, together[:, add_on] / np.sqrt(sold + 1))
        near = np.sort(np.argsort(-alike)[:5])
        expected = np.zeros(60)
        square = together[np.ix_(near, near)] + steadying * np.eye(5)
        expected[near] = np.linalg.solve(square, together[near, add_on])
        got = found[:, [add_on]].toarray()[:, 0]
        assert np.abs(got - np.where(np.abs(expected) > SMALL, expected, 0)).max() < CLOSE, add_on


def test_a_product_is_compared_with_those_most_like_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = made_lines(1_500, 60, 7)
    x = lines.toarray().astype(np.float64)
    together, sold = x.T @ x, x.sum(axis=0)
    monkeypatch.setattr(weighing, "MOST_NEAR", 12)
    monkeypatch.setattr(weighing, "_BLOCK", 25)
    kept = weighing._together(lines, np.ones(1_500))
    for product in range(60):
        others = kept.indices[kept.indptr[product] : kept.indptr[product + 1]]
        alike = together[product] / np.sqrt(sold + 1)
        here = np.flatnonzero(together[product])
        assert product in others
        assert len(others) == min(12, len(here))
        left_out = np.setdiff1d(here, others)
        assert alike[others].min() >= alike[left_out].max(initial=0)
        assert kept[product, others].toarray()[0].tolist() == together[product, others].tolist()


def test_where_nothing_is_left_out_the_limit_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, speaks = made_lines(120, 60, 8), loudness(120)
    whole = weigh(lines, speaks, quiet)
    by_product = lines.T.tocsr()
    most = int(np.diff((by_product @ lines).tocsr().indptr).max())
    monkeypatch.setattr(weighing, "MOST_NEAR", most)
    assert most < 60
    assert np.abs((whole - weigh(lines, speaks, quiet)).toarray()).max() < CLOSE


def test_anchors_that_repeat_each_other_share_what_one_would_say() -> None:
    # Three cups that are always bought together, and a saucer that goes with them four times in five.
    rows = [{0, 1, 2, 3} if n % 5 else {0, 1, 2} for n in range(200)] + [{n % 8 + 4} for n in range(400)]
    found = weigh(matrix(rows, 12), np.ones(600), quiet).toarray()
    said = found[:3, 3]
    assert said.min() > 0.2
    assert np.ptp(said) < CLOSE
    assert 0.7 < said.sum() < 0.8


def test_what_goes_together_of_late_weighs_more_than_what_once_did() -> None:
    rows = [{0, 1}] * 50 + [{0}] * 50 + [{2, 3}] * 50 + [{2}] * 50
    lines = matrix(rows, 4)
    old = [0.1] * 50 + [1.0] * 50
    found = weigh(lines, np.array([*old, *reversed(old)]), quiet)
    assert found[2, 3] > 3 * found[0, 1] > 0


def test_progress_ends_at_its_total() -> None:
    said: list[tuple[int, int | None]] = []
    weigh(made_lines(50, 10, 9), np.ones(50), lambda what, done, total: said.append((done, total)))
    assert said[0][0] == 0
    assert said[-1][0] == said[-1][1]


def test_of_too_many_weights_those_that_move_most_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, speaks = made_lines(300, 12, 3), loudness(300)
    every = weigh(lines, speaks, quiet)
    monkeypatch.setattr(weighing, "CELLS", 10)
    kept = weigh(lines, speaks, quiet)
    assert every.nnz > kept.nnz == 10
    size = np.sort(np.abs(every.data))
    assert np.sort(np.abs(kept.data)) == pytest.approx(size[-10:])
