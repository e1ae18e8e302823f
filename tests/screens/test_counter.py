"""The Counter page in the whole window, in both themes and sizes, written for eyes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from assistant.records import Associate
from assistant.store.database import Home
from assistant.ui.session import Session
from assistant.ui.shell import Shell
from tests.screens.conftest import SIZES, picture

TODAY = datetime(2026, 6, 14, 14, 30, tzinfo=UTC)
PRIYA = Associate("A1", "Priya Nair", "S1")


@pytest.fixture
def serve(demo_home: Home, tmp_path: Path, open_shell, monkeypatch) -> Callable[..., Shell]:
    """Opens the demo shop's counter with Priya signed in, on a copy, so that pictures begin alike."""
    monkeypatch.setattr(Session, "now", lambda self: TODAY)

    def begin(theme: str = "light", size: tuple[int, int] = (1440, 900), scale: float = 1.0) -> Shell:
        home = Home(tmp_path / "home")
        shutil.copytree(demo_home.folder, home.folder)
        shell = open_shell(home, theme, size, scale)
        shell.window.sign_in.chosen.emit(PRIYA)
        shell.settle()
        return shell

    return begin


def held_out(connection, visit) -> None:
    """Every visit is drawn to go without suggestions."""
    connection.execute(
        "INSERT INTO holdout_draws VALUES (?, (SELECT sequence + 900000 FROM terminal), 'customer', 5, 1)",
        (visit.visit_id,),
    )


def press(shell: Shell, *keys: str) -> None:
    """Press keys on the page, past the scanner's hold."""
    for key in keys:
        where = shell.window.focusWidget() or shell.window.counter
        QTest.keyClick(where, key if len(key) == 1 else getattr(Qt.Key, f"Key_{key}"))
        shell.window.scanner.release()
        shell.settle()


def in_progress(shell: Shell) -> None:
    """As drawn: one accepted, one declined with its reason, the third selected."""
    shell.window.open("basket", "B-20418")
    shell.settle()
    numbers = {row.suggestion.product.name: str(row.number) for row in shell.window.counter.desk.rows.rows}
    press(shell, numbers["LR-17 spare battery"], "a", numbers["Tide camera sling, 6 L"], "d", "1")
    press(shell, numbers["Clearline protective filter, 49 mm"])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_visit_in_progress(serve, theme, size):
    shell = serve(theme, size)
    in_progress(shell)
    picture(shell.window, f"counter-{size[0]}-{theme}")
    states = [row.state for row in shell.window.counter.desk.rows.rows]
    assert states.count("accepted") == 1
    assert states.count("declined") == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_kit_under_the_rows_and_offered(serve, theme, size):
    shell = serve(theme, size)
    in_progress(shell)
    page = shell.window.counter
    strip = page.main.kit
    assert strip.isVisible()
    press(shell, "k")
    picture(shell.window, f"counter-kit-{size[0]}-{theme}")
    assert strip.open
    buttons = strip.answers
    assert page.main.rect().contains(buttons.mapTo(page.main, buttons.rect().bottomRight()))
    press(shell, "a")
    picture(shell.window, f"counter-kit-taken-{size[0]}-{theme}")
    states = [row.state for row in page.desk.rows.rows]
    assert states.count("accepted") == 4  # one before, three with the kit


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_reasons_for_a_kit(serve, theme):
    shell = serve(theme)
    in_progress(shell)
    press(shell, "k", "d")
    picture(shell.window, f"counter-kit-reason-{theme}")
    assert shell.window.counter.asking.kit_reasons.isVisible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_reason_popover(serve, theme):
    shell = serve(theme)
    in_progress(shell)
    press(shell, "d")
    page = shell.window.counter
    row = page.list.area_of(page.desk.rows.place(page.list.selected.key))
    bubble = page.asking.reasons.bubble.geometry()
    buttons = page.list.actions_row
    bottom = buttons.mapTo(page, buttons.rect().bottomLeft()).y()
    assert bubble.top() >= bottom or bubble.bottom() <= row.top()
    picture(shell.window, f"counter-reason-{theme}")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_finish_sheet(serve, theme, size):
    shell = serve(theme, size)
    in_progress(shell)
    press(shell, "l")
    shell.window.counter.bar.finish.click()
    shell.settle()
    picture(shell.window, f"counter-finish-{size[0]}-{theme}")
    assert shell.window.counter.asking.sheet.isVisible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_before_any_visit(serve, theme):
    shell = serve(theme)
    picture(shell.window, f"counter-idle-{theme}")
    assert shell.window.counter.idle.entries


