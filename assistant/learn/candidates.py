"""A candidate, the model in use, and which of them is installed; every step of it into the register."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from assistant.errors import ModelError
from assistant.learn import acceptance, gate, judging, refreshing
from assistant.learn.calibrating import Calibration
from assistant.learn.goods import Goods
from assistant.learn.growing import Grown, grow
from assistant.learn.judging import Beside
from assistant.learn.knowing import Known, kept, know
from assistant.learn.orders import UNKNOWN, Orders
from assistant.learn.refreshing import Stays
from assistant.learn.stages import Stages
from assistant.records import InstalledModel, Progress
from assistant.store import models, pairings
from assistant.store.database import Home, open_home
from assistant.store.models import Entry, Group, Learned, Step, Verdict
from assistant.suggest import acceptance as answers
from assistant.suggest import model as files
from assistant.suggest.forest import Forest
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.model import Model
from assistant.suggest.shortlist import Kind


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What there is before a training: the model in use, where it can be read, and the one that waits."""

    model: Model | None = None
    row: InstalledModel | None = None
    entry: Entry | None = None
    waiting: Entry | None = None

    @property
    def pinned(self) -> bool:
        return self.model is not None and self.entry is not None and self.entry.pinned


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """What a training made: `models` are to be written, `in_use` is to be installed. A `candidate` that has
    waited before has a `number`; one that was just `grown` is given one by the register."""

    known: Known
    in_use: Model
    calibration: Calibration
    models: tuple[Model, ...]
    candidate: Model | None = None
    grown: Grown | None = None
    verdict: Verdict | None = None
    number: int | None = None
    refreshed: bool = False
    pinned: bool = False

    @property
    def installs(self) -> bool:
        """Whether the candidate is the one in use."""
        return self.verdict is not None and self.verdict.installs


def standing(home: Home) -> Standing:
    """What is in use and what waits, as the register and the files have it."""
    with contextlib.closing(open_home(home)) as connection:
        row = pairings.installed(connection)
        entry, waiting = models.in_use(connection), models.waiting(connection)
    if row is None:
        return Standing(None, None, None, waiting)
    try:
        model = replace(files.installed(home, row), acceptance=answers.load(home)[0])
    except ModelError:
        return Standing(None, row, entry, waiting)
    return Standing(model, row, entry, waiting)


def make(
    home: Home,
    orders: Orders,
    goods: Goods,
    before: Standing,
    stays: Stays | None,
    stages: Stages,
    progress: Progress,
    at: datetime,
) -> Made:
    """Count everything, grow what has to be grown, and judge it."""
    anew = stays is None and not before.pinned
    beside = before.model.forests if before.model is not None else None
    grown = grow(orders, goods, progress, stages, beside) if anew else None
    weighing = kept(stages.keep, "weights", stays.weigh) if stays else kept(stages.keep, "weights")
    known = know(orders, goods, progress, weighing)
    if stays is not None:
        known = replace(known, knowledge=replace(known.knowledge, weighed=stays.weighed))
    if grown is not None and not (before.model and before.model.forests):
        known = replace(known, knowledge=grown.believed(known.knowledge))
    if before.model is None:
        assert grown is not None  # noqa: S101
        return _first(known, grown, orders, at)
    own = _own(known, before.model, orders, stays, at)
    calibration = refreshing.read_calibration(before.model.grown["calibration"])
    if before.pinned:
        return Made(known, before.model, calibration, (), refreshed=True, pinned=True)
    if grown is not None and not grown.forests and not before.model.forests:
        return Made(known, own, grown.calibration, (own,))
    if before.entry is None:  # a register that was lost, or put back to an older day
        return (
            _first(known, grown, orders, at)
            if grown
            else Made(known, own, calibration, (own,), refreshed=True)
        )
    compared = Beside(before.entry, replace(own, acceptance=before.model.acceptance))
    if grown is not None:
        candidate = _model(
            known.knowledge, grown.forests, refreshing.notes(orders, grown.calibration, None), at
        )
        verdict = judging.judge(home, candidate, compared, grown, progress, at)
        if verdict.installs:
            return Made(known, candidate, grown.calibration, (candidate,), candidate, grown, verdict)
        return Made(known, own, calibration, (own, candidate), candidate, grown, verdict, refreshed=True)
    again = _waited(home, known, before.waiting, compared, orders, progress, at)
    if again is None:
        return Made(known, own, calibration, (own,), refreshed=True)
    candidate, verdict, number = again
    used = candidate if verdict.installs else own
    return Made(known, used, calibration, (used,), candidate, None, verdict, number, refreshed=True)


