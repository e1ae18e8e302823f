"""How long a suggestion and a search take on real sales, beside their budgets.

    SALES_DATA=… python -m tests.benchmarks.suggest [--home HOME] [--questions 500]

Without `--home` the UK gift wholesaler is connected, synced and trained in a folder of its own first. The
questions are baskets as they were really bought, cut to their first lines; the searches are beginnings of
product names, SKUs and customer numbers.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.records import Basket, Line
from assistant.resources import resource
from assistant.store import search
from assistant.store.database import Connection, Home, open_home
from assistant.suggest import Model, Question, ask, load_model

Budget = tuple[float, float]  # p95 and p99 in milliseconds
SUGGESTION: Budget = (50.0, 100.0)  # of which painting takes its own share
SEARCH: Budget = (30.0, 60.0)


def main() -> None:
    """Print p50, p95 and p99 of both beside their budgets."""
    words = argparse.ArgumentParser(description="Latency of suggestions and of search on real sales.")
    words.add_argument("--home", type=Path)
    words.add_argument("--questions", type=int, default=500)
    asked = words.parse_args()
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with contextlib.ExitStack() as stack:
        if asked.home:
            home = Home(asked.home)
        else:
            sales = os.environ.get("SALES_DATA", "")
            if not sales or not Path(sales).is_dir():
                print("suggest: skipped, real sales are not here: set SALES_DATA to their folder")
                return
            home = _prepared(Path(sales), Path(stack.enter_context(tempfile.TemporaryDirectory())))
        connection = stack.enter_context(contextlib.closing(open_home(home)))
        began = time.perf_counter()
        model = load_model(home)
        loaded = (time.perf_counter() - began) * 1000
        print(f"model loaded in {loaded:.0f} ms, {len(model.product_ids) if model else 0:,} products")
        chance = random.Random(7)
        for size in (1, 3, 10, 30):
            baskets = list(_baskets(connection, chance, asked.questions, size))
            _say(f"suggestion, {size} lines", _times(_asking(connection, model), baskets), SUGGESTION)
        for what, texts in _texts(connection, chance, asked.questions).items():
            _say(f"search, {what}", _times(lambda text: search.find(connection, text), texts), SEARCH)


def _prepared(sales: Path, folder: Path) -> Home:
    mapping = resource("mappings", "online_retail.toml")
    for words in (
        ("connect", "csv", str(sales / "online_retail"), "--mapping", str(mapping)),
        ("sync",),
        ("train",),
    ):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "--home", str(folder), *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 3):
            sys.exit(done.stderr)
        print(f"{words[0]:8s} {time.perf_counter() - began:6.1f} s")
    return Home(folder)


def _asking(connection: Connection, model: Model | None) -> Callable[[Basket], object]:
    return lambda basket: ask(connection, model, Question(basket, basket.customer_id))


def _baskets(connection: Connection, chance: random.Random, count: int, size: int) -> Iterator[Basket]:
    orders = [
        row[0]
        for row in connection.execute(
            "SELECT order_id FROM order_lines GROUP BY order_id HAVING count(DISTINCT product_id) >= ?",
            (size,),
        )
    ]
    for order_id in chance.choices(orders, k=count):
        rows = connection.execute(
            "SELECT DISTINCT p.product_id, p.sku, p.name FROM order_lines JOIN products p USING (product_id) "
            "WHERE order_id = ? LIMIT ?",
            (order_id, size),
        )
        yield Basket(order_id, tuple(Line(product_id, sku, name, 1) for product_id, sku, name in rows))


def _texts(connection: Connection, chance: random.Random, count: int) -> dict[str, list[str]]:
    names = [row[0] for row in connection.execute("SELECT name FROM products WHERE length(name) > 6")]
    skus = [row[0] for row in connection.execute("SELECT sku FROM products WHERE length(sku) >= 4")]
    customers = [row[0] for row in connection.execute("SELECT customer_id FROM customers")] or skus
    word = [chance.choice(name.split()) for name in chance.choices(names, k=count)]
    return {
        "three letters": [w[:3].ljust(3, "a") for w in word],
        "a word": word,
        "two words": [" ".join(name.split()[:2]) for name in chance.choices(names, k=count)],
        "a whole SKU": chance.choices(skus, k=count),
        "part of a number": [c[:4] for c in chance.choices(customers, k=count)],
    }


def _times(job: Callable[[Any], object], things: Sequence[Any]) -> list[float]:
    spent = []
    for thing in things:
        began = time.perf_counter()
        job(thing)
        spent.append((time.perf_counter() - began) * 1000)
    return sorted(spent)


def _say(what: str, spent: Sequence[float], budget: Budget) -> None:
    p50, p95, p99 = (spent[min(len(spent) - 1, int(len(spent) * share))] for share in (0.5, 0.95, 0.99))
    verdict = "ok" if p95 <= budget[0] and p99 <= budget[1] else "TOO SLOW"
    print(
        f"{what:26s} p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f} ms"
        f"  of {budget[0]:.0f} / {budget[1]:.0f} ms  {verdict}"
    )


if __name__ == "__main__":
    main()