@pytest.mark.parametrize("scale", [1.15, 1.3])
def test_larger_text(serve, scale):
    shell = serve("light", (1440, 900), scale)
    in_progress(shell)
    picture(shell.window, f"counter-text-{round(scale * 100)}")


def test_a_product_alone_with_its_step_ups(serve):
    shell = serve()
    shell.window.open("product", "P1007")
    shell.settle()
    press(shell, "u")
    picture(shell.window, "counter-product")
    assert shell.window.counter.main.step_ups.head.isChecked()


def test_a_basket_without_a_customer(serve):
    shell = serve("dark")
    shell.window.open("basket", "B-20409")
    shell.settle()
    press(shell, "h")
    picture(shell.window, "counter-held-back")
    assert not shell.window.counter.customer.isVisible()


def test_personal_suggestions_off(serve):
    shell = serve()
    shell.window.open("basket", "B-20418")
    shell.settle()
    shell.window.counter.customer.consent.click()
    press(shell, "Return")
    picture(shell.window, "counter-personal-off")
    assert shell.window.counter.main.personal_off.isVisible()


def test_nothing_to_suggest(serve):
    shell = serve()
    page = shell.window.counter
    page.scan("FRM-001")
    shell.settle()
    picture(shell.window, "counter-scanned")
    assert page.desk.served is not None


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_she_said_she_has_and_a_veto(serve, theme):
    shell = serve(theme)
    in_progress(shell)
    page = shell.window.counter
    press(shell, "d", "1")
    page.desk.set_consent(page.desk.served.personal)  # the card is read again
    shell.settle()
    press(shell, "x")
    picture(shell.window, f"counter-veto-{theme}")
    assert page.asking.veto.isVisible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_proposal(serve, theme):
    shell = serve(theme)
    in_progress(shell)
    page = shell.window.counter
    press(shell, "+")
    picture(shell.window, f"counter-proposing-{theme}")
    assert page.asking.proposing.isVisible()
    press(shell, "Return")
    picture(shell.window, f"counter-proposed-{theme}")
    assert page.main.told.isVisible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_parked_visits(serve, theme):
    shell = serve(theme)
    in_progress(shell)
    press(shell, "p")
    shell.window.counter.scan("FRM-001")
    shell.settle()
    press(shell, "p")
    picture(shell.window, f"counter-parked-{theme}")
    assert len(shell.window.counter.idle.entries) > 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_leaving_a_visit_is_asked_about(serve, theme):
    shell = serve(theme)
    in_progress(shell)
    shell.window.open("product", "P1007")
    shell.settle()
    picture(shell.window, f"counter-leave-{theme}")
    assert shell.window.counter.asking.leave.isVisible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_offers_today(serve, theme):
    shell = serve(theme)
    shell.window.open("basket", "B-20418")
    shell.settle()
    press(shell, "0")
    picture(shell.window, f"counter-no-offers-{theme}")
    assert shell.window.counter.main.refused.isVisible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_held_out_visit(serve, theme, size, monkeypatch):
    monkeypatch.setattr("assistant.store.holdout.draw", held_out)
    shell = serve(theme, size)
    shell.window.open("basket", "B-20418")
    shell.settle()
    picture(shell.window, f"counter-held-out-{theme}-{size[0]}")
    assert shell.window.counter.main.nothing.isVisible()
    assert not shell.window.counter.main.heading.isVisible()


@pytest.mark.parametrize("size", SIZES)
def test_one_at_a_time(serve, size):
    shell = serve("light", size)
    press(shell, "q")
    shell.window.counter.desk.set_quiet(True)
    shell.settle()
    shell.window.open("basket", "B-20418")
    shell.settle()
    picture(shell.window, f"counter-quiet-{size[0]}")
    assert shell.window.counter.desk.rows.rowCount() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_one_at_a_time_in_the_middle_of_a_visit(serve, theme):
    shell = serve(theme)
    in_progress(shell)
    press(shell, "q")
    picture(shell.window, f"counter-quiet-on-{theme}")
    assert shell.window.counter.main.quiet.isVisible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_somebody_else_is_asked_whether_to_take_over(serve, theme):
    shell = serve(theme)
    in_progress(shell)
    shell.window.change_hands()
    shell.settle()
    shell.window.sign_in.chosen.emit(Associate("A2", "Owen Bright", "S1"))
    shell.settle()
    picture(shell.window, f"counter-take-over-{theme}")
    assert shell.window.counter.asking.over.isVisible()
