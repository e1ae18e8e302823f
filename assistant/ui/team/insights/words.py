"""The sentences of the Insights tab: shares of receipts, times the usual, what was asked for and declined."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from assistant.measure.insights import FEW, Insights, NeverSold, Pair
from assistant.store.asking import Missed
from assistant.store.insights import Together
from assistant.ui import dates, wording
from assistant.ui.charts.heatmap import HeatCell
from assistant.ui.team import words as team
from assistant.ui.team.insights import sheet as paper
from assistant.ui.team.insights.facts import Fact
from assistant.ui.team.insights.sheet import Line, Sheet
from assistant.ui.team.printing import Printable
from assistant.ui.wording import number, share, times, tr


def family(path: str) -> str:
    """A category as it is called on the map: the last part of its path."""
    return path.rsplit("/", 1)[-1].strip() or path


def cell(pair: Together) -> HeatCell:
    """A cell of the map, and what it says."""
    if pair.n < FEW:
        return HeatCell(tr("few"), said(pair), None)
    return HeatCell(wording.locale().toString(round(100 * pair.share)), said(pair), pair.times)


def said(pair: Together) -> str:
    """`Notebooks with docks: 26 of every 100, 1.9× the usual 14, from 212 receipts`."""
    if pair.n < FEW:
        return tr("{row} with {column}: on fewer than {few} receipts").format(
            row=family(pair.anchor), column=family(pair.other), few=number(FEW)
        )
    return tr("{row} with {column}: {fact}").format(
        row=family(pair.anchor), column=family(pair.other), fact=fact(pair)
    )


def fact(pair: Together) -> str:
    """`26 of every 100, 1.9× the usual 14, from 212 receipts`."""
    if pair.n < FEW:
        return tr("on fewer than {few} receipts").format(few=number(FEW))
    return tr("{share} of every 100, {times} the usual {usual}, from {base} receipts").format(
        share=number(round(100 * pair.share)),
        times=times(pair.times),
        usual=number(round(100 * pair.usual)),
        base=number(pair.base),
    )


def usual(pair: Together) -> str:
    """`1.9× the usual`."""
    return tr("{times} the usual").format(times=times(pair.times))


def base(pair: Together) -> str:
    """`of 212 receipts`."""
    return tr("of {n} receipts").format(n=number(pair.base))


def places(found: Insights, pair: Together) -> tuple[str, str]:
    """Where the two stand, and how far that is; empty where the shop does not say."""
    one, other = (found.aisles.get(name, "") for name in (pair.anchor, pair.other))
    if not one or not other:
        return "", ""
    apart = found.apart(pair)
    where = tr("aisle {one} / aisle {other}").format(one=one, other=other)
    if apart is None:
        return where, ""
    if apart == 0:
        return where, tr("same aisle")
    return where, wording.counted(apart, tr("1 aisle apart"), tr("{n} aisles apart"))


def spoken_pair(found: Insights, pair: Together, ticked: bool) -> str:
    """A pair to place side by side, for a screen reader."""
    where = ", ".join(part for part in places(found, pair) if part)
    names = tr("{one} and {other}").format(one=family(pair.anchor), other=family(pair.other))
    parts = (names, share(pair.share), base(pair), usual(pair), where, tr("ticked") if ticked else "")
    return ", ".join(part for part in parts if part)


def missed(found: Insights, one: Missed, now: datetime) -> Fact:
    """Something that was asked for."""
    stock = found.stock.get(one.product_id or "")
    if one.product_id is None:
        state = tr("Not in the range")
    elif stock is None or stock.quantity is None:
        state = tr("Stock not known")
    elif stock.quantity <= 0:
        state = tr("Out of stock")
    else:
        state = tr("In stock again: {n}").format(n=number(stock.quantity))
    often = wording.counted(one.times, tr("once", "asked for"), tr("{n} times", "asked for"))
    last = tr("last today") if one.last_at.astimezone().date() == now.astimezone().date() else ""
    last = last or tr("last {day}").format(day=dates.day(one.last_at, now))
    return Fact(one.name, often, state, last)


def pair(one: Pair) -> Fact:
    """Two products that are bought together."""
    together = one.together
    title = tr("{one} and {other}").format(one=one.anchor, other=one.product)
    under = tr("Bought together on {n} of {base} receipts").format(
        n=number(together.n), base=number(together.base)
    )
    right = tr("{times} usual").format(times=times(together.times))
    return Fact(title, share(together.share), under, right, (one.anchor_id, one.product_id))


def never(one: NeverSold) -> Fact:
    """A pairing that was suggested often and hardly ever taken."""
    title = tr("{product} with {anchor}").format(product=one.product, anchor=one.anchor)
    under = (
        tr("No reason given")
        if one.reason is None
        else tr("Mostly “{reason}”").format(reason=wording.reason(one.reason))
    )
    taken = tr("{n} of {offered}").format(n=number(one.accepted), offered=number(one.offered))
    high = tr("95%: under {share}").format(share=share(one.high))
    return Fact(title, taken, under, high, (one.anchor_id, one.product_id))


def declines(found: Insights, why: dict[str | None, int]) -> list[Fact]:
    """Why customers declined: each reason, and the products that were declined for it most."""
    whole = sum(why.values())
    facts = []
    for reason, n in sorted(why.items(), key=lambda one: -one[1]):
        if not n:
            continue
        goods = sorted(
            ((reasons[reason], found.names.get(product, product)) for product, reasons in
             found.declined.items() if reasons.get(reason)),
            key=lambda one: (-one[0], one[1]),
        )[:2]  # fmt: skip
        under = ", ".join(
            tr("{product} ({n})").format(product=name, n=number(times)) for times, name in goods
        )
        title = tr("Without a reason") if reason is None else wording.reason(reason)
        of = tr("of {n} declines").format(n=number(whole))
        facts.append(Fact(title, f"{number(n)} · {share(n / whole)}", under, of))
    return facts


def counts(found: Insights) -> list[Fact]:
    """How many receipts hold each category, where there are too few for a map."""
    return [
        Fact(family(name), wording.counted(n, tr("1 receipt"), tr("{n} receipts")), "", "")
        for name, n in found.counts.items()
    ]


def receipts(n: int) -> str:
    """`2,946 receipts, no names`."""
    return wording.counted(n, tr("1 receipt, no names"), tr("{n} receipts, no names"))


def sheet(found: Insights, pairs: Sequence[Together], store: str, now: datetime) -> Sheet:
    """The ticked pairs as they are printed."""
    about = (store or tr("All stores"), team.date_range(found.since, found.until), receipts(found.receipts))
    lines = tuple(
        Line(
            tr("{one} and {other}").format(one=family(one.anchor), other=family(one.other)),
            usual(one), share(one.share), base(one), *places(found, one),
        )
        for one in pairs
    )  # fmt: skip
    printed = tr("Printed {day}").format(day=dates.full_day(now))
    return Sheet(tr("Place side by side"), ", ".join(about), printed, lines)


def printable(made: Sheet) -> Printable:
    """The sheet as it is given: on paper or as a file."""
    return Printable(
        made.title,
        wording.counted(len(made.lines), tr("1 pair on one A4 sheet."), tr("{n} pairs on one A4 sheet.")),
        "side-by-side.pdf",
        partial(paper.save, made),
        partial(paper.print_on, made),
    )
