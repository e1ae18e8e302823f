"""What people say of pairings: it does not fit, never suggest it, put it in; and what a manager decides.

Appended, never changed: the last word on a pairing holds. A word of an associate waits for a manager.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from uuid_utils import uuid7

from assistant.errors import AccessError, InputError
from assistant.store import access, catalog
from assistant.store.access import Permit
from assistant.store.database import Connection, moment, stamp, transaction

Word = Literal["does_not_fit", "vetoed", "proposed", "kept", "taken_out", "put_in", "undone"]
Asked = Literal["vetoed", "proposed"]
Decision = Literal["kept", "taken_out", "put_in"]

_WAITING = ("does_not_fit", "vetoed", "proposed")
_AT_ONCE: dict[Asked, Word] = {"vetoed": "taken_out", "proposed": "put_in"}
_STANDS = "kind <> 'undone' AND NOT EXISTS (SELECT 1 FROM pairing_words u WHERE u.undoes = w.word_id)"
_LAST = (
    "(SELECT *, row_number() OVER (PARTITION BY anchor_id, product_id ORDER BY sequence DESC) AS latest "
    f"FROM pairing_words w WHERE {_STANDS})"
)


@dataclass(frozen=True, slots=True)
class Check:
    """A pairing that waits for a manager: what was said of it, by whom and when."""

    anchor_id: str
    anchor_name: str
    product_id: str
    product_name: str
    kind: Word
    associate_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A word on a pairing as the log holds it, so that it can be taken back."""

    word_id: str
    word: Word


@dataclass(frozen=True, slots=True)
class Rate:
    """How the offers of a pairing went: how many there were, and how many were accepted."""

    offered: int
    accepted: int


def say(
    connection: Connection,
    anchor_id: str,
    product_id: str,
    kind: Asked,
    associate_id: str,
    suggestion_id: str | None = None,
) -> Said:
    """Propose or veto a pairing; a manager's word acts at once, an associate's waits. What it became.

    `suggestion_id` is the suggestion that was vetoed: it does not come back in its visit. Raises InputError
    where there is no such product, both are the same, or it is proposed or put in already.
    """
    if anchor_id == product_id:
        raise InputError("A product is not paired with itself.")
    (known,) = connection.execute(
        "SELECT count(*) FROM products WHERE product_id IN (?, ?)", (anchor_id, product_id)
    ).fetchone()
    if known != 2:
        raise InputError("The shop has no such product.")
    acts = access.at_least(access.role_of(connection, associate_id), "manager")
    word: Word = _AT_ONCE[kind] if acts else kind
    with transaction(connection):
        if kind == "proposed":
            _refuse_twice(connection, anchor_id, product_id, acts)
        return Said(_put(connection, anchor_id, product_id, word, suggestion_id, associate_id), word)


def _refuse_twice(connection: Connection, anchor_id: str, product_id: str, acts: bool) -> None:
    """Nothing is proposed that is in use already, or, but by a manager, that waits already."""
    row = connection.execute(
        f"SELECT kind FROM {_LAST} WHERE latest = 1 AND anchor_id = ? AND product_id = ?",
        (anchor_id, product_id),
    ).fetchone()
    if row is not None and row[0] == "put_in":
        raise InputError("That pairing was proposed and is in use already.")
    if row is not None and row[0] == "proposed" and not acts:
        raise InputError("That pairing is proposed already; a manager decides.")


def take_back(connection: Connection, word_id: str, associate_id: str) -> None:
    """Take one's own proposal or veto back.

    Raises AccessError for somebody else's, InputError where it is taken back or decided on already.
    """
    with transaction(connection):
        row = connection.execute(
            "SELECT anchor_id, product_id, associate_id, sequence FROM pairing_words w "
            f"WHERE word_id = ? AND {_STANDS}",
            (word_id,),
        ).fetchone()
        if row is None:
            raise InputError("There is nothing to take back.")
        anchor_id, product_id, author, sequence = row
        if author != associate_id:
            raise AccessError("Only who said it takes it back.")
        later = connection.execute(
            "SELECT 1 FROM pairing_words w WHERE anchor_id = ? AND product_id = ? AND sequence > ? "
            f"AND kind IN ('kept', 'taken_out', 'put_in') AND {_STANDS}",
            (anchor_id, product_id, sequence),
        ).fetchone()
        if later is not None:
            raise InputError("A manager has decided on it meanwhile.")
        _put(connection, anchor_id, product_id, "undone", None, associate_id, undoes=word_id)


