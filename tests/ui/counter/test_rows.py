"""Rows as they are measured, painted and read aloud."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from assistant.records import Answer, Evidence
from assistant.ui.counter.icons import icon_for
from assistant.ui.counter.rows import Rows
from assistant.ui.counter.shapes import Shapes
from assistant.ui.lines import wrapped
from tests import shops

WIDTH = 910


@pytest.fixture
def rows(qapp) -> Rows:
    return Rows(lambda: shops.NOW)


def height(shapes: Shapes, row, *, selected: bool = False) -> int:
    return shapes.shape(row, selected=selected, width=WIDTH).height


def test_the_three_heights(look, rows, make_shown):
    shapes = Shapes(look)
    rows.append([make_shown(1)])
    row = rows.rows[0]
    assert height(shapes, row) == 104
    lines = len(shapes.shape(row, selected=True, width=WIDTH).lines)
    assert height(shapes, row, selected=True) == 224 + 32 * (lines - 2)
    rows.answered(Answer("x", "s1", "accepted", shops.NOW))
    assert height(shapes, rows.rows[0]) == 56


def test_compact_heights(look, rows, make_shown):
    shapes = Shapes(look)
    shapes.compact = True
    rows.append([make_shown(1)])
    assert 74 <= height(shapes, rows.rows[0]) <= 98


@pytest.mark.parametrize("scale", [1.0, 1.15, 1.3])
def test_the_talking_point_is_whole_at_every_text_size(look, rows, make_shown, scale):
    import dataclasses

    from assistant.records import TalkingPoint

    text = " ".join(["seldom"] * 25)
    shown = dataclasses.replace(make_shown(1), talking_point=TalkingPoint("t", text))
    look.set_scale(scale)
    shapes = Shapes(look)
    rows.append([shown])
    shape = shapes.shape(rows.rows[0], selected=True, width=WIDTH)
    assert "…" not in "".join(shape.lines)
    assert shape.actions.y() + look.px(48) <= shape.height


def test_larger_text_makes_rows_grow(look, rows, make_shown):
    rows.append([make_shown(1)])
    heights = []
    for scale in (1.0, 1.15, 1.3):
        look.set_scale(scale)
        heights.append(height(Shapes(look), rows.rows[0], selected=True))
    assert heights == sorted(set(heights))


def test_a_long_word_breaks_and_a_long_text_ends_in_an_ellipsis(look):
    assert len(wrapped("x" * 300, look.font("say"), 200, 2)) == 2
    assert wrapped("word " * 100, look.font("say"), 200, 2)[-1].endswith("…")
    assert wrapped("", look.font("say"), 200, 2) == ("",)


def test_a_row_is_read_aloud_in_order(rows, make_shown):
    rows.append([make_shown(1), make_shown(2, "LR-17 spare battery")])
    text = rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text.startswith(
        "1 of 2, Swift 128 GB SD card, 42.90 pounds, in stock 14, aisle 3, match very strong. "
        "Say: It holds 3,000 photos and is fast enough for 4K. Evidence: Fits: the card slot;"
    )
    assert text.endswith("Not answered.")
    rows.answered(Answer("x", "s1", "declined", shops.NOW, "too_expensive"))
    assert rows.index(0).data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Declined, too expensive."


def test_rows_without_price_stock_or_evidence_are_read_aloud(rows, make_shown):
    rows.append([make_shown(1, price=None, currency=None, stock=None, evidence=(), score=0.0)])
    text = rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "price unknown" in text
    assert "match" not in text and "Evidence" not in text


def test_the_latest_answer_is_the_one_given_last(rows, make_shown):
    rows.append([make_shown(n) for n in (1, 2, 3)])
    for key in ("s3", "s1"):
        rows.answered(Answer("x", key, "accepted", shops.NOW))
    assert rows.latest.key == "s1"
    rows.answered(Answer("x", "s1", "undone", shops.NOW))
    assert rows.latest.key == "s3"


def test_the_next_pending_row_goes_round(rows, make_shown):
    rows.append([make_shown(n) for n in (1, 2, 3)])
    rows.answered(Answer("x", "s3", "accepted", shops.NOW))
    assert rows.next_pending(2) == 0
    for key in ("s1", "s2"):
        rows.answered(Answer("x", key, "declined", shops.NOW))
    assert rows.next_pending(0) is None


def test_withdrawn_consent_takes_pending_rows_that_speak_of_it(rows, make_shown):
    owned = (Evidence("accessory", "P8", "Arden P310", owned=True),)
    rows.append([make_shown(1), make_shown(2, evidence=owned), make_shown(3, evidence=owned)])
    rows.answered(Answer("x", "s2", "accepted", shops.NOW))
    rows.withdraw_personal()
    assert [row.key for row in rows.rows] == ["s1", "s2"]


def test_the_tooltip_says_what_moved_a_row(rows, make_shown):
    rows.append([make_shown(1, parts={"start": -4.0, "together": 1.0, "usual": -0.5}), make_shown(2)])
    told = rows.index(0).data(Qt.ItemDataRole.ToolTipRole).splitlines()
    assert told[0] == rows.rows[0].suggestion.product.name
    assert told[3:] == ["▲ Bought with this", "▼ How often it sells"]
    assert rows.index(1).data(Qt.ItemDataRole.ToolTipRole) == rows.rows[1].suggestion.product.name


def test_withdrawn_consent_silences_what_the_customers_history_did(rows, make_shown):
    parts = {"start": -4.0, "again": 2.0, "customer": 1.5, "basket": 0.4}
    rows.append([make_shown(1, parts=parts), make_shown(2, parts=parts)])
    rows.answered(Answer("x", "s2", "accepted", shops.NOW))
    rows.withdraw_personal()
    assert [row.key for row in rows.rows] == ["s1", "s2"]
    for place in (0, 1):
        told = rows.index(place).data(Qt.ItemDataRole.ToolTipRole).splitlines()
        assert told[3:] == ["▲ The basket as a whole"]


def test_money_of_accepted_rows(rows, make_shown):
    rows.append([make_shown(1), make_shown(2, price=None)])
    assert rows.accepted_money is None or rows.accepted_money == 0
    rows.answered(Answer("x", "s2", "accepted", shops.NOW))
    assert rows.accepted_money is None
    rows.answered(Answer("x", "s1", "accepted", shops.NOW))
    assert rows.accepted_money == 429_000


@pytest.mark.parametrize(
    ("name", "category", "icon"),
    [
        ("Swift 128 GB SD card", "Photo/Memory cards/SD", "sd-card"),
        ("LR-17 spare battery", "Photo/Batteries", "battery"),
        ("Clearline filter", "Photo/Filters", "aperture"),
        ("WHITE HANGING HEART T-LIGHT HOLDER", None, "lightbulb"),
        ("Tideline Team plan", "Plans/Office plans", "layers"),
        ("Bank link", "Integrations/Connections", "plug"),
        ("5 more seats", "Seats/Seat packs", "users"),
        ("Office hours support", "Services/Support", "headset"),
        ("Easy saver", "Accounts/Savings accounts", "landmark"),
        ("Contents cover", "Insurance/Home insurance", "shield-check"),
        ("Fraud watch", "Services/Alerts", "smartphone"),
        ("Thing", None, "package"),
    ],
)
def test_icons(name, category, icon):
    from assistant.records import Product
    from assistant.resources import resource

    assert icon_for(Product("P", "S", name, category)) == icon
    assert resource("icons", f"{icon}.svg").is_file()


def test_every_icon_is_shipped():
    from assistant.resources import resource
    from assistant.ui.counter import icons

    for icon in {*(name for _, name in icons._WORDS), icons.PLAIN}:
        assert resource("icons", f"{icon}.svg").is_file(), icon
