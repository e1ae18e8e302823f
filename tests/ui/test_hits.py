"""What the results list says: rows in words, and where in them the search was found."""

from __future__ import annotations

import pytest

from assistant.store.database import Connection
from assistant.ui.hits import groups, look_up, pieces
from tests.shops import NOW


def rows(shop: Connection, text: str, store_id: str | None = "S1"):
    return [hit for group in groups(look_up(shop, text, store_id), NOW) for hit in group.hits]


def test_a_customer_is_told_by_name_number_tier_and_ways_to_reach(shop):
    (hit,) = (hit for hit in rows(shop, "maren") if hit.kind == "customer")
    assert (hit.key, hit.title, hit.after, hit.chip) == ("C-10412", "Maren Oduya", "C-10412", "Silver")
    assert hit.details == (("phone", "+44 1632 960187"), ("mail", "maren@example.com"))


def test_a_basket_is_told_by_whose_it_is_where_and_what_it_is_worth(shop):
    (hit,) = rows(shop, "B-20418")
    assert (hit.kind, hit.title, hit.after) == ("basket", "B-20418", "Maren Oduya")
    assert "Harbour Street" in hit.details[0][1]
    assert hit.details[0][1].endswith("2 items")
    assert hit.top == "£747.50"
    assert hit.below == "Open"


def test_a_product_says_price_and_stock_of_this_store(shop):
    by_key = {hit.key: hit for hit in rows(shop, "filter")}
    assert by_key["P7"].top == "£18.50"
    assert by_key["P7"].below == "In stock 6"
    assert by_key["P12"].below == "Out of stock"
    assert by_key["P12"].few
    assert not by_key["P7"].few


def test_every_head_says_how_many_exist(shop):
    (group,) = groups(look_up(shop, "filter"), NOW)
    assert (group.title, group.total) == ("Products", "2 found")


@pytest.mark.parametrize(
    ("text", "searched", "marked"),
    [
        ("Arden P310 photo printer", "ard", ["Ard"]),
        ("Swift 128 GB SD card", "card swift", ["Swift", "card"]),
        ("Ines Novák", "novak", ["Novák"]),
        ("Café teapot", "CAFÉ", ["Café"]),
        ("+44 1632 960 118", "960 11", ["960 11"]),
        ("+441632960118", "01632 960", ["1632960"]),
        ("B-20418", "b-204", ["B", "204"]),
        ("Lens (used)", "(", []),
        ("Straße", "ss", []),
    ],
)
def test_what_was_searched_for_is_marked_in_its_place(text, searched, marked):
    cut = pieces(text, searched)
    assert "".join(piece for piece, _ in cut) == text
    assert [piece for piece, hit in cut if hit] == marked


def test_who_is_found_by_e_mail_alone_is_said_so(shop):
    (hit,) = (hit for hit in rows(shop, "example") if hit.key == "C-10412")
    assert hit.found_by == "Found by e-mail"
    assert all(hit.found_by == "" for hit in rows(shop, "maren"))


def test_where_nothing_is_found_it_is_told_how_much_was_searched(shop):
    searched = look_up(shop, "ardwen").searched
    assert searched is not None
    assert (searched.products, searched.word, searched.of_products) == (12, "Arden", 1)
