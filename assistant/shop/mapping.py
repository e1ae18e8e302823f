"""What a mapping file says: which files and columns hold what, in the shop's own words.

The canonical folder is the mapping that says nothing. A table that a mapping does not name, and whatever a
named table leaves unsaid, stays canonical.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from assistant.errors import MappingError
from assistant.resources import resource
from assistant.shop import words
from assistant.shop.saying import Said, known_keys
from assistant.shop.tables import NO_FILE, TABLES

READ_BY = 1
"""Raised when the same file and mapping would be read differently than before."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where a value comes from: one column, several joined, or a constant; and how it is written."""

    sources: tuple[str, ...] = ()
    joined_by: str = " "
    constant: str | None = None
    changes: tuple[tuple[str, object], ...] = ()
    decimal: str | None = None
    thousands: str | None = None
    times: tuple[str, ...] | None = None
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What one column's cell must be."""

    column: str
    test: str
    against: object


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Rows that are no sales, and why; all conditions must hold."""

    reason: str
    where: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A small file whose columns are added where `on` meets its `key`."""

    files: tuple[str, ...]
    on: str
    key: str
    encoding: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class Source:
    """How one table is read."""

    table: str
    files: tuple[str, ...]
    columns: Table[str, Column]
    declared: bool = False  # the mapping names its files, so they must be there
    complete: bool = False
    encoding: str = "utf-8"
    delimiter: str = ","
    leave_out: tuple[LeaveOut, ...] = ()
    returns: tuple[Condition, ...] = ()
    lookups: tuple[Lookup, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one shop's folder is read."""

    sources: Table[str, Source]
    name: str = ""
    currency: str = ""
    country: str = ""
    timezone: str = ""
    decimal: str = "."
    thousands: str = ""
    times: tuple[str, ...] = ()
    fingerprint: str = ""

    def where_silent(self, *, currency: str, country: str, timezone: str) -> Mapping:
        """The same mapping, with the shop's settings where it says nothing itself."""
        chosen = (self.currency or currency, self.country or country, self.timezone or timezone)
        return replace(
            self,
            currency=chosen[0],
            country=chosen[1],
            timezone=chosen[2],
            fingerprint=" ".join((self.fingerprint, *chosen)),
        )

    def tells_returns(self, table: str) -> bool:
        """Whether rows of a table are returns."""
        source = self.sources[table]
        return bool(source.files) if table == "returns" else bool(source.returns)

    @property
    def matches_returns(self) -> bool:
        """Whether returned quantities are worked out from rows of their own."""
        return self.tells_returns("order_lines") or self.tells_returns("returns")


def read_mapping(named: str, folder: Path) -> Mapping:
    """The mapping of a folder: a file, a shipped name, else the folder's own `mapping.toml`, else canonical.

    Raises MappingError for a file that is missing, is not TOML, or says something unknown.
    """
    path = find_mapping(named) if named else folder / "mapping.toml"
    if not named and not path.is_file():
        return from_words({}, "mapping.toml")
    try:
        toml = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise MappingError(f"The mapping {path} cannot be read: {problem.strerror}.") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise MappingError(f"The mapping {path} is not a TOML file: {problem}.") from problem
    return from_words(toml, path.name)


def find_mapping(named: str) -> Path:
    """The file a mapping's name stands for. Raises MappingError where there is none."""
    path = Path(named)
    if path.is_file():
        return path.resolve()
    shipped = resource("mappings", f"{named}.toml")
    if path.name == named and shipped.is_file():
        return shipped
    names = ", ".join(sorted(file.stem for file in resource("mappings").glob("*.toml")))
    raise MappingError(f"There is no mapping file {named}, and no shipped mapping of that name ({names}).")


def from_words(toml: Table[str, object], file: str) -> Mapping:
    """A mapping out of its parsed TOML."""
    said = Said(toml, file)
    known_keys(said, (*words.WHOLE, *TABLES))
    zone = said.text("timezone")
    try:
        ZoneInfo(zone or "UTC")
    except (ValueError, OSError, KeyError):
        said.refuse(f"the time zone {zone!r} is not known")
    return Mapping(
        sources={table: _source(said.part(table), table, said) for table in TABLES},
        name=said.text("name"),
        currency=said.text("currency"),
        country=said.text("country").upper(),
        timezone=zone,
        decimal=said.character("decimal", "."),
        thousands=said.text("thousands"),
        times=said.texts("times"),
        fingerprint=_fingerprint(toml),
    )


def _fingerprint(toml: Table[str, object]) -> str:
    text = json.dumps([READ_BY, toml], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _source(said: Said, table: str, whole: Said) -> Source:
    known_keys(said, (*words.TABLE, *(("returns",) if table == "order_lines" else ())))
    canonical = () if table in NO_FILE else (f"{table}.csv", f"{table}.csv.gz")
    encoding = said.encoding(whole.encoding("utf-8"))
    delimiter = said.character("delimiter", whole.character("delimiter", ","))
    return Source(
        table=table,
        files=said.texts("files") or canonical,
        columns=_columns(said, table),
        declared="files" in said.words,
        complete=said.yes("complete"),
        encoding=encoding,
        delimiter=delimiter,
        leave_out=tuple(_leave_out(part) for part in said.parts("leave_out")),
        returns=_returns(said),
        lookups=tuple(_lookup(part, encoding, delimiter) for part in said.parts("lookup")),
    )


def _columns(said: Said, table: str) -> Table[str, Column]:
    fields = TABLES[table]
    if "columns" not in said.words:
        return {name: Column(sources=(name,), optional=not f.required) for name, f in fields.items()}
    part = said.part("columns")
    known_keys(part, tuple(fields))
    columns = {name: _column(part, name) for name in part.words}
    for name, wanted in fields.items():
        if wanted.required and name not in columns:
            said.refuse(f"{table} needs a column for {name}")
    return columns


def _column(part: Said, name: str) -> Column:
    word = part.words[name]
    if isinstance(word, str):
        return Column(sources=(word,))
    said = part.part(name)
    known_keys(said, tuple(words.COLUMN))
    if ("from" in said.words) == ("value" in said.words):
        said.refuse(f"{name} takes either a column (from) or a constant (value)")
    return Column(
        sources=said.texts("from"),
        joined_by=said.text("with", " "),
        constant=said.text("value") if "value" in said.words else None,
        changes=tuple((key, said.change(key)) for key in said.words if key in words.CHANGES),
        decimal=said.character("decimal", ".") if "decimal" in said.words else None,
        thousands=said.text("thousands") if "thousands" in said.words else None,
        times=said.texts("times") if "times" in said.words else None,
        yes=said.texts("yes"),
        no=said.texts("no"),
        optional=said.yes("optional"),
    )


def _returns(said: Said) -> tuple[Condition, ...]:
    if "returns" not in said.words:
        return ()
    part = said.part("returns")
    known_keys(part, tuple(words.RETURNS))
    return _where(part)


def _leave_out(said: Said) -> LeaveOut:
    known_keys(said, tuple(words.LEAVE_OUT))
    if not said.text("reason"):
        said.refuse("every leave_out needs a reason")
    return LeaveOut(said.text("reason"), _where(said))


def _where(said: Said) -> tuple[Condition, ...]:
    part = said.part("where")
    if not part.words:
        said.refuse("`where` must name at least one column")
    found = []
    for column in part.words:
        tests = part.part(column)
        known_keys(tests, tuple(words.TESTS))
        found += [Condition(column, test, tests.against(test)) for test in tests.words]
    return tuple(found)


def _lookup(said: Said, encoding: str, delimiter: str) -> Lookup:
    known_keys(said, tuple(words.LOOKUP))
    if not said.texts("files") or not said.text("on"):
        said.refuse("a lookup needs `files` and `on`")
    return Lookup(
        files=said.texts("files"),
        on=said.text("on"),
        key=said.text("key", said.text("on")),
        encoding=said.encoding(encoding),
        delimiter=said.character("delimiter", delimiter),
    )
