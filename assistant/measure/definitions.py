"""Every figure of the reports: its name, what it counts of how many, and its definition in one sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["share", "money_share", "money", "number"]
"""share: so many of so many; money_share: part of the money; money: money each; number: so many each."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure: where its two columns lie (a table gathered by `store.gathering`), and what it says."""

    figure: str
    label: str
    kind: Kind
    table: str
    num: str
    den: str
    sentence: str


FIGURES: tuple[Definition, ...] = (
    Definition(
        "offered_attachment", "Attachment", "share", "takings", "attached", "anchored",
        "paid orders with an anchor and an accepted add-on on the receipt, of all paid orders with an "
        "anchor, with or without a visit",
    ),
    Definition(
        "basket_attachment", "Basket attachment", "share", "takings", "paired", "able",
        "paid orders with an anchor and an add-on of another category that goes with it, offered or not, of "
        "all paid orders with an anchor",
    ),
    Definition(
        "attachment_units", "Add-on units", "number", "takings",
        "attached_units", "anchor_units",
        "units of accepted add-ons on the receipt per unit of the anchors",
    ),
    Definition(
        "offer_rate", "Offer rate", "share", "offers", "offered", "shown",
        "suggestions said aloud (answered accepted, declined or later), of those shown, without what the "
        "customer wished not to hear",
    ),
    Definition(
        "acceptance", "Acceptance", "share", "offers", "accepted", "offered",
        "offers accepted, of those said aloud",
    ),
    Definition(
        "confirmed", "On receipt", "share", "offers", "confirmed", "accepted",
        "accepted offers found on that basket's or customer's paid order, of those accepted",
    ),
    Definition(
        "conversion", "Conversion", "share", "offers", "confirmed", "offered",
        "offers found on a paid order, of those said aloud",
    ),
    Definition(
        "cross_sell_revenue_share", "Cross-sell revenue", "money_share", "takings", "crossed_net", "net",
        "revenue of lines that carry an accepted offer, of all revenue, net of discounts and returns",
    ),
    Definition(
        "average_order_value", "Order value", "money", "takings", "net", "priced",
        "revenue net of discounts and returns, per paid order",
    ),
    Definition(
        "units_per_transaction", "Units per order", "number", "takings", "units", "orders",
        "units sold per paid order",
    ),
    Definition(
        "cross_sell_return_rate", "Add-ons returned", "share", "takings", "settled_back", "settled_units",
        "units brought back, of the units sold on accepted offers, once the return window has passed",
    ),
    Definition(
        "same_products_return_rate", "Same, no offer", "share", "takings", "other_back", "other_units",
        "units brought back of the same products sold without an offer",
    ),
    Definition(
        "satisfaction", "Satisfied", "share", "visited", "pleased", "rated",
        "answers of 4 or 5 of 5, of the visits that were rated",
    ),
)  # fmt: skip

BY_PRODUCT: tuple[Definition, ...] = (
    Definition(
        "offered_attachment", "Attachment", "share", "anchors", "attached", "anchored",
        "paid orders with this product as an anchor and an accepted add-on, of all its orders as an anchor",
    ),
    *(d for d in FIGURES if d.table == "offers"),
    Definition(
        "cross_sell_revenue_share", "Cross-sell revenue", "money_share", "lines",
        "crossed_net", "net",
        "this product's revenue on accepted offers, of all its revenue",
    ),
    *(replace(d, table="lines") for d in FIGURES if d.figure.endswith("_return_rate")),
)  # fmt: skip
"""A product's attachment is that of the orders it anchors; its other figures, of it as the add-on."""


def definition(figure: str) -> Definition:
    """The definition of a figure by its name."""
    return next(d for d in FIGURES if d.figure == figure)
