"""One of the `implicit` package's rankings in a process of its own: learn, say what that took, answer.

    python -m tests.benchmarks.ranking_peers NAME FOLDER SETTING

`tests.benchmarks.ranking` puts orders.npz, shown.npz and known.npz into FOLDER, and finds told.json and
lists.npz there.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, load_npz

ALS = "implicit ALS"
NEIGHBOURS = ({"K": 20}, {"K": 100}, {"K": 500})
PEERS: Mapping[str, tuple[Mapping[str, float], ...]] = {
    "implicit kNN TF-IDF": NEIGHBOURS,
    "implicit kNN cosine": NEIGHBOURS,
    "implicit kNN BM25": NEIGHBOURS,
    ALS: tuple({"regularization": r} for r in (0.01, 1.0, 10.0, 30.0, 100.0)),
}
"""Each with the settings to choose from; the first is what the package comes with."""
FACTORS, ITERATIONS, SEED = 64, 10, 7


def main(name: str, folder: Path, setting: Mapping[str, float]) -> None:
    """Learn from the orders and answer."""
    orders = load_npz(folder / "orders.npz")
    began = time.perf_counter()
    model = fitted(name, setting, orders)
    told = {"seconds": time.perf_counter() - began, "mib": most_held()}
    (folder / "told.json").write_text(json.dumps(told))
    answer(name, model, folder)


def fitted(name: str, setting: Mapping[str, float], orders: csr_matrix) -> Any:
    """The model, learned from orders × products."""
    from implicit.als import AlternatingLeastSquares
    from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender

    kind = {
        "implicit kNN TF-IDF": TFIDFRecommender,
        "implicit kNN cosine": CosineRecommender,
        "implicit kNN BM25": BM25Recommender,
        ALS: partial(AlternatingLeastSquares, factors=FACTORS, iterations=ITERATIONS, random_state=SEED),
    }[name]
    model = kind(**setting)
    model.fit(orders, show_progress=False)
    return model


def most_held() -> float:
    """MiB this process held at most (Linux).

    `ru_maxrss` will not do: it outlives exec, so a small child tells what its parent held.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def answer(name: str, model: Any, folder: Path) -> None:
    """Write both lists of every order asked."""
    # Only now, as these bring pandas and scikit-learn, which are no part of what the peer holds.
    from assistant.learn import protocol
    from assistant.learn.protocol import Before, HalfSeen

    shown, told = load_npz(folder / "shown.npz"), np.load(folder / "known.npz")
    count = shown.shape[0]
    nothing = csr_matrix(shown.shape, dtype=np.float32)
    asked = HalfSeen(np.arange(count), shown, nothing, told["buyer"], np.zeros(count, np.int64))
    known = Before(told["bought"], told["buyers"], told["families"], 0)
    blocks = [protocol.lists(scores(name, model, block.shown), block, known) for block in asked.blocks()]
    lists = protocol.joined(blocks)
    offered = np.zeros((0, 0), np.int32) if lists.offered is None else lists.offered
    np.savez(folder / "lists.npz", everything=lists.everything, offered=offered)


def scores(name: str, model: Any, shown: csr_matrix) -> Any:
    """What `recommend` ranks by, for every product, so that each order can be filtered by its own buyer."""
    if name == ALS:
        buyers = model.recalculate_user(np.arange(shown.shape[0]), shown)
        return np.asarray(buyers @ model.item_factors.T, dtype=np.float32)
    found = (shown @ model.similarity).toarray().astype(np.float32)
    found[found == 0] = -np.inf  # the package names only what has a score
    return found


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3]))
