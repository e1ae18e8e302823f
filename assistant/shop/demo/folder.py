"""The canonical CSV folder of a made-up shop, the same bytes for the same day."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

from assistant.shop.demo.goods import Fit, Item, kits, links
from assistant.shop.demo.orders import Order
from assistant.shop.demo.people import Person
from assistant.shop.demo.truth import Truth

Row = Sequence[object]


def write(
    folder: Path,
    truth: Truth,
    fit: Fit,
    customers: Iterable[Person],
    orders: Iterable[Order],
    shelves: Mapping[tuple[str, str], int],
    today: date,
) -> None:
    """Write every file of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    midnight = datetime.combine(today, time(), UTC)
    files = (
        ("stores", "store_id,name", ((b.store_id, b.name) for b in truth.branches)),
        (
            "associates",
            "associate_id,name,store_id,role",
            ((s.associate_id, s.name, s.store_id, s.role) for s in truth.servers),
        ),
        (
            "products",
            "product_id,sku,barcode,name,category,price,cost,currency,stock,stock_at,active,attributes,consumable,"
            "regulated",
            (_product(item, truth, shelves, midnight) for item in fit.goods),
        ),
        (
            "customers",
            "customer_id,name,email,phone,tier,since,personal_suggestions,contact,note",
            map(_customer, customers),
        ),
        ("links", "product_id,linked_id,kind", links(fit, truth)),
        (
            "kits",
            "kit_id,product_id,anchor,name,price,currency",
            (
                (kit_id, item.product_id, "yes" if anchor else "no", name, _money(price), truth.currency)
                for kit_id, item, anchor, name, price in kits(fit, truth)
            ),
        ),
        (
            "order_lines",
            "order_id,line_no,product_id,quantity,customer_id,associate_id,store_id,ordered_at,unit_price,discount,"
            "currency,channel,returned_quantity,basket_id",
            (row for order in orders for row in _order(order, truth)),
        ),
        (
            "baskets",
            "basket_id,line_no,product_id,quantity,customer_id,associate_id,store_id,ordered_at,unit_price,currency",
            _baskets(truth, fit, midnight),
        ),
    )
    for name, header, rows in files:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            sheet = csv.writer(file, lineterminator="\n")
            sheet.writerow(header.split(","))
            sheet.writerows(rows)


def shelves(truth: Truth, goods: Sequence[Item], rng: Random) -> dict[tuple[str, str], int]:
    """How many of each product lie in each store: the popular deep, some just sold out."""
    stock = {}
    for item in goods:
        deep = 3 + item.weight * (2.6 if item.consumable else 1.1) / (1 + item.price / 60_000)
        for branch in truth.branches:
            if branch.stock is None:
                continue
            count = round(deep * branch.stock * rng.uniform(0.2, 1.6))
            stock[item.product_id, branch.store_id] = 0 if rng.random() < 0.03 else count
    return stock


def _product(item: Item, truth: Truth, stock: Mapping[tuple[str, str], int], at: datetime) -> Row:
    counts = [n for (product_id, _), n in stock.items() if product_id == item.product_id]
    return (
        item.product_id,
        item.sku,
        item.barcode,
        item.name,
        item.category,
        _money(item.price),
        _money(item.cost),
        truth.currency,
        sum(counts) if counts else "",
        _time(at) if counts else "",
        "yes",
        json.dumps(item.attributes, ensure_ascii=False),
        "yes" if item.consumable else "no",
        "yes" if item.regulated else "no",
    )


def _customer(person: Person) -> Row:
    return (
        person.customer_id,
        person.name,
        person.email,
        person.phone,
        person.tier,
        person.since.isoformat(),
        person.personal,
        person.contact,
        person.note,
    )


def _order(order: Order, truth: Truth) -> Iterator[Row]:
    for number, line in enumerate(order.lines, 1):
        yield (
            order.order_id,
            number,
            line.item.product_id,
            line.quantity,
            order.customer.customer_id if order.customer else "",
            order.server.associate_id if order.server else "",
            order.store_id,
            _time(order.at),
            _money(line.item.price),
            _money(line.discount),
            truth.currency,
            order.channel,
            line.returned,
            order.basket_id,
        )


def _baskets(truth: Truth, fit: Fit, midnight: datetime) -> Iterator[Row]:
    stores = {server.associate_id: server.store_id for server in truth.servers}
    for basket in truth.baskets:
        at = midnight - timedelta(hours=basket["hours"])
        for number, name in enumerate(basket["products"], 1):
            item = fit.by_name[name]
            yield (
                basket["id"],
                number,
                item.product_id,
                1,
                basket.get("customer", ""),
                basket["associate"],
                stores[basket["associate"]],
                _time(at),
                _money(item.price),
                truth.currency,
            )


def _money(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02d}"


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
