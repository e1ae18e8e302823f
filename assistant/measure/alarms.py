"""What in the record is worth a question to the person it is about; never a verdict, and never without rows.

A question is asked where somebody stands out from the others by more than chance lets expect of so many
looked at, or where a person could not have done it. Its rows are the visits and offers to open; those of
which a manager recorded what happened are asked about no more.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from assistant.errors import InputError
from assistant.measure import period
from assistant.store import access, figures, oddities, replies
from assistant.store.access import Permit
from assistant.store.database import Connection
from assistant.store.gathering import gathered
from assistant.store.oddities import Answered, Asked

Kind = Literal["not_on_receipt", "returned", "pace", "alike", "unserved"]
"""not_on_receipt: accepted and not on a paid order; returned: their cross-sold items come back; pace: answers
faster than anybody can speak; alike: one long run of the same answer; unserved: visits in which nothing of
what was shown was said, without a wish of the customer's."""

CHANCE = 0.001  # at which a share stands out from the others'
LEAST = 5  # rows before anything is asked
FAST = 1_500  # milliseconds in which no offer is made and answered
ALIKE = 40  # answers in a row of one kind and reason

SAYINGS: Mapping[Kind, tuple[str, ...]] = {
    "not_on_receipt": ("till_down", "put_back", "paid_separately", "mistake", "not_known"),
    "returned": ("did_not_fit", "faulty", "changed_mind", "mistake", "not_known"),
    "pace": ("afterwards", "mistake", "not_known"),
    "alike": ("as_recorded", "afterwards", "mistake", "not_known"),
    "unserved": ("no_wish", "no_time", "mistake", "not_known"),
}
"""What may have happened, by the kind of question."""


OneRow = TypeVar("OneRow", Asked, Answered)
Settled = frozenset[tuple[str, replies.Place]]


@dataclass(frozen=True, slots=True)
class Row:
    """A visit, and the offer where there is one, to be opened."""

    visit_id: str
    suggestion_id: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask one person: how many of how many, what the others' share is, and the rows.

    `others` is None where the question is not about a share. `rows` are all n, the newest first.
    """

    kind: Kind
    associate_id: str
    name: str
    n: int
    of: int
    others: float | None
    rows: tuple[Row, ...]


def questions(
    connection: Connection, *, since: datetime, until: datetime, seen_by: str | None = None
) -> tuple[Question, ...]:
    """What is worth asking about visits from `since` up to but without `until`.

    `seen_by` is who asks: an associate sees the questions about themselves, a manager all.
    """
    with gathered(connection, period.scope(connection, since, until)):
        missing = oddities.not_on_receipt(connection, since, until)
        back = oddities.returned_offers(connection, since, until)
        paid = oddities.paid_offers(connection, since, until)
        answers = oddities.answers(connection, since, until)
        visits = oddities.unserved(connection, since, until)
        names = figures.names(connection, "associate")
    settled = replies.settled(connection)
    unpaid = _open(settled, "not_on_receipt", missing)
    accepted = Counter(one.associate_id for one in unpaid)
    for who, n in paid.items():
        accepted[who] += n
    served = Counter(one.associate_id for one, _ in visits)
    silent = _open(settled, "unserved", [one for one, nothing in visits if nothing])
    found = [
        *_standing_out("not_on_receipt", unpaid, accepted),
        *_standing_out("returned", _open(settled, "returned", back), paid),
        *_pace(answers, settled),
        *_alike(_open(settled, "alike", answers)),
        *_standing_out("unserved", silent, served),
    ]
    if seen_by is not None and not access.sees_everybody(connection, seen_by):
        found = [one for one in found if one.associate_id == seen_by]
    named = (_named(one, names) for one in found)
    return tuple(sorted(named, key=lambda one: (one.name, one.kind)))


def reply(
    connection: Connection, one: Question, said: str, permit: Permit | None, *, rows: Sequence[Row] = ()
) -> str:
    """Record what happened, with all rows of a question or with some; the reply's id.

    Raises AccessError without a manager's permit, InputError for what no such question is answered by.
    """
    if said not in SAYINGS[one.kind]:
        raise InputError(f"A question about {one.kind} is not answered by {said}.")
    meant = ((row.visit_id, row.suggestion_id) for row in rows or one.rows)
    return replies.reply(connection, one.kind, one.associate_id, said, meant, permit)


def _open(settled: Settled, kind: Kind, rows: Iterable[OneRow]) -> list[OneRow]:
    """The rows of which it is not recorded yet what happened."""
    return [one for one in rows if (kind, (one.visit_id, one.suggestion_id)) not in settled]


def _standing_out(kind: Kind, rows: Sequence[Asked], of: Mapping[str, int]) -> list[Question]:
    """Who has more such rows, of so many, than the others' share and chance explain."""
    mine: dict[str, list[Asked]] = defaultdict(list)
    for one in rows:
        mine[one.associate_id].append(one)
    total, everything = len(rows), sum(of.values())
    found = []
    for who, own in mine.items():
        n, size = len(own), of.get(who, 0)
        rest = everything - size
        if n < LEAST or rest < LEAST or size < n:
            continue
        # Half a row is added to the others', so that "never" is not taken for "impossible".
        others = (total - n + 0.5) / (rest + 1)
        if n / size > others and at_least(n, size, others) < CHANCE:
            found.append(_question(kind, who, own, size, (total - n) / rest))
    return found


