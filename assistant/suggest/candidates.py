"""Where suggestions come from: what was learned, the shop's links, proposals; best first, before any rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from assistant.suggest import ranking, signals
from assistant.suggest.features import Situation
from assistant.suggest.knowledge import NONE
from assistant.suggest.model import Model
from assistant.suggest.ranking import Ranked, probability
from assistant.suggest.shortlist import BROAD, KINDS, STEPS, Kind
from assistant.suggest.signals import Signals

LINKED: Mapping[str, float] = {"requires": 3.0, "accessory": 1.5, "kit": 1.5, "proposed": 1.5}
PROVEN_LINK = 0.3  # of that, where orders have shown the pairing already
TOP = 10  # places of a comparison that are as scored; below, new and bought before take turns
UNSOLD = -5.3  # the log-odds of what no order has shown yet: one in two hundred


class Candidate(NamedTuple):
    """A product that could be offered, before any rule.

    A tuple, as hundreds are made for one question. `learned` are the log-odds without the links' part; `row`
    is its place among what was scored.
    """

    product_id: str
    learned: float
    kind: Kind = "other"
    row: int | None = None
    alike: bool = False  # of a family that is in the basket
    links: tuple[tuple[str, str], ...] = ()  # (kind, anchor)
    link: float = 0.0  # what they add to the log-odds
    needed: bool = False  # a line of the basket does not work without it
    enough: bool = False  # something with the evidence to be spoken of leads to it
    like: str | None = None  # the established product that speaks for it while it is new

    @property
    def log_odds(self) -> float:
        return self.learned + self.link

    @property
    def score(self) -> float:
        """The probability that it is in the rest of the basket."""
        return probability(self.log_odds)


class Candidates:
    """The candidates of one question, made one by one as they are asked for."""

    def __init__(self, model: Model | None, situation: Situation) -> None:
        self._model, self._situation = model, situation
        self._signals: Signals | None = None
        self._ranked: Ranked | None = None
        self._links: dict[str, list[tuple[str, str]]] = {}
        for link in situation.links:
            if link.kind in LINKED:
                self._links.setdefault(link.linked_id, []).append((link.kind, link.product_id))
        if model is not None:
            self._score(model)
        self._made: list[Candidate] = []
        self._making = self._in_order()

    def _score(self, model: Model) -> None:
        import numpy as np

        knowledge, situation = model.knowledge, self._situation
        place = knowledge.place
        unseen = {p.category for i, p in situation.anchors.items() if i not in place and p.category}
        self._signals = signals.read(
            knowledge,
            [place[product_id] for product_id in situation.anchors if product_id in place],
            situation.past(knowledge),
            situation.day(knowledge),
            [knowledge.category_place[c] for c in sorted(unseen) if c in knowledge.category_place],
        )
        linked = [place[product_id] for product_id in self._links if product_id in place]
        self._ranked = ranking.rank(
            knowledge,
            model.forests,
            self._signals,
            BROAD if situation.question.rules == "none" else STEPS,
            np.array(linked, dtype=np.int64),
        )

    def __iter__(self) -> Iterator[Candidate]:
        """Best first, what an anchor requires before all others; each is made once, however often asked."""
        for place in count():
            if place == len(self._made):
                candidate = next(self._making, None)
                if candidate is None:
                    return
                self._made.append(candidate)
            yield self._made[place]

    def _in_order(self) -> Iterator[Candidate]:
        linked = list(self._learned(linked=True)) if self._links else []
        linked += self._never_sold({c.product_id for c in linked})
        linked.sort(key=lambda c: (-c.log_odds, c.product_id))
        yield from (c for c in linked if c.needed)
        waiting = [c for c in reversed(linked) if not c.needed]
        for candidate in self._learned(linked=False):
            while waiting and waiting[-1].log_odds >= candidate.log_odds:
                yield waiting.pop()
            yield candidate
        yield from reversed(waiting)

    def _learned(self, linked: bool) -> Iterator[Candidate]:
        """What orders speak of, with links of the shop or without."""
        ranked, model, said = self._ranked, self._model, self._signals
        if ranked is None or model is None or said is None:
            return
        knowledge = model.knowledge
        pairing, category = said.best[ranked.places] > 0, knowledge.category[ranked.places]
        if len(said.category_best):
            pairing |= (category >= 0) & (said.category_best[category] > 0)
        if said.owned_best is not None:
            pairing |= said.owned_best[ranked.places] > 0
        enough = (pairing | (ranked.kinds == KINDS.index("again"))).tolist()
        alike = said.shown_family[knowledge.family(ranked.places)].tolist()
        places, log_odds, kinds = ranked.places.tolist(), ranked.log_odds.tolist(), ranked.kinds.tolist()
        lenders = [NONE] * len(places) if said.lender is None else said.lender[ranked.places].tolist()
        compared = self._situation.question.rules == "none"
        rows = ranking.taking_turns(ranked, TOP) if compared else range(len(places))
        if linked:
            sold = knowledge.usual[ranked.places] > 0
            rows = [row for row in rows if sold[row]]
        links, names = self._links, knowledge.product_ids
        for row in rows:
            product_id = names[places[row]]
            if (product_id in links) != linked:
                continue
            kind, like = KINDS[kinds[row]], None if lenders[row] == NONE else names[lenders[row]]
            if linked:
                yield self._candidate(product_id, log_odds[row], kind, row, alike[row], enough[row], like)
            else:
                yield Candidate(
                    product_id, log_odds[row], kind, row, alike[row], enough=enough[row], like=like
                )

    def _never_sold(self, known: set[str]) -> list[Candidate]:
        """What no order speaks of, but the shop does."""
        return [
            self._candidate(product_id, UNSOLD)
            for product_id in self._links
            if product_id not in known and product_id not in self._situation.anchors
        ]

    def _candidate(
        self,
        product_id: str,
        learned: float,
        kind: Kind = "other",
        row: int | None = None,
        alike: bool = False,
        enough: bool = False,
        like: str | None = None,
    ) -> Candidate:
        links = self._links.get(product_id)
        if links is None:
            return Candidate(product_id, learned, kind, row, alike, enough=enough, like=like)
        counted = PROVEN_LINK if enough else 1.0
        return Candidate(
            product_id,
            learned,
            kind,
            row,
            alike,
            tuple(links),
            counted * max(LINKED[kind_of] for kind_of, _ in links),
            # What is owned already works; only a line of the basket can be in need.
            any(kind_of == "requires" and anchor in self._situation.anchors for kind_of, anchor in links),
            enough,
            like,
        )

    def parts(self, candidates: Sequence[Candidate]) -> list[dict[str, float]]:
        """What moved the log-odds of each of these; the parts sum to them."""
        rows = [candidate.row for candidate in candidates if candidate.row is not None]
        learned: dict[int, dict[str, float]] = {}
        if self._model is not None and self._ranked is not None:
            learned = ranking.parts(self._model.forests, self._ranked, rows)
        return [
            ({"usual": c.learned} if c.row is None else learned[c.row])
            | ({_link_part(c): c.link} if c.link else {})
            for c in candidates
        ]


def _link_part(candidate: Candidate) -> str:
    """Whose word moved it: the shop's own, else a colleague's proposal."""
    return "proposed" if all(kind == "proposed" for kind, _ in candidate.links) else "link"
