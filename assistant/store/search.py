"""The universal field: customers, baskets and products by word, number or scanned code."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from assistant.records import Customer, Found
from assistant.store import catalog, people
from assistant.store.database import Connection
from assistant.store.indexing import bare, country_codes, indexed, rebuild, refresh

__all__ = ["everything", "find", "indexed", "rebuild", "refresh"]

CUSTOMERS, BASKETS, PRODUCTS = 3, 2, 4  # how many of each are shown
WHOLE = 60  # how many are shown where one kind has the list to itself
Kind = Literal["customer", "basket", "product"]
_FEWEST = 2  # characters before anything is searched
_TRIGRAM = 3
_CODE = 4  # a shorter text that is some number may as well be the beginning of a word
_LOOKED_AT = 200  # matches that are put in order; a beginning of three letters can have far more
_WHOLE_PHONE = 8  # digits
_LATELY_MS = 30 * 24 * 3_600_000

_WORD = re.compile(r"[^\W_]+")
_PHONE = re.compile(r"[\d\s+()./-]+")

_CANDIDATES = (
    "SELECT {key} FROM (SELECT rowid AS row FROM {index} WHERE {index} MATCH ? LIMIT {looked_at}) "
    "JOIN indexed USING (row) JOIN {table} t ON t.{key} = id ORDER BY {order} LIMIT ?"
)
_THEIRS = (
    "SELECT basket_id AS id, 0 AS paid, updated_at AS at FROM baskets "
    "WHERE customer_id IN (SELECT value FROM json_each(?1)) UNION ALL "
    "SELECT order_id, 1, ordered_at FROM orders "
    "WHERE customer_id IN (SELECT value FROM json_each(?1)) AND ordered_at >= ?2"
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text as FTS5 is asked for it, in its own quoting; None where it cannot match."""

    first: str | None  # its first word begins the name
    words: str | None  # each word is the beginning of a word
    inside: str | None  # each word is somewhere
    number: str | None  # the whole of it is part of a number
    phone: str | None

    @classmethod
    def of(cls, text: str) -> _Asked:
        words = _WORD.findall(text)
        begun = " AND ".join(f'"{word}"*' for word in words)
        long_enough = all(len(word) >= _TRIGRAM for word in words)
        number = str(bare(text))
        numbered = len(number) >= _TRIGRAM and any(map(str.isdigit, number))
        return cls(
            first=f"^{begun}" if words else None,
            words=begun or None,
            inside=" AND ".join(f'"{word}"' for word in words) if words and long_enough else None,
            number=f'"{number}"' if numbered else None,
            phone=" OR ".join(f'"{digits}"' for digits in _phones(text)) or None,
        )


def _phones(text: str) -> Iterator[str]:
    """Digits as they may stand in a phone number: `(0)` is dropped after a country, `00` is its plus."""
    if not _PHONE.fullmatch(text):
        return
    digits = str(bare(text))
    international = text.startswith(("+", "00"))
    forms = {digits, str(bare(text.replace("(0)", ""))) if international else digits}
    forms |= {form[2:] for form in forms if form.startswith("00") and len(form) > 5}
    yield from sorted(form for form in forms if len(form) >= _TRIGRAM)


