"""How good our ranking is beside the `implicit` package's, what it takes to learn, on the same orders.

    python -m tests.benchmarks.ranking [--splits DIR] [--part test|valid] [SET …]

DIR (or BENCHMARK_SPLITS) holds a folder for each set of real sales, cut in time, as parquet: train_lines,
products, and orders, baskets and hidden of both test and valid. Ours runs by the commands a person would
type, and is given no setting; each peer learns in a process of its own from the same lines, with the setting
best on the validation part, as what its package comes with may be far off. Test is asked once; `--part valid`
leaves it unread, for a look on the way, and is kind to the peers, whose settings were chosen there.

What learning takes is told to our disadvantage: ours is all of `assistant train`, a peer's `fit` alone.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, save_npz

from assistant.learn import protocol
from assistant.learn.orders import UNKNOWN, Orders
from assistant.learn.protocol import NOBODY, Before, HalfSeen, Lists, Scored
from assistant.records import family_of
from tests.benchmarks.ranking_peers import PEERS
from tests.benchmarks.scale import _resident as resident

SEED = 7
SEGMENTS = ("all", "new", "cross")
PARTS = ("orders", "baskets", "hidden")
WANTED = ("train_lines", "products", *(f"{part}_{one}" for part in ("test", "valid") for one in PARTS))
INSTALL = "pip install implicit pyarrow (or this project with its extra: bench)"
_EVERY_SECONDS = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """One set of sales: what is learned from, what is asked, and what was known before."""

    name: str
    lines: pd.DataFrame
    products: pd.DataFrame
    baskets: pd.DataFrame
    basket_ids: pd.Index
    orders: Orders
    asked: HalfSeen
    known: Before


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One ranking: its segments, the seconds it learned for and the MiB it held at most while doing so."""

    name: str
    segments: dict[str, Scored]
    seconds: float
    mib: float


