"""Forests are grown once, kept in case of a kill, and held beside those in use on what neither decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.learn import calibrating, gate, rankers, refreshing
from assistant.learn.calibrating import Calibration
from assistant.learn.examples import Examples, examples
from assistant.learn.gate import ndcg
from assistant.learn.goods import Goods
from assistant.learn.orders import Orders
from assistant.learn.stages import Arrays, Stages
from assistant.records import Progress
from assistant.store.models import Compared, Interval
from assistant.suggest import model as files
from assistant.suggest.forest import Forest
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.ranking import FEATURES, plain
from assistant.suggest.shortlist import KINDS, Kind

LOOKED_AT = 4_000  # cases, to say what moves a score
TRUSTS = (1.0, 0.5, 0.25)  # of what lines add to a product's probability; the first where all do as well

MANY = 2  # lines of a basket that is weighed; with one its pairing is all there is to know
_PLAIN = ("usual", "best_pairing", "weighed", "lines", "plain")

Forests = Mapping[Kind, Forest]


@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """Forests with what is known of them: how far their chances came true on baskets kept out, how they do
    there beside those in use, and how much each group of features moves a score (mean log-odds).

    Without forests the plain rule stands in, and `trust` is how much it believes of the weighed basket."""

    forests: Forests = field(default_factory=dict)
    calibration: Calibration = field(default_factory=Calibration)
    baskets: Compared | None = None
    moves: Mapping[str, float] = field(default_factory=dict)
    trust: float = TRUSTS[0]

    def believed(self, knowledge: Knowledge) -> Knowledge:
        """The knowledge with its weights as far as they are trusted."""
        weights = knowledge.weights
        if self.trust == TRUSTS[0]:
            return knowledge
        return replace(knowledge, weights=replace(weights, values=weights.values * np.float32(self.trust)))


def grow(
    orders: Orders,
    goods: Goods,
    progress: Progress,
    stages: Stages | None = None,
    beside: Forests | None = None,
) -> Grown:
    """Learn forests from past baskets; with `stages`, what was done before a kill is there.

    `beside` are the forests in use, if any: then the newest baskets are kept out to judge by, else one in
    seven of all.
    """
    if stages is None:
        return _grow(orders, goods, progress, None, beside)

    def make() -> Arrays:
        return _flat(_grow(orders, goods, progress, stages, beside))

    return _read(dict(stages.keep("forests", make)))


def _grow(
    orders: Orders, goods: Goods, progress: Progress, stages: Stages | None, beside: Forests | None
) -> Grown:
    asked = examples(orders, goods, progress, stages.keep if stages else None)
    if not asked.baskets:
        return Grown()
    learning, trying = calibrating.parted(asked, newest=beside is not None)
    forests, calibration = calibrating.calibrate(rankers.fit(learning, progress), trying)
    baskets = None if beside is None else gate.on_baskets(trying, forests, beside)
    trust = TRUSTS[0] if forests else _trust(asked)
    return Grown(forests, calibration, baskets, _moves(forests, trying), trust)


def _trust(asked: Examples) -> float:
    """How much of the weighed basket the plain rule does best to believe: few orders tell less of what goes
    together where everything is bought with everything, and popularity then is the better guide."""
    told = asked.only(np.isin(asked.question, np.unique(asked.question[asked.came])))
    if not len(told.kind):
        return TRUSTS[0]
    column = {name: told.features[:, FEATURES.index(name)].astype(np.float64) for name in _PLAIN}
    lines = column["lines"]
    usual, best = np.exp(column["usual"]), np.exp(column["best_pairing"])

    def worth(trust: float) -> float:
        scored = plain(usual, best, trust * column["weighed"], MANY)
        return float(ndcg(told, np.where(lines < MANY, column["plain"], scored)).mean())

    return max(TRUSTS, key=worth)


def _moves(forests: Forests, tried: Examples) -> dict[str, float]:
    """How far each group of features moves the log-odds from their mean, in the mean over cases."""
    moved: dict[str, float] = {}
    looked = 0
    for number, kind in enumerate(KINDS):
        rows = np.flatnonzero(tried.kind == number)[:LOOKED_AT]
        if kind not in forests or not len(rows):
            continue
        told = forests[kind].parts(tried.features[rows].astype(np.float64))
        for name, column in zip(forests[kind].groups, told.T, strict=True):
            moved[name] = moved.get(name, 0.0) + float(np.abs(column - column.mean()).sum())
        looked += len(rows)
    return {name: by / looked for name, by in sorted(moved.items(), key=lambda one: -one[1])}


def _flat(grown: Grown) -> Arrays:
    arrays, header = files.flat_forests(grown.forests)
    header["grown"] = {
        "calibration": asdict(grown.calibration),
        "baskets": asdict(grown.baskets) if grown.baskets else None,
        "moves": dict(grown.moves),
        "trust": grown.trust,
    }
    return arrays | {"header": np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)}


def _read(arrays: dict[str, NDArray[Any]]) -> Grown:
    header = json.loads(arrays["header"].tobytes())
    told = header["grown"]
    compared = told["baskets"]
    if compared is not None:
        for name in ("in_use", "candidate", "difference"):
            compared[name] = Interval(**compared[name])
    return Grown(
        files.forests_of(header, arrays),
        refreshing.read_calibration(told["calibration"]),
        Compared(**compared) if compared else None,
        told["moves"],
        told["trust"],
    )
