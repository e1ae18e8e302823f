"""What is there of a product, and where, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.records import Stock
from assistant.ui.dates import day
from assistant.ui.wording import number, tr

_FEW = 2  # so few in stock are worth a word
_OLD = timedelta(hours=24)  # stock counted longer ago says when


def stock(found: Stock | None, now: datetime, aisle: object = None) -> tuple[str, bool]:
    """What is there and where, and whether it is so little that it wants attention."""
    if found is None or found.quantity is None:
        return "", False
    if found.quantity <= 0:
        return tr("Out of stock"), True
    few = found.quantity <= _FEW
    said = (tr("Last {n}") if few else tr("In stock {n}")).format(n=number(found.quantity))
    if found.at is not None and now - found.at > _OLD:  # before where it lies: it may not be there any more
        said = tr("{stock} on {day}").format(stock=said, day=day(found.at, now))
    elif isinstance(aisle, str | int) and str(aisle):
        said = tr("{stock}, aisle {aisle}").format(stock=said, aisle=aisle)
    return said, few
