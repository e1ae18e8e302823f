"""What came of an initiative, in sentences: before and after, what is left beside a control, warnings."""

from __future__ import annotations

from datetime import datetime, time

from assistant.measure.initiatives import BeforeAfter, Outcome
from assistant.store.targets import Initiative
from assistant.ui.team.words import decimal, percent, short_day, tr
from assistant.ui.wording import counted, money


def where(one: Initiative, stores: dict[str, str]) -> str:
    """`Since 4 May, in Mill Lane`."""
    day = short_day(datetime.combine(one.began, time(12)))
    if not one.stores:
        return tr("Since {day}, in all stores").format(day=day)
    names = ", ".join(stores.get(store_id, store_id) for store_id in one.stores)
    return tr("Since {day}, in {stores}").format(day=day, stores=names)


def told(found: Outcome) -> tuple[str, ...]:
    """Every sentence about what came of it; the warnings last."""
    if "no_time" in found.cautions:
        return (tr("Not a whole week has passed since."),)
    weeks = counted(found.weeks, tr("1 week before and after:"), tr("{n} weeks before and after:"))
    said = [weeks]
    for figure in found.figures:
        said += [_moved(figure, found.currency), *_left(figure, found)]
    if "no_control" in found.cautions:
        said.append(
            tr(
                "There is no control: season, prices, what is bought and chance move this too. It does not "
                "say what the initiative did."
            )
        )
    return tuple(said)


def _moved(figure: BeforeAfter, currency: str | None) -> str:
    if figure.figure == "basket_attachment":
        text = tr("Baskets with an add-on: {before} before, {after} after.")
        return text.format(before=percent(figure.before), after=percent(figure.after))
    before, after = (money(x, currency) or "–" for x in (figure.before, figure.after))
    return tr("Order value: {before} before, {after} after.").format(before=before, after=after)


def _left(figure: BeforeAfter, found: Outcome) -> list[str]:
    """What is left beside the control."""
    if figure.effect is None:
        return []
    effect = _change(figure.effect, relative=figure.relative)
    if found.control == "holdout":
        beside = tr("Beside visits without suggestions: {effect}").format(effect=effect)
    else:
        one, many = tr("Beside 1 store without it: {effect}"), tr("Beside {n} stores without it: {effect}")
        beside = counted(found.controls, one, many, effect=effect)
    if figure.low is None or figure.high is None:
        reason = tr("too few stores for an interval") if found.control == "stores" else tr("no interval yet")
        return [f"{beside}; {reason}."]
    low, high = (_bound(x) for x in (figure.low, figure.high))
    bounds = tr("95% interval {low} to {high}").format(low=low, high=high)
    chance = tr("may be chance") if figure.low <= 0 <= figure.high else tr("clearly different")
    return [f"{beside}; {bounds}, {chance}."]


def _change(effect: float, *, relative: bool) -> str:
    return tr("{x} %").format(x=_bound(effect)) if relative else tr("{x} points").format(x=_bound(effect))


def _bound(x: float) -> str:
    return ("+" if x >= 0 else "−") + decimal(abs(100 * x))
