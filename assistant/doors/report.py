"""`assistant report`: what came of the offers, as a table for people, JSON, CSV, an Excel file or a PDF."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from assistant.doors.errand import pass_home, ready
from assistant.errors import InputError
from assistant.measure import export, period
from assistant.measure.definitions import FIGURES, definition
from assistant.measure.report import BYS, TOTAL, By
from assistant.measure.report import report as measured
from assistant.measure.team import team
from assistant.records import MONEY_UNIT, TOUCHPOINTS, Figure, Report, money_text
from assistant.store import catalog
from assistant.store.database import Connection, Home, open_home

if TYPE_CHECKING:
    from rich.table import Table

Format = Literal["table", "json", "csv", "xlsx", "pdf"]

WIDTH = 110
_TABLES = (
    {
        "offered_attachment", "basket_attachment", "attachment_units",
        "offer_rate", "acceptance", "confirmed", "conversion",
    },
    {
        "net_attachment", "net_attachment_units", "net_conversion", "customers_bought", "came_back",
        "cross_sell_revenue_share", "margin_per_minute",
    },
    {
        "average_order_value", "units_per_transaction", "order_value_with", "order_value_without",
        "units_with", "units_without",
    },
    {
        "cross_sell_return_rate", "same_products_return_rate", "satisfaction", "satisfaction_score",
    },
)  # fmt: skip

_NAMED = {
    "xlsx": "An Excel file needs a name: add --out FILE.xlsx.",
    "pdf": "A PDF needs a name: add --out FILE.pdf.",
}
_DEFINITIONS = "\n".join(f"  {d.label.lower()}: {d.sentence}. {d.note}".rstrip() for d in FIGURES)


@click.command(
    epilog="\b\nWhat the figures say:\n" + _DEFINITIONS + "\n\n\b\n"
    "An anchor is a product that has at least one add-on that goes with it. By product, attachment is that\n"
    "of the orders the product anchors; the other figures are those of the product as the add-on. Intervals\n"
    "are 95 % and allow for one person's sales of a day going together. Weeks begin on Monday. Offers are\n"
    "credited to who gave the answer, revenue and orders to the receipt's associate. A figure with ~ may\n"
    "still sink: not all that it counts is past its return window."
)
@click.option(
    "--by", type=click.Choice(BYS), default="associate", show_default=True, help="One row per what."
)
@click.option("--from", "first", metavar="DATE", help="The first day, as 2026-03-23. [default: 12 weeks]")
@click.option("--to", "last", metavar="DATE", help="The last day. [default: the day of the newest data]")
@click.option("--store", "store_id", metavar="ID", help="Of one store only.")
@click.option("--touchpoint", type=click.Choice(TOUCHPOINTS), help="Of one touchpoint only.")
@click.option("--category", metavar="PATH", help="Of one anchors' category only, such as Photo/Cameras.")
@click.option(
    "--format", "kind", type=click.Choice(["table", "json", "csv", "xlsx", "pdf"]), default="table",
    show_default=True, help="For people, for programs, for a spreadsheet, or for print.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead; it is replaced only when the report is whole.",
)  # fmt: skip
@pass_home
def report(
    home: Home,
    by: By,
    first: str | None,
    last: str | None,
    store_id: str | None,
    touchpoint: str | None,
    category: str | None,
    kind: Format,
    out: Path | None,
) -> None:
    """What came of the offers: attachment, acceptance, revenue, returns, each with its denominator.

    Attachment counts every paid order that could have carried an add-on, with or without a visit; an accepted
    offer that never reached the receipt does not count.
    """
    if kind in _NAMED and out is None:
        raise InputError(_NAMED[kind])
    ready(home)
    with contextlib.closing(open_home(home)) as connection:
        _known_store(connection, store_id)
        since, until = _period(connection, first, last)
        found = measured(
            connection, by=by, since=since, until=until, store_id=store_id, touchpoint=touchpoint,
            category=category,
        )  # fmt: skip
        if kind == "pdf":
            page = team(
                connection, since=since, until=until, store_id=store_id, touchpoint=touchpoint,
                category=category,
            )  # fmt: skip
    if out is not None and kind == "xlsx":
        from assistant.measure.workbook import workbook

        _write(out, workbook(found))
        return
    if out is not None and kind == "pdf":
        from assistant.ui.team.paper import printed

        _write(out, printed(found, page))
        return
    writers: dict[str, Callable[[Report], str]] = {
        "table": _table,
        "json": export.json_text,
        "csv": export.csv_text,
    }
    text = writers[kind](found)
    if out is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        _write(out, text)


def _write(out: Path, content: str | bytes) -> None:
    export.write_whole(out, content)
    if out.is_file():  # what is written through, such as /dev/stdout, holds the report and no more
        click.echo(f"The report is in {out}.", err=True)


def _known_store(connection: Connection, store_id: str | None) -> None:
    known = [store.store_id for store in catalog.stores(connection)]
    if store_id is not None and store_id not in known:
        raise InputError(f"There is no store {store_id}; the shop has {', '.join(known[:20]) or 'none'}.")


def _period(connection: Connection, first: str | None, last: str | None) -> tuple[datetime, datetime]:
    """The asked-for days as moments; what was not asked is twelve weeks up to the newest data."""
    newest = period.last_weeks(connection)
    end = _day(last, "--to") if last else None
    begin = _day(first, "--from") if first else None
    if end is None:
        if newest is None:
            raise InputError(
                "There are no orders yet that say when they were made: connect a shop and run assistant "
                "sync, then ask again. In files that is the column ordered_at."
            )
        end = period.local_day(connection, newest[1]) - timedelta(days=1)
    if begin is None:
        begin = end - timedelta(weeks=period.WEEKS) + timedelta(days=1)
    if begin > end:
        raise InputError(f"The first day ({begin}) is after the last ({end}).")
    return period.midnight(connection, begin), period.midnight(connection, end + timedelta(days=1))


def _day(text: str, option: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as problem:
        raise InputError(f"{option} takes a day written as 2026-03-23, not {text!r}.") from problem
    if not 1970 <= found.year <= 2200:
        raise InputError(f"{option} takes a day between 1970 and 2200, not {text}.")
    return found


def _table(found: Report) -> str:
    from rich.console import Console
    from rich.table import Table

    by = str(found.filters["by"])
    known = f"{found.complete_to:%Y-%m-%d %H:%M} UTC" if found.complete_to else "never"
    text = io.StringIO()
    console = Console(
        file=text, width=None if sys.stdout.isatty() else WIDTH, highlight=False, color_system=None
    )
    console.print(f"By {by}, {found.filters['from']} to {found.filters['to']}; data complete to {known}.")
    if not found.total:
        console.print("No sales and no visits in this period.")
        return text.getvalue()
    for figures in _TABLES:
        shown = [d for d in FIGURES if d.figure in figures and _any(found.rows, d.figure)]
        if not shown:
            continue
        table = Table(header_style="bold", box=None, pad_edge=False)
        table.add_column(by.replace("_", " ").capitalize())
        for one in shown:
            table.add_column(one.label, justify="right")
        _fill(table, found.rows, [d.figure for d in shown])
        _fill(table, found.total, [d.figure for d in shown])
        console.print()
        console.print(table)
        for note in dict.fromkeys(one.note for one in shown if one.note):
            console.print(note)
    console.print("\nValue, 95 % interval, of how many. Treat figures whose intervals overlap as equal.")
    return text.getvalue()


def _any(rows: tuple[Figure, ...], figure: str) -> bool:
    return any(row.figure == figure for row in rows)


def _fill(table: Table, rows: tuple[Figure, ...], shown: list[str]) -> None:
    from rich.markup import escape

    by_key: dict[str, dict[str, list[Figure]]] = {}
    names = {row.key: row.name or row.key for row in rows}
    for row in rows:
        by_key.setdefault(row.key, {}).setdefault(row.figure, []).append(row)
    for key, cells in by_key.items():
        table.add_row(
            escape("all" if key == TOTAL else names[key]),
            *("\n".join(_cell(row) for row in cells.get(figure, [])) for figure in shown),
        )


def _cell(row: Figure) -> str:
    kind = definition(row.figure).kind
    if row.value is None:
        return ""
    if kind == "money":
        text = money_text(round(row.value), row.currency)
        bounds = [money_text(round(b), None) for b in (row.low, row.high) if b is not None]
    elif kind == "number":
        text = f"{row.value:.2f}"
        bounds = [f"{b:.2f}" for b in (row.low, row.high) if b is not None]
    else:
        text = f"{row.value:.1%}"
        bounds = [f"{b * 100:.1f}" for b in (row.low, row.high) if b is not None]
    money = f" {row.currency}" if kind == "money_share" and row.currency else ""
    whole = row.den / MONEY_UNIT if kind == "money_share" else row.den
    lines = [f"{text} ~" if row.provisional else text, "–".join(bounds), f"of {whole:,.0f}{money}"]
    return "\n".join(line for line in lines if line)
