"""Knowledge of six products, small enough to work every number out by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from assistant.suggest.forest import LEAVES, Forest
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.ranking import FEATURES, GROUP_OF
from assistant.suggest.signals import Past
from assistant.suggest.tables import Table

COMPACT, MIRRORLESS, CARD, PAPER, TEAPOT, NEW_CARD = range(6)
PRODUCTS = ("compact", "mirrorless", "card", "paper", "teapot", "new card")

COMPACTS, MIRRORLESSES, CARDS, PAPERS = range(4)
CATEGORIES = ("Photo/Cameras/Compact", "Photo/Cameras/Mirrorless", "Photo/Cards", "Print/Paper")
CAMERA_FAMILY, CARD_FAMILY, PAPER_FAMILY = range(3)

Cells = Mapping[int, Mapping[int, float]]

WEIGHTS: Cells = {
    COMPACT: {MIRRORLESS: -0.1, CARD: 0.4, PAPER: -0.05},
    MIRRORLESS: {CARD: 0.5, TEAPOT: 0.02},
    CARD: {COMPACT: 0.1},
    PAPER: {CARD: 0.05},
}
PAIRS: Cells = {COMPACT: {CARD: 0.6}, MIRRORLESS: {CARD: 0.5, TEAPOT: 0.1}, PAPER: {CARD: 0.35}}
UNTIL = 100.0

SALES: Cells = {
    0: {COMPACT: 1, CARD: 1},
    1: {COMPACT: 1, CARD: 1, PAPER: 1},
    2: {MIRRORLESS: 1, CARD: 1},
    3: {PAPER: 1, TEAPOT: 1},
}
LOUD = (0.5, 1 / 3, 0.25, 0.5)  # the third is older


def table(cells: Cells, rows: int) -> Table:
    """Row → other → value."""
    sizes = [len(cells.get(row, {})) for row in range(rows)]
    flat = [cell for row in range(rows) for cell in cells.get(row, {}).items()]
    return Table(
        np.cumsum([0, *sizes], dtype=np.int64),
        np.array([other for other, _ in flat], dtype=np.int32),
        np.array([value for _, value in flat], dtype=np.float32),
    )


def knowledge(**other: Any) -> Knowledge:
    """The six products; the teapot has no category, the new card was never sold."""

    def shares(*values: float) -> np.ndarray:
        return np.array(values, dtype=np.float32)

    known: dict[str, Any] = {
        "product_ids": PRODUCTS,
        "categories": CATEGORIES,
        "usual": shares(0.2, 0.1, 0.3, 0.25, 0.05, 0.0),
        "lately": shares(0.1, 0.2, 0.3, 0.25, 0.01, 0.0),
        "this_week": shares(0.0, 0.3, 0.3, 0.25, 0.0, 0.0),
        "last_sold": np.array([90.0, 100.0, 99.0, 100.0, 40.0, -1e6]),
        "until": np.array([UNTIL]),
        "price": shares(6.0, 7.0, 3.0, 2.0, 2.5, 3.5),
        "category": np.array([COMPACTS, MIRRORLESSES, CARDS, PAPERS, -1, CARDS], dtype=np.int32),
        "family_of": np.array([CAMERA_FAMILY, CAMERA_FAMILY, CARD_FAMILY, PAPER_FAMILY], dtype=np.int32),
        "rebought": shares(0.0, 0.0, 0.1, 0.5, 0.1, 0.05),
        "gap": shares(60.0, 60.0, 50.0, 20.0, 60.0, 50.0),
        "share": shares(1.0, 1.0, 0.75, 1.0, 0.0, 0.25),
        "popular": np.array([CARD, PAPER, MIRRORLESS, COMPACT, TEAPOT], dtype=np.int32),
        "weighed": np.array([20, 10, 30, 25, 5, 0], dtype=np.int32),
        "shelves": table(
            {
                COMPACTS: {COMPACT: 1},
                MIRRORLESSES: {MIRRORLESS: 1},
                CARDS: {CARD: 0.75, NEW_CARD: 0.25},
                PAPERS: {PAPER: 1},
            },
            4,
        ),
        "weights": table(WEIGHTS, 6),
        "pairs": table(PAIRS, 6),
        "category_weights": table(
            {COMPACTS: {CARDS: 0.4, PAPERS: -0.1}, MIRRORLESSES: {COMPACTS: 0.05, CARDS: 0.5}}, 4
        ),
        "category_pairs": table({COMPACTS: {CARDS: 0.6}, MIRRORLESSES: {CARDS: 0.55}}, 4),
        "family_weights": table({CAMERA_FAMILY: {CARD_FAMILY: 0.45, PAPER_FAMILY: -0.1}}, 3),
        "sales": table(SALES, 4),
        "sold_in": table({p: {s: 1.0 for s, held in SALES.items() if p in held} for p in range(6)}, 6),
        "loud": shares(*LOUD),
        "newcomers": np.zeros(0, dtype=np.int32),
        "lookalikes": np.zeros(0, dtype=np.int32),
    }
    return Knowledge(**(known | other))


def without_categories() -> Knowledge:
    """The same products in a shop that sorts them into nothing."""
    none = table({}, 0)
    return knowledge(
        categories=(),
        category=np.full(6, -1, dtype=np.int32),
        family_of=np.zeros(0, dtype=np.int32),
        share=np.zeros(6, dtype=np.float32),
        shelves=none,
        category_weights=none,
        category_pairs=none,
        family_weights=none,
    )


def wide(count: int) -> Knowledge:
    """Products N0, N1… that go with nothing, each sold a little less often than the one before."""
    none, alone = table({}, 0), table({}, count)
    usual = np.linspace(0.4, 0.1, count, dtype=np.float32)
    return Knowledge(
        product_ids=tuple(f"N{i}" for i in range(count)),
        categories=(),
        usual=usual,
        lately=usual,
        this_week=usual,
        last_sold=np.full(count, UNTIL),
        until=np.array([UNTIL]),
        price=np.zeros(count, dtype=np.float32),
        category=np.full(count, -1, dtype=np.int32),
        family_of=np.zeros(0, dtype=np.int32),
        rebought=np.full(count, 0.5, dtype=np.float32),
        gap=np.full(count, 30.0, dtype=np.float32),
        share=np.zeros(count, dtype=np.float32),
        popular=np.arange(count, dtype=np.int32),
        weighed=np.ones(count, dtype=np.int32),
        shelves=none,
        weights=alone,
        pairs=alone,
        category_weights=none,
        category_pairs=none,
        family_weights=none,
        sales=none,
        sold_in=alone,
        loud=np.zeros(0, dtype=np.float32),
        newcomers=np.zeros(0, dtype=np.int32),
        lookalikes=np.zeros(0, dtype=np.int32),
    )


def nothing() -> Knowledge:
    """A shop without products."""
    none = table({}, 0)
    whole = {name: np.zeros(0, dtype=kind) for name, kind in Knowledge.ARRAYS.items()}
    whole["until"] = np.zeros(1)
    return Knowledge((), (), **whole, **dict.fromkeys(Knowledge.TABLES, none))


def past(days: Mapping[int, tuple[float, ...]], order_days: tuple[float, ...] | None = None) -> Past:
    """What was bought on which days, in the order given; by default each day was an order."""
    times = [one for each in days.values() for one in each]
    return Past(
        np.array(list(days), dtype=np.int64),
        np.cumsum([0, *map(len, days.values())]),
        np.array(times, dtype=np.float64),
        np.array(sorted(set(times)) if order_days is None else order_days, dtype=np.float64),
    )


def stump(feature: str, threshold: float, low: float, high: float, base: float = -3.0) -> Forest:
    """A forest of one tree with one question: is `feature` at most `threshold`?"""
    groups = tuple(dict.fromkeys(GROUP_OF.values()))
    parts = np.zeros((LEAVES, len(groups)))
    own = groups.index(GROUP_OF[feature])
    parts[LEAVES - 1, own], parts[LEAVES - 2, own] = low, high
    leftmost, whole = 1 << (LEAVES - 1), (1 << LEAVES) - 1
    return Forest(
        features=FEATURES,
        groups=groups,
        base=np.array([base]),
        group_of=np.array([groups.index(GROUP_OF[name]) for name in FEATURES], dtype=np.int32),
        used=np.array([FEATURES.index(feature)], dtype=np.int32),
        thresholds=np.array([threshold, np.inf]),
        starts=np.array([0], dtype=np.int64),
        masks=np.array([whole, whole & ~leftmost], dtype=np.uint32),
        leaves=parts.sum(axis=1),
        leaf_parts=parts.ravel(),
    )


def logit(share: float) -> float:
    """The log-odds of a probability."""
    return math.log(share / (1 - share))
