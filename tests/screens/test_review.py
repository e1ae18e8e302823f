"""The Review page in the whole window, in both themes and sizes, written for eyes."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from assistant.records import Associate
from assistant.store import preferences
from assistant.store.database import Home, open_catalog, open_home
from assistant.ui.session import Session
from assistant.ui.shell import Shell
from tests.screens.conftest import SIZES, picture

TODAY = datetime(2026, 6, 14, 14, 30, tzinfo=UTC)
PRIYA = Associate("A1", "Priya Nair", "S1")


@pytest.fixture
def serve(demo_home: Home, tmp_path: Path, open_shell, monkeypatch) -> Callable[..., Shell]:
    """Opens a copy of the demo shop with Priya signed in, on the Review page."""
    monkeypatch.setattr(Session, "now", lambda self: datetime.now(UTC) - offset)
    offset = datetime.now(UTC) - TODAY

    def begin(
        theme: str = "light", size: tuple[int, int] = (1440, 900), scale: float = 1.0, **settings: int
    ) -> Shell:
        home = Home(tmp_path / "home")
        shutil.copytree(demo_home.folder, home.folder)
        with contextlib.closing(open_home(home)) as log:
            for key, value in settings.items():
                preferences.put(log, key.replace("__", "."), value)
        with contextlib.closing(open_catalog(home)) as catalog:
            state_covers(catalog)
        shell = open_shell(home, theme, size, scale)
        shell.window.sign_in.chosen.emit(PRIYA)
        shell.settle()
        shell.window.show_page("review")
        shell.settle()
        return shell

    return begin


def state_covers(catalog) -> None:
    """Printers come with a year's cover."""
    rows = catalog.execute("SELECT product_id, attributes FROM products WHERE category LIKE '%Printers%'")
    for product_id, attributes in rows.fetchall():
        told = json.loads(attributes or "{}") | {"cover_months": 12}
        catalog.execute(
            "UPDATE products SET attributes = ? WHERE product_id = ?", (json.dumps(told), product_id)
        )


def press(shell: Shell, *keys: str) -> None:
    """Press keys on the page, past the scanner's hold."""
    for key in keys:
        where = shell.window.focusWidget() or shell.window.account.review
        QTest.keyClick(where, key if len(key) == 1 else getattr(Qt.Key, f"Key_{key}"))
        shell.window.scanner.release()
        shell.settle()


def caller(shell: Shell) -> str:
    """A customer who allows both, with a phone and many things."""
    with contextlib.closing(open_home(shell.home)) as log:
        (found,) = log.execute(
            "SELECT c.customer_id FROM customers c JOIN orders o USING (customer_id) "
            "JOIN order_lines l USING (order_id) JOIN products p USING (product_id) "
            "WHERE c.personal_suggestions AND c.contact AND c.phone IS NOT NULL AND c.tier <> '' "
            "AND c.email IS NOT NULL GROUP BY 1 HAVING sum(p.category LIKE '%Printers%') > 0 "
            "ORDER BY count(DISTINCT p.category) DESC, 1 LIMIT 1"
        ).fetchone()
    return str(found)


def in_progress(shell: Shell) -> None:
    """As drawn: two steps ticked, the first suggestion selected."""
    page = shell.window.account.review
    page.open_customer(caller(shell))
    shell.settle()
    press(shell, "r", "Space", "Space")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_call_in_progress(serve, theme, size):
    shell = serve(theme, size)
    in_progress(shell)
    picture(shell.window, f"review-{size[0]}-{theme}")
    assert shell.window.account.review.agenda.done == 2


def test_an_answered_call_with_a_follow_up(serve):
    shell = serve()
    in_progress(shell)
    press(shell, "a", "d", "2", "f", "Right", "Up", "Return")
    picture(shell.window, "review-answered")
    assert shell.window.account.review.desk.promise is not None


def test_how_a_call_ends_without_an_offer(serve):
    shell = serve()
    in_progress(shell)
    press(shell, "c")
    picture(shell.window, "review-ending")
    press(shell, "1")
    picture(shell.window, "review-ended")
    assert shell.window.account.review.desk.served is None


def test_at_the_months_limit(serve):
    shell = serve(review__month_cap=0)
    in_progress(shell)
    picture(shell.window, "review-limit")
    assert shell.window.account.review.talk.policy.isVisible()


def test_personal_suggestions_off(serve):
    shell = serve()
    in_progress(shell)
    shell.window.account.review.header.consent.click()
    press(shell, "Return")
    picture(shell.window, "review-personal-off")
    assert shell.window.account.review.timeline.line.things == ()


def test_nobody_and_two_with_one_number(serve):
    shell = serve("dark")
    picture(shell.window, "review-idle")
    page = shell.window.account.review
    page.open_phone("+441632999999")
    shell.settle()
    picture(shell.window, "review-unknown")
    with contextlib.closing(open_catalog(shell.home)) as catalog:
        catalog.execute(
            "UPDATE customers SET phone = (SELECT phone FROM customers WHERE customer_id = 'C-10412') "
            "WHERE customer_id = 'C-10413'"
        )
        (phone,) = catalog.execute("SELECT phone FROM customers WHERE customer_id = 'C-10412'").fetchone()
    page.open_phone(phone)
    shell.settle()
    picture(shell.window, "review-which")
    assert len(page.idle.entries) == 2


def test_large_text(serve):
    shell = serve("light", (1440, 900), 1.3)
    in_progress(shell)
    picture(shell.window, "review-130")
    assert shell.window.account.review.desk.rows.rowCount()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_held_out_call(serve, theme, size, monkeypatch):
    monkeypatch.setattr("assistant.store.holdout.place", lambda key, unit, name: 0.0)
    shell = serve(theme, size, holdout__share=5)
    shell.window.account.review.open_customer(caller(shell))
    shell.settle()
    picture(shell.window, f"review-held-out-{theme}-{size[0]}")
    assert shell.window.account.review.talk.held_out.isVisible()
