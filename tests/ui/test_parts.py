"""The small pieces: they follow the theme and the text size, whenever they were made."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from assistant.ui.parts import Button, Chip, KeyCap, Text


@pytest.fixture
def page(qtbot, look):
    widget = QWidget()
    column = QVBoxLayout(widget)
    widget.text = Text(look, "title", "Maren Oduya")
    widget.button = Button(look, "Accepted", "accepted", icon="check", key="A")
    for part in (widget.text, widget.button, Chip(look, "Silver"), KeyCap(look, "F2")):
        column.addWidget(part)
    qtbot.addWidget(widget)
    return widget


def ink(text: Text) -> str:
    return text.palette().color(QPalette.ColorRole.WindowText).name()


def test_a_text_follows_the_theme(page, look):
    page.show()
    light = ink(page.text)
    look.set_theme("dark")
    assert ink(page.text) == look.color("text").name() != light


def test_a_text_made_before_the_theme_changed_is_shown_in_the_new_one(page, look):
    look.set_theme("dark")
    page.show()
    assert ink(page.text) == look.color("text").name()


def test_everything_grows_with_the_text_size(page, look):
    page.show()
    before = page.button.sizeHint(), page.text.font().pixelSize()
    look.set_scale(1.3)
    assert page.button.sizeHint().height() == round(before[0].height() * 1.3)
    assert page.text.font().pixelSize() == round(before[1] * 1.3)


def test_a_button_is_named_for_screen_readers_and_takes_the_focus(qtbot, page):
    assert page.button.accessibleName() == "Accepted"
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    page.button.setFocus()
    qtbot.waitUntil(page.button.hasFocus)
    assert page.button.sizeHint().height() >= 44