def decide(
    connection: Connection, anchor_id: str, product_id: str, decision: Decision, permit: Permit | None
) -> None:
    """Decide what waits. Raises AccessError for anybody but a manager, InputError where nothing waits."""
    associate_id = access.require(connection, permit, "pairings")
    with transaction(connection):
        if not any((c.anchor_id, c.product_id) == (anchor_id, product_id) for c in waiting(connection)):
            raise InputError("Nothing waits to be decided about that pairing.")
        _put(connection, anchor_id, product_id, decision, None, associate_id)


def waiting(connection: Connection) -> tuple[Check, ...]:
    """What waits for a manager, oldest first."""
    rows = connection.execute(
        f"SELECT anchor_id, product_id, kind, associate_id, at FROM {_LAST} "
        "WHERE latest = 1 AND kind IN (SELECT value FROM json_each(?)) ORDER BY sequence",
        (json.dumps(_WAITING),),
    ).fetchall()
    known = catalog.products(connection, {one for row in rows for one in row[:2]})
    names = {one: product.name for one, product in known.items()}
    return tuple(
        Check(
            anchor, names.get(anchor, anchor), add_on, names.get(add_on, add_on), kind, who,
            moment(at) or datetime.now(UTC),
        )
        for anchor, add_on, kind, who, at in rows
    )  # fmt: skip


def words_on(
    connection: Connection, anchors: Collection[str], visit_id: str | None = None
) -> dict[tuple[str, str], Word]:
    """What holds of each pairing from these anchors, by (anchor, add-on): put in, taken out, or in question.

    A proposal or veto that waits changes nothing yet, but for the visit in which a suggestion was vetoed, and
    what is kept stays as it was.
    """
    if connection.execute("SELECT 1 FROM pairing_words LIMIT 1").fetchone() is None:
        return {}  # nobody has said a word yet
    asked = json.dumps(list(anchors))
    rows = connection.execute(
        "SELECT anchor_id, product_id, kind FROM pairing_words w WHERE kind IN ('put_in', 'taken_out') "
        f"AND anchor_id IN (SELECT value FROM json_each(?)) AND {_STANDS} ORDER BY sequence",
        (asked,),
    )
    words: dict[tuple[str, str], Word] = {(anchor, add_on): kind for anchor, add_on, kind in rows}
    doubted = connection.execute(
        f"SELECT anchor_id, product_id FROM {_LAST} WHERE latest = 1 AND kind = 'does_not_fit' "
        "AND anchor_id IN (SELECT value FROM json_each(?))",
        (asked,),
    )
    words |= dict.fromkeys(doubted, "does_not_fit")
    if visit_id is not None:
        words |= dict.fromkeys(_vetoed_in(connection, visit_id).values(), "vetoed")
    return words


def decided_at(connection: Connection, anchor_id: str, product_id: str) -> datetime:
    """When a pairing was last put in, taken out or doubted; long ago where it never was."""
    (at,) = connection.execute(
        "SELECT max(at) FROM pairing_words w WHERE anchor_id = ? AND product_id = ? "
        f"AND kind IN ('put_in', 'taken_out', 'does_not_fit', 'vetoed') AND {_STANDS}",
        (anchor_id, product_id),
    ).fetchone()
    return moment(at) or datetime.fromtimestamp(0, UTC)


