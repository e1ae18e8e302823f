"""PINs: what is kept of them, five tries, a wait that grows, and that a restart gives no further ones."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import AccessError, InputError
from assistant.store import pins, staff
from assistant.store.database import Home, open_home

OF_THE_PROGRAM = pins._hasher
NOON = datetime(2026, 6, 14, 12, tzinfo=UTC)


def wrong(connection, times: int, at: datetime) -> None:
    for _ in range(times):
        with pytest.raises(AccessError):
            pins.check(connection, "A1", "7391", now=at)


def test_the_right_pin_opens_and_a_wrong_one_does_not(shop):
    pins.choose(shop, "A1", "4820")
    pins.check(shop, "A1", "4820")
    with pytest.raises(AccessError, match="4 tries are left"):
        pins.check(shop, "A1", "4821")


def test_what_is_kept_is_a_salted_argon2id_hash(shop):
    pins.choose(shop, "A1", "4820")
    pins.choose(shop, "A2", "4820")
    kept = [row[0] for row in shop.execute("SELECT hash FROM pins")]
    assert all(one.startswith("$argon2id$") for one in kept)
    assert len(set(kept)) == 2


def test_a_hash_of_the_program_takes_a_computer_a_while():
    made = OF_THE_PROGRAM()
    assert (made.type.name, made.time_cost >= 2, made.memory_cost >= 19 * 1024) == ("ID", True, True)


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "٤٨٢٠", "48 20"])
def test_what_is_no_pin_is_refused(shop, pin):
    with pytest.raises(InputError, match="4 to 8 digits"):
        pins.choose(shop, "A1", pin)
    assert pins.state(shop, "A1").digits == 0


@pytest.mark.parametrize("pin", ["0000", "1234", "8765", "777777"])
def test_what_anybody_would_try_first_is_refused(shop, pin):
    with pytest.raises(InputError, match="tried first"):
        pins.choose(shop, "A1", pin)


def test_after_five_wrong_ones_even_the_right_one_waits(shop):
    pins.choose(shop, "A1", "4820")
    wrong(shop, 5, NOON)
    with pytest.raises(AccessError, match="Try again in 30 seconds"):
        pins.check(shop, "A1", "4820", now=NOON)
    pins.check(shop, "A1", "4820", now=NOON + timedelta(seconds=30))
    assert pins.state(shop, "A1", now=NOON).wait_until is None


def test_the_wait_grows_with_each_further_one_up_to_an_hour(shop):
    waits = [pins.wait_after(tries).total_seconds() for tries in (4, 5, 6, 7, 11, 12, 10_000)]
    assert waits == [0, 30, 60, 120, 1920, 3600, 3600]


def test_the_wait_survives_a_restart(shop_home: Home):
    with contextlib.closing(open_home(shop_home)) as connection:
        pins.choose(connection, "A1", "4820")
        wrong(connection, 5, NOON)
        wrong(connection, 1, NOON + timedelta(seconds=40))
    with contextlib.closing(open_home(shop_home)) as connection:
        later = NOON + timedelta(seconds=70)
        assert pins.state(connection, "A1", now=later).wait_until == NOON + timedelta(seconds=100)
        with pytest.raises(AccessError, match="Try again in 30 seconds"):
            pins.check(connection, "A1", "4820", now=later)


def test_a_try_counts_before_it_is_looked_at(shop, monkeypatch):
    pins.choose(shop, "A1", "4820")

    class Killed(BaseException):
        pass

    class Hasher:
        def verify(self, kept: str, pin: str) -> None:
            raise Killed

    monkeypatch.setattr(pins, "_hasher", Hasher)
    with pytest.raises(Killed):
        pins.check(shop, "A1", "4820", now=NOON)
    assert shop.execute("SELECT tries FROM pin_tries").fetchone() == (1,)


def test_a_clock_that_was_set_back_locks_nobody_out_for_longer(shop):
    pins.choose(shop, "A1", "4820")
    wrong(shop, 5, NOON)
    year_before = NOON - timedelta(days=365)
    assert pins.state(shop, "A1", now=year_before).wait_until == year_before + timedelta(seconds=30)


def test_the_tries_of_one_are_not_those_of_another(shop):
    pins.choose(shop, "A1", "4820")
    pins.choose(shop, "A2", "9157")
    wrong(shop, 5, NOON)
    pins.check(shop, "A2", "9157", now=NOON)


def test_changing_ones_own_asks_for_the_one_before(shop):
    pins.choose(shop, "A1", "4820")
    with pytest.raises(AccessError):
        pins.choose(shop, "A1", "9157")
    with pytest.raises(InputError, match="Choose another"):
        pins.choose(shop, "A1", "4820", before="4820")
    pins.choose(shop, "A1", "91570", before="4820")
    assert pins.state(shop, "A1").digits == 5
    pins.check(shop, "A1", "91570")


def test_a_first_pin_is_not_taken_for_a_name_that_opens_more_than_selling(shop):
    keeper = staff.make_keeper(shop, "Priya Nair", "4820")
    assert keeper.associate_id == "A1"
    shop.execute("INSERT INTO roles VALUES ('A2', 'manager')")
    with pytest.raises(AccessError, match="administrator gives"):
        pins.choose(shop, "A2", "9157")
    pins.choose(shop, "A3", "9157")
    pins.check(shop, "A3", "9157")


def test_nobody_without_a_pin_is_let_in_on_one(shop):
    with pytest.raises(AccessError, match="No PIN was given"):
        pins.check(shop, "A1", "4820")


def test_one_drawn_by_chance_is_no_easy_one(monkeypatch):
    drawn = iter([1234, 0, 4820])
    monkeypatch.setattr(pins.secrets, "randbelow", lambda _: next(drawn))
    assert pins.drawn() == "4820"
