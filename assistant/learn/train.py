"""Training: orders become pairings with evidence and a model file, installed together or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from scipy.sparse import csr_matrix

from assistant.errors import KnownError
from assistant.learn import calibrating, counting
from assistant.learn.calibrating import Calibration
from assistant.learn.orders import NO_TIME, Orders, read_orders
from assistant.learn.weighing import weigh
from assistant.records import InstalledModel, Pairing, Progress
from assistant.store import history, pairings
from assistant.store.database import Home, moment, open_catalog
from assistant.suggest import model as files
from assistant.suggest.model import Model


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What was learned, and from what; `calibration` says how far its scores are probabilities."""

    model_id: str
    calibration: Calibration
    orders: int
    products: int
    pairings: int
    since: datetime | None
    until: datetime | None
    seconds: float


def train(home: Home, *, progress: Progress, now: datetime | None = None) -> TrainResult:
    """Learn from every order in the catalog and install what was learned.

    A shop without orders gets an empty model; one without products is a KnownError, because nothing was
    synced yet. Until the last transaction the old model stays in use.
    """
    began = time.perf_counter()
    at = now or datetime.now(UTC)
    with contextlib.closing(open_catalog(home)) as catalog:
        if not history.count_products(catalog):
            raise KnownError("There are no products to learn from yet; `assistant sync` brings them.")
        orders = read_orders(catalog, progress)
        calibration = _calibration(orders, at, progress)
        learned, base, rows = _learn(orders, calibration, at, progress)
        path = files.write(learned, home.models)
        since, until = orders.span()
        installed = InstalledModel(learned.model_id, path.name, at, orders.count, since, until)
        progress("Writing pairings", 0, 1)
        count = pairings.replace(catalog, _facts(orders, base, rows), installed)
        progress("Writing pairings", 1, 1)
    files.forget_old(home.models, path.name)
    return TrainResult(
        model_id=learned.model_id,
        calibration=calibration,
        orders=orders.count,
        products=len(orders.product_ids),
        pairings=count,
        since=since,
        until=until,
        seconds=time.perf_counter() - began,
    )


def _calibration(orders: Orders, at: datetime, progress: Progress) -> Calibration:
    """How scores learned from earlier orders come true in later ones, which they have not seen."""
    parts = calibrating.split(orders)
    if parts is None:
        return Calibration()
    earlier, later = parts
    tried, _, _ = _learn(earlier, Calibration(), at, progress)
    progress("Trying it on later orders", 0, later.count)
    calibration = calibrating.calibrate(tried, later)
    progress("Trying it on later orders", later.count, later.count)
    return calibration


def _learn(
    orders: Orders, calibration: Calibration, at: datetime, progress: Progress
) -> tuple[Model, counting.Bases, list[counting.Counted]]:
    """The model of some orders, with the counts that it and the pairings stand on."""
    base = counting.bases(orders)
    rows = list(counting.pairs(orders, base, progress))
    return _model(orders, base, rows, weigh(orders, progress), calibration, at), base, rows


def _model(
    orders: Orders,
    base: counting.Bases,
    rows: list[counting.Counted],
    weights: csr_matrix,
    calibration: Calibration,
    at: datetime,
) -> Model:
    proven = np.zeros(len(orders.product_ids), dtype=np.int64)
    for row in rows:
        proven[row.anchor] = len(row.add_ons)
    told = hashlib.sha256(repr(orders.product_ids).encode() + weights.data.tobytes()).hexdigest()
    return Model(
        model_id=f"{at:%Y%m%dT%H%M%S}-{told[:8]}",
        product_ids=orders.product_ids,
        usual=(base.orders / max(orders.count, 1)).astype(np.float32),
        starts=weights.indptr.astype(np.int64),
        add_ons=weights.indices.astype(np.int32),
        weights=weights.data.astype(np.float32),
        proven_starts=np.concatenate(([0], np.cumsum(proven))).astype(np.int64),
        proven_add_ons=np.concatenate([np.zeros(0, np.int32), *(row.add_ons for row in rows)]),
        proven_shares=np.concatenate([np.zeros(0), *(row.likely for row in rows)]).astype(np.float32),
        again=counting.bought_again(orders),
        calibration=np.array([calibration.slope, calibration.intercept]),
    )


def _facts(orders: Orders, base: counting.Bases, rows: list[counting.Counted]) -> Iterator[Pairing]:
    """The pairings that may be spoken of, with what was counted."""
    for row in rows:
        size = int(base.orders[row.anchor])
        first, last = int(base.since[row.anchor]), int(base.until[row.anchor])
        since, until = (None, None) if last == NO_TIME else (moment(first), moment(last))
        for add_on, together, lift in zip(row.add_ons, row.together, row.lift, strict=True):
            yield Pairing(
                anchor_id=orders.product_ids[row.anchor],
                product_id=orders.product_ids[add_on],
                n=int(together),
                base=size,
                share=int(together) / size,
                lift=float(lift),
                customers=int(base.customers[row.anchor]),
                since=since,
                until=until,
            )