def vetoed_in(connection: Connection, visit_id: str) -> frozenset[str]:
    """The suggestions that are gone from a visit, because somebody in it would never make them."""
    return frozenset(_vetoed_in(connection, visit_id))


def _vetoed_in(connection: Connection, visit_id: str) -> dict[str, tuple[str, str]]:
    rows = connection.execute(
        "SELECT w.suggestion_id, w.anchor_id, w.product_id FROM suggestions s "
        "JOIN pairing_words w USING (suggestion_id) "
        f"WHERE s.visit_id = ? AND w.kind IN ('vetoed', 'taken_out') AND w.{_STANDS}",
        (visit_id,),
    )
    return {suggestion: (anchor, add_on) for suggestion, anchor, add_on in rows}


def anchors_spoken_of(connection: Connection) -> list[str]:
    """Every product from which a pairing was ever spoken of."""
    return [row[0] for row in connection.execute("SELECT DISTINCT anchor_id FROM pairing_words")]


def anchors_put_in(connection: Connection, anchors: Collection[str]) -> frozenset[str]:
    """Which of these have an add-on that somebody proposed and a manager put in."""
    return frozenset(a for (a, _), word in words_on(connection, anchors).items() if word == "put_in")


def rates(connection: Connection, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], Rate]:
    """How the offers of these pairings went since they were put in, by (anchor, add-on)."""
    return {pair: _rate(connection, *pair) for pair in pairs}


def _rate(connection: Connection, anchor_id: str, product_id: str) -> Rate:
    """What was answered to the pairing's own suggestions; what was never offered says nothing of it."""
    offered, accepted = connection.execute(
        "SELECT count(*), coalesce(sum(kind = 'accepted'), 0) FROM (SELECT (SELECT kind FROM answers "
        "WHERE suggestion_id = s.suggestion_id ORDER BY sequence DESC LIMIT 1) AS kind "
        "FROM suggestions s WHERE s.product_id = ? AND s.anchor_id = ? AND s.shown_at >= (SELECT max(at) "
        "FROM pairing_words w WHERE w.anchor_id = s.anchor_id AND w.product_id = s.product_id "
        f"AND kind = 'put_in' AND {_STANDS})) WHERE kind IN ('accepted', 'declined', 'later')",
        (product_id, anchor_id),
    ).fetchone()
    return Rate(int(offered), int(accepted))


def note_answer(connection: Connection, suggestion_id: str, does_not_fit: bool, associate_id: str) -> None:
    """Queue a check of a suggestion's pairing, inside the answer's own transaction.

    Another answer, or none, takes the question back, unless it was decided meanwhile.
    """
    anchor_id, product_id = connection.execute(
        "SELECT anchor_id, product_id FROM suggestions WHERE suggestion_id = ?", (suggestion_id,)
    ).fetchone()
    if anchor_id is None or anchor_id == product_id:
        return
    asked = connection.execute(
        "SELECT word_id FROM pairing_words w WHERE suggestion_id = ? AND kind = 'does_not_fit' "
        f"AND {_STANDS} ORDER BY sequence DESC LIMIT 1",
        (suggestion_id,),
    ).fetchone()
    if does_not_fit and asked is None:
        _put(connection, anchor_id, product_id, "does_not_fit", suggestion_id, associate_id)
    elif asked is not None and not does_not_fit:
        _put(connection, anchor_id, product_id, "undone", suggestion_id, associate_id, undoes=asked[0])


def _put(
    connection: Connection,
    anchor_id: str,
    product_id: str,
    word: Word,
    suggestion_id: str | None,
    associate_id: str,
    undoes: str | None = None,
) -> str:
    from assistant.store.visits import next_sequence, put_outbox

    word_id, sequence, at = str(uuid7()), next_sequence(connection), stamp(datetime.now(UTC))
    connection.execute(
        "INSERT INTO pairing_words VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (word_id, sequence, anchor_id, product_id, word, suggestion_id, associate_id, at, undoes),
    )
    put_outbox(connection, sequence, "pairing_word", word_id, at)
    return word_id
