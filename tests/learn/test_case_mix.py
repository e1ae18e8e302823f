"""The case mix is learned from others' sales only, and finds what was planted."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from assistant.learn import case_mix as learning
from assistant.measure import comparing
from assistant.store import cases, counting, schema
from assistant.store.cases import Case
from assistant.store.database import Home, open_catalog, open_home, transaction
from tests.measure import made
from tests.worlds import teams


def silent(*_said):
    """Nobody listens."""


def test_it_finds_the_true_rates_of_the_kinds():
    world = teams.team(np.random.default_rng(3), days=200, correlation=0.0)
    expected = world.expected(learning.fit(world.cases()))
    assert np.abs(expected - world.kinds).mean() < 0.02
    assert np.abs(world.kinds.mean() - world.kinds).mean() > 0.05


def test_what_is_expected_of_somebody_has_nothing_of_their_own():
    world = teams.team(np.random.default_rng(5), people=4)
    before = world.cases()
    after = [replace(c, attached=c.sales if c.associate_id == "A01" else c.attached) for c in before]
    one, two = (tuple(learning.fit(found)) for found in (before, after))
    own = [c for c in before if c.associate_id == "A01"]
    others = [c for c in before if c.associate_id != "A01"]
    assert teams.rates(one, own) == pytest.approx(teams.rates(two, own))
    assert teams.rates(one, others) != pytest.approx(teams.rates(two, others))


def test_how_unsure_it_is_follows_from_the_whole_information():
    """Beside the same with the effects of all people in one matrix, and without sparse ones."""
    world = teams.team(np.random.default_rng(7), people=6, days=20)
    found = world.cases()
    effects = tuple(learning.fit(found))
    rate = teams.rates(effects, found)
    people = sorted({case.associate_id for case in found})
    names = sorted({(n, level) for case in found for n, level in enumerate(case.levels)})
    design = np.array(
        [
            [1.0, *((n, case.levels[n]) == (n, level) for n, level in names)]
            + [case.associate_id == who for who in people]
            for case in found
        ]
    )
    weight = np.array([case.sales for case in found]) * rate * (1 - rate)
    ridge = np.diag([1e-6, *np.full(design.shape[1] - 1, 1 / learning.STRENGTH)])
    told = {level: effect for _, factor, level, effect in effects if factor == "associate"}
    for number, who in enumerate(people):
        own = np.array([case.associate_id == who for case in found])
        information = (design[~own] * weight[~own, None]).T @ design[~own] + ridge
        slope = (design[own] * weight[own, None]).sum(axis=0)
        slope /= sum(case.sales * r for case, r in zip(found, rate, strict=True) if case.associate_id == who)
        slope[-len(people) :] = slope[0] / (len(people) - 1)
        slope[len(slope) - len(people) + number] = 0
        assert told[who] == pytest.approx(slope @ np.linalg.solve(information, slope), rel=1e-6)
    assert 0 < told[""] < min(told[who] for who in people), "everybody's sales together say more"


def test_one_person_alone_is_expected_to_do_as_they_did():
    found = [Case("A", ("S", str(hour), "C", "1"), 100, 30) for hour in range(9, 12)]
    assert teams.rates(learning.fit(found), found[:1]) == pytest.approx([0.3], abs=0.01)


def test_never_and_always_are_learned_too():
    never = [Case(f"A{n}", ("S", "9", "C", "1"), 100, 0) for n in range(3)]
    assert teams.rates(learning.fit(never), never[:1]) == pytest.approx([0.0025], abs=0.001)


def test_a_training_keeps_it_where_the_team_page_reads_it(home: Home):
    schema.prepare(home)
    made.large(home, 2_000, people=made.TEAM)
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        catalog.execute("UPDATE orders SET basket_id = 'none' WHERE order_id = 'O00000007'")
    assert learning.learn(home, silent) > 400
    assert counting.count(home).orders == 0, "learning counted what had come"
    with contextlib.closing(open_home(home)) as connection:
        folds = {fold for (fold,) in connection.execute("SELECT fold FROM case_mix")}
        assert len(folds) == len(made.TEAM) + 1
        assert set(cases.unsure(connection)) == {"", *(f"A{n}" for n in range(len(made.TEAM)))}
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
        assert cases.unsure(connection) is None
