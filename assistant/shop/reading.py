"""One CSV file, plain or gzipped, as batches of rows; an unreadable file is said in one sentence."""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import IO

from assistant.errors import MappingError, ShopError

BATCH = 2_000  # small enough that a batch stays in the processor's cache
LONGEST = 131_072
"""How many characters one row may have: no till writes more, so a quote was opened and never closed."""

_BLOCK = 1 << 18
_NO_ROW = '"' + "x" * (LONGEST + 1)
_HEAD = 4096
_BREAK = re.compile(r"\r\n|\r|\n")
_MARK = b"\xef\xbb\xbf"  # begins a file that is UTF-8, whatever else was said of it


@dataclass(frozen=True, slots=True)
class Written:
    """How a file is written."""

    encoding: str = "utf-8"
    delimiter: str = ","


@dataclass(slots=True)
class Batch:
    """Rows that follow each other; `before` is the last line before them, `after` the last line read.

    In place of a row that cannot be read stands an empty one, as for a blank line.
    """

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
            self._lines = list(accumulate(map(_height, self.rows), initial=self.before + 1))
        return self._lines[place]


def _height(row: list[str]) -> int:
    """How many lines of the file a row takes."""
    return 1 + sum(len(_BREAK.findall(cell)) for cell in row)


class _Tap(io.RawIOBase):
    """The decompressed bytes on their way, remembering how the file ended."""

    def __init__(self, source: IO[bytes], raw: IO[bytes], size: int, name: str) -> None:
        self._source, self._raw = source, raw
        self._size = size
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
        if self._raw.tell() > self._size:  # else a file that grows as fast as it is read had no end
            raise _changed(self._name)
        if data:
            self.tail = (self.tail + data)[-4:]
        buffer[: len(data)] = data
        return len(data)


class _Lines:
    """The text on its way, in blocks of whole lines; how long a line may be, no file decides."""

    def __init__(self, source: IO[bytes], encoding: str) -> None:
        self._source = source
        " ".encode(encoding)  # some are known and encode no text; that, too, is a LookupError
        self._decode = codecs.getincrementaldecoder(encoding)().decode
        self._rest = ""
        self.given = 0

    def block(self) -> list[str]:
        """The next lines, none at the end; one that is too long as one that no reader takes."""
        ended = False
        lines: list[str] = []
        while not lines and not ended:
            data = self._source.read(_BLOCK)
            ended = not data
            lines = list(io.StringIO(self._rest + self._decode(data, ended), newline=""))
            self._rest = lines.pop()[: LONGEST + 1] if lines and not ended else ""
        if max(map(len, lines), default=0) > LONGEST:
            lines = [line if len(line) <= LONGEST else _NO_ROW for line in lines]
        self.given += len(lines)
        return lines


