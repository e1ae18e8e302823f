"""The Team page at work: what it asks and shows, sorting, export, and what it says in trouble."""

from __future__ import annotations

import contextlib
import csv
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from assistant.errors import AccessError, StoreError
from assistant.measure.definitions import NOT_CAUSAL
from assistant.measure.team import team
from assistant.store import catalog, counting, staff
from assistant.store.database import Home, open_catalog, open_home, transaction
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import TeamPage
from assistant.ui.team import overview as page_module
from assistant.ui.team.facts import tiles
from assistant.ui.team.painting import scale_of
from assistant.ui.team.rows import Column, Rows
from assistant.ui.team.tabs import Asked
from assistant.ui.theme import Look
from tests.measure import made

UNTIL = made.START + timedelta(days=84)


@pytest.fixture
def busy_home(home: Home) -> Home:
    made.large(home, 6_000, people=made.TEAM, seed=4)
    return home


@pytest.fixture
def figures(busy_home: Home):
    with contextlib.closing(open_home(busy_home)) as connection:
        yield team(connection, since=made.START, until=UNTIL)


@pytest.fixture
def shown(qtbot, home: Home):
    """Opens the page over a home and waits for its figures."""
    opened = []

    def show(width: int = 1440, height: int = 900) -> TeamPage:
        look = Look(QApplication.instance(), "light")
        questions = Questions(home)
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(width, height)
        page = TeamPage(look, questions, Session(home), window)
        page.setGeometry(80, 64, width - 80, height - 64)
        with qtbot.waitSignal(questions.idle):
            window.show()
        opened.append((window, questions, look))
        return page

    yield show
    for window, questions, look in opened:
        window.close()
        questions.close()
        look.deleteLater()


def names(rows: Rows) -> list[str]:
    return [rows.index(n, Column.NAME).data() for n in range(rows.rowCount())]


def test_it_shows_what_the_figures_say(busy_home, shown, figures):
    page = shown()
    rows = page.tab.table.table.rows
    assert names(rows) == [row.name for row in figures.rows]
    for n, row in enumerate(figures.rows):
        assert rows.index(n, Column.OFFERS).data().replace(",", "") == str(row.offers)
        assert rows.index(n, Column.RATE).data() == f"{100 * row.attachment.value:.1f}"


def test_orders_without_an_associate_count_for_the_team_and_stand_in_no_row(busy_home, shown):
    with contextlib.closing(open_catalog(busy_home)) as catalog_file, transaction(catalog_file):
        catalog_file.execute("UPDATE orders SET associate_id = NULL WHERE associate_id IN ('A0', 'A1')")
    counting.count(busy_home)
    page = shown()
    with contextlib.closing(open_home(busy_home)) as connection:
        found = team(connection, since=made.START, until=UNTIL)
    assert found.unserved > 100
    assert page.tab._tiles[0].facts.value == f"{100 * found.tiles['offered_attachment'].value:.1f}%"
    assert "have no associate and count for the team only" in page.head.line.text()
    assert page.tab.table.table._head.scale.team == found.beside != found.team.attachment.value


def test_with_and_without_an_add_on_stands_behind_the_order_value_beside_its_warning(
    busy_home, shown, figures, qtbot
):
    page = shown()
    with qtbot.waitSignal(page._questions.idle):
        page.tab._tiles[2].click()
    said = page.tab.behind.base.text()
    for name in ("units_with", "units_without"):
        assert f"{figures.tiles[name].value:.1f} units" in said
    assert said.endswith(NOT_CAUSAL)


def test_a_touchpoint_and_a_category_narrow_the_overview_and_no_other_tab(busy_home, shown, figures, qtbot):
    page = shown()
    head = page.head
    assert [head.touch.isVisible(), head.kind.isVisible()] == [True, True]
    with qtbot.waitSignal(page._questions.idle):
        head.touch._choose("counter")
    with contextlib.closing(open_home(busy_home)) as connection:
        found = team(connection, since=made.START, until=UNTIL, touchpoint="counter")
        assert 0 < found.team.offers < figures.team.offers
        assert page.tab._found.team == found.team
        with qtbot.waitSignal(page._questions.idle):
            head.kind._choose("Photo/Kind 3")
        narrower = team(
            connection, since=made.START, until=UNTIL, touchpoint="counter", category="Photo/Kind 3"
        )
    assert page.tab._found.team == narrower.team != found.team
    assert "Kind 3" in head.kind.accessibleName()
    with qtbot.waitSignal(page._questions.idle):
        page.open_tab("funnel")
    assert not head.touch.isVisible()
    assert page.asked.category is page.asked.touchpoint is None


