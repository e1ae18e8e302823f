"""What was read of the mirror is kept for as long as it is true, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.store import catalog as goods
from assistant.store import kits, mirrored
from assistant.store.database import Connection, snapshot, transaction

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def change(catalog: Connection, sql: str) -> None:
    with transaction(catalog):
        catalog.execute(sql)


def name(connection: Connection, product_id: str = "P3") -> str | None:
    found = goods.product(connection, product_id)
    return found.name if found else None


def test_a_product_that_changed_is_read_again(shop: Connection, catalog: Connection) -> None:
    before = name(shop)
    change(catalog, "UPDATE products SET name = 'another' WHERE product_id = 'P3'")
    assert before != "another"
    assert name(shop) == "another"
    change(catalog, "DELETE FROM products WHERE product_id = 'P3'")
    assert name(shop) is None
    assert name(shop, "NEW") is None
    change(catalog, "INSERT INTO products (product_id, sku, name) VALUES ('NEW', 'N', 'new here')")
    assert name(shop, "NEW") == "new here"


def test_a_new_barcode_is_seen_with_its_product(shop: Connection, catalog: Connection) -> None:
    assert goods.product(shop, "P3")
    change(catalog, "INSERT INTO barcodes VALUES ('4711', 'P3')")
    found = goods.product(shop, "P3")
    assert found is not None
    assert "4711" in found.barcodes


def test_one_moment_stays_one_moment(shop: Connection, catalog: Connection) -> None:
    with snapshot(shop):
        before = name(shop)
        change(catalog, "UPDATE products SET name = 'another'")
        assert name(shop) == before
        assert name(shop, "P4") != "another"
    assert name(shop) == name(shop, "P4") == "another"


def test_an_errand_sees_what_it_has_just_written(catalog: Connection) -> None:
    with transaction(catalog):
        assert name(catalog) != "another"
        catalog.execute("UPDATE products SET name = 'another' WHERE product_id = 'P3'")
        assert name(catalog) == "another"
    assert mirrored.of(catalog) is None


def test_what_is_kept_has_an_end(shop: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirrored, "MOST", 3)
    ids = [f"P{n}" for n in range(1, 8)]
    one_by_one = {product_id: goods.product(shop, product_id) for product_id in ids}
    assert goods.products(shop, ids[:3]) == {i: one_by_one[i] for i in ids[:3]}
    assert goods.products(shop, ids) == one_by_one  # more than are kept, some of them kept already
    kept = mirrored.of(shop)
    assert kept is not None
    goods.product(shop, "P8")
    assert len(kept.products) <= len(ids)


def test_an_empty_table_that_fills_is_read(shop: Connection, catalog: Connection) -> None:
    for table in ("links", "stock", "kits"):
        change(catalog, f"DELETE FROM {table}")
    assert goods.links(shop, ["P1"]) == kits.offered_with(shop, ["P1"], NOW) == ()
    assert goods.stock(shop, ["P1"], None) == {}
    change(catalog, "INSERT INTO links VALUES ('P1', 'P3', 'requires')")
    assert [link.linked_id for link in goods.links(shop, ["P1"])] == ["P3"]
    change(catalog, "INSERT INTO stock (product_id, quantity) VALUES ('P1', 4)")
    assert goods.stock(shop, ["P1"], None)["P1"].quantity == 4
    change(catalog, "INSERT INTO kits (kit_id, product_id, anchor) VALUES ('K', 'P1', 1), ('K', 'P3', 0)")
    assert [kit.kit_id for kit in kits.offered_with(shop, ["P1"], NOW)] == ["K"]
