"""Fair comparison of a period and store as the Team page asks for it; who may see whom is decided here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from assistant.measure import fairness, period
from assistant.measure.fairness import Days, Fairness
from assistant.store import access, figures, preferences
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
    """Associates beside what the team's rate lets expect; None where there are no sales of anybody.

    `seen_by` is who asks: an associate gets their own row beside the team's limits, a manager everybody's;
    both the same figures. Under the set team size nobody is shown apart.
    """
    with gathered(connection, period.scope(connection, since, until, store_id)):
        found = figures.person_days(connection)
        names = figures.names(connection, "associate")
    ids = tuple(sorted({who for who, *_ in found}))
    compared = fairness.compare(_days(found, ids), ids, names) if ids else None
    if compared is None:
        return None
    compared = replace(compared, fitted=False)
    if len(compared.people) < preferences.number(connection, "team.smallest"):
        return fairness.team_only(compared)
    if seen_by is not None and not access.sees_everybody(connection, seen_by):
        own = tuple(one for one in compared.people if one.associate_id == seen_by)
        return replace(compared, people=own)
    return compared


def _days(found: list[tuple[str, float, float]], ids: tuple[str, ...]) -> Days:
    """Each person's days, all expected at the team's rate."""
    place = {associate_id: n for n, associate_id in enumerate(ids)}
    sales = np.array([row[1] for row in found], dtype=np.float64)
    attached = np.array([row[2] for row in found], dtype=np.float64)
    rate = attached.sum() / max(sales.sum(), 1.0)
    return Days(
        person=np.array([place[row[0]] for row in found], dtype=np.int64),
        sales=sales,
        attached=attached,
        expected=sales * rate,
        spread=sales * rate * (1 - rate),
        unsure=np.zeros(len(ids)),
    )
