"""What came of a sync, and the file of rows that were set aside."""

from __future__ import annotations

import contextlib
import csv
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from assistant.errors import StoreError
from assistant.measure.export import safe
from assistant.shop.sifting import Reject
from assistant.store.database import Home


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What was loaded, left out, set aside and changed; `loaded` counts rows of the files, table by table."""

    loaded: dict[str, int] = field(default_factory=dict)
    rejected: int = 0
    left_out: int = 0
    seconds: float = 0.0
    rejects: str | None = None  # the file, or the folder where several tables have one
    mended: int = 0  # loaded without one unusable cell; in the rejects file too
    left_out_by: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    unchanged_files: int = 0
    returns_matched: int = 0
    returns_unmatched: int = 0
    unwritten: int = 0  # of the rows set aside or mended, those whose reasons are counted and not kept
    counted: int = 0  # orders whose figures were made or made anew
    counting_seconds: float = 0.0  # for which it took this long, after the rows were read

    def as_json(self) -> dict[str, Any]:
        """The JSON document of the command line."""
        return {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in ((name, getattr(self, name)) for name in self.__slots__)
        }


MOST = 10_000
"""How many rows of a table are written down in one sync: enough to see what ails a file."""

_SHOWN = 200


class Rejects:
    """The rows that were set aside, written as they come; nothing is kept of a sync that fails.

    All are counted; the first of each table are written down.
    """

    def __init__(self, home: Home) -> None:
        self._folder = home.rejects
        self._began = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        self._open: dict[str, TextIO] = {}
        self.rejected: Counter[str] = Counter()
        self.mended: Counter[str] = Counter()
        self._written: Counter[str] = Counter()

    @property
    def unwritten(self) -> int:
        """How many rows were counted alone."""
        return self.rejected.total() + self.mended.total() - self._written.total()

    @property
    def path(self) -> str | None:
        """The file, or the folder where several tables have one; None where nothing was set aside."""
        names = [file.name for file in self._open.values()]
        return None if not names else names[0] if len(names) == 1 else str(self._folder)

    def add(self, table: str, rejects: Iterable[Reject]) -> None:
        """Write down rows of one table."""
        for reject in rejects:
            (self.mended if reject.mended else self.rejected)[table] += 1
            if self._written[table] == MOST:
                continue
            self._written[table] += 1
            file = self._file(table)
            try:
                csv.writer(file).writerow(_cells(reject))
            except OSError as problem:
                raise _unwritten(file, problem) from problem

    def finish(self) -> None:
        """Bring every row to the disk, before the sync that set it aside counts. Raises StoreError."""
        for file in self._open.values():
            try:
                file.flush()
                os.fsync(file.fileno())
            except OSError as problem:
                raise _unwritten(file, problem) from problem

    def _file(self, table: str) -> TextIO:
        if table not in self._open:
            path = self._folder / f"{self._began}-{table}.csv"
            try:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                file = path.open("w", encoding="utf-8", newline="")
            except OSError as problem:
                raise StoreError(f"{path} cannot be written: {problem.strerror}.") from problem
            csv.writer(file).writerow(("file", "line", "column", "value", "reason"))
            self._open[table] = file
        return self._open[table]

    def close(self, *, keep: bool) -> None:
        """Close the files; those of a failed sync go."""
        for file in self._open.values():
            with contextlib.suppress(OSError):
                file.close()
            if not keep:
                with contextlib.suppress(OSError):
                    Path(file.name).unlink()


def _cells(reject: Reject) -> list[object]:
    """A row of the file; no spreadsheet runs one of its cells as a formula."""
    short = shortened(reject)
    reason = f"{short.reason}; loaded without it" if short.mended else short.reason
    return [safe(cell) for cell in (short.file, short.line, short.column, short.value, reason)]


def shortened(reject: Reject) -> Reject:
    """A reject with no more of its cell than tells it apart."""
    column, value = (
        text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…" for text in (reject.column, reject.value)
    )
    return replace(reject, column=column, value=value)


def _unwritten(file: TextIO, problem: OSError) -> StoreError:
    return StoreError(f"{file.name} cannot be written: {problem.strerror}; nothing was changed.")
