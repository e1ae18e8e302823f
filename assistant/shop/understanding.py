"""What a live shop tells and nobody can understand: a row is set aside with the reason, and a whole answer is
a sentence that names the shop.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from assistant.errors import ShopError
from assistant.shop.connector import Aside, Can, Check, Connector, Entity, LinkTaker, Page, Pair, Put
from assistant.store.things import Sale, Thing

OFTEN = 50  # pages; several questions of one kind may each be answered by the same few things
PATIENT = 1_000  # empty ones: a shop that makes an export ready says so by the same place again
_MISSHAPEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


Row = TypeVar("Row")
Told = TypeVar("Told")


def _id(row: Any) -> str:
    return str(row["id"])


def each(
    found: Iterable[Row], thing: Callable[[Row], Told], named: Callable[[Row], str] = _id
) -> tuple[Told | Aside, ...]:
    """Of every row the thing it is; one that cannot be understood is set aside as what it is `named`."""

    def understood(row: Row) -> Told | Aside:
        try:
            return thing(row)
        except _MISSHAPEN as problem:
            name = ""
            with contextlib.suppress(*_MISSHAPEN):
                name = named(row)
            return Aside(name, f"it {_how(problem)}")

    return tuple(understood(row) for row in found)


def _how(problem: Exception) -> str:
    name = problem.args[0] if isinstance(problem, KeyError) and problem.args else None
    lacks = isinstance(name, str) and name.isidentifier()
    return f"lacks {name!r}" if lacks else "holds a value that cannot be there"


class Understood:
    """A connector whose stumbling over an answer is the shop's fault, so that nothing else stops by it."""

    def __init__(self, connector: Connector, url: str) -> None:
        self._connector = connector
        self._host = urlsplit(url).netloc.rpartition("@")[2]
        self._last: dict[Entity, tuple[Thing | Aside, ...]] = {}
        self._repeated: Counter[Entity] = Counter()

    @property
    def can(self) -> Can:
        return self._connector.can

    def close(self) -> None:
        self._connector.close()

    def now(self) -> datetime:
        with self._told("its time"):
            return self._connector.now()

    def check(self) -> tuple[Check, ...]:
        with self._told("what it is"):
            return self._connector.check()

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        with self._told(entity):
            page = self._connector.page(entity, since, after)
        stays = page.following is not None and page.following == after
        same = after is not None and page.things == self._last.get(entity)
        self._repeated[entity] = self._repeated[entity] + 1 if stays or same else 0
        if self._repeated[entity] >= (OFTEN if page.things else PATIENT):
            raise self._again(entity)
        self._last[entity] = page.things
        return page

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        with self._told(entity):
            ids, following = self._connector.ids(entity, after)
        self._must_go_on(entity, after, following)
        return ids, following

    def heirs(self, customers: Sequence[str]) -> Mapping[str, str]:
        with self._told("customers"):
            return self._connector.heirs(customers)

    def sales(self, ids: Sequence[str]) -> tuple[Sale | Aside, ...]:
        with self._told("sales"):
            return self._connector.sales(ids)

    def quantity(self, basket_id: str, product_id: str) -> float:
        with self._told("a basket"):
            return self._connector.quantity(basket_id, product_id)

    def put_line(self, basket_id: str, product_id: str, quantity: float) -> Put:
        with self._told("a basket"):
            return self._connector.put_line(basket_id, product_id, quantity)

    def put_links(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[Pair, ...]]:
        if not self.can.write_links:
            raise ShopError(f"{self._host} has no field of its own for what goes with a product.")
        with self._told("products"):
            yield from cast(LinkTaker, self._connector).put_links(wanted)

    def _must_go_on(self, of: str, after: str | None, following: str | None) -> None:
        """A page that names itself as the next one would be read for ever."""
        if following is not None and following == after:
            raise self._again(of)

    def _again(self, of: str) -> ShopError:
        return ShopError(f"{self._host} sends the same page of {of} again and again.")

    @contextlib.contextmanager
    def _told(self, of: str) -> Iterator[None]:
        try:
            yield
        except _MISSHAPEN as problem:
            raise ShopError(
                f"{self._host} answers, but what it says of {of} {_how(problem)}; "
                "what was read before is kept."
            ) from problem
