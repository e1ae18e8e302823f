"""The whole window at work: signing in and out, pages, scans, troubles, our own mistakes."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from assistant.store import preferences
from assistant.store.database import open_home
from assistant.ui.shell import Shell


def sign_in(shell: Shell, name: str = "Priya Nair") -> None:
    shell.window.sign_in.chosen.emit(next(a for a in shell.window.sign_in.people if a.name == name))
    shell.settle()


def texts(shell: Shell) -> str:
    """Everything that can be read in the window now."""
    labels = (w.text() for w in shell.window.findChildren(QWidget) if w.isVisible() and hasattr(w, "text"))
    return "\n".join(str(text() if callable(text) else text) for text in labels)


def test_before_anybody_signed_in_nothing_of_a_customer_can_be_opened(shell):
    shell.window.open("customer", "C-10412")
    shell.window.show_page("team")
    QTest.keyClick(shell.window, Qt.Key.Key_F2)
    shell.settle()
    assert shell.window.pages.currentWidget() is shell.window.sign_in
    assert "Maren" not in texts(shell)


def test_signing_in_says_who_and_where(shell):
    sign_in(shell)
    assert shell.session.associate.name == "Priya Nair"
    assert shell.session.store_id == "S1"
    assert shell.session.store_name == "Harbour Street"
    assert "Harbour Street" in texts(shell)
    assert shell.window.pages.currentWidget() is shell.window.counter


def test_the_store_of_this_counter_counts_before_the_associates_own(start, shop_home):
    with contextlib.closing(open_home(shop_home)) as connection:
        preferences.put(connection, "counter.store", "S2")
    shell = start(shop_home)
    sign_in(shell)
    assert shell.session.store_id == "S2"
    assert shell.session.store_name == "Mill Lane"


def test_locking_takes_customers_off_the_screen_and_keeps_the_visit(shell):
    sign_in(shell)
    shell.window.open("basket", "B-20418")
    shell.settle()
    assert "Maren Oduya" in texts(shell)
    QTest.keyClick(shell.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    shell.settle()
    assert shell.session.associate is None
    assert "Maren Oduya" not in texts(shell)
    sign_in(shell)
    assert "Maren Oduya" in texts(shell)


def test_the_team_page_is_built_when_it_is_first_asked_for(shell):
    sign_in(shell)
    assert shell.window.team is None
    QTest.keyClick(shell.window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    shell.settle()
    assert shell.window.pages.currentWidget() is shell.window.team
    QTest.keyClick(shell.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert shell.window.pages.currentWidget() is shell.window.counter


def test_the_page_in_view_is_remembered(start, shop_home):
    first = start(shop_home, remember=True)
    sign_in(first)
    first.window.show_page("team")
    first.settle()
    first.close()
    again = start(shop_home, remember=True)
    sign_in(again)
    assert again.window.pages.currentWidget() is again.window.team


def test_f2_goes_to_the_field_from_anywhere(shell):
    sign_in(shell)
    shell.window.show_page("team")
    shell.settle()
    QTest.keyClick(shell.window, Qt.Key.Key_F2)
    assert shell.window.focusWidget() is shell.window.bar.field


def test_a_scan_on_the_team_page_goes_to_the_field_and_opens_its_product(qtbot, shell):
    sign_in(shell)
    shell.window.show_page("team")
    shell.settle()
    with qtbot.waitSignal(shell.window.bar.field.chosen) as chosen:
        shell.window.scanner.scanned.emit("5000000000003")
    assert chosen.args == ["product", "P3"]
    shell.settle()
    assert shell.window.pages.currentWidget() is shell.window.counter


def test_a_scan_while_nobody_serves_does_nothing(shell):
    shell.window.scanner.scanned.emit("5000000000003")
    shell.settle()
    assert shell.window.pages.currentWidget() is shell.window.sign_in


def test_a_fault_that_goes_on_is_said_once_and_goes_when_it_is_over(shell):
    sign_in(shell)
    shell.standing.failed("The folder is not there.", "other")
    assert shell.window.trouble.sentence == "The folder is not there."
    assert shell.window.bar.chip.state == "fault"
    shell.window.trouble.hide()
    shell.standing.failed("The folder is not there.", "other")
    assert shell.window.trouble.sentence == ""
    shell.upkeep.synced.emit()
    assert shell.window.bar.chip.state == "fresh"
    shell.standing.failed("The folder is not there.", "other")
    assert shell.window.trouble.sentence == "The folder is not there."


def test_our_own_mistake_is_reported_and_the_window_goes_on(shell, shop_home, capsys):
    sign_in(shell)
    try:
        raise ZeroDivisionError("planted")
    except ZeroDivisionError as problem:
        sys.excepthook(type(problem), problem, problem.__traceback__)
    assert "mistake of its own" in shell.window.trouble.sentence
    shell.settle()
    (report,) = shop_home.crashes.iterdir()
    assert "ZeroDivisionError: planted" in report.read_text(encoding="utf-8")
    shell.window.trouble._copy.click()
    assert "ZeroDivisionError: planted" in QGuiApplication.clipboard().text()
    shell.window.open("basket", "B-20418")
    shell.settle()
    assert "Maren Oduya" in texts(shell)


def test_a_mistake_on_the_background_thread_is_reported_too(shell, shop_home):
    sign_in(shell)

    def job(_: object) -> None:
        raise ZeroDivisionError("planted")

    shell.questions.ask(job, lambda _: None)
    shell.settle()
    assert "mistake of its own" in shell.window.trouble.sentence
    shell.settle()
    assert len(list(shop_home.crashes.iterdir())) == 1


def test_a_picture_is_signed_by_whoever_has_the_basket(start, shop_home, tmp_path):
    shell = start(shop_home)
    file = tmp_path / "counter.png"
    assert shell.picture(file, (1440, 900), basket="B-20418") == 0
    assert shell.session.associate.name == "Priya Nair"
    assert file.read_bytes().startswith(b"\x89PNG")
    assert "Maren Oduya" in texts(shell)


def test_a_picture_leaves_no_trace_of_a_window(start, shop_home, tmp_path):
    start(shop_home).picture(tmp_path / "counter.png", (1440, 900))
    assert not Path(shop_home.folder / "window.ini").exists()