def _pace(answers: Sequence[Answered], settled: Settled) -> list[Question]:
    """Whose answers come faster than an offer can be spoken, one after another in the same visit.

    The first answer may come at once, as an offer may be made before its row is marked; not the next ones.
    """
    mine: dict[str, list[Asked]] = defaultdict(list)
    given: Counter[str] = Counter()
    last: dict[str, int] = {}
    for one in answers:
        given[one.associate_id] += 1
        before = last.get(one.visit_id)
        if before is not None and one.at - before < FAST:
            mine[one.associate_id].append(Asked(one.associate_id, one.visit_id, one.suggestion_id, one.at))
        last[one.visit_id] = one.at
    asked = ((who, _open(settled, "pace", own)) for who, own in mine.items())
    return [_question("pace", who, own, given[who], None) for who, own in asked if len(own) >= LEAST]


def _alike(answers: Sequence[Answered]) -> list[Question]:
    """Who gave one and the same answer a long time in a row; an accepted one is for the receipt to judge."""
    found = []
    mine: dict[str, list[Answered]] = defaultdict(list)
    for one in answers:
        mine[one.associate_id].append(one)
    for who, own in mine.items():
        longest: list[Answered] = []
        run: list[Answered] = []
        for one in own:
            same = bool(run) and (run[-1].kind, run[-1].reason) == (one.kind, one.reason)
            run = [*run, one] if same else [one]
            if len(run) > len(longest) and one.kind != "accepted":
                longest = run
        if len(longest) >= ALIKE:
            rows = [Asked(who, one.visit_id, one.suggestion_id, one.at) for one in longest]
            found.append(_question("alike", who, rows, len(own), None))
    return found


def at_least(n: int, of: int, share: float) -> float:
    """How likely so many or more of so many are, each by itself with this share."""
    if share >= 1:
        return 1.0
    ways = (
        math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1)
        + k * math.log(share) + (of - k) * math.log1p(-share)
        for k in range(n, of + 1)
    )  # fmt: skip
    return min(1.0, math.fsum(math.exp(way) for way in ways))


def _question(kind: Kind, who: str, rows: Sequence[Asked], of: int, others: float | None) -> Question:
    newest = sorted(rows, key=lambda one: (-one.at, one.visit_id))
    opened = tuple(Row(one.visit_id, one.suggestion_id) for one in newest)
    return Question(kind, who, who, len(rows), of, others, opened)


def _named(one: Question, names: Mapping[str, str]) -> Question:
    return Question(
        one.kind, one.associate_id, names.get(one.associate_id, one.associate_id), one.n, one.of, one.others,
        one.rows,
    )  # fmt: skip
