"""Twelve weeks of visits: what was shown, offered and answered, in step with what the receipts say."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from assistant.records import Touchpoint, Visit
from assistant.shop.demo.answers import Conversation, new_id
from assistant.shop.demo.goods import Fit, Item
from assistant.shop.demo.orders import History, Order, Sold
from assistant.shop.demo.people import Person
from assistant.shop.demo.truth import Need, Server, Truth
from assistant.store.replay import PastAnswer, PastSuggestion, PastVisit

BY_OFFER = 0.45  # of what was bought along, bought because somebody offered it
PER_NEED = 2  # candidates that still the same need
EXPLORE = 0.9  # temperature of the draw: 1 draws by the score itself
QUIET = 0.5  # of baskets with nothing to suggest, opened nevertheless
REVIEW_SLOTS = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """An add-on that could be suggested, for which anchor and need, and how likely it is."""

    item: Item
    anchor: Item
    need: Need
    score: float
    parts: dict[str, float]


@dataclass(slots=True)
class Meeting:
    """Who serves whom, where and about what, while it is drawn."""

    server: Server
    touchpoint: Touchpoint
    started_at: datetime
    anchors: list[Item]
    store_id: str
    customer: Person | None = None
    order: Order | None = None
    basket_id: str | None = None


class Visits:
    """Draws the visits beside the orders; accepted offers are put on the receipts."""

    def __init__(self, truth: Truth, fit: Fit, history: History, today: date, rng: Random) -> None:
        self.truth, self.fit, self.history, self.rng = truth, fit, history, rng
        self.told = truth.offers
        self.end = datetime.combine(today, time(), UTC)
        self.start = self.end - timedelta(days=truth.size["visit_days"])
        self._usual = self._shares()

    def run(self) -> list[PastVisit]:
        """All visits, oldest first. The orders get the lines that offers brought."""
        meetings = [*self._at_orders(), *self._without_orders(), *self._calls()]
        meetings.sort(key=lambda m: m.started_at)
        return [past for meeting in meetings if (past := self._visit(meeting)) is not None]

    # ---- who is met ----------------------------------------------------------------------------------------

    def _at_orders(self) -> Iterator[Meeting]:
        for order in self.history.orders:
            if order.at < self.start or order.server is None or self.rng.random() > self.told["visits"]:
                continue
            if order.customer and not order.customer.draw:
                continue  # whose orders are written down gets nothing added to them
            call = order.channel == "phone" and order.customer is not None
            before = timedelta(seconds=self.rng.randint(120, 540))
            yield Meeting(
                order.server,
                "review" if call and self.rng.random() < 0.5 else "counter",
                order.at - before,
                [],
                order.store_id,
                order.customer,
                order,
                order.basket_id,
            )

    def _without_orders(self) -> Iterator[Meeting]:
        """Customers who looked, heard an offer and left."""
        recent = [o for o in self.history.orders if o.at >= self.start and o.server is not None]
        for order in recent:
            if order.server is not None and self.rng.random() < self.told["left_without"]:
                at = order.at + timedelta(seconds=self.rng.randint(600, 3000))
                yield Meeting(order.server, "counter", at, [order.lines[0].item], order.store_id)

    def _calls(self) -> Iterator[Meeting]:
        """Account reviews by phone, about what the customer owns."""
        phone = [s for s in self.truth.servers if s.role == "phone"]
        people = {o.customer.customer_id: o.customer for o in self.history.orders if o.customer}
        asked = [p for p in people.values() if p.personal == "yes" and p.contact == "yes"]
        days = (self.end - self.start).days
        for _ in range(round(self.told["reviews"] * days)):
            customer = self.rng.choice(asked)
            day = self.start + timedelta(days=self.rng.randrange(days))
            at = day + timedelta(seconds=self.rng.randint(9 * 3600, 17 * 3600))
            server = self.rng.choice(phone)
            owned = [item for bought, item in self.history.owned[customer.customer_id] if bought < at]
            if owned:
                yield Meeting(server, "review", at, owned[-3:], server.store_id, customer)

    # ---- what is shown -------------------------------------------------------------------------------------

    def _visit(self, meeting: Meeting) -> PastVisit | None:
        offered_lines = self._offered_lines(meeting)
        if meeting.order is not None:
            meeting.anchors = [
                line.item for line in meeting.order.lines if line.item.product_id not in offered_lines
            ]
        candidates = self._candidates(meeting)
        if not candidates and self.rng.random() > QUIET:
            return None
        slots = REVIEW_SLOTS if meeting.touchpoint == "review" else self.told["slots"]
        shown_at = meeting.started_at + timedelta(seconds=self.rng.randint(2, 20))
        suggestions, last = self._suggestions(meeting, self._drawn(candidates, slots), shown_at)
        finished = last + timedelta(seconds=self.rng.randint(5, 45))
        visit = Visit(
            new_id(meeting.started_at, self.rng),
            meeting.server.associate_id,
            meeting.touchpoint,
            meeting.started_at,
            meeting.store_id,
            meeting.customer.customer_id if meeting.customer else None,
            meeting.basket_id,
            finished,
        )
        rated = self.rng.random() < self.told["rated"]
        return PastVisit(
            visit,
            tuple(dict.fromkeys(item.product_id for item in meeting.anchors)),
            tuple(suggestions),
            shown_at,
            _hash(candidates),
            self.rng.choices((5, 4, 3, 2, 1), weights=(66, 24, 7, 2, 1))[0] if rated else None,
        )

    def _offered_lines(self, meeting: Meeting) -> set[str]:
        """The lines of the receipt that were not in the basket yet when the visit began."""
        if meeting.order is None:
            return set()
        return {
            line.item.product_id
            for line in meeting.order.lines
            if line.need is not None and self.rng.random() < BY_OFFER
        }

    def _candidates(self, meeting: Meeting) -> list[Candidate]:
        """The likeliest add-ons for each need of each anchor, of another family than all of the basket."""
        families = {item.family for item in meeting.anchors}
        found: dict[str, Candidate] = {}
        for anchor in meeting.anchors:
            for need in self.fit.needs:
                if meeting.touchpoint == "review" and not need.owned:
                    continue
                add_ons = [item for item in self.fit.add_ons(anchor, need) if item.family not in families]
                for candidate in self._best(anchor, need, add_ons):
                    known = found.get(candidate.item.product_id)
                    if known is None or known.score < candidate.score:
                        found[candidate.item.product_id] = candidate
        return sorted(found.values(), key=lambda c: (-c.score, c.item.product_id))

    def _best(self, anchor: Item, need: Need, add_ons: Sequence[Item]) -> Iterator[Candidate]:
        weights = {item.product_id: self.fit.weight(anchor, item) for item in add_ons}
        whole = sum(weights.values())
        for item in sorted(add_ons, key=lambda i: -weights[i.product_id])[:PER_NEED]:
            usual = _log_odds(self._usual.get(item.product_id, 1e-4))
            score = min(0.9, need.p * weights[item.product_id] / whole)
            parts = {"usual": round(usual, 6), "together": round(_log_odds(score) - usual, 6)}
            yield Candidate(item, anchor, need, 1 / (1 + math.exp(-sum(parts.values()))), parts)

    def _drawn(self, candidates: Sequence[Candidate], slots: int) -> Iterator[tuple[Candidate, float]]:
        """Slot by slot by weight, with the chance that each had in its slot."""
        left = list(candidates)
        for _ in range(min(slots, len(left))):
            weights = [c.score ** (1 / EXPLORE) for c in left]
            (place,) = self.rng.choices(range(len(left)), weights=weights)
            yield left.pop(place), weights[place] / sum(weights)

    # ---- what is said --------------------------------------------------------------------------------------

    def _suggestions(
        self, meeting: Meeting, drawn: Iterator[tuple[Candidate, float]], shown_at: datetime
    ) -> tuple[list[PastSuggestion], datetime]:
        """The suggestions with their answers, and when the last word was said."""
        on_receipt = meeting.order.items if meeting.order else set()
        talk = Conversation(self.told, meeting.server, meeting.order is not None, shown_at, self.rng)
        told = []
        for candidate, propensity in drawn:
            wanted = candidate.item.product_id in on_receipt
            given = talk.about(candidate.need, wanted=wanted)
            if given and given[-1].kind == "accepted" and meeting.order and not wanted:
                self._put_on(meeting.order, candidate)
            told.append((candidate, propensity, given))
        shown = [
            self._shown(slot, candidate, propensity, given or [talk.passed_over()], shown_at)
            for slot, (candidate, propensity, given) in enumerate(told, 1)
        ]
        return shown, talk.now

    def _shown(
        self, slot: int, candidate: Candidate, propensity: float, given: Sequence[PastAnswer], at: datetime
    ) -> PastSuggestion:
        return PastSuggestion(
            new_id(at, self.rng),
            slot,
            candidate.item.product_id,
            candidate.anchor.product_id,
            candidate.score,
            candidate.parts,
            round(propensity, 6),
            "benefit" if candidate.need.link else "counted",
            candidate.item.price * 100,
            tuple(given),
        )

    def _put_on(self, order: Order, candidate: Candidate) -> None:
        """An accepted offer is on the receipt mostly: some change their mind on the way to the till."""
        if self.rng.random() < self.told["on_receipt"]:
            age = (self.end - order.at).days
            back = self.rng.random() < self.truth.return_rate(candidate.item.family) * min(1.0, age / 12)
            order.lines.append(Sold(candidate.item, returned=int(back), need=candidate.need))

    def _shares(self) -> dict[str, float]:
        counts: dict[str, int] = {}
        for order in self.history.orders:
            for product_id in order.items:
                counts[product_id] = counts.get(product_id, 0) + 1
        return {product_id: n / len(self.history.orders) for product_id, n in counts.items()}


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share))


def _hash(candidates: Sequence[Candidate]) -> str:
    words = "\n".join(sorted(c.item.product_id for c in candidates))
    return hashlib.sha256(words.encode()).hexdigest()[:16]
