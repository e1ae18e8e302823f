"""Reading again: nothing when nothing changed, only what differs when something did."""

from __future__ import annotations

import contextlib
import os

import pytest

from assistant.errors import StoreError
from assistant.shop import csv_folder
from assistant.store import preferences, search
from assistant.store.database import open_home
from tests.shop import folders


def test_an_unchanged_folder_is_not_read_again(read, home, contents, tmp_path, monkeypatch):
    read(folders.whole(tmp_path / "shop"))
    before = contents()
    monkeypatch.setattr(csv_folder, "open_csv", None)

    again = csv_folder.sync(home)

    assert again.unchanged_files == len(folders.FILES)
    assert set(again.loaded.values()) == {0}
    assert again.changed == {}
    assert contents() == before


def test_a_file_that_was_only_touched_is_not_read_again(read, home, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    os.utime(folder / "products.csv", ns=(1, 1))

    assert csv_folder.sync(home).unchanged_files == len(folders.FILES)


def test_only_rows_that_differ_change(read, home, ask, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    folders.write(folder, products=folders.PRODUCTS.replace("42.90", "39.90"))

    again = csv_folder.sync(home)

    assert again.changed == {"products": 1}
    assert again.loaded == {"products": 4} | dict.fromkeys(set(folders.FILES) - {"products"}, 0)
    assert ask("SELECT price FROM products WHERE product_id = 'P2'") == [(399_000,)]


def test_a_changed_name_is_found_under_the_new_one_only(read, home, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    folders.write(folder, customers=folders.CUSTOMERS.replace("Inès Novák", "Inès Moreau"))
    csv_folder.sync(home)

    with contextlib.closing(open_home(home)) as connection:
        assert [c.customer_id for c in search.find(connection, "moreau").customers] == ["C2"]
        assert search.find(connection, "novak").customers_total == 0


def test_changed_order_lines_change_only_themselves(read, home, ask, tmp_path):
    folder = folders.write(tmp_path / "shop", order_lines=folders.many_lines(50, 3))
    read(folder)
    text = folders.many_lines(50, 3).replace("O7,P50,1,C3,2026-01-08,10.00", "O7,P50,9,C3,2026-01-08,10.00")
    folders.write(folder, order_lines=text)

    again = csv_folder.sync(home)

    assert again.changed["order_lines"] == 1
    assert "orders" not in again.changed
    assert ask("SELECT quantity FROM order_lines WHERE order_id = 'O7' AND line_no = 1") == [(9,)]


def test_a_changed_mapping_reads_everything_again(read, ask, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder, '\ncurrency = "EUR"\n')
    again = read(folder, '\ncurrency = "GBP"\n')

    assert again.unchanged_files == 0
    assert ask("SELECT DISTINCT currency FROM products") == [("GBP",)]


def test_a_changed_setting_reads_everything_again(read, home, ask, tmp_path):
    read(folders.whole(tmp_path / "shop"))
    with contextlib.closing(open_home(home)) as connection:
        preferences.put(connection, "shop.currency", "SEK")

    assert csv_folder.sync(home).unchanged_files == 0
    assert ask("SELECT DISTINCT currency FROM orders") == [("SEK",)]


def test_what_a_file_no_longer_names_stays_unless_it_is_complete(read, home, ask, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    without_camera = "".join(line for line in folders.PRODUCTS.splitlines(True) if not line.startswith("P3"))
    folders.write(folder, products=without_camera)

    csv_folder.sync(home)
    assert ask("SELECT count(*) FROM products") == [(4,)]
    read(folder, "[products]\ncomplete = true\n")
    assert ask("SELECT product_id FROM products") == [("P1",), ("P2",), ("P4",)]


def test_a_complete_file_keeps_what_was_sold_as_a_stub(read, ask, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    folders.write(folder, products="product_id,name\nP1,Camera\n", customers="customer_id,name\nC1,Maren\n")
    read(folder, "[products]\ncomplete = true\n[customers]\ncomplete = true\n")

    assert ask("SELECT product_id, active, derived FROM products") == [("P1", 1, 0), ("P2", 0, 1)]
    assert ask("SELECT customer_id, name, note, derived FROM customers") == [
        ("C1", "Maren", None, 0),
        ("C2", None, None, 1),
    ]
    assert ask("SELECT count(*) FROM barcodes WHERE product_id = 'P2'") == [(0,)]


def test_complete_order_lines_links_and_baskets(read, ask, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    mapping = "".join(f"[{table}]\ncomplete = true\n" for table in ("order_lines", "links", "baskets"))
    read(folder, mapping)
    folders.write(
        folder,
        order_lines="\n".join(folders.ORDER_LINES.splitlines()[:2]) + "\n",
        links=folders.LINKS.splitlines()[0] + "\nP2,P1,requires\n",
        baskets=folders.BASKETS.splitlines()[0] + "\n",
    )
    read(folder, mapping)

    assert ask("SELECT order_id, line_no FROM order_lines") == [("O1", 1)]
    assert ask("SELECT order_id FROM orders") == [("O1",)]
    assert ask("SELECT * FROM links") == [("P2", "P1", "requires")]
    assert ask("SELECT count(*) FROM baskets") == ask("SELECT count(*) FROM basket_lines") == [(0,)]


def test_a_basket_is_what_its_file_says_and_a_paid_one_is_closed(read, home, ask, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    folders.write(folder, baskets="basket_id,product_id,quantity\nB1,P3,1\nB2,P1,1\n")
    csv_folder.sync(home)
    assert ask("SELECT basket_id, product_id FROM basket_lines ORDER BY 1, 2") == [("B1", "P3"), ("B2", "P1")]

    paid = "order_id,product_id,quantity,basket_id\nO8,P1,1,B2\n"
    folders.write(folder, baskets="basket_id,product_id,quantity\nB1,P3,1\n", order_lines=paid)
    csv_folder.sync(home)
    assert ask("SELECT basket_id FROM baskets") == [("B1",)]


def test_a_barcode_moves_and_goes(read, home, ask, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    moved = folders.PRODUCTS.replace("5000000000024|5000000000031", "5000000000017").replace(
        "CAM-1,Camera,5000000000017", "CAM-1,Camera,"
    )
    folders.write(folder, products=moved)
    csv_folder.sync(home)

    assert ask("SELECT * FROM barcodes") == [("5000000000017", "P2")]


def test_a_file_that_was_added_brings_its_rows(read, home, ask, tmp_path):
    folder = folders.write(tmp_path / "shop", order_lines=folders.ORDER_LINES)
    read(folder)
    assert ask("SELECT name FROM products WHERE product_id = 'P1'") == [("P1",)]
    folders.write(folder, products=folders.PRODUCTS)

    result = csv_folder.sync(home)

    assert result.unchanged_files == 1
    assert ask("SELECT name, derived FROM products WHERE product_id = 'P1'") == [("Camera", 0)]


def test_columns_that_a_file_lacks_are_left_as_they_were(read, home, ask, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    folders.write(folder, products="product_id,name,stock\nP1,Camera,3\n")
    csv_folder.sync(home)

    assert ask("SELECT sku, price, category FROM products WHERE product_id = 'P1'") == [
        ("P1", 7_290_000, "Photo/Cameras")
    ]
    assert ask("SELECT quantity FROM stock WHERE product_id = 'P1'") == [(3,)]


def test_the_log_is_never_waited_for(read, home, tmp_path):
    """A sync goes through while an answer is being written, so it cannot hold the log's write lock."""
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    folders.write(folder, products=folders.PRODUCTS.replace("Camera", "Changed"))

    with contextlib.closing(open_home(home)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert csv_folder.sync(home).changed == {"products": 1}
        connection.execute("ROLLBACK")


def test_an_interrupted_sync_leaves_the_catalog_as_it_was(read, home, contents, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    before = contents()
    folders.write(folder, products=folders.PRODUCTS.replace("Camera", "Changed"))

    def interrupt(what: str, done: int, total: int | None) -> None:
        if what == "search":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        csv_folder.sync(home, progress=interrupt)
    assert contents() == before
    assert csv_folder.sync(home).changed == {"products": 1}


def test_another_folder_is_another_shop_and_nothing_of_the_former_stays(read, home, ask, contents, tmp_path):
    read(folders.whole(tmp_path / "shop"))
    assert ask("SELECT count(*) FROM products WHERE product_id = 'T1'") == [(0,)]

    other = folders.write(
        tmp_path / "other",
        products="product_id,name\nT1,Teapot\n",
        order_lines="order_id,product_id,quantity\nX1,T1,1\n",
    )
    read(other)

    assert ask("SELECT product_id FROM products") == [("T1",)]
    assert ask("SELECT order_id FROM orders") == [("X1",)]
    assert ask("SELECT count(*) FROM customers") == [(0,)]
    assert ask("SELECT count(*) FROM sync_state WHERE key = 'another_shop'") == [(0,)]
    before = contents()
    csv_folder.sync(home)
    assert contents() == before


def test_connecting_the_same_folder_again_keeps_what_was_read(read, home, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    assert read(folder).unchanged_files == len(folders.FILES)


def test_a_connection_is_remembered_whole_or_not_at_all(read, home, tmp_path, monkeypatch):
    first, other = folders.whole(tmp_path / "shop"), folders.whole(tmp_path / "other")
    read(first)
    put = preferences.put

    def put_until_the_disk_is_full(connection, key, value):
        if key == "shop.mapping":
            raise StoreError("the disk is full")
        put(connection, key, value)

    monkeypatch.setattr(preferences, "put", put_until_the_disk_is_full)
    with pytest.raises(StoreError):
        csv_folder.connect_csv(home, other)

    with contextlib.closing(open_home(home)) as connection:
        assert preferences.text(connection, "shop.folder") == str(first)
