"""A product that is not in stock, opened at the counter, is noted as asked for; nobody is told or asked."""

from __future__ import annotations


def _noted(bench) -> list[tuple[object, ...]]:
    return bench.log(
        "SELECT product_id, associate_id, store_id, customer_id FROM asked_for ORDER BY sequence"
    )


def test_a_product_out_of_stock_is_noted_once(bench):
    for _ in range(2):
        bench.page.open_product("P12")
        bench.settle()
    assert _noted(bench) == [("P12", "A1", "S1", None)]
    assert bench.log("SELECT count(*) FROM outbox WHERE record = 'asked_for'") == [(1,)]


def test_what_is_in_stock_is_not_noted(bench):
    bench.page.open_product("P3")
    bench.settle()
    assert _noted(bench) == []


def test_it_is_noted_for_the_customer_who_is_served(bench):
    bench.page.open_customer("C-10412")
    bench.settle()
    bench.page.open_product("P12")
    bench.settle()
    assert _noted(bench) == [("P12", "A1", "S1", "C-10412")]
