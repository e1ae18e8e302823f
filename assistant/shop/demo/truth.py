"""The ground truth of a made-up shop, as written down in its folder under `resources/demo`."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.errors import InputError
from assistant.resources import resource

EVEN_YEAR = (1.0,) * 12
SHOPS = ("camera", "burger", "bank", "software")


@dataclass(frozen=True, slots=True)
class Branch:
    """A store, its share of the orders, and how full its shelves are (None: what it sells lies on none)."""

    store_id: str
    name: str
    share: float
    stock: float | None


@dataclass(frozen=True, slots=True)
class Server:
    """An associate as they truly are: how often a suggestion is said aloud, how much readier the yes."""

    associate_id: str
    name: str
    store_id: str
    role: str
    share: float
    offers: float
    wins: float
    weeks: int | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """What people come for, how often, and in which months."""

    category: str
    weight: float
    months: Sequence[float] = EVEN_YEAR
    hours: tuple[float, float] | None = None  # of the day; None = whenever it is open


@dataclass(frozen=True, slots=True)
class Need:
    """Who buys something of `anchor` takes something that fits of `add_on` along with probability `p`."""

    name: str
    anchor: str
    add_on: str
    p: float
    strong: bool = False
    link: bool = False
    owned: bool = False
    through: str | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything planted; what is only read in one place stays as it is written."""

    shop: str
    name: str
    currency: str
    country: str
    size: Mapping[str, int]
    branches: Sequence[Branch]
    servers: Sequence[Server]
    errands: Sequence[Errand]
    needs: Sequence[Need]
    chance: Mapping[str, Any]
    requires: Sequence[Mapping[str, str]]
    kits: Sequence[Mapping[str, Any]]
    returns: Mapping[str, Any]
    offers: Mapping[str, Any]
    people: Sequence[Mapping[str, Any]]
    baskets: Sequence[Mapping[str, Any]]
    notes: Sequence[str]
    hours: Mapping[str, float]
    fights: Sequence[Mapping[str, str]]
    telling: Sequence[str]
    once: bool  # what lasts is not bought again by who has it

    def return_rate(self, family: str) -> float:
        """How often a thing of this family comes back."""
        return float(self.returns["categories"].get(family, self.returns["usual"]))


def load(shop: str = "camera") -> Truth:
    """The truth of a made-up shop. Raises InputError for a shop that is not shipped."""
    if shop not in SHOPS:
        raise InputError(f"There is no demo shop {shop!r}; there are: {', '.join(SHOPS)}.")
    told = tomllib.loads(resource("demo", shop, "shop.toml").read_text(encoding="utf-8"))
    return Truth(
        shop=shop,
        name=told["name"],
        currency=told["currency"],
        country=told["country"],
        size=told["size"],
        branches=[Branch(s["id"], s["name"], s["share"], s.get("stock")) for s in told["store"]],
        servers=[_server(a) for a in told["associate"]],
        errands=[_errand(e) for e in told["errand"]],
        needs=[Need(**n) for n in told["need"]],
        chance=told["chance"],
        requires=told["requires"],
        kits=told["kit"],
        returns=told["returns"],
        offers=told["offers"],
        people=told["person"],
        baskets=told["basket"],
        notes=told["notes"],
        hours=told["hours"],
        fights=told.get("fight", ()),
        telling=told.get("telling", ()),
        once=told.get("once", False),
    )


def fingerprint(shop: str) -> str:
    """What all that is written down of a shop comes to: another one, another shop."""
    files = ((shop, "shop.toml"), (shop, "products.toml"), ("names.toml",))
    told = b"".join(resource("demo", *names).read_bytes() for names in files)
    return hashlib.sha256(told).hexdigest()[:16]


def _errand(told: Mapping[str, Any]) -> Errand:
    hours = told.get("hours")
    return Errand(
        told["category"], told["weight"], told.get("months", EVEN_YEAR), tuple(hours) if hours else None
    )


def _server(told: Mapping[str, Any]) -> Server:
    return Server(
        associate_id=told["id"],
        name=told["name"],
        store_id=told["store"],
        role=told["role"],
        share=told["share"],
        offers=told["offers"],
        wins=told["wins"],
        weeks=told.get("weeks"),
    )
