"""The word of the shop nearest to one that nothing was found for."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass

from assistant.store.database import Connection
from assistant.store.indexing import counted

_FEWEST = 2  # letters that the words must begin with alike
_LOOKED_AT = 500
_LIKENESS = 0.5
_AGO_DAYS = 30


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched in vain: how much of it, in how many days, and the nearest word of the products."""

    customers: int
    products: int
    days: int = _AGO_DAYS
    word: str = ""
    of_products: int = 0


def searched(connection: Connection, text: str) -> Searched:
    """How much was searched, and the word of products that comes nearest to the text."""
    customers, products = counted(connection, "customer"), counted(connection, "product")
    word, count = _nearest(connection, text)
    return Searched(customers, products, word=_as_written(connection, word), of_products=count)


def _nearest(connection: Connection, text: str) -> tuple[str, int]:
    """The likeliest word with the longest common beginning, and how many products carry it."""
    found = re.findall(r"[^\W\d_]+", _folded(text))
    asked = max(found, key=len, default="")
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.product_terms "
        "USING fts5vocab('catalog', 'product_words', 'row')"
    )
    for length in range(len(asked), _FEWEST - 1, -1):
        begun = asked[:length]
        rows = connection.execute(
            "SELECT term, doc FROM temp.product_terms WHERE term >= ? AND term < ? LIMIT ?",
            (begun, begun + "\U0010ffff", _LOOKED_AT),
        ).fetchall()
        near = [(difflib.SequenceMatcher(None, asked, term).ratio(), n, term) for term, n in rows]
        likeness, n, term = max(near, default=(0.0, 0, ""))
        if likeness >= _LIKENESS:
            return term, n
    return "", 0


def _as_written(connection: Connection, word: str) -> str:
    """A word of the index as a product's name writes it."""
    if not word:
        return ""
    row = connection.execute(
        "SELECT t.name FROM (SELECT rowid AS row FROM product_words WHERE product_words MATCH ? LIMIT 1) "
        "JOIN indexed USING (row) JOIN products t ON t.product_id = id",
        (f'"{word}"',),
    ).fetchone()
    written = re.findall(r"[^\W_]+", row[0]) if row else []
    return next((one for one in written if _folded(one) == word), word)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
