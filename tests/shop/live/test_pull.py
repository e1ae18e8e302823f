"""Pages of a live shop: the next is asked for while one is written; a fault loses none that came before."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import ShopError
from assistant.shop.connector import Can, Entity, Page
from assistant.shop.pull import OVERLAP, Pull
from assistant.store import arrivals, erasing, visits
from assistant.store.database import Connection, Home, open_catalog, open_home, stamp, transaction
from assistant.store.things import Goods, Person, Thing

PAGES = 4


@dataclass
class Paged:
    """A shop of four pages with a product each; it breaks before the page that is named."""

    breaks_at: int | None = None
    asked: list[str | None] = field(default_factory=list)
    at_once: int = 0
    begun: list[threading.Event] = field(default_factory=lambda: [threading.Event() for _ in range(PAGES)])
    can = Can(deltas={"products": "whole"})

    def now(self) -> datetime:
        return datetime(2026, 6, 14, tzinfo=UTC)

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        self.at_once += 1
        assert self.at_once == 1, "never two pages at a time"
        self.asked.append(after)
        number = int(after or 0)
        self.begun[number].set()
        if number == self.breaks_at:
            self.at_once -= 1
            raise ShopError("The shop is down.")
        self.at_once -= 1
        things = (Goods(f"P{number}", sku=f"P{number}", name=f"Product {number}"),)
        return Page(things, str(number + 1) if number + 1 < PAGES else None)

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        return tuple(f"P{n}" for n in range(PAGES)), None


@dataclass
class Peopled:
    """A shop of these customers, which says with whom it made one those who are there no more."""

    people: dict[str, str]
    made_one: dict[str, str] = field(default_factory=dict)
    can = Can(deltas={"customers": "whole"})

    def now(self) -> datetime:
        return datetime(2026, 6, 14, tzinfo=UTC)

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        return Page(tuple(Person(one, name) for one, name in self.people.items()), None)

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        return tuple(self.people), None

    def heirs(self, customers: Sequence[str]) -> dict[str, str]:
        return {one: self.made_one[one] for one in customers if one in self.made_one}


def known(home: Home) -> set[str]:
    with contextlib.closing(open_catalog(home)) as catalog:
        return set(arrivals.known(catalog, Goods))


def pull(home: Home, shop: Paged | Peopled) -> None:
    Pull(home, shop).run(lambda what, done, total: None)  # type: ignore[arg-type]


def test_the_next_page_is_on_its_way_while_one_is_written(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, put, written = Paged(), arrivals.put, []

    def slowly(catalog: Connection, things: Sequence[Thing]) -> int:
        following = int(things[0].product_id[1:]) + 1  # type: ignore[union-attr]
        assert following == PAGES or shop.begun[following].wait(10), "nothing was asked for meanwhile"
        written.append(following)
        return put(catalog, things)

    monkeypatch.setattr(arrivals, "put", slowly)
    pull(home, shop)
    assert written == [1, 2, 3, 4]
    assert known(home) == {"P0", "P1", "P2", "P3"}


def test_a_page_that_came_is_kept_when_the_next_one_fails_and_the_next_run_goes_on_there(home: Home) -> None:
    with pytest.raises(ShopError, match="The shop is down"):
        pull(home, Paged(breaks_at=2))
    assert known(home) == {"P0", "P1"}
    again = Paged()
    pull(home, again)
    assert again.asked == ["2", "3"]
    assert known(home) == {"P0", "P1", "P2", "P3"}


@dataclass
class Changing:
    """A shop whose products are told by the time of their change, by a clock that may be put."""

    clock: datetime = datetime(2026, 6, 14, tzinfo=UTC)
    asked_since: list[datetime | None] = field(default_factory=list)
    can = Can(deltas={"products": "changed"})

    def now(self) -> datetime:
        return self.clock

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        self.asked_since.append(since)
        return Page((Goods("P1", sku="P1", name="Lamp"),), None)

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        return ("P1",), None


def test_where_the_shops_clock_is_put_back_all_is_read_again(home: Home) -> None:
    shop = Changing()
    pull(home, shop)
    shop.clock += timedelta(hours=1)
    pull(home, shop)
    shop.clock -= timedelta(days=365)
    pull(home, shop)
    shop.clock += timedelta(minutes=1)
    pull(home, shop)
    assert shop.asked_since == [
        None,
        datetime(2026, 6, 14, tzinfo=UTC) - OVERLAP,
        None,
        datetime(2025, 6, 14, 1, tzinfo=UTC) - OVERLAP,
    ]


def test_what_was_looked_at_by_a_clock_that_was_wrong_is_looked_at_again(home: Home) -> None:
    shop = Changing()
    pull(home, shop)
    Pull(home, shop).run(lambda *_: None, due_only=True)  # type: ignore[arg-type]
    assert len(shop.asked_since) == 1, "it was looked at a moment ago"
    next_year = stamp(datetime.now(UTC) + timedelta(days=365))
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        arrivals.remember(catalog, "products.looked", str(next_year))
    Pull(home, shop).run(lambda *_: None, due_only=True)  # type: ignore[arg-type]
    assert len(shop.asked_since) == 2


def served(home: Home, customer: str) -> str:
    with contextlib.closing(open_home(home)) as log:
        visit = visits.begin(log, associate_id="A1", touchpoint="counter", customer_id=customer)
        visits.finish(log, visit.visit_id, associate_id="A1", note="Wants it blue.")
    return visit.visit_id


def whose(home: Home, visit_id: str) -> tuple[str | None, str | None]:
    with contextlib.closing(open_home(home)) as log:
        found = log.execute("SELECT customer_id, note FROM visits WHERE visit_id = ?", (visit_id,)).fetchone()
    return found[0], found[1]


def test_who_is_gone_is_forgotten_at_the_next_run_where_this_one_was_killed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Peopled({"C1": "Ada", "C2": "Bo", "C3": "Bo"})
    pull(home, shop)
    erased, replaced = served(home, "C1"), served(home, "C2")
    del shop.people["C1"], shop.people["C2"]
    shop.made_one["C2"] = "C3"

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(erasing, "follow_the_shop", killed)
    with pytest.raises(KeyboardInterrupt):
        pull(home, shop)
    assert whose(home, erased) == ("C1", "Wants it blue.")
    monkeypatch.undo()
    pull(home, shop)
    assert whose(home, erased) == (None, None)
    assert whose(home, replaced) == ("C3", "Wants it blue.")


def test_made_one_with_somebody_who_is_gone_as_well_is_gone(home: Home) -> None:
    shop = Peopled({"C1": "Ada", "C2": "Ada", "C3": "Bo"})
    pull(home, shop)
    visit = served(home, "C1")
    del shop.people["C1"], shop.people["C2"]
    shop.made_one["C1"] = "C2"
    pull(home, shop)
    assert whose(home, visit) == (None, None)