def _first(known: Known, grown: Grown, orders: Orders, at: datetime) -> Made:
    model = _model(known.knowledge, grown.forests, refreshing.notes(orders, grown.calibration, None), at)
    verdict = Verdict("first", at, None, (gate.chances(grown.calibration),))
    return Made(known, model, grown.calibration, (model,), model, grown, verdict)


def _own(known: Known, before: Model, orders: Orders, stays: Stays | None, at: datetime) -> Model:
    """The model in use with everything counted anew."""
    calibration = refreshing.read_calibration(before.grown["calibration"])
    return _model(known.knowledge, before.forests, refreshing.notes(orders, calibration, stays), at)


def _waited(
    home: Home,
    known: Known,
    waiting: Entry | None,
    beside: Beside,
    orders: Orders,
    progress: Progress,
    at: datetime,
) -> tuple[Model, Verdict, int] | None:
    """A candidate that waits for answers, judged again; None where none does."""
    last = waiting.verdict if waiting else None
    if waiting is None or last is None or last.word != "not_certain":
        return None
    if any(check.passed is False for check in last.checks if check.name == "baskets"):
        return None
    try:
        then = files.named(home, waiting.model_id)
    except ModelError:
        return None
    calibration = refreshing.read_calibration(then.grown["calibration"])
    model = _model(known.knowledge, then.forests, refreshing.notes(orders, calibration, None), at)
    return model, judging.judge_again(home, model, beside, last, progress, at), waiting.number


def _model(
    knowledge: Knowledge, forests: Mapping[Kind, Forest], noted: Mapping[str, object], at: datetime
) -> Model:
    told = hashlib.sha256(repr(knowledge.product_ids).encode() + knowledge.weights.values.tobytes())
    for kind, forest in forests.items():
        told.update(kind.encode())
        for name in Forest.ARRAYS:
            told.update(np.ascontiguousarray(getattr(forest, name)).data)
    return Model(f"{at:%Y%m%dT%H%M%S}-{told.hexdigest()[:8]}", knowledge, forests, noted)


def enter(home: Home, made: Made, before: Standing, orders: Orders, at: datetime) -> tuple[int, int | None]:
    """Write into the register what became of all this; the number of the model in use, and of a candidate."""
    with contextlib.closing(open_home(home)) as connection:
        number = made.number
        if made.candidate is not None and made.grown is not None:
            learned = _learned(orders, made.grown, _heard(home))
            number = models.enter(connection, made.candidate.model_id, learned, at)
        if made.verdict is not None and number is not None:
            models.note(connection, number, "judged", at=at, verdict=made.verdict)
        used = number if made.installs or before.entry is None else before.entry.number
        if used is None:
            used = models.enter(connection, made.in_use.model_id, _counted(orders), at)
        if not made.pinned:
            step: Step = "installed" if made.installs or before.entry is None else "counted"
            models.note(connection, used, step, at=at, model_id=made.in_use.model_id)
    return used, number


def teach(home: Home, made: Made, before: Standing, progress: Progress, at: datetime) -> int:
    """Learn from all answers so far; from how many.

    What was in use is set aside with the model that goes. Nothing is learned while a candidate waits that the
    log speaks against: it learned from the same answers.
    """
    against = made.verdict is not None and any(
        check.name == "offers" and check.passed is False for check in made.verdict.checks
    )
    if made.pinned or against:
        return 0
    if made.installs and before.entry is not None:
        answers.set_aside(home, before.entry.number)
    taught = acceptance.learn(home, progress=progress, now=at)
    return int(taught.learned["offered"]) if taught else 0


def forget_old(home: Home, in_use: str) -> None:
    """Keep the files of the newest models, and of the one in use also the last one before."""
    with contextlib.closing(open_home(home)) as connection:
        known = models.register(connection)[: files.KEPT_MODELS]
        kept_files = models.files(connection, files.KEPT_MODELS)
        before = models.files_before(connection, in_use)[:1]
    files.forget_old(home.models, {*kept_files, *before, in_use})
    answers.forget_old(home, [one.number for one in known])


def _learned(orders: Orders, grown: Grown, heard: int) -> Learned:
    groups = tuple(Group(one.said, one.seen, one.n) for one in grown.calibration.groups)
    kept_out = grown.calibration.orders
    return replace(_counted(orders), answers=heard, kept_out=kept_out, groups=groups, moves=grown.moves)


def _counted(orders: Orders) -> Learned:
    buyers = len(np.unique(orders.buyer[orders.buyer != UNKNOWN]))
    return Learned(orders.count, buyers, 0, *orders.span())


def _heard(home: Home) -> int:
    """How many answers the model in use has learned from."""
    with contextlib.suppress(ModelError, KeyError):
        learned, _ = answers.load(home)
        return int(learned.learned["offered"]) if learned else 0
    return 0
