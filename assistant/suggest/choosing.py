"""Which model is in use, as a manager decides: put one in, roll back, pin, let go on, discard.

The counter takes a change up at its next visit. What is said of pairings stays as it was last counted: it is
a fact about orders, whichever model ranks them.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from assistant.errors import InputError, ModelError
from assistant.records import InstalledModel
from assistant.store import models, pairings
from assistant.store.access import Permit
from assistant.store.database import Connection, Home, open_catalog
from assistant.store.models import Entry
from assistant.suggest import acceptance
from assistant.suggest import model as files


def install(
    home: Home, connection: Connection, number: int, permit: Permit | None, reason: str | None
) -> Entry:
    """Put a model to use whatever its verdict says, with a reason for whoever looks later.

    Raises AccessError without a manager's permit, InputError without a reason or where it cannot be, and
    ModelError for a file that cannot be used; the model in use then stays.
    """
    models.allowed(connection, permit)
    entry = models.entry(connection, number)
    if entry.state == "in_use":
        raise InputError(f"Model {number} is in use already.")
    if entry.verdict is not None and _broken(entry):
        raise InputError(f"Model {number} broke a rule when it was tried; it cannot be put to use.")
    _use(home, connection, entry, permit, "installed", reason)
    return models.entry(connection, number)


def roll_back(home: Home, connection: Connection, permit: Permit | None, reason: str | None = None) -> Entry:
    """Put the model that was in use before this one back, and pin it, so that no training replaces it.

    Raises InputError where there is none. Other errors as of `install`.
    """
    models.allowed(connection, permit)
    now = models.in_use(connection)
    before = models.used_before(connection, now.number) if now else None
    if before is None:
        raise InputError("There is no earlier model to go back to.")
    entry = models.entry(connection, before)
    _use(home, connection, entry, permit, "rolled_back", reason)
    models.decide(connection, before, "pinned", permit, at=datetime.now(UTC))
    return models.entry(connection, before)


def pin(connection: Connection, permit: Permit | None, reason: str | None = None) -> Entry:
    """Keep the model in use as it is until it is unpinned. Raises InputError where there is none."""
    entry = _in_use(connection)
    if not entry.pinned:
        models.decide(connection, entry.number, "pinned", permit, at=datetime.now(UTC), reason=reason)
    return models.entry(connection, entry.number)


def unpin(connection: Connection, permit: Permit | None, reason: str | None = None) -> Entry:
    """Let trainings go on. Raises InputError where there is no model."""
    entry = _in_use(connection)
    if entry.pinned:
        models.decide(connection, entry.number, "unpinned", permit, at=datetime.now(UTC), reason=reason)
    return models.entry(connection, entry.number)


def discard(connection: Connection, number: int, permit: Permit | None, reason: str | None) -> Entry:
    """Take a model that waits out of the running. Raises InputError for any other, or without a reason."""
    entry = models.entry(connection, number)
    if entry.state != "waiting":
        raise InputError(f"Model {number} does not wait; only a waiting one is discarded.")
    models.decide(connection, number, "discarded", permit, at=datetime.now(UTC), reason=reason)
    return models.entry(connection, number)


def _in_use(connection: Connection) -> Entry:
    entry = models.in_use(connection)
    if entry is None:
        raise InputError("No model is in use yet; `assistant train` learns one.")
    return entry


def _broken(entry: Entry) -> bool:
    assert entry.verdict is not None  # noqa: S101
    return any(check.name == "limits" and check.passed is False for check in entry.verdict.checks)


def _use(
    home: Home,
    connection: Connection,
    entry: Entry,
    permit: Permit | None,
    step: models.Step,
    reason: str | None,
) -> None:
    """Read the file once more, note the decision, and point to it."""
    model = _readable(home, connection, entry)
    row = pairings.installed(connection)
    at = datetime.now(UTC)
    before = models.in_use(connection)
    models.decide(connection, entry.number, step, permit, at=at, reason=reason, model_id=model)
    if before is not None:
        acceptance.set_aside(home, before.number)
    acceptance.bring_back(home, entry.number)
    with contextlib.closing(open_catalog(home)) as catalog:
        pairings.use(
            catalog,
            InstalledModel(
                model,
                files.file_of(model),
                entry.learned_at,
                row.orders if row else entry.learned.orders,
                row.since if row else entry.learned.since,
                row.until if row else entry.learned.until,
            ),
        )


def _readable(home: Home, connection: Connection, entry: Entry) -> str:
    """The newest file of a model that is whole."""
    problem: ModelError | None = None
    for model_id in models.files_of(connection, entry.number):
        try:
            files.named(home, model_id)
        except ModelError as found:
            problem = problem or found
        else:
            return model_id
    if problem is not None:
        raise problem
    raise InputError(f"Model {entry.number} has no file any more.")
