"""Which few hundred products are worth scoring, by the question that each is an answer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from assistant.suggest.knowledge import Knowledge
from assistant.suggest.signals import Signals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Kind = Literal["other", "alike", "again"]
KINDS: tuple[Kind, ...] = ("other", "alike", "again")
"""`other`: new to this customer and of a family that is not in the basket; `alike`: new, but of a family that
is; `again`: bought by this customer before."""

FADES = 60.0  # days until a thing bought before is half as likely to be bought again


@dataclass(frozen=True, slots=True)
class Breadth:
    """How many of one kind are taken from each source."""

    weighed: int
    paired: int
    profile: int
    popular: int
    categories: int
    each: int  # products of each such category


BROAD: Mapping[Kind, Breadth] = {
    "other": Breadth(100, 50, 80, 30, 15, 6),
    "alike": Breadth(80, 40, 40, 10, 4, 6),
    "again": Breadth(50, 30, 150, 0, 0, 0),
}
STEPS: Mapping[Kind, Breadth] = {**BROAD, "alike": Breadth(15, 10, 0, 0, 0, 0)}
"""Enough of what is alike to find a step-up, where only add-ons are asked for."""


def shortlist(
    knowledge: Knowledge, signals: Signals, breadth: Mapping[Kind, Breadth] = BROAD
) -> dict[Kind, NDArray[np.int64]]:
    """The candidates of each kind as ascending places; nothing that is in the basket."""
    import numpy as np

    found: dict[Kind, list[NDArray[np.int64]]] = {kind: [] for kind in KINDS}
    sources = [(signals.weighed, "weighed"), (signals.best, "paired")]
    if signals.profile is not None:
        sources.append((signals.profile, "profile"))
    spoken_for = [(values > 0).nonzero()[0] for values, _ in sources]
    sold = knowledge.popular.astype(np.int64)
    shelved = _shelved(knowledge, signals, breadth)
    # All at once: a call of numpy costs more here than what it looks at.
    ends = np.array([len(places) for places in (*spoken_for, sold, shelved)]).cumsum()
    kinds_by = np.split(kinds_of(knowledge, signals, np.concatenate([*spoken_for, sold, shelved])), ends[:-1])
    for (values, name), places, kinds in zip(sources, spoken_for, kinds_by, strict=False):
        for number, kind in enumerate(KINDS):
            most = getattr(breadth[kind], name)
            if name != "profile" or kind != "again":
                found[kind].append(_best(places[kinds == number], values, most))
    if signals.past is not None and len(signals.past.places):
        found["again"].append(_due(signals, breadth["again"].profile))
    for places, name, kinds in zip((sold, shelved), ("popular", "categories"), kinds_by[-2:], strict=True):
        for number, kind in enumerate(KINDS[:2]):
            most = breadth[kind].popular if name == "popular" else len(places)
            if getattr(breadth[kind], name):
                found[kind].append(places[kinds == number][:most])
    return {kind: np.unique(np.concatenate(parts)) for kind, parts in found.items()}


def kinds_of(knowledge: Knowledge, signals: Signals, places: NDArray[np.int64]) -> NDArray[np.int8]:
    """The number of each product's kind in `KINDS`; -1 for what is in the basket."""
    import numpy as np

    kinds = signals.shown_family[knowledge.family(places)].astype(np.int8)
    if signals.mine is not None:
        kinds[signals.mine[places] >= 0] = 2
    shown = np.zeros(knowledge.count, dtype=np.bool_)
    shown[signals.shown] = True
    kinds[shown[places]] = -1
    return kinds


def _best(places: NDArray[np.int64], values: NDArray[Any], most: int) -> NDArray[np.int64]:

    if len(places) <= most:
        return places
    return places[(-values[places]).argpartition(most)[:most]] if most else places[:0]


def _due(signals: Signals, most: int) -> NDArray[np.int64]:
    """What the customer buys most and bought last."""
    import numpy as np

    past = signals.past
    assert past is not None  # noqa: S101
    shown = np.zeros(len(signals.weighed), dtype=np.bool_)
    shown[signals.shown] = True
    rows = (~shown[past.places]).nonzero()[0]
    if len(rows) > most:
        speaks = past.faded(signals.at, FADES)[rows]
        rows = rows[(-speaks).argpartition(most)[:most]]
    return past.places[rows]


def _shelved(knowledge: Knowledge, signals: Signals, breadth: Mapping[Kind, Breadth]) -> NDArray[np.int64]:
    """What sells most of the categories that the basket's categories lead to."""
    import numpy as np

    if not len(knowledge.categories) or not signals.shown_category.any():
        return np.zeros(0, dtype=np.int64)
    same = signals.shown_family[knowledge.family_of]
    taken: list[NDArray[np.int64]] = []
    for kind, mask in (("other", ~same), ("alike", same)):
        wide = breadth[kind]  # type: ignore[index]
        if not wide.categories:
            continue
        leads = np.flatnonzero(mask & (signals.category_weighed > 0))
        for category in _best(leads, signals.category_weighed, wide.categories).tolist():
            start = int(knowledge.shelves.starts[category])
            end = min(int(knowledge.shelves.starts[category + 1]), start + wide.each)
            taken.append(knowledge.shelves.others[start:end].astype(np.int64))
    return np.concatenate(taken) if taken else np.zeros(0, dtype=np.int64)