def find(connection: Connection, text: str) -> Found:
    """What a typed or scanned text names: what it is the whole number of, else the best of each kind.

    At most 3 customers, 2 baskets and 4 products are returned, the totals are of all. Names that begin with
    the text come first, then names with a word that does, then the inside of words, then e-mails and numbers.
    """
    text = " ".join(unicodedata.normalize("NFKC", text.replace("\0", " ")).split())
    text = text.encode("utf-8", "ignore").decode()
    if len(text) < _FEWEST:
        return Found()
    exact = _exact(connection, text)
    if exact.exact and len(text) >= _CODE:
        return exact
    reached = _reached(connection, text)
    if reached:
        shown = (people.customer(connection, i) for i in reached[:CUSTOMERS])
        return Found(customers=tuple(c for c in shown if c), customers_total=len(reached))
    asked = _Asked.of(text)
    customers = _first([c.customer_id for c in exact.customers], _customers(connection, asked), CUSTOMERS)
    baskets = _first(
        [str(b.basket_id) for b in exact.baskets], _baskets(connection, asked, customers), BASKETS
    )
    products = _first([p.product_id for p in exact.products], _products(connection, asked), PRODUCTS)
    known = catalog.products(connection, products)
    return Found(
        customers=tuple(c for i in customers if (c := people.customer(connection, i)) is not None),
        baskets=tuple(b for i in baskets if (b := catalog.basket(connection, i)) is not None),
        products=tuple(known[i] for i in products if i in known),
        customers_total=max(len(customers), _customers_total(connection, asked)),
        baskets_total=max(len(baskets), _baskets_total(connection, asked, customers)),
        products_total=max(len(products), _products_total(connection, asked)),
    )


def everything(connection: Connection, text: str, kind: Kind, before: Found) -> Found:
    """All of one kind that a text finds, up to 60; `before` is what `find` told of it."""
    asked = _Asked.of(" ".join(unicodedata.normalize("NFKC", text.replace("\0", " ")).split()))
    if kind == "customer":
        ids = _first([c.customer_id for c in before.customers], _customers(connection, asked, WHOLE), WHOLE)
        persons = tuple(c for i in ids if (c := people.customer(connection, i)) is not None)
        return Found(customers=persons, customers_total=max(before.customers_total, len(persons)))
    if kind == "basket":
        theirs = [c.customer_id for c in before.customers]
        first = [str(b.basket_id) for b in before.baskets]
        ids = _first(first, _baskets(connection, asked, theirs, WHOLE), WHOLE)
        baskets = tuple(b for i in ids if (b := catalog.basket(connection, i)) is not None)
        return Found(baskets=baskets, baskets_total=max(before.baskets_total, len(baskets)))
    ids = _first([p.product_id for p in before.products], _products(connection, asked, WHOLE), WHOLE)
    known = catalog.products(connection, ids)
    products = tuple(known[i] for i in ids if i in known)
    return Found(products=products, products_total=max(before.products_total, len(products)))


def by_phone(connection: Connection, number: str) -> tuple[Customer, ...]:
    """Everybody whom a whole phone number reaches, as it may be written; nobody for a part of one."""
    found = (people.customer(connection, i) for i in _reached(connection, " ".join(number.split())))
    return tuple(one for one in found if one is not None)


def _exact(connection: Connection, text: str) -> Found:
    product = catalog.by_code(connection, text)
    basket = catalog.basket(connection, text) or catalog.basket(connection, text.upper())
    customer = people.customer(connection, text) or people.customer(connection, text.upper())
    return Found(
        customers=(customer,) if customer else (),
        baskets=(basket,) if basket else (),
        products=(product,) if product else (),
        customers_total=int(customer is not None),
        baskets_total=int(basket is not None),
        products_total=int(product is not None),
        exact=any((product, basket, customer)),
    )


def _reached(connection: Connection, text: str) -> list[str]:
    """Whom a whole phone number reaches, written with its country or as at home."""
    digits = next(_phones(text), "")
    if len(digits) < _WHOLE_PHONE:
        return []
    spelled = {"+" + form for form in _phones(text)}
    spelled |= {f"+{code}{form.removeprefix('0')}" for code in country_codes() for form in _phones(text)}
    rows = connection.execute(
        "SELECT customer_id FROM customers WHERE phone IN (SELECT value FROM json_each(?)) "
        "ORDER BY name, customer_id",
        (json.dumps(sorted(spelled)),),
    )
    return [row[0] for row in rows]


def _first(exact: list[str], others: Iterable[str], shown: int) -> list[str]:
    return list(islice(dict.fromkeys((*exact, *others)), shown))


