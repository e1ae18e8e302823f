"""The Model tab in both themes and both window sizes, beside its drawing."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from assistant.store import copies, curating, models
from assistant.store.database import Home, open_home
from assistant.store.models import Change, Check, Compared, Interval, Verdict
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import TeamPage
from assistant.ui.team.model import ModelTab
from assistant.ui.theme import Look
from tests.screens import conftest

RAIL, TOP = 80, 64


@pytest.fixture
def tab(qtbot):
    """Shows the tab over a home as it stands in the page; everything is let go of afterwards."""
    shown = []

    def show(home: Home, size: tuple[int, int], theme: str, scale: float = 1.0) -> ModelTab:
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
        page.open_tab("model")
        qtbot.waitUntil(lambda: not questions.busy)
        made = page.tab
        assert isinstance(made, ModelTab)
        return made

    yield show
    for questions, look, window, speaking in shown:
        window.close()
        questions.close()
        look.deleteLater()
        speaking.end()


@pytest.fixture(scope="module")
def judged_home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo shop with a second model that waits, and pairings that were proposed."""
    home = copies.duplicate(demo_home, tmp_path_factory.mktemp("judged") / "home")
    at = datetime.now(UTC) - timedelta(hours=7)
    with contextlib.closing(open_home(home)) as log:
        first = models.in_use(log)
        assert first is not None
        goods = [
            row[0] for row in log.execute("SELECT product_id FROM products ORDER BY product_id LIMIT 14")
        ]
        number = models.enter(log, "waiting", replace(first.learned, answers=978), at)
        models.note(log, number, "judged", at=at, verdict=_verdict(at, first.number, goods))
        who = log.execute("SELECT associate_id FROM associates ORDER BY associate_id LIMIT 1").fetchone()[0]
        for anchor, add_on in ((goods[0], goods[9]), (goods[1], goods[12]), (goods[2], goods[13])):
            curating.say(log, anchor, add_on, "proposed", who)
    return home


def _verdict(at: datetime, against: int, goods: list[str]) -> Verdict:
    """As a log of nine hundred offers would have it."""
    checks = (
        Check("chances", True, 0.019, 0.03, 120),
        Check("groups", True, 2.8, 2.5, 200),
        Check("limits", True, 0.0, 0.0, 940),
        Check("baskets", True, 0.004, -0.01, 412),
        Check("offers", False, -0.06, -0.01, 978),
        Check("enough", True, 214.0, 200.0, 978),
    )
    compared = Compared(
        978,
        Interval(0.217, 0.192, 0.244),
        Interval(0.206, 0.157, 0.265),
        Interval(-0.011, -0.013, 0.009),
        214.0,
    )
    changes = tuple(
        Change(goods[n], goods[n + 5], 118 - 14 * n, Interval(by, by - 0.05, by + 0.05))
        for n, by in enumerate((0.041, 0.032, 0.014, -0.056, -0.027, -0.011))
    )
    return Verdict("not_certain", at, against, checks, None, compared, changes)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", conftest.SIZES)
def test_model(judged_home, tab, theme, size):
    shown = tab(judged_home, size, theme)
    conftest.picture(shown.window(), f"model-{size[0]}-{theme}")
    assert shown.verdict.title.text() == "Waiting: model 2"
    assert shown.verdict.install.isEnabled()


def test_model_with_large_text(judged_home, tab):
    conftest.picture(tab(judged_home, (1440, 900), "light", 1.3).window(), "model-1440-light-130")


def test_model_of_a_shop_that_learned_once(demo_home, tab):
    shown = tab(demo_home, (1440, 900), "light")
    conftest.picture(shown.window(), "model-first")
    assert not shown.in_use.back.isVisible()
    assert not shown.verdict.install.isVisible()


def test_before_the_first_model(home, tab):
    conftest.picture(tab(home, (1440, 900), "light").window(), "model-empty")


def test_history_and_the_question_before_rolling_back(judged_home, tab, qtbot):
    shown = tab(judged_home, (1440, 900), "light")
    QTest.mouseClick(shown.history, Qt.MouseButton.LeftButton)
    assert shown.list.isVisible()
    conftest.picture(shown.window(), "model-history")
    QTest.keyClick(shown.list, Qt.Key.Key_Escape)
    QTest.mouseClick(shown.verdict.install, Qt.MouseButton.LeftButton)
    assert shown.reason.isVisible()
    conftest.picture(shown.window(), "model-reason")
