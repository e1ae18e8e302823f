"""A bad row never stops a sync: it is set aside with its line, column, value and reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

import pytest

from assistant.errors import ShopError, StoreError
from assistant.shop import csv_folder
from assistant.shop.result import Rejects
from tests.shop import folders

LINES = "order_id,product_id,quantity,ordered_at,unit_price,discount,returned_quantity\n"
GOOD = "O9,P9,1,2026-06-01T10:00:00Z,1.00,,\n"


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("O1,P1,many,,,,", "quantity", "many", "is not a number"),
        ("O1,P1,0,,,,", "quantity", "0", "is not above zero"),
        ("O1,P1,-2,,,,", "quantity", "'-2", "is not above zero"),
        ("O1,P1,nan,,,,", "quantity", "nan", "is not a number"),
        ("O1,P1,1_0,,,,", "quantity", "1_0", "is not a number"),
        ("O1,P1,1e30,,,,", "quantity", "1e30", "is too large a number"),
        ("O1,P1,,,,,", "quantity", "", "is empty"),
        (",P1,1,,,,", "order_id", "", "is empty"),
        ("O1, ,1,,,,", "product_id", " ", "is empty"),
        ("O1,P1,1,yesterday,,,", "ordered_at", "yesterday", "is not a time written as 2026-06-14T14:30:00Z"),
        ("O1,P1,1,0001-01-01,,,", "ordered_at", "0001-01-01", "is not a time between 1900 and 2200"),
        ('O1,P1,1,,"1,50",,', "unit_price", "1,50", "is not a number"),
        ("O1,P1,1,,-3,,", "unit_price", "'-3", "is below zero"),
        ("O1,P1,2,,,,3", "returned_quantity", "3", "is not between 0 and the 2 sold"),
        ("O1,P1,2,,,,-1", "returned_quantity", "'-1", "is not between 0 and the 2 sold"),
    ],
)
def test_a_bad_cell_sets_its_row_aside(read, ask, set_aside, tmp_path, row, column, value, reason):
    result = read(folders.write(tmp_path / "shop", order_lines=f"{LINES}{GOOD}{row}\n"))

    assert (result.rejected, result.loaded) == (1, {"order_lines": 1})
    (reject,) = set_aside()
    assert (reject["file"], reject["line"], reject["column"]) == ("order_lines.csv", "3", column)
    assert (reject["value"], reject["reason"]) == (value, reason)
    assert ask("SELECT order_id FROM order_lines") == [("O9",)]
    assert ask("SELECT order_id FROM orders") == [("O9",)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("O1,P1,1", "the row has 3 columns, the header 7"),
        ("O1,P1,1,,,,,surplus", "the row has 8 columns, the header 7"),
        ('O1,"P1"x,1,,,,', "the row cannot be read"),
    ],
)
def test_a_row_of_another_shape_is_set_aside(read, set_aside, tmp_path, row, reason):
    result = read(folders.write(tmp_path / "shop", order_lines=f"{LINES}{row}\n{GOOD}"))

    assert (result.rejected, result.loaded) == (1, {"order_lines": 1})
    (reject,) = set_aside()
    assert reject["line"] == "2"
    assert reason in reject["reason"]


def test_the_line_is_the_files_even_after_blank_lines_and_line_breaks_in_cells(read, set_aside, tmp_path):
    lines = f'{LINES}\n{GOOD}"O\n8",P8,1,,,,\n\nO1,P1,x,,,,\n'
    result = read(folders.write(tmp_path / "shop", order_lines=lines))

    assert (result.loaded, result.rejected) == ({"order_lines": 2}, 1)
    line = 1 + lines[: lines.index("O1")].count("\n")
    assert [(r["line"], r["value"]) for r in set_aside()] == [(str(line), "x")]


def test_one_row_with_two_bad_cells_is_one_reject(read, set_aside, tmp_path):
    result = read(folders.write(tmp_path / "shop", order_lines=f"{LINES}O1,P1,x,never,,,\n{GOOD}"))

    assert result.rejected == 1
    assert len(set_aside()) == 1


def test_a_line_number_that_comes_again_is_set_aside(read, ask, set_aside, tmp_path):
    lines = "order_id,line_no,product_id,quantity\nO1,1,A,1\nO1,1,B,1\nO2,1,A,1\n"
    result = read(folders.write(tmp_path / "shop", order_lines=lines))

    assert result.rejected == 1
    assert set_aside()[0]["reason"] == "this line of order O1 came before"
    assert ask("SELECT product_id FROM order_lines WHERE order_id = 'O1'") == [("A",)]


@pytest.mark.parametrize("phone", ["12", "ask her mother", "01632 960187"])
def test_a_phone_that_cannot_be_dialled_leaves_the_customer_in(read, ask, set_aside, tmp_path, phone):
    customers = f"customer_id,name,phone\nC1,Maren,{phone}\nC2,Tom,+441632960118\n"
    folder = folders.write(tmp_path / "shop", products=folders.PRODUCTS, customers=customers)
    result = read(folder)

    assert (result.mended, result.rejected, result.loaded["customers"]) == (1, 0, 2)
    assert ask("SELECT name, phone FROM customers ORDER BY 1") == [("Maren", None), ("Tom", "+441632960118")]
    assert (set_aside()[0]["value"], set_aside()[0]["reason"][-19:]) == (phone, "; loaded without it")


def test_the_shops_country_reads_phones_written_without_one(read, ask, tmp_path):
    customers = "customer_id,name,phone\nC1,Maren,(01632) 960-187\n"
    folder = folders.write(tmp_path / "shop", products=folders.PRODUCTS, customers=customers)
    read(folder, 'country = "GB"\n')

    assert ask("SELECT phone FROM customers") == [("+441632960187",)]


@pytest.mark.parametrize(
    ("products", "reason"),
    [
        ("product_id,name,attributes\nP1,A,{\n", "is not JSON"),
        ('product_id,name,attributes\nP1,A,"{""a"": 1e999}"\n', "is not JSON"),
        ("product_id,name,attributes\nP1,A,[1]\n", "is not a JSON object"),
        ('product_id,name,attributes\nP1,A,"{""a"": NaN}"\n', "is not JSON"),
        ("product_id,name,active\nP1,A,perhaps\n", "is neither yes nor no"),
        ("product_id,name\nP1,\n", "is empty"),
        ("product_id,name,price\nP1,A,-1\n", "is below zero"),
    ],
)
def test_bad_products(read, set_aside, tmp_path, products, reason):
    result = read(folders.write(tmp_path / "shop", products=products))

    assert result.rejected == 1
    assert set_aside()[0]["reason"] == reason


def test_an_unknown_kind_of_link_is_set_aside(read, set_aside, ask, tmp_path):
    links = "product_id,linked_id,kind\nP1,P2,Requires\nP1,P3,resembles\n"
    result = read(folders.write(tmp_path / "shop", products=folders.PRODUCTS, links=links))

    assert result.rejected == 1
    assert "accessory, requires" in set_aside()[0]["reason"]
    assert ask("SELECT * FROM links") == [("P1", "P2", "requires")]


def test_each_table_has_its_own_file_and_the_result_says_where(read, home, set_aside, tmp_path):
    folder = folders.write(
        tmp_path / "shop", products="product_id,name\nP1,\n", order_lines=f"{LINES}O1,P1,x,,,,\n"
    )
    result = read(folder)

    assert result.rejected == 2
    assert result.rejects == str(home.rejects)
    assert sorted(row["in"].split("-")[-1] for row in set_aside()) == ["order_lines.csv", "products.csv"]
    assert json.loads(json.dumps(result.as_json()))["rejected"] == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_rejects_file_that_cannot_be_written_whole_undoes_the_sync(read, ask, tmp_path, monkeypatch):
    folder = folders.write(tmp_path / "shop", products="product_id,name\nP1,A\nP2,\n")
    full = tmp_path / "full"
    full.symlink_to("/dev/full")  # the file of a failed sync goes, so it must be one of our own

    def on_a_full_disk(self: Rejects, table: str) -> TextIO:
        return self._open.setdefault(table, full.open("w"))

    monkeypatch.setattr(Rejects, "_file", on_a_full_disk)
    with pytest.raises(StoreError, match="No space left on device; nothing was changed"):
        read(folder)
    assert ask("SELECT * FROM products") == []


@pytest.mark.parametrize("named", ["~nobody-of-that-name/shop", "circle"])
def test_a_folder_that_leads_nowhere_is_said(home, tmp_path, monkeypatch, named):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(ShopError, match="There is no folder"):
        csv_folder.connect_csv(home, Path(named))
