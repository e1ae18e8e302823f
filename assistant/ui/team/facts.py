"""What each of the six tiles says of the team's figures."""

from __future__ import annotations

from assistant.measure.definitions import NOT_CAUSAL
from assistant.measure.holdout import Incremental
from assistant.measure.team import TeamFigures
from assistant.records import Figure
from assistant.ui.language import told
from assistant.ui.team import words
from assistant.ui.team.words import TileFacts, decimal, percent, tr
from assistant.ui.wording import counted, money, number

_NOTHING = "–"


def tiles(found: TeamFigures) -> tuple[TileFacts, ...]:
    """The six tiles of a period, in their order."""
    return (
        _attachment(found),
        _revenue(found),
        _order_value(found) if found.gained is None else _gained(found.gained),
        _conversion(found),
        _returns(found),
        _satisfaction(found),
    )


def _figure(found: TeamFigures, name: str) -> Figure | None:
    row = found.tiles.get(name)
    return row if row is not None and row.value is not None else None


def _interval(row: Figure) -> tuple[float, float, float] | None:
    if row.value is None or row.low is None or row.high is None:
        return None
    return row.value, row.low, row.high


def _attachment(found: TeamFigures) -> TileFacts:
    label, row = tr("Attachment rate"), _figure(found, "offered_attachment")
    if row is None:
        return TileFacts(label, _NOTHING, lines=((tr("No sale could carry an add-on"), tr("No sales")),))
    reach = words.lines(row, tr("95% interval {low} to {high}"), tr("{low} to {high} (95%)"))
    base = tr("{n} of {all} sales").format(n=number(row.num), all=number(row.den))
    if found.target is None:
        return TileFacts(label, percent(row.value), interval=_interval(row), lines=(reach, (base,)))
    return TileFacts(
        label,
        percent(row.value),
        interval=_interval(row),
        mark=(found.target, "chartTarget"),
        lines=(reach, (words.beside_target(row, found.target), base)),
    )


def _revenue(found: TeamFigures) -> TileFacts:
    label, row = tr("Cross-sell revenue"), _figure(found, "cross_sell_revenue_share")
    if row is None or row.value is None:
        return TileFacts(label, _NOTHING, lines=((tr("No prices known"),),))
    base = tr("{part} of {all}").format(
        part=money(row.num, found.currency, whole=True), all=money(row.den, found.currency, whole=True)
    )
    return TileFacts(
        label,
        percent(row.value),
        tr("of sales"),
        bars=((row.value, "", "chartLine"),),
        lines=((base,), (tr("Confirmed on receipts"), tr("On receipts"))),
    )


def _order_value(found: TeamFigures) -> TileFacts:
    """The plain mean: without a group that was shown nothing, it says nothing of what the offers brought."""
    label, row = tr("Average order value"), _figure(found, "average_order_value")
    if row is None or row.value is None:
        return TileFacts(label, _NOTHING, lines=((tr("No prices known"),),))
    reach: tuple[str, ...] = (tr("Too little for an interval"), tr("No interval"))
    if row.low is not None and row.high is not None:
        low, high = money(row.low, found.currency), money(row.high, found.currency)
        reach = (tr("{low} to {high} (95%)").format(low=low, high=high), f"{low}–{high}")
    base = counted(row.den, tr("1 order, not compared"), tr("{n} orders, not compared"))
    short = counted(row.den, tr("1 order"), tr("{n} orders"))
    return TileFacts(
        label, money(row.value, found.currency), interval=_interval(row), lines=(reach, (base, short))
    )


def with_and_without(found: TeamFigures) -> str:
    """What orders with and without an accepted add-on come to, beside the sentence that this is no cause."""
    names = ("order_value_with", "order_value_without", "units_with", "units_without")
    rows = [_figure(found, name) for name in names]
    said = tr("Orders with an accepted add-on: {worth}, {units} units. Without one: {bare}, {fewer} units.")
    if any(row is None for row in rows):
        return ""
    worth, bare, units, fewer = (row.value or 0.0 for row in rows if row is not None)
    said = said.format(
        worth=money(worth, found.currency), bare=money(bare, found.currency),
        units=decimal(units), fewer=decimal(fewer),
    )  # fmt: skip
    return f"{said} {told(NOT_CAUSAL)}"


