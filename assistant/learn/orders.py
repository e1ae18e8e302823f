"""The shop's orders as one sparse matrix, read in a single pass without ever holding all lines."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from assistant.records import Progress
from assistant.store import history
from assistant.store.database import Connection, moment

UNKNOWN = -1


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """Orders × products, 1 where an order holds a product however often, with each order's buyer and time.

    `buyer` numbers customers; an order without a customer has `UNKNOWN`. `at` is in milliseconds, `NO_TIME`
    where the shop does not say.
    """

    product_ids: tuple[str, ...]
    lines: csr_matrix
    buyer: NDArray[np.int64]
    at: NDArray[np.int64]

    @property
    def count(self) -> int:
        return int(self.lines.shape[0])

    def span(self) -> tuple[datetime | None, datetime | None]:
        """The times of the first and the last order."""
        known = self.at[self.at != NO_TIME]
        return (moment(int(known.min())), moment(int(known.max()))) if len(known) else (None, None)


NO_TIME = int(np.iinfo(np.int64).min)

_Part = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]
"""Sizes of orders, their columns one after another, buyers, times."""


def read_orders(catalog: Connection, progress: Progress) -> Orders:
    """Read every order of which something was kept.

    Orders come by their number in the shop; products and customers are numbered as they are first met. A
    product counts once in an order.
    """
    total = history.count_lines(catalog)
    products: defaultdict[str, int] = defaultdict(count().__next__)
    buyers: defaultdict[str | None, int] = defaultdict(count().__next__, {None: UNKNOWN})
    parts, done = [_empty()], 0
    progress("Reading order lines", 0, total)
    for chunk in history.kept_orders(catalog):
        read, lines = _numbered(chunk, products, buyers)
        parts.append(read)
        done += lines
        progress("Reading order lines", done, total)
    progress("Reading order lines", total, total)
    buyers.clear()  # a million names, before everything is there twice for a moment
    sizes, columns, buyer, at = (np.concatenate(column) for column in zip(*parts, strict=True))
    starts = np.concatenate(([0], np.cumsum(sizes)))
    held = np.ones(len(columns), dtype=np.float32)
    matrix = csr_matrix((held, columns, starts), shape=(len(sizes), len(products)))
    return Orders(tuple(products), matrix, buyer, at)


def _numbered(
    chunk: list[history.OrderRow], products: Mapping[str, int], buyers: Mapping[str | None, int]
) -> tuple[_Part, int]:
    """Some orders with their products and buyers as numbers, and how many lines they were read from."""
    # One parse for all of them, and dictionaries that number what is new: no step here is taken line by line.
    named = json.loads(f"[{','.join([row[2] for row in chunk])}]")
    lines = np.fromiter(map(len, named), np.int64, len(named))
    product = np.fromiter(map(products.__getitem__, chain.from_iterable(named)), np.int64, int(lines.sum()))
    order = np.repeat(np.arange(len(named)), lines)
    pair = np.sort(order << 32 | product)  # several times faster than `unique`, which numpy hashes first
    pair = pair[np.diff(pair, prepend=-1) > 0]
    sizes = np.bincount(pair >> 32, minlength=len(named))
    bought = [row for row, size in zip(chunk, lines.tolist(), strict=True) if size]
    buyer = np.fromiter((buyers[customer] for customer, _, _ in bought), np.int64, len(bought))
    at = np.fromiter((NO_TIME if at is None else at for _, at, _ in bought), np.int64, len(bought))
    return (sizes[sizes > 0], (pair & 0xFFFFFFFF).astype(np.int32), buyer, at), len(product)


def _empty() -> _Part:
    none = np.zeros(0, np.int64)
    return none, none.astype(np.int32), none, none
