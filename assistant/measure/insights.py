"""What a merchandiser learns: what leaves the shop together, what belongs side by side, what never sells."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist

from assistant.errors import AccessError
from assistant.measure import export
from assistant.measure.intervals import LEVEL, wilson
from assistant.records import DECLINE_REASONS, Stock
from assistant.store import access, asking, catalog, curating, insights
from assistant.store.asking import Missed
from assistant.store.database import Connection, moment, stamp
from assistant.store.insights import Together

CATEGORIES = 9  # of the map
FEW = 5  # receipts with both: below that nothing is said
SIDE_BY_SIDE = 12
OFFERED_OFTEN = 50
HARDLY_EVER = 0.1  # an upper bound under which a pairing never sells
LISTED = 50
ENOUGH = 300  # receipts; with fewer there is no map and no pair of categories, only counts


@dataclass(frozen=True, slots=True)
class NeverSold:
    """A pairing that was offered often and hardly ever accepted; `high`: at most so many, by the interval."""

    anchor_id: str
    anchor: str
    product_id: str
    product: str
    offered: int
    accepted: int
    paid: int
    high: float
    reason: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two products that are bought together, and how often."""

    anchor_id: str
    anchor: str
    product_id: str
    product: str
    together: Together


@dataclass(frozen=True, slots=True)
class Insights:
    """Everything of a period and store. `matrix`: the categories, most frequent first, and each pair of them.

    `declined` is by product, then by reason; the reason None is none given. `counts`: how many receipts hold
    each of the categories. `aisles` and `stock` are known only where the shop tells them.
    """

    since: datetime
    until: datetime
    receipts: int
    categories: tuple[str, ...]
    matrix: Mapping[tuple[str, str], Together]
    side_by_side: tuple[Together, ...]
    missed: tuple[Missed, ...]
    unsuggested: tuple[Pair, ...]
    never_sold: tuple[NeverSold, ...]
    declined: Mapping[str, Mapping[str | None, int]]
    names: Mapping[str, str]
    counts: Mapping[str, int]
    aisles: Mapping[str, str]
    stock: Mapping[str, Stock]

    @property
    def enough(self) -> bool:
        """Whether there are receipts enough for a map."""
        return self.receipts >= ENOUGH

    def apart(self, pair: Together) -> int | None:
        """How many aisles lie between two categories; None where that is not known."""
        both = [self.aisles.get(family, "") for family in (pair.anchor, pair.other)]
        if not all(aisle.isdecimal() for aisle in both):
            return None
        return abs(int(both[0]) - int(both[1]))


def check_reader(connection: Connection, associate_id: str | None) -> None:
    """Insights are for whoever looks after the goods. Raises AccessError for others; None is the command."""
    if associate_id is not None and not access.sees_goods(connection, associate_id):
        raise AccessError("What sells together is shown to a merchandiser or a manager.")


def told(
    connection: Connection,
    *,
    since: datetime,
    until: datetime,
    store_id: str | None = None,
    seen_by: str | None = None,
) -> Insights:
    """What receipts and answers from `since` up to but without `until` tell of the goods.

    Raises AccessError where `seen_by` may not see it.
    """
    check_reader(connection, seen_by)
    span = (stamp(since) or 0, stamp(until) or 0, store_id)
    with insights.held(connection, *span) as receipts:
        pairs = insights.families(connection, receipts, CATEGORIES)
        counts = insights.counts(connection, CATEGORIES)
        loose = insights.unsuggested(connection, receipts, FEW, LISTED) if receipts else []
    spoken_of = _spoken_of(connection)
    loose = [one for one in loose if not {(one.anchor, one.other), (one.other, one.anchor)} & spoken_of]
    offered = insights.suggested(connection, *span)
    reasons = insights.reasons(connection, *span)
    tired = [
        one
        for one in offered
        if one.offered >= OFFERED_OFTEN
        and _high(one.accepted, one.offered) < HARDLY_EVER
        and (one.anchor_id, one.product_id) not in spoken_of
    ]
    ids = {p for one in loose for p in (one.anchor, one.other)}
    ids |= {p for one in tired for p in (one.anchor_id, one.product_id)} | {product for product, _ in reasons}
    names = insights.names(connection, ids)
    missed = tuple(asking.missed(connection, *span))
    declined: dict[str, dict[str | None, int]] = {}
    for (product, reason), n in reasons.items():
        declined.setdefault(product, {})[reason] = n
    return Insights(
        since=since,
        until=until,
        receipts=receipts,
        categories=tuple(counts),
        matrix={(one.anchor, one.other): one for one in pairs},
        side_by_side=side_by_side(pairs),
        missed=missed,
        unsuggested=tuple(
            Pair(one.anchor, names[one.anchor], one.other, names[one.other], one) for one in loose
        ),
        never_sold=tuple(
            NeverSold(
                one.anchor_id, names[one.anchor_id], one.product_id, names[one.product_id], one.offered,
                one.accepted, one.paid, _high(one.accepted, one.offered), one.reason,
            )
            for one in tired
        ),
        declined=declined,
        names=names,
        counts=counts,
        aisles=insights.aisles(connection, counts),
        stock=catalog.stock(connection, [one.product_id for one in missed if one.product_id], store_id),
    )  # fmt: skip


