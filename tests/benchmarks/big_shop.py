"""A made-up shop of any size as a CSV folder, and its home, made once by our own connect, sync and train.

What is bought with what is planted by groups: each group of products has another whose products go with it.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from assistant.store.database import Home

GROUPS = 1_000
BASKETS, ORDER_DAYS = 200, 700
_SYLLABLES = tuple(f"{a}{b}" for a in "bcdfghjklmnprstv" for b in "aeiou")
_KINDS = ("camera", "lens", "bag", "card", "filter", "strap", "charger", "cable", "lamp", "kettle", "drill")
_LAST_DAY = datetime(2026, 6, 14, 12, tzinfo=UTC)
_MARK = "made"


def home(folder: Path, products: int, customers: int, orders: int) -> Home:
    """The home in this folder; made there first where it is not there yet."""
    made = Home(folder / "home")
    if (folder / _MARK).exists():
        return made
    began = time.perf_counter()
    write(folder / "shop", products, customers, orders)
    print(f"wrote the shop in {time.perf_counter() - began:.0f} s", flush=True)
    for words in (["connect", "csv", str(folder / "shop")], ["sync"], ["train"]):
        began = time.perf_counter()
        command = [sys.executable, "-m", "assistant", "--home", str(made.folder), *words]
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"{words[0]} ended with {done.returncode}: {done.stderr[-500:]}")
        print(f"{words[0]}: {time.perf_counter() - began:.0f} s", flush=True)
    (folder / _MARK).touch()  # a home that was half made is not used again
    return made


def write(folder: Path, products: int, customers: int, orders: int) -> None:
    """Write every file of the shop; the same bytes for the same sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = Random(f"{products} {customers} {orders}")
    _sheet(folder / "stores.csv", "store_id,name", [("S1", "Harbour Street")])
    people = [("A1", "Priya Nair", "S1", "manager"), ("A2", "Owen Bright", "S1", "associate")]
    _sheet(folder / "associates.csv", "associate_id,name,store_id,role", people)
    header = "product_id,sku,barcode,name,category,price,cost,currency,stock"
    _sheet(folder / "products.csv", header, _products(chance, products))
    header = "customer_id,name,email,phone,tier,personal_suggestions,contact"
    _sheet(folder / "customers.csv", header, _customers(chance, customers))
    header = "order_id,line_no,product_id,quantity,customer_id,associate_id,store_id,ordered_at,unit_price"
    _sheet(folder / "order_lines.csv", header, _lines(chance, products, customers, orders))
    header = "basket_id,line_no,product_id,quantity,customer_id,store_id,ordered_at,unit_price,currency"
    _sheet(folder / "baskets.csv", header, _baskets(chance, products, customers))


def _sheet(path: Path, header: str, rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file, lineterminator="\n")
        sheet.writerow(header.split(","))
        sheet.writerows(rows)


def product_id(number: int) -> str:
    """The id of a product by its number; its group is the number's remainder."""
    return f"P{number:07d}"


def customer_id(number: int) -> str:
    """The id of a customer by number."""
    return f"C-{number:07d}"


def barcode(number: int) -> str:
    """A valid EAN-13 for a product."""
    digits = f"20{number:010d}"
    return digits + str(-sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10)


def _word(chance: Random, syllables: int) -> str:
    return "".join(chance.choices(_SYLLABLES, k=syllables)).capitalize()


def _products(chance: Random, count: int) -> Iterator[tuple[object, ...]]:
    brands = [_word(chance, 3) for _ in range(3_000)]
    for n in range(count):
        group = n % GROUPS
        kind = _KINDS[group % len(_KINDS)]
        name = f"{chance.choice(brands)} {kind} {_word(chance, 2)} {chance.randrange(10, 999)}"
        price = round(chance.lognormvariate(3, 1), 2) + 0.5
        category = f"Department {group % 20}/{kind.capitalize()} {group}"
        yield (
            product_id(n), f"{kind[:3].upper()}-{n:07d}", barcode(n), name, category, price,
            round(price * 0.6, 2), "GBP", chance.randrange(1, 50),
        )  # fmt: skip


def _customers(chance: Random, count: int) -> Iterator[tuple[object, ...]]:
    first = [_word(chance, 2) for _ in range(400)]
    last = [_word(chance, 3) for _ in range(20_000)]
    for n in range(count):
        given, family = chance.choice(first), chance.choice(last)
        email = f"{given}.{family}{n}@example.com".lower()
        phone = f"+447{chance.randrange(10**9):09d}"
        yield (
            customer_id(n),
            f"{given} {family}",
            email,
            phone,
            chance.choice(("", "Silver", "Gold")),
            "true",
            "true",
        )


def _popular(chance: Random, products: int) -> int:
    """Few are bought often, and each is bought by somebody."""
    return min(int(products * chance.random() ** 3), products - 1)


def _companion(chance: Random, products: int, number: int) -> int:
    """One of the dozen products that go with this one."""
    group = (number % GROUPS * 7 + 1) % GROUPS
    return (group + GROUPS * (number // GROUPS % 5 + chance.randrange(12))) % products


def _bought(chance: Random, products: int) -> list[int]:
    lines = [_popular(chance, products)]
    while chance.random() < 0.6 and len(lines) < 8:
        again = chance.random() < 0.7
        lines.append(_companion(chance, products, lines[0]) if again else _popular(chance, products))
    return list(dict.fromkeys(lines))


def _lines(chance: Random, products: int, customers: int, orders: int) -> Iterator[tuple[object, ...]]:
    for n in range(orders):
        who = customer_id(chance.randrange(customers)) if chance.random() < 0.8 else ""
        at = _LAST_DAY - timedelta(minutes=chance.randrange(ORDER_DAYS * 24 * 60))
        for line, product in enumerate(_bought(chance, products), 1):
            yield (
                f"O{n:08d}", line, product_id(product), 1, who, f"A{n % 2 + 1}", "S1",
                f"{at:%Y-%m-%dT%H:%M:%SZ}", 9.9,
            )  # fmt: skip


def _baskets(chance: Random, products: int, customers: int) -> Iterator[tuple[object, ...]]:
    for n in range(BASKETS):
        who, at = customer_id(chance.randrange(customers)), _LAST_DAY - timedelta(seconds=n)
        for line, product in enumerate(_bought(chance, products), 1):
            yield (
                f"B-{n:05d}", line, product_id(product), 1, who, "S1", f"{at:%Y-%m-%dT%H:%M:%SZ}", 9.9, "GBP"
            )  # fmt: skip
