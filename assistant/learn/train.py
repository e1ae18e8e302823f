"""Training: orders become pairings with evidence and a model file, installed together or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import numpy as np

from assistant.errors import KnownError
from assistant.learn import candidates, case_mix, refreshing
from assistant.learn.calibrating import Calibration
from assistant.learn.candidates import Standing
from assistant.learn.counting import Bases, Counted
from assistant.learn.goods import Goods, read_goods
from assistant.learn.knowing import Known
from assistant.learn.orders import NO_TIME, Orders, read_orders
from assistant.learn.refreshing import Stays, what_stays
from assistant.learn.stages import Stages
from assistant.records import CategoryPairing, InstalledModel, Pairing, Progress
from assistant.store import history, pairings, purchases
from assistant.store.database import Home, moment, open_catalog
from assistant.store.models import Verdict
from assistant.suggest import model as files

_SAID = 20_000


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What was learned, and from what; `calibration` says how far its scores are probabilities.

    `number` is that of the model in use afterwards, `refreshed` that its forests, and the calibration with
    them, are those of an earlier training; `judged` names a candidate with its verdict, where there was one;
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
    number: int = 1
    judged: tuple[int, Verdict] | None = None
    pinned: bool = False


def train(home: Home, *, progress: Progress, now: datetime | None = None, full: bool = False) -> TrainResult:
    """Learn from every order in the catalog and install what was learned, where it may come into use.

    Where little is new (`refreshing.what_stays` says when) and not all of it is asked for (`full`), the model
    is refreshed: everything is counted anew, so that pairings, and all numbers that are said, are those of a
    full training, and so are the weights of products whose orders changed by more than one in fifty. The
    forests stay, and the weights of all other products.

    New forests are a candidate. Beside a model in use they are judged (`gate`), and where they may be worse
    they wait: the model in use is counted anew and stays. A pinned model stays as it is; only what is said of
    pairings is counted anew.

    A training that is killed or cancelled is gone on with by the next one, if it finds the same orders. A
    shop without orders gets an empty model; one without products is a KnownError, because nothing was synced
    yet. Until the last transaction the old model stays in use.
    """
    began = time.perf_counter()
    at = now or datetime.now(UTC)
    standing = candidates.standing(home)
    with contextlib.closing(open_catalog(home)) as catalog:
        if not history.count_products(catalog):
            raise KnownError("There are no products to learn from yet; `assistant sync` brings them.")
        orders, goods = read_goods(catalog, read_orders(catalog, progress))
        stays = None if full else what_stays(standing.model, orders, goods)
        stages = Stages(home.unfinished, _fingerprint(orders, goods, stays, standing))
        made = candidates.make(home, orders, goods, standing, stays, stages, progress, at)
        for model in made.models:
            files.write(model, home.models)
        since, until = orders.span()
        used = made.in_use
        row = InstalledModel(used.model_id, files.file_of(used.model_id), at, orders.count, since, until)
        known = made.known
        facts, category_facts = _facts(orders, known), _category_facts(known, goods.categories)
        told = _told(facts, known, progress)
        count = pairings.replace(
            catalog, told, standing.row if made.pinned and standing.row else row, category_facts
        )
        progress("Writing pairings", count, count)
        purchases.pack(catalog, progress)
    case_mix.learn(home, progress)
    stages.done()
    number, judged = candidates.enter(home, made, standing, orders, at)
    taught = candidates.teach(home, made, standing, progress, at)
    candidates.forget_old(home, used.model_id)
    return TrainResult(
        model_id=used.model_id,
        calibration=made.calibration,
        orders=orders.count,
        products=int((known.bases.orders > 0).sum()),
        pairings=count,
        since=since,
        until=until,
        seconds=time.perf_counter() - began,
        refreshed=made.refreshed,
        answers=taught,
        number=number,
        judged=(judged, made.verdict) if judged is not None and made.verdict is not None else None,
        pinned=made.pinned,
    )


def _fingerprint(orders: Orders, goods: Goods, stays: Stays | None, standing: Standing) -> str:
    """Stands for all that the stages of a training follow from.

    It is taken from what was read, not from the catalog: a sync may have changed that in between.
    """
    before = standing.model and standing.model.model_id
    told = hashlib.sha256(repr((refreshing.program(), stays is None, before)).encode())
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
