"""A network that breaks between us and the shops that are played here: nothing is lost, nothing doubled."""

from __future__ import annotations

import contextlib
import random

import pytest

from assistant.errors import ShopError
from assistant.shop import calling
from assistant.shop.pull import Pull
from assistant.shop.push import push
from assistant.store import preferences, visits
from assistant.store.database import Home, open_home, transaction
from tests.shop.conftest import Ask
from tests.shop.live.fakes.played import Played
from tests.shop.live.test_push import accept, offer

pytestmark = pytest.mark.slow

STEPS = 60


def test_each_accepted_add_on_is_in_its_basket_once_whatever_breaks(
    played: Played, home: Home, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling.tenacity.nap.time, "sleep", lambda _seconds: None)
    chance = random.Random(11)
    puller = Pull(home, played.connector)
    puller.run(lambda *_: None)
    wanted: dict[str, dict[int, float]] = {}
    shown: list[tuple[str, int, str]] = []  # basket, product, suggestion; each accepted or undone
    met = failed = 0
    with contextlib.closing(open_home(home)) as log:
        with transaction(log):
            preferences.put(log, "shop.writes", True)
        for _ in range(STEPS):
            met += played.breaks(chance, 20)
            if chance.random() < 0.2 or not wanted:
                basket = played.opened()
                wanted[basket] = {played.products[0]: 1}
            with contextlib.suppress(ShopError):
                puller.run(lambda *_: None, due_only=True)
            known = [b for (b,) in ask("SELECT basket_id FROM baskets")]
            if shown and chance.random() < 0.3:
                basket, product, suggestion = shown.pop(chance.randrange(len(shown)))
                visits.undo(log, suggestion, associate_id="1")
                wanted[basket][product] -= 1
            elif known:
                basket, product = chance.choice(known), chance.choice(played.products[1:])
                _, (suggestion,) = offer(log, basket, str(product))
                accept(log, suggestion)
                shown.append((basket, product, suggestion))
                wanted[basket][product] = wanted[basket].get(product, 0) + 1
            met += played.breaks(chance, 9)
            failed += push(home, played.connector).waiting > 0
        played.fake.trouble = []
        while (left := push(home, played.connector)).waiting:
            assert left.waiting < STEPS
        puller.run(lambda *_: None)
    assert met > STEPS
    assert failed
    for basket, products in wanted.items():
        there = {product: number for product, number in products.items() if number}
        assert played.holds(basket) == there
        lines = ask(
            "SELECT product_id, sum(quantity) FROM basket_lines WHERE basket_id = ? GROUP BY 1", basket
        )
        assert {int(product): number for product, number in lines} == there
