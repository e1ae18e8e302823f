"""The universal field finds what is there, in any spelling, and no text breaks it."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.records import Found
from assistant.store import catalog as goods
from assistant.store import schema, search
from assistant.store.database import Connection, Home, open_catalog, open_home, stamp, transaction
from assistant.store.indexing import phone_spellings
from tests import shops


def products(found: Found) -> list[str]:
    return [p.product_id for p in found.products]


def customers(found: Found) -> list[str]:
    return [c.customer_id for c in found.customers]


def baskets(found: Found) -> list[str | None]:
    return [b.basket_id for b in found.baskets]


@pytest.fixture
def filled(catalog: Connection, shop: Connection) -> Connection:
    """The counter's connection, after rows were added that the small shop has not."""
    with transaction(catalog):
        catalog.executemany(
            "INSERT INTO products (product_id, sku, name, category, active) VALUES (?, ?, ?, ?, ?)",
            (
                ("X1", "ARD-1", "Ardent lens hood", "Photo/Hoods", 1),
                ("X2", "GFT-1", "Gift card", "Vouchers", 1),
                ("X3", "OLD-1", "Arden P200 photo printer", "Print/Printers", 0),
            ),
        )
        catalog.executemany(
            "INSERT INTO customers (customer_id, name, email, phone, derived) VALUES (?, ?, ?, ?, ?)",
            (
                ("C-11204", "Ardal Byrne", "a.byrne@example.org", "+12025550143", 0),
                ("C-10655", "Wen Li", "wen.li@orchard.example", "+4930901820", 0),
                ("17850", None, None, None, 1),
            ),
        )
        search.refresh(catalog, ("X1", "X2", "X3"), ("C-11204", "C-10655", "17850"))
    return shop


def test_words_match_by_their_beginnings_with_accents_folded(shop: Connection) -> None:
    assert products(search.find(shop, "cafe tea")) == ["P11"]
    assert products(search.find(shop, "TEAPOT café")) == ["P11"]
    assert customers(search.find(shop, "novak")) == ["C-10413"]


def test_an_accent_typed_as_two_characters_is_the_same_accent(shop: Connection) -> None:
    assert products(search.find(shop, "cafe\N{COMBINING ACUTE ACCENT} tea")) == ["P11"]


def test_word_starts_come_before_the_inside_of_words_and_what_is_no_longer_sold_last(
    filled: Connection,
) -> None:
    found = search.find(filled, "ard")
    assert products(found) == ["X1", "P8", "X3", "X2"]  # Ardent, Arden, Arden no longer sold, Gift cARD
    assert found.products_total == 6  # and two SD cards
    assert customers(found) == ["C-11204", "C-10414", "C-10655"]  # Ardal, GARDiner, orchARD


def test_words_of_two_letters_match_beginnings_only(shop: Connection) -> None:
    assert products(search.find(shop, "sd")) == ["P4", "P3"]
    assert search.find(shop, "sd").products_total == 2
    assert search.find(shop, "ea").products_total == 0


def test_one_character_is_not_searched(shop: Connection) -> None:
    assert search.find(shop, "c") == Found()
    assert search.find(shop, " c ") == Found()


def test_totals_are_true_where_lists_are_cut(shop: Connection) -> None:
    found = search.find(shop, "photo")
    assert len(found.products) == 4
    assert found.products_total == len(
        [p for p in shops.PRODUCTS if "photo" in p[2].lower() or p[3].startswith("Photo")]
    )


@pytest.mark.parametrize(
    "spelling",
    ["+44 1632 960187", "0044 1632 960187", "+44 (0)1632 960187", "(0)1632 960187", "01632-960-187",
     "01632960187", "441632960187", "960 187", "1632/960187", "632 9601 87"],
)  # fmt: skip
def test_a_phone_is_found_however_it_is_written(shop: Connection, spelling: str) -> None:
    assert customers(search.find(shop, spelling)) == ["C-10412"]


def test_a_whole_phone_finds_all_whom_it_reaches_and_nothing_else(
    catalog: Connection, shop: Connection
) -> None:
    with transaction(catalog):
        catalog.execute(
            "INSERT INTO customers (customer_id, name, phone) VALUES ('C-2', 'Ada', '+441632960187')"
        )
        catalog.execute("INSERT INTO orders (order_id) VALUES ('X-01632960187')")
        search.refresh(catalog, (), ["C-2"])
    found = search.find(shop, "01632 960187")
    assert customers(found) == ["C-2", "C-10412"]
    assert (found.customers_total, found.baskets_total, found.exact) == (2, 0, False)


def test_orders_that_came_as_others_went_are_noticed(catalog: Connection, shop: Connection) -> None:
    with transaction(catalog):
        catalog.execute("DELETE FROM orders WHERE order_id = 'O0'")
        catalog.execute("INSERT INTO orders (order_id, ordered_at) VALUES ('NEW-1', ?)", (stamp(shops.NOW),))
        search.refresh(catalog)
    assert baskets(search.find(shop, "new1")) == ["NEW-1"]


