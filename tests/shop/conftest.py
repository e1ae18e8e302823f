"""A connected shop in two words: a folder is written, connected and read."""

from __future__ import annotations

import contextlib
import csv
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import __main__ as front
from assistant.shop import csv_folder
from assistant.shop.result import SyncResult
from assistant.store.database import Home, open_catalog

Rows = list[tuple]
Ask = Callable[..., Rows]


@pytest.fixture
def read(home: Home) -> Callable[..., SyncResult]:
    """Connect a folder, with a mapping written as text or named, and read it."""

    def connect_and_sync(folder: Path, mapping: str | None = None) -> SyncResult:
        if mapping is not None and "\n" in mapping:
            file = folder.parent / "tried.toml"
            file.write_text(mapping, encoding="utf-8")
            mapping = str(file)
        csv_folder.connect_csv(home, folder, mapping)
        return csv_folder.sync(home)

    return connect_and_sync


@pytest.fixture
def ask(home: Home) -> Ask:
    """Ask the catalog."""

    def rows(question: str, *values: object) -> Rows:
        with contextlib.closing(open_catalog(home)) as catalog:
            return [tuple(row) for row in catalog.execute(question, values)]

    return rows


@pytest.fixture
def contents(ask: Ask) -> Callable[[], dict[str, Rows]]:
    """Everything the catalog holds of the shop."""
    goods = "products barcodes stock links stores associates customers"
    goods = "products barcodes stock links stores associates customers"
    tables = f"{goods} orders order_lines returns baskets basket_lines"
    return lambda: {table: ask(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables.split()}


@pytest.fixture
def set_aside(home: Home) -> Callable[[], list[dict[str, str]]]:
    """The rows of all rejects files."""

    def rows() -> list[dict[str, str]]:
        found = []
        for path in sorted(home.rejects.glob("*.csv")) if home.rejects.exists() else []:
            with path.open(encoding="utf-8", newline="") as file:
                found += [{**row, "in": path.name} for row in csv.DictReader(file)]
        return found

    return rows


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, home: Home):
    """Call the program in this process; gives the exit status."""

    def run(*words: str | Path) -> int:
        monkeypatch.setattr(sys, "argv", ["assistant", "--home", str(home.folder), *map(str, words)])
        with pytest.raises(SystemExit) as left:
            front.main()
        return int(left.value.code or 0)

    return run
