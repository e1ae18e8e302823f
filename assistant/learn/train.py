"""Training: orders become pairings with evidence and a model file, installed together or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from assistant.errors import KnownError
from assistant.learn import acceptance, calibrating, case_mix, rankers, refreshing
from assistant.learn.calibrating import Calibration
from assistant.learn.counting import Bases, Counted
from assistant.learn.examples import examples
from assistant.learn.goods import Goods, read_goods
from assistant.learn.knowing import Keep, Known, kept, know
from assistant.learn.orders import NO_TIME, Orders, read_orders
from assistant.learn.refreshing import Stays, what_stays
from assistant.learn.stages import Arrays, Stages
from assistant.records import CategoryPairing, InstalledModel, Pairing, Progress
from assistant.store import history, pairings, purchases
from assistant.store.database import Home, moment, open_catalog
from assistant.suggest import model as files
from assistant.suggest.forest import Forest
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.model import Model
from assistant.suggest.shortlist import Kind

_SAID = 20_000


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What was learned, and from what; `calibration` says how far its scores are probabilities.

    `refreshed` means that the forests, and the calibration with them, are those of an earlier training;
    `answers` is how many offers were learned from besides.
    """

    model_id: str
    calibration: Calibration
    orders: int
    products: int
    pairings: int
    since: datetime | None
    until: datetime | None
    seconds: float
    refreshed: bool = False
    answers: int = 0


def train(home: Home, *, progress: Progress, now: datetime | None = None, full: bool = False) -> TrainResult:
    """Learn from every order in the catalog and install what was learned.

    Where little is new (`refreshing.what_stays` says when) and not all of it is asked for (`full`), the model
    is refreshed: everything is counted anew, so that pairings, and all numbers that are said, are those of a
    full training, and so are the weights of products whose orders changed by more than one in fifty. The
    forests stay, and the weights of all other products.

    A training that is killed or cancelled is gone on with by the next one, if it finds the same orders. A
    shop without orders gets an empty model; one without products is a KnownError, because nothing was synced
    yet. Until the last transaction the old model stays in use.
    """
    began = time.perf_counter()
    at = now or datetime.now(UTC)
    with contextlib.closing(open_catalog(home)) as catalog:
        if not history.count_products(catalog):
            raise KnownError("There are no products to learn from yet; `assistant sync` brings them.")
        orders, goods = read_goods(catalog, read_orders(catalog, progress))
        stays = None if full else what_stays(home, orders, goods)
        stages = Stages(home.unfinished, _fingerprint(orders, goods, stays))
        learned, calibration, known = _learn(orders, goods, stays, stages, progress, at)
        path = files.write(learned, home.models)
        since, until = orders.span()
        installed = InstalledModel(learned.model_id, path.name, at, orders.count, since, until)
        facts, category_facts = _facts(orders, known), _category_facts(known, goods.categories)
        count = pairings.replace(catalog, _told(facts, known, progress), installed, category_facts)
        progress("Writing pairings", count, count)
        purchases.pack(catalog, progress)
    case_mix.learn(home, progress)
    stages.done()
    files.forget_old(home.models, path.name)
    taught = acceptance.learn(home, progress=progress, now=at)
    return TrainResult(
        model_id=learned.model_id,
        calibration=calibration,
        orders=orders.count,
        products=int((known.bases.orders > 0).sum()),
        pairings=count,
        since=since,
        until=until,
        seconds=time.perf_counter() - began,
        refreshed=stays is not None,
        answers=int(taught.learned["offered"]) if taught else 0,
    )


def learn_forests(
    orders: Orders, goods: Goods, progress: Progress, keep: Keep | None = None
) -> tuple[dict[Kind, Forest], Calibration]:
    """Forests that weigh what is known, each made to come true on baskets it did not learn from.

    `keep` keeps what is expensive on the way.
    """
    asked = examples(orders, goods, progress, keep)
    if not asked.baskets:
        return {}, Calibration()
    learning, trying = calibrating.parted(asked)
    forests = rankers.fit(learning, progress)
    return calibrating.calibrate(forests, trying)


