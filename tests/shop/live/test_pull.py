"""Pages of a live shop: the next is asked for while one is written; a fault loses none that came before."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from assistant.errors import ShopError
from assistant.shop.connector import Can, Entity, Page
from assistant.shop.pull import Pull
from assistant.store import arrivals
from assistant.store.database import Connection, Home, open_catalog
from assistant.store.things import Goods, Thing

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


def known(home: Home) -> set[str]:
    with contextlib.closing(open_catalog(home)) as catalog:
        return set(arrivals.known(catalog, Goods))


def pull(home: Home, shop: Paged) -> None:
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
