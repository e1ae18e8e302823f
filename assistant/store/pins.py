"""PINs: how they are kept, tried, and how long it takes after wrong ones; all of it survives a restart."""

from __future__ import annotations

import functools
import itertools
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assistant.errors import AccessError, InputError
from assistant.store import access
from assistant.store.database import Connection, moment, stamp, transaction

if TYPE_CHECKING:
    from argon2 import PasswordHasher

FEWEST, MOST = 4, 8
TRIES = 5
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PinState:
    """What a screen needs to ask for a PIN: 0 `digits` where there is none, `wait_until` after wrong ones."""

    digits: int
    temporary: bool = False
    wait_until: datetime | None = None


def state(connection: Connection, associate_id: str, *, now: datetime | None = None) -> PinState:
    """How a person's PIN stands."""
    row = connection.execute(
        "SELECT digits, temporary FROM pins WHERE associate_id = ?", (associate_id,)
    ).fetchone()
    if row is None:
        return PinState(0)
    now = now or datetime.now(UTC)
    left = _left_to_wait(connection, associate_id, now)
    return PinState(row[0], bool(row[1]), now + left if left else None)


def check(connection: Connection, associate_id: str, pin: str, *, now: datetime | None = None) -> None:
    """Try a PIN. Raises AccessError for a wrong one, and for any while the wait after five wrong ones lasts.

    The try is on disk before it is looked at, so that ending the program gives no further ones.
    """
    from argon2.exceptions import VerificationError

    now = now or datetime.now(UTC)
    row = connection.execute("SELECT hash FROM pins WHERE associate_id = ?", (associate_id,)).fetchone()
    if row is None:
        raise AccessError("No PIN was given to this name yet; an administrator gives one.")
    with transaction(connection):
        if left := _left_to_wait(connection, associate_id, now):
            raise AccessError(f"Too many wrong PINs. Try again in {_in_words(left)}.")
        tries = _count(connection, associate_id, now)
    try:
        _hasher().verify(row[0], pin)
    except VerificationError as problem:
        raise AccessError(_wrong(tries)) from problem
    with transaction(connection):
        connection.execute("DELETE FROM pin_tries WHERE associate_id = ?", (associate_id,))


def choose(connection: Connection, associate_id: str, pin: str, *, before: str | None = None) -> None:
    """Let a person choose their PIN. Where they have one already it is asked for (`before`).

    Raises InputError for a PIN that is no good, AccessError for a wrong one, and where the first PIN of this
    name would open more than selling: that one an administrator gives.
    """
    refuse_bad(pin)
    if state(connection, associate_id).digits:
        check(connection, associate_id, before or "")
        if before == pin:
            raise InputError("That is the PIN you have now. Choose another.")
    elif access.has_keeper(connection) and access.named_role(connection, associate_id) != "associate":
        raise AccessError("An administrator gives this name its first PIN.")
    put(connection, associate_id, pin, temporary=False)


def put(connection: Connection, associate_id: str, pin: str, *, temporary: bool) -> None:
    """Keep a PIN, as a hash that takes a while to try."""
    kept = _hasher().hash(pin)
    with transaction(connection):
        connection.execute(
            "INSERT OR REPLACE INTO pins VALUES (?, ?, ?, ?, ?)",
            (associate_id, kept, len(pin), temporary, stamp(datetime.now(UTC))),
        )
        connection.execute("DELETE FROM pin_tries WHERE associate_id = ?", (associate_id,))


def drawn() -> str:
    """A PIN by chance, to hand over to somebody who then chooses their own."""
    while True:
        pin = f"{secrets.randbelow(10_000):04d}"
        if not _easy(pin):
            return pin


def refuse_bad(pin: str) -> None:
    """Raises InputError for what is no PIN, and for one that anybody would try first."""
    if not (pin.isascii() and pin.isdigit() and FEWEST <= len(pin) <= MOST):
        raise InputError(f"A PIN has {FEWEST} to {MOST} digits.")
    if _easy(pin):
        raise InputError("That PIN would be tried first. Choose one without a run or a repeated digit.")


def wait_after(tries: int) -> timedelta:
    """How long nobody may try after so many wrong PINs in a row; from the fifth on it doubles."""
    if tries < TRIES:
        return timedelta()
    doubled: int = 1 << min(tries - TRIES, 20)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


def _left_to_wait(connection: Connection, associate_id: str, now: datetime) -> timedelta:
    row = connection.execute(
        "SELECT tries, last_at FROM pin_tries WHERE associate_id = ?", (associate_id,)
    ).fetchone()
    last = moment(row[1]) if row else None
    if row is None or last is None:
        return timedelta()
    wait = wait_after(row[0])
    # A clock that was set back must not lock somebody out for longer than the wait itself.
    return max(timedelta(), min(wait, last + wait - now))


def _count(connection: Connection, associate_id: str, now: datetime) -> int:
    (tries,) = connection.execute(
        "INSERT INTO pin_tries VALUES (?, 1, ?) ON CONFLICT (associate_id) "
        "DO UPDATE SET tries = tries + 1, last_at = excluded.last_at RETURNING tries",
        (associate_id, stamp(now)),
    ).fetchone()
    return int(tries)


def _wrong(tries: int) -> str:
    wait = wait_after(tries)
    if wait:
        return f"That is not the PIN. Try again in {_in_words(wait)}."
    left = TRIES - tries
    return "That is not the PIN. " + (
        "One more try, then a pause." if left == 1 else f"{left} tries are left."
    )


def _in_words(wait: timedelta) -> str:
    seconds = max(1, round(wait.total_seconds()))
    if seconds < 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    minutes = -(-seconds // 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _easy(pin: str) -> bool:
    steps = {int(b) - int(a) for a, b in itertools.pairwise(pin)}
    return len(steps) == 1 and steps <= {-1, 0, 1}


@functools.cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()
