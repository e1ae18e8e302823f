"""A small shop put straight into the catalog: twelve products, two stores, three associates, 300 orders.

What is bought with what is planted: every camera order holds the card two times in three and the case one
time in three; the teapot goes with nothing.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from assistant.store import search
from assistant.store.database import Connection, stamp, transaction

NOW = datetime(2026, 6, 14, 14, 30, tzinfo=UTC)
START = NOW - timedelta(days=300)

# id, sku, name, category, price, cost, consumable, stock
PRODUCTS = (
    ("P1", "CAM-R50", "Lumo R50 mirrorless kit", "Photo/Cameras/Mirrorless", 729.00, 560.00, 0, 7),
    ("P2", "CAM-R70", "Lumo R70 mirrorless kit", "Photo/Cameras/Mirrorless", 999.00, 760.00, 0, 3),
    ("P3", "CRD-128", "Swift 128 GB SD card, V60", "Photo/Memory cards", 42.90, 22.00, 0, 14),
    ("P4", "CRD-064", "Swift 64 GB SD card, V30", "Photo/Memory cards", 19.90, 10.00, 0, 20),
    ("P5", "CAS-010", "Tide camera sling, 6 L", "Photo/Bags", 49.00, 21.00, 0, 5),
    ("P6", "BAT-017", "LR-17 spare battery", "Photo/Batteries", 34.90, 12.00, 0, 9),
    ("P7", "FLT-049", "Clearline protective filter, 49 mm", "Photo/Filters", 18.50, 7.00, 0, 6),
    ("P8", "PRN-310", "Arden P310 photo printer", "Print/Printers", 149.00, 110.00, 0, 2),
    ("P9", "PAP-050", "Fine photo paper A4, 50 sheets", "Print/Paper", 14.90, 6.00, 1, 40),
    ("P10", "CAB-USB", "USB cable, 2 m", "Print/Cables", 7.90, 1.50, 0, 30),
    ("P11", "TEA-001", "Café teapot", "Home/Kitchen", 24.00, 11.00, 0, 4),
    ("P12", "FLT-052", "Clearline protective filter, 52 mm", "Photo/Filters", 18.50, 7.00, 0, 0),
)
LINKS = (
    ("P1", "P3", "accessory"),
    ("P1", "P12", "incompatible"),
    ("P1", "P2", "alternative"),
    ("P8", "P10", "requires"),
    ("P8", "P9", "accessory"),
)
CUSTOMERS = (
    #  id        name            email                       phone            tier      personal contact
    ("C-10412", "Maren Oduya", "maren@example.com", "+441632960187", "Silver", 1, 1),
    ("C-10413", "Ines Novák", "ines.n@example.org", "+441632960141", None, 0, 0),
    ("C-10414", "Tom Gardiner", "t.gardiner@example.com", "+441632960118", "Gold", None, None),
)
ASSOCIATES = (("A1", "Priya Nair", "S1"), ("A2", "Owen Bright", "S1"), ("A3", "Lena Fischer", "S2"))
STORES = (("S1", "Harbour Street"), ("S2", "Mill Lane"))


def fill(catalog: Connection) -> None:
    """Put the small shop into an empty catalog, with its search indexes."""
    with transaction(catalog):
        _goods(catalog)
        _people(catalog)
        _orders(catalog)
        _baskets(catalog)
        search.rebuild(catalog)
        catalog.execute(
            "INSERT INTO sync_state VALUES ('synced_at', ?)", (stamp(NOW - timedelta(seconds=12)),)
        )


def _goods(catalog: Connection) -> None:
    catalog.executemany("INSERT INTO stores VALUES (?, ?)", STORES)
    for product_id, sku, name, category, price, cost, consumable, quantity in PRODUCTS:
        catalog.execute(
            "INSERT INTO products (product_id, sku, name, category, price, cost, currency, attributes, "
            "consumable) VALUES (?, ?, ?, ?, ?, ?, 'GBP', ?, ?)",
            (
                product_id, sku, name, category, round(price * 10_000), round(cost * 10_000),
                json.dumps({"colour": "black"}), consumable,
            ),
        )  # fmt: skip
        catalog.execute(
            "INSERT INTO barcodes VALUES (?, ?)", (f"50000000000{int(product_id[1:]):02d}", product_id)
        )
        catalog.execute(
            "INSERT INTO stock VALUES (?, 'S1', ?, ?)",
            (product_id, quantity, stamp(NOW - timedelta(minutes=5))),
        )
    catalog.executemany("INSERT INTO links VALUES (?, ?, ?)", LINKS)


def _people(catalog: Connection) -> None:
    catalog.executemany("INSERT INTO associates (associate_id, name, store_id) VALUES (?, ?, ?)", ASSOCIATES)
    since = stamp(datetime(2021, 3, 1, tzinfo=UTC))
    catalog.executemany(
        "INSERT INTO customers (customer_id, name, email, phone, tier, personal_suggestions, contact, since)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(*customer, since) for customer in CUSTOMERS],
    )


def _orders(catalog: Connection) -> None:
    """Every third order is a camera, every third the printer, every third the teapot alone."""
    for i in range(300):
        at = START + timedelta(days=i, hours=i % 8)
        associate = ASSOCIATES[i % 3]
        products = {0: ["P1"], 1: ["P8", "P10"], 2: ["P11"]}[i % 3]
        if i % 3 == 0:
            products += (
                (["P3"] if i % 9 else []) + (["P5"] if i % 9 == 3 else []) + (["P6"] if i % 12 == 0 else [])
            )
        if i % 3 == 1 and i % 2:
            products += ["P9"]
        customer = CUSTOMERS[0][0] if i in (1, 150) else (f"D{i % 90}" if i % 4 else None)
        catalog.execute(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, 'till', NULL, 'GBP')",
            (f"O{i}", customer, associate[0], associate[2], stamp(at)),
        )
        for line_no, product_id in enumerate(products, 1):
            price = next(p[4] for p in PRODUCTS if p[0] == product_id)
            catalog.execute(
                "INSERT INTO order_lines VALUES (?, ?, ?, 1, ?, 0, 0)",
                (f"O{i}", line_no, product_id, round(price * 10_000)),
            )


def _baskets(catalog: Connection) -> None:
    catalog.execute("INSERT INTO baskets VALUES ('B-20418', 'C-10412', 'A1', 'S1', ?, 'GBP')", (stamp(NOW),))
    catalog.execute("INSERT INTO basket_lines VALUES ('B-20418', 1, 'P1', 1, 7290000, 0)")
    catalog.execute("INSERT INTO basket_lines VALUES ('B-20418', 2, 'P7', 1, 185000, 0)")
