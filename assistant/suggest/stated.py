"""What a product states of its time: for how long it lasts, and for how long it covers."""

from __future__ import annotations

from datetime import timedelta

from assistant.records import Product

_DAYS_OF_MONTH = 30.44


def stated_days(product: Product, attribute: str) -> float | None:
    """What a product states of its time in an attribute; None where that is no number of days."""
    said = product.attributes.get(attribute)
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    return float(said) if 0 < said < 36_525 else None


def covers_for(product: Product) -> timedelta | None:
    """For how long a cover runs (`cover_months`); None for what is no cover."""
    months = stated_days(product, "cover_months")
    return None if months is None else timedelta(days=months * _DAYS_OF_MONTH)