def _spoken_of(connection: Connection) -> set[tuple[str, str]]:
    """Pairings that were put in or taken out, or wait to be decided: nothing is left to say of them."""
    decided = {
        pair
        for pair, word in curating.words_on(connection, curating.anchors_spoken_of(connection)).items()
        if word in ("put_in", "taken_out")
    }
    return decided | {(one.anchor_id, one.product_id) for one in curating.waiting(connection)}


def behind(
    connection: Connection,
    anchor: str,
    other: str,
    *,
    since: datetime,
    until: datetime,
    store_id: str | None = None,
    seen_by: str | None = None,
) -> tuple[Pair, ...]:
    """The products behind a cell of the map, the most often bought together first. Raises AccessError."""
    check_reader(connection, seen_by)
    with insights.held(connection, stamp(since) or 0, stamp(until) or 0, store_id) as receipts:
        found = insights.of_cell(connection, receipts, anchor, other, FEW, LISTED)
    names = insights.names(connection, {p for one in found for p in (one.anchor, one.other)})
    return tuple(Pair(one.anchor, names[one.anchor], one.other, names[one.other], one) for one in found)


def side_by_side(pairs: list[Together]) -> tuple[Together, ...]:
    """Categories that leave together more than usual, each pair once, the clearest first."""
    often = [one for one in pairs if one.n >= FEW and one.times > 1]
    often.sort(key=lambda one: (-(one.n - one.base * one.usual), one.base, one.anchor))
    found: dict[frozenset[str], Together] = {}
    for one in often:
        found.setdefault(frozenset((one.anchor, one.other)), one)
    return tuple(found.values())[:SIDE_BY_SIDE]


def why_declined(found: Insights) -> dict[str | None, int]:
    """All declines by reason, in the order in which the reasons are shown."""
    total: dict[str | None, int] = dict.fromkeys((*DECLINE_REASONS, None), 0)
    for reasons in found.declined.values():
        for reason, n in reasons.items():
            total[reason] = total.get(reason, 0) + n
    return total


def _high(taken: int, of: int) -> float:
    return wilson(taken / of, of, NormalDist().inv_cdf((1 + LEVEL) / 2))[1]


PAIRING_COLUMNS = (
    "anchor_id", "anchor_sku", "product_id", "product_sku", "rank", "kind", "n", "base", "share", "lift",
    "from", "to",
)  # fmt: skip


def pairings(connection: Connection, most: int) -> list[dict[str, object]]:
    """What goes with what, for product pages: so many of each anchor, the needed first; no personal data."""
    rows = []
    for row in insights.offered_pairings(connection, most):
        *plain, since, until = row
        days = [at and at.date().isoformat() for at in (_at(since), _at(until))]
        rows.append(dict(zip(PAIRING_COLUMNS, (*plain, *days), strict=True)))
    return rows


def pairings_text(rows: list[dict[str, object]], kind: str) -> str:
    """These pairings as a file of a kind: `csv` or `json`."""
    if kind == "json":
        return json.dumps({"pairings": rows}, ensure_ascii=False, indent=1)
    written = io.StringIO()
    writer = csv.DictWriter(written, PAIRING_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: export.safe(cell) for name, cell in row.items()} for row in rows)
    return written.getvalue()


def _at(ms: object) -> datetime | None:
    return None if ms is None else moment(int(str(ms)))