def test_where_there_is_little_room_the_controls_say_only_what_is_chosen(busy_home, shown):
    head = shown(1100, 800).head
    wide, narrow = shown().head, head
    assert not wide.period._short
    assert narrow.period._short
    right = max(narrow.export.geometry().right(), narrow.kind.geometry().right())
    assert right <= narrow.width()
    assert narrow.strip.width() >= narrow.strip.sizeHint().width()


def test_sorting_keeps_too_few_last_by_rate_and_only_by_rate(figures):
    rows = Rows()
    rows.show_rows(figures)
    few = [row.name for row in figures.rows if row.standing == "few"]
    assert few
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        rows.sort(Column.RATE, order)
        assert set(names(rows)[-len(few) :]) == set(few)
    rows.sort(Column.SALES, Qt.SortOrder.AscendingOrder)
    assert names(rows)[0] in few
    rows.sort(Column.NAME, Qt.SortOrder.AscendingOrder)
    assert names(rows) == sorted(names(rows))


def test_a_click_on_a_heading_sorts_and_again_turns_round(busy_home, shown):
    table = shown().tab.table.table
    table.sort_by(Column.OFFERS)
    offers = [int(table.rows.index(n, Column.OFFERS).data().replace(",", "")) for n in range(9)]
    assert offers == sorted(offers, reverse=True)
    table.sort_by(Column.OFFERS)
    offers = [int(table.rows.index(n, Column.OFFERS).data().replace(",", "")) for n in range(9)]
    assert offers == sorted(offers)


def test_the_keyboard_sorts_too(busy_home, shown, qtbot):
    page = shown()
    view = page.tab.table.table.view
    assert page.tab.table.table.rows.sorted_column is Column.RATE
    qtbot.keyClick(view, Qt.Key.Key_S)
    assert page.tab.table.table.rows.sorted_column is Column.OFFERS


def test_a_row_is_told_to_screen_readers(figures):
    rows = Rows()
    rows.show_rows(figures)
    told = rows.index(0, Column.NAME).data(Qt.ItemDataRole.AccessibleTextRole)
    first = figures.rows[0]
    assert told.startswith(
        f"{first.name}: {first.sales:,} sales, attachment {100 * first.attachment.value:.1f}%"
    )
    assert "95% interval" in told
    few = next(n for n, row in enumerate(figures.rows) if row.standing == "few")
    assert "too few to rank" in rows.index(few, Column.CHART).data(Qt.ItemDataRole.AccessibleTextRole)


def test_another_period_is_asked_for(busy_home, shown, qtbot):
    page = shown()
    with qtbot.waitSignal(page._questions.idle):
        page.head.period._choose(4)
    with contextlib.closing(open_home(busy_home)) as connection:
        expected = team(connection, since=UNTIL - timedelta(weeks=4), until=UNTIL)
    told = page.tab.table.table.rows
    assert sum(int(told.index(n, Column.SALES).data()) for n in range(told.rowCount())) == expected.team.sales


def test_one_store_is_asked_for(busy_home, shown, qtbot):
    page = shown()
    with qtbot.waitSignal(page._questions.idle):
        page.head.store._choose("S1")
    told = page.tab.table.table.rows
    with contextlib.closing(open_home(busy_home)) as connection:
        expected = team(connection, since=made.START, until=UNTIL, store_id="S1")
    assert names(told) == [row.name for row in expected.rows] != []


