"""The counter's sentences: what they say, and what they refuse to say."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale

from assistant.records import DECLINE_REASONS, Evidence, Line, Product, Stock, Suggestion, TalkingPoint
from assistant.ui import dates, stock_words, why, wording

NOW = datetime(2026, 6, 14, 12, 0, tzinfo=UTC)
PAIR = Evidence("bought_together", "P1", "Lumo R50, black", 140, 412, 140 / 412, 2.62, 400)


LIKE = replace(PAIR, kind="like_together", like_id="P7", like_name="RED ENAMEL MUG")
CATEGORIES = Evidence(
    "category_together", "P1", "Lumo R50", 140, 412, 140 / 412, 2.62, 400,
    anchor_category="Photo/Cameras", category="Photo/SD cards",
)  # fmt: skip
MAY = datetime(2026, 5, 9, 12, tzinfo=UTC)


def again(n: int = 3, until: datetime | None = MAY, every: float | None = 42.0) -> Evidence:
    return Evidence("again", "P3", "Card", n, until=until, owned=True, every_days=every)


def suggested(*facts: Evidence, **parts: float) -> Suggestion:
    return Suggestion(Product("P3", "S3", "Card"), 1, 0.2, parts, TalkingPoint("t", "It fits."), facts)


@pytest.fixture(autouse=True)
def british():
    """The same place for every machine."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (429_000, "GBP", "£42.90"),
        (12_345_600, "GBP", "£1,234.56"),
        (1_000_000, "JPY", "¥100"),
        (429_000, None, "42.90"),
        (429_000, "CHF", "CHF 42.90"),
        (None, "GBP", ""),
        (429_049, "GBP", "£42.90"),
    ],
)
def test_money(amount, currency, said):
    assert wording.money(amount, currency).replace("\xa0", " ") == said


def test_money_for_ears():
    assert wording.spoken_money(429_000, "GBP") == "42.90 pounds"
    assert wording.spoken_money(None, "GBP") == "price unknown"


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(hours=3), "today"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=13), "13 days"),
        (timedelta(days=21), "3 weeks"),
        (timedelta(days=153), "5 months"),
        (timedelta(days=364), "12 months"),
        (timedelta(days=366), "1 year"),
        (timedelta(days=3 * 365 + 10), "3 years"),
        (timedelta(days=-2), "today"),
    ],
)
def test_age(ago, said):
    assert dates.age(NOW - ago, NOW) == said


def test_day_names_the_year_only_if_it_is_another():
    assert dates.day(datetime(2026, 5, 9, 12, tzinfo=UTC), NOW) == "9 May"
    assert dates.day(datetime(2025, 5, 9, 12, tzinfo=UTC), NOW) == "9 May 2025"


def test_evidence_says_share_base_and_lift():
    assert why.evidence(PAIR) == "Bought with the Lumo R50 in 34% of 412 sales, 2.6× the usual"


def test_a_lookalikes_counts_are_said_to_be_its_own():
    assert why.evidence(LIKE) == (
        "Like the red enamel mug, which is bought with the Lumo R50 in 34% of 412 sales, 2.6× the usual"
    )
    few = replace(LIKE, customers=29)
    assert why.evidence(few) == ""
    assert why.reasons_for(suggested(LIKE)) == [("users", why.evidence(LIKE))]
    assert why.reasons_for(suggested(few)) == [
        ("check", "Like the red enamel mug, which was bought with this before; too few sales for a share")
    ]


def test_a_proposal_says_whose_idea_it_is_and_its_own_rate_once_offers_allow_it():
    few = Evidence("proposed", "P1", "Lumo R50", 20, 29, 20 / 29)
    assert why.evidence(few) == "Proposed by a colleague for the Lumo R50"
    many = replace(few, n=14, base=41, share=14 / 41)
    assert why.evidence(many) == "Proposed by a colleague for the Lumo R50, accepted in 34% of 41 offers"
    assert why.reasons_for(suggested(many)) == [("check", why.evidence(many))]
    assert why.reasons_for(suggested(many, PAIR))[1] == (
        "users",
        why.evidence(PAIR),
    )


def test_few_customers_give_no_percentage():
    few = Evidence("bought_together", "P1", "Lumo R50", 9, 29, 9 / 29, 3.0, 29)
    assert why.evidence(few) == ""
    product = Product("P3", "S3", "Card")
    said = why.reasons_for(Suggestion(product, 1, 0.2, {}, TalkingPoint("t", "It fits."), (few,)))
    assert said and all("%" not in text and "29" not in text for _, text in said)


def test_a_lift_of_one_is_not_boasted_of():
    plain = Evidence("bought_together", "P1", "Lumo R50", 140, 412, 0.34, 1.0, 400)
    assert "usual" not in why.evidence(plain)


