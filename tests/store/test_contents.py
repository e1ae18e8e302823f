"""What managers write: the newest version holds, nothing is overwritten, and two at once are told."""

from __future__ import annotations

import contextlib

import pytest

from assistant.errors import AccessError, InputError
from assistant.store import access, changes, contents, keys, schema, staff, visits
from assistant.store.access import Permit
from assistant.store.contents import Content, Version
from assistant.store.database import Connection, Home, open_file, open_home

KEY = contents.key_of("product", "P3")


@pytest.fixture
def permit(shop: Connection) -> Permit:
    """A1 is a manager, A2 an associate."""
    staff.make_keeper(shop, "Priya Nair", "4820")
    return access.permit(shop, "A1", "4820")


def say(shop: Connection, permit: Permit | None, content: Content | None, seen: int) -> Version:
    return contents.put(
        shop, "talking_point", KEY, content, title="Swift 128 GB", seen=seen, permit=permit, note="why not"
    )


def holding(shop: Connection, visit_id: str | None = None) -> list[Content | None]:
    return [one.content for one in contents.in_force(shop, "talking_point", visit_id).values()]


def test_the_newest_version_holds_and_the_older_ones_stay(shop: Connection, permit: Permit) -> None:
    first = say(shop, permit, {"texts": {"en": "One"}}, 0)
    second = say(shop, permit, {"texts": {"en": "Other"}}, 1)
    assert (first.number, second.number) == (1, 2)
    assert (second.name, second.note) == ("Priya Nair", "why not")
    assert holding(shop) == [{"texts": {"en": "Other"}}]
    assert contents.history(shop, "talking_point", KEY) == (second, first)
    assert contents.in_force(shop, "kit") == {}


def test_without_content_nothing_of_ours_holds(shop: Connection, permit: Permit) -> None:
    say(shop, permit, {"texts": {"en": "One"}}, 0)
    say(shop, permit, None, 1)
    assert holding(shop) == []
    assert [one.number for one in contents.newest(shop, "talking_point")] == [2]


def test_the_second_of_two_who_write_at_once_is_told_by_whom(shop: Connection, permit: Permit) -> None:
    say(shop, permit, {"texts": {"en": "One"}}, 0)
    with pytest.raises(InputError, match=r"Priya Nair changed it meanwhile, so nothing was saved"):
        say(shop, permit, {"texts": {"en": "Mine"}}, 0)
    assert holding(shop) == [{"texts": {"en": "One"}}]


def test_only_a_manager_writes(shop: Connection, permit: Permit) -> None:
    for nobody in (None, Permit("A2", permit.until)):
        with pytest.raises(AccessError, match="a manager's to write"):
            say(shop, nobody, {"texts": {"en": "One"}}, 0)
        with pytest.raises(AccessError, match="a manager's to write"):
            contents.restore(shop, "talking_point", KEY, 0, seen=0, permit=nobody)
    assert contents.newest(shop, "talking_point") == ()


def test_an_older_version_comes_back_as_a_new_one(shop: Connection, permit: Permit) -> None:
    say(shop, permit, {"texts": {"en": "One"}}, 0)
    say(shop, permit, {"texts": {"en": "Other"}}, 1)
    again = contents.restore(shop, "talking_point", KEY, 1, seen=2, permit=permit)
    assert (again.number, again.content) == (3, {"texts": {"en": "One"}})
    with pytest.raises(InputError, match="in force already"):
        contents.restore(shop, "talking_point", KEY, 1, seen=3, permit=permit)
    with pytest.raises(InputError, match="no such version"):
        contents.restore(shop, "talking_point", KEY, 7, seen=3, permit=permit)
    assert contents.restore(shop, "talking_point", KEY, 0, seen=3, permit=permit).content is None


def test_a_change_is_undone_by_a_version_with_what_held_before(shop: Connection, permit: Permit) -> None:
    say(shop, permit, {"texts": {"en": "One"}}, 0)
    say(shop, permit, {"texts": {"en": "Other"}}, 1)
    last = changes.recent(shop)[0]
    assert (last.kind, last.after, last.name) == ("content", "Swift 128 GB", "Priya Nair")
    changes.undo(shop, last.change_id, associate_id="A1", permit=permit)
    assert holding(shop) == [{"texts": {"en": "One"}}]
    assert len(contents.history(shop, "talking_point", KEY)) == 3
    with pytest.raises(InputError, match="taken back already"):
        changes.undo(shop, last.change_id, associate_id="A1", permit=permit)


def test_a_change_that_somebody_built_on_is_not_undone(shop: Connection, permit: Permit) -> None:
    say(shop, permit, {"texts": {"en": "One"}}, 0)
    first = changes.recent(shop)[0]
    say(shop, permit, {"texts": {"en": "Other"}}, 1)
    with pytest.raises(InputError, match="changed it meanwhile"):
        changes.undo(shop, first.change_id, associate_id="A1", permit=permit)
    with pytest.raises(AccessError):
        changes.undo(shop, changes.recent(shop)[0].change_id, associate_id="A1")
    assert holding(shop) == [{"texts": {"en": "Other"}}]


def test_a_visit_goes_on_with_what_held_when_it_began(shop: Connection, permit: Permit) -> None:
    say(shop, permit, {"texts": {"en": "One"}}, 0)
    visit = visits.begin(shop, associate_id="A2", touchpoint="counter")
    say(shop, permit, {"texts": {"en": "Other"}}, 1)
    later = visits.begin(shop, associate_id="A2", touchpoint="counter")
    assert holding(shop, visit.visit_id) == [{"texts": {"en": "One"}}]
    assert holding(shop, later.visit_id) == holding(shop) == [{"texts": {"en": "Other"}}]


def test_every_version_waits_to_be_sent_on(shop: Connection, permit: Permit) -> None:
    written = say(shop, permit, {"texts": {"en": "One"}}, 0)
    sent = shop.execute("SELECT record, record_id FROM outbox WHERE record = 'content'").fetchall()
    assert sent == [("content", written.version_id)]


def test_a_long_reason_is_refused(shop: Connection, permit: Permit) -> None:
    with pytest.raises(InputError, match="200 letters"):
        contents.put(shop, "talking_point", KEY, {}, title="Swift", seen=0, permit=permit, note="x" * 201)
    assert contents.newest(shop, "talking_point") == ()


def test_an_older_log_is_brought_up_and_keeps_what_it_holds(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.log.unlink()
    key = keys.read(home)
    schema.bring_up(home, home.log, key, "log", schema.LOG[:1])
    with contextlib.closing(open_file(home.log, key)) as old:
        old.execute("INSERT INTO preferences VALUES ('counter.name', '\"Old\"', 0)")
    assert not schema.is_ready(home)
    schema.prepare(home)
    with contextlib.closing(open_home(home)) as connection:
        assert contents.newest(connection, "talking_point") == ()
        assert connection.execute("SELECT value FROM preferences").fetchall() == [('"Old"',)]
    assert (home.backups / "log-before-2.db").exists()
