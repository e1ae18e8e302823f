"""From batches of rows to columns of values: what is left out, what is rejected and why, what is loaded.

A batch is worked on column by column, so that a cell costs one look into what was seen before; rows are
looked at one by one only where a cell of their batch is bad.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

from assistant.errors import ShopError
from assistant.shop import mapping as words
from assistant.shop.cells import BadCellError, Remembered, UnusableError, converter
from assistant.shop.columns import cell_value, condition_test, taken_back, ways
from assistant.shop.reading import Batch
from assistant.shop.saying import nearest
from assistant.shop.tables import TABLES

Values = list[Any]
Columns = dict[str, Values]
Raws = Sequence[str]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was set aside, or (`mended`) loaded without one cell."""

    file: str
    line: int
    column: str
    value: str
    reason: str
    mended: bool = False


class Lines:
    """The lines of some rows of a batch, worked out only when a row must be named."""

    def __init__(self, batch: Batch, places: Sequence[int]) -> None:
        self._batch = batch
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, place: int) -> int:
        return self._batch.line(self._places[place])

    def at(self, places: Sequence[int]) -> Lines:
        """The lines of some of these rows."""
        return Lines(self._batch, [self._places[place] for place in places])


@dataclass(slots=True)
class Sifted:
    """What came of one batch: columns of equal length, sales apart from returns."""

    file: str
    sales: Columns
    returns: Columns
    lines: Lines  # of the sales
    rejects: list[Reject] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class _Reader:
    """How one field is read: the places of its columns, what is said of it, and its remembered converter."""

    name: str
    label: str
    places: tuple[int, ...]
    values: Remembered[Hashable, object]


