"""`stock.csv`: how many of a product there are in each store, beside what `products.csv` says of all."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from assistant.store import catalog
from assistant.store.database import open_home, stamp
from tests.shop import folders

STOCK = """product_id,store_id,stock,stock_at
P1,S1,3,2026-06-14T09:00:00Z
P1,S2,0,
P2,S1,-1,
"""
COMPLETE = "[stock]\ncomplete = true\n"


def test_it_lands_beside_what_is_told_without_a_place(read, ask, tmp_path):
    result = read(folders.write(tmp_path / "shop", products=folders.PRODUCTS, stock=STOCK))

    assert (result.loaded["stock"], result.rejected) == (3, 0)
    nine = stamp(datetime(2026, 6, 14, 9, tzinfo=UTC))
    assert ask("SELECT * FROM stock WHERE store_id <> '' ORDER BY product_id, store_id") == [
        ("P1", "S1", 3, nine), ("P1", "S2", 0, None), ("P2", "S1", -1, None),
    ]  # fmt: skip
    assert ask("SELECT product_id, quantity FROM stock WHERE store_id = '' ORDER BY 1") == [
        ("P1", 7), ("P2", 14), ("P3", None), ("P4", None),
    ]  # fmt: skip
    assert ask("SELECT store_id, name FROM stores ORDER BY 1") == [("S1", "S1"), ("S2", "S2")]


def test_the_counter_asks_for_its_own_store(read, home, tmp_path):
    read(folders.write(tmp_path / "shop", products=folders.PRODUCTS, stock=STOCK))

    with contextlib.closing(open_home(home)) as connection:
        told = {
            store: catalog.stock(connection, ["P1"], store)["P1"].quantity for store in ("S1", "S2", None)
        }
    assert told == {"S1": 3, "S2": 0, None: 7}


def test_a_row_without_its_store_or_its_number_is_set_aside(read, ask, tmp_path):
    rows = "product_id,store_id,stock\nP1,,3\nP1,S1,\nP1,S1,many\nP2,S1,4\n"
    result = read(folders.write(tmp_path / "shop", products=folders.PRODUCTS, stock=rows))

    assert (result.loaded["stock"], result.rejected) == (1, 3)
    assert ask("SELECT product_id, quantity FROM stock WHERE store_id = 'S1'") == [("P2", 4)]


def test_a_product_that_no_file_declares_is_a_stub(read, ask, tmp_path):
    read(
        folders.write(
            tmp_path / "shop", products=folders.PRODUCTS, stock="product_id,store_id,stock\nP9,S1,4\n"
        )
    )

    assert ask("SELECT active, derived FROM products WHERE product_id = 'P9'") == [(0, 1)]


def test_what_a_complete_file_no_longer_names_is_gone_and_what_has_no_place_stays(read, ask, tmp_path):
    folder = folders.write(tmp_path / "shop", products=folders.PRODUCTS, stock=STOCK)
    read(folder, COMPLETE)
    folders.write(folder, stock="product_id,store_id,stock\nP1,S1,2\n")
    result = read(folder, COMPLETE)

    told = ask("SELECT product_id, store_id, quantity FROM stock WHERE quantity IS NOT NULL ORDER BY 1, 2")
    assert told == [("P1", "", 7), ("P1", "S1", 2), ("P2", "", 14)]
    assert result.changed["stock"] == 3
