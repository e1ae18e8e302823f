"""The goods of a made-up shop: families of products spelled out into items, what fits what, and the links."""

from __future__ import annotations

import itertools
import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.records import LinkKind, family_of
from assistant.resources import resource
from assistant.shop.demo.truth import Need, Truth

IN_STORE_PREFIX = "200"  # barcodes that begin so are given out by a shop itself, never by a maker
ACCESSORIES = 2  # curated links per anchor and need
STEPS = 2  # dearer ones of its like that a product is linked to


@dataclass(frozen=True, slots=True)
class Item:
    """A product with what the shop's own system does not say of it: how often it is chosen, and by whom."""

    product_id: str
    sku: str
    barcode: str
    name: str
    category: str
    price: int  # in pence
    cost: int
    attributes: Mapping[str, object]
    fits: frozenset[str]
    takes: frozenset[str]
    weight: float
    level: int | None
    steps: bool
    consumable: bool
    refill_days: int
    regulated: bool

    @property
    def family(self) -> str:
        return family_of(self.category) or self.category

    def is_of(self, category: str) -> bool:
        """Whether it lies on this category path."""
        return f"{self.category}/".startswith(f"{category}/")


def items(shop: str = "camera") -> list[Item]:
    """All products of a made-up shop, in the order they are written down."""
    told = _read(shop, "products.toml")
    german = _read(shop, "benefits.de.toml").get("benefit", {})
    numbers = itertools.count(1)
    codes: dict[str, int] = {}
    made = []
    for family in told["family"]:
        for values in family["items"]:
            codes[family["code"]] = codes.get(family["code"], 0) + 1
            sku = f"{family['code']}-{codes[family['code']]:03d}"
            words = family | dict(zip(family["fields"], values, strict=True))
            made.append(_item(words, next(numbers), sku, german))
    return made


def _read(shop: str, name: str) -> dict[str, Any]:
    """A file of a made-up shop; empty where it has none of that name."""
    file = resource("demo", shop, name)
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _item(words: Mapping[str, Any], number: int, sku: str, german: Mapping[str, str]) -> Item:
    fits, takes = _filled(words.get("fits", ()), words), _filled(words.get("takes", ()), words)
    price = round(words["price"] * 100)
    benefit = _fill(words["benefit"], words)
    attributes: dict[str, object] = {"benefit": benefit}
    if benefit in german:
        attributes["benefit_de"] = german[benefit]
    if words.get("detail"):
        attributes["detail"] = _fill(words["detail"], words)
    attributes |= {"fits": fits} if fits else {}
    attributes |= {"takes": takes} if takes else {}
    for key in words.get("attributes", ()):
        name, value = ("thread_mm", words.get("thread")) if key == "thread_mm" else (key, words.get(key))
        if value not in (None, ""):
            attributes[name] = int(value) if key in ("thread_mm", "inches") else value
    if "aisle" in words:
        attributes["aisle"] = words["aisle"]
    return Item(
        product_id=f"P{1000 + number}",
        sku=sku,
        barcode=ean13(f"{IN_STORE_PREFIX}{number:09d}"),
        name=_fill(words["name"], words),
        category=words["category"],
        price=price,
        cost=round(price * words["cost"]),
        attributes=attributes,
        fits=frozenset(fits),
        takes=frozenset(takes),
        weight=float(words.get("weight", 1)),
        level=words.get("level"),
        steps=bool(words.get("steps")),
        consumable=bool(words.get("consumable")),
        refill_days=int(words.get("refill_days", 0)),
        regulated=bool(words.get("regulated")),
    )


def _fill(text: str, words: Mapping[str, Any]) -> str:
    # Twice: a word may itself be a template that names other words.
    return text.format_map(words).format_map(words)


def _filled(templates: Sequence[str], words: Mapping[str, Any]) -> list[str]:
    """The templates filled in, without those that name an empty word."""
    filled = []
    for template in templates:
        named = [part.split("}")[0] for part in template.split("{")[1:]]
        if all(words.get(name) not in (None, "") for name in named):
            filled.append(_fill(template, words))
    return filled


def ean13(digits: str) -> str:
    """Twelve digits with their check digit.

    >>> ean13("400638133393")
    '4006381333931'
    """
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


class Fit:
    """What goes with what: for each anchor and need, the add-ons that fit it."""

    def __init__(self, goods: Sequence[Item], truth: Truth) -> None:
        self.goods = goods
        self.needs = truth.needs
        self.by_name = {item.name: item for item in goods}
        self._known: dict[tuple[str, str], tuple[Item, ...]] = {}

    def add_ons(self, anchor: Item, need: Need) -> tuple[Item, ...]:
        """The add-ons that still this need of this anchor."""
        key = (anchor.product_id, need.name)
        if key not in self._known:
            self._known[key] = tuple(self._fitting(anchor, need)) if anchor.is_of(need.anchor) else ()
        return self._known[key]

    def weight(self, anchor: Item, add_on: Item) -> float:
        """How often this add-on is chosen for this anchor: popular ones the more, like to like."""
        if anchor.level is None or add_on.level is None:
            return math.pow(add_on.weight, 1.5)
        return math.pow(add_on.weight, 1.5) * (1.0, 0.3, 0.05)[abs(anchor.level - add_on.level)]

    def _fitting(self, anchor: Item, need: Need) -> Iterator[Item]:
        wanted = anchor.takes | anchor.fits
        if need.through:
            for item in self.goods:
                if item.is_of(need.through) and item.takes & anchor.fits:
                    wanted |= item.takes
        for item in self.goods:
            if item is not anchor and item.is_of(need.add_on) and item.fits & wanted:
                yield item


