"""What of the model in use may stay when little is new: its forests, and the weights of what sold no more."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from assistant import __version__
from assistant.learn import calibrating, counting, examples, habits, knowing, lookalikes, rankers, weighing
from assistant.learn.calibrating import Calibration, Reliability
from assistant.learn.goods import Goods
from assistant.learn.orders import Orders
from assistant.records import Progress
from assistant.suggest import model, neighbours, ranking, rhythm, shortlist, signals
from assistant.suggest.knowledge import NONE, Knowledge
from assistant.suggest.model import Model
from assistant.suggest.tables import Table

STALE = 0.02  # of a product's orders may come or go before it is weighed anew
GROWTH = 0.05  # of what the forests were grown on may change before new ones are grown
GONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """The model in use, of which the forests stay.

    `place` says where each of its products is now (`GONE` = not in the catalog any more), `again` which
    products are weighed anew, `weighed` how many orders held each one when that was done or is done now, and
    `changed` how large a part of what the forests were grown on has changed.
    """

    model: Model
    place: NDArray[np.int64]
    again: NDArray[np.int64]
    weighed: NDArray[np.int32]
    changed: float

    @property
    def calibration(self) -> Calibration:
        return read_calibration(self.model.grown["calibration"])

    def weigh(self, lines: csr_matrix, speaks: NDArray[np.float64], progress: Progress) -> Table:
        """As `weigh`, of all that has changed; what has not keeps its weights."""
        new = weighing.weigh(lines, speaks, progress, self.again).tocoo()
        old = self.model.knowledge.weights
        anchor = self.place[np.repeat(np.arange(len(self.place)), np.diff(old.starts))]
        add_on = self.place[old.others]
        stays = (anchor != GONE) & (add_on != GONE) & ~np.isin(add_on, self.again)
        rows = np.concatenate([new.row, anchor[stays]])
        columns = np.concatenate([new.col, add_on[stays]])
        values = np.concatenate([new.data, old.values[stays]])
        return knowing.table(coo_matrix((values, (rows, columns)), shape=new.shape).tocsr())


def what_stays(old: Model | None, orders: Orders, goods: Goods) -> Stays | None:
    """What may stay of a model that was learned before; None where everything has to be learned anew.

    The forests stay as long as the orders have grown by no more than `GROWTH` since they were grown, and of
    the lines they were grown on no more have come, gone, or changed their product's category; all refreshes
    since then are added up. The program and its settings must be those that grew them.
    """
    if old is None or not old.forests or old.grown.get("program") != program():
        return None
    known, noted = old.knowledge, old.grown
    place = _places(known.product_ids, orders.product_ids)
    here = place != GONE
    sold = np.bincount(orders.lines.indices, minlength=len(orders.product_ids))
    before = np.zeros(len(sold), dtype=np.int64)
    counted = np.rint(known.usual.astype(np.float64) * noted["counted"]).astype(np.int64)
    before[place[here]] = counted[here]
    other = np.abs(sold - before).sum() + counted[~here].sum()
    elsewhere = counted[here][_moved(known, goods, place)].sum()
    changed = noted["changed"] + float(other + elsewhere) / max(int(counted.sum()), 1)
    if changed > GROWTH or abs(orders.count - noted["orders"]) > GROWTH * noted["orders"]:
        return None
    weighed = np.full(len(sold), GONE, dtype=np.int32)
    weighed[place[here]] = known.weighed[here]
    again = (weighed == GONE) | (np.abs(sold - weighed) > STALE * weighed)
    weighed[again] = sold[again]
    return Stays(old, place, np.flatnonzero(again), weighed, changed)


def notes(orders: Orders, calibration: Calibration, stays: Stays | None) -> dict[str, Any]:
    """What a model file tells the next training: by what its forests were grown, and on what."""
    return {
        "program": program(),
        "orders": stays.model.grown["orders"] if stays else orders.count,
        "counted": orders.count,
        "changed": stays.changed if stays else 0.0,
        "calibration": asdict(calibration),
    }


def read_calibration(noted: Mapping[str, Any]) -> Calibration:
    """A calibration out of what `asdict` made of it."""
    return Calibration(noted["orders"], tuple(Reliability(**group) for group in noted["groups"]))


def program() -> str:
    """Stands for the program's version, what forests ask for, and every setting that a model depends on."""
    settings = (
        counting,
        weighing,
        habits,
        knowing,
        lookalikes,
        examples,
        rankers,
        calibrating,
        ranking,
        rhythm,
        shortlist,
        signals,
        neighbours,
    )
    told = repr((__version__, model.VERSION, [_settings(module) for module in settings]))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _settings(module: ModuleType) -> dict[str, Any]:
    return {
        name: value
        for name, value in sorted(vars(module).items())
        if name.isupper() and isinstance(value, int | float | str | tuple)
    }


def _places(ids: tuple[str, ...], among: tuple[str, ...]) -> NDArray[np.int64]:
    at = {product_id: place for place, product_id in enumerate(among)}
    return np.fromiter((at.get(product_id, GONE) for product_id in ids), np.int64, len(ids))


def _moved(known: Knowledge, goods: Goods, place: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the products that are still here are in another category than they were."""
    now = {path: number for number, path in enumerate(goods.categories)}
    unheard = len(now)
    number = np.array([*(now.get(path, unheard) for path in known.categories), NONE])
    here = place != GONE
    return np.asarray(number[known.category[here]] != goods.category[place[here]])
