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

from assistant.errors import InputError
from assistant.store import access, catalog
from assistant.store.access import Permit
from assistant.store.database import Connection, moment, stamp, transaction

Word = Literal["does_not_fit", "vetoed", "proposed", "kept", "taken_out", "put_in", "undone"]
Asked = Literal["vetoed", "proposed"]
Decision = Literal["kept", "taken_out", "put_in"]

_WAITING = ("does_not_fit", "vetoed", "proposed")
_AT_ONCE: dict[Asked, Word] = {"vetoed": "taken_out", "proposed": "put_in"}
_LAST = (
    "(SELECT *, row_number() OVER (PARTITION BY anchor_id, product_id ORDER BY sequence DESC) AS latest "
    "FROM pairing_words w WHERE kind <> 'undone' AND NOT EXISTS (SELECT 1 FROM pairing_words u "
    "WHERE u.kind = 'undone' AND u.suggestion_id = w.suggestion_id AND u.sequence > w.sequence))"
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


def say(connection: Connection, anchor_id: str, product_id: str, kind: Asked, associate_id: str) -> Word:
    """Propose or veto a pairing; a manager's word acts at once, an associate's waits. What it became.

    Raises InputError where there is no such product, or both are the same.
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
        _put(connection, anchor_id, product_id, word, None, associate_id)
    return word


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


def words_on(connection: Connection, anchors: Collection[str]) -> dict[tuple[str, str], Word]:
    """What holds of each pairing from these anchors, by (anchor, add-on): put in, taken out, or in question.

    A proposal or veto that waits changes nothing yet, and what is kept stays as it was.
    """
    asked = json.dumps(list(anchors))
    rows = connection.execute(
        "SELECT anchor_id, product_id, kind FROM pairing_words WHERE kind IN ('put_in', 'taken_out') "
        "AND anchor_id IN (SELECT value FROM json_each(?)) ORDER BY sequence",
        (asked,),
    )
    words: dict[tuple[str, str], Word] = {(anchor, add_on): kind for anchor, add_on, kind in rows}
    doubted = connection.execute(
        f"SELECT anchor_id, product_id FROM {_LAST} WHERE latest = 1 AND kind = 'does_not_fit' "
        "AND anchor_id IN (SELECT value FROM json_each(?))",
        (asked,),
    )
    return words | dict.fromkeys(doubted, "does_not_fit")


def note_answer(connection: Connection, suggestion_id: str, does_not_fit: bool, associate_id: str) -> None:
    """Queue a check of a suggestion's pairing, inside the answer's own transaction.

    Another answer, or none, takes the question back, unless it was decided meanwhile.
    """
    anchor_id, product_id = connection.execute(
        "SELECT anchor_id, product_id FROM suggestions WHERE suggestion_id = ?", (suggestion_id,)
    ).fetchone()
    if anchor_id is None or anchor_id == product_id:
        return
    last = connection.execute(
        "SELECT kind FROM pairing_words WHERE suggestion_id = ? ORDER BY sequence DESC LIMIT 1",
        (suggestion_id,),
    ).fetchone()
    asked = last is not None and last[0] == "does_not_fit"
    if does_not_fit != asked:
        word: Word = "does_not_fit" if does_not_fit else "undone"
        _put(connection, anchor_id, product_id, word, suggestion_id, associate_id)


def _put(
    connection: Connection,
    anchor_id: str,
    product_id: str,
    word: Word,
    suggestion_id: str | None,
    associate_id: str,
) -> None:
    from assistant.store.visits import next_sequence, put_outbox

    word_id, sequence, at = str(uuid7()), next_sequence(connection), stamp(datetime.now(UTC))
    connection.execute(
        "INSERT INTO pairing_words VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (word_id, sequence, anchor_id, product_id, word, suggestion_id, associate_id, at),
    )
    put_outbox(connection, sequence, "pairing_word", word_id, at)
