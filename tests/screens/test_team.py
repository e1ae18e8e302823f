"""The Team page in both themes and both window sizes, written for eyes."""

from __future__ import annotations

import contextlib
import itertools
from datetime import date, timedelta

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from assistant.measure import alarms
from assistant.store import access, counting, preferences, staff, targets
from assistant.store.database import Home, open_home
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import TeamPage
from assistant.ui.theme import Look
from tests.measure import made
from tests.screens import conftest

RAIL, TOP = 80, 64


@pytest.fixture
def page(qtbot, home: Home):
    """Shows the page of a home as it stands in the window; everything is let go of afterwards."""
    shown = []

    def show(width: int, height: int, theme: str, scale: float = 1.0) -> TeamPage:
        speaking = conftest.speaking()
        look = Look(QApplication.instance(), theme, scale)
        questions = Questions(home)
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(width, height)
        made_page = TeamPage(look, questions, Session(home), window)
        made_page.setGeometry(RAIL, TOP, width - RAIL, height - TOP)
        with qtbot.waitSignal(questions.idle):
            window.show()
        shown.append((questions, look, window, speaking))
        return made_page

    yield show
    for questions, look, window, speaking in shown:
        window.close()
        questions.close()
        look.deleteLater()
        speaking.end()


def picture(page: TeamPage, name: str) -> None:
    """Write what the window shows."""
    conftest.picture(page.window(), name)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 800)])
def test_team(home, page, theme, width, height):
    made.large(home, 13_000, people=made.TEAM, seed=4)
    shown = page(width, height, theme)
    picture(shown, f"team-{width}-{theme}")
    assert shown.tab.table.table.rows.rowCount() == len(made.TEAM)


def test_team_with_large_text(home, page):
    made.large(home, 13_000, people=made.TEAM, seed=4)
    picture(page(1440, 900, "light", 1.3), "team-1440-light-130")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_team_before_any_sale(page, theme):
    picture(page(1440, 900, theme), f"team-empty-{theme}")


def test_team_without_visits(home, page):
    made.large(home, 13_000, people=made.TEAM, seed=4)
    with contextlib.closing(open_home(home)) as log:
        for table in ("outcomes", "answers", "suggestions", "visit_anchors", "visits"):
            log.execute(f"DELETE FROM {table}")
    counting.recount(home)
    picture(page(1440, 900, "light"), "team-no-visits")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 800)])
def test_funnel(home, page, qtbot, theme, width, height):
    made.large(home, 13_000, people=made.TEAM, seed=4)
    shown = page(width, height, theme)
    with qtbot.waitSignal(shown._questions.idle):
        shown.open_tab("funnel")
    picture(shown, f"team-funnel-{width}-{theme}")
    last = shown.tab.table.people.people[-1].associate_id
    with qtbot.waitSignal(shown._questions.idle):
        shown.tab.open_person(last)
    picture(shown, f"team-funnel-person-{width}-{theme}")
    assert shown.tab.panel.rows.list.count() > 0


def test_behind_a_figure(home, page, qtbot):
    made.large(home, 13_000, people=made.TEAM, seed=4)
    shown = page(1440, 900, "light")
    with qtbot.waitSignal(shown._questions.idle):
        shown.tab._tiles[3].click()
    picture(shown, "team-behind-1440-light")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_target_and_initiatives(home, page, qtbot, theme):
    made.large(home, 13_000, people=made.TEAM, seed=4)
    with contextlib.closing(open_home(home)) as log:
        keeper = staff.make_keeper(log, "Hanna Olsen", "4820")
        permit = access.permit(log, keeper.associate_id, "4820")
        targets.set_target(log, 0.3, permit)
        targets.mark(log, "Cases at the till", date(2026, 5, 4), permit, stores=["S1"])
        targets.mark(log, "New wording", date(2026, 4, 20), permit)
    shown = page(1440, 900, theme)
    picture(shown, f"team-target-1440-{theme}")
    shown._session.associate = keeper
    with qtbot.waitSignal(shown._questions.idle):
        shown.refresh()
    with qtbot.waitSignal(shown._questions.idle):
        shown.tab.open_plans()
    for _ in range(4):  # a layout inside a scrolled one is told of its room in turns
        QApplication.processEvents()
    picture(shown, f"team-plans-1440-{theme}")
    panel = shown.tab.plans
    assert len(panel.listed) == 2
    ends = [(text.y(), text.y() + text.height()) for text in panel.sentences]
    assert all(end <= top for (_, end), (top, _) in itertools.pairwise(ends))
    assert all(text.height() >= text.heightForWidth(text.width()) for text in panel.sentences)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("per_hundred", [10, 1])
def test_the_holdouts_tile(home, page, theme, per_hundred):
    """Visits without suggestions, so many in a hundred, and what suggestions bring beside them."""
    made.large(home, 13_000, people=made.TEAM, seed=4)
    with contextlib.closing(open_home(home)) as log:
        log.execute(
            "INSERT INTO holdout_draws SELECT visit_id, 1000000 + sequence, 'visit', ?1, "
            "sequence / 9 % 100 < ?1 FROM visits",
            (per_hundred,),
        )
        preferences.put(log, "holdout.share", per_hundred)
    shown = page(1440, 900, theme)
    picture(shown, f"team-holdout-{per_hundred}-{theme}")
    gained = shown.tab._found.gained
    assert gained.held > 0
    assert shown.tab._tiles[2].facts.interval == (
        gained.value.difference,
        gained.value.low,
        gained.value.high,
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height", "scale"), [(1440, 900, 1.0), (1280, 800, 1.0), (1440, 900, 1.3)])
def test_questions_about_a_record(home, page, qtbot, theme, width, height, scale):
    made.large(home, 13_000, people=made.TEAM, seed=4)
    with contextlib.closing(open_home(home)) as log:
        log.execute("UPDATE answers SET at = at + 9000 * (SELECT slot FROM suggestions s "
                    "WHERE s.suggestion_id = answers.suggestion_id)")  # fmt: skip
        log.execute("UPDATE visits SET basket_id = basket_id || '-gone' WHERE associate_id = 'A6' "
                    "AND sequence % 2 = 0")  # fmt: skip
        counting.recount(home)
        keeper = staff.make_keeper(log, "Hanna Olsen", "4820")
        permit = access.permit(log, keeper.associate_id, "4820")
        day = {"since": made.START, "until": made.START + timedelta(days=84)}
        one = next(one for one in alarms.questions(log, **day) if one.kind == "not_on_receipt")
        alarms.reply(log, one, "till_down", permit, rows=one.rows[:4])
    shown = page(width, height, theme, scale)
    shown._session.associate = keeper
    shown.open_tab("funnel")
    qtbot.waitUntil(lambda: not shown._questions.busy)
    shown.tab.open_person("A6")
    qtbot.waitUntil(lambda: not shown._questions.busy)
    picture(shown, f"team-questions-{width}-{theme}-{scale}")
    shown.tab.panel.questions.openers[0].click()
    qtbot.waitUntil(lambda: not shown._questions.busy)
    shown.tab.panel.rows.list.item(1).setSelected(True)
    QApplication.processEvents()
    picture(shown, f"team-questions-rows-{width}-{theme}-{scale}")
    assert shown.tab.panel.questions.pickers
    assert shown.tab.panel.questions.backs
