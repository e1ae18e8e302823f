"""What `connect csv --help` says of files, columns and mappings, out of the tables that read them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from assistant.resources import resource
from assistant.shop import words
from assistant.shop.reading import LONGEST
from assistant.shop.result import MOST
from assistant.shop.tables import NO_FILE, TABLES

_WIDTH = 76


def told() -> str:
    """The help's last part, in click's way: each paragraph keeps its lines."""
    return "\n\n".join("\b\n" + "\n".join(lines) for lines in _paragraphs())


def _paragraphs() -> Iterator[list[str]]:
    yield [
        "The files of FOLDER (.csv or .csv.gz) and their columns; * is needed, and",
        "products.csv or order_lines.csv is:",
        *(line for table in TABLES if table not in NO_FILE for line in _columns(f"{table}.csv", table)),
    ]
    yield [
        "UTF-8, a comma between columns, a header row. Times as 2026-06-14T14:30:00Z,",
        "money decimal, yes or no, unknown is empty; attributes are a JSON object, a",
        f"category is a path with /. A row has {LONGEST:,} characters at most; of the rows",
        f"of a table that cannot be read a sync names the first {MOST:,}.",
    ]
    yield [
        "A mapping is a TOML file that says what your till calls these things. Of the",
        "whole shop:",
        *_explained(words.WHOLE),
    ]
    yield [
        "Of each table, under its name; besides the files above there is",
        *(line for table in sorted(NO_FILE) for line in _columns(table, table)),
    ]
    shipped = sorted(file.stem for file in resource("mappings").glob("*.toml"))
    yield _wrapped(f"Two whole ones are shipped and go by their names: {', '.join(shipped)}.", behind=0)
    yield ["[TABLE]", *_explained(words.TABLE)]
    yield [
        '[TABLE.columns]  ours = "theirs", or ours = { from = "theirs", … } with',
        *_explained(words.COLUMN),
    ]
    yield ["[order_lines.returns]", *_explained(words.RETURNS)]
    yield ["[[TABLE.leave_out]]", *_explained(words.LEAVE_OUT)]
    yield ["where.COLUMN may say", *_explained(words.TESTS)]
    yield ["[[TABLE.lookup]]", *_explained(words.LOOKUP)]


def _columns(name: str, table: str) -> list[str]:
    columns = ", ".join(f"{column}*" if kind.required else column for column, kind in TABLES[table].items())
    return _wrapped(f"  {name}: {columns}")


def _explained(meanings: Mapping[str, str]) -> Iterator[str]:
    for word, meaning in meanings.items():
        yield from _wrapped(f"  {word:<13}{meaning}", behind=15)


def _wrapped(text: str, behind: int = 4) -> list[str]:
    return textwrap.wrap(text, _WIDTH, subsequent_indent=" " * behind, break_on_hyphens=False)
