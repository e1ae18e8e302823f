"""Review and Follow-ups in the whole window: the rail's count, calls opened from outside, and locking."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from assistant.store import follow_ups, people
from assistant.store.database import Home, open_catalog, open_home, stamp
from assistant.ui.shell import Shell
from tests.ui.test_shell import sign_in

MAREN = "C-10412"


@pytest.fixture
def shell(qapp, shop_home: Home):
    opened = Shell(shop_home, remember=False)
    opened.window.show()
    opened.settle()
    yield opened
    opened.close()


def promise(shell: Shell) -> None:
    with contextlib.closing(open_home(shell.home)) as connection:
        follow_ups.schedule(
            connection, customer_id=MAREN, associate_id="A1", due=datetime.now(UTC), store_id="S1"
        )


def count(shell: Shell) -> str:
    return str(shell.window.rail._items["followups"].accessibleName())


def go(shell: Shell, number: int) -> None:
    QTest.keyClick(shell.window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
    shell.settle()


def test_the_rail_says_how_many_are_due_today_and_nothing_when_locked(shell):
    promise(shell)
    sign_in(shell)
    assert count(shell) == "Follow-ups, 1 for today"
    go(shell, 3)
    QTest.keyClick(shell.window.account.followups.list, Qt.Key.Key_Space)
    shell.settle()
    assert count(shell) == "Follow-ups"
    QTest.keyClick(shell.window.account.followups.list, Qt.Key.Key_Z)
    shell.window.scanner.release()
    shell.settle()
    assert count(shell) == "Follow-ups, 1 for today"
    shell.window.lock()
    shell.settle()
    assert count(shell) == "Follow-ups"


def test_what_is_due_again_is_counted_until_consent_is_withdrawn(shell):
    with contextlib.closing(open_catalog(shell.home)) as catalog:
        catalog.execute("""UPDATE products SET attributes = '{"life_days": 30}' WHERE product_id = 'P9'""")
        at = stamp(datetime.now(UTC)) - 31 * 86_400_000
        catalog.execute(
            "INSERT INTO orders VALUES ('N1', ?, 'A1', 'S1', ?, 'till', NULL, 'GBP')", (MAREN, at)
        )
        catalog.execute("INSERT INTO order_lines VALUES ('N1', 1, 'P9', 1, 149000, 0, 0)")
        catalog.execute("DELETE FROM orders WHERE order_id = 'O1'")
    sign_in(shell)
    go(shell, 3)
    (task,) = shell.window.account.followups.rows.today
    assert (task.follow_up.kind, task.follow_up.product_id) == ("due", "P9")
    with contextlib.closing(open_home(shell.home)) as connection:
        people.set_consent(connection, MAREN, "contact", False, "A1")
    shell.window.account.count()
    shell.settle()
    assert count(shell) == "Follow-ups"


def test_a_number_from_outside_opens_a_call(shell):
    sign_in(shell)
    shell.window.open("phone", "+441632960187")
    shell.settle()
    page = shell.window.account.review
    assert shell.window.pages.currentWidget() is page
    assert page.desk.served.customer_id == MAREN


def test_a_customer_found_on_the_review_page_is_a_call_and_at_the_counter_a_visit(shell):
    sign_in(shell)
    shell.window.open("customer", MAREN)
    shell.settle()
    assert shell.window.pages.currentWidget() is shell.window.counter
    go(shell, 2)
    shell.window.open("customer", "C-10413")
    shell.settle()
    assert shell.window.account.review.desk.served.customer_id == "C-10413"
    assert shell.window.counter.desk.served.customer_id == MAREN


def test_a_call_in_progress_is_no_unfinished_visit_of_the_counter(shell):
    sign_in(shell)
    shell.window.open("phone", "+441632960187")
    shell.settle()
    shell.session.data_changed.emit()
    go(shell, 1)
    with contextlib.closing(open_home(shell.home)) as connection:
        assert connection.execute("SELECT finished_at FROM visits").fetchall() == [(None,)]


def test_nobody_signed_in_opens_no_call(shell):
    shell.window.open("phone", "+441632960187")
    shell.settle()
    assert shell.window.pages.currentWidget() is shell.window.sign_in
