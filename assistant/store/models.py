"""The register of models: what each was learned from, how it was judged, and which was in use when.

A model's number is the shop's own, counted from 1; its file may be written anew under the same number when
orders are only counted again. Steps are appended, never changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from uuid_utils import uuid7

from assistant.errors import InputError
from assistant.store import access
from assistant.store.access import Permit
from assistant.store.database import Connection, Row, moment, stamp, transaction

Word = Literal["first", "ready", "not_certain", "worse", "too_few"]
Step = Literal["learned", "judged", "installed", "counted", "rolled_back", "discarded", "pinned", "unpinned"]
State = Literal["in_use", "waiting", "earlier", "replaced", "discarded"]
TRAINING = ""  # who it is that learns, judges and installs by night
LONGEST = 200  # letters of a reason


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at before a model may come into use.

    `name`: `chances` (how far what it says is from what came, mean over cases), `groups` (suggestions a visit
    in the group that gets least), `limits` (suggestions that broke a rule), `baskets` and `offers` (the lower
    end of the difference to the model in use, as a share of that one's value), `enough` (effective answers).
    `passed` is None where it cannot be told.
    """

    name: Literal["chances", "groups", "limits", "baskets", "offers", "enough"]
    passed: bool | None
    value: float | None
    limit: float
    n: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A candidate beside the model in use, on the same `n` baskets or slates; `effective` answers, where the
    log was asked. Values are nDCG@10 of a basket, or offers accepted of each that was shown."""

    n: int
    in_use: Interval
    candidate: Interval
    difference: Interval
    effective: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What the log says of one pairing under the candidate: accepted more or less often, of so many shown."""

    anchor_id: str | None
    product_id: str
    shown: int
    difference: Interval


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a candidate was judged, and against which model; `first` has none to be judged against."""

    word: Word
    at: datetime
    against: int | None = None
    checks: tuple[Check, ...] = ()
    baskets: Compared | None = None
    offers: Compared | None = None
    changes: tuple[Change, ...] = ()

    @property
    def installs(self) -> bool:
        """Whether it comes into use by itself."""
        return self.word in ("first", "ready", "too_few")


@dataclass(frozen=True, slots=True)
class Group:
    """Of `n` cases: the chance that was said in the mean, and the share that came true."""

    said: float
    seen: float
    n: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What a model was learned from, how far its chances came true on what it did not learn from, and how
    much each part moves its scores (mean log-odds)."""

    orders: int
    customers: int = 0
    answers: int = 0
    since: datetime | None = None
    until: datetime | None = None
    kept_out: int = 0  # baskets that it did not learn from
    groups: tuple[Group, ...] = ()
    moves: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A model as the register has it now; `model_id` names its newest file, `since` when it last came into
    use, `counted_at` when its orders were last counted again."""

    number: int
    model_id: str
    learned_at: datetime
    learned: Learned
    state: State
    verdict: Verdict | None
    since: datetime | None = None
    counted_at: datetime | None = None
    pinned: bool = False
    reason: str | None = None  # why a person put it in or took it out


@dataclass(frozen=True, slots=True)
class Happened:
    """One step of the register."""

    number: int
    step: Step
    at: datetime
    associate_id: str
    reason: str | None
    verdict: Verdict | None


def enter(connection: Connection, model_id: str, learned: Learned, at: datetime) -> int:
    """A number for a model that was learned just now."""
    with transaction(connection):
        (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM models").fetchone()
        number = int(last) + 1
        connection.execute(
            "INSERT INTO models VALUES (?, ?, ?)", (number, stamp(at), json.dumps(_flat(learned)))
        )
        _step(connection, number, "learned", at, model_id)
    return number


def note(
    connection: Connection,
    number: int,
    step: Step,
    *,
    at: datetime,
    model_id: str | None = None,
    verdict: Verdict | None = None,
    reason: str | None = None,
    associate_id: str = TRAINING,
) -> None:
    """Append what became of a model."""
    with transaction(connection):
        _step(connection, number, step, at, model_id, verdict, reason, associate_id)


def decide(
    connection: Connection,
    number: int,
    step: Step,
    permit: Permit | None,
    *,
    at: datetime,
    reason: str | None = None,
    model_id: str | None = None,
) -> None:
    """Append what a manager decided; in a home that nobody keeps yet, anybody decides.

    Raises AccessError without the permit, InputError for a reason too long, or none where one is needed.
    """
    who = allowed(connection, permit)
    said = " ".join((reason or "").split()) or None
    if said is None and step in ("installed", "discarded"):
        raise InputError("A reason is needed; whoever looks later wants to know why.")
    if said is not None and len(said) > LONGEST:
        raise InputError(f"A reason has at most {LONGEST} letters.")
    note(connection, number, step, at=at, model_id=model_id, reason=said, associate_id=who)


def allowed(connection: Connection, permit: Permit | None) -> str:
    """Who decides. Raises AccessError without a manager's permit, once anybody keeps this home."""
    if permit is None and not access.has_keeper(connection):
        return TRAINING
    return access.require(connection, permit, "models")


