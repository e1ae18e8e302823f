"""`kits.csv`: a row for each product of a kit, its price and its days told on any of them."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.store.database import stamp
from tests.shop import folders

KITS = """kit_id,product_id,anchor,name,price,currency,starts_at,ends_at
K1,P1,yes,Starter kit,60.00,GBP,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z
K1,P2,no,,,,,
K1,P3,,,,,,
"""


def test_kits_land_as_they_are_told(read, ask, tmp_path):
    result = read(folders.write(tmp_path / "shop", products=folders.PRODUCTS, kits=KITS))

    assert (result.loaded["kits"], result.rejected) == (3, 0)
    june, july = (stamp(datetime(2026, month, 1, tzinfo=UTC)) for month in (6, 7))
    assert ask("SELECT * FROM kits ORDER BY product_id") == [
        ("K1", "P1", 1, "Starter kit", 600_000, "GBP", june, july),
        ("K1", "P2", 0, None, None, None, None, None),
        ("K1", "P3", 0, None, None, None, None, None),
    ]


def test_two_columns_are_enough(read, ask, tmp_path):
    read(
        folders.write(tmp_path / "shop", products=folders.PRODUCTS, kits="kit_id,product_id\nK1,P1\nK1,P2\n")
    )

    assert ask("SELECT kit_id, product_id, anchor, price FROM kits") == [
        ("K1", "P1", 0, None), ("K1", "P2", 0, None),
    ]  # fmt: skip


def test_a_row_without_its_kit_or_its_product_is_set_aside(read, ask, tmp_path):
    rows = "kit_id,product_id,price\nK1,P1,60.00\n,P2,60.00\nK1,,60.00\n"
    result = read(folders.write(tmp_path / "shop", products=folders.PRODUCTS, kits=rows))

    assert (result.loaded["kits"], result.rejected) == (1, 2)
    assert ask("SELECT kit_id, product_id, price FROM kits") == [("K1", "P1", 600_000)]


def test_a_row_whose_price_cannot_be_read_is_set_aside(read, ask, tmp_path):
    rows = "kit_id,product_id,price\nK1,P1,cheap\nK1,P2,60.00\n"
    result = read(folders.write(tmp_path / "shop", products=folders.PRODUCTS, kits=rows))

    assert result.rejected == 1
    assert ask("SELECT product_id, price FROM kits") == [("P2", 600_000)]


def test_what_a_complete_file_no_longer_names_is_gone(read, ask, tmp_path):
    folder = folders.write(tmp_path / "shop", products=folders.PRODUCTS, kits=KITS)
    read(folder, "[kits]\ncomplete = true\n")
    folders.write(folder, kits="kit_id,product_id\nK1,P1\n")
    read(folder, "[kits]\ncomplete = true\n")

    assert ask("SELECT product_id FROM kits") == [("P1",)]
