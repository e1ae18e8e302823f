"""What answers teach: effects that few cases move little, trees that say what their estimator says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from assistant.learn import estimating
from assistant.learn.estimating import Cases, fit
from assistant.suggest.likelihood import Likelihood, built, flat
from tests.proofs.answers import SETS, calibration_error, foretold

SPREAD = {"family": 0.7, "pairing": 0.5}
CLOSE = 1e-9


def cases(
    families: Sequence[str], pairings: Sequence[str], came: Sequence[bool], fits: Sequence[float | None] = ()
) -> Cases:
    fits = fits or [0.0] * len(came)
    table: dict[str, Sequence[Any]] = {"family": families, "pairing": pairings, "fit": fits}
    return Cases(table, np.array(came, dtype=np.bool_), np.ones(len(came)))


def many(n: int, seed: int = 0) -> Cases:
    """Cases whose truth is known: the family, the pairing in it, and how well it fits."""
    rng = np.random.default_rng(seed)
    family, one, fits = rng.integers(0, 3, n), rng.integers(0, 8, n), rng.normal(size=n)
    log_odds = np.array([-1.5, 0.0, 1.0])[family] + 0.3 * (one % 3) + 0.8 * fits * (family > 0)
    came = rng.random(n) < 1 / (1 + np.exp(-log_odds))
    names = [f"F{f}" for f in family]
    return cases(names, [f"F{f}-{o}" for f, o in zip(family, one, strict=True)], came.tolist(), fits.tolist())


def table(family: str, pairing: str, fits: float | None = 0.0) -> dict[str, list[Any]]:
    return {"family": [family], "pairing": [pairing], "fit": [fits]}


def test_a_new_pairing_starts_from_its_category_and_a_new_category_from_the_shop() -> None:
    good = cases(["g"] * 40 + ["b"] * 40, ["g1"] * 40 + ["b1"] * 40, [True] * 30 + [False] * 40 + [True] * 10)
    learned = fit(good, SPREAD, {})
    known, new, bad, strange = (
        float(learned.log_odds(table(*one))[0])
        for one in (("g", "g1"), ("g", "g2"), ("b", "b2"), ("x", "x1"))
    )
    assert bad < strange < new < known
    assert strange == learned.start
    assert new == pytest.approx(learned.start + learned.effects["family"]["g"], abs=1e-12)


def test_few_cases_move_a_pairing_little_and_many_move_it_to_what_was_seen() -> None:
    def said(n: int) -> float:
        usual = cases(["g"] * 400, [f"g{i % 10}" for i in range(400)], [i % 4 == 0 for i in range(400)])
        odd = cases(["g"] * n, ["odd"] * n, [True] * n)
        whole = Cases(
            {name: [*usual.table[name], *odd.table[name]] for name in usual.table},
            np.append(usual.came, odd.came),
            np.ones(400 + n),
        )
        return float(1 / (1 + np.exp(-fit(whole, SPREAD, {}).log_odds(table("g", "odd"))[0])))

    assert 0.2 < said(1) < said(5) < said(100)
    assert said(1) < 0.4
    assert said(100) > 0.8


def test_a_case_that_counts_less_moves_less() -> None:
    whole = cases(["g"] * 60, ["g1"] * 30 + ["g2"] * 30, [True, False, False] * 20)
    faded = Cases(whole.table, whole.came, np.where(np.arange(60) < 30, 0.05, 1.0))
    assert abs(fit(faded, SPREAD, {}).effects["pairing"]["g1"]) <= abs(
        fit(Cases(whole.table, np.arange(60) < 30, whole.weight), SPREAD, {}).effects["pairing"]["g1"]
    )


@pytest.mark.parametrize("came", [[True] * 5, [False] * 5, []])
def test_answers_of_one_kind_say_how_likely_and_nothing_more(came: list[bool]) -> None:
    learned = fit(cases(["g"] * len(came), ["g1"] * len(came), came), SPREAD, {"fit": 0.0})
    expected = np.log((sum(came) + 1) / (len(came) - sum(came) + 1))
    assert learned.log_odds(table("g", "g1"))[0] == pytest.approx(expected)
    assert learned.cases == len(came)


def test_effects_are_a_ridge_and_scored_as_the_estimator_scores() -> None:
    whole = many(900)
    learned = estimating.effects(whole, SPREAD, {"fit": 0.0})
    columns = []
    for name, spread in SPREAD.items():
        for word in dict.fromkeys(whole.table[name]):
            columns.append(np.array([spread * (one == word) for one in whole.table[name]]))
    fits = np.array(whole.table["fit"])
    columns.append(0.5 * (fits - fits.mean()) / fits.std())
    x = np.stack(columns, axis=1)
    ridge = LogisticRegression(C=1.0, max_iter=5_000, tol=1e-9).fit(x, whole.came)
    by_hand = ridge.decision_function(x)
    assert np.abs(learned.log_odds(whole.table) - by_hand).max() < 1e-3  # the same ridge
    ridge.coef_ = np.array([[*(learned.effects["family"][w] / 0.7 for w in learned.effects["family"]),
                             *(learned.effects["pairing"][w] / 0.5 for w in learned.effects["pairing"]),
                             learned.numbers["fit"].slope / 0.5]])  # fmt: skip
    ridge.intercept_ = np.array([learned.start])
    assert np.abs(learned.log_odds(whole.table) - ridge.decision_function(x)).max() < CLOSE


def test_the_window_s_numbers_are_the_estimator_s_to_the_ninth_place(monkeypatch: pytest.MonkeyPatch) -> None:
    grown: list[HistGradientBoostingClassifier] = []
    real = estimating._estimator

    def kept(trees: int, seed: int) -> HistGradientBoostingClassifier:
        grown.append(real(trees, seed))
        return grown[-1]

    monkeypatch.setattr(estimating, "_estimator", kept)
    monkeypatch.setattr(estimating, "MOST_TREES", 100)
    learned = fit(many(4_000), SPREAD, {"fit": 0.0})
    fresh = many(500, seed=1)
    assert learned.forest is not None
    expected = learned.slope * grown[-1].decision_function(learned.features(fresh.table)) + learned.intercept
    again = built(*_through_a_file(learned))
    for one in (learned, again):
        assert np.abs(one.log_odds(fresh.table) - expected).max() < CLOSE
    parts = again.parts(fresh.table)
    assert np.abs([sum(part.values()) for part in parts] - expected).max() < CLOSE
    assert set(parts[0]) == {"start", "family", "pairing", "fit"}


def test_trees_find_what_effects_cannot_and_come_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "MOST_TREES", 150)
    whole, fresh = many(24_000), many(20_000, seed=2)
    learned = fit(whole, SPREAD, {"fit": 0.0})
    plain = estimating.effects(whole, SPREAD, {"fit": 0.0})
    assert estimating.log_loss(learned.log_odds(fresh.table), fresh) < estimating.log_loss(
        plain.log_odds(fresh.table), fresh
    )
    assert calibration_error(learned.log_odds(fresh.table), fresh.came) < 0.02


def test_a_foreseen_slope_holds_until_cases_say_otherwise() -> None:
    few = cases(["g"] * 4, ["g1"] * 4, [True, False, True, False], [-1.0, 0.5, 1.5, -0.3])
    by_fit = fit(few, SPREAD, {"fit": 1.0})
    assert by_fit.log_odds(table("g", "g1", 2.0))[0] > by_fit.log_odds(table("g", "g1", 1.0))[0]
    rng = np.random.default_rng(4)
    fits = rng.normal(size=3_000)
    against = cases(
        ["g"] * 3_000, ["g1"] * 3_000, (rng.random(3_000) < 1 / (1 + np.exp(fits))).tolist(), fits.tolist()
    )
    slope = estimating.effects(against, SPREAD, {"fit": 1.0}).numbers["fit"]
    assert slope.slope / slope.scale == pytest.approx(-1.0, abs=0.15)


def test_what_is_unknown_counts_as_the_mean() -> None:
    learned = fit(many(900), SPREAD, {"fit": 0.0})
    told = [learned.log_odds(table("F1", "F1-1", one))[0] for one in (None, float("nan"))]
    assert told[0] == told[1] == learned.log_odds(table("F1", "F1-1", learned.numbers["fit"].mean))[0]


def test_what_does_not_hold_together_is_refused() -> None:
    arrays, header = _through_a_file(fit(many(300), SPREAD, {"fit": 0.0}))
    for broken in (
        ({}, header),
        (arrays, {**header, "numbers": [["fit", [1.0]]]}),
        (arrays, {**header, "words": [["family", ["one"]]]}),
        (arrays, {**header, "groups": ["fit"]}),
    ):
        with pytest.raises((KeyError, TypeError, ValueError)):
            built(*broken)


def _through_a_file(likelihood: Likelihood) -> tuple[dict[str, Any], dict[str, Any]]:
    arrays, header = flat(likelihood)
    return {name: np.frombuffer(a.tobytes(), a.dtype) for name, a in arrays.items()}, json.loads(
        json.dumps(header, sort_keys=True)
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_real_answers_are_foretold_better_than_by_a_logistic_regression(sales_data: Path, name: str) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: it reads the real answers")
    found = foretold(sales_data / "response", name, folds=(0,))
    assert found.auc > found.anchor - 0.02  # one fold of five lies so far off at most
    assert found.auc > found.baseline_auc
    assert found.gained_low > 0
