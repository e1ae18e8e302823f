"""Questions about somebody's record: opened with their rows, answered by a manager, seen by both."""

from __future__ import annotations

import contextlib
import shutil
import subprocess

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from assistant.records import Associate
from assistant.store import counting, pins, replies, staff
from assistant.store.database import Home, open_home
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import TeamPage
from assistant.ui.theme import Look
from tests.measure import made

PRIYA = Associate("A0", "Priya Nair", "S0")


@pytest.fixture
def kept(home: Home):
    """A shop whose keeper is Hanna, and in which what Priya's customers accepted was never paid."""
    made.large(home, 4_000, people=made.TEAM, seed=4)
    with contextlib.closing(open_home(home)) as connection:
        connection.execute(
            "UPDATE answers SET at = at + 9000 * (SELECT slot FROM suggestions s "
            "WHERE s.suggestion_id = answers.suggestion_id)"
        )
        connection.execute("UPDATE visits SET basket_id = basket_id || '-gone' WHERE associate_id = 'A0'")
        counting.recount(home)
        keeper = staff.make_keeper(connection, "Hanna Olsen", "4820")
        yield connection, keeper


@pytest.fixture
def shown(qtbot, home: Home, kept):
    """Opens the Funnel as somebody, with Priya's panel."""
    opened = []

    def show(who: Associate) -> TeamPage:
        look, questions, session = Look(QApplication.instance(), "light"), Questions(home), Session(home)
        session.sign_in(who)
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(1440, 900)
        page = TeamPage(look, questions, session, window)
        page.setGeometry(80, 64, 1360, 836)
        opened.append((window, questions, look))
        window.show()
        page.open_tab("funnel")
        qtbot.waitUntil(lambda: not questions.busy)
        page.tab.open_person("A0")
        qtbot.waitUntil(lambda: not questions.busy)
        return page

    yield show
    for window, questions, look in opened:
        window.close()
        questions.close()
        look.deleteLater()


def answered(page: TeamPage, qtbot, said: str) -> None:
    """Choose what happened, with the keeper's PIN where it is asked for."""
    page.tab.panel.questions.pickers[0]._choose(said)
    qtbot.waitUntil(lambda: not page._questions.busy)
    if page.tab._permits.sheet.isVisible():
        page.tab._permits.sheet.pin.entered.emit("4820")
    qtbot.waitUntil(lambda: not page._questions.busy)


def sentences(page: TeamPage) -> list[str]:
    return [text.text() for text in page.tab.panel.questions.sentences]


def test_a_question_stands_in_the_table_and_the_panel_and_opens_its_rows(shown, kept, qtbot):
    page = shown(kept[1])
    rows = page.tab.table.people
    place = [one.associate_id for one in rows.people].index("A0")
    assert rows.index(place, 6).data().endswith("· 1 question")
    assert rows.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("· 1 question")
    (one,) = page.tab._record.questions
    (said,) = sentences(page)
    assert said.startswith(f"{one.n} of {one.of} accepted offers are on no receipt; of the others’ ")
    assert said.endswith("Was the till down?")
    panel = page.tab.panel
    panel.questions.openers[0].click()
    qtbot.waitUntil(lambda: not page._questions.busy)
    assert panel.rows.list.count() == min(50, one.n)
    first = panel.rows.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert first.endswith("Not on the receipt")
    panel.questions.openers[0].click()
    qtbot.waitUntil(lambda: not page._questions.busy)
    assert panel._title.text() == "Sales behind the figure"


def test_the_answer_is_kept_with_a_name_and_ends_the_question_until_it_is_taken_back(shown, kept, qtbot):
    page = shown(kept[1])
    n = page.tab._record.questions[0].n
    answered(page, qtbot, "till_down")
    (one,) = replies.standing(kept[0])
    assert (one.said, one.about, len(one.rows), one.name) == ("till_down", "A0", n, "Hanna Olsen")
    assert not page.tab._record.questions
    (said,) = sentences(page)
    assert said.startswith(f"Accepted, on no receipt, {n}: The till was down. Hanna Olsen, ")
    page.tab.panel.questions.backs[0].click()
    qtbot.waitUntil(lambda: not page._questions.busy)  # the permit is still good: no PIN
    assert replies.standing(kept[0]) == ()
    assert page.tab._record.questions[0].n == n