def _gained(gained: Incremental) -> TileFacts:
    """What suggestions bring to a basket beside those that were held out: the one figure that says why."""
    label = tr("Margin per basket") if gained.of_margin else tr("Revenue per basket")
    effect, beside = gained.value, tr("vs holdout")
    if effect.difference is None or effect.low is None or effect.high is None:
        return TileFacts(label, _NOTHING, beside, lines=(_not_yet(gained), _arms(gained)))
    low, high = _signed(effect.low, gained.currency), _signed(effect.high, gained.currency)
    reach = (
        tr("{low} to {high} (95%)").format(low=low, high=high),
        tr("{low} to {high}").format(low=low, high=high),
    )
    unsure = _not_yet(gained) if gained.wanted and effect.low <= 0 <= effect.high else _arms(gained)
    return TileFacts(
        label,
        _signed(effect.difference, gained.currency),
        beside,
        interval=(effect.difference, effect.low, effect.high),
        mark=(0.0, "chartNeutral"),
        lines=(reach, unsure),
    )


def _signed(amount: float, currency: str | None) -> str:
    return ("+" if amount >= 0 else "−") + money(abs(amount), currency)


def _not_yet(gained: Incremental) -> tuple[str, ...]:
    """That it is not yet known, and how many more baskets it takes."""
    if not gained.wanted:
        return (tr("Not yet known"),)
    n = number(gained.wanted)
    return tr("Not yet known: {n} more baskets").format(n=n), tr("Not yet: {n} more").format(n=n)


def _arms(gained: Incremental) -> tuple[str, ...]:
    counts = {"on": number(gained.on), "held": number(gained.held)}
    return tr("{on} baskets with, {held} without").format(**counts), tr("{on} vs {held}").format(**counts)


def _conversion(found: TeamFigures) -> TileFacts:
    label, row = tr("Offer conversion"), _figure(found, "conversion")
    if row is None or row.value is None:
        return TileFacts(label, _NOTHING, lines=((tr("No offers in this period"), tr("No offers")),))
    counts = {"n": number(row.num), "all": number(row.den)}
    base = (tr("{n} paid of {all} offers").format(**counts), tr("{n} of {all} offers").format(**counts))
    later = number(found.later)
    more = (tr("{n} more kept for later").format(n=later), tr("{n} kept for later").format(n=later))
    return TileFacts(label, percent(row.value), bars=((row.value, "", "chartLine"),), lines=(base, more))


def _returns(found: TeamFigures) -> TileFacts:
    label, ours = tr("Returns of add-ons"), _figure(found, "cross_sell_return_rate")
    same = _figure(found, "same_products_return_rate")
    if ours is None or ours.value is None:
        return TileFacts(label, _NOTHING, lines=((tr("None past its return time"), tr("None yet")),))
    most = max(ours.value, same.value if same and same.value else 0.0, 1e-9)
    bars = [(ours.value / most, tr("{x} add-ons").format(x=decimal(100 * ours.value)), "chartLine")]
    base: tuple[str, ...] = (tr("{n} of {all} units").format(n=number(ours.num), all=number(ours.den)),)
    if same is not None and same.value is not None:
        text = tr("{x} not offered").format(x=decimal(100 * same.value))
        bars.append((same.value / most, text, "chartNeutral"))
        chance = (tr("Difference may be chance"), tr("May be chance"))
        base = chance if _overlap(ours, same) else (tr("A clear difference"),)
    return TileFacts(label, percent(ours.value), bars=tuple(bars), lines=(("",), base))


def _overlap(one: Figure, other: Figure) -> bool:
    """Whether two intervals meet; unknown bounds meet everything."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return True
    return one.low <= other.high and other.low <= one.high


def _satisfaction(found: TeamFigures) -> TileFacts:
    label, pleased, score = tr("Satisfaction"), _figure(found, "satisfaction"), found.team.satisfaction
    if pleased is None or pleased.value is None or score is None:
        return TileFacts(label, _NOTHING, lines=((tr("No visit was rated"),),))
    gave = tr("{share} gave 4 or 5").format(share=percent(pleased.value))
    n, part = pleased.den, percent(pleased.den / max(1, found.visits), 0)
    base = (
        counted(n, tr("1 answer, {share} of visits"), tr("{n} answers, {share} of visits"), share=part),
        counted(n, tr("1 answer, {share}"), tr("{n} answers, {share}"), share=part),
    )
    return TileFacts(
        label, decimal(score), tr("of 5"), bars=((pleased.value, "", "chartLine"),), lines=((gave,), base)
    )
