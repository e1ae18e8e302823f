"""What is asked of the suggestions: a basket, perhaps a customer, where and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from assistant.records import Basket, Touchpoint

Rules = Literal["all", "none"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """That this is for a customer's ears: ordered by what answers taught, and drawn by chance where the
    settings have it so, for so many places besides what is `shown`. Without it the order is the ranker's."""

    places: int
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What goes with this basket? For a product alone, a basket with one line.

    `rules` "none" leaves eligibility out and fills up with what sells most: for comparisons, not people.
    """

    basket: Basket
    customer_id: str | None = None
    touchpoint: Touchpoint = "counter"
    limit: int = 5
    rules: Rules = "all"
    visit_id: str | None = None
    store_id: str | None = None
    language: str = "en"  # of what is said to the customer
    drawing: Drawing | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
