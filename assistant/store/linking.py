"""Curated links as they hold: the shop's own, with what its managers put in, changed and took out here."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.errors import InputError
from assistant.records import Link
from assistant.store import access, catalog, contents, curating
from assistant.store.access import Permit
from assistant.store.contents import Version
from assistant.store.curating import Word
from assistant.store.database import Connection

Written = Literal["accessory", "requires", "alternative"]
WRITTEN: tuple[Written, ...] = ("accessory", "requires", "alternative")
"""What a manager can say of two products: it goes with it, it is needed, it is the better one."""
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Links:
    """What holds for one question: the links, and what was said of pairings, the newest word on each."""

    links: tuple[Link, ...]
    words: Mapping[Pair, Word]


@dataclass(frozen=True, slots=True)
class Listed:
    """A link as managers see it: what the shop says of the two, and what was written here, if anything."""

    anchor_id: str
    anchor_name: str
    product_id: str
    product_name: str
    shops: tuple[str, ...]
    version: Version | None

    @property
    def kind(self) -> str | None:
        """What holds; None where it was taken out."""
        if self.version is not None and self.version.content is not None:
            kind = self.version.content.get("kind")
            return None if kind is None else str(kind)
        return self.shops[0] if self.shops else None


def key(anchor_id: str, product_id: str) -> str:
    """The key of a link."""
    return contents.key_of("link", anchor_id, product_id)


def read(
    connection: Connection,
    ids: Collection[str],
    words: Mapping[Pair, Word],
    visit_id: str | None = None,
) -> Links:
    """The links from these products and the words on their pairings, with what managers wrote.

    What was taken out here is taken out as a pairing too; of a link that was written and a word that was said
    of the same two, the later one holds.
    """
    links = catalog.links(connection, ids)
    own = {
        pair: version
        for one, version in contents.in_force(connection, "link", visit_id).items()
        if not {*(pair := _pair(one))}.isdisjoint(ids)
    }
    if not own:
        return Links(links, words)
    kept = [link for link in links if link.kind == "incompatible" or own.keys().isdisjoint(_pairs(link))]
    said = dict(words)
    for pair, version in own.items():
        kind = (version.content or {}).get("kind")
        if kind is not None:
            kept += _held(pair, str(kind), ids)
        if pair in said and curating.decided_at(connection, *pair) > version.at:
            continue
        said.pop(pair, None)
        if kind is None:
            said[pair] = "taken_out"
    return Links(tuple(kept), said)


def written(connection: Connection) -> dict[Pair, str]:
    """What managers wrote of pairs of products: the link's kind, or `taken_out`."""
    own = contents.in_force(connection, "link")
    return {
        _pair(one): str((version.content or {}).get("kind") or "taken_out") for one, version in own.items()
    }


def anchors(connection: Connection, ids: Collection[str]) -> frozenset[str]:
    """Which of these have an add-on that a manager linked here."""
    own = contents.in_force(connection, "link").items()
    linked = {_pair(one)[0] for one, version in own if (version.content or {}).get("kind") in LEADING}
    return frozenset(linked.intersection(ids))


LEADING = ("accessory", "requires")


def listed(connection: Connection, text: str, most: int) -> tuple[tuple[Listed, ...], int]:
    """The links whose products are named so, those written here first; and how many there are in all."""
    own = {_pair(one.key): one for one in contents.newest(connection, "link")}
    asked = f"%{text.replace('%', '')}%"
    pairs = json.dumps([list(pair) for pair in own])
    rows = connection.execute(
        "WITH pairs AS (SELECT product_id AS a, linked_id AS b, group_concat(kind) AS kinds FROM links "
        "WHERE kind IN ('accessory', 'requires', 'alternative', 'kit') GROUP BY 1, 2 "
        "UNION ALL SELECT j.value ->> 0, j.value ->> 1, '' FROM json_each(?1) AS j), "
        "named AS (SELECT a, b, max(kinds) AS kinds, coalesce(p.name, a) AS first, "
        "coalesce(q.name, b) AS other FROM pairs LEFT JOIN products p ON p.product_id = a "
        "LEFT JOIN products q ON q.product_id = b GROUP BY a, b) "
        "SELECT a, first, b, other, kinds, count(*) OVER () FROM named "
        "WHERE first LIKE ?2 OR other LIKE ?2 "
        "ORDER BY NOT EXISTS (SELECT 1 FROM json_each(?1) AS j "
        "WHERE j.value ->> 0 = a AND j.value ->> 1 = b), first, other, a, b LIMIT ?3",
        (pairs, asked, most),
    ).fetchall()
    found = tuple(
        Listed(a, first, b, other, _sorted(kinds), own.get((a, b))) for a, first, b, other, kinds, _ in rows
    )
    return found, int(rows[0][5]) if rows else 0


