"""How good the ranking is while a shop is young: learned from its last 200, 1,000, 5,000 and 20,000 orders.

    BENCHMARK_SPLITS=… python -m tests.benchmarks.curve [SET …]

The same later orders are asked each time (the validation part), beside popularity and best-anchor confidence
learned from the same few orders. nDCG@10 of `all`, `new` and `cross`, and the seconds it took to learn.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

from assistant.learn import protocol
from assistant.learn.evaluate import Ranking, by_scores, ours
from assistant.learn.goods import Goods
from assistant.learn.orders import Orders
from assistant.learn.peers import PEERS
from assistant.learn.protocol import Before, HalfSeen
from tests.benchmarks.tuning import SEGMENTS, quiet, read_set

SIZES = (200, 1_000, 5_000, 20_000)
BESIDE = ("popularity", "confidence")
SETS = ("adventureworks", "groceries", "online_retail", "dunnhumby")


def main() -> None:
    """Print the curve of each set."""
    words = argparse.ArgumentParser(description="The ranking of a shop with few orders.")
    words.add_argument("sets", nargs="*", default=SETS)
    splits = os.environ.get("BENCHMARK_SPLITS", "")
    if not splits or not Path(splits).is_dir():
        print("curve: skipped, the splits are not here: set BENCHMARK_SPLITS to their folder")
        return
    for name in words.parse_args().sets:
        orders, goods, asked = read_set(Path(splits) / name)
        known = protocol.before(orders, goods.named())
        for size in SIZES:
            rows, newest = protocol.split(orders, min(1.0, size / orders.count))
            few = protocol.only(orders, newest)
            print(f"{name}, {few.count:,} orders")
            for who, learn in _rankings(few, goods).items():
                _say(who, learn, asked, known)
            if not len(rows):
                break


def _rankings(few: Orders, goods: Goods) -> dict[str, Callable[[], Ranking]]:
    found: dict[str, Callable[[], Ranking]] = {"assistant": lambda: ours(few, goods, quiet)}
    for kind in PEERS:
        if kind.name in BESIDE:
            found[kind.name] = lambda kind=kind: by_scores(kind().fit(few, quiet).scores)  # type: ignore[misc]
    return found


def _say(who: str, learn: Callable[[], Ranking], asked: HalfSeen, known: Before) -> None:
    began = time.perf_counter()
    ranking = learn()
    took = time.perf_counter() - began
    lists = protocol.joined([ranking(block, known) for block in asked.blocks()])
    column = protocol.METRICS.index("ndcg@10")
    scored = protocol.score(lists, asked, known)
    said = (f"{s} {scored[s].values[:, column].mean():.3f}" for s in SEGMENTS if s in scored)
    print(f"  {who:12s} {'  '.join(said)}  learned in {took:.1f} s", flush=True)


if __name__ == "__main__":
    main()
