"""Boosted trees laid out as tables answer as scikit-learn answers, to the last decimals."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from assistant.learn.boosting import to_forest
from assistant.suggest.forest import LEAVES, ROWS

NAMES = tuple(f"f{n}" for n in range(6))
GROUPS = {"f0": "price", "f1": "price", "f2": "season", "f3": "pairing", "f4": "pairing", "f5": "never"}
CLOSE = 1e-9


def made(rows: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Features of several kinds (the last one always the same) and an answer that depends on them."""
    drawn = np.random.default_rng(seed)
    x = drawn.normal(size=(rows, 6))
    x[:, 1] = np.round(x[:, 1] * 3)
    x[:, 2] = x[:, 2] > 0
    x[:, 3] = np.exp(4 * x[:, 3])
    x[:, 5] = 1.5
    odds = x[:, 0] + 0.4 * x[:, 1] * x[:, 2] + np.log(x[:, 3]) / 4
    return x, (odds + drawn.normal(size=rows) > 0).astype(np.int64)


def fitted(seed: int = 1, **options: object) -> HistGradientBoostingClassifier:
    options = {"max_iter": 20, "early_stopping": False, **options}
    with threadpool_limits(1, user_api="openmp"):  # threads waiting for each other take longer than the work
        return HistGradientBoostingClassifier(**options).fit(*made(1_500, seed))


def on_and_beside_thresholds(estimator: HistGradientBoostingClassifier) -> NDArray[np.float64]:
    """Rows with each threshold of the trees in its column: exactly, and the next number to either side."""
    rows = []
    for (predictor,) in estimator._predictors:
        for node in predictor.nodes[predictor.nodes["is_leaf"] == 0]:
            at = node["num_threshold"]
            for value in (at, np.nextafter(at, -np.inf), np.nextafter(at, np.inf)):
                row = made(1, len(rows))[0]
                row[0, node["feature_idx"]] = value
                rows.append(row)
    return np.concatenate(rows)


@pytest.mark.parametrize("leaves", [2, 16, 31, 32])
def test_log_odds_are_those_of_the_estimator(leaves: int):
    estimator = fitted(max_leaf_nodes=leaves, min_samples_leaf=5)
    forest = to_forest([estimator], NAMES, GROUPS)
    assert forest.fits()
    for x in (made(2 * ROWS + 1, 2)[0], made(1, 3)[0], on_and_beside_thresholds(estimator)):
        expected = estimator.decision_function(x)
        assert np.abs(forest.log_odds(x) - expected).max() < CLOSE
        assert np.abs(forest.base + forest.parts(x).sum(axis=1) - expected).max() < CLOSE


def test_what_no_tree_asks_for_has_no_table_and_adds_nothing():
    forest = to_forest([fitted()], NAMES, GROUPS)
    assert forest.groups == ("price", "season", "pairing", "never")
    assert 5 not in forest.used
    assert not forest.parts(made(50, 2)[0])[:, 3].any()


def test_trees_of_one_leaf_say_the_same_of_all():
    x, y = made(300, 4)
    estimator = HistGradientBoostingClassifier(max_iter=3, min_samples_leaf=200).fit(x, y)
    forest = to_forest([estimator], NAMES, GROUPS)
    assert forest.fits() and len(forest.used) == 0
    assert np.abs(forest.log_odds(x) - estimator.decision_function(x)).max() < CLOSE
    assert not forest.parts(x).any()


def test_several_estimators_give_the_mean_of_their_log_odds():
    estimators = [fitted(1, max_leaf_nodes=8), fitted(2, learning_rate=0.3), fitted(3, max_iter=7)]
    forest = to_forest(estimators, NAMES, GROUPS)
    assert forest.fits()
    x = np.concatenate([on_and_beside_thresholds(one) for one in estimators])
    expected = np.mean([one.decision_function(x) for one in estimators], axis=0)
    assert np.abs(forest.log_odds(x) - expected).max() < CLOSE
    assert np.abs(forest.base + forest.parts(x).sum(axis=1) - expected).max() < CLOSE


def test_each_question_is_credited_to_the_group_of_its_feature():
    """One tree of two leaves: the mean is the training rows' mean, the leaf's distance from it the part."""
    x, y = made(400, 5)
    estimator = HistGradientBoostingClassifier(max_iter=1, max_leaf_nodes=2, early_stopping=False).fit(x, y)
    forest = to_forest([estimator], NAMES, GROUPS)
    feature = int(estimator._predictors[0][0].nodes[0]["feature_idx"])
    answers = estimator.decision_function(x)
    assert forest.base == pytest.approx([answers.mean()])
    parts = forest.parts(x)
    assert parts[:, forest.group_of[feature]] == pytest.approx(answers - answers.mean())
    assert np.delete(parts, forest.group_of[feature], axis=1) == pytest.approx(0)


def test_groups_share_out_the_path_as_the_means_along_it_change():
    """The parts follow the nodes of each tree one step at a time, weighed by the rows that came through."""
    estimator = fitted(max_iter=3, max_leaf_nodes=6)
    forest = to_forest([estimator], NAMES, GROUPS)
    training = made(1_500, 1)[0]
    row = made(1, 6)[0]
    expected = np.zeros(len(forest.groups))
    for (predictor,) in estimator._predictors:
        nodes, at = predictor.nodes, 0
        here = np.ones(len(training), dtype=bool)
        value = predictor.predict(training, np.zeros((0, 8), np.uint32), np.zeros(6, np.uint32), 1)
        while not nodes[at]["is_leaf"]:
            feature, threshold = int(nodes[at]["feature_idx"]), nodes[at]["num_threshold"]
            before = value[here].mean()
            left = bool(row[0, feature] <= threshold)
            here &= (training[:, feature] <= threshold) == left
            expected[forest.group_of[feature]] += value[here].mean() - before
            at = int(nodes[at]["left" if left else "right"])
    assert forest.parts(row)[0] == pytest.approx(expected, abs=CLOSE)


def test_unknown_values_in_training_leave_the_known_ones_their_answers():
    x, y = made(1_500, 7)
    x[y == 0, 4] = np.nan
    estimator = HistGradientBoostingClassifier(max_iter=10).fit(x, y)
    forest = to_forest([estimator], NAMES, GROUPS)
    assert forest.fits() and np.isfinite(forest.base).all()
    known = made(500, 8)[0]
    assert np.abs(forest.log_odds(known) - estimator.decision_function(known)).max() < CLOSE


def test_what_cannot_be_laid_out_is_refused():
    x, y = made(1_500, 1)
    refused = {
        "leaves": fitted(max_leaf_nodes=LEAVES + 1, min_samples_leaf=2, max_iter=1),
        "Categorical": fitted(categorical_features=[2], max_iter=1),
        "two classes": HistGradientBoostingClassifier(max_iter=1).fit(x, y + (x[:, 0] > 1)),
    }
    for words, estimator in refused.items():
        with pytest.raises(ValueError, match=words):
            to_forest([estimator], NAMES, GROUPS)
    with pytest.raises(ValueError, match="named"):
        to_forest([fitted(max_iter=1)], NAMES[:5], GROUPS)
    with pytest.raises(ValueError, match="name and a group"):
        to_forest([fitted(max_iter=1)], (*NAMES[:5], "f0"), GROUPS)
    with pytest.raises(ValueError, match="name and a group"):
        to_forest([fitted(max_iter=1)], (*NAMES[:5], "strange"), GROUPS)
    with pytest.raises(ValueError, match="At least one"):
        to_forest([], NAMES, GROUPS)
