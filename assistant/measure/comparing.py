"""Fair comparison of a period and store as the Team page asks for it; who may see whom is decided here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from assistant.measure import case_mix, fairness, period
from assistant.measure.fairness import Fairness
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
        found = cases.cases(connection)
        names = figures.names(connection, "associate")
    mix = case_mix.read(cases.effects(connection))
    days, ids = case_mix.days_of(found, mix)
    compared = fairness.compare(days, ids, names) if ids else None
    if compared is None:
        return None
    compared = replace(compared, fitted=mix is not None)
    if len(compared.people) < preferences.number(connection, "team.smallest"):
        return fairness.team_only(compared)
    if seen_by is not None and not access.sees_everybody(connection, seen_by):
        own = tuple(one for one in compared.people if one.associate_id == seen_by)
        return replace(compared, people=own)
    return compared
