"""Answers that lack what they must hold: one sentence, what was read before stays."""

from __future__ import annotations

import contextlib
import io
import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from assistant.doors.connect import secret
from assistant.errors import InputError, ShopError
from assistant.shop.connector import Can, Page
from assistant.shop.pull import Pull
from assistant.shop.understanding import Understood
from assistant.store.database import Home, open_catalog
from assistant.store.things import Goods

_CURSORS = itertools.count(2)


def going_on() -> Page:
    """The same thing again under a cursor that goes on."""
    return Page((Goods("P1", sku="P1", name="One"),), str(next(_CURSORS)))


class Odd:
    """A shop of one good page of products; the second is what is given."""

    can = Can(deltas={"products": "whole"})

    def __init__(self, second: Callable[[], Page]) -> None:
        self._second = second

    def now(self) -> datetime:
        return datetime(2026, 6, 14, tzinfo=UTC)

    def page(self, entity: str, since: datetime | None, after: str | None) -> Page:
        return self._second() if after else Page((Goods("P1", sku="P1", name="One"),), "1")

    def ids(self, entity: str, after: str | None) -> tuple[tuple[str, ...], str | None]:
        return ("P1",), None


def stumbles(over: Callable[[], Any]) -> Callable[[], Page]:
    return lambda: Page((over(),), None)


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        (stumbles(lambda: {}["sku"]), "shop.example answers, but what it says of products lacks 'sku'"),
        (stumbles(lambda: int("x")), "says of products holds a value that cannot be there"),
        (lambda: Page((), "1"), "shop.example sends the same page of products again and again"),
        (
            going_on,
            "shop.example sends the same page of products again and again",
        ),
    ],
)
def test_a_misshapen_page_is_one_sentence_and_loses_nothing(
    home: Home, second: Callable[[], Page], sentence: str
) -> None:
    shop = Understood(Odd(second), "https://shop.example/admin-api")  # type: ignore[arg-type]
    with pytest.raises(ShopError, match=sentence):
        Pull(home, shop).run(lambda what, done, total: None)
    with contextlib.closing(open_catalog(home)) as catalog:
        assert [row[0] for row in catalog.execute("SELECT product_id FROM products")] == ["P1"]


def test_a_key_that_is_no_text_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"key\xff\n"), encoding="utf-8"))
    with pytest.raises(InputError, match="the API key is not text"):
        secret("API key", from_pipe=True)
