"""The words of the trade as frozen dataclasses: what crosses rooms and threads is one of these.

Money is an integer of ten-thousandths of the currency's unit and may be unknown (None); times are aware UTC
datetimes, shown local by the screens.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

MONEY_UNIT = 10_000
DAY = 86_400_000  # milliseconds

Progress = Callable[[str, int, int | None], None]
"""How an errand says how far it is: what it does, how much is done, of how much (None = not known)."""

Touchpoint = Literal["browse", "counter", "review", "after", "follow_up"]
TOUCHPOINTS: tuple[Touchpoint, ...] = ("browse", "counter", "review", "after", "follow_up")

LinkKind = Literal["accessory", "requires", "incompatible", "alternative", "kit", "proposed"]
LINK_KINDS: tuple[LinkKind, ...] = ("accessory", "requires", "incompatible", "alternative", "kit")

AnswerKind = Literal["accepted", "declined", "later", "undone", "not_offered"]

DeclineReason = Literal["has_one", "not_now", "too_expensive", "no_time", "other_brand", "does_not_fit"]
DECLINE_REASONS: tuple[DeclineReason, ...] = (
    "has_one",
    "not_now",
    "too_expensive",
    "no_time",
    "other_brand",
    "does_not_fit",
)

FollowUpKind = Literal["later", "promised", "call_back", "due"]
Channel = Literal["call", "email", "visit"]
DayPart = Literal["mornings", "afternoons", "evenings"]

DropReason = Literal["bought_elsewhere", "no_longer_wanted", "no_contact", "not_reached", "other"]
DROP_REASONS: tuple[DropReason, ...] = (
    "bought_elsewhere",
    "no_longer_wanted",
    "no_contact",
    "not_reached",
    "other",
)

CallReason = Literal["question", "problem", "order", "our_call"]
CALL_REASONS: tuple[CallReason, ...] = ("question", "problem", "order", "our_call")

OutcomeKind = Literal["not_reached", "call_back", "passed_on"]


@dataclass(frozen=True, slots=True)
class Store:
    """A place that sells; `store_id` is the shop's own."""

    store_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Associate:
    """A person who serves."""

    associate_id: str
    name: str
    store_id: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold. `product_id` is the shop's id; `sku` is what people and scanners use."""

    product_id: str
    sku: str
    name: str
    category: str | None = None
    price: int | None = None
    cost: int | None = None
    currency: str | None = None
    active: bool = True
    image: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)
    consumable: bool | None = None
    regulated: bool = False
    barcodes: tuple[str, ...] = ()

    @property
    def family(self) -> str | None:
        """The category path down to its second level: what makes two products "the same category"."""
        return family_of(self.category)


@functools.cache
def family_of(category: str | None) -> str | None:
    """The first two levels of a category path written with `/`, or None where there is none.

    >>> family_of("Photo/Bags/Slings")
    'Photo/Bags'
    """
    if not category:
        return None
    return "/".join(category.split("/")[:2])


@dataclass(frozen=True, slots=True)
class Stock:
    """How many are there, where, and when that was true. `quantity` None = not known."""

    quantity: float | None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """Who is served. Consent None = not known, which counts as not given."""

    customer_id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    tier: str | None = None
    since: datetime | None = None
    personal_suggestions: bool | None = None
    contact: bool | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OwnedProduct:
    """A thing a customer has bought and kept, or said at the counter that they have."""

    product: Product
    bought_at: datetime | None
    quantity: float
    said_at: datetime | None = None  # not bought here


@dataclass(frozen=True, slots=True)
class Bought:
    """What a customer buys: in how many orders the product was bought and kept, and on which days.

    `days` are days since 1970 (UTC, with fractions), ascending; orders without a time are not among them.
    """

    product_id: str
    orders: int
    days: tuple[float, ...]

    @property
    def last(self) -> datetime | None:
        """The last time, or None where no order says when it was."""
        return datetime.fromtimestamp(self.days[-1] * DAY / 1000, UTC) if self.days else None


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer with the facts a card shows; owned things newest first.

    `average_order` is net of discounts and returns, over the orders in `currency`, the one most are in.
    """

    customer: Customer
    last_order_at: datetime | None
    orders: int
    average_order: int | None
    currency: str | None
    owned: tuple[OwnedProduct, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a basket. Prices are per unit, before `discount` (for the whole line)."""

    product_id: str
    sku: str
    name: str
    quantity: float
    unit_price: int | None = None
    discount: int | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """What is being bought now. `source`: `shop` mirrors the till, `scanned` was put together here."""

    basket_id: str | None
    lines: tuple[Line, ...]
    customer_id: str | None = None
    associate_id: str | None = None
    store_id: str | None = None
    updated_at: datetime | None = None
    currency: str | None = None
    source: Literal["shop", "scanned"] = "scanned"
    paid: bool = False  # an order that was paid, looked at afterwards

    @property
    def product_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line.product_id for line in self.lines))


