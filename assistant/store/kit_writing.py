"""Kits that managers write: what may be one, what it saves, and what takes the place of the shop's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from uuid_utils import uuid7

from assistant.errors import InputError
from assistant.records import Product, money_text
from assistant.store import access, catalog, contents, kits
from assistant.store.access import Permit
from assistant.store.contents import Version
from assistant.store.database import Connection
from assistant.store.kits import ShopKit

FEWEST, MOST = 2, 5  # items
MOST_NAME = 60  # letters


@dataclass(frozen=True, slots=True)
class Draft:
    """A kit as it is being written; without anchors it is offered to whoever buys one of its items."""

    name: str = ""
    items: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft held against the shop: its products, what they cost one by one, and what is wrong with it."""

    items: tuple[Product, ...]
    anchors: tuple[Product, ...]
    separately: int | None
    currency: str | None
    problem: str = ""

    def saving(self, price: int | None) -> int:
        """What is saved by taking all of them at this price."""
        if price is None or self.separately is None:
            return 0
        return max(0, self.separately - price)


@dataclass(frozen=True, slots=True)
class Listed:
    """A kit as managers see it: the shop's own, what was written here, or both; `draft` None = taken out."""

    kit_id: str
    title: str
    draft: Draft | None
    shops: ShopKit | None = None
    version: Version | None = field(default=None)


def key(kit_id: str) -> str:
    """The key of a kit."""
    return contents.key_of("kit", kit_id)


def listed(connection: Connection) -> tuple[Listed, ...]:
    """Every kit, those written here first."""
    written = {contents.parts_of(one.key)[1]: one for one in contents.newest(connection, "kit")}
    shops = {one.kit_id: one for one in kits.of_the_shop(connection)}
    ids = [*written, *(kit_id for kit_id in shops if kit_id not in written)]
    return tuple(_listed(kit_id, shops.get(kit_id), written.get(kit_id)) for kit_id in ids)


def preview(connection: Connection, draft: Draft) -> Preview:
    """What a draft is and what is wrong with it; nothing is written."""
    known = catalog.products(connection, (*draft.items, *draft.anchors))
    items = tuple(known[one] for one in draft.items if one in known)
    anchors = tuple(known[one] for one in draft.anchors if one in known)
    currencies = {one.currency for one in items}
    told = all(one.price is not None for one in items) and len(currencies) == 1
    separately = sum(one.price or 0 for one in items) if told else None
    currency = items[0].currency if items else None
    made = Preview(items, anchors, separately, currency)
    return Preview(items, anchors, separately, currency, _problem(draft, made))


def write(
    connection: Connection,
    draft: Draft,
    *,
    kit_id: str = "",
    seen: int,
    permit: Permit | None,
    note: str = "",
) -> Version:
    """Put a kit in force from the next visit on; without an id it is a new one.

    Raises AccessError for anybody but a manager; InputError that says what is wrong with it, or that somebody
    else changed it meanwhile.
    """
    access.require(connection, permit, "content")
    made = preview(connection, draft)
    if made.problem:
        raise InputError(made.problem)
    content = {
        "name": draft.name.strip(),
        "items": list(draft.items),
        "anchors": list(draft.anchors),
        "price": draft.price,
        "currency": made.currency,
    }
    return contents.put(
        connection,
        "kit",
        key(kit_id or str(uuid7())),
        content,
        title=draft.name.strip(),
        seen=seen,
        permit=permit,
        note=note,
    )


def take_out(connection: Connection, kit: Listed, *, seen: int, permit: Permit | None) -> Version:
    """Offer a kit no more, one of the shop's either. Raises what `contents.put` does."""
    if kit.draft is None:
        raise InputError("That holds already.")
    return contents.put(
        connection, "kit", key(kit.kit_id), {"out": True}, title=kit.title, seen=seen, permit=permit
    )


def draft_of(version: Version) -> Draft | None:
    """What a version makes of a kit; None where it takes it out."""
    said = version.content
    if said is None or said.get("out"):
        return None
    return Draft(said["name"], tuple(said["items"]), tuple(said["anchors"]), said["price"])


def _listed(kit_id: str, shops: ShopKit | None, version: Version | None) -> Listed:
    own = Draft(shops.name or kit_id, shops.items, shops.anchors, shops.price) if shops else None
    if version is None:
        return Listed(kit_id, own.name if own else kit_id, own, shops)
    held = own if version.content is None else draft_of(version)
    return Listed(kit_id, version.title, held, shops, version)


def _problem(draft: Draft, made: Preview) -> str:
    """What keeps a draft from being a kit, in one sentence; empty where nothing does."""
    if not draft.name.strip():
        return "A kit needs a name."
    if len(draft.name.strip()) > MOST_NAME:
        return f"A kit’s name has {MOST_NAME} letters at most."
    if not FEWEST <= len(draft.items) <= MOST:
        return f"A kit has {FEWEST} to {MOST} items, each of them once."
    if len(made.items) < len(draft.items) or len(made.anchors) < len(draft.anchors):
        return "The shop has one of these no more."
    gone = next((one for one in (*made.items, *made.anchors) if not one.active), None)
    if gone is not None:
        return f"{gone.name} is not sold any more."
    return _same_category(made.items, made.anchors) or _priced(draft.price, made)


def _same_category(items: Sequence[Product], anchors: Sequence[Product]) -> str:
    """What is of one category is no cross-sell, and of two alike nobody needs both."""
    for n, one in enumerate(items):
        for other in (*anchors, *items[:n]):
            if one.product_id == other.product_id:
                return f"{one.name} is in it twice."
            if one.family is not None and one.family == other.family:
                return f"{one.name} and {other.name} are of the same category."
    return ""


def _priced(price: int | None, made: Preview) -> str:
    if made.separately is None:
        return "The price of one of its items is not known."
    if price is None or price <= 0:
        return "A kit needs a price."
    if price >= made.separately:
        singly = money_text(made.separately, made.currency)
        return f"Its price must be under {singly}, what they cost one by one."
    return ""
