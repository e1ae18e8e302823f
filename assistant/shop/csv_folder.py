"""A shop that is a folder of CSV files: connecting it, and reading it into the catalog."""

from __future__ import annotations

import contextlib
import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import ShopError
from assistant.records import Progress
from assistant.shop import files, leaving, returns
from assistant.shop.checking import Checked, check_folder
from assistant.shop.filling import Filler, Named, fillers
from assistant.shop.mapping import Mapping, find_mapping, read_mapping
from assistant.shop.reading import Written, open_csv
from assistant.shop.result import Rejects, SyncResult
from assistant.shop.selling import BasketFiller, OrderFiller, ReturnFiller
from assistant.shop.sifting import Sieve
from assistant.store import mirror, preferences
from assistant.store.database import Connection, Home, open_catalog, open_home, transaction

SAY_EVERY = 0.1


def connect_csv(home: Home, folder: Path, mapping: str | None = None) -> list[Checked]:
    """Make a folder the shop of a home, once it proves readable; says what was found in it.

    Raises ShopError or MappingError, and then the connection stays as it was.
    """
    try:
        folder = folder.expanduser().resolve()
    except RuntimeError as problem:  # no such user, or links in a circle
        raise ShopError(f"There is no folder {folder}.") from problem
    named = str(find_mapping(mapping)) if mapping and Path(mapping).is_file() else mapping or ""
    how = read_mapping(named, folder)
    found = check_folder(folder, how)
    with contextlib.closing(open_home(home)) as connection:
        former = preferences.text(connection, "shop.folder")
        if former and former != str(folder):
            with contextlib.closing(open_catalog(home)) as catalog:
                mirror.expect_another_shop(catalog)
        chosen = {
            "shop.kind": "csv",
            "shop.folder": str(folder),
            "shop.mapping": named,
            "shop.name": how.name or folder.name,
            "shop.currency": how.currency,
            "shop.country": how.country,
            "shop.timezone": how.timezone or "UTC",
        }
        with transaction(connection):
            for key, value in chosen.items():
                preferences.put(connection, key, value)
    return found


def check(home: Home) -> list[Checked]:
    """Look at the first rows of every file of the connected shop; changes nothing."""
    return check_folder(*_connected(home))


def _connected(home: Home) -> tuple[Path, Mapping]:
    with contextlib.closing(open_home(home)) as connection:
        kind, folder, named, currency, country, zone = (
            preferences.text(connection, f"shop.{key}")
            for key in ("kind", "folder", "mapping", "currency", "country", "timezone")
        )
    if kind != "csv":
        raise ShopError(
            "No shop is connected yet: `assistant connect csv FOLDER` connects a folder of files, "
            "`assistant connect --help` names the other kinds of shop."
        )
    mapping = read_mapping(named, Path(folder))
    return Path(folder), mapping.where_silent(currency=currency, country=country, timezone=zone)


def _quiet(what: str, done: int, total: int | None) -> None:
    pass


def sync(home: Home, *, progress: Progress = _quiet) -> SyncResult:
    """Read what changed in the connected folder into the catalog, in one transaction.

    Raises ShopError or MappingError, and then the catalog is as it was.
    """
    began = time.monotonic()
    folder, mapping = _connected(home)
    found = files.find(folder, mapping)
    rejects = Rejects(home)
    kept = False
    try:
        with contextlib.closing(open_catalog(home)) as catalog:
            with _unswept():
                result = _Sync(catalog, folder, mapping, rejects, progress).run(found)
            kept = True
            leaving.follow(catalog, home)
    finally:
        rejects.close(keep=kept)
    return result(time.monotonic() - began)


