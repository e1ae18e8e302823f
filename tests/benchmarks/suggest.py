"""How long suggestions, a search and opening the model take on real sales, beside their budgets and goals.

    SALES_DATA=… BENCHMARK_SPLITS=… python -m tests.benchmarks.suggest [--questions 500]
    python -m tests.benchmarks.suggest --home HOME [--asked BATCH.csv] [--questions 500]

Without `--home` the UK gift wholesaler is connected, synced and trained in a folder of its own first, and
then each split. The questions are baskets as they were really bought, cut to their first lines; the searches
are beginnings of product names, SKUs and customer numbers. A batch is asked for its rate as a whole, and some
of its baskets one by one: of nobody, and of customers as if all whose consent is unknown had given it.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from assistant.records import Basket, Line
from assistant.resources import resource
from assistant.store import pairings, preferences, search
from assistant.store.database import Connection, Home, open_home
from assistant.suggest import Model, Question, ask, load_model
from assistant.suggest.batch import Answer, Asked, batch, group
from assistant.suggest.question import Rules
from assistant.suggest.sharing import cores, shared

Limits = Mapping[float, float]  # share of the questions → milliseconds
SUGGESTION: Limits = {0.95: 50.0, 0.99: 100.0}  # of which painting takes its own share
RANKING: Limits = {0.5: 3.0, 0.99: 10.0}  # the goal without painting
SEARCH: Limits = {0.95: 30.0, 0.99: 60.0}
OPENING: Limits = {0.5: 100.0}
A_SECOND = 500  # baskets of a batch
MOST_MB, PRODUCTS = 100.0, 100_000  # of a model file for so many products
LISTED = 50


def main() -> None:
    """Print p50, p95 and p99 of each beside what they may be."""
    words = argparse.ArgumentParser(description="Latency of suggestions and of search on real sales.")
    words.add_argument("--home", type=Path)
    words.add_argument("--asked", type=Path, help="baskets as `suggest --batch` reads them")
    words.add_argument("--questions", type=int, default=500)
    given = words.parse_args()
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    if given.home:
        with contextlib.closing(open_home(Home(given.home))) as connection:
            model = _opening(Home(given.home), connection)
            if given.asked:
                _asked(Home(given.home), connection, model, given.asked, given.questions)
            else:
                _interactive(connection, model, given.questions)
        return
    sales, splits = (Path(os.environ.get(name) or "-") for name in ("SALES_DATA", "BENCHMARK_SPLITS"))
    if not sales.is_dir():
        print("suggest: skipped, real sales are not here: set SALES_DATA to their folder")
    else:
        mapping = resource("mappings", "online_retail.toml")
        with tempfile.TemporaryDirectory() as work:
            _prepare(Path(work), sales / "online_retail", "--mapping", str(mapping))
            _again(given.questions, "--home", work)
    if not splits.is_dir() or importlib.util.find_spec("pyarrow") is None:
        print("suggest: without splits: set BENCHMARK_SPLITS to their folder, and install pyarrow")
        return
    for split in sorted(splits.iterdir()):
        print(f"\n{split.name}", flush=True)
        with tempfile.TemporaryDirectory() as work:
            home, asked = _from_split(split, Path(work))
            _again(given.questions, "--home", str(home), "--asked", str(asked))


def _again(questions: int, *words: str) -> None:
    # A process of its own, as pandas in memory would slow down what is measured.
    command = [sys.executable, "-m", "tests.benchmarks.suggest", "--questions", str(questions), *words]
    subprocess.run(command, check=True)


def _opening(home: Home, connection: Connection) -> Model | None:
    """Open the model a few times, and say how big it is for how many products."""
    installed, model = pairings.installed(connection), load_model(home)
    if installed is None or model is None:
        print("there is no model")
        return None
    _say("opening the model", _times(lambda _: load_model(home), range(10)), OPENING)
    mb, count = (home.models / installed.file).stat().st_size / 1e6, model.knowledge.count
    whole = mb * PRODUCTS / max(count, 1)
    said = f"{whole:.0f} of {MOST_MB:.0f} MB for {PRODUCTS:,}  {'ok' if whole <= MOST_MB else 'TOO BIG'}"
    # What a small shop's file takes is mostly its trees, and says little of a big one.
    print(f"{'model file':34s} {mb:.1f} MB for {count:,} products", said if count * 10 >= PRODUCTS else "")
    return model


def _interactive(connection: Connection, model: Model | None, questions: int) -> None:
    chance = random.Random(7)
    for size in (1, 3, 10, 30):
        baskets = list(_baskets(connection, chance, questions, size))
        spent = _times(_asking(connection, model), [Question(b, b.customer_id) for b in baskets])
        _say(f"suggestion, {size} lines", spent, SUGGESTION, RANKING)
    for what, texts in _texts(connection, chance, questions).items():
        _say(f"search, {what}", _times(lambda text: search.find(connection, text), texts), SEARCH)


def _asked(home: Home, connection: Connection, model: Model | None, path: Path, questions: int) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        every = group(csv.DictReader(file))
    some = random.Random(7).sample(every, min(questions, len(every)))
    asking = _asking(connection, model)
    _say("suggestion, nobody", _times(asking, [_question(one, None) for one in some]), SUGGESTION, RANKING)
    for rules in get_args(Rules):
        answers = shared(home, connection, model, every, LISTED, rules, cores())
        _rate(answers, f"batch, rules {rules}, {cores()} processes")
    if any(one.customer_id for one in every):
        with _consenting(connection):
            asked = [_question(one, one.customer_id) for one in some]
            _say("suggestion, consenting customer", _times(asking, asked), SUGGESTION, RANKING)
            # Other processes would not see the consent.
            _rate(batch(connection, model, every, LISTED, "all"), "batch, rules all, with consent")


def _question(one: Asked, customer_id: str | None) -> Question:
    question = Question(Basket(one.basket_id, tuple(Line(p, p, p, 1) for p in one.product_ids)), customer_id)
    return replace(question, now=one.at) if one.at else question


@contextlib.contextmanager
def _consenting(connection: Connection) -> Iterator[None]:
    """As if every unknown consent had been given; nothing of it is kept."""
    connection.execute("BEGIN")
    try:
        preferences.put(connection, "consent.assumed_from", "2000-01-01")
        yield
    finally:
        connection.execute("ROLLBACK")


def _rate(answers: Iterator[Answer], what: str) -> None:
    """Take the answers of a whole batch; what is started and read before the first one counts, too."""
    began = time.perf_counter()
    next(answers)
    ready = time.perf_counter()
    rate = (1 + sum(1 for _ in answers)) / (time.perf_counter() - began)
    print(
        f"{what:34s} {rate:.0f} of {A_SECOND} baskets a second,"
        f" the first after {ready - began:.1f} s  {'ok' if rate >= A_SECOND else 'TOO SLOW'}",
        flush=True,
    )


def _from_split(split: Path, work: Path) -> tuple[Path, Path]:
    """A home that learned from a split, and the file of the baskets that it asks."""
    from tests.benchmarks import ranking

    read = ranking.read(split, "test")
    ranking.write_shop(read, work / "shop")
    ranking.write_batch(read, work / "asked.csv")
    _prepare(work / "home", work / "shop")
    return work / "home", work / "asked.csv"


def _prepare(home: Path, *connect: Path | str) -> None:
    for words in (("connect", "csv", *map(str, connect)), ("sync",), ("train",)):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "--home", str(home), *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 3):
            sys.exit(done.stderr)
        print(f"{words[0]:8s} {time.perf_counter() - began:6.1f} s", flush=True)


def _asking(connection: Connection, model: Model | None) -> Callable[[Question], object]:
    return lambda question: ask(connection, model, question)


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
    job(things[0])  # what is imported or read for the first question is no question's own
    spent = []
    for thing in things:
        began = time.perf_counter()
        job(thing)
        spent.append((time.perf_counter() - began) * 1000)
    return sorted(spent)


def _say(what: str, spent: Sequence[float], *limits: Limits) -> None:
    def at(share: float) -> float:
        return spent[min(len(spent) - 1, int(len(spent) * share))]

    verdicts = (
        " / ".join(f"{most:.0f}" for most in limit.values())
        + f" ms {'ok' if all(at(share) <= most for share, most in limit.items()) else 'TOO SLOW'}"
        for limit in limits
    )
    seen = "".join(f"  p{share * 100:.0f} {at(share):6.1f}" for share in (0.5, 0.95, 0.99))
    print(f"{what:34s}{seen} ms  of {', of '.join(verdicts)}", flush=True)


if __name__ == "__main__":
    main()
