"""What customers of a made-up shop say to an offer, and in which order it is noted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from assistant.records import DECLINE_REASONS, AnswerKind, DeclineReason
from assistant.shop.demo.truth import Need, Server
from assistant.store.replay import PastAnswer

ENOUGH = 3  # declines after which nothing more is offered
REASONED = 0.83  # of declines, with a reason
LATER_DAYS = (7, 14, 30)
USUAL_NEED = 0.25
LEAVING = 0.12  # of the readiness to say yes, what is left in someone who buys nothing


def new_id(at: datetime, rng: Random) -> str:
    """A key as the log makes them: version 7, its time first; the rest drawn from the seed."""
    number = round(at.timestamp() * 1000) << 80 | rng.getrandbits(80)
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=number))


@dataclass(slots=True)
class Conversation:
    """One visit as it is talked through, suggestion by suggestion."""

    told: Mapping[str, Any]
    server: Server
    buys: bool
    now: datetime
    rng: Random
    declines: int = field(default=0, init=False)

    def about(self, need: Need, *, wanted: bool) -> list[PastAnswer]:
        """The answers to one suggestion, none where it is not said aloud. `wanted`: it will be bought."""
        if self.declines >= ENOUGH or self.rng.random() > self.server.offers:
            return []
        self.now += timedelta(milliseconds=self.rng.randint(8_000, 60_000))
        kind = self._said(need, wanted)
        given = []
        if self.rng.random() < self.told["undone"]:
            wrong: AnswerKind = "declined" if kind == "accepted" else "accepted"
            given += [self._noted(wrong), self._noted("undone")]
        self.declines += kind == "declined"
        return [*given, self._noted(kind)]

    def passed_over(self) -> PastAnswer:
        """What is noted at the end of a suggestion that was not said aloud."""
        return self._noted("not_offered")

    def _said(self, need: Need, wanted: bool) -> AnswerKind:
        if wanted:
            return "accepted"
        ready = self.told["accept"] * self.server.wins * (need.p / USUAL_NEED) ** 0.5
        drawn = self.rng.random()
        if drawn < min(0.7, ready) * (1.0 if self.buys else LEAVING):
            return "accepted"
        return "later" if self.rng.random() < self.told["later"] else "declined"

    def _noted(self, kind: AnswerKind) -> PastAnswer:
        self.now += timedelta(milliseconds=self.rng.randint(400, 1_500))
        later = timedelta(days=self.rng.choice(LATER_DAYS)) if kind == "later" else None
        return PastAnswer(
            new_id(self.now, self.rng),
            kind,
            self.now,
            self._reason() if kind == "declined" and self.rng.random() < REASONED else None,
            self.now + later if later else None,
        )

    def _reason(self) -> DeclineReason:
        weights = [self.told["reasons"][reason] for reason in DECLINE_REASONS]
        return self.rng.choices(DECLINE_REASONS, weights=weights)[0]
