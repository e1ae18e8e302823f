"""The Insights tab in both themes and both window sizes, beside its drawing."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from assistant.store import asking
from assistant.store.database import Home, moment, open_catalog, open_home
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import TeamPage
from assistant.ui.team.insights import InsightsTab
from assistant.ui.theme import Look
from tests.screens import conftest

RAIL, TOP = 80, 64


@pytest.fixture
def tab(qtbot):
    """Shows the tab over a home as it stands in the page; everything is let go of afterwards."""
    shown = []

    def show(home: Home, size: tuple[int, int], theme: str, scale: float = 1.0) -> InsightsTab:
        speaking = conftest.speaking()
        look = Look(QApplication.instance(), theme, scale)
        questions = Questions(home)
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(*size)
        page = TeamPage(look, questions, Session(home), window)
        page.setGeometry(RAIL, TOP, size[0] - RAIL, size[1] - TOP)
        shown.append((questions, look, window, speaking))
        with qtbot.waitSignal(questions.idle):
            window.show()
        page.open_tab("insights")
        qtbot.waitUntil(lambda: not questions.busy)
        made = page.tab
        assert isinstance(made, InsightsTab)
        return made

    yield show
    for questions, look, window, speaking in shown:
        window.close()
        questions.close()
        look.deleteLater()
        speaking.end()


@pytest.fixture(scope="module")
def asked_home(demo_home: Home) -> Home:
    """The demo shop, in which customers asked for what was not there."""
    with contextlib.closing(open_catalog(demo_home)) as catalog:
        (last,) = catalog.execute("SELECT max(ordered_at) FROM orders").fetchone()
        goods = [row[0] for row in catalog.execute("SELECT product_id FROM products LIMIT 6")]
    with contextlib.closing(open_home(demo_home)) as log:
        for n, product in enumerate(goods):
            for time in range(12 - 2 * n):
                at = moment(last) - timedelta(days=time, hours=n)
                asking.note(log, associate_id="A1", product_id=product, at=at)
        asking.note(log, associate_id="A1", words="USB-C cable, 3 m", at=moment(last) - timedelta(days=3))
    return demo_home


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", conftest.SIZES)
def test_insights(asked_home, tab, theme, size):
    shown = tab(asked_home, size, theme)
    shown.map.map.setFocus()
    for row in (0, 2, 3):
        if row < shown.place.list.rows.rowCount():
            shown.place.list.rows.toggle(shown.place.list.rows.index(row))
    for _ in range(6):  # a longer button goes outwards through one layout at each turn
        QApplication.processEvents()
    conftest.picture(shown.window(), f"insights-{size[0]}-{theme}")
    assert shown.found is not None and shown.found.enough


def test_insights_with_large_text(asked_home, tab):
    conftest.picture(tab(asked_home, (1440, 900), "light", 1.3).window(), "insights-1440-light-130")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_products_of_a_cell(asked_home, tab, qtbot, theme):
    shown = tab(asked_home, (1440, 900), theme)
    best = max(shown.found.matrix.values(), key=lambda one: one.n)
    names = shown.found.categories
    shown.map.map.choose(names.index(best.anchor), names.index(best.other))
    shown.map.map.setFocus()
    QTest.keyClick(shown.map.map, Qt.Key.Key_Return)
    qtbot.waitUntil(shown.sheet.isVisible)
    conftest.picture(shown.window(), f"insights-products-{theme}")


def test_before_any_sale(home, tab):
    conftest.picture(tab(home, (1440, 900), "light").window(), "insights-empty")
