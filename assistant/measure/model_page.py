"""What the Model tab tells: the model in use, the last one that was judged, and what was proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.measure.intervals import Z, wilson
from assistant.store import catalog, curating, models, people, preferences, staff, suggested
from assistant.store.curating import Check as Waits
from assistant.store.database import Connection
from assistant.store.models import Entry, Happened, Interval
from assistant.store.staff import Person


@dataclass(frozen=True, slots=True)
class Going:
    """How suggestions of the model in use have gone since it came to be so: of `offered`, so many accepted;
    of `drawn` suggestions, so many were another than the best one, on purpose."""

    offered: int
    accepted: int
    drawn: int
    tried_out: int

    @property
    def rate(self) -> Interval | None:
        """Accepted of what was offered."""
        if not self.offered:
            return None
        share = self.accepted / self.offered
        return Interval(share, *wilson(share, self.offered, Z))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pairing that waits for a manager; `together` receipts hold both of `base` with the anchor, None where
    nothing was counted."""

    said: Waits
    who: str
    together: int | None
    base: int | None


@dataclass(frozen=True, slots=True)
class ModelPage:
    """Everything the tab shows in one answer. `judged` is the newest model with a verdict on it beside
    another; `names` and `categories` are those of the products that are spoken of, `people` all names."""

    in_use: Entry | None
    judged: Entry | None
    before: int | None
    going: Going
    exploring: bool
    left_out: int
    proposals: tuple[Proposal, ...]
    history: tuple[Happened, ...]
    register: tuple[Entry, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)


def read(connection: Connection) -> ModelPage:
    """Read the tab."""
    register = models.register(connection)
    in_use = next((one for one in register if one.state == "in_use"), None)
    judged = next((one for one in register if one.verdict is not None and one.verdict.against), None)
    going = Going(0, 0, 0, 0)
    if in_use is not None:
        files = models.files_of(connection, in_use.number)
        going = Going(*suggested.by_models(connection, files))
    everyone = staff.everyone(connection)
    spoken_of = {
        product_id
        for one in (judged.verdict.changes if judged and judged.verdict else ())
        for product_id in (one.anchor_id, one.product_id)
        if product_id is not None
    }
    known = catalog.products(connection, sorted(spoken_of))
    return ModelPage(
        in_use=in_use,
        judged=judged,
        before=models.used_before(connection, in_use.number) if in_use else None,
        going=going,
        exploring=bool(preferences.get(connection, "explore.on")),
        left_out=people.without_consent(connection),
        proposals=_proposals(connection, everyone),
        history=models.history(connection),
        register=register,
        names={product_id: product.name for product_id, product in known.items()},
        categories={product_id: one.category for product_id, one in known.items() if one.category},
        people={one.associate.associate_id: one.associate.name for one in everyone},
    )


def _proposals(connection: Connection, everyone: tuple[Person, ...]) -> tuple[Proposal, ...]:
    names = {one.associate.associate_id: one.associate.name for one in everyone}
    found = []
    for one in curating.waiting(connection):
        if one.kind != "proposed":
            continue
        together, base = suggested.receipts_with(connection, one.anchor_id, one.product_id)
        found.append(Proposal(one, names.get(one.associate_id, one.associate_id), together, base))
    return tuple(found)


def plain(value: Any) -> Any:
    """The same with times as text."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value
