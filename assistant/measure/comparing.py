"""Fair comparison of a period and store as the Team page asks for it; who may see whom is decided here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from assistant.measure import fairness, period
from assistant.measure.fairness import Compared, Fairness
from assistant.records import Figure
from assistant.store import access, cases, figures, preferences
from assistant.store.database import Connection
from assistant.store.gathering import gathered


def fair(
    connection: Connection,
    *,
    since: datetime,
    until: datetime,
    store_id: str | None = None,
    seen_by: str | None = None,
) -> Fairness | None:
    """Associates beside what their kind of sales lets expect; None where there are no sales of anybody.

    `seen_by` is who asks: an associate gets their own row beside the team's limits, a manager everybody's;
    both the same figures. Under the set team size nobody is shown apart.
    """
    with gathered(connection, period.scope(connection, since, until, store_id)):
        compared = everybody(connection)
    if compared is None:
        return None
    if compared.team_only:
        return fairness.team_only(compared)
    if seen_by is not None and not access.sees_everybody(connection, seen_by):
        own = tuple(one for one in compared.people if one.associate_id == seen_by)
        return replace(compared, people=own)
    return compared


def everybody(connection: Connection) -> Fairness | None:
    """Everybody compared, by what is gathered at this moment; for tables that show people's rates anyway.

    `team_only` says that the team is too small for telling anybody apart, with the people still in it.
    """
    unsure = cases.unsure(connection)
    sums = cases.plain_day_sums(connection) if unsure is None else cases.day_sums(connection)
    days, ids = fairness.days_of(sums, unsure or {})
    found = fairness.compare(days, ids, figures.names(connection, "associate")) if ids else None
    if found is None:
        return None
    small = len(found.people) < preferences.number(connection, "team.smallest")
    return replace(found, fitted=unsure is not None, team_only=small)


def placed(found: Fairness | None) -> dict[str, Compared]:
    """Each person's comparison by their id; in too small a team nobody stands apart."""
    people = found.people if found is not None else ()
    if found is None or not found.team_only:
        return {one.associate_id: one for one in people}
    return {
        one.associate_id: replace(one, standing="few" if one.standing == "few" else "alike", noticed=False)
        for one in people
    }


def with_bounds(row: Figure, one: Compared | None) -> Figure:
    """A person's attachment with the interval at the team's correlation; unchanged without a comparison."""
    if one is None or row.value is None:
        return row
    return replace(row, low=min(one.rate_low, row.value), high=max(one.rate_high, row.value))