def register(connection: Connection) -> tuple[Entry, ...]:
    """Every model, the newest first."""
    used = connection.execute("SELECT model_id FROM model WHERE one = 1").fetchone()
    in_use = number_of(connection, used[0]) if used else None
    told = {number: (at, learned) for number, at, learned in connection.execute(
        "SELECT number, learned_at, learned FROM models ORDER BY number DESC"
    )}  # fmt: skip
    steps: dict[int, list[Row]] = {number: [] for number in told}
    for row in connection.execute(f"SELECT {_COLUMNS} FROM model_steps ORDER BY n"):
        if row[0] in steps:
            steps[row[0]].append(row)
    newest = max(told, default=0)
    return tuple(
        _entry(number, at, learned, steps[number], in_use, newest) for number, (at, learned) in told.items()
    )


def entry(connection: Connection, number: int) -> Entry:
    """One model. Raises InputError where there is no such number."""
    found = next((one for one in register(connection) if one.number == number), None)
    if found is None:
        known = connection.execute("SELECT min(number), max(number) FROM models").fetchone()
        there = f"; there are {known[0]} to {known[1]}" if known[0] is not None else "; none was learned yet"
        raise InputError(f"There is no model {number}{there}.")
    return found


def in_use(connection: Connection) -> Entry | None:
    """The model in use; None before the first training, or where the register does not know it."""
    return next((one for one in register(connection) if one.state == "in_use"), None)


def waiting(connection: Connection) -> Entry | None:
    """The newest model, where it waits to be judged again or decided on."""
    return next((one for one in register(connection) if one.state == "waiting"), None)


def number_of(connection: Connection, model_id: str) -> int | None:
    """Which model a file belongs to."""
    row = connection.execute(
        "SELECT number FROM model_steps WHERE model_id = ? ORDER BY n DESC LIMIT 1", (model_id,)
    ).fetchone()
    return None if row is None else int(row[0])


def used_before(connection: Connection, number: int) -> int | None:
    """Which model was in use before this one came to be so."""
    row = connection.execute(
        "SELECT number FROM model_steps WHERE step IN ('installed', 'rolled_back') AND number <> ? "
        "AND number NOT IN (SELECT number FROM model_steps WHERE step = 'discarded') "
        "AND n < (SELECT max(n) FROM model_steps WHERE number = ? AND step IN ('installed', 'rolled_back')) "
        "ORDER BY n DESC LIMIT 1",
        (number, number),
    ).fetchone()
    return None if row is None else int(row[0])