def test_of_some_rows_it_is_said_what_happened_and_the_others_stay(shown, kept, qtbot):
    page = shown(kept[1])
    panel, n = page.tab.panel, page.tab._record.questions[0].n
    panel.questions.openers[0].click()
    qtbot.waitUntil(lambda: not page._questions.busy)
    for place in (0, 2):
        panel.rows.list.item(place).setSelected(True)
    assert "What happened with 2?" in panel.questions.pickers[0].accessibleName()
    meant = {page.tab._record.questions[0].rows[place] for place in (0, 2)}
    answered(page, qtbot, "paid_separately")
    (one,) = replies.standing(kept[0])
    assert set(one.rows) == {(row.visit_id, row.suggestion_id) for row in meant}
    assert page.tab._record.questions[0].n == n - 2


def test_a_wrong_pin_records_nothing_and_going_back_leaves_the_question(shown, kept, qtbot):
    page = shown(kept[1])
    panel = page.tab.panel
    panel.questions.pickers[0]._choose("put_back")
    qtbot.waitUntil(lambda: not page._questions.busy)
    sheet = page.tab._permits.sheet
    assert "recorded by a manager" in sheet.words.text()
    sheet.pin.entered.emit("1111")
    qtbot.waitUntil(lambda: not page._questions.busy)
    assert "not the PIN" in sheet.pin.said
    sheet.leave()
    qtbot.waitUntil(lambda: not page._questions.busy)
    assert replies.standing(kept[0]) == ()
    assert panel.questions.pickers[0].value is None  # nothing looks as if it were answered


def test_the_associate_sees_the_question_the_answer_and_who_opened_it_and_records_nothing(shown, kept, qtbot):
    manager = shown(kept[1])
    answered(manager, qtbot, "mistake")
    pins.choose(kept[0], "A0", "7391")
    page = shown(PRIYA)
    assert "Recorded by mistake. Hanna Olsen" in sentences(page)[0]
    assert page.tab.panel.questions.pickers == page.tab.panel.questions.backs == []
    assert "Opened by Hanna Olsen" in page.tab.panel._seen.text()
    assert [one.name for one in replies.openings(kept[0], "A0")] == ["Hanna Olsen"]


def test_a_sheet_for_a_talk_holds_the_rates_and_what_is_asked_and_answered(shown, kept, qtbot, tmp_path):
    to_text = shutil.which("pdftotext")
    if to_text is None:
        pytest.skip("pdftotext is not installed")
    page = shown(kept[1])
    answered(page, qtbot, "till_down")
    page.tab.panel.talk.click()
    qtbot.waitUntil(lambda: not page._questions.busy)
    printing = page.tab.printing
    assert printing.ask.isVisible()
    assert printing.ask.title.text() == "For a talk with Priya Nair"
    said = []
    printing.said.connect(said.append)
    printing.save_to(tmp_path / "talk.pdf")
    qtbot.waitUntil(lambda: not page._questions.busy)
    assert said == ["Saved as talk.pdf"]
    read = [to_text, "-layout", str(tmp_path / "talk.pdf"), "-"]
    text = subprocess.run(read, capture_output=True, text=True, check=True).stdout
    one = next(p for p in page.tab._found.people if p.associate_id == "A0")
    for rate in (one.rate, one.expected, one.adjusted, one.steadied):
        assert f"{100 * rate:.1f}%" in text
    assert "The till was down. Hanna Olsen" in text
    assert "What we talked about" in text
    assert "Owen Bright" not in text


def test_a_sheet_for_a_talk_that_cannot_be_written_says_so(shown, kept, qtbot, tmp_path):
    page = shown(kept[1])
    page.tab.panel.talk.click()
    qtbot.waitUntil(lambda: not page._questions.busy)
    said = []
    page.tab.printing.said.connect(said.append)
    page.tab.printing.save_to(tmp_path / "nowhere" / "talk.pdf")
    qtbot.waitUntil(lambda: not page._questions.busy)
    (sentence,) = said
    assert str(tmp_path / "nowhere") in sentence
    assert not [*tmp_path.rglob("*talk*")]
