"""The case mix is learned from others' sales only, and finds what was planted."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import numpy as np
import pytest

from assistant.learn import case_mix as learning
from assistant.measure import case_mix, comparing
from assistant.store import cases, counting, schema
from assistant.store.cases import Case
from assistant.store.database import Home, open_catalog, open_home, transaction
from tests.measure import made
from tests.worlds import teams


def silent(*_said):
    """Nobody listens."""


def test_it_finds_the_true_rates_of_the_kinds():
    world = teams.team(np.random.default_rng(3), days=200, correlation=0.0)
    found = world.cases()
    mix = case_mix.read(learning.fit(found))
    expected = mix.expected(found)
    truth = np.array(
        [world.kinds[int(c.levels[0][1:]) + 2 * ((int(c.levels[1]) - 9) // 3) + 6 * int(c.levels[2][1:])]
         for c in found]
    )  # fmt: skip
    assert np.abs(expected - truth).mean() < 0.02
    assert np.abs(truth.mean() - truth).mean() > 0.05


def test_what_is_expected_of_somebody_has_nothing_of_their_own():
    world = teams.team(np.random.default_rng(5), people=4)
    before = world.cases()
    after = [
        Case(c.associate_id, c.day, c.levels, c.sales, c.sales if c.associate_id == "A01" else c.attached)
        for c in before
    ]
    one, two = (case_mix.read(learning.fit(found)) for found in (before, after))
    own = [c for c in before if c.associate_id == "A01"]
    others = [c for c in before if c.associate_id != "A01"]
    assert one.expected(own) == pytest.approx(two.expected(own))
    assert one.expected(others) != pytest.approx(two.expected(others))


def test_one_person_alone_is_expected_to_do_as_they_did():
    found = [Case("A", day, ("S", "9", "C", "1"), 10, 3) for day in range(30)]
    mix = case_mix.read(learning.fit(found))
    assert mix.expected(found[:1]) == pytest.approx([0.3], abs=0.01)


def test_never_and_always_are_learned_too():
    never = [Case(f"A{n}", 1, ("S", "9", "C", "1"), 100, 0) for n in range(3)]
    assert case_mix.read(learning.fit(never)).expected(never[:1]) == pytest.approx([0.0025], abs=0.001)


def test_a_training_keeps_it_where_the_team_page_reads_it(home: Home):
    schema.prepare(home)
    made.large(home, 2_000, people=made.TEAM)
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        catalog.execute("UPDATE orders SET basket_id = 'none' WHERE order_id = 'O00000007'")
    assert learning.learn(home, silent) > 400
    assert counting.count(home).orders == 0, "learning counted what had come"
    with contextlib.closing(open_home(home)) as connection:
        assert len({fold for fold, *_ in cases.effects(connection)}) == len(made.TEAM) + 1
        found = comparing.fair(connection, since=made.START, until=made.START + timedelta(days=84))
    assert found.fitted
    assert found.team_rate == pytest.approx(
        sum(one.expected * one.sales for one in found.people) / found.sales
    )


def test_too_few_sales_leave_none(home: Home):
    schema.prepare(home)
    made.tangled(home, 1)
    learning.learn(home, silent)
    with contextlib.closing(open_home(home)) as connection:
        assert cases.effects(connection) == ()
