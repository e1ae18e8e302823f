"""The Follow-ups page in the whole window, in both themes and sizes, written for eyes."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from assistant.store import follow_ups, visits
from assistant.store.database import open_home
from tests.screens.conftest import SIZES, picture
from tests.screens.test_review import TODAY, press, serve

__all__ = ["serve"]


def fill(shell) -> None:
    """Promises, missed ones and a later answer, for customers of the demo shop."""
    with contextlib.closing(open_home(shell.home)) as log:
        rows = log.execute(
            "SELECT customer_id FROM customers WHERE contact AND personal_suggestions AND email IS NOT NULL "
            "AND phone IS NOT NULL AND note IS NOT NULL ORDER BY customer_id LIMIT 2"
        ).fetchall()
        rows += log.execute(
            "SELECT customer_id FROM customers WHERE contact = 0 AND phone IS NOT NULL LIMIT 1"
        ).fetchall()
        (product,) = log.execute(
            "SELECT product_id FROM products WHERE name LIKE '%sling%' LIMIT 1"
        ).fetchone()
        for (customer_id,), days, channel, note in zip(
            rows,
            (0, -5, 3),
            ("email", "call", "call"),
            ("Did you find room for the printer?", "", ""),
            strict=True,
        ):
            follow_ups.schedule(
                log,
                customer_id=customer_id,
                associate_id="A1",
                due=TODAY + timedelta(days=days),
                store_id="S1",
                channel=channel,
                note=note,
                product_id=product,
                day_part="mornings" if channel == "call" else None,
            )
        for one in visits.unfinished(log, "A1"):
            visits.finish(log, one.visit.visit_id, associate_id="A1")


def show(shell) -> None:
    fill(shell)
    shell.window.show_page("followups")
    shell.settle()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_follow_ups(serve, theme, size):
    shell = serve(theme, size)
    show(shell)
    page = shell.window.account.followups
    page.list.choose(page.rows.at_number(2))
    shell.settle()
    press(shell, "Delete", "1", "1")
    picture(shell.window, f"followups-{size[0]}-{theme}")
    assert [task.follow_up.state for task in page.rows.today].count("dropped") == 1


@pytest.mark.parametrize("size", SIZES)
def test_an_email_draft(serve, size):
    shell = serve("light", size)
    show(shell)
    page = shell.window.account.followups
    by_mail = next(task for task in page.rows.today if task.way == "email")
    page.list.choose(page.rows.place(by_mail.key))
    shell.settle()
    picture(shell.window, f"followups-draft-{size[0]}")
    assert page.draft.why == ""


def test_moving_and_dropping(serve):
    shell = serve()
    show(shell)
    press(shell, "m")
    picture(shell.window, "followups-move")
    press(shell, "Escape", "Delete")
    picture(shell.window, "followups-drop")
    press(shell, "3")
    picture(shell.window, "followups-consent")
    assert shell.window.account.followups.sure.isVisible()


def test_nothing_due(serve):
    shell = serve("dark")
    with contextlib.closing(open_home(shell.home)) as log:
        log.execute("DELETE FROM answers WHERE kind = 'later'")
        log.execute("INSERT OR REPLACE INTO preferences VALUES ('review.month_cap', '0', 0)")
    shell.window.show_page("followups")
    shell.settle()
    picture(shell.window, "followups-nothing")
    assert shell.window.account.followups.nothing.isVisible()


def test_large_text(serve):
    shell = serve("light", (1440, 900), 1.3)
    show(shell)
    picture(shell.window, "followups-130")
