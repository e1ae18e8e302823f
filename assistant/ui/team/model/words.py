"""What the Model tab says: facts of the register in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assistant.measure.model_page import Going, ModelPage, Proposal
from assistant.store.models import Change, Check, Entry, Happened, Interval, Learned, Verdict
from assistant.ui import dates, wording
from assistant.ui.wording import counted, number, tr


def since(entry: Entry, now: datetime) -> str:
    """When it came into use, and how long ago."""
    then = entry.since or entry.learned_at
    return tr("{day}, {clock} ({ago})").format(
        day=dates.full_day(then), clock=dates.clock(then), ago=dates.past(then, now)
    )


def trained_on(learned: Learned) -> str:
    """Orders and customers."""
    orders = counted(learned.orders, tr("1 order"), tr("{n} orders"))
    if not learned.customers:
        return orders
    customers = counted(learned.customers, tr("1 customer"), tr("{n} customers"))
    return tr("{orders} of {customers}").format(orders=orders, customers=customers)


def span(learned: Learned) -> str:
    """From the first order to the last."""
    if learned.since is None or learned.until is None:
        return tr("Orders without a date")
    return tr("{first} to {last}").format(
        first=dates.full_day(learned.since), last=dates.full_day(learned.until)
    )


def going(found: Going) -> str:
    """How its suggestions have gone."""
    rate = found.rate
    if rate is None:
        return tr("Nothing was offered yet")
    return tr("{rate} accepted, {accepted} of {offers}").format(
        rate=percent(rate.value),
        accepted=number(found.accepted),
        offers=counted(found.offered, tr("1 offer"), tr("{n} offers")),
    )


def trying_out(page: ModelPage) -> tuple[str, str, float]:
    """How much chance decides, in a word, a sentence and as a share."""
    if not page.exploring:
        return (
            tr("Off"),
            tr("The best suggestions are always made. The log cannot say what another model would bring."),
            0.0,
        )
    if not page.going.drawn:
        return tr("Not yet known"), tr("Counted as soon as suggestions were made."), 0.0
    share = page.going.tried_out / page.going.drawn
    text = tr("A lower choice now and then, so that the next model can learn. Never against a rule.")
    return tr("{rate} of suggestions").format(rate=percent(share)), text, share


def chip(entry: Entry) -> str:
    """Its state in two words."""
    return {
        "in_use": tr("In use"),
        "waiting": tr("Not installed"),
        "earlier": tr("Used before"),
        "replaced": tr("Not installed"),
        "discarded": tr("Discarded"),
    }[entry.state]


def title(entry: Entry) -> str:
    """What the verdict's panel is about."""
    if entry.state == "waiting":
        return tr("Waiting: model {n}").format(n=entry.number)
    return tr("Last judged: model {n}").format(n=entry.number)


def verdict(entry: Entry, found: Verdict) -> tuple[str, str]:
    """The verdict in one sentence, and what it means."""
    n, against = entry.number, found.against
    if found.word == "ready":
        head = tr("Installed: model {n} is not worse than model {against}")
    elif found.word == "too_few":
        head = tr("Installed: too little was seen to tell model {n} from model {against}")
    elif found.word == "worse":
        head = tr("Not installed: model {n} is worse than model {against}, or failed a check")
    else:
        head = tr("Not installed: model {n} may be worse than model {against}")
    return head.format(n=n, against=against), _means(found)


def _means(found: Verdict) -> str:
    if found.offers is not None and any(c.name == "enough" and c.passed for c in found.checks):
        low, high = found.offers.difference.low, found.offers.difference.high
        base = max(found.offers.in_use.value, 1e-9)
        text = tr("Of 100 accepted offers it could get {fewer} fewer or {more} more.")
        return text.format(fewer=number(round(-100 * low / base)), more=number(round(100 * high / base)))
    if found.baskets is not None:
        base = max(found.baskets.in_use.value, 1e-9)
        low, high = found.baskets.difference.low / base, found.baskets.difference.high / base
        text = tr("On {n} later baskets: between {low} and {high} of what model {against} finds.")
        return text.format(
            n=number(found.baskets.n),
            low=percent(1 + low),
            high=percent(1 + high),
            against=found.against,
        )
    return tr("Newer baskets and answers will tell.")


