"""The Follow-ups page by keys: what is due and for whom, done, moved, dropped and undone, and the draft."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from assistant.errors import StoreError
from assistant.store import follow_ups, mirror, people
from assistant.store.database import open_catalog, open_home
from tests.shops import NOW

MAREN, INES, TOM = "C-10412", "C-10413", "C-10414"


def names(bench) -> list[str]:
    return [task.customer.name for task in bench.page.rows.today]


def states(bench) -> list[str]:
    return [task.follow_up.state for task in bench.page.rows.today]


def test_nothing_due_says_when_the_next_is(bench):
    bench.show()
    assert bench.page.nothing.isVisible()
    bench.promise(days=3)
    bench.show()
    assert bench.page.nothing.text == "The next is on Wednesday 17 June."


def test_today_this_week_and_later_are_kept_apart(bench):
    for days in (0, 0, 1, 9, 10, 11):  # a Sunday: this week ends today
        bench.promise(days=days, product_id="P3")
    bench.show()
    heads = [entry.title for entry in bench.page.rows.entries if entry.kind == "head"]
    assert heads == ["Today", "Later"]
    assert [entry.number for entry in bench.page.rows.entries if entry.kind == "today"] == [1, 2]
    assert sum(entry.kind == "line" for entry in bench.page.rows.entries) == 2
    bench.page.list.more.click()
    assert sum(entry.kind == "line" for entry in bench.page.rows.entries) == 4


def test_missed_ones_stay_in_today_and_say_from_when(bench):
    bench.promise(days=-2, product_id="P3")
    bench.show()
    (task,) = bench.page.rows.today
    from assistant.ui.followups import words

    assert words.missed(task, NOW) == "from Fri"
    assert "from Fri" in bench.page.list.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_space_marks_done_and_z_takes_it_back(bench, qtbot):
    bench.promise()
    bench.promise(INES)
    bench.show()
    with qtbot.waitSignal(bench.page.changed):
        bench.press(Qt.Key.Key_Space)
    assert states(bench) == ["done", "open"]
    assert bench.page.list.selected.customer.customer_id == INES
    assert bench.log("SELECT kind, channel FROM follow_up_steps") == [("done", "email")]
    bench.press("z")
    assert states(bench) == ["open", "open"]
    assert names(bench) == ["Maren Oduya", "Ines Novák"]


def test_m_moves_to_another_day_and_the_row_keeps_its_place(bench):
    bench.promise()
    bench.promise(TOM)
    bench.show()
    bench.press("m", "2")
    (due,) = bench.log("SELECT due FROM follow_up_steps")[0]
    assert due / 86_400_000 // 1 - NOW.timestamp() / 86_400 // 1 == 7
    assert names(bench) == ["Maren Oduya", "Tom Gardiner"]
    bench.press("z")
    assert bench.page.heading.text == "2 for today, yours only"
    bench.page.list.choose(1)
    bench.press("m", Qt.Key.Key_Up, Qt.Key.Key_Return)
    (again,) = bench.log("SELECT due FROM follow_up_steps WHERE kind = 'moved' ORDER BY sequence DESC")[0]
    assert again / 86_400_000 // 1 - NOW.timestamp() / 86_400 // 1 == 4


def test_del_drops_with_a_reason_and_esc_does_not(bench):
    bench.promise()
    bench.show()
    bench.press(Qt.Key.Key_Delete, Qt.Key.Key_Escape)
    assert states(bench) == ["open"]
    bench.press(Qt.Key.Key_Delete, "1")
    assert states(bench) == ["dropped"]
    assert bench.log("SELECT reason FROM follow_up_steps") == [("bought_elsewhere",)]


def test_asked_not_to_be_contacted_withdraws_the_consent_after_confirmation(bench):
    bench.promise()
    bench.promise(days=0.1)
    bench.show()
    bench.press(Qt.Key.Key_Delete, "3", Qt.Key.Key_Escape)
    assert bench.log("SELECT count(*) FROM consents") == [(0,)]
    bench.press(Qt.Key.Key_Delete, "3", Qt.Key.Key_Return)
    assert bench.log("SELECT customer_id, kind, given FROM consents") == [(MAREN, "contact", 0)]
    assert states(bench) == ["dropped", "open"]
    assert bench.page.rows.today[1].way == "visit"
    assert "Asked not to be contacted" in bench.page.draft.why


def test_consent_sets_the_way(bench):
    bench.promise(MAREN, channel="call")
    bench.promise(INES, channel="call")
    bench.promise(TOM, kind="call_back", channel="call")
    bench.show()
    assert [task.way for task in bench.page.rows.today] == ["call", "visit", "call"]


def test_mine_and_the_stores(bench):
    bench.promise()
    bench.promise(TOM, associate_id="A2")
    bench.show()
    assert names(bench) == ["Maren Oduya"]
    whose = bench.page.heading.whose
    assert [text for _, text in whose.options] == ["Mine", "Harbour Street"]
    assert whose.accessibleName() == "Whose follow-ups: Mine"
    whose.setFocus()
    QTest.keyClick(whose, Qt.Key.Key_Right)
    bench.settle()
    assert set(names(bench)) == {"Maren Oduya", "Tom Gardiner"}
    assert whose.chosen == "Harbour Street"


@pytest.fixture
def opened(bench, monkeypatch) -> list:
    """What the mail program was asked to open."""
    links: list = []
    monkeypatch.setattr(bench.page, "_open_link", lambda url: links.append(url) or True)
    return links


def test_the_draft_opens_as_it_was_edited_and_nothing_is_logged(bench, opened):
    bench.promise(product_id="P3", note="Is the card full?")
    bench.show()
    bench.page.draft.subject.setText("Card & reader?")
    bench.page.draft.body.setPlainText("Hello Maren,\n50% off & more + “quotes” #1")
    bench.press("e")
    (link,) = opened
    parts = urlsplit(bytes(link.toEncoded().data()).decode())
    asked = parse_qs(parts.query, strict_parsing=True)
    assert (parts.scheme, parts.path) == ("mailto", "maren@example.com")
    assert asked["subject"] == ["Card & reader?"]
    assert asked["body"][0].startswith("Hello Maren,\r\n50% off & more + “quotes” #1")
    assert "stop" in asked["body"][0]
    assert bench.log("SELECT count(*) FROM follow_up_steps") == [(0,)]


def test_an_address_cannot_smuggle_anything_into_the_link(bench):
    bench.promise()
    bench.show()
    link = bench.page.draft.link("a@b.example?bcc=x@y.example&body=z")
    assert parse_qs(urlsplit(bytes(link.toEncoded().data()).decode()).query).keys() == {"subject", "body"}


def test_consent_is_read_again_before_a_draft_opens(bench, opened):
    bench.promise()
    bench.show()
    with contextlib.closing(open_home(bench.home)) as connection:
        people.set_consent(connection, MAREN, "contact", False, "A1")
    bench.press("e")
    assert opened == []
    assert "consent to be contacted is gone" in bench.page.notice.text
    assert bench.page.rows.today[0].way == "visit"


@pytest.mark.parametrize(("hours", "opens"), [(23, True), (25, False)])
def test_a_consent_counts_for_a_day_after_it_was_last_heard_of(bench, opened, hours, opens):
    bench.promise()
    with contextlib.closing(open_home(bench.home)) as connection:
        connection.execute("DELETE FROM consents WHERE customer_id = ?", (MAREN,))
    with contextlib.closing(open_catalog(bench.home)) as catalog:
        mirror.put_synced(catalog, NOW - timedelta(hours=hours))
    bench.show()
    bench.press("e")
    assert bool(opened) is opens
    assert ("more than a day ago" in bench.page.notice.text) is not opens


def test_a_consent_recorded_here_is_fresh_without_the_shop(bench, opened):
    bench.promise()
    with contextlib.closing(open_catalog(bench.home)) as catalog:
        mirror.put_synced(catalog, NOW - timedelta(days=9))
    with contextlib.closing(open_home(bench.home)) as connection:
        people.set_consent(connection, MAREN, "contact", True, "A1")
    bench.show()
    bench.press("e")
    assert opened


def test_where_no_mail_program_is_the_draft_can_be_copied(bench, monkeypatch):
    bench.promise()
    bench.show()
    monkeypatch.setattr(bench.page, "_open_link", lambda url: False)
    bench.press("e")
    assert "Copy" in bench.page.notice.text


def test_an_edited_draft_is_kept_while_another_is_looked_at(bench):
    bench.promise(note="One")
    bench.promise(days=0.1, note="Two")
    bench.show()
    bench.page.draft.body.setFocus()
    bench.press("x")
    edited = bench.page.draft.body.toPlainText()
    bench.page.list.setFocus()
    bench.press(Qt.Key.Key_Down, Qt.Key.Key_Up)
    assert bench.page.draft.body.toPlainText() == edited
    assert edited.startswith("x")


def test_letters_typed_into_a_draft_do_nothing_else(bench):
    bench.promise()
    bench.show()
    bench.page.draft.body.setFocus()
    bench.press("m", "z", "e", Qt.Key.Key_Space)
    assert states(bench) == ["open"]
    assert not bench.page.moving.isVisible()


def test_locking_leaves_nothing_of_a_customer(bench):
    bench.promise()
    bench.show()
    bench.press("m")
    bench.page.put_away()
    assert bench.page.rows.rowCount() == 1  # the heading
    assert bench.page.draft.body.toPlainText() == ""
    assert not bench.page.moving.isVisible()


def test_a_full_disk_marks_nothing_and_says_so(bench, monkeypatch):
    bench.promise()
    bench.show()

    def refuse(*args, **kwargs):
        raise StoreError("The change could not be written (disk full); nothing was changed.")

    monkeypatch.setattr(follow_ups, "close", refuse)
    bench.press(Qt.Key.Key_Space)
    assert states(bench) == ["open"]
    assert "disk full" in bench.page.notice.text
    monkeypatch.undo()


def test_enter_opens_the_account_for_a_call(bench, qtbot):
    bench.promise()
    bench.show()
    with qtbot.waitSignal(bench.page.call_asked) as asked:
        bench.press(Qt.Key.Key_Return)
    assert asked.args == [MAREN]


def test_readers_hear_a_row_in_the_order_of_its_worth(bench):
    bench.promise(product_id="P3", note="Is the card full?")
    bench.show()
    said = bench.page.list.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == (
        "1 of 1, Maren Oduya, Promised in a call, Swift 128 GB SD card, V60. "
        "Say: Is the card full? E-mail draft."
    )
