"""From a figure down to what it counts: whoever sees the figure sees the visits and offers behind it."""

from __future__ import annotations

from datetime import date, datetime

from assistant.errors import InputError
from assistant.measure import period
from assistant.measure.definitions import FIGURES, definition
from assistant.measure.report import TOTAL, By
from assistant.store import access, drilling
from assistant.store.database import Connection
from assistant.store.drilling import Page

_BY_ITEM = ("product", "pairing", "talking_point", "category")
_EPOCH = date(1969, 12, 29)  # the Monday from which weeks are numbered


def behind(
    connection: Connection,
    figure: str,
    *,
    since: datetime,
    until: datetime,
    by: By | None = None,
    key: str = TOTAL,
    store_id: str | None = None,
    touchpoint: str | None = None,
    category: str | None = None,
    seen_by: str | None = None,
    limit: int = 50,
    after: tuple[int, int] | None = None,
) -> Page:
    """What a figure of a report counts, newest first; their sums are the figure's.

    `seen_by` is who asks: an associate is shown their own. Raises InputError for a figure that there is not,
    or that is not told of single products.
    """
    if figure not in {d.figure for d in FIGURES}:
        raise InputError(f"There is no figure {figure}.")
    wanted = definition(figure)
    if by in _BY_ITEM and wanted.table != "offers":
        raise InputError(f"What is behind {wanted.label.lower()} is told of offers only, by {by}.")
    own = seen_by if seen_by and not access.sees_everybody(connection, seen_by) else None
    return drilling.behind(
        connection,
        period.scope(connection, since, until, store_id, touchpoint, category),
        wanted.table,
        wanted.num,
        wanted.den,
        by=by if key != TOTAL else None,
        key=_stored(by, key),
        associate_id=own,
        limit=limit,
        after=after,
    )


def _stored(by: By | None, key: str) -> object:
    """A report's key as the files hold it."""
    if key.startswith("(no "):
        return None
    if by == "week":
        try:
            return (date.fromisoformat(key) - _EPOCH).days // 7
        except ValueError as problem:
            raise InputError(f"A week is named by its Monday, not {key!r}.") from problem
    return key
