"""Where suggestions come from: learned pairings and curated links of the anchors, best first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.suggest.features import Situation
from assistant.suggest.model import Model
from assistant.suggest.ranking import LINKED, PROVEN_LINK, UNSOLD, Scores, score

MOST = 400  # candidates looked at for one question


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that could be offered, before any rule: its score's parts and the links to it."""

    product_id: str
    parts: Mapping[str, float]
    links: tuple[tuple[str, str], ...] = ()  # (kind, anchor)
    needed: bool = False  # a line of the basket does not work without it
    enough: bool = False  # a pairing with the evidence to be spoken of leads to it

    @property
    def log_odds(self) -> float:
        return sum(self.parts.values())


def gather(model: Model | None, situation: Situation, most: int | None = MOST) -> Iterator[Candidate]:
    """Candidates best first, what an anchor requires before all others.

    They are made one by one, as they are asked for; at most `most` learned ones (None = all of them).
    """
    links: dict[str, list[tuple[str, str]]] = {}
    for link in situation.links:
        if link.kind in LINKED:
            links.setdefault(link.linked_id, []).append((link.kind, link.product_id))
    scores = score(model, situation.anchors, situation.owned_anchors) if model else None
    linked = [
        _linked(model, scores, product_id, tuple(found), situation) for product_id, found in links.items()
    ]
    linked.sort(key=lambda c: (-c.log_odds, c.product_id))
    yield from (c for c in linked if c.needed)
    waiting = [c for c in reversed(linked) if not c.needed]
    for candidate in _learned(model, scores, situation, links, most):
        while waiting and waiting[-1].log_odds >= candidate.log_odds:
            yield waiting.pop()
        yield candidate
    yield from reversed(waiting)


def _linked(
    model: Model | None,
    scores: Scores | None,
    product_id: str,
    links: tuple[tuple[str, str], ...],
    situation: Situation,
) -> Candidate:
    # On the same scale as what was learned: calibrating must not move links past pairings.
    slope, intercept = map(float, model.calibration) if model else (1.0, 0.0)
    place = model.place.get(product_id) if model else None
    if scores is None or place is None:
        parts, enough = {"usual": slope * UNSOLD + intercept}, False
    else:
        parts, enough = scores.parts(place), bool(scores.proven[place])
    counted = PROVEN_LINK if enough else 1.0
    parts["link"] = slope * counted * max(LINKED[kind] for kind, _ in links)
    # What is owned already works; only a line of the basket can be in need.
    needed = any(kind == "requires" and anchor in situation.anchors for kind, anchor in links)
    return Candidate(product_id, parts, links, needed, enough)


def _learned(
    model: Model | None,
    scores: Scores | None,
    situation: Situation,
    links: Mapping[str, object],
    most: int | None,
) -> Iterator[Candidate]:
    if model is None or scores is None:
        return
    import numpy as np

    total = scores.total
    everything = situation.question.rules == "none"
    places = np.arange(len(total)) if everything else np.flatnonzero(scores.proven)
    if most is not None and everything:
        most = max(most, situation.question.limit + len(situation.anchors))
    if most is not None and len(places) > most:
        places = places[np.argpartition(-total[places], most)[:most]]
    # Equal scores keep the shop's own order of products, so that the same question has the same answer.
    places = places[np.lexsort((places, -total[places]))]
    for place in places.tolist():
        product_id = model.product_ids[place]
        if product_id not in links:
            yield Candidate(
                product_id,
                scores.parts(place),
                enough=bool(scores.proven[place]),
            )
