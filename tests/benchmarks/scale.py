"""How long training takes and how much memory, at a size that no real sales at hand have.

    python -m tests.benchmarks.scale [--lines 12e6] [--products 50000] [--customers 1e6] [--home FOLDER]

The sales are made up in the shape of real ones (online_retail in SALES_DATA): how unevenly products sell, how
unevenly baskets fill and how unevenly people come back are its own, stretched to the size asked for. So that
there is something to learn, products belong to groups, and a basket draws from one group, from what its buyer
likes, and from everything. They go straight into the catalog, as `sync` has a benchmark of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.store import schema
from assistant.store.database import Home, open_catalog, transaction
from assistant.suggest import load_model

WANTED_SECONDS, WANTED_MIB = 600, 4096
FROM_GROUP, FROM_FAVOURITES = 0.5, 0.2  # of a basket's lines; the others are drawn from all products
IN_OWN_GROUP = 0.6  # of a known buyer's orders: then the basket's group is one of the buyer's own
GROUP_SIZE, OWN_GROUPS, FAVOURITES = 25, 3, 8
RETURNED = 0.02  # of the lines came back in full
FIRST_DAY, DAYS = 1_704_067_200_000, 730  # milliseconds; 1 January 2024
WEEK, ONE_IN = 604_800_000, 100  # milliseconds; of the orders, the share that a new week brings again
TWICE = 1.25  # drawn for one kept: a product drawn twice for a basket is one line
BATCH = 500_000
SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Shape:
    """How uneven real sales are: each an ascending array of counts."""

    popularity: NDArray[np.float64]  # orders that hold a product
    sizes: NDArray[np.float64]  # different products of an order
    visits: NDArray[np.float64]  # orders of a known customer
    known: float  # the share of orders with a known customer


def shape_of(file: Path) -> Shape:
    """Count real sales; what was cancelled is left out."""
    baskets: defaultdict[str, set[str]] = defaultdict(set)
    buyers: dict[str, str] = {}
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            if not row["InvoiceNo"].startswith("C") and float(row["Quantity"]) > 0:
                baskets[row["InvoiceNo"]].add(row["StockCode"])
                buyers[row["InvoiceNo"]] = row["CustomerID"]
    popularity = Counter(product for basket in baskets.values() for product in basket)
    visits = Counter(buyer for buyer in buyers.values() if buyer)
    return Shape(
        popularity=np.sort(np.array(list(popularity.values()), dtype=np.float64)),
        sizes=np.sort(np.array([len(basket) for basket in baskets.values()], dtype=np.float64)),
        visits=np.sort(np.array(list(visits.values()), dtype=np.float64)),
        known=sum(visits.values()) / len(baskets),
    )


def stretched(counts: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """The same unevenness over another number of things, ascending."""
    return np.interp(np.linspace(0, 1, size), np.linspace(0, 1, len(counts)), counts)


@dataclass(frozen=True, slots=True)
class Sales:
    """Made-up sales: `order` and `product` of each line, by order; `buyer` (-1: unknown) of each order."""

    order: NDArray[np.int32]
    product: NDArray[np.int32]
    buyer: NDArray[np.int32]
    group: NDArray[np.int32]  # of each product: its first


class Drawing:
    """Draws sales of one shape; everything is drawn by whole arrays."""

    def __init__(self, shape: Shape, products: int, customers: int, seed: int) -> None:
        self.shape, self.products, self.customers = shape, products, customers
        self.rng = np.random.default_rng(seed)
        self.popularity = self.rng.permutation(stretched(shape.popularity, products))
        self._all = np.cumsum(self.popularity)
        self._make_groups()
        self.own_groups = self._any_group(customers * OWN_GROUPS).reshape(customers, OWN_GROUPS)
        liked = self._of_group(np.repeat(self.own_groups[:, 0], FAVOURITES // 2))
        anything = self._of_all(customers * (FAVOURITES - FAVOURITES // 2))
        self.favourites = np.hstack((liked.reshape(customers, -1), anything.reshape(customers, -1)))

    def _make_groups(self) -> None:
        groups = max(self.products // GROUP_SIZE, 1)
        each = self.rng.integers(1, 4, self.products)
        member = np.repeat(np.arange(self.products, dtype=np.int32), each)
        group = self.rng.integers(0, groups, len(member), dtype=np.int32)
        self.first_group = group[np.cumsum(each) - each]
        by_group = np.argsort(group, kind="stable")
        self._members = member[by_group]
        self._inside = np.concatenate(([0.0], np.cumsum(self.popularity[self._members])))
        self._starts = np.searchsorted(group[by_group], np.arange(groups + 1))
        # The square root: a group of best sellers is met more often, and does not push all others aside.
        self._groups = np.cumsum(np.sqrt(np.diff(self._inside[self._starts])))

    def _of_all(self, count: int) -> NDArray[np.int32]:
        return np.searchsorted(self._all, self.rng.random(count) * self._all[-1], "right").astype(np.int32)

    def _any_group(self, count: int) -> NDArray[np.int32]:
        at = self.rng.random(count) * self._groups[-1]
        return np.searchsorted(self._groups, at, "right").astype(np.int32)

    def _of_group(self, group: NDArray[np.int32]) -> NDArray[np.int32]:
        low, high = self._inside[self._starts[group]], self._inside[self._starts[group + 1]]
        place = np.searchsorted(self._inside, low + self.rng.random(len(group)) * (high - low), "right") - 1
        return self._members[np.minimum(place, self._starts[group + 1] - 1)]

    def sales(self, lines: int, basket: float) -> Sales:
        """So many lines, in baskets of so many products on average."""
        sizes = self._sizes(int(lines * TWICE), basket)
        buyer = self._buyers(len(sizes))
        own = self.own_groups[np.maximum(buyer, 0), self.rng.integers(0, OWN_GROUPS, len(sizes))]
        at_home = (buyer >= 0) & (self.rng.random(len(sizes)) < IN_OWN_GROUP)
        group = np.where(at_home, own, self._any_group(len(sizes)))
        order = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        product = self._of_all(len(order))
        kind = self.rng.random(len(order), dtype=np.float32)
        here = np.flatnonzero(kind < FROM_GROUP)
        product[here] = self._of_group(group[order[here]])
        here = np.flatnonzero((kind > 1 - FROM_FAVOURITES) & (buyer[order] >= 0))
        product[here] = self.favourites[buyer[order[here]], self.rng.integers(0, FAVOURITES, len(here))]
        one = np.unique(order.astype(np.int64) * self.products + product)[:lines]
        order = (one // self.products).astype(np.int32)
        return Sales(order, (one % self.products).astype(np.int32), buyer[: order[-1] + 1], self.first_group)

    def _sizes(self, lines: int, basket: float) -> NDArray[np.int64]:
        """Sizes of real orders, shrunk or stretched to the average that was asked for."""
        count = int(lines / basket * 1.1) + 1
        drawn = self.rng.choice(self.shape.sizes, count) * (basket * TWICE / self.shape.sizes.mean())
        sizes = np.maximum(np.floor(drawn + self.rng.random(count)), 1).astype(np.int64)
        return sizes[: int(np.searchsorted(np.cumsum(sizes), lines)) + 1]

    def _buyers(self, orders: int) -> NDArray[np.int32]:
        """Everyone comes once where there are orders enough, and some again and again."""
        weights = np.cumsum(self.rng.permutation(stretched(self.shape.visits, self.customers)))
        known = np.flatnonzero(self.rng.random(orders) < self.shape.known)
        drawn = np.searchsorted(weights, self.rng.random(len(known)) * weights[-1], "right")
        once = min(self.customers, len(known))
        drawn[:once] = self.rng.permutation(self.customers)[:once]
        buyer = np.full(orders, -1, dtype=np.int32)
        buyer[known] = self.rng.permutation(drawn)
        return buyer


def fill(home: Home, drawing: Drawing, sales: Sales) -> None:
    """Put made-up sales straight into a new home's catalog, and its log stays empty."""
    schema.prepare(home)
    customers = [f"C{n:07d}" for n in range(drawing.customers)]
    products = [f"P{n:06d}" for n in range(drawing.products)]
    prices = np.rint(drawing.rng.lognormal(2, 1, drawing.products) * 100).astype(int) * 100
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("PRAGMA cache_size = -262144")
        with transaction(catalog):
            catalog.executemany(
                "INSERT INTO products (product_id, sku, name, category, price, currency) "
                "VALUES (?1, ?1, 'Article ' || ?1, ?2, ?3, 'GBP')",
                (
                    (product, f"Department {group % 20}/Group {group}", price)
                    for product, group, price in zip(
                        products, sales.group.tolist(), prices.tolist(), strict=True
                    )
                ),
            )
            catalog.executemany(
                "INSERT INTO customers (customer_id, derived) VALUES (?, 1)", zip(customers, strict=True)
            )
            _put_orders(catalog, drawing, sales, customers)
        # An index is built in a tenth of the time it takes to keep it up line by line.
        (index,) = catalog.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'order_lines_product'"
        ).fetchone()
        catalog.execute("DROP INDEX order_lines_product")
        for start in range(0, len(sales.order), BATCH):
            with transaction(catalog):
                _put_lines(catalog, drawing, sales, slice(start, start + BATCH), products, prices)
        catalog.execute(index)


