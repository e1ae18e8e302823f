"""The Funnel at work: everybody's place by eye, key and ear, names apart, and the file that says the same."""

from __future__ import annotations

import contextlib
import csv
import shutil
import subprocess
from itertools import combinations

import openpyxl
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication, QWidget

from assistant.errors import AccessError
from assistant.measure import funnel_file
from assistant.store import catalog, preferences, staff
from assistant.store.database import open_home
from assistant.ui.charts.labels import Label, placed
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import TeamPage
from assistant.ui.team.funnel import compared, write_compared
from assistant.ui.team.tabs import TABS, Asked
from assistant.ui.theme import Look
from tests.measure import made


@pytest.fixture
def connection(home):
    made.large(home, 3_000, people=made.TEAM, seed=4)
    with contextlib.closing(open_home(home)) as found:
        yield found


@pytest.fixture
def shown(qtbot, home, connection):
    """Opens the page over a home, on the Funnel, as somebody."""
    opened = []

    def show(who=None) -> TeamPage:
        look, questions, window = Look(QApplication.instance(), "light"), Questions(home), QWidget()
        qtbot.addWidget(window)
        window.resize(1440, 900)
        session = Session(home)
        session.associate = who
        page = TeamPage(look, questions, session, window)
        page.setGeometry(80, 64, 1360, 836)
        with qtbot.waitSignal(questions.idle):
            window.show()
        qtbot.keyClick(page.head.period, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
        if questions.busy:
            with qtbot.waitSignal(questions.idle):
                pass
        opened.append((window, questions, look))
        return page

    yield show
    for window, questions, look in opened:
        window.close()
        questions.close()
        look.deleteLater()


def test_control_and_page_down_turns_to_the_funnel(shown):
    page = shown()
    names = [tab.name for tab in TABS]
    assert page.head.strip.names[:2] == tuple(names[:2]) == ("overview", "funnel")
    assert page.tab.chart.isVisible()


def test_chart_table_and_words_say_the_same(shown, connection):
    page = shown()
    found = compared(connection, Asked(12))
    told = page.tab.chart.accessibleDescription()
    rows = page.tab.table.people
    for n, one in enumerate(found.people):
        assert rows.index(n, 0).data() == one.name
        assert rows.index(n, 5).data() == f"{100 * one.steadied:.1f}"
        spoken = rows.index(n, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert spoken.partition(" · ")[0] in told  # then how many questions there are


def test_enter_opens_a_persons_panel_up_and_down_change_it_and_escape_closes(shown, qtbot):
    page = shown()
    table, panel = page.tab.table, page.tab.panel
    table.setFocus()
    table.setCurrentIndex(table.people.index(0, 0))
    with qtbot.waitSignal(page._questions.idle):
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert panel.isVisible()
    assert panel.name.text() == table.people.people[0].name
    with qtbot.waitSignal(page._questions.idle):
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert panel.name.text() == table.people.people[1].name
    assert panel.rows.list.count() == min(50, table.people.people[1].sales)
    qtbot.keyClick(panel.rows.list, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert table.hasFocus()


def test_arrows_go_from_dot_to_dot_by_sales(shown, qtbot):
    page = shown()
    chart = page.tab.chart
    by_sales = sorted(page.tab.table.people.people, key=lambda one: one.sales)
    seen = []
    chart.chosen.connect(seen.append)
    for _ in range(3):
        qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert seen == [one.associate_id for one in by_sales[:3]]


def test_an_associate_sees_their_own_dot_only(shown, connection):
    people = catalog.associates(connection)
    staff.make_keeper(connection, people[0].name, "4820")
    page = shown(people[1])
    assert [one.associate_id for one in page.tab.table.people.people] == [people[1].associate_id]


def test_a_team_too_small_is_said_to_be(shown, connection):
    preferences.put(connection, "team.smallest", 8)
    page = shown()
    page.head.store.set_choices([(None, "All"), ("S1", "One")], "S1")
    page.tab.show_asked(Asked(12, "S1"))
    while page._questions.busy:
        QApplication.processEvents()
    assert page.tab.stack.currentWidget() is page.tab.empty
    assert "as a whole" in page.tab.empty.accessibleName()


def test_the_file_holds_the_comparison_with_its_limits_and_is_a_managers(connection, tmp_path):
    written = write_compared(connection, tmp_path / "funnel.csv", Asked(12))
    with written.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["standing"] for row in rows} <= {"few", "above", "below", "alike"}
    assert "team rate" in rows[0]["definition"]
    found = compared(connection, Asked(12))
    assert [row["associate_id"] for row in rows] == [one.associate_id for one in found.people]
    for row, one in zip(rows, found.people, strict=True):
        assert float(row["steadied"]) == round(one.steadied, 6)
        assert float(row["outer_limit_high"]) == round(one.outer_limits[1], 6)
        assert row["from"] == "2026-03-23"
    people = catalog.associates(connection)
    staff.make_keeper(connection, people[0].name, "4820")
    with pytest.raises(AccessError, match="by a manager"):
        write_compared(connection, tmp_path / "own.csv", Asked(12, seen_by=people[1].associate_id))


def test_the_workbook_says_the_same_typed_under_a_frozen_header(connection, tmp_path):
    written = write_compared(connection, tmp_path / "funnel.xlsx", Asked(12), "xlsx")
    book = openpyxl.load_workbook(written)
    assert book.sheetnames == ["People", "Definitions", "About"]
    assert book["People"].freeze_panes == "A2"
    found = compared(connection, Asked(12))
    header, *rows = book["People"].iter_rows()
    names = [cell.value for cell in header]
    assert len(rows) == len(found.people)
    for row, one in zip(rows, found.people, strict=True):
        told = {name: cell.value for name, cell in zip(names, row, strict=True)}
        assert told == funnel_file.cells(one)
        assert row[names.index("steadied")].number_format == "0.0%"
        assert row[names.index("sales")].number_format == "General"
    about = dict(book["About"].iter_rows(min_row=2, values_only=True))
    assert about["from"] == "2026-03-23"
    assert float(about["team rate"]) == round(found.team_rate, 6)


def test_the_paper_is_a4_and_names_everybody_with_their_words(qapp, connection, tmp_path):
    to_text = shutil.which("pdftotext")
    if to_text is None:
        pytest.skip("pdftotext is not installed")
    written = write_compared(connection, tmp_path / "funnel.pdf", Asked(12, "S1"), "pdf")
    call = [to_text, "-layout", str(written), "-"]
    text = subprocess.run(call, capture_output=True, text=True, check=True).stdout
    found = compared(connection, Asked(12, "S1"))
    for one in found.people:
        line = next(
            line for line in text.splitlines() if line.startswith(one.name) and f"{one.sales}" in line
        )
        assert f"{100 * one.steadied:.1f}" in line
    assert "Store S1" in text
    assert "Data complete to" in text
    assert "99.8% limit" in text


def test_names_stand_apart_from_each_other_and_from_the_dots():
    plot = QRectF(0, 0, 600, 300)
    crowd = [Label(f"Name {n}", QPointF(300 + 9 * (n % 3), 150 + 7 * (n // 3)), 60) for n in range(9)]
    found = [one for one in placed(crowd, plot, 15, 6) if one is not None]
    assert len(found) >= 7
    for (one, _), (other, _) in combinations(found, 2):
        assert not one.intersects(other)
    for area, _ in found:
        assert plot.contains(area)
        assert not any(area.intersects(QRectF(x.at.x() - 6, x.at.y() - 6, 12, 12)) for x in crowd)
