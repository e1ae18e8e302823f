"""How things stand with the shop: offline is calm, a fault says what to do, what waits is listed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from assistant.store.basket_writes import Unsent
from assistant.ui import dates

REFUSED = "shop.example does not accept the key or password."
AWAY = "shop.example cannot be reached; is the address right and the network up?"


@pytest.fixture
def serving(shell):
    shell.window.sign_in.chosen.emit(shell.window.sign_in.people[0])
    shell.settle()
    shell.asked = []
    shell.standing._again = lambda: shell.asked.append("sync")
    return shell


def lines(shell, *why: str | None) -> tuple[Unsent, ...]:
    now = shell.session.now()
    return tuple(Unsent(f"Thing {n}", 1, f"B-{n}", now - timedelta(minutes=n), w) for n, w in enumerate(why))


def test_offline_is_amber_and_says_how_many_wait(serving):
    serving.standing.failed(AWAY, "unreached")
    chip = serving.window.bar.chip
    assert (chip.state, chip.text()) == ("offline", "Offline")
    assert serving.window.trouble.sentence == "", "nothing is wrong that somebody here could mend"
    serving.settle()
    serving.standing._counted(lines(serving, None, None, "The basket was paid."), None)
    assert chip.text() == "Offline, 2 to send"
    serving.standing.synced()
    assert chip.state == "fresh"
    assert serving.standing.standing is None


def test_since_when_stays_while_the_reason_changes(serving):
    serving.standing.failed(AWAY, "unreached")
    since = serving.standing.standing.since
    serving.standing.failed(REFUSED, "refused")
    assert serving.standing.standing.since == since
    assert serving.window.bar.chip.state == "fault"
    assert serving.window.trouble.sentence == REFUSED


def test_the_chip_opens_the_sheet_and_enter_tries_again(serving):
    serving.standing.failed(AWAY, "unreached")
    serving.settle()
    QTest.mouseClick(serving.window.bar.chip, Qt.MouseButton.LeftButton)
    sheet = serving.standing.sheet
    assert sheet.isVisible()
    assert sheet.panel.accessibleName().startswith("Working offline since")
    assert sheet.see.isHidden(), "nothing waits"
    QTest.keyClick(QGuiApplication.focusObject(), Qt.Key.Key_Return)
    assert serving.asked == ["sync"]
    assert not sheet.isVisible()


def test_a_chip_without_trouble_syncs(serving):
    serving.standing.press()
    assert serving.asked == ["sync"]
    assert serving.standing._sheet is None


def test_a_refused_key_leads_to_settings(serving):
    serving.standing.failed(REFUSED, "refused")
    serving.settle()
    serving.standing.press()
    assert serving.standing.sheet.panel.accessibleName() == "The shop refused our access key"
    serving.standing.sheet.open_settings.click()
    assert serving.window.pages.currentWidget() is serving.window.settings


def test_what_waits_and_what_was_refused_is_listed_and_copied(serving):
    serving.standing.failed(REFUSED, "refused")
    serving.settle()
    serving.standing._counted(lines(serving, None, "The basket was paid."), None)
    serving.standing.press()
    sheet = serving.standing.sheet
    sheet.see.click()
    shown = [label.text() for label in sheet.panel.findChildren(type(serving.window.trouble._sentence))]
    assert "Thing 0" in shown
    assert any(text.startswith("Basket B-1") and text.endswith("The basket was paid.") for text in shown)
    sheet.copy.click()
    assert REFUSED in QGuiApplication.clipboard().text()
    assert "Thing 1" in QGuiApplication.clipboard().text()


def test_the_sheet_goes_when_the_screen_is_locked_and_when_it_is_over(serving):
    serving.standing.failed(AWAY, "unreached")
    serving.settle()
    serving.standing.press()
    serving.standing.synced()
    assert not serving.standing.sheet.isVisible()
    serving.standing.failed(AWAY, "unreached")
    serving.settle()
    serving.standing.press()
    serving.window.lock()
    assert not serving.standing.sheet.isVisible()


def test_offline_says_how_old_the_data_is_and_not_since_when_it_is_offline(serving):
    serving.standing.failed(AWAY, "unreached")
    serving.settle()
    read_at = serving.session.now() - timedelta(days=3)
    serving.standing._counted((), read_at)
    serving.standing.press()
    sheet = serving.standing.sheet
    shown = [label.text() for label in sheet.panel.findChildren(type(serving.window.trouble._sentence))]
    (dated,) = (text for text in shown if text.startswith("Stock and prices"))
    assert dates.moment(read_at, serving.session.now()) in dated
