"""Gradient-boosted trees of scikit-learn, laid out as the tables that suggestions are scored with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.utils.validation import check_is_fitted

from assistant.suggest.forest import LEAVES, Forest

ALL_OPEN = (1 << LEAVES) - 1


@dataclass(frozen=True, slots=True)
class _Split:
    """One question of one tree: what is left open where `feature` is above `threshold`."""

    tree: int
    feature: int
    threshold: float
    mask: int


@dataclass(frozen=True, slots=True)
class _Tree:
    """The mean over its leaves, what each leaf adds to it by group (32 × G), and its questions."""

    mean: float
    parts: NDArray[np.float64]
    splits: list[_Split]


def to_forest(
    estimators: Sequence[HistGradientBoostingClassifier],
    features: Sequence[str],
    groups: Mapping[str, str],
) -> Forest:
    """One forest whose log-odds are the mean of the estimators' decision functions.

    `features` names the columns that all were fitted on, `groups` gives each feature's group. Raises
    ValueError for more than two classes, categorical features, trees of more than 32 leaves, or names that
    do not fit.
    """
    if not estimators:
        raise ValueError("At least one estimator is needed")
    names = tuple(dict.fromkeys(groups[feature] for feature in features if feature in groups))
    if len(set(features)) != len(features) or any(feature not in groups for feature in features):
        raise ValueError("Every feature needs a name and a group of its own")
    group_of = np.array([names.index(groups[feature]) for feature in features], dtype=np.int32)
    trees: list[_Tree] = []
    base = 0.0
    for estimator in estimators:
        _check(estimator, len(features))
        base += float(estimator._baseline_prediction.item())
        for (predictor,) in estimator._predictors:
            trees.append(_read(predictor.nodes, len(trees), group_of, len(names)))
    share = 1 / len(estimators)
    parts = np.stack([tree.parts for tree in trees]) * share
    used, thresholds, starts, masks = _questions([s for tree in trees for s in tree.splits], len(trees))
    return Forest(
        features=tuple(features),
        groups=names,
        base=np.array([(base + sum(tree.mean for tree in trees)) * share]),
        group_of=group_of,
        used=used,
        thresholds=thresholds,
        starts=starts,
        masks=masks,
        leaves=parts.sum(axis=2).ravel(),
        leaf_parts=parts.ravel(),
    )


def _check(estimator: HistGradientBoostingClassifier, features: int) -> None:
    check_is_fitted(estimator)
    if estimator.n_trees_per_iteration_ != 1:
        raise ValueError("Only an estimator of two classes has log-odds of its own")
    if estimator.n_features_in_ != features:
        raise ValueError(f"{features} features are named, {estimator.n_features_in_} were fitted")
    # Also where no tree asks for one: columns are then put in another order before they reach the trees.
    if estimator.is_categorical_ is not None and any(estimator.is_categorical_):
        raise ValueError("Categorical features cannot be laid out as thresholds")


def _read(nodes: NDArray[Any], number: int, group_of: NDArray[np.int32], groups: int) -> _Tree:
    """One tree out of a TreePredictor's `nodes`."""
    if int(nodes["is_leaf"].sum()) > LEAVES:
        raise ValueError(f"A tree has {int(nodes['is_leaf'].sum())} leaves, {LEAVES} is the most")
    order = _left_to_right(nodes)
    bits = _leaves_under(nodes, order)
    mean = _means(nodes, order)
    told = np.zeros((len(nodes), groups))
    parts = np.zeros((LEAVES, groups))
    splits = []
    for at in order:
        node = nodes[at]
        if node["is_leaf"]:
            parts[bits[at].bit_length() - 1] = told[at]
            continue
        left, right, feature = int(node["left"]), int(node["right"]), int(node["feature_idx"])
        for child in (left, right):
            told[child] = told[at]
            told[child, group_of[feature]] += mean[child] - mean[at]
        splits.append(_Split(number, feature, float(node["num_threshold"]), ALL_OPEN & ~bits[left]))
    return _Tree(float(mean[0]), parts, splits)


def _left_to_right(nodes: NDArray[Any]) -> list[int]:
    """All nodes, each before what is under it, and what is on its left before what is on its right."""
    order: list[int] = []
    ahead = [0]
    while ahead:
        at = ahead.pop()
        order.append(at)
        if not nodes[at]["is_leaf"]:
            ahead += [int(nodes[at]["right"]), int(nodes[at]["left"])]
    return order


def _leaves_under(nodes: NDArray[Any], order: list[int]) -> dict[int, int]:
    """The leaves under each node as bits, the leftmost leaf of the tree being the highest bit."""
    leaves = [at for at in order if nodes[at]["is_leaf"]]
    bits = {at: 1 << (LEAVES - 1 - place) for place, at in enumerate(leaves)}
    for at in reversed(order):
        if at not in bits:
            bits[at] = bits[int(nodes[at]["left"])] | bits[int(nodes[at]["right"])]
    return bits


def _means(nodes: NDArray[Any], order: list[int]) -> NDArray[np.float64]:
    """The mean of the leaves under each node, weighted by the training rows that reached them."""
    mean = nodes["value"].astype(np.float64)
    rows = nodes["count"].astype(np.float64)
    for at in reversed(order):
        if not nodes[at]["is_leaf"]:
            under = [int(nodes[at]["left"]), int(nodes[at]["right"])]
            rows[at] = rows[under].sum()
            mean[at] = mean[under] @ rows[under] / rows[at]
    return mean


def _questions(
    splits: list[_Split], trees: int
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64], NDArray[np.uint32]]:
    """`used`, `thresholds`, `starts` and `masks` of a Forest."""
    # A threshold of infinity parts known values from unknown ones: a known one is never above it.
    asked = [split for split in splits if split.threshold < np.inf]
    used = sorted({split.feature for split in asked})
    cuts = [np.unique([split.threshold for split in asked if split.feature == one]) for one in used]
    bins = np.array([len(cut) + 1 for cut in cuts], dtype=np.int64)
    starts = bins.cumsum() - bins
    width = 1 << (int(bins.max(initial=1)) - 1).bit_length()
    thresholds = np.full((len(used), width), np.inf)
    for row, cut in zip(thresholds, cuts, strict=True):
        row[: len(cut)] = cut
    masks = np.full((int(bins.sum()), trees), ALL_OPEN, dtype=np.uint32)
    for split in asked:
        place = used.index(split.feature)
        first = starts[place] + 1 + np.searchsorted(cuts[place], split.threshold)
        masks[first : starts[place] + bins[place], split.tree] &= np.uint32(split.mask)
    return np.array(used, dtype=np.int32), thresholds.ravel(), starts, masks.ravel()
