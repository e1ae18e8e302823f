"""Tries the ranker on the validation part of given splits, in memory, and writes what it reached to a log.

    BENCHMARK_SPLITS=… python -m tests.benchmarks.tuning [SET …] [--set module.NAME=value …] [--note TEXT]

The test part of a split is never read here. Each run appends a line per set to `tuning.csv` beside this file:
the date, the set, what was changed from the code as it stands, and nDCG@10 of `all`, `new` and `cross` with
the customers' history and without. Needs pyarrow, as `pip install '.[bench]'` brings it.
"""

from __future__ import annotations

import argparse
import ast
import csv
import importlib
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from assistant.learn import examples, knowing, protocol, rankers
from assistant.learn.counting import days
from assistant.learn.goods import LEAST_PRICE, Goods, filled
from assistant.learn.habits import pasts
from assistant.learn.orders import Orders
from assistant.learn.protocol import NOBODY, HalfSeen, Lists
from assistant.records import family_of
from assistant.suggest import ranking, signals
from assistant.suggest.candidates import TOP
from tests.benchmarks.ranking import read

LOG = Path(__file__).with_name("tuning.csv")
SETS = ("adventureworks", "groceries", "online_retail", "dunnhumby")
MOST_ASKED = 2_500
SEGMENTS = ("all", "new", "cross")


def main() -> None:
    """Learn from the training part, ask the validation part, say and log what came of it."""
    words = argparse.ArgumentParser(description="The ranker on the validation part of given splits.")
    words.add_argument("sets", nargs="*", default=SETS)
    words.add_argument("--set", dest="changed", action="append", default=[], metavar="module.NAME=value")
    words.add_argument("--note", default="")
    asked = words.parse_args()
    splits = Path(os.environ.get("BENCHMARK_SPLITS", ""))
    if not os.environ.get("BENCHMARK_SPLITS") or not splits.is_dir():
        print("tuning: skipped, the splits are not here: set BENCHMARK_SPLITS to their folder")
        return
    _change(asked.changed)
    for name in asked.sets:
        found = _run(splits / name)
        print(name, " ".join(f"{key} {value:.4f}" for key, value in found.items()), flush=True)
        _log(name, "; ".join([*asked.changed, asked.note]).strip("; "), found)


def _change(changed: list[str]) -> None:
    for one in changed:
        place, value = one.split("=", 1)
        module, name = place.rsplit(".", 1)
        room = "suggest" if module in ("ranking", "shortlist", "signals", "knowledge") else "learn"
        setattr(importlib.import_module(f"assistant.{room}.{module}"), name, ast.literal_eval(value))


def _run(split: Path) -> dict[str, float]:
    orders, goods, asked = read_set(split)
    before = protocol.before(orders, goods.named())
    began = time.perf_counter()
    learned = rankers.fit(examples.examples(orders, goods, quiet), quiet)
    middle = time.perf_counter()
    knowledge = knowing.know(orders, goods, quiet).knowledge
    found = {"examples_s": middle - began, "know_s": time.perf_counter() - middle}
    known = pasts(orders, asked.buyer)
    for who, past_of in (("", known), ("_unknown", {})):
        began = time.perf_counter()
        lists = _answers(knowledge, learned, goods, asked, past_of)
        found[f"ms{who}"] = (time.perf_counter() - began) / asked.count * 1000
        scored = protocol.score(lists, asked, before)
        column = protocol.METRICS.index("ndcg@10")
        found |= {s + who: float(scored[s].values[:, column].mean()) for s in SEGMENTS if s in scored}
    return found


def _answers(knowledge: Any, learned: Any, goods: Goods, asked: HalfSeen, known: Mapping[int, Any]) -> Lists:
    everything = np.full((asked.count, protocol.LISTED), NOBODY, dtype=np.int32)
    offered = everything.copy()
    day = days(Orders((), asked.shown, asked.buyer, asked.at))
    for row in range(asked.count):
        past = known.get(int(asked.buyer[row]))
        said = signals.read(knowledge, asked.shown_in(row), past, float(day[row]))
        ranked = ranking.rank(knowledge, learned, said)
        first = ranked.places[ranking.taking_turns(ranked, TOP)][: protocol.LISTED]
        everything[row, : len(first)] = first
        others = ranked.places[ranked.kinds == 0][: protocol.LISTED]
        offered[row, : len(others)] = others
    return Lists(everything, offered if goods.categories else None)


def read_set(split: Path) -> tuple[Orders, Goods, HalfSeen]:
    """The training orders of a split, their goods, and the validation part as it is asked."""
    found = read(split, "valid")
    named = found.products.assign(product_id=found.products["product_id"].astype(str)).set_index("product_id")
    ids = list(found.orders.product_ids)
    paths = named["category"].reindex(ids).fillna("") if "category" in named else [""] * len(ids)
    usual = found.lines.groupby(found.lines["product_id"].astype(str))["unit_price"].median()
    price = named.get("price", usual).reindex(ids).to_numpy(np.float64)
    numbers: dict[str, int] = {}
    category = [numbers.setdefault(path, len(numbers)) if path.strip("/") else -1 for path in paths]
    families: dict[str | None, int] = {}
    family = [families.setdefault(family_of(path), len(families)) for path in numbers]
    goods = Goods(
        tuple(numbers),
        np.array(category, dtype=np.int32),
        np.array(family, dtype=np.int32),
        filled(np.log(np.maximum(price, LEAST_PRICE)), np.array(category, dtype=np.int32), len(numbers)),
        tuple(name if isinstance(name, str) else "" for name in named["name"].reindex(ids)),
    )
    asked = found.asked
    if asked.count > MOST_ASKED:
        rows = np.sort(np.random.default_rng(3).choice(asked.count, MOST_ASKED, replace=False))
        asked = HalfSeen(
            asked.orders[rows], asked.shown[rows], asked.hidden[rows], asked.buyer[rows], asked.at[rows]
        )
    return found.orders, goods, asked


def _log(name: str, changed: str, found: Mapping[str, float]) -> None:
    columns = ("date", "set", "changed", *(s + who for who in ("", "_unknown") for s in SEGMENTS))
    new = not LOG.exists()
    with LOG.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow(columns)
        values = {key: f"{value:.4f}" for key, value in found.items()}
        writer.writerow((f"{datetime.now(UTC):%Y-%m-%d %H:%M}", name, changed, *map(values.get, columns[3:])))


def quiet(what: str, done: int, of: int | None) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    sys.exit(main())
