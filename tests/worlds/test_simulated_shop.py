"""The simulated shop against itself: what is expected of a slate is what its customers do on average."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.records import Basket, Line, Product
from assistant.suggest.acceptance import Offered
from tests.proofs.learning import first, lived, usual
from tests.worlds import simulated_shop
from tests.worlds.simulated_shop import DAY, WINDOW, Scene, Shop, truth


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    """Six baskets with twelve candidates each out of 24 products in four families."""
    rng = np.random.default_rng(5)
    goods = [
        Product(f"P{n}", f"P{n}", f"Product {n}", f"Shop/Kind {n % 4}", int(p), int(p * 0.6), "GBP")
        for n, p in enumerate(rng.integers(50_000, 900_000, 24))
    ]
    found = []
    for n in range(6):
        some = rng.permutation(24)[:12]
        fits = np.sort(rng.normal(-2, 1, 12))[::-1]
        offers = tuple(Offered(goods[p], "A", float(f)) for p, f in zip(some, fits, strict=True))
        found.append(Scene(Basket(None, (Line(f"A{n}", "A", "A", 1),)), offers, (1.0,) * 12, (True,) * 12))
    return found


def test_what_is_expected_is_what_happens(scenes: list[Scene]) -> None:
    shop = Shop(scenes, truth(scenes, 3), 3, 400)
    slate, margin, glad, heard = [0, 4, 8, 1, 2], 0.0, 0.0, []
    customers = [customer for week in (0, 8) for customer in shop.customers(week)]
    expected = np.array([shop.expected(customer, slate) for customer in customers])
    for customer in customers:
        stays = [one for one in shop.answers(customer, slate) if one.kind == "accepted" and one.stays]
        glad += bool(stays)
        prices = [(one.offer.product.price or 0, one.offer.product.cost or 0) for one in stays]
        brought = sum(price - cost for price, cost in prices) / 10_000
        margin += brought
        heard.append(brought)
    off = 4 * np.std(heard) / np.sqrt(len(heard))
    assert abs(margin / len(customers) - expected[:, 0].mean()) < off
    assert abs(glad / len(customers) - expected[:, 1].mean()) < 4 * 0.5 / np.sqrt(len(customers))


def test_hardly_a_slate_brings_more_than_the_best(scenes: list[Scene]) -> None:
    shop = Shop(scenes, replace(truth(scenes, 4), attention=0.0), 4, 40)
    rng = np.random.default_rng(1)
    for customer in shop.customers(2):
        most = shop.expected(customer, shop.best(customer))[0]
        some = [shop.expected(customer, rng.permutation(12)[:5].tolist())[0] for _ in range(20)]
        assert max(some) <= most * 1.1, "slot by slot is nearly the best"


def test_the_log_does_not_know_what_stays_before_the_window_is_over(scenes: list[Scene]) -> None:
    shop = Shop(scenes, truth(scenes, 3), 3, 50)
    heard = [one for customer in shop.customers(0) for one in shop.answers(customer, [0, 1, 2])]
    taken = [one for one in heard if one.kind == "accepted"]
    assert taken
    for one in taken:
        assert one.told(one.customer.at + WINDOW * DAY - 1).kept is None
        assert one.told(one.customer.at + WINDOW * DAY).kept is one.stays


def test_what_answers_teach_makes_more_customers_glad(
    scenes: list[Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulated_shop, "WEEKS", 4)
    shop = Shop(scenes, truth(scenes, 7), 7, 150)
    ours = usual({}, 10.0, 0.0)
    taught = lived(shop, ours.choose, ours.hear)
    alone = lived(shop, first(lambda scene: [one.fit for one in scene.offers]))
    assert taught.glad[3:].mean() > alone.glad[3:].mean()
