"""How often a customer was approached by phone and follow-up, and which ways to them are open."""

from __future__ import annotations

from datetime import datetime

from assistant.records import Channel, Contacts, Customer, FollowUp
from assistant.store import preferences
from assistant.store.database import Connection, moment, stamp

_REACHED = ("review", "follow_up")  # touchpoints at which the customer is on the phone or was written to


def read(connection: Connection, customer_id: str, now: datetime) -> Contacts:
    """When a customer was last offered something, and how many offers this month's calls have made.

    Offers at the counter are not counted against the cap: there the customer came of their own accord.
    """
    month = stamp(_first_of_month(now))
    offered = connection.execute(
        "SELECT v.touchpoint, a.at FROM visits v JOIN suggestions s USING (visit_id) "
        "JOIN answers a USING (suggestion_id) WHERE v.customer_id = ? "
        "AND a.kind IN ('accepted', 'declined', 'later') AND a.sequence = "
        "(SELECT max(sequence) FROM answers WHERE suggestion_id = s.suggestion_id)",
        (customer_id,),
    ).fetchall()
    done = connection.execute(
        "SELECT 'follow_up', at FROM follow_up_steps s WHERE customer_id = ? AND kind = 'done' "
        "AND channel IN ('call', 'email') AND NOT EXISTS "
        "(SELECT 1 FROM follow_up_steps u WHERE u.undoes = s.step_id)",
        (customer_id,),
    ).fetchall()
    every = [*offered, *done]
    return Contacts(
        last_offered=moment(max((at for _, at in every), default=None)),
        this_month=sum(1 for touchpoint, at in every if touchpoint in _REACHED and at >= (month or 0)),
        cap=preferences.number(connection, "review.month_cap"),
    )


def way(customer: Customer, follow_up: FollowUp | None = None) -> Channel:
    """How the customer may be reached: only as far as consent and what is known of them go.

    A call that the customer asked for needs no other consent, unless contact was refused.
    """
    wanted = follow_up.channel if follow_up else None
    asked_for = follow_up is not None and follow_up.kind == "call_back" and customer.contact is None
    if not (customer.contact or asked_for) or wanted == "visit":
        return "visit"
    if wanted == "call" and customer.phone:
        return "call"
    if customer.email and not asked_for:
        return "email"
    return "call" if customer.phone else "visit"


def _first_of_month(now: datetime) -> datetime:
    return now.astimezone().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