def test_a_zero_that_is_no_part_of_the_number_finds_nobody(shop: Connection) -> None:
    assert customers(search.find(shop, "0960187")) == []


@pytest.mark.parametrize(
    ("phone", "spellings"),
    [
        ("+12025550143", "12025550143 02025550143"),
        ("+4930901820", "4930901820 030901820"),
        ("+353861234567", "353861234567 0861234567"),
        ("01632 960187", "01632960187"),
        (None, None),
    ],
)
def test_spellings_of_a_phone_are_with_its_country_and_at_home(
    phone: str | None, spellings: str | None
) -> None:
    assert phone_spellings(phone) == spellings


def test_numbers_are_found_by_any_part_of_three(shop: Connection) -> None:
    assert customers(search.find(shop, "10413")) == ["C-10413"]
    assert customers(search.find(shop, "c 10413")) == ["C-10413"]
    assert baskets(search.find(shop, "20418")) == ["B-20418"]
    assert baskets(search.find(shop, "b20418")) == ["B-20418"]


def test_a_customer_without_a_name_is_found_by_number(filled: Connection) -> None:
    assert customers(search.find(filled, "785")) == ["17850"]
    assert customers(search.find(filled, "17850")) == ["17850"]


def test_whole_codes_are_exact_and_nothing_else_is_shown(shop: Connection) -> None:
    for text in ("5000000000003", "CRD-128", "crd-128", " CRD-128\t"):
        found = search.find(shop, text)
        assert found.exact
        assert products(found) == ["P3"]
        assert found.customers_total == found.baskets_total == 0
    assert baskets(search.find(shop, "b-20418")) == ["B-20418"]
    assert search.find(shop, "C-10412").exact
    assert not search.find(shop, "CRD-12").exact


def test_a_short_code_comes_first_and_hides_nothing(shop: Connection) -> None:
    found = search.find(shop, "P1")
    assert not found.exact
    assert products(found)[0] == "P1"


def test_an_order_number_finds_the_sale(shop: Connection) -> None:
    found = search.find(shop, "O150")
    assert found.exact
    (sale,) = found.baskets
    assert sale.paid
    assert sale.customer_id == "C-10412"
    assert baskets(search.find(shop, "150")) == ["O150"]


def test_a_customer_brings_the_basket_along(shop: Connection) -> None:
    found = search.find(shop, "maren")
    assert baskets(found) == ["B-20418"]
    assert found.baskets_total == 1


def test_a_customers_late_orders_come_after_the_open_basket(catalog: Connection, shop: Connection) -> None:
    with transaction(catalog):
        for number, days in (("LATE", 3), ("LONG-AGO", 40)):
            catalog.execute(
                "INSERT INTO orders (order_id, customer_id, ordered_at) VALUES (?, 'C-10412', ?)",
                (number, stamp(shops.NOW - timedelta(days=days))),
            )
    found = search.find(shop, "maren")
    assert baskets(found) == ["B-20418", "LATE"]
    assert found.baskets_total == 2


def test_what_changed_is_found_anew_and_what_went_is_gone(catalog: Connection, shop: Connection) -> None:
    with transaction(catalog):
        catalog.execute("UPDATE products SET name = 'Porcelain jug' WHERE product_id = 'P11'")
        catalog.execute("UPDATE customers SET phone = '+441632960555' WHERE customer_id = 'C-10412'")
        catalog.execute("DELETE FROM baskets WHERE basket_id = 'B-20418'")
        catalog.execute("INSERT INTO orders (order_id, ordered_at) VALUES ('NEW-777', 0)")
        catalog.execute("DELETE FROM orders WHERE order_id = 'O250'")
        search.refresh(catalog, ["P11"], ["C-10412"], ["B-20418"])
    assert search.find(shop, "teapot").products_total == 0
    assert products(search.find(shop, "porcel")) == ["P11"]
    assert customers(search.find(shop, "960187")) == []
    assert customers(search.find(shop, "960555")) == ["C-10412"]
    assert search.find(shop, "20418").baskets_total == 0
    assert baskets(search.find(shop, "777")) == ["NEW-777"]
    assert search.find(shop, "o25").baskets_total == 10  # O25, O251 to O259


def test_refreshed_and_rebuilt_indexes_answer_alike(filled: Connection, catalog: Connection) -> None:
    texts = ("ard", "photo", "960", "maren", "150", "card", "li", "example", "10")
    refreshed = [search.find(filled, text) for text in texts]
    with transaction(catalog):
        search.rebuild(catalog)
    assert [search.find(filled, text) for text in texts] == refreshed


def test_a_scanned_code_finds_its_product_with_or_without_the_leading_zero(
    catalog: Connection, shop: Connection
) -> None:
    with transaction(catalog):
        catalog.executemany(
            "INSERT INTO barcodes VALUES (?, ?)", [("0712345678904", "P5"), ("798765432106", "P6")]
        )
    for code, product_id in (("712345678904", "P5"), ("0712345678904", "P5"), ("0798765432106", "P6")):
        found = goods.by_code(shop, code)
        assert found is not None
        assert found.product_id == product_id


