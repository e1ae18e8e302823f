"""The universal field: customers, baskets and products by word, number or scanned code."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.records import Customer, Found
from assistant.store import catalog, people
from assistant.store.database import Connection
from assistant.store.indexing import bare, country_codes, indexed, rebuild, refresh

__all__ = ["everything", "find", "indexed", "rebuild", "refresh"]

CUSTOMERS, BASKETS, PRODUCTS = 3, 2, 4  # how many of each are shown
COUNTED = 1_000  # totals are counted up to here
WHOLE = 60  # how many are shown where one kind has the list to itself
Kind = Literal["customer", "basket", "product"]
_FEWEST = 2  # characters before anything is searched
_TRIGRAM = 3
_CODE = 4  # a shorter text that is some number may as well be the beginning of a word
_LOOKED_AT = 60  # matches that are put in order: each is a page or two of the file, and thousands may match
_WHOLE_PHONE = 8  # digits
_LONG_PART = 7
_LATELY_MS = 30 * 24 * 3_600_000

_WORD = re.compile(r"[^\W_]+")
_PHONE = re.compile(r"[\d\s+()./-]+")

_IN_ORDER = (
    "SELECT {key} FROM json_each(?) f JOIN indexed i ON i.row = f.value JOIN {table} t ON t.{key} = i.id "
    "ORDER BY {order} LIMIT ?"
)
_MATCHING = "SELECT rowid AS row FROM {index} WHERE {index} MATCH ? LIMIT {most}"
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
    begun: tuple[str, ...]  # digits that a phone number may begin with
    several: bool  # words: who writes them out means their beginnings

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
            begun=tuple(_phones(text)),
            several=len(words) > 1,
        )


@dataclass(frozen=True, slots=True)
class _Stage:
    """One way to be found; `all` = what it finds holds all that an earlier one of its index would find.

    A `spare` one is asked only where nothing was found before it.
    """

    index: str
    columns: str
    match: str | None
    all: bool = True
    spare: bool = False


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

    At most 3 customers, 2 baskets and 4 products are returned; totals are of all, up to a thousand. Names
    that begin with the text come first, then names with a word that does, then the inside of words, then
    e-mails and numbers.
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
    customers, many = _customers(connection, asked, [c.customer_id for c in exact.customers])
    baskets, sold = _baskets(connection, asked, [str(b.basket_id) for b in exact.baskets], customers)
    products, kinds = _products(connection, asked, [p.product_id for p in exact.products])
    known = catalog.products(connection, products)
    return Found(
        customers=tuple(c for i in customers if (c := people.customer(connection, i)) is not None),
        baskets=tuple(b for i in baskets if (b := catalog.basket(connection, i)) is not None),
        products=tuple(known[i] for i in products if i in known),
        customers_total=many,
        baskets_total=sold,
        products_total=kinds,
    )


def everything(connection: Connection, text: str, kind: Kind, before: Found) -> Found:
    """All of one kind that a text finds, up to 60; `before` is what `find` told of it."""
    asked = _Asked.of(" ".join(unicodedata.normalize("NFKC", text.replace("\0", " ")).split()))
    if kind == "customer":
        ids, _ = _customers(connection, asked, [c.customer_id for c in before.customers], WHOLE)
        persons = tuple(c for i in ids if (c := people.customer(connection, i)) is not None)
        return Found(customers=persons, customers_total=max(before.customers_total, len(persons)))
    if kind == "basket":
        theirs = [c.customer_id for c in before.customers]
        first = [str(b.basket_id) for b in before.baskets]
        ids, _ = _baskets(connection, asked, first, theirs, WHOLE)
        baskets = tuple(b for i in ids if (b := catalog.basket(connection, i)) is not None)
        return Found(baskets=baskets, baskets_total=max(before.baskets_total, len(baskets)))
    ids, _ = _products(connection, asked, [p.product_id for p in before.products], WHOLE)
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


def _customers(
    connection: Connection, asked: _Asked, exact: list[str], shown: int = CUSTOMERS
) -> tuple[list[str], int]:
    stages = (
        _Stage("customer_words", "name", asked.first, all=False),
        _Stage("customer_words", "name", asked.words, all=False),
        # Hardly a name has digits inside, and a part of a number is asked for at every keystroke.
        _Stage("customer_parts", "name", None if asked.begun else asked.inside, False, asked.several),
        _Stage("customer_words", "name email", asked.words),
        _Stage("customer_parts", "name email", asked.inside, spare=asked.several),
        _Stage("customer_parts", "number", asked.number),
    )
    found = _Finding(connection, "customers", "customer_id", "t.name, t.customer_id", exact, shown)
    found.by(stages)
    if asked.begun:
        begun = found.by_rows(*_begun(asked))
        # A long beginning that somebody's number has is no part of another's.
        if begun < COUNTED and not (begun and len(asked.begun[0]) >= _LONG_PART):
            found.by((_Stage("phone_parts", "phone", asked.phone),))
    return found.ids, found.total


def _begun(asked: _Asked) -> tuple[str, list[str]]:
    """The rows of phone numbers that begin with these digits, and what the question is asked with."""
    ranges = " OR ".join("(digits >= ? AND digits < ?)" for _ in asked.begun)
    values = [bound for digits in asked.begun for bound in (digits, digits + ":")]  # after 9 comes a colon
    return f"SELECT row FROM phones WHERE {ranges} LIMIT {COUNTED}", values


def _products(
    connection: Connection, asked: _Asked, exact: list[str], shown: int = PRODUCTS
) -> tuple[list[str], int]:
    stages = (
        _Stage("product_words", "name", asked.first, all=False),
        _Stage("product_words", "name", asked.words, all=False),
        _Stage("product_words", "sku", asked.words, all=False),
        _Stage("product_parts", "name", asked.inside, spare=asked.several),
        _Stage("product_parts", "code", asked.number),
        _Stage("product_words", "name sku category", asked.words),
    )
    order = "t.active DESC, length(t.name), t.name, t.product_id"
    found = _Finding(connection, "products", "product_id", order, exact, shown)
    found.by(stages)
    return found.ids, found.total


def _baskets(
    connection: Connection, asked: _Asked, exact: list[str], customers: list[str], shown: int = BASKETS
) -> tuple[list[str], int]:
    """Open baskets before paid ones: by their number, then those of the customers that are shown."""
    ids, total = exact, 0
    for table, key, column, at in (
        ("baskets", "basket_id", "basket", "updated_at"),
        ("orders", "order_id", "sale", "ordered_at"),
    ):
        found = _Finding(connection, table, key, f"t.{at} DESC, t.{key} DESC", ids, shown)
        found.by((_Stage("sale_parts", column, asked.number),))
        ids, total = found.ids, total + found.counted
    (newest,) = connection.execute("SELECT max(ordered_at) FROM orders").fetchone()
    # Lately ends with the newest order that the mirror knows.
    rows = connection.execute(
        f"SELECT id FROM ({_THEIRS}) ORDER BY paid, at DESC LIMIT {COUNTED}",
        (json.dumps(customers), (newest or 0) - _LATELY_MS),
    ).fetchall()
    ids = list(dict.fromkeys((*ids, *(row[0] for row in rows))))[:shown]
    return ids, max(len(ids), min(COUNTED, total + len(rows)))


class _Finding:
    """Ids of one kind, found stage by stage, none twice, and how many there are up to a thousand."""

    def __init__(
        self, connection: Connection, table: str, key: str, order: str, exact: list[str], shown: int
    ) -> None:
        self._connection, self._shown = connection, shown
        self._sql = _IN_ORDER.format(key=key, table=table, order=order)
        self._seen = dict.fromkeys(exact)
        self._rows: set[int] = set()

    @property
    def ids(self) -> list[str]:
        """The best of them."""
        return list(self._seen)[: self._shown]

    @property
    def counted(self) -> int:
        """How many the stages found."""
        return min(COUNTED, len(self._rows))

    @property
    def total(self) -> int:
        """How many there are, with what was named exactly."""
        return max(len(self.ids), self.counted)

    def by(self, stages: Iterable[_Stage]) -> None:
        """Go on with these stages; once enough are there, the rest only count."""
        for stage in stages:
            enough = len(self._seen) >= self._shown
            if stage.match is None or (stage.spare and self._rows):
                continue
            if enough and (not stage.all or len(self._rows) >= COUNTED):
                continue
            matching = f"{{{stage.columns}}} : ({stage.match})"
            self.by_rows(_MATCHING.format(index=stage.index, most=COUNTED), [matching])

    def by_rows(self, sql: str, values: list[str]) -> int:
        """What these rows of the indexes name joins the rest; how many they are."""
        # As one text: a thousand rows cost more than finding them.
        (told,) = self._connection.execute(f"SELECT json_group_array(row) FROM ({sql})", values).fetchone()
        rows = json.loads(told)
        self._rows.update(rows)
        if rows and len(self._seen) < self._shown:
            some = json.dumps(rows[: max(_LOOKED_AT, 2 * self._shown)])
            found = self._connection.execute(self._sql, (some, self._shown + len(self._seen)))
            self._seen.update((row[0], None) for row in found)
        return len(rows)
