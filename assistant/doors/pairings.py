"""`assistant export-pairings`: what goes with what, for the shop's own product pages."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from assistant.doors import signing
from assistant.doors.errand import pass_home, progress, progress_option, ready
from assistant.errors import InputError
from assistant.measure import export, insights
from assistant.store.database import Home, open_home


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--most", type=click.IntRange(1, 50), default=10, show_default=True, help="Add-ons of each product."
)
@click.option(
    "--to-shop",
    is_flag=True,
    help="Write them into the connected shop's own link fields, on a manager's word.",
)
@signing.as_option
@signing.pin_option
@progress_option
@pass_home
def export_pairings(
    home: Home,
    file: Path | None,
    most: int,
    to_shop: bool,
    who: str | None,
    pin_stdin: bool,
    progress_kind: str,
) -> None:
    """Write what goes with what into FILE.csv or FILE.json, or into the shop, for product pages.

    The needed first, then the shop's own links, then what past receipts hold together, with how often. What a
    manager took out is left out. The file is replaced only when it is whole.

    With --to-shop they become cross-sells in WooCommerce or optional products in Odoo, beside those that are
    there; nothing is taken away. What comes back from there later never counts as the shop's own word.

    \b
    Examples:
        assistant export-pairings pairings.csv
        assistant export-pairings --to-shop --most 3 --as A1
    """
    ready(home)
    if (file is None) != to_shop:
        raise click.UsageError("Name a FILE to write, or say --to-shop.")
    if file is not None and file.suffix.lower() not in (".csv", ".json"):
        raise InputError(f"The file's name ends in .csv or .json, not {file.suffix or 'in nothing'}.")
    with contextlib.closing(open_home(home)) as connection:
        rows = insights.pairings(connection, most)
        permit = signing.permit(connection, who, pin_stdin, right="content") if to_shop else None
    wanted: dict[str, list[str]] = {}
    for row in rows:
        wanted.setdefault(str(row["anchor_id"]), []).append(str(row["product_id"]))
    if file is not None:
        text = insights.pairings_text(rows, file.suffix.lower().removeprefix("."))
        export.write_whole(file, text)
        click.echo(f"{len(rows):,} pairings of {len(wanted):,} products in {file}")
        return
    from assistant.shop import giving

    with progress(progress_kind) as say:
        written = giving.give(home, wanted, permit, say)
    click.echo(f"{written:,} pairings are new in the shop; all others were there, or it does not sell them.")
