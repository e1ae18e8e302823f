"""Twelve visits worked out by hand: a kit, a later, a mismatch, returns, and an order that came late."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta

import pytest

from assistant.measure import export
from assistant.measure.report import report
from assistant.measure.team import team
from assistant.store import counting, preferences
from assistant.store.database import Home, open_catalog, open_home, stamp, transaction
from tests.measure import made

UNTIL = made.START + timedelta(days=28)
GOODS = (
    ("CAM", "Photo/Cameras/Compact", 500, 400),
    ("CAM2", "Photo/Cameras/Full", 700, 600),
    ("CARD", "Photo/Cards", 40, 20),
    ("CASE", "Photo/Bags", 60, 30),
    ("BATT", "Photo/Power", 30, 10),
)
VISITS = (
    ("V1", "A1", 0, "B1", None, 5, (("CARD", "accepted"),)),
    ("V2", "A1", 0, "B2", None, 3, (("CARD", "accepted"),)),
    ("V3", "A2", 1, "B3", None, 4, (("CARD", "accepted"), ("CASE", "accepted"), ("BATT", "accepted"))),
    ("V4", "A2", 1, "B4", None, 2, (("CASE", "later"),)),
    ("V5", "A1", 2, "B5", None, None, (("CARD", "declined"),)),
    ("V6", "A1", 2, "B6", None, None, (("CARD", "accepted"),)),
    ("V7", "A2", 3, None, "C1", None, (("CASE", "accepted"),)),
    ("V8", "A1", 3, "B8", None, None, (("CARD", "accepted", "undone"),)),
    ("V9", "A2", 4, "B9", None, None, (("CARD", "not_offered"),)),
    ("V10", "A1", 4, None, "C2", None, (("BATT", "accepted"),)),
    ("V11", "A2", 5, "B11", None, None, (("CAM2", "accepted"), ("CARD", "accepted"))),
    ("V12", "A1", 5, "B12", None, None, (("CASE", "accepted"), ("BATT", "accepted"))),
)
ORDERS = (
    ("O1", "A1", 0, "B1", None, (("CAM", 0, None), ("CARD", 0, None))),
    ("O2", "A1", 0, "B2", None, (("CAM", 0, None), ("CARD", 0, 10))),
    ("O3", "A2", 1, "B3", None, (("CAM", 0, None), ("CARD", 0, None), ("CASE", 0, None), ("BATT", 0, 50))),
    ("O4", "A2", 1, "B4", None, (("CAM", 0, None),)),
    ("O5", "A1", 2, "B5", None, (("CAM", 0, None), ("CARD", 0, None))),
    ("O6", "A1", 2, "B6", None, (("CAM", 0, None),)),
    ("O8", "A1", 3, "B8", None, (("CAM", 0, None),)),
    ("O9", "A2", 4, "B9", None, (("CAM", 0, None),)),
    ("O10", "A1", 20, None, "C2", (("CAM", 0, None), ("BATT", 0, None))),
    ("O11", "A2", 5, "B11", None, (("CAM", 0, None), ("CARD", 0, None))),
    ("O12", "A2", 5, "B12", None, (("CAM", 0, None), ("CASE", 10, None))),
    ("O13", "A1", 6, None, None, (("CAM", 0, None),)),
    ("O14", "A1", 12, None, "C1", (("CARD", 0, None),)),
    ("O15", "A1", 61, None, None, (("CAM", 0, None),)),
)
LATE = ("O7", "A2", 5, None, "C1", (("CAM", 0, None), ("CASE", 0, None)))

ALL = {
    "offered_attachment": (6, 13),
    "basket_attachment": (8, 13),
    "attachment_units": (8, 13),
    "net_attachment": (5, 13),
    "net_attachment_units": (7, 13),
    "offer_rate": (13, 15),
    "acceptance": (11, 13),
    "confirmed": (8, 11),
    "conversion": (8, 13),
    "net_conversion": (7, 13),
    "customers_bought": (1, 2),
    "came_back": (1, 2),
    "cross_sell_revenue_share": (290, 6900),
    "margin_per_minute": (140, 120),
    "average_order_value": (6900, 14),
    "units_per_transaction": (24, 14),
    "order_value_with": (3290, 6),
    "order_value_without": (3570, 7),
    "units_with": (14, 6),
    "units_without": (9, 7),
    "cross_sell_return_rate": (2, 8),
    "same_products_return_rate": (0, 3),
    "satisfaction": (2, 4),
    "satisfaction_score": (14, 4),
}
BEFORE_THE_LATE_ORDER = {
    "offered_attachment": (5, 12),
    "confirmed": (7, 11),
    "customers_bought": (0, 2),
    "came_back": (0, 1),
    "net_attachment": (5, 12),
    "cross_sell_return_rate": (0, 7),
}
BY_ASSOCIATE = {
    "A1": {"offered_attachment": (2, 7), "net_attachment": (1, 7), "offer_rate": (7, 8), "acceptance": (6, 7),
           "confirmed": (3, 6), "net_conversion": (2, 7), "cross_sell_revenue_share": (40, 3650)},
    "A2": {"offered_attachment": (4, 6), "net_attachment": (4, 6), "offer_rate": (6, 7), "acceptance": (5, 6),
           "confirmed": (5, 5), "net_conversion": (5, 6), "cross_sell_revenue_share": (250, 3250)},
}  # fmt: skip
BY_PRODUCT = {
    "CARD": {"offer_rate": (6, 8), "confirmed": (4, 5), "net_conversion": (3, 6)},
    "CASE": {"offer_rate": (4, 4), "confirmed": (3, 3), "net_conversion": (3, 4)},
    "BATT": {"offer_rate": (3, 3), "confirmed": (1, 3), "net_conversion": (1, 3)},
    "CAM": {"offered_attachment": (6, 13), "net_attachment": (5, 13)},
}
OUTCOMES = {
    ("V1", "CARD"): ("kept", None),
    ("V2", "CARD"): ("returned", None),
    ("V3", "CARD"): ("kept", None),
    ("V3", "CASE"): ("kept", None),
    ("V3", "BATT"): ("kept", None),
    ("V6", "CARD"): ("unmatched", "not_on_receipt"),
    ("V7", "CASE"): ("kept", None),
    ("V10", "BATT"): ("unmatched", "too_late"),
    ("V11", "CARD"): ("kept", None),
    ("V12", "CASE"): ("kept", None),
    ("V12", "BATT"): ("unmatched", "not_on_receipt"),
}


def order(catalog, order_id, associate, day, basket, customer, lines) -> None:
    at = stamp(made.START + timedelta(days=day, hours=12))
    prices = {product: price for product, _, price, _ in GOODS}
    catalog.execute(
        "INSERT INTO orders VALUES (?, ?, ?, 'S1', ?, 'till', ?, 'GBP')",
        (order_id, customer, associate, at, basket),
    )
    for line_no, (product, discount, _) in enumerate(lines, 1):
        catalog.execute(
            "INSERT INTO order_lines VALUES (?, ?, ?, 1, ?, ?, 0)",
            (order_id, line_no, product, prices[product] * 10_000, discount * 10_000),
        )


def bring_back(catalog, order_id, lines) -> None:
    for line_no, (product, _, day) in enumerate(lines, 1):
        if day is not None:
            at = stamp(made.START + timedelta(days=day, hours=12))
            catalog.execute(
                "INSERT INTO returns VALUES (?, ?, ?, ?, NULL, 'S1', 1, ?)",
                (f"R-{order_id}-{line_no}", order_id, line_no, product, at),
            )
            catalog.execute(
                "UPDATE order_lines SET returned_quantity = 1 WHERE order_id = ? AND line_no = ?",
                (order_id, line_no),
            )


def visit(log, visit_id, associate, day, basket, customer, rating, offers) -> None:
    at = stamp(made.START + timedelta(days=day, hours=11))

    def next_number() -> int:
        sql = "UPDATE terminal SET sequence = sequence + 1 RETURNING sequence"
        return log.execute(sql).fetchone()[0]

    log.execute(
        "INSERT INTO visits VALUES (?, ?, ?, 'S1', ?, ?, 'counter', ?, ?, ?, NULL)",
        (visit_id, next_number(), associate, customer, basket, at, at + 600_000, rating),
    )
    log.execute("INSERT INTO visit_anchors VALUES (?, 'CAM')", (visit_id,))
    for slot, (product, *answers) in enumerate(offers, 1):
        suggestion = f"{visit_id}-{product}"
        log.execute(
            "INSERT INTO suggestions VALUES "
            "(?, ?, ?, ?, ?, 'CAM', 0.5, '{}', 1.0, NULL, '', 't', NULL, NULL, ?)",
            (suggestion, next_number(), visit_id, slot, product, at),
        )
        for turn, kind in enumerate(answers):
            log.execute(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)",
                (f"{suggestion}-{turn}", next_number(), suggestion, visit_id, associate, kind,
                 "too_expensive" if kind == "declined" else None, at + turn),
            )  # fmt: skip
    if visit_id == "V3":
        log.execute(
            "INSERT INTO kit_offers VALUES "
            "('K1', ?, 'V3', 'KIT', 'accepted', 1200000, 1300000, 'GBP', 't', ?)",
            (next_number(), at),
        )
        for product, *_ in offers:
            log.execute(
                "INSERT INTO kit_answers VALUES (?, 'K1', ?, 0)", (f"V3-{product}-0", f"V3-{product}")
            )


@pytest.fixture
def twelve(home: Home) -> Home:
    """The twelve visits and their orders; first without the late one and before anything came back."""
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        catalog.execute("INSERT INTO stores VALUES ('S1', 'Harbour Street')")
        for product, category, price, cost in GOODS:
            catalog.execute(
                "INSERT INTO products (product_id, sku, name, category, price, cost, currency) "
                "VALUES (?1, ?1, ?1, ?2, ?3, ?4, 'GBP')",
                (product, category, price * 10_000, cost * 10_000),
            )
        for product in ("CARD", "CASE", "BATT"):
            catalog.execute("INSERT INTO links VALUES ('CAM', ?, 'accessory')", (product,))
        for one in ORDERS:
            order(catalog, *one)
        at = stamp(made.START + timedelta(days=61, hours=13))
        catalog.execute("INSERT INTO sync_state VALUES ('synced_at', ?)", (at,))
    with contextlib.closing(open_home(home)) as log, transaction(log):
        for one in VISITS:
            visit(log, *one)
    counting.count(home)
    return home


@pytest.fixture
def complete(twelve: Home) -> Home:
    """Everything that came later is there too."""
    with contextlib.closing(open_catalog(twelve)) as catalog, transaction(catalog):
        order(catalog, *LATE)
        for order_id, _, _, _, _, lines in ORDERS:
            bring_back(catalog, order_id, lines)
    counting.count(twelve)
    return twelve


def told(home: Home, by: str = "associate") -> dict[str, dict[str, tuple[float, float]]]:
    """Key → figure → what was counted and of how many, money in whole units as the JSON has it."""
    with contextlib.closing(open_home(home)) as connection:
        document = json.loads(export.json_text(report(connection, by=by, since=made.START, until=UNTIL)))
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for row in document["rows"] + document["total"]:
        found.setdefault(row["key"], {})[row["figure"]] = (row["num"], row["den"])
    return found


def test_every_figure_is_the_one_worked_out_by_hand(complete):
    assert told(complete)["(all)"] == ALL


def test_the_late_order_and_the_returns_reopen_what_was_said(twelve):
    found = told(twelve)["(all)"]
    assert {figure: found[figure] for figure in BEFORE_THE_LATE_ORDER} == BEFORE_THE_LATE_ORDER


@pytest.mark.parametrize("key", BY_ASSOCIATE)
def test_each_associate_has_their_own(complete, key):
    found = told(complete)[key]
    assert {figure: found[figure] for figure in BY_ASSOCIATE[key]} == BY_ASSOCIATE[key]


@pytest.mark.parametrize("key", BY_PRODUCT)
def test_each_product_has_its_own(complete, key):
    found = told(complete, "product")[key]
    assert {figure: found[figure] for figure in BY_PRODUCT[key]} == BY_PRODUCT[key]


def test_pairings_categories_and_touchpoints_say_the_same(complete):
    assert told(complete, "pairing")["CAM → CARD"]["confirmed"] == BY_PRODUCT["CARD"]["confirmed"]
    assert told(complete, "category")["Photo/Cameras"]["offered_attachment"] == ALL["offered_attachment"]
    counter = told(complete, "touchpoint")["counter"]
    assert counter["offer_rate"] == ALL["offer_rate"]
    assert counter["offered_attachment"] == (6, 11), "without a visit: the camera of day 6; too late: day 20"


def test_the_page_says_the_same(complete):
    with contextlib.closing(open_home(complete)) as connection:
        page = team(connection, since=made.START, until=UNTIL)
    for figure in ("offered_attachment", "conversion", "satisfaction_score"):
        assert (page.tiles[figure].num, page.tiles[figure].den) == ALL[figure]
    assert page.team.revenue == 290 * 10_000
    assert dict(page.reasons)["too_expensive"] == page.declined == 1
    assert page.later == 1


def test_each_accepted_offer_has_its_outcome(complete):
    with contextlib.closing(open_home(complete)) as log:
        found = log.execute("SELECT visit_id, product_id, state, why FROM outcomes").fetchall()
    assert {(v, p): (state, why) for v, p, state, why in found} == OUTCOMES


def test_made_anew_from_the_facts_it_is_the_same(complete):
    counting.recount(complete)
    assert told(complete)["(all)"] == ALL


def test_a_figure_is_provisional_until_the_window_has_passed(complete):
    def provisional() -> set[str]:
        with contextlib.closing(open_home(complete)) as connection:
            found = report(connection, by="store", since=made.START, until=UNTIL)
        return {row.figure for row in found.total if row.provisional}

    assert provisional() == set()
    with contextlib.closing(open_home(complete)) as connection:
        preferences.put(connection, "return.days", 60)
    assert provisional() == {"net_attachment", "net_attachment_units", "net_conversion"}