class OpenFile:
    """An open file: its header, and its rows in batches."""

    def __init__(self, path: Path, written: Written, raw: IO[bytes], size: int) -> None:
        self.name = path.name
        self.size = size
        self._raw = raw
        self._written = written
        source = gzip.GzipFile(fileobj=raw) if path.suffix.lower() == ".gz" else raw
        self._tap = _Tap(source, raw, size, self.name)  # type: ignore[arg-type]
        buffered = io.BufferedReader(self._tap, _BLOCK)
        head = buffered.peek(_HEAD)[:_HEAD]
        self._check_head(head)
        plain = written.encoding.replace("_", "-") in {"utf-8", "utf8"} or head.startswith(_MARK)
        self._lines = _Lines(buffered, "utf-8-sig" if plain else written.encoding)
        self._waiting: list[str] = []  # lines that were read and are no rows yet
        self.header = self._read_header()

    @property
    def position(self) -> int:
        """How many bytes of the file were read, for the length of the way."""
        return min(self._raw.tell(), self.size)

    def batches(self, size: int = BATCH) -> Iterator[Batch]:
        """All rows. Raises ShopError where the file turns out to be half-written or wrongly encoded."""
        while self._fetch(size):
            before = self._lines.given - len(self._waiting)
            batch = Batch([], before, before)
            height = size
            while not batch.rows:  # a row may have more lines than a batch
                self._read(batch, height)
                height *= 2
            batch.after = self._lines.given - len(self._waiting)
            if not self._fetch(size):
                self._check_end(batch)
            yield batch

    def _fetch(self, count: int) -> bool:
        """See that lines are waiting, at best so many; whether there are any."""
        return self._more() or bool(self._waiting) if len(self._waiting) < count else True

    def _more(self) -> bool:
        with self._sentences():
            lines = self._lines.block()
        self._waiting += lines
        return bool(lines)

    def _read(self, batch: Batch, height: int) -> None:
        """Make rows of so many waiting lines; one that is begun in them and goes on behind them waits.

        Of a row that cannot be read the first line is set aside, and the others are looked at again: a quote
        too many swallows rows that are good.
        """
        lines, used = self._waiting[:height], 0
        while used < len(lines):
            rows: list[list[str]] = []
            try:
                rows.extend(csv.reader(lines[used:], delimiter=self._written.delimiter, strict=True))
                used = len(lines)
            except csv.Error as problem:
                used += sum(map(_height, rows))
                unfinished = "unexpected end of data" in str(problem)
                if unfinished and sum(map(len, lines[used:])) <= LONGEST:
                    if len(lines) == len(self._waiting) and not self._more():
                        raise self._half_written(self._line(used)) from problem
                    lines = lines[:used]
                else:
                    batch.unreadable.append((self._line(used), _why(lines[used], unfinished, problem)))
                    rows.append([])
                    used += 1
            batch.rows += rows
        del self._waiting[:used]

    def _read_header(self) -> list[str]:
        while self._fetch(1):
            reader = csv.reader(self._waiting, delimiter=self._written.delimiter, strict=True)
            try:
                found = next((row for row in reader if any(cell.strip() for cell in row)), None)
            except csv.Error as problem:
                if "unexpected end of data" in str(problem):
                    raise self._half_written(self._line(0)) from problem
                why = _why(self._waiting[0], False, problem)
                raise ShopError(f"{self.name} is not a CSV file: {why}.") from problem
            del self._waiting[: reader.line_num]
            if found is not None:
                return [cell.strip() for cell in found]
        raise ShopError(f"{self.name} is empty.")

    def _line(self, place: int) -> int:
        """The number of a waiting line."""
        return self._lines.given - len(self._waiting) + place + 1

    def _half_written(self, line: int) -> ShopError:
        return ShopError(
            f"{self.name} is half-written: a quote that is opened in line {line} is never closed. "
            "Export it again."
        )

    @contextlib.contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except UnicodeDecodeError as problem:
            wrong = problem.object[problem.start]
            before = problem.object[: problem.start].decode(self._written.encoding, "replace")
            line = self._lines.given + 1 + len(_BREAK.findall(before))
            raise ShopError(
                f"{self.name} is not written in {self._written.encoding}: byte 0x{wrong:02X} in line {line}; "
                'name its encoding in the mapping, such as encoding = "latin-1".'
            ) from problem
        except UnicodeError as problem:
            raise ShopError(
                f"{self.name} is not written in {self._written.encoding}; name its encoding in the mapping, "
                'such as encoding = "latin-1".'
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


def _why(line: str, unfinished: bool, problem: csv.Error) -> str:
    if line is _NO_ROW:
        return f"the row is longer than {LONGEST:,} characters"
    if unfinished or "field limit" in str(problem):
        return f"a quote is opened that is not closed within {LONGEST:,} characters"
    return f"the row cannot be read ({problem})"


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
        except (LookupError, UnicodeError) as problem:
            raise MappingError(f"The encoding {written.encoding!r} of {path.name} is not known.") from problem
        yield file
    try:
        after = path.stat()
    except OSError as problem:
        raise ShopError(f"{path.name} was taken away while it was being read; sync again.") from problem
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise _changed(path.name)


def _changed(name: str) -> ShopError:
    return ShopError(f"{name} was written to while it was being read; sync again.")
