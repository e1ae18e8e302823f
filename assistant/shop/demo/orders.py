"""Two years of orders: errands by season, refills that are due, and what people need with it."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from assistant.shop.demo.chance import Draw
from assistant.shop.demo.goods import Fit, Item
from assistant.shop.demo.people import Person
from assistant.shop.demo.refills import Refills
from assistant.shop.demo.truth import Need, Server, Truth

WEEKDAYS = (0.85, 0.85, 0.9, 0.95, 1.15, 1.6, 0.9)
FIRST_ORDER = 100_000
LAST_OLD_BASKET = 20_395  # the newest basket that became an order; the open ones come after it
KNOWN = 0.74  # of errands, by someone who gives their customer number
REFILLS_AT_MOST = 0.3  # of a day's orders
CHANNELS = ((0.80, "till"), (0.91, "web"), (1.0, "phone"))
QUANTITIES = ((0.8, 1), (0.95, 2), (1.0, 3))
DISCOUNTED = 0.06


@dataclass(slots=True)
class Sold:
    """A line of an order; `need` is why it is there, None for what the customer came for."""

    item: Item
    quantity: int = 1
    discount: int = 0  # in pence, for the whole line
    returned: int = 0
    need: Need | None = None


@dataclass(slots=True)
class Order:
    """A paid order of the made-up shop."""

    at: datetime
    channel: str
    lines: list[Sold]
    customer: Person | None = None
    server: Server | None = None
    store_id: str = ""
    order_id: str = ""
    basket_id: str = ""

    @property
    def items(self) -> set[str]:
        return {line.item.product_id for line in self.lines}


@dataclass(slots=True)
class History:
    """What came of it: the orders in the order of their time, and who owns what since when."""

    orders: list[Order] = field(default_factory=list)
    owned: dict[str, list[tuple[datetime, Item]]] = field(default_factory=lambda: defaultdict(list))


class Simulation:
    """Draws the orders of a made-up shop, day after day; the same seed draws the same."""

    def __init__(self, truth: Truth, fit: Fit, people: Sequence[Person], today: date, rng: Random) -> None:
        self.truth, self.fit, self.today, self.rng = truth, fit, today, rng
        self.people = people
        self.by_id = {person.customer_id: person for person in people}
        self.history = History()
        self._buyers = Draw(people, (person.draw for person in people))
        self._errands = [
            Draw(truth.errands, (e.weight * e.months[month] for e in truth.errands)) for month in range(12)
        ]
        self._goods = {e.category: self._of(e.category) for e in truth.errands}
        self._servers = {
            branch.store_id: [s for s in truth.servers if s.store_id == branch.store_id]
            for branch in truth.branches
        }
        self._branches = Draw(truth.branches, (branch.share for branch in truth.branches))
        self._chance = Draw(
            [item for item in fit.goods if any(item.is_of(c) for c in truth.chance["categories"])],
            (item.weight for item in fit.goods if any(item.is_of(c) for c in truth.chance["categories"])),
        )
        self._add_ons: dict[tuple[str, str], Draw[Item]] = {}
        self._refills = Refills(fit, rng)

    def run(self) -> History:
        """All the days."""
        start = self.today - timedelta(days=self.truth.size["days"])
        self._refills.owners_before(self.people, start)
        written = self._stories()
        left = self.truth.size["orders"] - sum(map(len, written.values()))
        shares = [self._business(start + timedelta(days=n)) for n in range(self.truth.size["days"])]
        for n, count in enumerate(_apportion(left, shares)):
            day = start + timedelta(days=n)
            orders = written.get(day, []) + self._day(day, count)
            self.history.orders += sorted(orders, key=lambda order: order.at)
        self._number()
        return self.history

    # ---- a day ---------------------------------------------------------------------------------------------

    def _business(self, day: date) -> float:
        season = sum(e.weight * e.months[day.month - 1] for e in self.truth.errands)
        age = (self.today - day).days / self.truth.size["days"]
        return season * WEEKDAYS[day.weekday()] * (1.12 - 0.2 * age) * self.rng.uniform(0.85, 1.15)

    def _day(self, day: date, count: int) -> list[Order]:
        """A day's orders: the refills that are due, as many as a day bears, and errands."""
        orders: list[Order] = []
        while len(orders) < count * REFILLS_AT_MOST and (due := self._refills.next_due(day)):
            owner, item = due
            orders.append(self._order(day, owner, item, self._hours(item)))
        errands = self._errands[day.month - 1]
        while len(orders) < count:
            known = self.rng.random() < KNOWN
            customer = self._customer(day) if known else None
            errand = errands.one(self.rng)
            item = self._goods[errand.category].one(self.rng)
            if not self._has(customer, item):
                orders.append(self._order(day, customer, item, errand.hours))
        return orders

    def _order(
        self, day: date, customer: Person | None, item: Item, hours: tuple[float, float] | None = None
    ) -> Order:
        order = self._begin(day, customer, hours)
        order.lines.append(self._line(item))
        self._with_needs(order, item)
        self._finish(order)
        return order

    def _hours(self, item: Item) -> tuple[float, float] | None:
        """When in the day people come for it."""
        return next((e.hours for e in self.truth.errands if item.is_of(e.category)), None)

    def _customer(self, day: date) -> Person:
        while True:
            person = self._buyers.one(self.rng)
            if person.since <= day:
                return person

    def _begin(self, day: date, customer: Person | None, hours: tuple[float, float] | None = None) -> Order:
        rng, told = self.rng, self.truth.hours
        opens, closes = hours or (told["opens"], told["closes"])
        peak = told["peak"] if hours is None else (opens + closes) / 2
        hour = min(rng.triangular(opens, closes, peak), closes - 0.01)
        at = datetime.combine(day, time(), UTC) + timedelta(seconds=int(hour * 3600))
        drawn = rng.random()
        channel = next(name for up_to, name in CHANNELS if drawn <= up_to)
        order = Order(at, channel, [], customer)
        if channel != "web":
            order.server = self._server(day, channel)
            order.store_id = order.server.store_id
        return order

    def _server(self, day: date, channel: str) -> Server:
        if channel == "phone":
            there = [s for s in self.truth.servers if s.role == "phone"]
        else:
            branch = self._branches.one(self.rng)
            there = [s for s in self._servers[branch.store_id] if self._works(s, day)]
        (server,) = self.rng.choices(there, weights=[s.share for s in there])
        return server

    def _works(self, server: Server, day: date) -> bool:
        return server.weeks is None or day > self.today - timedelta(weeks=server.weeks)

    # ---- an order ------------------------------------------------------------------------------------------

    def _line(self, item: Item, need: Need | None = None) -> Sold:
        quantity, discount = 1, 0
        if item.consumable:
            drawn = self.rng.random()
            quantity = next(n for up_to, n in QUANTITIES if drawn <= up_to)
        if self.rng.random() < DISCOUNTED:
            discount = round(item.price * quantity * self.rng.choice((0.05, 0.1)))
        return Sold(item, quantity, discount, need=need)

    def _with_needs(self, order: Order, anchor: Item) -> None:
        for need in self.fit.needs:
            if anchor.is_of(need.anchor) and self.rng.random() < need.p:
                self._take(order, self._drawn(anchor, need), need)
        if self.rng.random() < self.truth.chance["p"]:
            self._take(order, self._chance, None)

    def _take(self, order: Order, draw: Draw[Item], need: Need | None) -> None:
        if draw:
            item = draw.one(self.rng)
            if item.product_id not in order.items and not self._has(order.customer, item):
                order.lines.append(self._line(item, need))

    def _has(self, customer: Person | None, item: Item) -> bool:
        """Whether a customer has it, or another of its like, in a shop where that is enough."""
        if not self.truth.once or customer is None or item.consumable:
            return False
        return any(had.category == item.category for _, had in self.history.owned[customer.customer_id])

    def _drawn(self, anchor: Item, need: Need) -> Draw[Item]:
        key = (anchor.product_id, need.name)
        if key not in self._add_ons:
            found = self.fit.add_ons(anchor, need)
            self._add_ons[key] = Draw(found, (self.fit.weight(anchor, item) for item in found))
        return self._add_ons[key]

    def _finish(self, order: Order) -> None:
        """What follows from an order: returns, ownership, and refills."""
        age = (self.today - order.at.date()).days
        for line in order.lines:
            # Who bought last week has not brought it back yet.
            if self.rng.random() < self.truth.return_rate(line.item.family) * min(1.0, age / 12):
                line.returned = 1 if line.quantity == 1 else self.rng.randint(1, line.quantity)
            if order.customer and line.returned < line.quantity:
                self.history.owned[order.customer.customer_id].append((order.at, line.item))
        if order.customer:
            for line in order.lines:
                if not line.returned:
                    self._refills.schedule(order.customer, line.item, line.quantity, order.at.date())

    # ---- before and around ---------------------------------------------------------------------------------

    def _of(self, category: str) -> Draw[Item]:
        found = [item for item in self.fit.goods if item.is_of(category)]
        return Draw(found, (item.weight for item in found))

    def _stories(self) -> Mapping[date, list[Order]]:
        """The orders that are written down, by their day."""
        written: dict[date, list[Order]] = defaultdict(list)
        for story in self.truth.people:
            for bought in story["bought"]:
                day = self.today - timedelta(days=bought["days"])
                found = [self.fit.by_name[name] for name in bought["products"]]
                order = self._begin(day, self.by_id[story["id"]], self._hours(found[0]))
                order.lines = [Sold(item) for item in found]
                self.history.owned[story["id"]] += [(order.at, line.item) for line in order.lines]
                written[day].append(order)
        return written

    def _number(self) -> None:
        """Give the orders their numbers; baskets only reach back as far as the visits do."""
        first = datetime.combine(self.today - timedelta(days=self.truth.size["visit_days"]), time(), UTC)
        for number, order in enumerate(self.history.orders):
            order.order_id = f"O-{FIRST_ORDER + number}"
        baskets = [o for o in self.history.orders if o.at >= first and o.channel != "web"]
        for number, order in enumerate(reversed(baskets)):
            order.basket_id = f"B-{LAST_OLD_BASKET - number}"


def _apportion(total: int, shares: Sequence[float]) -> list[int]:
    """Whole numbers in these shares that sum exactly.

    >>> _apportion(10, [1, 1, 2])
    [2, 3, 5]
    """
    whole = sum(shares)
    up_to = [round(total * part / whole) for part in itertools.accumulate(shares)]
    return [now - before for before, now in itertools.pairwise([0, *up_to])]
