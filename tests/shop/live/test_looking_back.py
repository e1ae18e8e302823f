"""Sold orders are looked at again in turn, where the shop does not say that something of one came back."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from assistant.shop import looking_back
from assistant.shop.connector import Can, Entity, Page
from assistant.shop.pull import Pull
from assistant.store.database import Home, open_catalog
from assistant.store.things import Item, Sale

NOW = datetime.now(UTC)
SOLD = 7


@dataclass
class Selling:
    """A shop that sold an order a day, the newest first `O0`, and one of long ago; it tells each but once."""

    told: bool = False
    returned: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    can = Can(deltas={"sales": "changed"}, silent_returns=True)

    def _sale(self, number: int) -> Sale:
        at = NOW - timedelta(days=number if number < SOLD else 800)
        name = f"O{number}"
        return Sale(name, "sold", (Item("P1", 1, 10_000, None, int(name in self.returned)),), at=at)

    def now(self) -> datetime:
        return NOW

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        told, self.told = self.told, True
        return Page(() if told else tuple(map(self._sale, range(SOLD + 1))), None)

    def sales(self, ids: Sequence[str]) -> tuple[Sale, ...]:
        self.asked += ids
        return tuple(self._sale(int(one[1:])) for one in ids)


@pytest.fixture
def shop(home: Home, monkeypatch: pytest.MonkeyPatch) -> Selling:
    """Read once, three orders at a time and two times in a sync."""
    monkeypatch.setattr(looking_back, "AT_ONCE", 3)
    monkeypatch.setattr(looking_back, "LOTS", 2)
    made = Selling()
    pull(home, made)
    assert made.asked == [], "what was told just now is not asked for again"
    return made


def pull(home: Home, shop: Selling, *, due_only: bool = False) -> None:
    Pull(home, shop).run(lambda *_: None, due_only=due_only)  # type: ignore[arg-type]


def test_they_are_looked_at_in_turn_back_to_a_year_ago(home: Home, shop: Selling) -> None:
    pull(home, shop)
    assert shop.asked == ["O6"], "the run before came as far as the sixth"
    pull(home, shop)
    assert shop.asked[1:] == ["O0", "O1", "O2", "O3", "O4", "O5"]


def test_what_came_back_meanwhile_is_known_then(home: Home, shop: Selling) -> None:
    shop.returned = {"O4"}
    pull(home, shop)
    pull(home, shop)
    with contextlib.closing(open_catalog(home)) as catalog:
        found = catalog.execute("SELECT order_id FROM order_lines WHERE returned_quantity = 1").fetchall()
    assert found == [("O4",)]


def test_a_watch_looks_at_some_a_minute(home: Home, shop: Selling, monkeypatch: pytest.MonkeyPatch) -> None:
    pull(home, shop, due_only=True)
    assert shop.asked == [], "they were looked at a moment ago"
    monkeypatch.setattr(looking_back, "EVERY", timedelta())
    for _ in range(2):
        pull(home, shop, due_only=True)
    assert shop.asked == ["O6", "O0", "O1", "O2"]