def test_categories_are_said_with_share_base_and_lift():
    assert why.evidence(CATEGORIES) == "SD cards in 34% of 412 sales with cameras, 2.6× the usual"
    small = replace(CATEGORIES, category="Home/Teapots & Cups", lift=1.0)
    assert why.evidence(small) == "Teapots and cups in 34% of 412 sales with cameras"


def test_few_customers_give_no_percentage_of_categories_either():
    few = replace(CATEGORIES, customers=29)
    assert why.evidence(few) == ""
    ((icon, text),) = why.reasons_for(suggested(few))
    assert icon == "check" and "%" not in text and "29" not in text
    assert text != why.reasons_for(suggested(replace(PAIR, customers=29)))[0][1]


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (again(), "Bought 3 times before, last in May 2026, usually again after 6 weeks"),
        (again(1), "Bought once before, last in May 2026, usually again after 6 weeks"),
        (again(every=None), "Bought 3 times before, last in May 2026"),
        (again(1200, None, None), "Bought 1,200 times before"),
    ],
)
def test_what_was_bought_before_is_said_with_its_last_time(fact, said):
    assert why.evidence(fact) == said


def test_what_was_bought_before_stands_beside_what_was_counted():
    said = why.reasons_for(suggested(again(), CATEGORIES, PAIR))
    assert said == [
        ("receipt", why.evidence(again())),
        ("users", why.evidence(CATEGORIES)),
    ]
    assert why.reasons_for(suggested(again())) == [("receipt", why.evidence(again()))]
    said = why.reasons_for(suggested(replace(CATEGORIES, customers=3), PAIR))
    assert said == [("users", why.evidence(PAIR))]


def test_every_part_of_a_score_has_words():
    names = {"usual", "together", "basket", "category", "customer", "again", "link", "start"}
    assert "" not in map(why.part, names)
    assert len({why.part(name) for name in names}) == len(names)


def test_the_three_parts_that_moved_it_most_are_told_up_or_down():
    parts = {"start": -4.0, "usual": -0.4, "together": 1.2, "category": 0.2, "customer": 0.3, "basket": 0.0}
    assert why.moved(parts) == [
        "▲ Bought with this",
        "▼ How often it sells",
        "▲ What this customer buys",
    ]


def test_what_hardly_moved_it_and_what_is_not_known_here_is_not_told():
    assert why.moved({"start": -4.0, "usual": 0.05, "basket": -0.05, "pairing": 2.0}) == []
    assert why.moved({}) == []


def test_why_it_fits_comes_before_what_was_counted():
    product = Product("P3", "S3", "Card", attributes={"fits": ["49 mm thread"]})
    linked = Evidence("accessory", "P1", "Lumo R50")
    said = why.reasons_for(Suggestion(product, 1, 0.2, {}, TalkingPoint("t", "It fits."), (linked, PAIR)))
    assert [icon for icon, _ in said] == ["check", "users"]
    assert said[0][1] == "Fits: 49 mm thread"


@pytest.mark.parametrize(
    ("stock", "aisle", "said", "few"),
    [
        (Stock(14, NOW), 3, "In stock 14, aisle 3", False),
        (Stock(2, NOW), 7, "Last 2, aisle 7", True),
        (Stock(0, NOW), 7, "Out of stock", True),
        (Stock(14, NOW - timedelta(days=3)), None, "In stock 14 on 11 Jun", False),
        (Stock(2, NOW - timedelta(days=3)), 7, "Last 2 on 11 Jun", True),
        (Stock(None, NOW), 3, "", False),
        (None, None, "", False),
    ],
)
def test_stock(stock, aisle, said, few):
    assert stock_words.stock(stock, NOW, aisle) == (said, few)


def test_match_words_fall_with_the_score():
    words = [why.match_word(score) for score in (0.9, 0.2, 0.1, 0.05, 0.001)]
    assert [filled for _, filled in words] == [5, 4, 3, 2, 1]
    assert len({word for word, _ in words}) == 5


def test_every_reason_has_a_word():
    assert len({wording.reason(reason) for reason in DECLINE_REASONS}) == len(DECLINE_REASONS)


def test_items_are_counted_in_pieces_and_weighed_goods_in_lines():
    lines = [Line("P1", "S1", "a", 2), Line("P2", "S2", "b", 1)]
    assert wording.items(lines) == "Total, 3 items"
    assert wording.items([Line("P1", "S1", "a", 1)]) == "Total, 1 item"
    assert wording.items([*lines, Line("P3", "S3", "cheese", 0.25)]) == "Total, 3 items"


def test_a_system_without_a_place_still_groups_thousands():
    QLocale.setDefault(QLocale.c())
    assert wording.number(1140) == "1,140"


def test_what_answers_taught_is_told_in_hundreds():
    assert why.valued({}) == []
    told = why.valued({"accepted": math.log(0.22), "kept": math.log(0.931), "margin": 0.05})
    assert told == ["Accepted when offered: about 22 of 100", "Kept when accepted: about 93 of 100"]
    assert why.valued({"margin": -0.4}) == ["▼ What it earns"]