def history(connection: Connection, most: int = 50) -> tuple[Happened, ...]:
    """What happened to all models, the newest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM model_steps ORDER BY n DESC LIMIT ?", (most,))
    return tuple(Happened(row[0], row[1], _time(row[5]), row[4], row[3], _verdict(row[6])) for row in rows)


def files_before(connection: Connection, model_id: str) -> tuple[str, ...]:
    """The ids of the files that were in use before this one, the newest first."""
    rows = connection.execute(
        "SELECT model_id FROM model_steps WHERE model_id IS NOT NULL AND model_id <> ? "
        "AND step IN ('installed', 'counted', 'rolled_back') GROUP BY model_id ORDER BY max(n) DESC",
        (model_id,),
    )
    return tuple(row[0] for row in rows)


def files(connection: Connection, most: int) -> frozenset[str]:
    """The ids of the newest file of each of the newest models."""
    rows = connection.execute(
        "SELECT model_id FROM model_steps WHERE n IN (SELECT max(n) FROM model_steps "
        "WHERE model_id IS NOT NULL GROUP BY number ORDER BY number DESC LIMIT ?)",
        (most,),
    )
    return frozenset(row[0] for row in rows)


def files_of(connection: Connection, number: int) -> tuple[str, ...]:
    """The ids of all files that a model ever had, the newest first."""
    rows = connection.execute(
        "SELECT DISTINCT model_id FROM model_steps WHERE number = ? AND model_id IS NOT NULL ORDER BY n DESC",
        (number,),
    )
    return tuple(row[0] for row in rows)


_COLUMNS = "number, step, model_id, reason, associate_id, at, verdict"


def _step(
    connection: Connection,
    number: int,
    step: Step,
    at: datetime,
    model_id: str | None = None,
    verdict: Verdict | None = None,
    reason: str | None = None,
    associate_id: str = TRAINING,
) -> None:
    connection.execute(
        f"INSERT INTO model_steps (step_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            str(uuid7()), number, step, model_id, reason, associate_id, stamp(at),
            json.dumps(_flat(verdict)) if verdict else None,
        ),
    )  # fmt: skip


def _entry(number: int, at: int, learned: str, steps: list[Row], in_use: int | None, newest: int) -> Entry:
    files = [row for row in steps if row[2] is not None]
    came = [row for row in steps if row[1] in ("installed", "rolled_back")]
    judged = [row for row in steps if row[6] is not None]
    decided = [row for row in steps if row[3] is not None]
    held = [row[1] for row in steps if row[1] in ("pinned", "unpinned")]
    discarded = any(row[1] == "discarded" for row in steps)
    state: State
    if number == in_use:
        state = "in_use"
    elif discarded:
        state = "discarded"
    elif came:
        state = "earlier"
    else:
        state = "waiting" if number == newest else "replaced"
    return Entry(
        number,
        files[-1][2] if files else "",
        _time(at),
        _learned(learned),
        state,
        _verdict(judged[-1][6]) if judged else None,
        _time(came[-1][5]) if came else None,
        next((_time(row[5]) for row in reversed(steps) if row[1] == "counted"), None),
        bool(held) and held[-1] == "pinned",
        decided[-1][3] if decided else None,
    )


def _time(at: int) -> datetime:
    return moment(at) or datetime.now(UTC)


def _flat(told: Learned | Verdict) -> dict[str, Any]:
    found = asdict(told)
    return {name: stamp(value) if isinstance(value, datetime) else value for name, value in found.items()}


def _learned(text: str) -> Learned:
    told = json.loads(text)
    told |= {name: moment(told[name]) for name in ("since", "until")}
    return Learned(**{**told, "groups": tuple(Group(**one) for one in told["groups"])})


def _verdict(text: str | None) -> Verdict | None:
    if text is None:
        return None
    told = json.loads(text)
    told["at"] = _time(told["at"])
    told["checks"] = tuple(Check(**one) for one in told["checks"])
    told["changes"] = tuple(
        Change(**{**one, "difference": Interval(**one["difference"])}) for one in told["changes"]
    )
    for name in ("baskets", "offers"):
        told[name] = _compared(told[name])
    return Verdict(**told)


def _compared(told: dict[str, Any] | None) -> Compared | None:
    if told is None:
        return None
    return Compared(**told | {n: Interval(**told[n]) for n in ("in_use", "candidate", "difference")})
