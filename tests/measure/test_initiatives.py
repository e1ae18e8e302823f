"""Before and after: beside control stores, beside the holdout, and with a caution where there is neither."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from assistant.errors import AccessError, InputError
from assistant.measure import initiatives
from assistant.store import access, changes, preferences, schema, staff, targets
from assistant.store.control_weeks import StoreWeek
from assistant.store.database import Home, open_catalog, open_home
from tests.measure import made
from tests.proofs import fairness as proof


def week(store: str, number: int, paired: float, net: float = 1_000.0) -> StoreWeek:
    return StoreWeek(store, number, 100.0, paired, 100.0, net)


def test_a_difference_in_differences_worked_by_hand():
    """The own store goes from 20 to 30 of 100, the others by 2, 4 and 6: six points are left of ten.

    The others' changes have a deviation of 2 points, one own store adds no degree of freedom: with two,
    t is 4.303, times 2 × √(1 + 1/3).
    """
    rows = [week("A", -1, 20), week("A", 0, 30)]
    for n, change in enumerate((2, 4, 6)):
        rows += [week(f"K{n}", -1, 20 + n), week(f"K{n}", 0, 20 + n + change)]
    found = initiatives.of_stores(rows, {"A"}, {"K0", "K1", "K2"}, "basket_attachment")
    assert (found.before, found.after) == pytest.approx((0.2, 0.3))
    assert found.naive == pytest.approx(0.1)
    assert found.effect == pytest.approx(0.06)
    reach = 4.303 * 0.02 * (4 / 3) ** 0.5
    assert (found.low, found.high) == pytest.approx((0.06 - reach, 0.06 + reach), abs=0.0002)


def test_order_value_is_compared_in_parts_of_what_it_was():
    rows = [week("A", -1, 1, 1_000), week("A", 0, 1, 1_320), week("K", -1, 1, 100), week("K", 0, 1, 110)]
    found = initiatives.of_stores(rows, {"A"}, {"K"}, "average_order_value")
    assert found.relative
    assert found.naive == pytest.approx(0.32)
    assert found.effect == pytest.approx(0.22)
    assert found.low is None  # one control store


def test_without_a_control_there_is_no_effect():
    found = initiatives.of_stores([week("A", -1, 20), week("A", 0, 30)], {"A"}, (), "basket_attachment")
    assert found.naive == pytest.approx(0.1)
    assert found.effect is None


def test_a_store_that_opened_later_is_no_control():
    rows = [week("A", -1, 20), week("A", 0, 30), week("K", 0, 25)]
    assert initiatives.of_stores(rows, {"A"}, {"K"}, "basket_attachment").effect is None


def test_a_planted_effect_is_found_where_before_and_after_alone_is_wrong_by_the_season():
    ours, naive, right = proof.differences(200, seed=6)
    assert ours == pytest.approx(0.04, abs=0.004)
    assert naive == pytest.approx(0.1, abs=0.004)
    assert right >= 0.9


# Against the files


@pytest.fixture
def shop_of_three(home: Home):
    schema.prepare(home)
    made.large(home, 3_000)
    with contextlib.closing(open_home(home)) as connection:
        staff.make_keeper(connection, "Hanna Olsen", "4820")
        yield connection


@pytest.fixture
def permit(shop_of_three):
    keeper = next(one for one in staff.everyone(shop_of_three) if one.role == "administrator")
    return access.permit(shop_of_three, keeper.associate.associate_id, "4820")


MIDDLE = made.START.date() + timedelta(days=42)


def test_an_initiative_is_marked_corrected_and_taken_back_by_name(shop_of_three, permit):
    one = targets.mark(shop_of_three, "  Cases at  the till ", MIDDLE, permit, stores=["S1"])
    targets.mark(shop_of_three, "Cases", MIDDLE, permit, stores=["S1"], initiative_id=one)
    (found,) = targets.initiatives(shop_of_three)
    assert (found.name, found.began, found.stores) == ("Cases", MIDDLE, ("S1",))
    targets.take_back(shop_of_three, one, permit)
    assert targets.initiatives(shop_of_three) == ()
    told = [(c.kind, c.before, c.after, c.name) for c in changes.recent(shop_of_three)[:3]]
    assert told == [
        ("initiative", "Cases", None, "Hanna Olsen"),
        ("initiative", "Cases at the till", "Cases", "Hanna Olsen"),
        ("initiative", None, "Cases at the till", "Hanna Olsen"),
    ]
    with pytest.raises(InputError, match="no such initiative"):
        targets.take_back(shop_of_three, one, permit)


def test_a_target_holds_for_its_store_and_can_be_taken_back(shop_of_three, permit):
    targets.set_target(shop_of_three, 0.3, permit)
    targets.set_target(shop_of_three, 0.25, permit, store_id="S1")
    assert targets.target(shop_of_three).rate == 0.3
    assert targets.target(shop_of_three, store_id="S1").rate == 0.25
    assert targets.target(shop_of_three, store_id="S2") is None
    targets.set_target(shop_of_three, None, permit)
    assert targets.target(shop_of_three) is None
    kinds = shop_of_three.execute("SELECT count(*) FROM outbox WHERE record = 'target'").fetchone()
    assert kinds == (3,)


def test_only_a_manager_sets_them_and_only_what_makes_sense(shop_of_three, permit):
    with pytest.raises(AccessError):
        targets.set_target(shop_of_three, 0.3, None)
    with pytest.raises(AccessError):
        targets.mark(shop_of_three, "Cases", MIDDLE, None)
    for rate in (0.0, 1.0, 30.0):
        with pytest.raises(InputError):
            targets.set_target(shop_of_three, rate, permit)
    for name, stores in (("", ()), ("x" * 61, ()), ("Cases", ("S9",))):
        with pytest.raises(InputError):
            targets.mark(shop_of_three, name, MIDDLE, permit, stores=stores)
    assert targets.initiatives(shop_of_three) == ()


def test_two_control_stores_give_an_effect_without_an_interval(shop_of_three, permit):
    targets.mark(shop_of_three, "Cases", MIDDLE, permit, stores=["S1"])
    (one,) = targets.initiatives(shop_of_three)
    found = initiatives.outcome(shop_of_three, one)
    assert (found.weeks, found.control, found.controls) == (6, "stores", 2)
    assert found.cautions == ("few_controls",)
    attachment, value = found.figures
    assert attachment.effect is not None
    assert attachment.low is None
    assert value.relative
    # The made shop's order value has no trend, so that before and after are the same money.
    assert value.before == pytest.approx(value.after, rel=0.05)


def test_before_and_after_are_what_the_orders_say(shop_of_three, permit, home):
    targets.mark(shop_of_three, "Cases", MIDDLE, permit, stores=["S1"])
    (one,) = targets.initiatives(shop_of_three)
    value = initiatives.outcome(shop_of_three, one).figures[1]
    with contextlib.closing(open_catalog(home)) as catalog:
        began = int(made.START.timestamp() * 1000) + 42 * made.DAY
        (net, orders) = catalog.execute(
            "SELECT total((l.unit_price - l.discount) * (l.quantity - l.returned_quantity)), "
            "count(DISTINCT o.order_id) FROM orders o JOIN order_lines l USING (order_id) "
            "WHERE o.store_id = 'S1' AND o.ordered_at < ?",
            (began,),
        ).fetchone()
    assert value.before == pytest.approx(net / orders)


def test_an_initiative_in_all_stores_has_no_control_without_a_holdout(shop_of_three, permit):
    targets.mark(shop_of_three, "Cases", MIDDLE, permit)
    (one,) = targets.initiatives(shop_of_three)
    found = initiatives.outcome(shop_of_three, one)
    assert (found.control, found.cautions) == ("none", ("no_control",))
    assert all(figure.effect is None and figure.naive is not None for figure in found.figures)


def test_the_holdout_is_a_control_where_every_store_takes_part(shop_of_three, permit):
    targets.mark(shop_of_three, "Cases", MIDDLE, permit)
    (one,) = targets.initiatives(shop_of_three)
    shop_of_three.execute(
        "INSERT INTO holdout_draws "
        "SELECT visit_id, 1000000 + sequence, 'visit', 20, sequence % 5 = 0 FROM visits"
    )
    found = initiatives.outcome(shop_of_three, one)
    assert (found.control, found.cautions) == ("holdout", ())
    attachment = found.figures[0]
    assert attachment.low < attachment.effect < attachment.high
    # Nothing was done to anybody: that is what the interval has to hold.
    assert attachment.low < 0 < attachment.high


def test_a_store_with_something_of_its_own_is_no_control(shop_of_three, permit):
    targets.mark(shop_of_three, "Cases", MIDDLE, permit, stores=["S1"])
    targets.mark(shop_of_three, "Cards", MIDDLE + timedelta(days=7), permit, stores=["S2"])
    one = next(one for one in targets.initiatives(shop_of_three) if one.name == "Cases")
    assert initiatives.outcome(shop_of_three, one).controls == 1


def test_before_a_week_has_passed_nothing_is_said(shop_of_three, permit):
    targets.mark(shop_of_three, "Cases", MIDDLE, permit)
    (one,) = targets.initiatives(shop_of_three)
    late = replace(one, began=made.START.date() + timedelta(days=80))
    assert initiatives.outcome(shop_of_three, late).cautions == ("no_time",)
    early = initiatives.outcome(shop_of_three, one, until=date(2026, 1, 1))
    assert (early.weeks, early.figures) == (0, ())
    assert preferences.number(shop_of_three, "match.days") == 7
