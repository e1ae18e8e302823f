"""Small folders of a shop's files, made by hand for a test."""

from __future__ import annotations

import gzip
from pathlib import Path

PRODUCTS = """product_id,sku,name,barcode,category,price,cost,stock,stock_at,active
P1,CAM-1,Camera,5000000000017,Photo/Cameras,729.00,560,7,2026-06-14T14:25:00Z,yes
P2,CRD-1,"Card, 128 GB",5000000000024|5000000000031,Photo/Memory cards,42.90,22,14,2026-06-14T14:25:00Z,yes
P3,CAS-1,Café sling,,Photo/Bags,,,,,
P4,OLD-1,Old lamp,,Home,1,,,,no
"""
ORDER_LINES = """\
order_id,product_id,quantity,customer_id,associate_id,store_id,ordered_at,unit_price,returned_quantity
O1,P1,1,C1,A1,S1,2026-06-01T10:00:00Z,729.00,
O1,P2,2,C1,A1,S1,2026-06-01T10:00:00Z,42.90,1
O2,P2,1,C2,A1,S1,2026-06-02T11:30:00+02:00,42.90,
"""
CUSTOMERS = """customer_id,name,email,phone,tier,since,personal_suggestions,contact,note
C1,Maren Oduya,maren@example.com,+44 1632 960187,Silver,2021-03-01,yes,no,
C2,Inès Novák,,,,,,,likes film
"""
BASKETS = """basket_id,product_id,quantity,customer_id,ordered_at,unit_price
B1,P1,1,C1,2026-06-14T14:00:00Z,729
B1,P2,1,C1,2026-06-14T14:00:00Z,42.90
"""
ASSOCIATES = "associate_id,name,store_id\nA1,Priya Nair,S1\n"
STORES = "store_id,name\nS1,Harbour Street\n"
LINKS = "product_id,linked_id,kind\nP1,P2,accessory\n"

FILES = {
    "products": PRODUCTS,
    "order_lines": ORDER_LINES,
    "customers": CUSTOMERS,
    "baskets": BASKETS,
    "associates": ASSOCIATES,
    "stores": STORES,
    "links": LINKS,
}


def write(folder: Path, *, zipped: bool = False, **files: str) -> Path:
    """A folder with these files (by table, without `.csv`), UTF-8, plain or gzipped."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        data = text.encode()
        path = folder / f"{name}.csv"
        if zipped:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(data))
        else:
            path.write_bytes(data)
    return folder


def whole(folder: Path, *, zipped: bool = False) -> Path:
    """A folder with every canonical file."""
    return write(folder, zipped=zipped, **FILES)


def many_lines(orders: int, lines: int, price: str = "10.00") -> str:
    """Order lines of many orders, two customers to an order's worth of goods."""
    rows = ["order_id,product_id,quantity,customer_id,ordered_at,unit_price"]
    rows += [
        f"O{order},P{(order * 7 + line) % 97},{line},C{order // 2},2026-01-{order % 28 + 1:02d},{price}"
        for order in range(orders)
        for line in range(1, lines + 1)
    ]
    return "\n".join(rows) + "\n"