class Sieve:
    """A table's mapping, fitted to the header of one file."""

    def __init__(
        self,
        whole: words.Mapping,
        source: words.Source,
        file: str,
        header: list[str],
        lookups: Mapping[words.Lookup, tuple[list[str], dict[str, list[str]]]],
    ) -> None:
        self._file = file
        self._width = len(header)
        self._header = list(header)
        self._joins = [self._join(file, lookup, *lookups[lookup]) for lookup in source.lookups]
        self._ways = ways(whole, None)
        self._rules = [(rule.reason, [self._condition(c) for c in rule.where]) for rule in source.leave_out]
        self._is_return = [self._condition(c) for c in source.returns]
        self._sales = self._readers(whole, source, of_returns=False)
        self._returns = self._readers(whole, source, of_returns=True) if source.returns else []

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields this file carries."""
        return tuple(reader.name for reader in self._sales)

    @property
    def columns_read(self) -> frozenset[str]:
        """The file's columns that are put to use."""
        return frozenset(
            self._header[p] for r in self._sales for p in r.places if p < self._width
        ) | frozenset(self._header[p] for _, tests in self._rules for p, _ in tests if p < self._width)

    def sift(self, batch: Batch) -> Sifted:
        """Sort one batch."""
        sifted = Sifted(self._file, {}, {}, Lines(batch, ()))
        for line, reason in batch.unreadable:
            sifted.rejects.append(Reject(self._file, line, "", "", reason))
        rows, lines = self._of_full_width(batch, sifted)
        raws: list[Raws] = list(zip(*rows, strict=True)) if rows else [()] * self._width
        for on, added in self._joins:
            raws += [list(map(found.__getitem__, raws[on])) for found in added]
        keep = bytearray(b"\1") * len(rows)
        self._leave_out(raws, keep, sifted)
        returned = _all_hold(raws, self._is_return, keep) if self._is_return else []
        if returned:
            sifted.returns, _ = self._convert(
                self._returns, [[cells[i] for i in returned] for cells in raws], lines.at(returned), sifted
            )
            for place in returned:
                keep[place] = 0
        if 0 in keep:
            raws = [list(compress(cells, keep)) for cells in raws]
            lines = lines.at(list(compress(range(len(rows)), keep)))
        sifted.sales, sifted.lines = self._convert(self._sales, raws, lines, sifted)
        return sifted

    def _of_full_width(self, batch: Batch, sifted: Sifted) -> tuple[list[list[str]], Lines]:
        width = self._width
        lines = Lines(batch, range(len(batch.rows)))
        if set(map(len, batch.rows)) <= {width}:
            return batch.rows, lines
        for place, row in enumerate(batch.rows):
            if row and len(row) != width:
                reason = f"the row has {len(row)} columns, the header {width}"
                sifted.rejects.append(Reject(self._file, batch.line(place), "", row[0], reason))
        good = [place for place, row in enumerate(batch.rows) if len(row) == width]
        return [batch.rows[place] for place in good], lines.at(good)

    def _leave_out(self, raws: list[Raws], keep: bytearray, sifted: Sifted) -> None:
        for reason, tests in self._rules:
            hit = _all_hold(raws, tests, keep)
            for place in hit:
                keep[place] = 0
            if hit:
                sifted.left_out[reason] += len(hit)

    def _convert(
        self, readers: Sequence[_Reader], raws: list[Raws], lines: Lines, sifted: Sifted
    ) -> tuple[Columns, Lines]:
        """The fields of some rows; rows with a bad cell become rejects."""
        columns: Columns = {}
        bad: set[int] = set()
        for reader in readers:
            cells = _cells(raws, reader.places, len(lines))
            try:
                columns[reader.name] = list(map(reader.values.__getitem__, cells))
            except BadCellError:
                columns[reader.name] = self._one_by_one(reader, cells, lines, bad, sifted)
        if bad:
            good = [place for place in range(len(lines)) if place not in bad]
            columns = {name: [values[i] for i in good] for name, values in columns.items()}
            lines = lines.at(good)
        return columns, lines

    def _one_by_one(
        self,
        reader: _Reader,
        cells: Iterable[Hashable],
        lines: Lines,
        bad: set[int],
        sifted: Sifted,
    ) -> Values:
        values: Values = []
        for place, cell in enumerate(cells):
            try:
                values.append(reader.values[cell])
                continue
            except BadCellError as problem:
                reason, mended = str(problem), isinstance(problem, UnusableError)
            values.append(None)
            if place in bad:
                continue
            shown = cell if isinstance(cell, str) else " ".join(cell)  # type: ignore[arg-type]
            sifted.rejects.append(Reject(self._file, lines[place], reader.label, shown, reason, mended))
            if not mended:
                bad.add(place)
        return values

    def _readers(self, whole: words.Mapping, source: words.Source, *, of_returns: bool) -> list[_Reader]:
        readers = []
        for name, field_ in TABLES[source.table].items():
            column = source.columns.get(name)
            if column is None:
                continue
            absent = [s for s in column.sources if s not in self._header]
            if absent and column.optional:
                continue
            places = tuple(self._place(s, f"the mapping's {name}") for s in column.sources)
            kind = "amount" if of_returns and name == "quantity" else field_.kind
            convert = converter(kind, ways(whole, column))
            if of_returns and name == "quantity":
                convert = taken_back(convert)
            label = " + ".join(column.sources) or name
            values = Remembered(cell_value(column, convert, required=field_.required))
            readers.append(_Reader(name, label, places, values))
        return readers

    def _condition(self, condition: words.Condition) -> tuple[int, Remembered[str, bool]]:
        place = self._place(condition.column, "the mapping's conditions")
        return place, Remembered(condition_test(condition, self._ways))

    def _join(
        self, file: str, lookup: words.Lookup, added: list[str], rows: dict[str, list[str]]
    ) -> tuple[int, list[Remembered[str, str]]]:
        """Columns of a lookup file, put behind the ones that are there."""
        on = self._place(lookup.on, "the lookup")
        new = [(place, name) for place, name in enumerate(added) if name not in self._header]
        self._header += [name for _, name in new]

        def finder(place: int) -> Remembered[str, str]:
            return Remembered(lambda key: rows[key.strip()][place] if key.strip() in rows else "")

        return on, [finder(place) for place, _ in new]

    def _place(self, column: str, wanted_by: str) -> int:
        if column not in self._header:
            raise ShopError(missing(self._file, column, self._header, wanted_by))
        if self._header.count(column) > 1:
            raise ShopError(f"{self._file} has the column {column!r} twice; which one is meant?")
        return self._header.index(column)


def missing(file: str, column: str, header: Sequence[str], wanted_by: str) -> str:
    """The sentence for a column that is not there."""
    hint = nearest(column, header)
    separator = next((s for s in ";\t|" if len(header) == 1 and s in header[0]), None)
    if separator:
        hint = f"; it seems to be separated by {separator!r}, which the mapping can say (delimiter)"
    shown = ", ".join(header[:20]) + (", …" if len(header) > 20 else "")
    return f"{file} has no column {column!r} for {wanted_by}; its columns are {shown}{hint}."


def _cells(raws: list[Raws], places: tuple[int, ...], count: int) -> Sequence[Hashable]:
    if not places:
        return [""] * count
    if len(places) == 1:
        return raws[places[0]]
    return list(zip(*(raws[place] for place in places), strict=True))


def _all_hold(
    raws: list[Raws], tests: Sequence[tuple[int, Remembered[str, bool]]], keep: bytearray
) -> list[int]:
    """The rows, of those that are kept, for which every condition holds."""
    (column, holds), *others = tests
    places = [i for i in compress(range(len(keep)), map(holds.__getitem__, raws[column])) if keep[i]]
    for column, holds in others:
        cells = raws[column]
        places = [place for place in places if holds[cells[place]]]
    return places
