"""The small shop with a trained model, and baskets made of SKUs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.learn import train
from assistant.records import Basket, Line, Product
from assistant.store import catalog as goods
from assistant.store.database import Connection, Home
from assistant.suggest import Model, load_model

Fill = Callable[..., Basket]


@pytest.fixture
def model(shop_home: Home) -> Model:
    """What the small shop teaches."""
    train(shop_home, progress=lambda what, done, total: None)
    loaded = load_model(shop_home)
    assert loaded is not None
    return loaded


@pytest.fixture
def fill(shop: Connection) -> Fill:
    """Make a basket of product ids, known or not."""

    def basket(*product_ids: str, customer_id: str | None = None) -> Basket:
        known = goods.products(shop, product_ids)
        lines = []
        for product_id in product_ids:
            p = known.get(product_id) or Product(product_id, product_id, f"Unknown {product_id}")
            lines.append(Line(p.product_id, p.sku, p.name, 1, p.price, None, p.category))
        return Basket(None, tuple(lines), customer_id)

    return basket