def _put_orders(catalog: Any, drawing: Drawing, sales: Sales, customers: list[str]) -> None:
    count = len(sales.buyer)
    names = map([*customers, None].__getitem__, sales.buyer.tolist())
    at = FIRST_DAY + np.sort(drawing.rng.integers(0, DAYS * 86_400, count)) * 1000
    catalog.executemany(
        "INSERT INTO orders (order_id, customer_id, ordered_at, channel, currency) "
        "VALUES (printf('O%08d', ?), ?, ?, 'till', 'GBP')",
        zip(range(count), names, at.tolist(), strict=True),
    )


def _put_lines(
    catalog: Any, drawing: Drawing, sales: Sales, part: slice, products: list[str], prices: NDArray[Any]
) -> None:
    order, product = sales.order[part], sales.product[part]
    number = np.arange(part.start, part.start + len(order)) - np.searchsorted(sales.order, order)
    quantity = drawing.rng.geometric(0.6, len(order))
    returned = np.where(drawing.rng.random(len(order)) < RETURNED, quantity, 0)
    columns = (
        order.tolist(),
        (number + 1).tolist(),
        map(products.__getitem__, product.tolist()),
        quantity.tolist(),
        prices[product].tolist(),
        returned.tolist(),
    )
    catalog.executemany(
        "INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price, discount, "
        "returned_quantity) VALUES (printf('O%08d', ?), ?, ?, ?, ?, 0, ?)",
        zip(*columns, strict=True),
    )


