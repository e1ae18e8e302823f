"""`assistant export-pairings`: what goes with what, for the shop's own product pages."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from assistant.doors.errand import pass_home, ready
from assistant.errors import InputError
from assistant.measure import export, insights
from assistant.store.database import Home, open_home


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--most", type=click.IntRange(1, 50), default=10, show_default=True, help="Add-ons of each product."
)
@pass_home
def export_pairings(home: Home, file: Path, most: int) -> None:
    """Write what goes with what into FILE.csv or FILE.json, for product pages.

    The needed first, then the shop's own links, then what past receipts hold together, with how often. What a
    manager took out is left out. The file is replaced only when it is whole.
    """
    ready(home)
    if file.suffix.lower() not in (".csv", ".json"):
        raise InputError(f"The file's name ends in .csv or .json, not {file.suffix or 'in nothing'}.")
    with contextlib.closing(open_home(home)) as connection:
        rows = insights.pairings(connection, most)
    text = insights.pairings_text(rows, file.suffix.lower().removeprefix("."))
    export.write_whole(file, text)
    click.echo(f"{len(rows):,} pairings of {len({row['anchor_id'] for row in rows}):,} products in {file}")
