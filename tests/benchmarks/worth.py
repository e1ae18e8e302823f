"""How long it takes to weigh a slate by what answers taught and to draw it, with all the trees there can be.

python -m tests.benchmarks.worth [--questions 2000]
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from assistant.learn import estimating
from assistant.learn.estimating import Cases, fit
from assistant.records import Product
from assistant.suggest.acceptance import Acceptance, Offered, pairing
from assistant.suggest.exploration import Contender, Manner, draw

BUDGET = 3.0  # ms, p99
CANDIDATES = 10
FAMILIES, PRODUCTS, CASES = 40, 2_000, 60_000


def learned() -> Acceptance:
    """Taught by many answers about many products, so that trees have grown."""
    rng = np.random.default_rng(0)
    product, fits = rng.integers(0, PRODUCTS, CASES), rng.normal(-2, 1, CASES)
    anchor, price = rng.integers(0, 50, CASES), rng.normal(11, 1, CASES)
    truth = rng.normal(0, 0.7, FAMILIES)[product % FAMILIES] + rng.normal(0, 0.5, PRODUCTS)[product] + fits
    truth += 1.5 * np.sign(fits + 2) * np.sign(price - 11)  # which no sum of effects tells
    table = {
        "touchpoint": rng.choice(["counter", "review"], CASES).tolist(),
        "family": [f"F/{p % FAMILIES}" for p in product],
        "product": [f"P{p}" for p in product],
        "pairing": [pairing(f"A{a}", f"P{p}") for a, p in zip(anchor, product, strict=True)],
        "known": rng.choice(["yes", "no"], CASES).tolist(),
        "fit": fits.tolist(),
        "price": price.tolist(),
    }
    cases = Cases(table, rng.random(CASES) < 1 / (1 + np.exp(-truth)), np.ones(CASES))
    words = ("touchpoint", "family", "product", "pairing", "known")
    estimating.STEP = estimating.LEAP = estimating.MOST_TREES  # as many trees as there can be
    accepted = fit(cases, dict.fromkeys(words, 0.5), {"fit": 1.0, "price": 0.0})
    return Acceptance(accepted, accepted, accepted, {"": 0.4}, typical=10_000.0, could=accepted)


def main() -> int:
    """Print the time; 1 where it is above the budget."""
    words = argparse.ArgumentParser(prog="python -m tests.benchmarks.worth", description=__doc__)
    words.add_argument("--questions", type=int, default=2_000)
    questions = words.parse_args().questions
    of, rng = learned(), np.random.default_rng(1)
    spent: list[float] = []
    worked: list[float] = []
    for number in range(questions):
        some = [
            Offered(
                Product(f"P{p}", "", "", f"F/{p % FAMILIES}/x", price=90_000), "A7", float(rng.normal(-2, 1))
            )
            for p in rng.integers(0, PRODUCTS, CANDIDATES)
        ]
        began, working = time.perf_counter(), time.thread_time()
        told = of.worth(some, "counter", known=True, power=0.25)
        named = [
            Contender(one.product.product_id, sum(parts.values()), one.product.family)
            for one, parts in zip(some, told, strict=True)
        ]
        draw(named, 5, Manner(0.15, 0.01), 0.2, str(number), ())
        spent.append(1_000 * (time.perf_counter() - began))
        worked.append(1_000 * (time.thread_time() - working))
    median, p99 = np.quantile(spent[questions // 20 :], [0.5, 0.99])
    trees = 0 if of.accepted.forest is None else len(of.accepted.forest.leaves) // 32
    print(
        f"worth of {CANDIDATES} candidates and their draw, {trees} trees: {median:.2f} ms, "
        f"p99 {p99:.2f} ms of {BUDGET:.0f}; of the processor's own time p99 "
        f"{np.quantile(worked[questions // 20 :], 0.99):.2f} ms"
    )
    return 0 if p99 <= BUDGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