def _customers(connection: Connection, asked: _Asked, shown: int = CUSTOMERS) -> Iterator[str]:
    stages = (
        ("customer_words", "name", asked.first),
        ("customer_words", "name", asked.words),
        ("parts", "customer", asked.inside),
        ("customer_words", "name email", asked.words),
        ("parts", "customer email", asked.inside),
        ("parts", "number", asked.number),
        ("parts", "phone", asked.phone),
    )
    return _staged(connection, "customers", "customer_id", "t.name, t.customer_id", stages, shown)


def _products(connection: Connection, asked: _Asked, shown: int = PRODUCTS) -> Iterator[str]:
    stages = (
        ("product_words", "name", asked.first),
        ("product_words", "name", asked.words),
        ("product_words", "sku", asked.words),
        ("parts", "product", asked.inside),
        ("parts", "code", asked.number),
        ("product_words", "name sku category", asked.words),
    )
    order = "t.active DESC, length(t.name), t.name, t.product_id"
    return _staged(connection, "products", "product_id", order, stages, shown)


def _baskets(
    connection: Connection, asked: _Asked, customers: list[str], shown: int = BASKETS
) -> Iterator[str]:
    """Open baskets before paid ones: by their number, then those of the customers that are shown."""
    for table, key, column, at in (
        ("baskets", "basket_id", "basket", "updated_at"),
        ("orders", "order_id", "sale", "ordered_at"),
    ):
        order = f"t.{at} DESC, t.{key} DESC"
        yield from _staged(connection, table, key, order, (("parts", column, asked.number),), shown)
    rows = connection.execute(
        f"SELECT id FROM ({_THEIRS}) ORDER BY paid, at DESC LIMIT {shown}", _theirs(connection, customers)
    )
    yield from (row[0] for row in rows)


def _staged(
    connection: Connection,
    table: str,
    key: str,
    order: str,
    stages: Iterable[tuple[str, str, str | None]],
    shown: int,
) -> Iterator[str]:
    """Ids stage by stage, none twice, until enough are there."""
    seen: dict[str, None] = {}
    for index, columns, match in stages:
        if match is None or len(seen) >= shown:
            continue
        sql = _CANDIDATES.format(key=key, index=index, table=table, order=order, looked_at=_LOOKED_AT)
        rows = connection.execute(sql, (_in_columns(columns, match), shown + len(seen)))
        seen.update((row[0], None) for row in rows)
    return iter(seen)


def _in_columns(columns: str, match: str) -> str:
    return f"{{{columns}}} : ({match})"


def _theirs(connection: Connection, customers: list[str]) -> tuple[str, int]:
    """What `_THEIRS` is asked with; lately ends with the newest order that the mirror knows."""
    (newest,) = connection.execute("SELECT max(ordered_at) FROM orders").fetchone()
    return json.dumps(customers), (newest or 0) - _LATELY_MS


def _customers_total(connection: Connection, asked: _Asked) -> int:
    parts = (("customer email", asked.inside), ("number", asked.number), ("phone", asked.phone))
    return _total(connection, "customer_words", asked.words, parts)


def _products_total(connection: Connection, asked: _Asked) -> int:
    return _total(
        connection, "product_words", asked.words, (("product", asked.inside), ("code", asked.number))
    )


def _baskets_total(connection: Connection, asked: _Asked, customers: list[str]) -> int:
    (theirs,) = connection.execute(
        f"SELECT count(*) FROM ({_THEIRS})", _theirs(connection, customers)
    ).fetchone()
    return int(theirs) + _total(connection, "parts", None, (("basket sale", asked.number),))


def _total(
    connection: Connection, words: str, begun: str | None, parts: Iterable[tuple[str, str | None]]
) -> int:
    """How many rows match in either index; a row that does in both counts once."""
    anywhere = " OR ".join(_in_columns(columns, match) for columns, match in parts if match)
    asked = [(index, match) for index, match in ((words, begun), ("parts", anywhere)) if match]
    if not asked:
        return 0
    rows = " UNION ".join(f"SELECT rowid FROM {index} WHERE {index} MATCH ?" for index, _ in asked)
    (count,) = connection.execute(f"SELECT count(*) FROM ({rows})", [match for _, match in asked]).fetchone()
    return int(count)
