"""One CSV file, plain or gzipped, as batches of rows; an unreadable file is said in one sentence."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, islice
from pathlib import Path
from typing import IO

from assistant.errors import MappingError, ShopError

BATCH = 2_000  # small enough that a batch stays in the processor's cache
_HEAD = 4096
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Written:
    """How a file is written."""

    encoding: str = "utf-8"
    delimiter: str = ","


@dataclass(slots=True)
class Batch:
    """Rows that follow each other; `before` is the last line before them, `after` the last line read."""

    rows: list[list[str]]
    before: int
    after: int
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    def line(self, place: int) -> int:
        """The line of the file that a row begins on."""
        if self.after - self.before == len(self.rows):
            return self.before + 1 + place
        if not self._lines:  # cells with line breaks, or blank lines
            lengths = (1 + sum(len(_BREAK.findall(cell)) for cell in row) for row in self.rows)
            self._lines = list(accumulate(lengths, initial=self.before + 1))
        return self._lines[place]


class _Tap(io.RawIOBase):
    """The decompressed bytes on their way, remembering how the file ended."""

    def __init__(self, source: IO[bytes], name: str) -> None:
        self._source = source
        self._name = name
        self.tail = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._source.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
            raise ShopError(
                f"{self._name} is a half-written or damaged gzip file; export it again."
            ) from problem
        except OSError as problem:
            raise ShopError(f"{self._name} cannot be read: {problem.strerror or problem}.") from problem
        if data:
            self.tail = (self.tail + data)[-4:]
        buffer[: len(data)] = data
        return len(data)


class OpenFile:
    """An open file: its header, and its rows in batches."""

    def __init__(self, path: Path, written: Written, raw: IO[bytes], size: int) -> None:
        self.name = path.name
        self.size = size
        self._raw = raw
        self._written = written
        source = gzip.GzipFile(fileobj=raw) if path.suffix.lower() == ".gz" else raw
        self._tap = _Tap(source, self.name)  # type: ignore[arg-type]
        buffered = io.BufferedReader(self._tap, 1 << 18)
        self._check_head(buffered.peek(_HEAD)[:_HEAD])
        encoding = (
            "utf-8-sig" if written.encoding.replace("_", "-") in {"utf-8", "utf8"} else written.encoding
        )
        text = io.TextIOWrapper(buffered, encoding=encoding, newline="")
        self._reader = csv.reader(text, delimiter=written.delimiter, strict=True)
        self.header = self._read_header()

    @property
    def position(self) -> int:
        """How many bytes of the file were read, for the length of the way."""
        return min(self._raw.tell(), self.size)

    def batches(self, size: int = BATCH) -> Iterator[Batch]:
        """All rows. Raises ShopError where the file turns out to be half-written or wrongly encoded."""
        while True:
            before = self._reader.line_num
            batch = Batch([], before, before)
            with self._sentences():
                try:
                    batch.rows.extend(islice(self._reader, size))
                except csv.Error as problem:
                    batch.unreadable.append((self._reader.line_num, self._unreadable(problem)))
            batch.after = self._reader.line_num
            ended = len(batch.rows) < size and not batch.unreadable
            if ended:
                self._check_end(batch)
            if batch.rows or batch.unreadable:
                yield batch
            if ended:
                return

    def _read_header(self) -> list[str]:
        with self._sentences():
            try:
                for row in self._reader:
                    if any(cell.strip() for cell in row):
                        return [cell.strip() for cell in row]
            except csv.Error as problem:
                raise ShopError(f"{self.name} is not a CSV file: {self._unreadable(problem)}.") from problem
        raise ShopError(f"{self.name} is empty.")

    def _unreadable(self, problem: csv.Error) -> str:
        if "unexpected end of data" in str(problem):
            raise ShopError(
                f"{self.name} is half-written: a quote that was opened is never closed. Export it again."
            ) from problem
        return f"the row cannot be read ({problem})"

    @contextlib.contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except UnicodeError as problem:
            byte = _byte(problem)
            raise ShopError(
                f"{self.name} is not written in {self._written.encoding}{byte}, seen after line "
                f'{self._reader.line_num}; name its encoding in the mapping, such as encoding = "latin-1".'
            ) from problem

    def _check_head(self, head: bytes) -> None:
        if not head:
            raise ShopError(f"{self.name} is empty (0 bytes).")
        wide = self._written.encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32"))
        if head[:2] in (b"\xff\xfe", b"\xfe\xff") and not wide:
            raise ShopError(f'{self.name} is written in UTF-16; name it in the mapping: encoding = "utf-16".')
        if head[:2] == b"PK" or (b"\0" in head and not wide):
            raise ShopError(f"{self.name} is not a CSV file but a binary one; export it as CSV.")

    def _check_end(self, batch: Batch) -> None:
        if self._tap.tail.rstrip(b"\0").endswith((b"\n", b"\r")):
            return
        last = next((row for row in reversed(batch.rows) if row), None)
        if last is not None and len(last) < len(self.header):
            raise ShopError(
                f"{self.name} is half-written: its last line {batch.line(len(batch.rows) - 1)} has "
                f"{len(last)} of {len(self.header)} columns. Export it again."
            )


def _byte(problem: UnicodeError) -> str:
    if not isinstance(problem, UnicodeDecodeError) or problem.start >= len(problem.object):
        return ""
    return f" (byte 0x{problem.object[problem.start]:02X})"


@contextlib.contextmanager
def open_csv(path: Path, written: Written) -> Iterator[OpenFile]:
    """Open one CSV file. Raises ShopError when it cannot be read, or changes while it is."""
    try:
        before = path.stat()
        raw = path.open("rb")
    except OSError as problem:
        raise ShopError(f"{path} cannot be read: {problem.strerror}.") from problem
    with raw:
        try:
            file = OpenFile(path, written, raw, before.st_size)
        except LookupError as problem:
            raise MappingError(f"The encoding {written.encoding!r} of {path.name} is not known.") from problem
        yield file
    try:
        after = path.stat()
    except OSError as problem:
        raise ShopError(f"{path.name} was taken away while it was being read; sync again.") from problem
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise ShopError(f"{path.name} was written to while it was being read; sync again.")
