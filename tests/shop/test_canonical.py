"""The canonical folder: every file lands where it belongs, in the units the catalog keeps."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

import pytest

from assistant.shop import csv_folder
from assistant.store import search
from assistant.store.database import open_home, stamp
from tests.shop import folders


def ms(*parts: int) -> int | None:
    return stamp(datetime(*parts, tzinfo=UTC))


@pytest.mark.parametrize("zipped", [False, True])
def test_every_file_lands_in_its_table(read, ask, tmp_path, zipped):
    result = read(folders.whole(tmp_path / "shop", zipped=zipped))

    rows = {name: text.count("\n") - 1 for name, text in folders.FILES.items()}
    assert result.loaded == rows
    assert (result.rejected, result.left_out, result.rejects) == (0, 0, None)
    assert ask("SELECT product_id, sku, name, category, price, cost, active FROM products") == [
        ("P1", "CAM-1", "Camera", "Photo/Cameras", 7_290_000, 5_600_000, 1),
        ("P2", "CRD-1", "Card, 128 GB", "Photo/Memory cards", 429_000, 220_000, 1),
        ("P3", "CAS-1", "Café sling", "Photo/Bags", None, None, 1),
        ("P4", "OLD-1", "Old lamp", "Home", 10_000, None, 0),
    ]
    assert ask("SELECT * FROM barcodes ORDER BY barcode") == [
        ("5000000000017", "P1"), ("5000000000024", "P2"), ("5000000000031", "P2"),
    ]  # fmt: skip
    assert ask("SELECT * FROM stock WHERE quantity IS NOT NULL") == [
        ("P1", "", 7, ms(2026, 6, 14, 14, 25)),
        ("P2", "", 14, ms(2026, 6, 14, 14, 25)),
    ]
    assert ask(
        "SELECT customer_id, name, phone, since, personal_suggestions, contact, note FROM customers"
    ) == [
        ("C1", "Maren Oduya", "+441632960187", ms(2021, 3, 1), 1, 0, None),
        ("C2", "Inès Novák", None, None, None, None, "likes film"),
    ]
    assert ask("SELECT * FROM links") == [("P1", "P2", "accessory")]
    assert ask("SELECT associate_id, name, store_id, active FROM associates") == [
        ("A1", "Priya Nair", "S1", 1)
    ]
    assert ask("SELECT * FROM stores") == [("S1", "Harbour Street")]


def test_orders_are_their_lines_in_the_order_they_stand(read, ask, tmp_path):
    read(folders.whole(tmp_path / "shop"))

    assert ask("SELECT order_id, customer_id, associate_id, store_id, ordered_at FROM orders") == [
        ("O1", "C1", "A1", "S1", ms(2026, 6, 1, 10)),
        ("O2", "C2", "A1", "S1", ms(2026, 6, 2, 9, 30)),
    ]
    assert ask("SELECT * FROM order_lines") == [
        ("O1", 1, "P1", 1, 7_290_000, None, 0),
        ("O1", 2, "P2", 2, 429_000, None, 1),
        ("O2", 1, "P2", 1, 429_000, None, 0),
    ]
    assert ask("SELECT basket_id, line_no, product_id FROM basket_lines") == [
        ("B1", 1, "P1"),
        ("B1", 2, "P2"),
    ]
    assert ask("SELECT customer_id, updated_at FROM baskets") == [("C1", ms(2026, 6, 14, 14))]


def test_what_was_read_is_found_by_the_universal_field(read, home, tmp_path):
    read(folders.whole(tmp_path / "shop"))

    with contextlib.closing(open_home(home)) as connection:
        assert [p.product_id for p in search.find(connection, "cafe sling").products] == ["P3"]
        assert [c.customer_id for c in search.find(connection, "novak").customers] == ["C2"]
        assert [b.basket_id for b in search.find(connection, "B1").baskets] == ["B1"]


def test_order_lines_alone_make_a_shop(read, ask, tmp_path):
    read(folders.write(tmp_path / "shop", order_lines=folders.ORDER_LINES))

    assert ask("SELECT product_id, sku, name, active, derived, price FROM products") == [
        ("P1", "P1", "P1", 1, 1, 7_290_000), ("P2", "P2", "P2", 1, 1, 429_000),
    ]  # fmt: skip
    assert ask("SELECT customer_id, derived FROM customers") == [("C1", 1), ("C2", 1)]
    assert ask("SELECT associate_id, name FROM associates") == [("A1", "A1")]
    assert ask("SELECT store_id, name FROM stores") == [("S1", "S1")]


def test_products_alone_make_a_shop(read, ask, tmp_path):
    result = read(folders.write(tmp_path / "shop", products=folders.PRODUCTS))

    assert result.loaded == {"products": 4}
    assert ask("SELECT count(*) FROM orders") == [(0,)]


def test_a_line_of_an_unknown_product_makes_an_inactive_stub(read, ask, tmp_path):
    lines = folders.ORDER_LINES + "O3,GONE,1,C1,A1,S1,2026-06-03T10:00:00Z,5,\n"
    folder = folders.write(tmp_path / "shop", products=folders.PRODUCTS, order_lines=lines)
    read(folder)

    assert ask("SELECT sku, name, active, derived FROM products WHERE product_id = 'GONE'") == [
        ("GONE", "GONE", 0, 1)
    ]
    folders.write(folder, products=folders.PRODUCTS + "GONE,G-1,Found again,,,,,,,\n")
    read(folder)
    assert ask("SELECT sku, name, active, derived FROM products WHERE product_id = 'GONE'") == [
        ("G-1", "Found again", 1, 0)
    ]


def test_a_plain_split_of_sales_with_few_columns_works(read, ask, tmp_path):
    read(
        folders.write(
            tmp_path / "split",
            products="product_id,name,category,price\n22423,CAKESTAND,,12.75\n85123A,T-LIGHT,,2.55\n",
            order_lines="order_id,customer_id,ordered_at,product_id,quantity,unit_price\n"
            "536365,17850,2010-12-01T08:26:00,85123A,6,2.55\n"
            "536365,17850,2010-12-01T08:26:00,22423,1,12.75\n",
        )
    )

    assert ask("SELECT product_id, sku, price FROM products ORDER BY 1") == [
        ("22423", "22423", 127_500), ("85123A", "85123A", 25_500),
    ]  # fmt: skip
    assert ask("SELECT line_no, product_id, quantity FROM order_lines") == [(1, "85123A", 6), (2, "22423", 1)]
    assert ask("SELECT ordered_at FROM orders") == [(ms(2010, 12, 1, 8, 26),)]


def test_line_numbers_that_are_given_are_kept_and_the_rest_find_a_place(read, ask, tmp_path):
    lines = "order_id,line_no,product_id,quantity\nO1,2,A,1\nO1,,B,1\nO1,7,C,1\nO1,,D,1\n"
    read(folders.write(tmp_path / "shop", order_lines=lines))

    assert ask("SELECT product_id, line_no FROM order_lines ORDER BY product_id") == [
        ("A", 2), ("B", 3), ("C", 7), ("D", 4),
    ]  # fmt: skip


def test_line_numbers_that_run_through_the_whole_file_cost_no_more_than_others(read, ask, tmp_path):
    first = 90_000_000
    rows = [f"O{n // 2},{first + n},P{n % 7},1" for n in range(3_000)]
    lines = "\n".join(("order_id,line_no,product_id,quantity", *rows, f"O0,{first},P0,1", "O0,,P9,1"))
    done = read(folders.write(tmp_path / "shop", order_lines=lines))

    assert done.rejected == 1  # a line that came before
    assert ask("SELECT count(*), min(line_no), max(line_no) FROM order_lines") == [(3_001, 1, first + 2_999)]
    assert ask("SELECT line_no FROM order_lines WHERE product_id = 'P9'") == [(1,)]


def test_a_complete_file_with_running_line_numbers_takes_away_what_it_no_longer_names(read, ask, tmp_path):
    mapping = "[order_lines]\ncomplete = true\n"
    header, *rows = "order_id,line_no,product_id,quantity", "O1,700,A,1", "O1,701,B,1", "O2,702,A,1"
    read(folders.write(tmp_path / "shop", order_lines="\n".join((header, *rows))), mapping)
    read(folders.write(tmp_path / "shop", order_lines="\n".join((header, rows[0]))), mapping)

    assert ask("SELECT order_id, line_no FROM order_lines") == [("O1", 700)]
    assert ask("SELECT order_id FROM orders") == [("O1",)]


def test_an_order_spread_over_its_file_stays_one_order(read, ask, tmp_path):
    lines = "order_id,product_id,quantity,customer_id\nO1,A,1,C1\nO2,A,1,C2\nO1,B,1,C1\n"
    read(folders.write(tmp_path / "shop", order_lines=lines))

    assert ask("SELECT order_id, line_no, product_id FROM order_lines ORDER BY 1, 2") == [
        ("O1", 1, "A"), ("O1", 2, "B"), ("O2", 1, "A"),
    ]  # fmt: skip


def test_attributes_and_switches(read, ask, tmp_path):
    products = (
        "product_id,name,attributes,consumable,regulated,currency\n"
        'P1,Paper,"{""size"": ""A4"", ""colour"": ""weiß""}",1,no,EUR\nP2,Ink,,,,\n'
    )
    read(folders.write(tmp_path / "shop", products=products))

    rows = ask("SELECT attributes, consumable, regulated, currency FROM products ORDER BY product_id")
    assert json.loads(rows[0][0]) == {"size": "A4", "colour": "weiß"}
    assert rows[0][1:] == (1, 0, "EUR")
    assert rows[1] == (None, None, 0, None)


def test_progress_says_what_is_read_and_ends_at_the_whole(home, tmp_path):
    csv_folder.connect_csv(home, folders.whole(tmp_path / "shop"))
    said: list[tuple[str, int, int | None]] = []

    csv_folder.sync(home, progress=lambda *words: said.append(words))

    assert ("order_lines", 3, 3) in said
    assert {what for what, _, _ in said} >= set(folders.FILES)
