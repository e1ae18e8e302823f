"""Numbers in a sentence are facts or are named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.records import Evidence, Product
from assistant.suggest.claims import known, pressing, unproven

CARD = Product(
    "P3", "CRD-128", "Swift 128 GB SD card, V60", "Photo/Memory cards", 429000, currency="GBP",
    attributes={
        "write_speed": 90, "warranty_years": 5, "rating": "4.7", "recycled": "30% recycled",
        "sizes": [10, "15 cm"],
    },
)  # fmt: skip
MAY = datetime(2025, 5, 9, tzinfo=UTC)


def counted(customers: int = 30) -> Evidence:
    return Evidence("bought_together", "P1", "Lumo R50 kit", 140, 1412, 0.34, 2.6, customers, MAY, MAY)


def first_wrong(text: str, language: str = "en", customers: int = 30) -> str | None:
    anchor = Product("P1", "CAM", "Lumo R50 kit")
    facts = known(
        (CARD, anchor), (counted(customers),), priced=CARD, texts=("Back within 60 days.",), numbers=(28,)
    )
    return unproven(text, facts, language)


@pytest.mark.parametrize(
    "text",
    [
        "It holds 128 GB.", "It holds 128GB.", "A V60 card for the R50.", "It writes 90 MB a second.",
        "It has five years of warranty.", "Rated 4.7.", "It is £42.90.", "It is 42.90 pounds.",
        "It is 30% recycled.", "It is 30 per cent recycled.", "10 or 15 cm.", "Bring it back for 28 days.",
        "Bring it back for 60 days.", "1,412 orders since May 2025.", "140 of 1,412 orders.", "No number.",
        "Two of them?", "34% of 1,412 orders since May 2025.",
    ],
)  # fmt: skip
def test_what_the_shop_states_may_be_said(text: str) -> None:
    assert first_wrong(text) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("It holds 256 GB.", "256"), ("An R70 card.", "R70"), ("It is £41.90.", "£41.90"),
        ("It is 128 pounds.", "128 pounds"), ("It is 60% off.", "60%"), ("It saves 42.90%.", "42.90%"),
        ("Ten thousand photos.", "thousand"), ("It has seven years.", "seven"),
        ("Back for 90.5 days.", "90.5"),
        ("34% have it.", "34%"), ("34% of 1,412 orders.", "34%"), ("It is 4,7 good.", None),
        ("1.412 orders.", "1.412"), ("f/2.8 is bright.", "f/2.8"),
    ],
)  # fmt: skip
def test_what_is_no_fact_is_named(text: str, named: str | None) -> None:
    assert first_wrong(text) == named


def test_no_per_cent_of_fewer_than_thirty_customers() -> None:
    said = "34% of 1,412 orders since May 2025."
    assert first_wrong(said, customers=30) is None
    assert first_wrong(said, customers=29) == "34%"


def test_german_writes_numbers_its_own_way() -> None:
    assert first_wrong("1.412 Bestellungen für 42,90 € seit 2025.", "de") is None
    assert first_wrong("Fünf Jahre Garantie, Note 4,7.", "de") is None
    assert first_wrong("Für 41,90 €.", "de") == "41,90 €"
    assert first_wrong("Sieben Jahre.", "de") == "Sieben"
    assert first_wrong("80 Prozent kaufen es.", "de") == "80 Prozent"


def test_the_share_may_have_its_base_filled_in() -> None:
    facts = known((CARD,), (counted(),))
    assert unproven("34% of  orders since .", facts, "en") == "34%"
    assert unproven("34% of  orders since .", facts, "en", "34% of 1,412 orders since May 2025.") is None


@pytest.mark.parametrize(
    ("text", "language", "named"),
    [
        ("It is half the price, only  today.", "en", "only today"), ("Hurry!", "en", "hurry"),
        ("Nur noch zwei da.", "de", "nur noch"), ("It goes with the camera.", "en", None),
    ],
)  # fmt: skip
def test_what_hurries_a_customer_is_named(text: str, language: str, named: str | None) -> None:
    assert pressing(text, language) == named