def test_codes_and_rows_of_the_indexes_are_looked_up_without_a_scan(catalog: Connection) -> None:
    asked = (
        ("SELECT * FROM products WHERE sku = ? COLLATE NOCASE", ("CRD-128",)),
        (
            "SELECT row FROM indexed WHERE kind = ? AND id IN (SELECT value FROM json_each(?))",
            ("order", "[]"),
        ),
    )
    for sql, values in asked:
        plan = " ".join(str(row[3]) for row in catalog.execute(f"EXPLAIN QUERY PLAN {sql}", values))
        assert "SCAN products" not in plan
        assert "SCAN indexed" not in plan


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One small shop for many texts, none of which changes it."""
    home = Home(Path(tmp_path_factory.mktemp("search")) / "home")
    schema.prepare(home)
    with contextlib.closing(open_catalog(home)) as connection:
        shops.fill(connection)
    return home


_SYNTAX = st.text(alphabet="\"*^(){}[]:+-~%_'\\NEAR AND OR NOT0123caf\0é🙂", max_size=20)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(max_size=40) | _SYNTAX, min_size=1, max_size=20))
def test_no_text_breaks_the_search(standing: Home, texts: list[str]) -> None:
    with contextlib.closing(open_home(standing)) as connection:
        for text in texts:
            found = search.find(connection, text)
            assert len(found.products) <= found.products_total
            assert len(found.customers) <= found.customers_total
            assert len(found.baskets) <= found.baskets_total


@pytest.mark.parametrize(
    "text", ['"', "a\0b", "tea*\0", "NEAR(", "name:tea", "tea AND", "\ud800tea", "🙂🙂🙂", "((()))"]
)
def test_search_syntax_is_only_text(shop: Connection, text: str) -> None:
    assert not search.find(shop, text).exact


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_every_product_is_found_by_the_beginnings_of_its_words(standing: Home, data: st.DataObject) -> None:
    product = data.draw(st.sampled_from(shops.PRODUCTS))
    words = [w.strip(",") for w in product[2].split() if len(w.strip(",")) > 1]
    typed = [w[: data.draw(st.integers(2, len(w)))] for w in data.draw(st.permutations(words))]
    with contextlib.closing(open_home(standing)) as connection:
        found = search.find(connection, " ".join(typed))
    assert product[0] in products(found) or found.products_total > len(found.products)


def test_a_number_that_begins_so_comes_before_one_that_holds_it(
    catalog: Connection, shop: Connection
) -> None:
    people = (("Z1", "Abel", "+12020163255"), ("Z2", "Zoe", "+441639999999"), ("Z3", "Yan", "+441638888888"))
    with transaction(catalog):
        catalog.executemany("INSERT INTO customers (customer_id, name, phone) VALUES (?, ?, ?)", people)
        search.refresh(catalog, (), [one[0] for one in people])
    found = search.find(shop, "0163")
    assert customers(found)[-1] != "Z1"
    assert found.customers_total == 6
    assert customers(search.find(shop, "01638")) == ["Z3"]


def test_a_number_that_changed_or_went_is_found_no_more(catalog: Connection, shop: Connection) -> None:
    with transaction(catalog):
        catalog.execute("UPDATE customers SET phone = '+4930901820' WHERE customer_id = 'C-10412'")
        catalog.execute("UPDATE customers SET phone = NULL WHERE customer_id = 'C-10413'")
        search.refresh(catalog, (), ("C-10412", "C-10413"))
    assert customers(search.find(shop, "016329601")) == ["C-10414"]
    assert customers(search.find(shop, "030901")) == ["C-10412"]


def test_totals_end_at_a_thousand(catalog: Connection, shop: Connection) -> None:
    rows = [(f"M{n}", f"Many {n}", f"+44790000{n:04d}") for n in range(search.COUNTED + 5)]
    with transaction(catalog):
        catalog.executemany("INSERT INTO customers (customer_id, name, phone) VALUES (?, ?, ?)", rows)
        search.refresh(catalog, (), [one[0] for one in rows])
    assert search.find(shop, "many").customers_total == search.COUNTED
    assert search.find(shop, "079000").customers_total == search.COUNTED
    assert search.find(shop, "many 10").customers_total == 1 + 10 + 5


def test_several_words_mean_their_beginnings(catalog: Connection, shop: Connection) -> None:
    with transaction(catalog):
        rows = (("X1", "Swift card reader", "X1"), ("X2", "Aswift discard bin", "X2"))
        catalog.executemany("INSERT INTO products (product_id, name, sku) VALUES (?, ?, ?)", rows)
        search.refresh(catalog, ("X1", "X2"))
    assert products(search.find(shop, "swift card rea")) == ["X1"]
    assert "X2" not in products(search.find(shop, "swift card"))
    assert products(search.find(shop, "wift iscard")) == ["X2"]  # where nothing begins so
