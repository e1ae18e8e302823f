"""Which files of a folder belong to which table, and whether they changed since they were read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from collections.abc import Mapping as Table
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import MappingError, ShopError
from assistant.shop.mapping import Lookup, Mapping, Source
from assistant.shop.reading import Written, open_csv

Known = Table[str, tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Found:
    """The files of one table and of its lookups."""

    source: Source
    files: tuple[Path, ...]
    lookups: Table[Lookup, tuple[Path, ...]]

    @property
    def all_files(self) -> tuple[Path, ...]:
        return (*self.files, *(path for paths in self.lookups.values() for path in paths))


def find(folder: Path, mapping: Mapping) -> dict[str, Found]:
    """The files of every table that has any.

    Raises ShopError where the folder is missing, holds nothing to sell, or lacks a file the mapping names.
    """
    if not folder.is_dir():
        what = f"{folder} is no folder; name the one that the files lie in."
        raise ShopError(what if folder.exists() else f"There is no folder {folder}.")
    try:
        with os.scandir(folder):  # what may not be looked into seems empty else
            pass
    except OSError as problem:
        raise ShopError(f"{folder} cannot be read: {problem.strerror}.") from problem
    found = {}
    for table, source in mapping.sources.items():
        files = _files(folder, source.files, must=source.declared)
        if not files:
            continue
        twice = next((path for path in files if path.with_name(f"{path.name}.gz") in files), None)
        if twice:
            raise ShopError(f"{folder} holds both {twice.name} and {twice.name}.gz; keep one of them.")
        lookups = {lookup: _files(folder, lookup.files, must=True) for lookup in source.lookups}
        found[table] = Found(source, files, lookups)
    if "products" not in found and "order_lines" not in found:
        raise ShopError(
            f"{folder} holds neither products.csv nor order_lines.csv; another till's export needs a mapping."
        )
    return found


def _files(folder: Path, patterns: tuple[str, ...], *, must: bool) -> tuple[Path, ...]:
    paths: list[Path] = []
    for pattern in patterns:
        try:
            if ".." in Path(pattern).parts:
                raise ValueError(pattern)
            matches = sorted(path for path in folder.glob(pattern) if path.is_file())
            named = folder / pattern
            if not matches and os.path.lexists(named):
                raise _no_file(named)
        except (ValueError, NotImplementedError) as problem:
            raise MappingError(f"The mapping's file {pattern!r} is no name within the folder.") from problem
        if must and not matches:
            raise ShopError(f"There is no file {pattern} in {folder}.")
        paths += [path for path in matches if path not in paths]
    return tuple(paths)


def _no_file(path: Path) -> ShopError:
    if path.is_dir():
        return ShopError(f"{path} is a folder, not a file.")
    if path.exists():
        return ShopError(f"{path} is a device or a pipe, not a file.")
    return ShopError(f"{path} is a link that leads nowhere, not a file.")


def fingerprints(folder: Path, found: Found, known: Known) -> dict[str, str]:
    """The fingerprint of each file of a table, by the name it is remembered under.

    A file of the size and time that were seen is taken for the same; else its contents decide.
    """
    prints = {}
    for path in found.all_files:
        name = f"{found.source.table}/{path.relative_to(folder).as_posix()}"
        try:
            status = path.stat()
            seen = f"{status.st_size}:{status.st_mtime_ns}"
            _, before, _ = known.get(name, ("", "", 0))
            if before.startswith(f"{seen}:"):
                prints[name] = before
                continue
            with path.open("rb") as file:
                prints[name] = f"{seen}:{hashlib.file_digest(file, 'sha256').hexdigest()}"
        except OSError as problem:
            raise ShopError(f"{path} cannot be read: {problem.strerror}.") from problem
    return prints


def size(paths: Iterable[Path]) -> int:
    """How many bytes some files hold."""
    try:
        return sum(path.stat().st_size for path in paths)
    except OSError as problem:
        raise ShopError(f"{problem.filename} cannot be read: {problem.strerror}.") from problem


def same(table: str, prints: Table[str, str], known: Known) -> bool:
    """Whether a table's files hold what was read of them."""
    before = {name: fingerprint for name, (kind, fingerprint, _) in known.items() if kind == table}
    return {name: _contents(p) for name, p in prints.items()} == {
        name: _contents(p) for name, p in before.items()
    }


def _contents(fingerprint: str) -> str:
    return fingerprint.rpartition(":")[2]


def read_lookup(lookup: Lookup, paths: tuple[Path, ...]) -> tuple[list[str], dict[str, list[str]]]:
    """A lookup file: its columns, and its rows by key."""
    header: list[str] = []
    rows: dict[str, list[str]] = {}
    for path in paths:
        with open_csv(path, Written(lookup.encoding, lookup.delimiter)) as file:
            if lookup.key not in file.header:
                raise ShopError(
                    f"{file.name} has no column {lookup.key!r} to look up by; "
                    f"its columns are {', '.join(file.header)}."
                )
            if header and header != file.header:
                raise ShopError(f"{file.name} has other columns than the files before it.")
            header = file.header
            key = header.index(lookup.key)
            for batch in file.batches():
                rows.update((row[key].strip(), row) for row in batch.rows if len(row) == len(header))
    return header, rows
