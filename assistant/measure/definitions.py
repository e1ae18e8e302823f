"""Every figure of the reports: its name, what it counts of how many, and its definition in one sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["share", "money_share", "money", "number"]
"""share: so many of so many; money_share: part of the money; money: money each; number: so many each."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure: where its two columns lie (a table gathered by `store.gathering`), and what it says.

    `window`: which time has to pass until it is final; until then it is provisional (`returns`, `back`).
    `note`: what has to be read beside the figure wherever it is told.
    """

    figure: str
    label: str
    kind: Kind
    table: str
    num: str
    den: str
    sentence: str
    window: Literal["", "returns"] = ""
    note: str = ""

    @property
    def of_money(self) -> bool:
        """Whether it is summed by currency."""
        return self.kind in ("money", "money_share")


NOT_CAUSAL = "With and without is not a cause: who takes an add-on would often have bought more anyway."

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
        "net_attachment", "Attachment kept", "share", "takings", "kept_attached", "anchored",
        "paid orders with an anchor and an accepted add-on that was not brought back within the return "
        "window, of all paid orders with an anchor", "returns",
    ),
    Definition(
        "net_attachment_units", "Units kept", "number", "takings", "kept_units", "anchor_units",
        "units of accepted add-ons that were not brought back within the return window, per unit of the "
        "anchors", "returns",
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
        "net_conversion", "Conversion kept", "share", "offers", "kept", "offered",
        "offers found on a paid order and not brought back within the return window, of those said aloud",
        "returns",
    ),
    Definition(
        "customers_bought", "Customers who bought", "share", "buyers", "bought", "offered",
        "customers who bought anything that was offered to them, of the known customers who were offered "
        "something",
    ),
    Definition(
        "came_back", "Came back for it", "share", "takings", "back_came", "back_able",
        "customers who bought what goes with an anchor separately within 14 days of it, of paid orders with "
        "an anchor and a known customer, once the 14 days have passed",
    ),
    Definition(
        "cross_sell_revenue_share", "Cross-sell revenue", "money_share", "takings", "crossed_net", "net",
        "revenue of lines that carry an accepted offer, of all revenue, net of discounts and returns; "
        "credited to the receipt's associate",
    ),
    Definition(
        "margin_per_minute", "Margin per minute", "money", "served", "margin", "minutes",
        "net margin of the add-ons accepted in a visit and paid, where their cost is known, per minute of "
        "all finished visits",
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
        "order_value_with", "Value, add-on", "money", "takings", "with_net", "with_priced",
        "revenue per paid order with an anchor and an accepted add-on", note=NOT_CAUSAL,
    ),
    Definition(
        "order_value_without", "Value, none", "money", "takings", "without_net", "without_priced",
        "revenue per paid order with an anchor and without an accepted add-on", note=NOT_CAUSAL,
    ),
    Definition(
        "units_with", "Units, add-on", "number", "takings", "with_units", "with_orders",
        "units per paid order with an anchor and an accepted add-on", note=NOT_CAUSAL,
    ),
    Definition(
        "units_without", "Units, none", "number", "takings", "without_units", "without_orders",
        "units per paid order with an anchor and without an accepted add-on", note=NOT_CAUSAL,
    ),
    Definition(
        "cross_sell_return_rate", "Add-ons returned", "share", "takings", "settled_back", "settled_units",
        "units brought back, of the units sold on accepted offers, of days whose return window has passed",
    ),
    Definition(
        "same_products_return_rate", "Same, no offer", "share", "takings", "same_back", "same_units",
        "units brought back of products that were ever sold on an accepted offer, where they were sold "
        "without one",
    ),
    Definition(
        "satisfaction", "Satisfied", "share", "served", "pleased", "rated",
        "answers of 4 or 5 of 5, of the visits that were rated",
    ),
    Definition(
        "satisfaction_score", "Mean rating", "number", "served", "score", "rated",
        "the mean answer, of 5, of the visits that were rated",
    ),
)  # fmt: skip

_OFFERS = tuple(d for d in FIGURES if d.table == "offers")

BY_CATEGORY: tuple[Definition, ...] = (
    *(replace(d, table="anchors") for d in FIGURES if d.figure in ("offered_attachment", "net_attachment")),
    *_OFFERS,
)
"""A category's attachment is that of the orders with an anchor of it, its offers those to its anchors."""

BY_PRODUCT: tuple[Definition, ...] = (
    *BY_CATEGORY,
    Definition(
        "cross_sell_revenue_share", "Cross-sell revenue", "money_share", "lines",
        "crossed_net", "net",
        "this product's revenue on accepted offers, of all its revenue",
    ),
    *(replace(d, table="lines") for d in FIGURES if d.figure.endswith("_return_rate")),
)  # fmt: skip
"""A product's attachment is that of the orders it anchors; its other figures, of it as the add-on."""

BY_OFFER = _OFFERS
"""What is told by pairing and by talking point: what came of the offers."""


def definition(figure: str) -> Definition:
    """The definition of a figure by its name."""
    return next(d for d in FIGURES if d.figure == figure)
