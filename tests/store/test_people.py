"""Customers: what a card shows, and consent checked before every use."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.store import people, preferences
from assistant.store.database import Connection, stamp, transaction
from tests import shops


def test_a_card_tells_what_was_bought_and_kept(shop: Connection) -> None:
    card = people.card(shop, "C-10412")
    assert card is not None
    # O1 (the printer with cable and paper) and O150 (the camera and the card) are the customer's
    lines = shop.execute(
        "SELECT product_id, unit_price FROM order_lines WHERE order_id IN ('O1', 'O150')"
    ).fetchall()
    assert {o.product.product_id for o in card.owned} == {product_id for product_id, _ in lines}
    assert card.orders == 2
    assert card.average_order == round(sum(price for _, price in lines) / 2)
    assert card.last_order_at == shops.START + timedelta(days=150, hours=150 % 8)
    assert card.currency == "GBP"
    times = [o.bought_at for o in card.owned]
    assert times == sorted(times, key=lambda at: at or shops.START, reverse=True)


def test_what_was_returned_is_not_owned_and_not_paid(catalog: Connection, shop: Connection) -> None:
    before = people.card(shop, "C-10412")
    with transaction(catalog):
        catalog.execute(
            "UPDATE order_lines SET returned_quantity = 1 WHERE order_id = 'O150' AND product_id = 'P1'"
        )
    after = people.card(shop, "C-10412")
    assert before is not None
    assert after is not None
    assert {o.product.product_id for o in before.owned} - {o.product.product_id for o in after.owned} == {
        "P1"
    }
    assert before.average_order is not None
    assert after.average_order == before.average_order - 7_290_000 // 2


def test_of_a_discount_only_the_part_on_what_was_kept_counts(catalog: Connection, shop: Connection) -> None:
    with transaction(catalog):
        catalog.execute("DELETE FROM orders WHERE order_id = 'O1'")
        catalog.execute("DELETE FROM order_lines WHERE order_id = 'O150'")
        catalog.executemany(
            "INSERT INTO order_lines VALUES ('O150', ?, ?, ?, ?, ?, ?)",
            [(1, "P9", 4, 100_000, 40_000, 1), (2, "P3", 1, 500_000, 100_000, 1)],
        )
    card = people.card(shop, "C-10412")
    assert card is not None
    # three of four kept at 10.00 less 1.00 each; the card came back whole and brought nothing
    assert card.average_order == 3 * (100_000 - 10_000)


def test_money_of_several_currencies_is_never_averaged(catalog: Connection, shop: Connection) -> None:
    before = people.card(shop, "C-10412")
    with transaction(catalog):
        catalog.execute(
            "INSERT INTO orders (order_id, customer_id, currency) VALUES ('X1', 'C-10412', 'USD')"
        )
        catalog.execute("INSERT INTO order_lines VALUES ('X1', 1, 'P3', 1, 990000000, 0, 0)")
    after = people.card(shop, "C-10412")
    assert before is not None
    assert after is not None
    assert (after.currency, after.average_order) == ("GBP", before.average_order)
    assert (after.orders, after.last_order_at) == (before.orders + 1, before.last_order_at)


def test_nobody_has_no_card(shop: Connection) -> None:
    assert people.card(shop, "nobody") is None
    assert people.customer(shop, "nobody") is None
    assert not people.may_use_history(shop, "nobody")


def test_consent_is_what_the_mirror_says_until_the_customer_says_otherwise(shop: Connection) -> None:
    assert people.may_use_history(shop, "C-10412")
    assert not people.may_use_history(shop, "C-10413")
    people.set_consent(shop, "C-10412", "personal_suggestions", False, "A1")
    people.set_consent(shop, "C-10413", "personal_suggestions", True, "A1")
    assert not people.may_use_history(shop, "C-10412")
    assert people.may_use_history(shop, "C-10413")
    card = people.card(shop, "C-10412")
    assert card is not None
    assert card.owned == ()
    assert card.customer.personal_suggestions is False
    assert card.customer.contact is True
    people.set_consent(shop, "C-10412", "personal_suggestions", True, "A1")
    assert people.may_use_history(shop, "C-10412")


def test_what_was_asked_for_here_outlives_a_sync(catalog: Connection, shop: Connection) -> None:
    people.set_consent(shop, "C-10412", "personal_suggestions", False, "A1")
    with transaction(catalog):
        catalog.execute("UPDATE customers SET personal_suggestions = 1")
    assert not people.may_use_history(shop, "C-10412")


def test_a_consent_is_logged_with_who_took_it_and_queued(shop: Connection) -> None:
    people.set_consent(shop, "C-10414", "contact", True, "A2")
    (row,) = shop.execute("SELECT sequence, customer_id, kind, given, associate_id, consent_id FROM consents")
    assert row[:5] == (1, "C-10414", "contact", 1, "A2")
    assert shop.execute("SELECT sequence, record, record_id FROM outbox").fetchall() == [
        (1, "consent", row[5])
    ]
    known = people.customer(shop, "C-10414")
    assert known is not None
    assert (known.contact, known.personal_suggestions) == (True, None)


@pytest.mark.parametrize(
    ("assumed_from", "may"),
    [
        ("", False),
        ("2020-01-01", True),
        ("2999-01-01", False),
        ("1", False),
        ("yes", False),
        ("2020-13-01", False),
    ],
)
def test_unknown_consent_counts_only_from_a_day_that_has_come(
    shop: Connection, assumed_from: str, may: bool
) -> None:
    preferences.put(shop, "consent.assumed_from", assumed_from)
    assert people.may_use_history(shop, "C-10414") is may
    assert not people.may_use_history(shop, "C-10413")  # a no stays a no


def test_a_customer_keeps_every_fact(catalog: Connection, shop: Connection) -> None:
    with transaction(catalog):
        catalog.execute("UPDATE customers SET note = 'Left-handed' WHERE customer_id = 'C-10412'")
    known = people.customer(shop, "C-10412")
    assert known is not None
    assert (known.name, known.email, known.phone, known.tier, known.note) == (
        "Maren Oduya", "maren@example.com", "+441632960187", "Silver", "Left-handed",
    )  # fmt: skip
    assert (
        stamp(known.since)
        == shop.execute("SELECT since FROM customers WHERE customer_id = 'C-10412'").fetchone()[0]
    )