def read(folder: Path, part: str) -> Split:
    """A split as our own arrays: a row for each training order in time, and one for each basket asked."""
    lines, products = (pd.read_parquet(folder / f"{name}.parquet") for name in ("train_lines", "products"))
    asked, baskets, hidden = (pd.read_parquet(folder / f"{part}_{name}.parquet") for name in PARTS)
    if part == "valid":
        lines = lines[lines["split"] == "train"]
    ids = pd.Index(
        pd.concat([t["product_id"] for t in (products, lines, baskets, hidden)]).astype(str).unique()
    )
    people = pd.Index(pd.concat([lines["customer_id"], asked["customer_id"]]).dropna().astype(str).unique())
    basket_ids = pd.Index(asked["basket_id"].astype(str))
    first = lines.drop_duplicates("order_rank").sort_values("order_rank")
    rows = pd.Index(first["order_rank"]).get_indexer(lines["order_rank"])

    def matrix(row: Any, product_id: pd.Series, count: int) -> csr_matrix:
        keys = np.unique(np.asarray(row) * len(ids) + ids.get_indexer(product_id.astype(str)))
        held = (np.ones(len(keys), np.float32), (keys // len(ids), keys % len(ids)))
        return csr_matrix(held, shape=(count, len(ids)))

    def buyers(table: pd.DataFrame) -> Any:
        return people.get_indexer(table["customer_id"].astype("string").fillna("")).astype(np.int64)

    def milliseconds(table: pd.DataFrame) -> Any:
        # Orders without a time are a minute apart, and whoever asks asks after all of them.
        times = pd.to_datetime(table["ts"]).astype("datetime64[ms]")
        if times.notna().any():
            return times.to_numpy().astype(np.int64)
        last = int(lines["order_rank"].max()) + 1
        return table.get("order_rank", pd.Series(last, index=table.index)).to_numpy(np.int64) * 60_000

    orders = Orders(
        tuple(ids), matrix(rows, lines["product_id"], len(first)), buyers(first), milliseconds(first)
    )
    shown, rest = (
        matrix(basket_ids.get_indexer(t["basket_id"].astype(str)), t["product_id"], len(asked))
        for t in (baskets, hidden)
    )
    times = baskets.drop_duplicates("basket_id").set_index("basket_id")[["ts"]].reindex(asked["basket_id"])
    half = HalfSeen(np.arange(len(asked)), shown, rest, buyers(asked), milliseconds(times))
    category = products.set_index(products["product_id"].astype(str))["category"].astype("string").fillna("")
    known = protocol.before(orders, [family_of(path) for path in category.reindex(ids, fill_value="")])
    assert (half.buyer >= UNKNOWN).all()
    return Split(folder.resolve().name, lines, products, baskets, basket_ids, orders, half, known)


def write_shop(split: Split, folder: Path) -> None:
    """The training lines as the CSV files that `connect csv` reads; without times, a minute each."""
    folder.mkdir()
    lines, products = split.lines, split.products
    usual = products["product_id"].map(lines.groupby("product_id")["unit_price"].median())
    pd.DataFrame({
        "product_id": products["product_id"],
        "name": products["name"].fillna(products["product_id"]),
        "category": products["category"].fillna(""),
        "price": products.get("price", usual),
    }).to_csv(folder / "products.csv", index=False)  # fmt: skip
    minutes = pd.Timestamp("2020-01-01") + pd.to_timedelta(lines["order_rank"], unit="min")
    at = pd.to_datetime(lines["ts"]) if lines["ts"].notna().any() else minutes
    pd.DataFrame({
        "order_id": lines["order_id"],
        "customer_id": lines["customer_id"].astype("string").fillna(""),
        "ordered_at": at.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "product_id": lines["product_id"],
        "quantity": lines["quantity"],
        "unit_price": lines["unit_price"],
    }).to_csv(folder / "order_lines.csv", index=False)  # fmt: skip


def write_batch(split: Split, path: Path) -> None:
    """What is asked, as `suggest --batch` reads it."""
    baskets = split.baskets
    timed = baskets["ts"].notna().any()
    pd.DataFrame({
        "basket_id": baskets["basket_id"],
        "customer_id": baskets["customer_id"].astype("string").fillna(""),
        "at": pd.to_datetime(baskets["ts"]).dt.strftime("%Y-%m-%dT%H:%M:%SZ") if timed else "",
        "product_id": baskets["product_id"],
    }).to_csv(path, index=False)  # fmt: skip


def ours(split: Split, work: Path) -> Row:
    """Connect, sync, train and answer, each step with its seconds and its memory printed."""
    write_shop(split, work / "shop")
    write_batch(split, work / "asked.csv")
    assistant = [sys.executable, "-m", "assistant", "--home", str(work / "home")]
    took = {}
    for name, words in (
        ("connect", ["connect", "csv", str(work / "shop")]),
        ("sync", ["sync"]),
        ("train", ["train"]),
        *((rules, _batch(work, rules)) for rules in ("none", "all")),
    ):
        took[name] = _measured([*assistant, *words])
        said = f"suggest --rules {name}" if name in ("none", "all") else name
        print(f"  {said:32s}{took[name][0]:9.1f} s {took[name][1]:7.0f} MiB", flush=True)
    everything, offered = (_answers(split, work / f"{rules}.csv") for rules in ("none", "all"))
    lists = Lists(everything, offered if split.known.has_families else None)
    return Row("assistant", protocol.score(lists, split.asked, split.known), *took["train"])


def _batch(work: Path, rules: str) -> list[str]:
    files = [str(work / "asked.csv"), str(work / f"{rules}.csv")]
    return ["suggest", "--batch", *files, "--limit", str(protocol.LISTED), "--rules", rules]


def _answers(split: Split, file: Path) -> Any:
    found = pd.read_csv(file, dtype={"basket_id": str, "product_id": str})
    lists = np.full((split.asked.count, protocol.LISTED), NOBODY, dtype=np.int32)
    rows = split.basket_ids.get_indexer(found["basket_id"])
    lists[rows, found["rank"] - 1] = pd.Index(split.orders.product_ids).get_indexer(found["product_id"])
    return lists


def _measured(words: list[str], **environment: str) -> tuple[float, float]:
    """Seconds and MiB, all processes of the command together. Rejected rows are no failure."""
    began, peak = time.perf_counter(), 0.0
    with tempfile.TemporaryFile("w+") as said:
        run = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=said, env={**os.environ, **environment}
        )
        while run.poll() is None:
            peak = max(peak, resident(run.pid))
            time.sleep(_EVERY_SECONDS)
        seconds = time.perf_counter() - began
        said.seek(0)
        if run.returncode not in (0, 3):
            sys.exit(f"{' '.join(words)} ended with {run.returncode}:\n{said.read()[-1500:]}")
    return seconds, peak


def peer(name: str, tried: Split, split: Split) -> Row:
    """One peer with the setting that is best on the validation part, which is printed."""
    metric = protocol.METRICS.index("ndcg@10")

    def worth(setting: Mapping[str, float]) -> float:
        return float(_asked(name, setting, tried).segments["all"].values[:, metric].mean())

    best = max(PEERS[name], key=worth)
    print(f"  {name:32s}{', '.join(f'{word} {value:g}' for word, value in best.items())}", flush=True)
    return _asked(name, best, split)


def _asked(name: str, setting: Mapping[str, float], split: Split) -> Row:
    """One peer, learning and answering in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        save_npz(here / "orders.npz", split.orders.lines, compressed=False)
        save_npz(here / "shown.npz", split.asked.shown, compressed=False)
        np.savez(
            here / "known.npz",
            bought=split.known.bought,
            buyers=split.known.buyers,
            families=split.known.families,
            buyer=split.asked.buyer,
        )
        words = [sys.executable, "-m", "tests.benchmarks.ranking_peers", name, folder]
        # As implicit asks for: its own threads share the work, and those of BLAS would only be in their way.
        one = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        _measured([*words, json.dumps(setting)], **one)
        told = json.loads((here / "told.json").read_text())
        with np.load(here / "lists.npz") as arrays:
            offered = arrays["offered"] if split.known.has_families else None
            lists = Lists(arrays["everything"], offered)
    return Row(name, protocol.score(lists, split.asked, split.known), told["seconds"], told["mib"])


def show(rows: list[Row]) -> None:
    """nDCG@10 with half the width of its 95 % interval, and what learning took."""
    metric = protocol.METRICS.index("ndcg@10")
    print(f"  {'nDCG@10':24s}" + "".join(f"{name:>17s}" for name in SEGMENTS) + "    learns in      holds")
    for row in rows:
        cells = ""
        for name in SEGMENTS:
            if name not in row.segments:
                cells += f"{'–':>17s}"
                continue
            values = row.segments[name].values[:, [metric]]
            low, high = protocol.interval(protocol.resampled(values, SEED)[:, 0])
            cells += f"{values.mean():9.4f} ± {(high - low) / 2:.4f} "[:17].rjust(17)
        print(f"  {row.name:24s}{cells}{row.seconds:11.2f} s{row.mib:8.0f} MiB")


def _folders(directory: Path, names: list[str]) -> Iterator[Path]:
    for name in names or sorted(path.name for path in directory.iterdir() if path.is_dir()):
        missing = [one for one in WANTED if not (directory / name / f"{one}.parquet").is_file()]
        if missing:
            print(f"{name}: left out, {missing[0]}.parquet is not there")
        else:
            yield directory / name


def main() -> int:
    """Print a table for each set; leave out, in words, what cannot be run here."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("sets", nargs="*", metavar="SET")
    words.add_argument("--part", choices=("test", "valid"), default="test")
    words.add_argument("--splits", type=Path, default=os.environ.get("BENCHMARK_SPLITS") or None)
    given = words.parse_args()
    if given.splits is None or not Path(given.splits).is_dir():
        print("ranking: left out, as no sets are here (give --splits DIR or set BENCHMARK_SPLITS)")
        return 0
    if importlib.util.find_spec("pyarrow") is None:
        print(f"ranking: left out, as pyarrow is not installed: {INSTALL}")
        return 0
    peers = tuple(PEERS) if importlib.util.find_spec("implicit") else ()
    if not peers:
        print(f"ranking: without peers, as implicit is not installed: {INSTALL}")
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for folder in _folders(Path(given.splits), given.sets):
        split = read(folder, given.part)
        learned, asked = split.orders.count, split.asked.count
        print(f"{split.name}, {given.part}: learned from {learned:,} orders, asked of {asked:,}", flush=True)
        with tempfile.TemporaryDirectory() as work:
            rows = [ours(split, Path(work))]
        if peers:
            tried = read(folder, "valid")
            rows += [peer(name, tried, split) for name in peers]
        show(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
