"""The proof `answers`: real answers to offers, foretold by the estimator that learns from our own log.

Five folds, stratified, shuffled by seed 0; every figure is of cases that were not learned from.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.learn.estimating import Cases, fit

SETS = {
    "bank_marketing": ("y", "yes", ("duration",), 0.804),
    "in_vehicle_coupon": ("Y", 1, (), 0.830),
}
ALLOWED = 0.003  # below the anchor
SPREAD = 1.0
BINS = 10


@dataclass(frozen=True, eq=False)
class Foretold:
    """Ours and a logistic regression on the same folds; the AUC is the mean over folds."""

    name: str
    anchor: float
    auc: float
    auc_low: float
    auc_high: float
    baseline_auc: float
    loss: float
    baseline_loss: float
    gained_low: float  # of the baseline's loss less ours
    gained_high: float
    error: float  # of calibration
    baseline_error: float

    @property
    def kept(self) -> bool:
        return self.auc >= self.anchor - ALLOWED and self.gained_low > 0 and self.error < self.baseline_error


def foretold(folder: Path, name: str, folds: Sequence[int] = range(5)) -> Foretold:
    """One data set, foretold fold by fold."""
    import pandas as pd
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold

    target, yes, left_out, anchor = SETS[name]
    frame = pd.read_parquet(folder / f"{name}.parquet").drop(columns=list(left_out))
    came = (frame.pop(target) == yes).to_numpy()
    numbers = [column for column in frame if pd.api.types.is_numeric_dtype(frame[column])]
    words = [column for column in frame if column not in numbers]
    whole = Cases({c: frame[c].tolist() for c in frame}, came, np.ones(len(came)))
    aucs, others, rows, ours, theirs = [], [], [], [], []
    parts = list(StratifiedKFold(5, shuffle=True, random_state=0).split(frame, came))
    for learn, ask in (parts[fold] for fold in folds):
        learned = fit(whole.only(learn), dict.fromkeys(words, SPREAD), dict.fromkeys(numbers, 0.0))
        said = learned.log_odds(whole.only(ask).table)
        plain = _baseline(frame, came, learn, ask, words, numbers)
        aucs.append(float(roc_auc_score(came[ask], said)))
        others.append(float(roc_auc_score(came[ask], plain)))
        rows.append(ask)
        ours.append(said)
        theirs.append(plain)
    at = np.concatenate(rows)
    a, b = _losses(np.concatenate(ours), came[at]), _losses(np.concatenate(theirs), came[at])
    rng = np.random.default_rng(0)
    gained = [(b - a)[rng.integers(0, len(a), len(a))].mean() for _ in range(500)]
    low, high = np.quantile(gained, [0.025, 0.975])
    auc, half = (
        float(np.mean(aucs)),
        2.776 * float(np.std(aucs, ddof=1)) / len(aucs) ** 0.5 if aucs[1:] else 0.0,
    )
    return Foretold(
        name,
        anchor,
        auc,
        auc - half,
        auc + half,
        float(np.mean(others)),
        float(a.mean()),
        float(b.mean()),
        float(low),
        float(high),
        calibration_error(np.concatenate(ours), came[at]),
        calibration_error(np.concatenate(theirs), came[at]),
    )


def _baseline(frame, came, learn, ask, words, numbers):  # type: ignore[no-untyped-def]
    """Logistic regression on one column a word and standardised numbers."""
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), words), (StandardScaler(), numbers)
    )
    model = make_pipeline(columns, LogisticRegression(max_iter=2_000))
    return model.fit(frame.iloc[learn], came[learn]).decision_function(frame.iloc[ask])


def _losses(log_odds: np.ndarray, came: np.ndarray) -> np.ndarray:
    return np.logaddexp(0.0, -np.where(came, log_odds, -log_odds))


def calibration_error(log_odds: np.ndarray, came: np.ndarray) -> float:
    """How far, on average, what was said lies from what came, in ten groups of one size from low to high."""
    said = 1 / (1 + np.exp(-log_odds))
    order = np.argsort(said, kind="stable")
    groups = np.array_split(order, BINS)
    return float(sum(len(g) * abs(said[g].mean() - came[g].mean()) for g in groups) / len(said))


def main() -> int:
    """Print the figures; 1 where a promise is not kept."""
    named = os.environ.get("SALES_DATA", "")
    if not named or not Path(named).is_dir():
        print("answers: left out, as real answers are not here (set SALES_DATA to the folder of real sales)")
        return 0
    kept = True
    for name in SETS:
        began = time.perf_counter()
        one = foretold(Path(named) / "response", name)
        kept &= one.kept
        print(
            f"{name}: AUC {one.auc:.4f} ({one.auc_low:.4f}–{one.auc_high:.4f}), anchor {one.anchor:.3f}, "
            f"logistic {one.baseline_auc:.4f}\n"
            f"  log loss {one.loss:.4f}, logistic {one.baseline_loss:.4f}, "
            f"gained {one.gained_low:.4f} to {one.gained_high:.4f}\n"
            f"  calibration error {one.error:.4f}, logistic {one.baseline_error:.4f}; "
            f"{'kept' if one.kept else 'NOT KEPT'} in {time.perf_counter() - began:.0f} s"
        )
    return 0 if kept else 1