def check(found: Check) -> tuple[str, str]:
    """What was looked at, and what was found beside its limit."""
    name = {
        "chances": tr("Its chances come true"),
        "groups": tr("No group is left without suggestions"),
        "limits": tr("Consent and contact limits kept"),
        "baskets": tr("Not worse on later baskets"),
        "offers": tr("Not worse by the answers of the log"),
        "enough": tr("Enough answers to judge"),
    }[found.name]
    if found.value is None:
        return name, tr("cannot be told yet")
    if found.name == "chances":
        text = tr("off by {value} of 100, limit {limit}")
        return name, text.format(value=decimal(100 * found.value), limit=number(round(100 * found.limit)))
    if found.name == "groups":
        return name, tr("smallest {value} a visit").format(value=decimal(found.value))
    if found.name == "limits":
        return name, tr("{n} of {all} broke one").format(n=number(found.value), all=number(found.n))
    if found.name == "enough":
        return name, tr("{n} of {all}").format(n=number(round(found.value)), all=number(found.limit))
    text = tr("at worst {value}, limit {limit}")
    return name, text.format(value=signed(found.value), limit=signed(found.limit))


def proposal(found: Proposal, now: datetime) -> tuple[str, str]:
    """The pairing, and who said so with what receipts say of it."""
    said = found.said
    names = tr("{product} with {anchor}").format(product=said.product_name, anchor=said.anchor_name)
    who = f"{found.who}, {dates.day(said.at, now)}"
    if found.base is None:
        return names, who
    receipts = tr("{n} of {base} receipts").format(n=number(found.together or 0), base=number(found.base))
    return names, f"{who}, {receipts}"


def change(page: ModelPage, found: Change) -> tuple[str, str]:
    """The pairing, its anchor by its kind, and how often it was shown."""
    product = page.names.get(found.product_id, found.product_id)
    anchor = found.anchor_id
    if anchor is not None and anchor in page.categories:
        with_it = wording.spoken_category(page.categories[anchor])
        product = tr("{product} with {anchor}").format(product=product, anchor=with_it)
    return product, f"{number(found.shown)}×"


def happened(found: Happened, names: Mapping[str, str], now: datetime) -> tuple[str, str]:
    """A step of the register: what, and when and by whom."""
    text = {
        "learned": tr("Model {n} was learned"),
        "judged": tr("Model {n} was judged"),
        "installed": tr("Model {n} was installed"),
        "counted": tr("Model {n} was counted anew"),
        "rolled_back": tr("Rolled back to model {n}"),
        "discarded": tr("Model {n} was discarded"),
        "pinned": tr("Model {n} was pinned"),
        "unpinned": tr("Model {n} was let go on"),
    }[found.step].format(n=found.number)
    who = names.get(found.associate_id, found.associate_id)
    day = dates.moment(found.at, now)
    said = f": {wording.quoted(found.reason)}" if found.reason else ""
    return text, f"{day}, {who}{said}" if who else f"{day}{said}"


def percent(share: float) -> str:
    """A share to a tenth of a per cent."""
    return wording.percent(decimal(100 * share))


def signed(share: float) -> str:
    """A change in per cent, with its sign."""
    return wording.percent(f"{'+' if share > 0 else '−' if share < 0 else ''}{decimal(abs(100 * share))}")


def decimal(value: float) -> str:
    """A number to a tenth, without a nought behind the point."""
    text = f"{value:.1f}".removesuffix(".0")
    return text.replace(".", wording.locale().decimalPoint())


def interval(found: Interval, times: float = 100) -> str:
    """A value with its bounds, for a screen reader."""
    return tr("{value}, 95% between {low} and {high}").format(
        value=decimal(times * found.value), low=decimal(times * found.low), high=decimal(times * found.high)
    )
