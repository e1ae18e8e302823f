"""States of the window around a visit, as drawn: locked, nothing to suggest, what is asked."""

from __future__ import annotations

import contextlib

import pytest
from PySide6.QtTest import QTest

from assistant.store import pins
from assistant.store.database import open_home
from tests.screens.conftest import SIZES, picture
from tests.screens.test_counter import in_progress, press, serve

__all__ = ["serve"]
THEMES = ("light", "dark")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_locked(serve, theme, size):
    shell = serve(theme, size)
    with contextlib.closing(open_home(shell.home)) as connection:
        pins.put(connection, "A1", "4820", temporary=False)
    shell.window.open("basket", "B-20418")
    shell.settle()
    shell.window.lock()
    shell.settle()
    QTest.keyClicks(shell.window.sign_in.pin.pad, "48")
    shell.window.scanner.release()
    picture(shell.window, f"locked-{size[0]}-{theme}")
    assert "Maren" not in shell.window.sign_in.pin.said


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_worth_suggesting(serve, theme):
    shell = serve(theme)
    with contextlib.closing(open_home(shell.home)) as connection:
        (customer,) = connection.execute(
            "SELECT customer_id FROM customers WHERE personal_suggestions = 0 AND customer_id NOT IN "
            "(SELECT customer_id FROM baskets WHERE customer_id IS NOT NULL) ORDER BY customer_id LIMIT 1"
        ).fetchone()
    shell.window.open("customer", customer)
    shell.settle()
    nothing = shell.window.counter.main.nothing
    picture(shell.window, f"counter-nothing-{theme}")
    assert nothing.isVisible()
    nothing.find_product.click()
    assert shell.window.bar.field.hasFocus()


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_asked_at_the_counter(serve, theme):
    shell = serve(theme)
    in_progress(shell)
    page = shell.window.counter
    press(shell, "l", "z")
    page.customer.consent.click()
    shell.settle()
    picture(shell.window, f"counter-consent-{theme}")
    press(shell, "Escape", "o")
    picture(shell.window, f"counter-owned-{theme}")
    assert len(page.customer.owned) > 3
    press(shell, "g")
    picture(shell.window, f"counter-card-{theme}")
    assert page.asking.card.isVisible()


@pytest.mark.parametrize("theme", THEMES)
def test_the_first_administrator(demo_home, open_shell, theme):
    shell = open_shell(demo_home, theme)
    shell._show_keeper()
    shell.settle()
    picture(shell.window, f"keeper-{theme}")
