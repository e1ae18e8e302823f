"""Refills: what people own runs out, and most of them come back for it."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from assistant.shop.demo.chance import Draw
from assistant.shop.demo.goods import Fit, Item
from assistant.shop.demo.people import Person

OWNERS = 0.25  # of customers who had something that needs refills when the two years began
COMES_BACK = 0.62  # of refills, followed by another


class Refills:
    """Who will come for what, and from which day on."""

    def __init__(self, fit: Fit, rng: Random) -> None:
        self._fit, self._rng = fit, rng
        self._of: dict[str, Draw[Item]] = {}
        self._due: list[tuple[date, int, Person, Item]] = []  # a heap; the ticket settles ties
        self._ticket = itertools.count()

    def next_due(self, day: date) -> tuple[Person, Item] | None:
        """Who comes for what by this day; None where nobody does any more."""
        if not self._due or self._due[0][0] > day:
            return None
        *_, owner, item = heapq.heappop(self._due)
        return owner, item

    def schedule(self, customer: Person, bought: Item, quantity: int, day: date) -> None:
        """Have a customer come back when what was bought that day runs out, or what it takes does."""
        refill = self._refill_for(bought)
        if not refill or self._rng.random() > COMES_BACK:
            return
        item = bought if bought.refill_days and self._rng.random() < 0.85 else refill.one(self._rng)
        days = max(7, round(item.refill_days * quantity * self._rng.gauss(1.0, 0.18)))
        self._put_due(day + timedelta(days=days), customer, item)

    def owners_before(self, people: Sequence[Person], start: date) -> None:
        """Those who had a printer or an instant camera when the two years began."""
        things = [item for item in self._fit.goods if not item.refill_days and self._refill_for(item)]
        if not things:
            return  # nothing here lasts
        draw = Draw(things, (item.weight for item in things))
        for person in people:
            if person.draw and person.since < start and self._rng.random() < OWNERS:
                item = self._refill_for(draw.one(self._rng)).one(self._rng)
                self._put_due(start + timedelta(days=self._rng.randint(1, item.refill_days)), person, item)

    def _put_due(self, day: date, customer: Person, item: Item) -> None:
        heapq.heappush(self._due, (day, next(self._ticket), customer, item))

    def _refill_for(self, item: Item) -> Draw[Item]:
        """What runs out: the thing itself, or for a printer or a camera its ink and its film."""
        if item.product_id not in self._of:
            needs = [n for n in self._fit.needs if item.is_of(n.anchor) and n.owned]
            found = [i for need in needs for i in self._fit.add_ons(item, need) if i.refill_days]
            if item.refill_days:
                found = [item]
            self._of[item.product_id] = Draw(found, (self._fit.weight(item, i) for i in found))
        return self._of[item.product_id]