def _learn(
    orders: Orders, goods: Goods, stays: Stays | None, stages: Stages, progress: Progress, at: datetime
) -> tuple[Model, Calibration, Known]:
    if stays is None:
        forests, calibration = _grown(orders, goods, stages, progress)
        weighing = kept(stages.keep, "weights")
    else:
        forests, calibration = dict(stays.model.forests), stays.calibration
        weighing = kept(stages.keep, "weights", stays.weigh)
    known = know(orders, goods, progress, weighing)
    if stays is not None:
        known = replace(known, knowledge=replace(known.knowledge, weighed=stays.weighed))
    noted = refreshing.notes(orders, calibration, stays)
    return Model(_model_id(known.knowledge, at), known.knowledge, forests, noted), calibration, known


def _grown(
    orders: Orders, goods: Goods, stages: Stages, progress: Progress
) -> tuple[dict[Kind, Forest], Calibration]:
    """As `learn_forests`, once: what was grown before a kill is there."""

    def make() -> Arrays:
        forests, calibration = learn_forests(orders, goods, progress, stages.keep)
        arrays, header = files.flat_forests(forests)
        header["calibration"] = asdict(calibration)
        return arrays | {"header": np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)}

    arrays = dict(stages.keep("forests", make))
    header = json.loads(arrays["header"].tobytes())
    return files.forests_of(header, arrays), refreshing.read_calibration(header["calibration"])


def _fingerprint(orders: Orders, goods: Goods, stays: Stays | None) -> str:
    """Stands for all that the stages of a training follow from.

    It is taken from what was read, not from the catalog: a sync may have changed that in between.
    """
    told = hashlib.sha256(repr((refreshing.program(), stays and stays.model.model_id)).encode())
    lines = orders.lines
    everything = [orders.product_ids, lines.indptr, lines.indices, orders.buyer, orders.at]
    for part in [*everything, *(getattr(goods, field.name) for field in fields(goods))]:
        if isinstance(part, np.ndarray):
            told.update(repr((part.dtype.str, part.shape)).encode())
            told.update(np.ascontiguousarray(part).data)
        else:
            told.update(repr(part).encode())
    return told.hexdigest()


def _told(facts: Iterable[Pairing], known: Known, progress: Progress) -> Iterator[Pairing]:
    """The same, saying how many of them were taken."""
    total = sum(len(row.add_ons) for row in known.pairs)
    for done, fact in enumerate(facts):
        if done % _SAID == 0:
            progress("Writing pairings", done, total)
        yield fact


def _model_id(knowledge: Knowledge, at: datetime) -> str:
    told = hashlib.sha256(repr(knowledge.product_ids).encode() + knowledge.weights.values.tobytes())
    return f"{at:%Y%m%dT%H%M%S}-{told.hexdigest()[:8]}"


def _facts(orders: Orders, known: Known) -> Iterator[Pairing]:
    """The pairings that may be spoken of, with what was counted, in the order in which they are stored."""
    for row in sorted(known.pairs, key=lambda row: orders.product_ids[row.anchor]):
        for add_on, counted in _counted(row, known.bases):
            yield Pairing(orders.product_ids[row.anchor], orders.product_ids[add_on], **counted)


def _category_facts(known: Known, categories: Sequence[str]) -> Iterator[CategoryPairing]:
    for row in known.category_pairs:
        for other, counted in _counted(row, known.category_bases):
            yield CategoryPairing(categories[row.anchor], categories[other], **counted)


def _counted(row: Counted, base: Bases) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each add-on of an anchor with its facts."""
    size = int(base.orders[row.anchor])
    first, last = int(base.since[row.anchor]), int(base.until[row.anchor])
    since, until = (None, None) if last == NO_TIME else (moment(first), moment(last))
    common = {"base": size, "customers": int(base.customers[row.anchor]), "since": since, "until": until}
    for add_on, together, lift in zip(
        row.add_ons.tolist(), row.together.tolist(), row.lift.tolist(), strict=True
    ):
        yield add_on, common | {"n": together, "share": together / size, "lift": lift}
