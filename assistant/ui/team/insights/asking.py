"""What the Insights tab asks of the files: its facts, a cell's products, words on pairings, the export."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import KnownError
from assistant.measure import export, insights, period
from assistant.measure.insights import Insights, Pair
from assistant.store import curating
from assistant.store.curating import Asked as Word
from assistant.store.curating import Said
from assistant.store.database import Connection
from assistant.ui.team.tabs import Asked
from assistant.ui.wording import tr

MOST = 10  # add-ons of a product in an export


def read(connection: Connection, asked: Asked) -> Insights | None:
    """The tab's question; None before there is any data. Raises AccessError."""
    found = period.last_weeks(connection, asked.weeks)
    if found is None:
        insights.check_reader(connection, asked.seen_by)
        return None
    return insights.told(
        connection, since=found[0], until=found[1], store_id=asked.store_id, seen_by=asked.seen_by
    )


def products(connection: Connection, anchor: str, other: str, asked: Asked) -> tuple[Pair, ...]:
    """The products behind a cell. Raises AccessError."""
    found = period.last_weeks(connection, asked.weeks)
    if found is None:
        return ()
    since, until = found
    return insights.behind(
        connection, anchor, other, since=since, until=until, store_id=asked.store_id, seen_by=asked.seen_by
    )


def say(connection: Connection, pair: tuple[str, str], word: Word, associate_id: str) -> Said:
    """Propose a pairing, or ask that it rests, as from the counter. Raises AccessError and InputError."""
    insights.check_reader(connection, associate_id)
    return curating.say(connection, *pair, word, associate_id)


def write(connection: Connection, path: Path, kind: str, asked: Asked) -> Path:
    """Write the shop's pairings for product pages. Raises AccessError, KnownError where there are none."""
    insights.check_reader(connection, asked.seen_by)
    rows = insights.pairings(connection, MOST)
    if not rows:
        raise KnownError(tr("There is nothing to export yet."))
    export.write_whole(path, insights.pairings_text(rows, kind))
    return path
