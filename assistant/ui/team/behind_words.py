"""What a row behind a figure says: what it was, when and where, and a word of what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.measure.definitions import definition
from assistant.store.drilling import Behind
from assistant.ui import wording
from assistant.ui.parts import ChipKind
from assistant.ui.team import words
from assistant.ui.team.words import tr


def title(row: Behind, products: Mapping[str, str]) -> str:
    """What it was: the product offered, the order, or the visit."""
    if row.kind == "offer" and row.product_id is not None:
        return products.get(row.product_id, row.product_id)
    if row.kind == "receipt" and row.order_id is not None:
        return tr("Order {order}").format(order=row.order_id)
    return tr("Visit")


def under(row: Behind, products: Mapping[str, str], people: Mapping[str, str], *, alone: bool) -> str:
    """When, beside what, on which order, and whose where it is not one person's list."""
    at = row.at.astimezone()
    said = [f"{words.short_day(at)} {at:%H:%M}"]
    if row.anchor_id is not None:
        said.append(tr("with {product}").format(product=products.get(row.anchor_id, row.anchor_id)))
    if row.kind == "offer" and row.order_id is not None:
        said.append(row.order_id)
    if not alone and row.associate_id is not None:
        said.append(people.get(row.associate_id, row.associate_id))
    return ", ".join(said)


def chip(row: Behind, figure: str) -> tuple[str, ChipKind]:
    """What came of it, for this figure; of a row that a question asks about there is none."""
    if row.kind == "offer":
        return _offer(row)
    if not figure:
        return tr("Nothing offered"), "neutral"
    kind = definition(figure).kind
    if kind == "share" and definition(figure).den == "anchored":
        return (tr("With an add-on"), "accepted") if row.counted else (tr("No add-on"), "neutral")
    if kind == "share":
        part = tr("{n} of {all}").format(n=wording.number(row.counted), all=wording.number(row.weight))
        return part, "neutral"
    if definition(figure).of_money:
        return wording.money(row.counted, None), "neutral"
    return words.decimal(row.counted, 0 if row.counted == int(row.counted) else 1), "neutral"


def _offer(row: Behind) -> tuple[str, ChipKind]:
    """The answer; of an accepted one what became of it."""
    if row.answer == "accepted":
        known: dict[str, tuple[str, ChipKind]] = {
            "paid": (tr("On the receipt"), "accepted"),
            "kept": (tr("Kept"), "accepted"),
            "returned": (tr("Brought back"), "neutral"),
            "unmatched": (tr("Not on the receipt"), "later"),
        }
        return known.get(row.outcome or "", (tr("Accepted"), "accepted"))
    if row.answer == "declined":
        return (wording.reason(row.reason) if row.reason else tr("Declined")), "neutral"
    if row.answer == "later":
        return tr("Later"), "later"
    return tr("Not offered"), "neutral"


def spoken(first: str, second: str, word: str) -> str:
    """The row for a screen reader."""
    return ", ".join(part for part in (first, second, word) if part)
