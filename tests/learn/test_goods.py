"""What the catalog says of products stands beside what was sold, for products that were never sold too."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest

from assistant.learn.goods import LEAST_PRICE, Goods, filled, read_goods
from assistant.learn.orders import Orders, read_orders
from assistant.store.database import Home, open_catalog
from tests.learn.test_counting import quiet
from tests.learn.test_orders import baskets
from tests.learn.test_train import NOW, sell


def put(home: Home, **products: tuple[str | None, float | None]) -> None:
    """Products by number, each with its category path and its price."""
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.executemany(
            "INSERT INTO products (product_id, sku, name, category, price) VALUES (?1, ?1, ?1, ?2, ?3) "
            "ON CONFLICT (product_id) DO UPDATE SET category = ?2, price = ?3",
            [
                (name, path, None if price is None else round(price * 10_000))
                for name, (path, price) in products.items()
            ],
        )


def goods_of(home: Home) -> tuple[Orders, Orders, Goods]:
    """The orders as read, the same beside all products, and what is known of those."""
    with contextlib.closing(open_catalog(home)) as catalog:
        read = read_orders(catalog, quiet)
        return read, *read_goods(catalog, read)


def test_what_was_never_sold_has_an_empty_column_at_the_end(home: Home) -> None:
    sell(home, [("O1", "X", NOW, "CA"), ("O2", None, NOW, "A")])
    put(home, Z=(None, None), B=("Home", 3.0))
    read, orders, goods = goods_of(home)
    assert orders.product_ids == (*read.product_ids, "B", "Z")
    assert baskets(orders) == baskets(read)
    assert orders.lines.shape == (2, 4)
    assert not orders.lines[:, 2:].nnz
    assert orders.buyer.tolist() == read.buyer.tolist()
    assert len(goods.category) == len(goods.price) == 4


def test_categories_are_whole_paths_and_families_their_first_two_levels(home: Home) -> None:
    put(
        home,
        A=("Photo/Bags/Slings", 1.0),
        B=("Photo/Bags", 1.0),
        C=("Photo/Cards", 1.0),
        D=("Photo/Bags/Slings", 1.0),
        E=(None, 1.0),
        F=("", 1.0),
        G=("/", 1.0),
        H=("Garden", 1.0),
    )
    _, orders, goods = goods_of(home)
    path = {
        p: goods.categories[c] if c >= 0 else None
        for p, c in zip(orders.product_ids, goods.category, strict=True)
    }
    assert path == {
        "A": "Photo/Bags/Slings", "B": "Photo/Bags", "C": "Photo/Cards", "D": "Photo/Bags/Slings",
        "E": None, "F": None, "G": None, "H": "Garden",
    }  # fmt: skip
    assert len(set(goods.categories)) == len(goods.categories) == 4
    named = dict(zip(orders.product_ids, goods.named(), strict=True))
    assert named["A"] == named["B"] == named["D"] == "Photo/Bags"
    assert (named["C"], named["E"], named["H"]) == ("Photo/Cards", None, "Garden")
    family = dict(zip(orders.product_ids, goods.family().tolist(), strict=True))
    assert family["A"] == family["B"] == family["D"]
    assert family["E"] == family["F"] == family["G"] == -1
    assert {family["A"], family["C"], family["H"]} == set(range(goods.families))


def test_names_are_the_catalogs_and_what_it_forgot_has_none(home: Home) -> None:
    sell(home, [("O1", "X", NOW, "CA")])
    put(home, B=("Home", 3.0))
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("UPDATE products SET name = 'Blue enamel mug' WHERE product_id = 'A'")
        catalog.execute("DELETE FROM products WHERE product_id = 'C'")
    _, orders, goods = goods_of(home)
    assert dict(zip(orders.product_ids, goods.names, strict=True)) == {
        "A": "Blue enamel mug",
        "B": "B",
        "C": "",
    }


def test_a_shop_without_categories_has_no_families(home: Home) -> None:
    put(home, A=(None, 1.0), B=(None, None))
    *_, goods = goods_of(home)
    assert goods.categories == ()
    assert goods.families == 0
    assert goods.family().tolist() == [-1, -1]
    assert goods.named() == [None, None]


def test_an_unknown_price_is_the_middle_of_its_category_or_of_all(home: Home) -> None:
    put(
        home,
        A=("Photo", 10.0),
        B=("Photo", 40.0),
        C=("Photo", 20.0),
        D=("Photo", None),
        E=("Garden", None),
        F=(None, None),
        G=(None, 1_000.0),
        H=("Toys", 0.0),
    )
    _, orders, goods = goods_of(home)
    price = dict(zip(orders.product_ids, np.exp(goods.price).tolist(), strict=True))
    assert [price[p] for p in "ABCG"] == pytest.approx([10, 40, 20, 1_000])
    assert price["D"] == pytest.approx(20)
    assert price["E"] == price["F"] == pytest.approx(20)  # of 0.01, 10, 20, 40 and 1,000
    assert price["H"] == pytest.approx(LEAST_PRICE)


def test_where_no_price_is_known_all_are_alike() -> None:
    unknown = np.full(3, np.nan)
    assert filled(unknown, np.array([0, 0, -1], dtype=np.int32), 1).tolist() == [0, 0, 0]
    assert filled(unknown[:0], np.zeros(0, np.int32), 0).tolist() == []