@dataclass(frozen=True, slots=True)
class Link:
    """A curated link: what the shop itself says of two products.

    `proposed` is never the shop's: an associate proposed it at the counter, and a manager put it in.
    """

    product_id: str
    linked_id: str
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why: a measured fact about an anchor and an add-on, or a curated link (then the counts are None).

    `kind`: bought_together | category_together | like_together | again | accessory | requires | kit |
    proposed.

    - bought_together: `base` orders held the anchor, `n` of them the add-on too; `share` = n / base; `lift` =
      share over the add-on's share of all orders; `customers` = how many different buyers stand behind
      `base`; the orders lie between `since` and `until`
    - category_together: the same counts of anything of `anchor_category` and anything of `category` (whole
      paths); the anchor is the line of the basket that stands for its category
    - like_together: the counts of bought_together for `like_id`, an established product whose name is most
      like that of this new one, with the same anchor; none of them is of the new product itself
    - again: the customer bought this very product, which is the anchor too, in `n` orders, the last one at
      `until`; `every_days` usually lie between two times (None = not known); the rest is None
    - proposed: a colleague proposed it and a manager put it in; of `base` offers since, `n` were accepted
    """

    kind: str
    anchor_id: str
    anchor_name: str
    n: int | None = None
    base: int | None = None
    share: float | None = None
    lift: float | None = None
    customers: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    owned: bool = False  # the anchor is something the customer owns, not a line of the basket
    anchor_category: str | None = None
    category: str | None = None
    every_days: float | None = None
    like_id: str | None = None
    like_name: str | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    """Anchor → add-on with what was counted: the facts behind an `Evidence` of bought-together orders."""

    anchor_id: str
    product_id: str
    n: int
    base: int
    share: float
    lift: float
    customers: int
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CategoryPairing:
    """Category → category, both as whole paths: the facts behind an `Evidence` of categories bought together.

    Of `base` orders with anything of `anchor`, `n` held something of `category` too; the rest as for pairs.
    """

    anchor: str
    category: str
    n: int
    base: int
    share: float
    lift: float
    customers: int
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """The model in use: its file in the home's `models` folder, and the orders it learned from."""

    model_id: str
    file: str
    trained_at: datetime
    orders: int
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TalkingPoint:
    """One sentence of at most 25 words, made from a template and checked facts only."""

    template_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An add-on worth offering. `parts` are log-odds whose sum is the log-odds of `score`."""

    product: Product
    rank: int
    score: float
    parts: Mapping[str, float]
    talking_point: TalkingPoint
    evidence: tuple[Evidence, ...]
    stock: Stock | None = None
    needed: bool = False
    worth: Mapping[str, float] = field(default_factory=dict)  # logarithms that sum to what it was ordered by
    propensity: float = 1.0
    suggestion_id: str | None = None  # set once the log holds it


@dataclass(frozen=True, slots=True)
class Drawable:
    """A candidate of a draw: its score, the weight it went in with, and the slot it has without any draw."""

    product_id: str
    log_odds: float
    weight: float
    family: str | None = None
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class DrawnSlot:
    """What stands in a slot, and the chance it had there, given the slots before; 1 where it was no draw."""

    product_id: str
    propensity: float


@dataclass(frozen=True, slots=True)
class Draw:
    """A slate as it was drawn, with all that its chances follow from (`suggest.exploration`).

    `factor` is what each of the same family above does to a weight; `above` are the families that were there
    before the first slot.
    """

    seed: str
    temperature: float
    floor: float
    factor: float
    places: int
    above: tuple[str, ...]
    among: tuple[Drawable, ...]
    slots: tuple[DrawnSlot, ...]


@dataclass(frozen=True, slots=True)
class StepUp:
    """A better one of the same category as `instead_of`; never ranked or counted with add-ons."""

    product: Product
    instead_of: Product
    price_difference: int | None
    stock: Stock | None = None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A candidate that a rule refused. `rule` is an id of `suggest.eligibility`, `why` its sentence."""

    product: Product
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Kit:
    """Add-ons offered together; `price` is what all of them cost so, `separately` what one by one.

    `kind`: the shop's own at a `priced` whole, the shop's own by its `links`, or `mined`: of `base` sales of
    late that held the anchor and more, `n` held all of these. Only a priced kit can be cheaper.
    """

    kit_id: str
    kind: Literal["priced", "links", "mined"]
    suggestions: tuple[Suggestion, ...]
    anchor_name: str
    talking_point: TalkingPoint
    price: int | None = None
    separately: int | None = None
    currency: str | None = None
    n: int | None = None
    base: int | None = None

    @property
    def saving(self) -> int:
        """What is saved by taking all of them; 0 where that is not known."""
        if self.price is None or self.separately is None:
            return 0
        return max(0, self.separately - self.price)

    @property
    def saved(self) -> int:
        """The saving in whole per cent, never rounded up."""
        return 100 * self.saving // self.separately if self.separately else 0