def one(connection: Connection, anchor_id: str, product_id: str) -> Listed:
    """A link, as it stands now. Raises InputError where the shop has no such product."""
    names = catalog.products(connection, (anchor_id, product_id))
    version = next(iter(contents.history(connection, "link", key(anchor_id, product_id))), None)
    if version is None and len(names) < len({anchor_id, product_id}):
        raise InputError("The shop has no such product.")
    shops = connection.execute(
        "SELECT group_concat(kind) FROM links WHERE product_id = ? AND linked_id = ? "
        "AND kind IN ('accessory', 'requires', 'alternative', 'kit')",
        (anchor_id, product_id),
    ).fetchone()[0]
    first, other = (names[i].name if i in names else i for i in (anchor_id, product_id))
    return Listed(anchor_id, first, product_id, other, _sorted(shops or ""), version)


def write(
    connection: Connection,
    anchor_id: str,
    product_id: str,
    kind: Written | None,
    *,
    seen: int,
    permit: Permit | None,
    note: str = "",
) -> Version:
    """Say what an add-on is to a product; None takes the link out, and the pairing is never suggested.

    Raises AccessError for anybody but a manager; InputError where one of them is not sold, they do not fit
    each other, that holds already, or somebody else changed it meanwhile.
    """
    access.require(connection, permit, "content")
    there = one(connection, anchor_id, product_id)
    _check(connection, there, kind)
    return contents.put(
        connection,
        "link",
        key(anchor_id, product_id),
        {"out": True} if kind is None else {"kind": kind},
        title=f"{there.product_name} · {there.anchor_name}",
        seen=seen,
        permit=permit,
        note=note,
    )


def forget(
    connection: Connection, anchor_id: str, product_id: str, *, seen: int, permit: Permit | None
) -> Version:
    """Leave it to what the shop itself says of the two. Raises what `contents.put` does."""
    there = one(connection, anchor_id, product_id)
    if there.version is None or there.version.content is None:
        raise InputError("Nothing was written here that could be left.")
    title = there.version.title
    return contents.put(
        connection, "link", key(anchor_id, product_id), None, title=title, seen=seen, permit=permit
    )


def _check(connection: Connection, there: Listed, kind: Written | None) -> None:
    if there.anchor_id == there.product_id:
        raise InputError("A product is not linked to itself.")
    known = catalog.products(connection, (there.anchor_id, there.product_id))
    if there.kind == kind and (there.version is not None or kind is not None):
        raise InputError("That holds already.")
    if kind is None:
        return
    for product_id, name in ((there.anchor_id, there.anchor_name), (there.product_id, there.product_name)):
        if product_id not in known or not known[product_id].active:
            raise InputError(f"{name} is not sold any more.")
    fights = any(
        link.kind == "incompatible" and link.linked_id == there.product_id
        for link in catalog.links(connection, (there.anchor_id,))
    )
    if fights:
        raise InputError(f"The shop says that {there.product_name} does not fit {there.anchor_name}.")
    first, other = known[there.anchor_id], known[there.product_id]
    if kind != "alternative" and first.family is not None and first.family == other.family:
        raise InputError(
            f"{other.name} is of the same category as {first.name}; link it as the better one instead."
        )
    if kind == "alternative" and first.family != other.family:
        raise InputError(
            f"{other.name} is of another category than {first.name}, so it is no better one of it."
        )


def _held(pair: Pair, kind: str, ids: Collection[str]) -> list[Link]:
    """A written link as the shop's are read: a better one is known from both sides."""
    anchor, product = pair
    word = next(one for one in WRITTEN if one == kind)
    found = [Link(anchor, product, word)] if anchor in ids else []
    return found + ([Link(product, anchor, word)] if word == "alternative" and product in ids else [])


def _pairs(link: Link) -> tuple[Pair, ...]:
    """The two that a link is of; a better one is read from both sides."""
    pair = link.product_id, link.linked_id
    return (pair, pair[::-1]) if link.kind == "alternative" else (pair,)


def _pair(key: str) -> Pair:
    _, anchor, product = contents.parts_of(key)
    return anchor, product


def _sorted(kinds: str) -> tuple[str, ...]:
    """What is needed speaks first."""
    return tuple(sorted(filter(None, kinds.split(",")), key=lambda kind: (kind != "requires", kind)))
