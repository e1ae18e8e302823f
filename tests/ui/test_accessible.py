"""What a screen reader and a hand without a mouse get of every page: names, roles, order, reach, size."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from assistant.learn.train import train
from assistant.records import Associate
from assistant.store import linking, preferences
from assistant.store.database import Home, open_home
from assistant.ui.session import Session
from assistant.ui.shell import Shell
from tests import shops

PRIYA = Associate("A1", "Priya Nair", "S1")
CONTROLS = (QAbstractButton, QLineEdit, QTextEdit, QPlainTextEdit, QComboBox, QAbstractItemView)
LEAST = 44  # pixels of a target
DENSE = (
    "review",
    "follow-ups",
    "settings",
    "content",
)  # at a desk, with keys or a mouse; drawn closer together
ANSWERS = 48  # of a counter's answer
_MOST_TABS = 200


@pytest.fixture
def shell(qapp: QApplication, shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """The whole window over the small shop, trained, with Priya signed in."""
    train(shop_home, progress=lambda what, done, total: None)
    with contextlib.closing(open_home(shop_home)) as connection:
        for key, value in {"shop.kind": "csv", "keeper.asked": True, "recovery.shown": True}.items():
            preferences.put(connection, key, value)
    monkeypatch.setattr(Session, "now", lambda self: shops.NOW)
    made = Shell(shop_home, remember=False)
    made.window.resize(1440, 900)
    made.window.show()
    made.window.activateWindow()
    made.settle()
    yield made
    made.close()


def sign_in(shell: Shell) -> None:
    shell.window.sign_in.chosen.emit(PRIYA)
    shell.settle()


def counter(shell: Shell) -> None:
    sign_in(shell)
    shell.window.open("basket", "B-20418")
    shell.settle()


def finish_sheet(shell: Shell) -> None:
    counter(shell)
    shell.window.counter.bar.finish.click()
    shell.settle()


def reasons(shell: Shell) -> None:
    counter(shell)
    shell.window.counter.focus_in()
    press(shell, "d")


def parked(shell: Shell) -> None:
    counter(shell)
    shell.window.counter.focus_in()
    press(shell, "a", "p")


def review(shell: Shell) -> None:
    sign_in(shell)
    shell.window.show_page("review")
    shell.window.account.open("customer", "C-10412")
    shell.settle()


def page(name: str) -> Callable[[Shell], None]:
    def show(shell: Shell) -> None:
        sign_in(shell)
        shell.window.show_page(name)
        shell.settle()

    return show


def content(shell: Shell) -> None:
    page("settings")(shell)
    shell.window.settings.show_section("content")
    shell.settle()
    shell.window.settings.content.kinds.take("links")
    shell.settle()
    shell.window.settings.content.open(linking.key("P1", "P3"))
    shell.settle()


STATES: dict[str, Callable[[Shell], None]] = {
    "sign-in": lambda shell: None,
    "before a visit": sign_in,
    "counter": counter,
    "reasons": reasons,
    "finish sheet": finish_sheet,
    "parked": parked,
    "review": review,
    "follow-ups": page("followups"),
    "team": page("team"),
    "settings": page("settings"),
    "content": content,
}


def press(shell: Shell, *keys: str) -> None:
    for key in keys:
        where = shell.window.focusWidget() or shell.window
        QTest.keyClick(where, key if len(key) == 1 else getattr(Qt.Key, f"Key_{key}"))
        shell.window.scanner.release()
        shell.settle()


def controls(shell: Shell) -> list[QWidget]:
    """Everything that can be pressed, chosen or typed into, as far as it is seen."""
    return [
        widget
        for widget in shell.window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and not isinstance(widget, QHeaderView)  # read as part of its table
        and widget.isVisible()
        and widget.isEnabled()
        and not covered(widget)
    ]


def covered(widget: QWidget) -> bool:
    """Whether something else lies over it, as a sheet does, or it is scrolled out of sight."""
    middle = widget.rect().center()
    there = widget.window().childAt(widget.mapTo(widget.window(), middle))
    return there is None or not (there is widget or widget.isAncestorOf(there) or there.isAncestorOf(widget))


def named(widget: QWidget) -> str:
    found = QAccessible.queryAccessibleInterface(widget)
    return "" if found is None else found.text(QAccessible.Text.Name)


def said(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()} {named(widget)!r}"


@pytest.mark.parametrize("state", STATES)
def test_every_control_has_a_name_and_a_role(shell: Shell, state: str) -> None:
    STATES[state](shell)
    found = controls(shell)
    assert found
    unnamed = [said(widget) for widget in found if not named(widget).strip()]
    assert unnamed == []
    plain = {QAccessible.Role.Client, QAccessible.Role.NoRole}
    assert [said(w) for w in found if QAccessible.queryAccessibleInterface(w).role() in plain] == []


@pytest.mark.parametrize("state", STATES)
def test_everything_is_reached_without_a_mouse(shell: Shell, state: str) -> None:
    """Tab goes round; what it passes by is reached inside what it stops at, by arrows or a key of its own."""
    STATES[state](shell)
    over = [one for one in shell.window.counter.asking.overlays if one.isVisible()]
    wanted = {
        w
        for w in controls(shell)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and all(one.isAncestorOf(w) for one in over)
    }
    reached: set[QWidget] = set()
    for _ in range(_MOST_TABS):
        QTest.keyClick(shell.window.focusWidget() or shell.window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or (now in reached and wanted <= reached):
            break
        reached.add(now)
    left = {w for w in wanted - reached if not any(w.isAncestorOf(r) or r.isAncestorOf(w) for r in reached)}
    assert sorted(said(widget) for widget in left if not exclusive(widget, reached)) == []


def exclusive(widget: QWidget, reached: set[QWidget]) -> bool:
    """One of several of which one is on: Tab stops at that one, arrows go to the others."""
    if not isinstance(widget, QAbstractButton):
        return False
    if (group := widget.group()) is not None:
        return any(one in reached for one in group.buttons())
    return widget.autoExclusive() and any(
        isinstance(one, QAbstractButton) and one.parent() is widget.parent() for one in reached
    )


@pytest.mark.parametrize("state", [state for state in STATES if state not in DENSE])
def test_targets_are_large_enough_for_a_finger(shell: Shell, state: str) -> None:
    STATES[state](shell)
    small = [
        f"{said(w)} {w.width()}x{w.height()}"
        for w in controls(shell)
        if isinstance(w, QAbstractButton) and (w.height() < LEAST or w.width() < LEAST)
    ]
    assert small == []


def test_answers_are_larger_and_apart(shell: Shell) -> None:
    counter(shell)
    row = shell.window.counter.list.actions_row
    buttons = [row.accepted, row.declined, row.later]
    assert all(button.height() >= ANSWERS for button in buttons)
    places = [QRect(button.mapTo(row, QPoint(0, 0)), button.size()) for button in buttons]
    assert all(b.left() - a.right() - 1 >= 8 for a, b in pairwise(places))
    name = shell.window.counter.list.selected.suggestion.product.name
    assert [named(button) for button in buttons] == [
        f"Accepted, {name}",
        f"Declined, {name}",
        f"Later, {name}",
    ]


def test_a_row_is_read_in_the_order_of_its_worth(shell: Shell) -> None:
    counter(shell)
    rows = shell.window.counter.desk.rows
    row = rows.rows[1]
    text = rows.data(rows.index(1), Qt.ItemDataRole.AccessibleTextRole)
    product = row.suggestion.product
    parts = [
        f"2 of {rows.rowCount()}",
        product.name,
        "in stock",
        "match",
        "Say:",
        "Evidence:",
        "Not answered.",
    ]
    places = [text.lower().find(part.lower()) for part in parts]
    assert -1 not in places, text
    assert places == sorted(places), text
    view = QAccessible.queryAccessibleInterface(shell.window.counter.list)
    spoken = [view.child(n).text(QAccessible.Text.Name) for n in range(view.childCount())]
    assert any(text in one or one in text for one in spoken if one), spoken


def test_opening_a_basket_brings_the_first_row_into_focus(shell: Shell) -> None:
    counter(shell)
    assert QApplication.focusWidget() is shell.window.counter.list
    assert shell.window.counter.list.selected is shell.window.counter.desk.rows.rows[0]


@pytest.mark.parametrize("state", ["reasons", "finish sheet"])
def test_what_lies_over_the_page_keeps_the_focus_and_gives_it_back(shell: Shell, state: str) -> None:
    STATES[state](shell)
    asking = shell.window.counter.asking
    over = next(one for one in asking.overlays if one.isVisible())
    for _ in range(20):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert over.isAncestorOf(QApplication.focusWidget())
    press(shell, "Escape")
    assert not over.isVisible()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert shell.window.counter.isAncestorOf(focused)
