"""The made-up shops to look around in, as the first screen offers them."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.ui.wording import tr


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A made-up shop: how the command calls it, how it is offered, and what is said while it is made."""

    shop: str
    icon: str
    name: str
    meaning: str
    making: str


def made_up_shops() -> tuple[MadeUp, ...]:
    """Every made-up shop, in the order in which they are offered."""
    return (
        MadeUp(
            "camera",
            "camera",
            tr("Camera shop"),
            tr("Cameras and what they need"),
            tr("Making a camera shop up, with two years of orders"),
        ),
        MadeUp(
            "burger",
            "utensils",
            tr("Burger bar"),
            tr("Small baskets, many regulars"),
            tr("Making a burger bar up, with a year of orders"),
        ),
        MadeUp(
            "bank",
            "landmark",
            tr("Bank"),
            tr("Accounts, loans and advice"),
            tr("Making a bank up, with two years of contracts"),
        ),
        MadeUp(
            "software",
            "laptop",
            tr("Software"),
            tr("Plans, seats, what they need"),
            tr("Making a software maker up, with two years of orders"),
        ),
    )
