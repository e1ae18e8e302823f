"""The words of a card, as they are printed: made of what was read, in the window's language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtGui import QImage

from assistant.suggest import card
from assistant.ui import dates, language, wording
from assistant.ui.card.reading import CardFacts
from assistant.ui.wording import tr

_FRESH = timedelta(minutes=10)  # a price heard of longer ago says when that was


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a card; what is empty closes."""

    name: str
    facts: tuple[str, ...] = ()
    price: str = ""
    dated: str = ""
    code: str = ""
    terms: str = ""
    store: str = ""
    shop: str = ""
    picture: QImage | None = None

    @property
    def spoken(self) -> str:
        """All of it, for a screen reader."""
        place = " ".join(part for part in (self.store, self.shop) if part)
        parts = (self.name, *self.facts, self.price, self.dated, self.terms, place)
        return ". ".join(part.rstrip(".") for part in parts if part)

    @property
    def file_name(self) -> str:
        """What its file is called: the product's name, without what file systems do not take."""
        plain = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', " ", self.name)
        return f"{' '.join(plain.split())[:80].strip(' .') or self.code or 'card'}.pdf"


def worded(found: CardFacts, now: datetime) -> Card:
    """Put a card into words."""
    product = found.product
    stated = card.facts(product, language.code())
    price = wording.money(product.price, product.currency)
    return Card(
        name=" ".join(product.name.split()),
        facts=tuple(tr("Fits: {what}").format(what=f.text) if f.kind == "fits" else f.text for f in stated),
        price=price,
        dated=_dated(found, now),
        code=next(iter(product.barcodes), product.sku),
        terms=found.terms,
        store=found.store or found.shop,
        shop=found.shop if found.store and found.shop != found.store else "",
        picture=found.picture,
    )


def _dated(found: CardFacts, now: datetime) -> str:
    """`18 June 2026, aisle 3`; `18 June 2026, as of 14:05` where the shop was not heard of since."""
    aisle = found.product.attributes.get("aisle")
    where = tr("aisle {aisle}").format(aisle=aisle) if isinstance(aisle, str | int) and str(aisle) else ""
    if found.product.price is None:
        return where[:1].upper() + where[1:]
    at = found.price_at or now
    words = [dates.written(at, tr("d MMMM yyyy", "date"))]
    if now - at > _FRESH:
        words.append(tr("as of {time}").format(time=dates.clock(at)))
    return ", ".join(word for word in (*words, where) if word)