def links(fit: Fit, truth: Truth) -> Iterator[tuple[str, str, LinkKind]]:
    """The curated links: product, linked product, kind; each once."""
    needed = {(one.product_id, other.product_id) for one, other, _ in _requires(fit, truth)}
    seen = set()
    for one, other, kind in itertools.chain(
        _requires(fit, truth),
        _kits(fit, truth),
        _accessories(fit),
        _incompatible(fit, truth),
        _alternatives(fit, truth),
    ):
        pair = (one.product_id, other.product_id)
        if (*pair, kind) not in seen and (kind != "accessory" or pair not in needed):
            seen.add((*pair, kind))
            yield *pair, kind


Pair = tuple[Item, Item, LinkKind]


def _requires(fit: Fit, truth: Truth) -> Iterator[Pair]:
    """The one add-on that an anchor does not work without: named, or the most bought that fits."""
    for rule in truth.requires:
        for anchor in fit.goods:
            if not anchor.is_of(rule["anchor"]) or not any(rule["fit"] in taken for taken in anchor.takes):
                continue
            fitting = [
                item
                for item in fit.goods
                if item.fits & anchor.takes and (item.name == rule["add_on"] or item.is_of(rule["add_on"]))
            ]
            if fitting:
                yield anchor, max(fitting, key=lambda item: item.weight), "requires"


def _kits(fit: Fit, truth: Truth) -> Iterator[Pair]:
    for kit in truth.kits:
        for anchor, add_on in itertools.product(kit["anchors"], kit["add_ons"]):
            # A kit is made of what fits: the smaller camera of a series may take another battery.
            if fit.by_name[add_on].fits & fit.by_name[anchor].takes:
                yield fit.by_name[anchor], fit.by_name[add_on], "kit"


def kits(fit: Fit, truth: Truth) -> Iterator[tuple[str, Item, bool, str, int]]:
    """The kits with a price, a row for each product: number, it, whether it is an anchor, name, pence."""
    for kit in truth.kits:
        if "price" not in kit:
            continue
        add_ons = [fit.by_name[name] for name in kit["add_ons"]]
        anchors = [fit.by_name[name] for name in kit["anchors"]]
        # Its price is for the whole of it, so an anchor that one of them does not fit has no such kit.
        anchors = [anchor for anchor in anchors if all(item.fits & anchor.takes for item in add_ons)]
        for item in (*anchors, *add_ons):
            yield kit["id"], item, item in anchors, kit["name"], round(kit["price"] * 100)


def _accessories(fit: Fit) -> Iterator[Pair]:
    for anchor, need in itertools.product(fit.goods, fit.needs):
        if need.link:
            chosen = sorted(fit.add_ons(anchor, need), key=lambda item: -fit.weight(anchor, item))
            for add_on in chosen[:ACCESSORIES]:
                yield anchor, add_on, "accessory"


def _incompatible(fit: Fit, truth: Truth) -> Iterator[Pair]:
    """What looks right and does not fit: the same kind of joint in another size."""
    for fight in truth.fights:
        joint, add_ons = fight["joint"], fight["add_on"]
        for anchor in fit.goods:
            if not anchor.is_of(fight["anchor"]) or not any(_joint(taken, joint) for taken in anchor.takes):
                continue
            for item in fit.goods:
                if (
                    item.is_of(add_ons)
                    and any(_joint(f, joint) for f in item.fits)
                    and not item.fits & anchor.takes
                ):
                    yield anchor, item, "incompatible"


def _joint(said: str, joint: str) -> bool:
    # A tripod's screw is a thread too, but no filter goes on it.
    return said.endswith(joint) and said != "tripod thread"


def _alternatives(fit: Fit, truth: Truth) -> Iterator[Pair]:
    """The next dearer ones of the same like: steps up."""
    for item in fit.goods:
        dearer = [
            other
            for other in fit.goods
            if item.steps
            and other.category == item.category
            and other.price > item.price
            and _alike(item, other, truth.telling)
        ]
        for other in sorted(dearer, key=lambda o: (o.price, o.product_id))[:STEPS]:
            yield item, other, "alternative"


def _alike(item: Item, other: Item, telling: Sequence[str]) -> bool:
    """Whether one could stand in for the other: fits the same, no telling word in one name alone."""
    return item.fits == other.fits and all((word in item.name) == (word in other.name) for word in telling)
