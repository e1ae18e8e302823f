"""Choosing by weight, as often as it takes."""

from __future__ import annotations

import itertools
from bisect import bisect
from collections.abc import Iterable, Sequence
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Draw(Generic[T]):
    """A weighted choice, made ready once."""

    def __init__(self, of: Sequence[T], weights: Iterable[float]) -> None:
        self.of = of
        self._up_to = list(itertools.accumulate(weights))

    def __bool__(self) -> bool:
        return bool(self.of)

    def one(self, rng: Random) -> T:
        return self.of[min(bisect(self._up_to, rng.random() * self._up_to[-1]), len(self.of) - 1)]
