"""What is behind a figure of the Team page: the same counts as the figure, by mouse and by keys."""

from __future__ import annotations

import contextlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from assistant.errors import StoreError
from assistant.store import catalog, staff
from assistant.store.database import open_home
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import TeamPage
from assistant.ui.team import behind as panel
from assistant.ui.team.behind import Wanted, rows_behind
from assistant.ui.team.overview import FIGURE_OF_TILE, figures_of
from assistant.ui.team.rows import Column
from assistant.ui.team.tabs import Asked
from assistant.ui.theme import Look
from tests.measure import made

ASKED = Asked(12)


@pytest.fixture
def connection(home):
    made.large(home, 1_800, people=made.TEAM, seed=4)
    with contextlib.closing(open_home(home)) as found:
        yield found


@pytest.fixture
def page(qtbot, home, connection):
    look, questions, window = Look(QApplication.instance(), "light"), Questions(home), QWidget()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    shown = TeamPage(look, questions, Session(home), window)
    shown.setGeometry(80, 64, 1360, 836)
    with qtbot.waitSignal(questions.idle):
        window.show()
    yield shown
    window.close()
    questions.close()
    look.deleteLater()


def every_row(connection, wanted, asked=ASKED):
    found = rows_behind(connection, wanted, asked, None)
    rows = list(found.rows)
    while found.following is not None:
        found = rows_behind(connection, wanted, asked, found.following)
        rows += found.rows
    return rows


def test_a_persons_rows_add_up_to_their_row_of_the_table(connection):
    for row in figures_of(connection, ASKED).rows[:3]:
        rows = every_row(connection, Wanted("offered_attachment", row.associate_id, row.name, ""))
        assert len(rows) == row.sales
        assert sum(one.counted for one in rows) == row.attachment.num
        offers = every_row(connection, Wanted("acceptance", row.associate_id, row.name, ""))
        assert (len(offers), sum(one.counted for one in offers)) == (row.offers, row.accepted)


def test_a_tile_opens_what_is_behind_it_and_escape_closes_it(page, qtbot):
    tab = page.tab
    for tile in tab._tiles:
        tile.setFocus()
        with qtbot.waitSignal(page._questions.idle):
            qtbot.keyClick(tile, Qt.Key.Key_Return)
        assert tab.behind.isVisible()
        assert tab.behind.rows.list.count() > 0
        told = tab.behind.rows.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert told.count(",") >= 1
        qtbot.keyClick(tab.behind.rows.list, Qt.Key.Key_Escape)
        assert not tab.behind.isVisible()
        assert tab._weeks.isVisible()
    assert len(tab._tiles) == len(FIGURE_OF_TILE)


def test_enter_on_a_row_opens_that_persons_sales_and_more_brings_the_next(page, qtbot):
    view = page.tab.table.table.view
    row = page.tab.table.table.rows.index(0, Column.NAME)
    view.setCurrentIndex(row)
    with qtbot.waitSignal(page._questions.idle):
        qtbot.keyClick(view, Qt.Key.Key_Return)
    listed = page.tab.behind.rows.list
    first = listed.count()
    assert first == panel._AT_ONCE
    with qtbot.waitSignal(page._questions.idle):
        page.tab.behind.rows.more.click()
    assert listed.count() > first
    assert row.data() in page.tab.behind.title.text()


def test_an_associate_sees_nothing_behind_somebody_elses_figure(connection):
    people = catalog.associates(connection)
    staff.make_keeper(connection, people[0].name, "4820")
    asker, other = people[1].associate_id, people[2].associate_id
    asked = Asked(12, seen_by=asker)
    assert every_row(connection, Wanted("offered_attachment", other, "", ""), asked) == []
    own = every_row(connection, Wanted("offered_attachment", None, "", ""), asked)
    assert own
    assert {one.associate_id for one in own} == {asker}


def test_what_goes_wrong_is_said_in_the_panel(page, qtbot, monkeypatch):
    broken = StoreError("The file log.db is in use by another program; try again in a moment.")

    def refuse(*_: object, **__: object) -> None:
        raise broken

    monkeypatch.setattr(panel.drill, "behind", refuse)
    with qtbot.waitSignal(page._questions.idle):
        page.tab.open_figure(Wanted("offered_attachment", None, "", ""), page.tab._tiles[0])
    assert "in use by another program" in page.tab.behind.base.text()
