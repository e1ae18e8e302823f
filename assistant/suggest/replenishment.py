"""What is due: what runs out and is bought again, and covers that end; true without a screen.

How long a thing lasts is the customer's own rhythm where they bought it twice, else what its attribute
`life_days` states, else what orders show. A cover runs for the months that `cover_months` states.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Literal

from assistant.records import DAY, Bought, CustomerCard, FollowUp, OwnedProduct, Product
from assistant.store import catalog, contacts, history, linking, people, purchases
from assistant.store.database import Connection
from assistant.suggest.eligibility import SOON, Habit
from assistant.suggest.model import Model
from assistant.suggest.stated import covers_for, stated_days

AGAIN = 0.2  # of those who came back: then a thing is bought again and again
EARLY = 0.85  # of the usual time: from then on it is about to run out
LATE = 3.0  # times the usual time: whoever waits for longer has stopped buying it
BEFORE_END, AFTER_END = timedelta(days=90), timedelta(days=30)  # of a cover: when it is worth a word
ASKED_BEFORE = timedelta(days=14)  # the end of a cover: then there is time to think about another
MISSED = timedelta(days=7)  # what is due again is asked for so long
A_DAY = 3  # so many of an associate's customers are asked again on a day
AHEAD = timedelta(days=7)  # nobody plans further
MOST_DAYS = 400.0
MOST = 100  # customers to be asked for at a time
_WEEK = 7

Kind = Literal["again", "runs_out", "cover"]


@dataclass(frozen=True, slots=True)
class Due:
    """When a thing is due: to be bought again, what it uses up, or its cover's end.

    `product` is what would be bought; `own` says that the time is the customer's own rhythm.
    """

    kind: Kind
    product: Product
    on: datetime
    every_days: float | None = None
    own: bool = False

    def now(self, at: datetime) -> bool:
        """Whether it is worth a word at a time."""
        if self.kind == "cover":
            return self.on - BEFORE_END <= at <= self.on + AFTER_END
        every = timedelta(days=self.every_days or 0)
        return self.on - (1 - EARLY) * every <= at <= self.on + (LATE - 1) * every


@dataclass(frozen=True, slots=True)
class Owning:
    """A thing a customer has, and what of it is due next, if anything."""

    owned: OwnedProduct
    due: Due | None = None

    def due_now(self, at: datetime) -> bool:
        return self.due is not None and self.due.now(at)


def habit(model: Model | None, product: Product, bought: Bought | None) -> Habit:
    """How a product comes back to a customer who bought it so."""
    place = model.knowledge.place.get(product.product_id) if model else None
    stated = stated_days(product, "life_days")
    again, every = stated is not None, stated
    if model is not None and place is not None:
        again = again or bool(model.knowledge.rebought[place] >= AGAIN)
        every = stated if stated is not None else float(model.knowledge.gap[place])
    if every is not None and bought is not None and len(bought.days) > 1:
        every = max((bought.days[-1] - bought.days[0]) / (len(bought.days) - 1), 1.0)
    return Habit(again, every)


def timeline(connection: Connection, model: Model | None, card: CustomerCard) -> tuple[Owning, ...]:
    """What a customer owns, newest first, with what is due; nothing where history may not be used."""
    customer_id = card.customer.customer_id
    if not card.owned or not people.may_use_history(connection, customer_id):
        return ()
    bought = purchases.bought(connection, (customer_id,)).get(customer_id, purchases.NOTHING)
    goes_with = _used_up(connection, model, card.owned)
    return tuple(
        Owning(one, _due(model, one, bought, goes_with.get(one.product.product_id, ()), card.owned))
        for one in card.owned
    )


def first_due(things: Iterable[Owning], now: datetime) -> Owning | None:
    """What has been due for longest, of what is due now."""
    due = [thing for thing in things if thing.due_now(now)]
    return min(due, key=lambda thing: thing.due.on if thing.due else now, default=None)


def _due(
    model: Model | None,
    one: OwnedProduct,
    bought: Mapping[str, Bought],
    used_up: Sequence[Product],
    owned: Sequence[OwnedProduct],
) -> Due | None:
    product, at = one.product, one.bought_at
    if at is None:
        return None
    covered = covers_for(product)
    if covered is not None:
        return Due("cover", product, at + covered)
    before = bought.get(product.product_id)
    known = habit(model, product, before)
    if (known.again if product.consumable is None else product.consumable) and known.every_days:
        own = before is not None and len(before.days) > 1
        return Due("again", product, at + timedelta(days=known.every_days), known.every_days, own)
    return _runs_out(model, one, used_up, owned)


def _runs_out(
    model: Model | None, one: OwnedProduct, used_up: Sequence[Product], owned: Sequence[OwnedProduct]
) -> Due | None:
    """What a thing uses up, bought neither with it nor since: the first of it to run out."""
    at = one.bought_at
    if at is None:
        return None
    since = {other.product.family for other in owned if other.bought_at and other.bought_at >= at}
    due = [
        Due("runs_out", product, at + timedelta(days=every), every)
        for product in used_up
        if product.family not in since and (every := habit(model, product, None).every_days)
    ]
    return min(due, key=lambda one: (one.on, one.product.product_id), default=None)


def _used_up(
    connection: Connection, model: Model | None, owned: Sequence[OwnedProduct]
) -> Mapping[str, tuple[Product, ...]]:
    """Thing → the consumables that the shop links to it."""
    links = linking.read(connection, [one.product.product_id for one in owned], {}).links
    found: dict[str, tuple[Product, ...]] = {}
    linked = [link for link in links if link.kind in ("accessory", "requires")]
    products = catalog.products(connection, [link.linked_id for link in linked])
    for link in linked:
        product = products.get(link.linked_id)
        if product is not None and product.active and _comes_back(model, product):
            found[link.product_id] = (*found.get(link.product_id, ()), product)
    return found


def _comes_back(model: Model | None, product: Product) -> bool:
    return habit(model, product, None).again if product.consumable is None else product.consumable


def due_again(
    connection: Connection,
    model: Model | None,
    now: datetime,
    *,
    until: datetime,
    associate_id: str | None = None,
    store_id: str | None = None,
) -> tuple[FollowUp, ...]:
    """Whom to ask whether they need a thing or a cover again, and when: at most one for a customer.

    Only who allows personal suggestions and contact, and has not had this month's offers yet; a few a day for
    each associate, what has been due for longest gives way. Without an associate: of all in the store.
    """
    until = min(until, now + AHEAD)
    if associate_id is not None:
        sold_by = [associate_id]
    else:
        everybody = catalog.associates(connection)
        sold_by = [one.associate_id for one in everybody if store_id is None or one.store_id == store_id]
    found: dict[str, FollowUp] = {}
    for one in chain(
        _running_out(connection, model, now, until, sold_by), _ending(connection, now, until, sold_by)
    ):
        if one.customer_id not in found or one.due < found[one.customer_id].due:
            found[one.customer_id] = one
    every = sorted(found.values(), key=lambda one: (one.due, one.customer_id), reverse=True)
    taken: Counter[object] = Counter()
    asked: list[FollowUp] = []
    for one in every:
        day = (one.associate_id, max(one.due, now).astimezone().date())
        if taken[day] < A_DAY and len(asked) < MOST and welcome(connection, one, now):
            taken[day] += 1
            asked.append(one)
    return tuple(reversed(asked))


def _running_out(
    connection: Connection, model: Model | None, now: datetime, until: datetime, sold_by: Sequence[str]
) -> Iterator[FollowUp]:
    """What is used up by now, or soon."""
    lasting = _lasting(connection, model)
    for days, products in _by_week(lasting).items():
        some = timedelta(days=days + _WEEK / 2), timedelta(days=days - _WEEK / 2)
        since, before = now - MISSED - some[0], min(until - some[1], now)
        for row in history.last_bought(connection, products, since, before, sold_by):
            one = _asked_again(connection, row, lasting[row.product_id], now, until)
            if one is not None:
                yield one


def _ending(
    connection: Connection, now: datetime, until: datetime, sold_by: Sequence[str]
) -> Iterator[FollowUp]:
    """Covers that end soon and were not renewed."""
    by_length: dict[timedelta, list[str]] = {}
    for product in catalog.covers(connection):
        covered = covers_for(product)
        if covered is not None:
            by_length.setdefault(covered, []).append(product.product_id)
    for covered, products in by_length.items():
        asked = max(covered - ASKED_BEFORE, timedelta())
        since, before = now - MISSED - asked, min(until - asked, now)
        for row in history.last_bought(connection, products, since, before, sold_by):
            yield replace(_due_on(row, row.at + asked), ends=row.at + covered)


def _lasting(connection: Connection, model: Model | None) -> dict[str, float]:
    """Every product that is used up, and for how many days it usually lasts."""
    found: dict[str, float] = {}
    for product in catalog.used_up(connection, _again(model)):
        every = habit(model, product, None).every_days
        if every is not None and every <= MOST_DAYS:
            found[product.product_id] = every
    return found


def _again(model: Model | None) -> tuple[str, ...]:
    if model is None:
        return ()
    knowledge = model.knowledge
    return tuple(knowledge.product_ids[i] for i in (knowledge.rebought >= AGAIN).nonzero()[0])


def _by_week(lasting: Mapping[str, float]) -> dict[float, list[str]]:
    """Products that last about equally long, so that one stretch of orders is read for all of them."""
    weeks: dict[float, list[str]] = {}
    for product_id, days in lasting.items():
        weeks.setdefault(max(1, round(days / _WEEK)) * _WEEK, []).append(product_id)
    return weeks


def _asked_again(
    connection: Connection,
    row: history.LastBought,
    every: float,
    now: datetime,
    until: datetime,
) -> FollowUp | None:
    on = row.at + timedelta(days=every)
    if not now - MISSED <= on < until:
        return None
    days = history.days_of(connection, row.customer_id, row.product_id)
    own = (days[-1] - days[0]) / (len(days) - 1) if len(days) > 1 else 0.0
    if on - row.at < SOON * timedelta(days=own):
        return None  # this customer takes far longer over it
    return replace(_due_on(row, on), every_days=every)


def _due_on(row: history.LastBought, on: datetime) -> FollowUp:
    """A follow-up of what was bought then; whoever works it out again gives it the same id."""
    named = f"{row.customer_id}\n{row.product_id}\n{round(row.at.timestamp() * 1000 / DAY)}"
    return FollowUp(
        follow_up_id="due-" + hashlib.sha256(named.encode()).hexdigest()[:24],
        kind="due",
        customer_id=row.customer_id,
        due=on.astimezone(UTC),
        created_at=row.at,
        associate_id=row.associate_id,
        store_id=row.store_id,
        product_id=row.product_id,
    )


def welcome(connection: Connection, one: FollowUp, now: datetime) -> bool:
    """Whether the customer may be asked again now: both consents hold, and the month has room."""
    customer = people.customer(connection, one.customer_id)
    if customer is None or not customer.contact:
        return False
    return (
        people.may_use_history(connection, one.customer_id)
        and contacts.way(customer) != "visit"
        and contacts.read(connection, one.customer_id, now).left > 0
    )
