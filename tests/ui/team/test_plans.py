"""Target and initiatives on the Team page: who sets them, what is said of them; the holdout's tile."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QDate, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from assistant.errors import InputError
from assistant.measure import holdout
from assistant.measure.initiatives import BeforeAfter, Outcome
from assistant.measure.team import team
from assistant.records import Figure
from assistant.store import access, staff, targets
from assistant.store.database import Home, open_home
from assistant.store.targets import Initiative
from assistant.ui.charts.ink import Paper
from assistant.ui.charts.weeks import WeekLine
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import TeamPage, plans, plans_words, words
from assistant.ui.team.facts import tiles
from assistant.ui.team.tabs import Asked
from assistant.ui.theme import Look
from tests.measure import made

MIDDLE = date(2026, 5, 4)
CASES = Initiative("I1", "Cases at the till", MIDDLE, ("S1",), "M1", made.START)


@pytest.fixture
def kept(home: Home):
    """A home with a keeper, by name and PIN."""
    made.large(home, 3_000)
    with contextlib.closing(open_home(home)) as connection:
        keeper = staff.make_keeper(connection, "Hanna Olsen", "4820")
        yield connection, keeper


@pytest.fixture
def page(qtbot, home: Home, kept):
    """The page as the keeper sees it."""
    keeper = kept[1]
    look, questions, session = Look(QApplication.instance(), "light"), Questions(home), Session(home)
    session.sign_in(keeper)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    shown = TeamPage(look, questions, session, window)
    with qtbot.waitSignal(questions.idle):
        window.show()
    yield shown
    window.close()
    questions.close()
    look.deleteLater()


def opened(page: TeamPage, qtbot):
    """The panel, with what it asked for."""
    with qtbot.waitSignal(page._questions.idle):
        page.tab._weeks.plans.click()
    return page.tab.plans


def typed(page: TeamPage, qtbot, digits: str) -> None:
    """A PIN on the sheet, with what waited for it and what is shown after."""
    page.tab.plans._permits.sheet.pin.entered.emit(digits)
    qtbot.waitUntil(lambda: not page._questions.busy)


def test_a_target_is_set_on_a_pin_and_stands_in_tile_and_chart(page, kept, qtbot):
    panel = opened(page, qtbot)
    panel.rate.setText("30")
    with qtbot.waitSignal(page._questions.idle):
        panel.set_rate.click()
    assert targets.target(kept[0]) is None
    typed(page, qtbot, "4820")
    assert targets.target(kept[0]).rate == 0.3
    assert page.tab._tiles[0].facts.mark == (0.3, "chartTarget")
    assert "Target 30.0%" in page.tab._weeks._chart.accessibleDescription()


def test_a_wrong_pin_sets_nothing(page, kept, qtbot):
    panel = opened(page, qtbot)
    panel.rate.setText("30")
    with qtbot.waitSignal(page._questions.idle):
        panel.set_rate.click()
    typed(page, qtbot, "1111")
    assert targets.target(kept[0]) is None
    assert "not the PIN" in panel._permits.sheet.pin.said


def test_an_initiative_is_marked_shown_beside_its_control_and_taken_back(page, kept, qtbot):
    panel = opened(page, qtbot)
    panel.name.setText("Cases at the till")
    panel.day.setDate(QDate(2026, 5, 4))
    panel.places["S1"].setChecked(True)
    with qtbot.waitSignal(page._questions.idle):
        panel.begin.click()
    typed(page, qtbot, "4820")
    (one,) = targets.initiatives(kept[0])
    assert (one.name, one.began, one.stores) == ("Cases at the till", MIDDLE, ("S1",))
    assert "Beside 2 stores without it" in panel.listed[0]
    assert "too few stores for an interval" in panel.listed[0]
    with qtbot.waitSignal(page._questions.idle):
        panel._take_back(one.initiative_id)  # the permit is still good: no PIN
    assert targets.initiatives(kept[0]) == ()


def test_the_weeks_carry_a_mark_where_something_began_in_the_store_that_is_shown(qapp, kept):
    connection, keeper = kept
    permit = access.permit(connection, keeper.associate_id, "4820", right="targets")
    targets.mark(connection, "Cases at the till", MIDDLE, permit, stores=["S1"])
    targets.mark(connection, "Long ago", date(2025, 5, 4), permit)
    asked = {"since": made.START, "until": made.START + timedelta(days=84)}
    found = team(connection, **asked)
    assert [one.name for one in found.began] == ["Cases at the till"]
    assert [one.name for one in team(connection, store_id="S1", **asked).began] == ["Cases at the till"]
    assert team(connection, store_id="S0", **asked).began == ()
    line = WeekLine(Paper(), found.weekly, found.since, found.until, None, found.began)
    assert line.spoken().endswith("Cases at the till began on 4 May")
    marked, plain = (painted(found, began) for began in (found.began, ()))
    assert marked != plain


def painted(found, began) -> QImage:
    """The weeks as a picture."""
    image = QImage(360, 180, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    line = WeekLine(Paper(), found.weekly, found.since, found.until, None, began)
    line.paint(painter, QRectF(0, 0, 360, 180))
    painter.end()
    return image


def test_who_is_no_manager_sees_it_and_changes_nothing(kept):
    found = plans.plans_of(kept[0], Asked(12, None, "A1"))
    assert not found.may_set


def test_the_pin_asked_for_names_what_it_is_for_and_is_good_for_the_next_change(page, kept, qtbot):
    panel = opened(page, qtbot)
    panel.rate.setText("30")
    with qtbot.waitSignal(page._questions.idle):
        panel.set_rate.click()
    assert "Targets and initiatives are a manager's." in panel._permits.sheet.words.text()
    typed(page, qtbot, "4820")
    panel.rate.setText("31")
    with qtbot.waitSignal(page._questions.idle):
        panel.set_rate.click()
    assert not panel._permits.sheet.isVisible()
    assert targets.target(kept[0]).rate == 0.31
    page._session.sign_in(kept[1])  # whoever comes next begins without
    assert page._session.good_permit() is None


def test_what_is_typed_for_a_target():
    assert plans.rate_of("31,5 %") == 0.315
    assert plans.rate_of(" ") is None
    with pytest.raises(InputError):
        plans.rate_of("much")


def test_without_a_control_there_is_a_warning_and_no_effect():
    alone = BeforeAfter("basket_attachment", 0.2, 0.3, 0.1, None, None, None, relative=False)
    said = plans_words.told(Outcome(CASES, 6, "none", 0, ("no_control",), (alone,), "GBP"))
    assert "20.0% before, 30.0% after" in said[1]
    assert "There is no control" in said[-1]
    assert not any("Beside" in one for one in said)


def test_an_effect_is_told_with_its_interval_and_its_doubt():
    unsure = BeforeAfter("basket_attachment", 0.2, 0.3, 0.1, 0.06, -0.01, 0.13, relative=False)
    sure = BeforeAfter("average_order_value", 500_000, 600_000, 0.2, 0.1, 0.05, 0.15, relative=True)
    said = plans_words.told(Outcome(CASES, 6, "stores", 3, (), (unsure, sure), "GBP"))
    assert said[2] == "Beside 3 stores without it: +6.0 points; 95% interval −1.0 to +13.0, may be chance."
    assert said[4] == "Beside 3 stores without it: +10.0 %; 95% interval +5.0 to +15.0, clearly different."


def test_before_a_week_has_passed_nothing_is_compared():
    said = plans_words.told(Outcome(CASES, 0, "none", 0, ("no_time",), (), None))
    assert said == ("Not a whole week has passed since.",)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.31, 0.33, "Target 30: above"),
        (0.29, 0.33, "Target 30: above, not certain"),
        (0.27, 0.31, "Target 30: below, not certain"),
        (0.27, 0.29, "Target 30: below"),
    ],
)
def test_a_rate_beside_its_target(low, high, said):
    row = Figure("", "offered_attachment", 1, 1, (low + high) / 2, low, high)
    assert words.beside_target(row, 0.3) == said


def gained(**effect) -> holdout.Incremental:
    value = holdout.Effect(500_000, 460_000, **effect)
    return holdout.Incremental(value, False, "GBP", value, on=950, held=50, share=5, wanted=12_000)


def test_what_suggestions_bring_is_not_yet_known_before_there_is_enough(kept):
    found = team(kept[0], since=made.START, until=made.START + timedelta(days=84))
    assert found.gained is None  # nothing is held out
    assert tiles(found)[2].label == "Average order value"
    early = tiles(replace(found, gained=gained(difference=40_000)))[2]
    assert early.value == "–"
    assert early.lines[0][0] == "Not yet known: 12,000 more baskets"
    known = tiles(replace(found, gained=gained(difference=40_000, low=3_000, high=77_000)))[2]
    assert (known.label, known.value, known.suffix) == ("Revenue per basket", "+£4.00", "vs holdout")
    assert known.lines[0][0] == "+£0.30 to +£7.70 (95%)"
    assert known.lines[1][0] == "950 baskets with, 50 without"
