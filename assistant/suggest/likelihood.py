"""How likely a yes is, from what is known of the case: plain arrays, scored without an estimator.

Each column of words has an effect for each word that was met, shrunk towards that of the broader column
beside it: an effect of nothing, which is what a new word has, leaves the broader one to speak. Where there
were cases enough, trees weigh the same columns in place of their sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assistant.suggest.forest import Forest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Table = Mapping[str, Sequence[Any]]
"""Columns of one length: words, or numbers with None for what is not known."""


@dataclass(frozen=True, slots=True)
class Number:
    """A column of numbers: its mean stands for what is unknown; `slope` is per `scale`."""

    mean: float
    scale: float
    slope: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """Log-odds of a yes. `asked` are the words that the trees ask for by name, as (column, word).

    With trees, log-odds are `slope` × theirs + `intercept`; without, the sum of the effects, likewise.
    """

    start: float
    effects: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    numbers: Mapping[str, Number] = field(default_factory=dict)
    asked: tuple[tuple[str, str], ...] = ()
    forest: Forest | None = None
    slope: float = 1.0
    intercept: float = 0.0
    cases: int = 0
    came: int = 0

    def log_odds(self, table: Table) -> NDArray[np.float64]:
        """One for each row. Raises KeyError for a column that is not there."""
        told = self.trees(table) if self.forest is not None else self.summed(table)
        return self.slope * told + self.intercept

    def summed(self, table: Table) -> NDArray[np.float64]:
        """The sum of the effects."""
        import numpy as np

        told = np.full(_length(table), self.start)
        for part in self._effects(table).values():
            told += part
        return told

    def trees(self, table: Table) -> NDArray[np.float64]:
        """The log-odds of the trees alone."""
        assert self.forest is not None  # noqa: S101
        return self.forest.log_odds(self.features(table))

    def features(self, table: Table) -> NDArray[np.float64]:
        """What trees look at, in the order of `feature_names`."""
        import numpy as np

        found: list[Any] = [self._of_word(table, name) for name in self.effects]
        found += [self._known(table, name) for name in self.numbers]
        found += [[float(one == word) for one in table[name]] for name, word in self.asked]
        return np.array(found, dtype=np.float64).reshape(-1, _length(table)).T

    @property
    def feature_names(self) -> tuple[str, ...]:
        return *self.effects, *self.numbers, *(f"{name}={word}" for name, word in self.asked)

    @property
    def groups(self) -> dict[str, str]:
        """The column that each feature is of."""
        own = {name: name for name in (*self.effects, *self.numbers)}
        return own | {f"{name}={word}": name for name, word in self.asked}

    def parts(self, table: Table) -> list[dict[str, float]]:
        """What each column adds to the log-odds of each row; with `start` they sum to them."""
        if self.forest is None:
            columns = self._effects(table)
            start = self.start
        else:
            told = self.forest.parts(self.features(table))
            columns = {name: told[:, n] for n, name in enumerate(self.forest.groups)}
            start = float(self.forest.base[0])
        begin = {"start": self.slope * start + self.intercept}
        return [
            begin | {name: self.slope * float(part[row]) for name, part in columns.items()}
            for row in range(_length(table))
        ]

    def fits(self) -> bool:
        """Whether it can be asked without running out of an array."""
        return self.forest is None or (self.forest.features == self.feature_names and self.forest.fits())

    def _effects(self, table: Table) -> dict[str, NDArray[np.float64]]:
        import numpy as np

        found = {name: np.array(self._of_word(table, name)) for name in self.effects}
        for name, number in self.numbers.items():
            known = np.array(self._known(table, name), dtype=np.float64)
            found[name] = number.slope * ((known - number.mean) / number.scale)
        return found

    def _of_word(self, table: Table, name: str) -> list[float]:
        effects = self.effects[name]
        return [effects.get(word, 0.0) for word in table[name]]

    def _known(self, table: Table, name: str) -> list[float]:
        mean = self.numbers[name].mean
        return [mean if value is None or value != value else float(value) for value in table[name]]


def flat(likelihood: Likelihood) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """The arrays, and what a header says of them in JSON."""
    import numpy as np

    arrays: dict[str, NDArray[Any]] = {}
    if likelihood.forest is not None:
        arrays = {name: getattr(likelihood.forest, name) for name in Forest.ARRAYS}
    for name, effects in likelihood.effects.items():
        arrays[f"effects.{name}"] = np.array(list(effects.values()), dtype=np.float64)
    header = {
        # In pairs: trees know columns by their place, which the keys of a JSON object do not keep.
        "words": [[name, list(effects)] for name, effects in likelihood.effects.items()],
        "numbers": [[name, [n.mean, n.scale, n.slope]] for name, n in likelihood.numbers.items()],
        "asked": [list(one) for one in likelihood.asked],
        "groups": None if likelihood.forest is None else list(likelihood.forest.groups),
        **{name: getattr(likelihood, name) for name in ("start", "slope", "intercept", "cases", "came")},
    }
    return arrays, header


def built(arrays: Mapping[str, NDArray[Any]], header: Mapping[str, Any]) -> Likelihood:
    """What `flat` laid out; KeyError, TypeError or ValueError where it does not hold together."""
    effects = {}
    for name, words in header["words"]:
        values = arrays[f"effects.{name}"].tolist()
        effects[str(name)] = dict(zip(map(str, words), map(float, values), strict=True))
    found = Likelihood(
        effects=effects,
        numbers={str(name): Number(*map(float, told)) for name, told in header["numbers"]},
        asked=tuple((str(name), str(word)) for name, word in header["asked"]),
        start=float(header["start"]),
        slope=float(header["slope"]),
        intercept=float(header["intercept"]),
        cases=int(header["cases"]),
        came=int(header["came"]),
    )
    if header["groups"] is not None:
        own = {name: arrays[name] for name in Forest.ARRAYS}
        found = replace(found, forest=Forest(found.feature_names, tuple(header["groups"]), **own))
    if not found.fits():
        raise ValueError
    return found


def _length(table: Table) -> int:
    return len(next(iter(table.values()), ()))