@dataclass(frozen=True, slots=True)
class Slate:
    """The answer to "what goes with this?": add-ons best first, step-ups apart, and what was held back."""

    model_id: str | None
    basket: Basket
    suggestions: tuple[Suggestion, ...]
    step_ups: tuple[StepUp, ...]
    held_back: tuple[HeldBack, ...]
    checked: int
    candidates_hash: str = ""
    kit: Kit | None = None
    draw: Draw | None = None  # how the suggestions that are new came to their places, where chance had a say
    held_out: bool = False  # the visit goes without suggestions, to measure what they bring


@dataclass(frozen=True, slots=True)
class Answer:
    """What the customer said to one suggestion; `until` is set for `later`."""

    answer_id: str
    suggestion_id: str
    kind: AnswerKind
    at: datetime
    reason: DeclineReason | None = None
    until: datetime | None = None
    kit_offer_id: str | None = None  # where it was said of a kit


@dataclass(frozen=True, slots=True)
class Visit:
    """One customer served once by one associate at one touchpoint."""

    visit_id: str
    associate_id: str
    touchpoint: Touchpoint
    started_at: datetime
    store_id: str | None = None
    customer_id: str | None = None
    basket_id: str | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something to come back to a customer for: on which day, why, and how it stands.

    `kind`: a "later" answer, what was promised, a call back the customer asked for, or what is due again.
    `channel` is what was asked for, which consent may forbid.
    """

    follow_up_id: str
    kind: FollowUpKind
    customer_id: str
    due: datetime
    created_at: datetime
    associate_id: str | None = None
    store_id: str | None = None
    product_id: str | None = None
    channel: Channel | None = None
    day_part: DayPart | None = None
    note: str = ""
    state: Literal["open", "done", "dropped"] = "open"
    reason: DropReason | None = None
    moved: bool = False
    every_days: float | None = None  # of what is due again
    ends: datetime | None = None  # of a cover that is due


@dataclass(frozen=True, slots=True)
class Contacts:
    """How often a customer was offered something by phone and follow-up this month, and what the cap is."""

    last_offered: datetime | None
    this_month: int
    cap: int

    @property
    def left(self) -> int:
        return max(0, self.cap - self.this_month)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `value`, `low`, `high` are None without a denominator or an interval.

    A figure of money names its `currency`, and its money is in ten-thousandths. `name` is what people call
    the key. A `provisional` one may still sink: not all that it counts is past its return window.
    """

    key: str
    figure: str
    num: float
    den: float
    value: float | None
    low: float | None = None
    high: float | None = None
    currency: str | None = None
    name: str | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Figures with what they were asked of and up to when the data is complete; `total` is of all keys.

    What was sold before `settled_before`, a day, can no longer be brought back.
    """

    complete_to: datetime | None
    filters: Mapping[str, str | None]
    rows: tuple[Figure, ...]
    total: tuple[Figure, ...] = ()
    settled_before: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What the universal field found, each list cut to what is shown, the totals not."""

    customers: tuple[Customer, ...] = ()
    baskets: tuple[Basket, ...] = ()
    products: tuple[Product, ...] = ()
    customers_total: int = 0
    baskets_total: int = 0
    products_total: int = 0
    exact: bool = False  # the text was a whole barcode, SKU, basket or customer number


def minor_digits(currency: str | None) -> int:
    """How many decimals a currency is shown with (ISO 4217 minor unit)."""
    if currency in {"JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF", "XPF", "UGX", "PYG"}:
        return 0
    return 3 if currency in {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"} else 2


def money_text(amount: int | None, currency: str | None) -> str:
    """An amount for plain text, rounded to the minor unit: `42.90 GBP`; an unknown amount is empty.

    >>> money_text(429000, "GBP")
    '42.90 GBP'
    """
    if amount is None:
        return ""
    digits = minor_digits(currency)
    text = f"{amount / MONEY_UNIT:.{digits}f}"
    return f"{text} {currency}" if currency else text
