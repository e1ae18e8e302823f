"""Learns from the log's answers what is offered, what is accepted once offered, and what is then kept.

What was shown and not offered is no decline: who was not asked has not answered. What was taken within the
return window says nothing of keeping yet. A decline teaches by its reason: having one already and the price
stand in the way of any offer, whatever it goes with, and are learned apart, of the family and the price; what
is liked is learned of all other answers, where what does not fit speaks twice.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from assistant.learn.estimating import Cases, come_true, fit
from assistant.records import DAY, DeclineReason, Progress, family_of
from assistant.store import counting
from assistant.store.answered import Answered, answered
from assistant.store.database import Connection, Home, open_home, stamp
from assistant.suggest import acceptance as files
from assistant.suggest.acceptance import NO_WORD, Acceptance, log_price, pairing
from assistant.suggest.likelihood import Likelihood

SPREAD = {"touchpoint": 0.5, "family": 0.7, "product": 0.5, "pairing": 0.5, "known": 0.3}
COULD_SPREAD = {"touchpoint": 0.5, "family": 0.7, "known": 0.3}
KEPT_SPREAD = {"family": 0.5, "product": 0.4}
OFFERED_SPREAD = {"touchpoint": 0.5, "family": 0.4, "slot": 0.7}
HALF_LIFE = 180.0  # days after which an answer counts half
TWICE = 2.0  # how often "does not fit" counts
IN_THE_WAY: tuple[DeclineReason, ...] = ("has_one", "too_expensive")
_SAYING = "Learning from answers"


def learn(home: Home, *, progress: Progress, now: datetime | None = None) -> Acceptance | None:
    """Learn from all answers so far and put it to use; None, and nothing changed, where there is none yet."""
    at = now or datetime.now(UTC)
    counting.count(home)
    with contextlib.closing(open_home(home)) as connection:
        shown = list(answered(connection))
        margins, typical = _margins(connection)
    if not shown:
        return None
    progress(_SAYING, 0, 1)
    learned = learn_from(shown, at, margins, typical)
    if learned is not None:
        files.write(learned, home)
    progress(_SAYING, 1, 1)
    return learned


def learned_until(connection: Connection, cut: int, at: datetime) -> Acceptance | None:
    """What answers taught that were given before a time in milliseconds; nothing is put to use."""
    shown = [one for one in answered(connection) if one.shown_at < cut]
    return learn_from(shown, at, *_margins(connection)) if shown else None


def learn_from(
    shown: Sequence[Answered], at: datetime, margins: dict[str, float], typical: float
) -> Acceptance | None:
    """As `learn`, of these answers."""
    now = int(stamp(at) or 0)
    heard = [one for one in shown if one.kind != "not_offered"]
    open_to = [one for one in heard if one.reason not in IN_THE_WAY]
    if not open_to:
        return None
    could = fit(
        _cases(heard, [one.reason not in IN_THE_WAY for one in heard], now), COULD_SPREAD, {"price": 0.0}
    )
    accepted = _accepted(open_to, now)
    bought = [one for one in heard if one.kept is not None]
    kept = fit(_cases(bought, [bool(one.kept) for one in bought], now), KEPT_SPREAD, {"price": 0.0})
    # A customer who wishes for no offers is no choice of the associate's.
    asked = [one for one in shown if not (one.kind == "not_offered" and one.reason is not None)]
    offered = fit(
        _cases(asked, [one.kind != "not_offered" for one in asked], now),
        OFFERED_SPREAD,
        {"fit": 0.0, "experience": 0.0},
    )
    learned = {
        "at": at.isoformat(),
        "since": _day(shown[0].shown_at),
        "until": _day(shown[-1].shown_at),
        "shown": len(shown),
        "offered": len(heard),
        "accepted": accepted.came,
        "bought": len(bought),
    }
    return Acceptance(offered, accepted, kept, margins, typical, learned, could)


def _accepted(heard: Sequence[Answered], now: int) -> Likelihood:
    """Learned of offers that nothing stood in the way of. What does not fit speaks twice of what it was said
    of, and once of all: else the whole shop would seem to be liked less than it is."""
    cases = _cases(heard, [one.kind == "accepted" for one in heard], now)
    times = np.array([TWICE if one.reason == "does_not_fit" else 1.0 for one in heard])
    found = fit(replace(cases, weight=cases.weight * times), SPREAD, {"fit": 1.0, "price": 0.0})
    return come_true(found, cases)


def _cases(some: Sequence[Answered], came: Sequence[bool], now: int) -> Cases:
    table: dict[str, Sequence[Any]] = {
        "touchpoint": [one.touchpoint for one in some],
        "family": [one.family or NO_WORD for one in some],
        "product": [one.product_id for one in some],
        "pairing": [pairing(one.anchor_id, one.product_id) for one in some],
        "known": ["yes" if one.known else "no" for one in some],
        "slot": [str(one.slot) for one in some],
        "fit": [one.fit for one in some],
        "price": [log_price(one.price) for one in some],
        "experience": [math.log1p(one.experience) for one in some],
    }
    ages = np.array([max(0.0, (now - one.shown_at) / DAY) for one in some])
    return Cases(table, np.array(came, dtype=np.bool_), 0.5 ** (ages / HALF_LIFE))


def _margins(connection: Connection) -> tuple[dict[str, float], float]:
    """The median share of the price that each family earns, and what one sale earns in the median."""
    rows = connection.execute(
        "SELECT category, price, cost FROM products WHERE price > 0 AND cost IS NOT NULL AND active"
    ).fetchall()
    if not rows:
        return {}, 0.0
    shares: dict[str, list[float]] = {NO_WORD: []}
    for category, price, cost in rows:
        share = (price - cost) / price
        shares[NO_WORD].append(share)
        shares.setdefault(family_of(category) or NO_WORD, []).append(share)
    typical = float(np.median([price - cost for _, price, cost in rows]))
    return {family: float(np.median(some)) for family, some in shares.items()}, max(typical, 1.0)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