def test_the_export_holds_what_is_shown(busy_home, shown, qtbot, tmp_path):
    page = shown()
    with qtbot.waitSignal(page._questions.idle):
        page.export_to(tmp_path / "team.csv", "csv")
    with (tmp_path / "team.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {r["name"] for r in rows} == {person[0] for person in made.TEAM} | {""}
    assert {(r["from"], r["to"]) for r in rows} == {("2026-03-23", "2026-06-14")}
    assert "team.csv" in page.head.line.text()


def test_an_export_that_cannot_be_written_is_said(busy_home, shown, qtbot, tmp_path):
    page = shown()
    with qtbot.waitSignal(page._questions.idle):
        page.export_to(tmp_path / "nowhere" / "team.csv", "csv")
    assert "cannot be written" in page.head.line.text()


def test_before_any_sale_it_says_what_to_do(shown):
    page = shown()
    assert page.tab.stack.currentWidget() is page.tab.empty
    assert "Connect a shop" in page.tab.empty.accessibleName()
    assert not page.head.export.isVisible()


def test_a_period_without_anything_says_so(busy_home, shown):
    with contextlib.closing(open_home(busy_home)) as log:
        for table in ("outcomes", "answers", "suggestions", "visit_anchors", "visits"):
            log.execute(f"DELETE FROM {table}")
        log.execute("UPDATE receipts SET judged = 0")
    with contextlib.closing(open_catalog(busy_home)) as catalog, transaction(catalog):
        catalog.execute("UPDATE orders SET associate_id = NULL")
        catalog.execute("DELETE FROM pairings")
    counting.recount(busy_home)
    page = shown()
    assert page.tab.stack.currentWidget() is page.tab.empty
    assert "train the suggestions" in page.tab.empty.accessibleName()


def test_trouble_with_the_files_is_said(busy_home, shown, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise StoreError("The file log.db is in use by another program; try again in a moment.")

    monkeypatch.setattr(page_module, "figures_of", broken)
    page = shown()
    assert "in use by another program" in page.tab.empty.accessibleName()


def test_it_asks_again_when_a_sync_brought_something(busy_home, shown, qtbot):
    page = shown()
    with contextlib.closing(open_catalog(busy_home)) as catalog, transaction(catalog):
        catalog.execute("UPDATE associates SET name = 'Priya Rao' WHERE name = 'Priya Nair'")
    with qtbot.waitSignal(page._questions.idle):
        page._session.data_changed.emit()
    assert "Priya Rao" in names(page.tab.table.table.rows)


def test_a_narrow_page_does_without_the_least_needed_columns(busy_home, shown):
    wide, narrow = shown(1440, 900), shown(1280, 800)
    narrow._look.set_scale(1.3)
    assert not any(wide.tab.table.table.view.isColumnHidden(column) for column in Column)
    view = narrow.tab.table.table.view
    assert view.isColumnHidden(Column.RETURNED)
    assert not view.isColumnHidden(Column.CHART)
    assert (
        sum(view.columnWidth(c) for c in Column if not view.isColumnHidden(c))
        <= narrow.tab.table.table.width()
    )
    narrow._look.set_scale(1.0)


def test_the_tiles_carry_their_bases(figures):
    attachment, revenue, value, conversion, returns, satisfaction = tiles(figures)
    row = figures.tiles["offered_attachment"]
    assert attachment.lines[1][0] == f"{row.num:,.0f} of {row.den:,.0f} sales"
    assert revenue.suffix == "of sales"
    assert "not compared" in value.lines[1][0]
    assert conversion.value == f"{100 * figures.team.confirmed / figures.team.offers:.1f}%"
    assert len(returns.bars) == 2
    assert satisfaction.value == f"{figures.team.satisfaction:.1f}"


def test_the_axis_holds_everyone_with_enough_sales(figures):
    scale = scale_of(figures)
    for row in figures.rows:
        if row.standing != "few":
            assert scale.begin <= row.attachment.low <= row.attachment.high <= scale.end
    assert scale.begin <= scale.first < scale.last <= scale.end


def test_a_file_of_everybodys_figures_is_a_managers(busy_home, tmp_path):
    with contextlib.closing(open_home(busy_home)) as connection:
        people = [one.name for one in catalog.associates(connection)]
        keeper = staff.make_keeper(connection, people[0], "4820")
        with pytest.raises(AccessError, match="by a manager"):
            page_module.write_figures(
                connection, tmp_path / "team.csv", "csv", Asked(12, seen_by="somebody else")
            )
        assert not (tmp_path / "team.csv").exists()
        written = page_module.write_figures(
            connection, tmp_path / "team.csv", "csv", Asked(12, seen_by=keeper.associate_id)
        )
    assert written.is_file()
