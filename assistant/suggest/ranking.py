"""The score: how likely an add-on is in the same order, as log-odds in named parts that sum.

`usual` is how often the add-on sells at all; `together` what its best pairing with one line of the basket
changes, `basket` what all lines change when they are weighed against each other, `owned` what the customer's
own things change, `link` what the shop itself says goes together. The learned parts are scaled, and `usual`
shifted, so that the score came true on later orders. With one anchor its pairing is all there
is to know; with more, the weighed basket leads, and the best pairing keeps it to what was counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.suggest.model import Model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAIRING = 0.2  # the best pairing's say beside the weighed basket
ALONE = 0.1  # of its usual share, what an add-on keeps in the weighed basket when no anchor speaks for it
AGAINST = 0.1  # of that, what is left when anchors speak against it
BESIDE = 0.3  # the say of owned things beside a basket
LINKED: Mapping[str, float] = {"requires": 3.0, "accessory": 1.5, "kit": 1.5}
PROVEN_LINK = 0.3  # of that, where orders have shown the pairing already
UNSOLD = math.log(0.005 / 0.995)  # the usual log-odds of what no order has shown yet


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The parts of every product the model knows; `proven`: a pairing with evidence leads to it."""

    usual: NDArray[np.float32]
    together: NDArray[np.float32]
    basket: NDArray[np.float32]
    owned: NDArray[np.float32]
    proven: NDArray[np.bool_]
    total: NDArray[np.float32]

    def parts(self, place: int) -> dict[str, float]:
        """The parts of one product, those that change nothing left out."""
        said = {"usual": float(self.usual[place])}
        for name in ("together", "basket", "owned"):
            value = float(getattr(self, name)[place])
            if value:
                said[name] = value
        return said


def score(model: Model, basket: Iterable[str], owned: Iterable[str] = ()) -> Scores:
    """Score every product for these anchors; those the model has never seen change nothing."""
    import numpy as np

    usual = _log_odds(model.usual)
    proven = np.zeros(len(usual), dtype=np.bool_)
    lines, things = _places(model, basket), _places(model, owned)
    together, weighed = _changes(model, usual, lines, proven)
    mine = sum(_changes(model, usual, things, proven), np.zeros_like(usual))
    if lines:
        mine = np.float32(BESIDE) * np.maximum(mine, 0)
    slope, intercept = (np.float32(x) for x in model.calibration)
    usual, together, weighed, mine = (slope * part for part in (usual, together, weighed, mine))
    usual = usual + intercept
    return Scores(usual, together, weighed, mine, proven, usual + together + weighed + mine)


def _places(model: Model, product_ids: Iterable[str]) -> list[int]:
    return list(dict.fromkeys(model.place[p] for p in product_ids if p in model.place))


def _changes(
    model: Model, usual: NDArray[np.float32], anchors: list[int], proven: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What the best pairing and what the weighed anchors change, in log-odds."""
    import numpy as np

    best, total = model.usual.copy(), model.usual * np.float32(ALONE)
    if not anchors:
        return np.zeros_like(usual), np.zeros_like(usual)
    for anchor in anchors:
        row = slice(int(model.starts[anchor]), int(model.starts[anchor + 1]))
        total[model.add_ons[row]] += model.weights[row]
        row = slice(int(model.proven_starts[anchor]), int(model.proven_starts[anchor + 1]))
        add_ons = model.proven_add_ons[row]
        best[add_ons] = np.maximum(best[add_ons], model.proven_shares[row])
        proven[add_ons] = True
    together = _log_odds(best) - usual
    if len(anchors) == 1:
        return together, np.zeros_like(usual)
    weighed = _log_odds(np.maximum(total, model.usual * np.float32(ALONE * AGAINST))) - usual
    return np.float32(PAIRING) * together, np.float32(1 - PAIRING) * weighed


def _log_odds(share: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    inside = np.clip(share, np.float32(1e-6), np.float32(0.98))
    return np.asarray(np.log(inside / (1 - inside)), dtype=np.float32)


def probability(log_odds: float) -> float:
    """The probability behind log-odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))