@contextlib.contextmanager
def _unswept() -> Iterator[None]:
    """Rows hold no cycles: searching millions of them for some would take a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@dataclass(slots=True)
class _Counts:
    loaded: dict[str, int] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged_files: int = 0
    matched: int = 0
    unmatched: int = 0


class _Sync:
    """One run over the tables of a folder."""

    def __init__(
        self, catalog: Connection, folder: Path, mapping: Mapping, rejects: Rejects, progress: Progress
    ) -> None:
        self._catalog = catalog
        self._folder = folder
        self._mapping = mapping
        self._rejects = rejects
        self._say = _seldom(progress)
        self._named = Named()
        self._counts = _Counts()

    def run(self, found: dict[str, files.Found]) -> Callable[[float], SyncResult]:
        """Read everything that changed; the result waits for its time."""
        another = mirror.expects_another_shop(self._catalog)
        known = {} if another else mirror.sources(self._catalog)
        prints = {table: files.fingerprints(self._folder, f, known) for table, f in found.items()}
        afresh = known.get("mapping", ("", "", 0))[1] != self._mapping.fingerprint
        stale = [t for t in found if afresh or not files.same(t, prints[t], known)]
        read: dict[str, tuple[str, str, int]] = {
            name: (table, fingerprint, known.get(name, ("", "", 0))[2])
            for table, of_table in prints.items()
            for name, fingerprint in of_table.items()
            if known.get(name, ("", "", 0))[1] != fingerprint
        }
        read["mapping"] = ("mapping", self._mapping.fingerprint, 0)
        now = datetime.now(UTC)
        with transaction(self._catalog):
            if another:
                mirror.empty(self._catalog)
            if stale:
                self._fill(
                    {table: found[table] for table in stale}, derive="products" not in found, read=read
                )
            names = {name for of_table in prints.values() for name in of_table}
            mirror.put_sources(self._catalog, read, names | {"mapping"}, now)
            mirror.put_synced(self._catalog, now)
            self._rejects.finish()
        self._counts.unchanged_files = sum(len(found[t].all_files) for t in found if t not in stale)
        for table in found:
            self._counts.loaded.setdefault(table, 0)
        return self._result

    def _fill(
        self, stale: dict[str, files.Found], *, derive: bool, read: dict[str, tuple[str, str, int]]
    ) -> None:
        mirror.watch(self._catalog)
        filled: dict[str, Filler] = {}
        for table, found in stale.items():
            filler = filled[table] = self._filler(table, derive=derive)
            self._counts.loaded[table] = self._read(found, filler, read)
            filler.finish(complete=found.source.complete)
            self._counts.changed.update(filler.changed)
        self._settle(filled, stale)
        for table, new in self._named.put(self._catalog).items():
            if table not in {"products", "customers"}:
                self._counts.changed[table] += new
        self._say("search", 0, None)
        self._counts.changed.update(mirror.refresh_search(self._catalog))

    def _filler(self, table: str, *, derive: bool) -> Filler:
        common = (self._catalog, self._named, self._mapping.currency)
        if table == "order_lines":
            return OrderFiller(*common, derive=derive, returned_by_rows=self._mapping.matches_returns)
        if table == "baskets":
            return BasketFiller(*common)
        if table == "returns":
            return ReturnFiller(*common)
        return fillers(*common)[table]()

    def _read(self, found: files.Found, filler: Filler, read: dict[str, tuple[str, str, int]]) -> int:
        """Read the files of one table; how many of their rows were put to use."""
        source = found.source
        lookups = {lookup: files.read_lookup(lookup, paths) for lookup, paths in found.lookups.items()}
        size = files.size(found.files)
        behind = used = seen = 0
        for path in found.files:
            before = seen
            with open_csv(path, Written(source.encoding, source.delimiter)) as file:
                sieve = Sieve(self._mapping, source, path.name, file.header, lookups)
                for batch in file.batches():
                    sifted = sieve.sift(batch)
                    used += filler.take(sifted)
                    self._rejects.add(source.table, sifted.rejects)
                    self._counts.left_out.update(sifted.left_out)
                    seen += len(batch.rows)
                    self._say(source.table, seen, round(seen * size / max(behind + file.position, 1)))
                behind += file.size
            name = f"{source.table}/{path.relative_to(self._folder).as_posix()}"
            if name in read:
                read[name] = (*read[name][:2], seen - before)
        self._say(source.table, seen, seen)
        return used

    def _settle(self, filled: dict[str, Filler], stale: dict[str, files.Found]) -> None:
        """Match what came back with what was sold."""
        if not self._mapping.matches_returns or not {"order_lines", "returns"} & filled.keys():
            return
        credits = [c for f in filled.values() if isinstance(f, OrderFiller | ReturnFiller) for c in f.credits]
        told_by = [table for table in ("order_lines", "returns") if self._mapping.tells_returns(table)]
        complete = all(table in stale and stale[table].source.complete for table in told_by)
        self._say("returns", 0, len(credits))
        matched, unmatched, changed = returns.settle(self._catalog, credits, complete=complete)
        self._counts.matched, self._counts.unmatched = matched, unmatched
        self._counts.changed["returns"] += changed

    def _result(self, seconds: float) -> SyncResult:
        counts = self._counts
        return SyncResult(
            loaded=counts.loaded,
            rejected=self._rejects.rejected.total(),
            left_out=counts.left_out.total(),
            seconds=seconds,
            rejects=self._rejects.path,
            mended=self._rejects.mended.total(),
            left_out_by=dict(counts.left_out),
            changed={table: n for table, n in counts.changed.items() if n},
            unchanged_files=counts.unchanged_files,
            returns_matched=counts.matched,
            returns_unmatched=counts.unmatched,
            unwritten=self._rejects.unwritten,
        )


def _seldom(progress: Progress) -> Progress:
    """Say how far it is ten times a second at most, and the end always."""
    last: dict[str, float] = {}

    def say(what: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if done == total or now - last.get(what, -1.0) >= SAY_EVERY:
            last[what] = now
            progress(what, done, total)

    return say