def measured(words: list[str]) -> tuple[dict[str, float], str]:
    """Wall and processor seconds and the peak memory (MiB) of a command with all its processes; what it said.

    Memory is resident memory added up over the processes, so pages they share count once for each.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began, peak = time.perf_counter(), 0.0
    with tempfile.TemporaryFile("w+") as out:
        run = subprocess.Popen(words, stdout=out)
        while run.poll() is None:
            peak = max(peak, _resident(run.pid))
            time.sleep(SAMPLE_SECONDS)
        wall = time.perf_counter() - began
        out.seek(0)
        said = out.read()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode:
        sys.exit(f"{' '.join(words)} ended with {run.returncode}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_s": round(wall, 1), "cpu_s": round(cpu, 1), "peak_mib": round(peak)}, said


def _resident(first: int) -> float:
    """MiB that a process and all below it hold (Linux)."""
    below: defaultdict[int, list[int]] = defaultdict(list)
    pages: dict[int, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
            below[int(fields[1])].append(int(process.name))
            pages[int(process.name)] = int(fields[21])
    total, left = 0, [first]
    while left:
        one = left.pop()
        total += pages.get(one, 0)
        left += below[one]
    return total * resource.getpagesize() / 2**20


_READ = """
import contextlib, json, sys, time
from pathlib import Path
from assistant.learn.orders import read_orders
from assistant.store import history
from assistant.store.database import Home, open_catalog
with contextlib.closing(open_catalog(Home(Path(sys.argv[1])))) as catalog:
    began = time.perf_counter()
    history.lines_fingerprint(catalog)
    told = time.perf_counter()
    orders = read_orders(catalog, lambda what, done, total: None)
    read = time.perf_counter()
print(json.dumps({"orders": orders.count, "lines": orders.lines.nnz, "products": len(orders.product_ids),
    "customers": int(orders.buyer.max(initial=-1)) + 1, "fingerprint_s": round(told - began, 2),
    "read_s": round(read - told, 1)}))
