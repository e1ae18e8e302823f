"""The holdout: customers, else visits, without suggestions, drawn by a keyed hash when a visit begins.

The draw is kept with the visit and never made again: naming the customer later does not change it. A customer
has the same place in every visit, so that a larger share keeps everybody whom a smaller one held out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from uuid_utils import uuid7

from assistant.records import Slate, Visit
from assistant.store import preferences, visits
from assistant.store.database import Connection, moment, stamp, transaction

Unit = Literal["customer", "visit"]


@dataclass(frozen=True, slots=True)
class Draw:
    """How a visit was drawn: by whom, of which share in per cent, and whether it goes without suggestions."""

    visit_id: str
    unit: Unit
    share: int
    held: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn visit with an anchor, and what was bought in it: all counted, whether it was held out or not.

    `unit` is whose draw it was, so that visits which were drawn together are not taken for several. `paid` is
    net revenue and `margin` that less cost, both in ten-thousandths and 0 where nothing was paid; `margin` is
    None where no cost is known. `orders` have an anchor, `attached` of them what goes with it.
    """

    visit_id: str
    unit: str
    day: datetime
    share: int
    held: bool
    withheld: int
    paid: float
    margin: float | None
    orders: int
    attached: int
    currency: str | None


def draw(connection: Connection, visit: Visit) -> Draw | None:
    """Draw a visit that begins, inside its transaction; None where nothing is held out."""
    share = preferences.number(connection, "holdout.share")
    if share <= 0:
        return None
    unit: Unit = "customer" if visit.customer_id is not None else "visit"
    name = visit.customer_id if visit.customer_id is not None else visit.visit_id
    held = place(_key(connection), unit, name) < share / 100
    sequence = visits.next_sequence(connection)
    connection.execute(
        "INSERT INTO holdout_draws VALUES (?, ?, ?, ?, ?)", (visit.visit_id, sequence, unit, share, held)
    )
    visits.put_outbox(connection, sequence, "holdout_draw", visit.visit_id, stamp(visit.started_at))
    return Draw(visit.visit_id, unit, share, held)


def place(key: bytes, unit: Unit, name: str) -> float:
    """Where a customer or visit lies between 0 and 1: always alike, and not to be guessed without the key."""
    told = hmac.new(key, f"{unit} {name}".encode(), hashlib.sha256).digest()
    return int.from_bytes(told[:8]) / 2**64


def is_held(connection: Connection, visit_id: str) -> bool:
    """Whether a visit goes without suggestions."""
    row = connection.execute("SELECT held FROM holdout_draws WHERE visit_id = ?", (visit_id,)).fetchone()
    return row is not None and bool(row[0])


def withhold(connection: Connection, visit_id: str, slate: Slate) -> int:
    """Log what a held-out visit would have been shown; how many of it are new."""
    at = stamp(datetime.now(UTC))
    with transaction(connection):
        visits.require_open(connection, visit_id)
        kept = {
            row[0]
            for row in connection.execute("SELECT product_id FROM withheld WHERE visit_id = ?", (visit_id,))
        }
        new = [one for one in slate.suggestions if one.product.product_id not in kept]
        for slot, one in enumerate(new, len(kept) + 1):
            sequence, withheld_id = visits.next_sequence(connection), str(uuid7())
            anchor_id = one.evidence[0].anchor_id if one.evidence else None
            connection.execute(
                "INSERT INTO withheld VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (withheld_id, sequence, visit_id, slot, one.product.product_id, anchor_id, one.score,
                 slate.model_id, at),
            )  # fmt: skip
            visits.put_outbox(connection, sequence, "withheld", withheld_id, at)
    return len(new)


def drawn(
    connection: Connection, since: datetime, until: datetime, *, store_id: str | None = None
) -> tuple[Drawn, ...]:
    """The drawn visits with an anchor that began from `since` up to but without `until`, with what was paid.

    An order is its visit's by the basket, else the customer's first one within the match window that is no
    other basket's; each order counts once.
    """
    days = preferences.number(connection, "match.days")
    found = connection.execute(
        _DRAWN,
        {"since": stamp(since), "until": stamp(until), "store": store_id, "ms": days * 86_400_000},
    )
    return tuple(
        Drawn(visit_id, unit, moment(at) or since, share, bool(held), withheld, paid or 0.0,
              margin if margin is not None or paid is not None else 0.0, orders, attached, currency)
        for visit_id, unit, at, share, held, withheld, paid, margin, orders, attached, currency in found
    )  # fmt: skip


def _key(connection: Connection) -> bytes:
    row = connection.execute("SELECT key FROM holdout_key").fetchone()
    if row is None:
        connection.execute("INSERT OR IGNORE INTO holdout_key VALUES (1, ?)", (secrets.token_bytes(32),))
        row = connection.execute("SELECT key FROM holdout_key").fetchone()
    return bytes(row[0])


# bought: an order for each visit at most, the basket's first; each order's first visit has it.
_DRAWN = """
  WITH v AS MATERIALIZED (
    SELECT v.visit_id, v.basket_id, v.customer_id, v.store_id, v.started_at AS at, d.share, d.held,
      CASE d.unit WHEN 'customer' THEN coalesce(v.customer_id, v.visit_id) ELSE v.visit_id END AS unit
    FROM holdout_draws AS d CROSS JOIN visits AS v ON v.visit_id = d.visit_id
    WHERE v.started_at >= :since AND v.started_at < :until AND (:store IS NULL OR v.store_id = :store)
      AND EXISTS (SELECT 1 FROM visit_anchors AS a WHERE a.visit_id = v.visit_id)),
  ways AS (
    SELECT v.visit_id, v.at, o.n, o.order_id, 0 AS way, o.paid_at, o.currency, o.able, o.paired
    FROM v CROSS JOIN receipts AS o ON o.basket_id = v.basket_id
    UNION ALL
    SELECT v.visit_id, v.at, o.n, o.order_id, 1, o.paid_at, o.currency, o.able, o.paired
    FROM v CROSS JOIN receipts AS o ON o.customer_id = v.customer_id
      AND o.paid_at >= v.at AND o.paid_at <= v.at + :ms
      AND NOT EXISTS (SELECT 1 FROM visits AS w WHERE w.basket_id = o.basket_id)),
  taken AS (
    SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY way, at, visit_id) AS turn
                   FROM ways) WHERE turn = 1),
  bought AS MATERIALIZED (
    SELECT * FROM (SELECT *, row_number() OVER (
                     PARTITION BY visit_id ORDER BY way, paid_at, order_id) AS place FROM taken)
    WHERE place = 1)
  SELECT v.visit_id, v.unit, v.at, v.share, v.held,
    (SELECT count(*) FROM withheld AS w WHERE w.visit_id = v.visit_id),
    (SELECT total(l.net) FROM receipt_lines AS l WHERE l.n = b.n HAVING b.n IS NOT NULL),
    (SELECT sum(l.net - l.cost * (l.quantity - l.back)) FROM receipt_lines AS l WHERE l.n = b.n
     HAVING count(*) = count(l.cost) AND count(*) = count(l.net)),
    coalesce(b.able, 0), coalesce(b.paired, 0),
    b.currency
  FROM v LEFT JOIN bought AS b USING (visit_id)
  ORDER BY v.at, v.visit_id"""
