"""The sentences of the Team page: figures with their bounds and bases, in the words of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.measure.intervals import Standing
from assistant.measure.team import TeamFigures, TeamRow
from assistant.records import Figure
from assistant.ui import wording
from assistant.ui.dates import full_day, written
from assistant.ui.wording import locale, money, number
from assistant.ui.wording import tr as tr

Bar = tuple[float, str, str]
"""How long (0 to 1), what it says, and its colour's token."""


@dataclass(frozen=True, slots=True)
class TileFacts:
    """What a tile says: a label, a value, a small chart and two lines of base.

    The chart is an interval (`value`, `low`, `high`) with a `mark` to be held beside it, one bar of a whole,
    or several bars side by side. A line has shorter words for where the longer ones do not fit.
    """

    label: str
    value: str
    suffix: str = ""
    interval: tuple[float, float, float] | None = None
    mark: tuple[float, str] | None = None  # where, and the colour's token
    bars: tuple[Bar, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()


def decimal(x: float, digits: int = 1) -> str:
    """A number with so many decimals."""
    return locale().toString(float(x), "f", digits)


def percent(x: float | None, digits: int = 1) -> str:
    """A share: `31.4%`; a dash where there is none."""
    return "–" if x is None else wording.percent(decimal(100 * x, digits))


def date_range(since: datetime, until: datetime) -> str:
    """`23 Mar to 14 Jun 2026`; the year of the first day only where it differs."""
    first, last = since.astimezone(), until.astimezone() - timedelta(days=1)
    begin = short_day(first) if first.year == last.year else full_day(first)
    return tr("{begin} to {end}").format(begin=begin, end=full_day(last))


def short_day(day: datetime) -> str:
    """`23 Mar`."""
    return written(day, tr("d MMM", "date"))


def touchpoint(name: str | None) -> str:
    """Where somebody serves most."""
    words = {
        "counter": tr("Counter"),
        "review": tr("Phone"),
        "browse": tr("Shop floor"),
        "after": tr("After the sale"),
        "follow_up": tr("Follow-ups"),
    }
    return words.get(name or "", tr("No visits"))


def standing(found: Standing) -> str:
    """What may be said beside the team's rate; nothing where there is no clear difference."""
    return {
        "above": tr("clearly above"),
        "below": tr("clearly below"),
        "alike": "",
        "few": tr("too few to rank"),
    }[found]


def place(row: TeamRow) -> str:
    """The line under a name: `Counter, clearly above`."""
    return ", ".join(word for word in (touchpoint(row.touchpoint), standing(row.standing)) if word)


def spoken(row: TeamRow, currency: str | None) -> str:
    """A row for a screen reader."""
    rate = row.attachment
    if rate is None or rate.value is None:
        attached = tr("no sales yet that could carry an add-on")
    else:
        attached = tr("attachment {rate}, 95% interval {low} to {high}, {standing}").format(
            rate=percent(rate.value),
            low=percent(rate.low),
            high=percent(rate.high),
            standing=standing(row.standing) or tr("no clear difference"),
        )
    return tr(
        "{name}: {sales} sales, {attached}; {offers} offers, {accepted} accepted, {confirmed} on receipts, "
        "{revenue}"
    ).format(
        name=row.name,
        sales=number(row.sales),
        attached=attached,
        offers=number(row.offers),
        accepted=number(row.accepted),
        confirmed=number(row.confirmed),
        revenue=money(row.revenue, currency, whole=True),
    )


def reasons_base(found: TeamFigures) -> str:
    """How many declines had a reason."""
    given = sum(n for _, n in found.reasons)
    return tr("{given} declines with a reason, {without} without").format(
        given=number(given), without=number(max(0, found.declined - given))
    )


def bounds(row: Figure) -> str:
    """`95% interval 29.8 to 33.1`, or why there is none."""
    return lines(row, tr("95% interval {low} to {high}"))[0]


def lines(row: Figure, *forms: str) -> tuple[str, ...]:
    """The bounds of a share in each form, from the longest to the shortest."""
    if row.low is None or row.high is None:
        return tr("Too little for an interval"), tr("No interval")
    low, high = decimal(100 * row.low), decimal(100 * row.high)
    return tuple(form.format(low=low, high=high) for form in forms)


def short_rate(share: float) -> str:
    """`30` or `31.5`, of a hundred."""
    return decimal(100 * share).removesuffix(f"{locale().decimalPoint()}0")


def beside_target(row: Figure, target: float) -> str:
    """`Target 30: above, not certain`."""
    rate, value = short_rate(target), row.value or 0.0
    if row.low is not None and row.low > target:
        return tr("Target {rate}: above").format(rate=rate)
    if row.high is not None and row.high < target:
        return tr("Target {rate}: below").format(rate=rate)
    if value >= target:
        return tr("Target {rate}: above, not certain").format(rate=rate)
    return tr("Target {rate}: below, not certain").format(rate=rate)


def complete(at: datetime) -> str:
    """Up to when the data is complete."""
    here = at.astimezone()
    return tr("Data complete to {day}, {time}.").format(day=short_day(here), time=f"{here:%H:%M}")


def left_out(found: TeamFigures) -> str:
    """What counts for the team and in nobody's row, and what is left out; nothing where there is neither."""
    said = []
    if found.unserved:
        one = tr("1 order has no associate and counts for the team only.")
        many = tr("{n} orders have no associate and count for the team only.")
        said.append(wording.counted(found.unserved, one, many))
    if found.other_currencies:
        said.append(tr("Money in {currency} only.").format(currency=found.currency or "?"))
    return " ".join(said)