"""


def main() -> int:
    """Make the home where it is not there yet, read it, train on it twice, print the figures."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--lines", type=lambda text: int(float(text)), default=12_000_000)
    words.add_argument("--products", type=lambda text: int(float(text)), default=50_000)
    words.add_argument("--customers", type=lambda text: int(float(text)), default=1_000_000)
    words.add_argument("--basket", type=float, default=6.0, help="products in an order on average")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--home", type=Path, help="keep the home here; one that is there is used again")
    words.add_argument("--no-training", action="store_true", help="read only")
    asked = words.parse_args()
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with contextlib.ExitStack() as stack:
        folder = asked.home or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "home"
        if not (folder / "made").exists() and not _made(Home(folder), asked):
            return 0
        took, said = measured([sys.executable, "-c", _READ, str(folder)])
        print(f"reading: {took} {json.loads(said)}", flush=True)
        if not asked.no_training:
            _train(Home(folder))
    return 0


def _train(home: Home) -> None:
    """A full training; then one after a week that brought a few orders more, which are taken out again."""
    assistant = [sys.executable, "-m", "assistant", "--home", str(home.folder)]
    took, said = measured([*assistant, "train", "--full", "--json"])
    print(f"training: {took} (wanted: at most {WANTED_SECONDS} s, {WANTED_MIB} MiB)\n{said}", flush=True)
    model = home.models / f"{json.loads(said)['model']}.safetensors"
    began = time.perf_counter()
    load_model(home)
    opened = time.perf_counter() - began
    print(f"model: {model.stat().st_size / 2**20:.1f} MiB, opened in {opened * 1000:.0f} ms", flush=True)
    with contextlib.closing(open_catalog(home)) as catalog:
        try:
            lines = _one_more_week(catalog)
            took, said = measured([*assistant, "train", "--json"])
            print(f"refresh after {lines:,} new lines: {took}\n{said}")
        finally:
            _forget_the_week(catalog)


def _one_more_week(catalog: Any) -> int:
    """Some orders are made once more, all in the week after the last one; how many lines that brings."""
    with transaction(catalog):
        catalog.execute(
            "INSERT INTO orders (order_id, customer_id, ordered_at, channel, currency) "
            "SELECT 'N' || order_id, customer_id, last + (ordered_at - first) * ? / (last - first + 1), "
            "channel, currency "
            "FROM orders, (SELECT min(ordered_at) AS first, max(ordered_at) AS last FROM orders) "
            "WHERE CAST(substr(order_id, 2) AS INTEGER) % ? = 0",
            (WEEK, ONE_IN),
        )
        return int(
            catalog.execute(
                "INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price, discount, "
                "returned_quantity) SELECT n.order_id, line_no, product_id, quantity, unit_price, discount, "
                "returned_quantity FROM orders n JOIN order_lines l ON l.order_id = substr(n.order_id, 2) "
                "WHERE n.order_id GLOB 'N*'"
            ).rowcount
        )


def _forget_the_week(catalog: Any) -> None:
    with transaction(catalog):
        catalog.execute("DELETE FROM order_lines WHERE order_id GLOB 'N*'")
        catalog.execute("DELETE FROM orders WHERE order_id GLOB 'N*'")


def _made(home: Home, asked: argparse.Namespace) -> bool:
    """Make the home; False, in words, where the real sales it is shaped after are not here."""
    named = os.environ.get("SALES_DATA", "")
    file = Path(named) / "online_retail" / "online_retail.csv.gz"
    if not named or not file.is_file():
        print("scale: left out, as real sales are not here (set SALES_DATA to their folder)")
        return False
    began = time.perf_counter()
    drawing = Drawing(shape_of(file), asked.products, asked.customers, asked.seed)
    sales = drawing.sales(asked.lines, asked.basket)
    drawn = time.perf_counter()
    fill(home, drawing, sales)
    (home.folder / "made").touch()  # a home that was half made is not used again
    print(
        f"made {len(sales.order):,} lines in {len(sales.buyer):,} orders: "
        f"drawn in {drawn - began:.0f} s, written in {time.perf_counter() - drawn:.0f} s",
        flush=True,
    )
    return True


if __name__ == "__main__":
    sys.exit(main())
