"""Scores by hand: each feature, the plain rule, forests by kind, and parts that sum."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.suggest import ranking, signals
from assistant.suggest.forest import Forest
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.ranking import FEATURES, GROUP_OF, LEAST, Ranked, features, rank
from assistant.suggest.rhythm import MONTH, NEVER
from assistant.suggest.shortlist import KINDS, Breadth, Kind, kinds_of
from assistant.suggest.signals import Past, read
from tests.suggest import tiny
from tests.suggest.tiny import CARD, COMPACT, MIRRORLESS, NEW_CARD, PAPER, TEAPOT, logit

KNOWN = tiny.knowledge()
ALL = np.arange(6)


def told(
    basket: list[int], past: Past | None = None, at: float | None = None, known: Knowledge = KNOWN
) -> list[dict[str, float]]:
    """The features of each product by name."""
    table = features(known, read(known, basket, past, at), ALL)
    return [dict(zip(FEATURES, row, strict=True)) for row in table.tolist()]


# features


def test_what_sells_of_itself() -> None:
    card, new = told([COMPACT])[CARD], told([COMPACT])[NEW_CARD]
    assert card["usual"] == card["lately"] == card["this_week"] == pytest.approx(math.log(0.3))
    assert card["last_sold"] == pytest.approx(1.0)
    assert card["price"] == pytest.approx(3.0)
    assert card["share_of_category"] == pytest.approx(math.log(0.75))
    assert card["rebought"] == pytest.approx(0.1)
    assert new["usual"] == pytest.approx(math.log(LEAST))  # never sold
    assert new["last_sold"] == NEVER


def test_what_the_basket_says() -> None:
    card = told([COMPACT, MIRRORLESS])[CARD]
    assert card["best_pairing"] == pytest.approx(math.log(0.6))
    assert card["mean_pairing"] == pytest.approx(math.log((0.6 + 0.5) / 2))
    assert card["pairings"] == 2
    assert card["weighed"] == pytest.approx(0.9)
    assert card["lines"] == 2
    assert card["price_ratio"] == pytest.approx(3.0 - 6.5)
    assert told([])[CARD]["price_ratio"] == 0
    assert told([])[CARD]["best_pairing"] == pytest.approx(math.log(LEAST))


def test_what_is_borrowed_is_told_from_what_is_its_own() -> None:
    new = tiny.knowledge(
        newcomers=np.array([NEW_CARD], dtype=np.int32), lookalikes=np.array([CARD], dtype=np.int32)
    )
    found = told([COMPACT], known=new)
    assert [row["borrowed"] for row in found] == [0, 0, 0, 0, 0, 1]
    assert found[NEW_CARD]["best_pairing"] == pytest.approx(math.log(0.6 * signals.BORROWED))
    assert [row["borrowed"] for row in told([COMPACT])] == [0] * 6
    assert [row["borrowed"] for row in told([COMPACT, CARD], known=new)] == [0] * 6


def test_what_its_category_says() -> None:
    found = told([COMPACT, MIRRORLESS])
    card, teapot, compact = found[CARD], found[TEAPOT], found[COMPACT]
    assert card["category_weighed"] == pytest.approx(0.9)
    assert card["category_pairing"] == pytest.approx(math.log(0.6))
    assert card["category_and_share"] == pytest.approx(math.log(0.9 * 0.75))
    assert card["family_weighed"] == pytest.approx(0.45)
    assert (card["same_category"], card["same_family"]) == (0, 0)
    assert (compact["same_category"], compact["same_family"]) == (1, 1)
    assert (told([COMPACT])[MIRRORLESS]["same_category"], told([COMPACT])[MIRRORLESS]["same_family"]) == (
        0,
        1,
    )
    # What has no category is of none that is there.
    assert (teapot["category_weighed"], teapot["family_weighed"]) == (0, 0)
    assert (teapot["same_category"], teapot["same_family"]) == (0, 0)
    assert teapot["category_pairing"] == pytest.approx(math.log(LEAST))


def test_when_it_was_bought() -> None:
    past = tiny.past({PAPER: (60.0, 90.0), CARD: (80.0,)}, (60.0, 70.0, 80.0, 90.0))
    found = told([], past, 100.0)
    paper, card, other = found[PAPER], found[CARD], found[COMPACT]
    assert (paper["times"], card["times"], other["times"]) == (2, 1, 0)
    assert paper["share_of_orders"] == pytest.approx(2 / 4)
    assert paper["share_since_first"] == pytest.approx(2 / 4)  # the first and three since
    assert card["share_since_first"] == pytest.approx(1 / 2)
    assert paper["faded_month"] == pytest.approx(0.5 ** (40 / MONTH) + 0.5 ** (10 / MONTH))
    assert paper["faded_season"] == pytest.approx(0.5 ** (40 / 90) + 0.5 ** (10 / 90))
    assert (paper["since_bought"], card["since_bought"]) == (10.0, 20.0)
    assert (paper["orders_since_bought"], card["orders_since_bought"]) == (0, 1)
    assert paper["due"] == pytest.approx(10 / 30)  # the customer's own thirty days, not everybody's twenty
    assert card["due"] == pytest.approx(20 / 50)  # bought once: everybody's fifty
    for name in ("since_bought", "orders_since_bought", "due"):
        assert other[name] == NEVER
    assert {row["orders"] for row in found} == {4}
    assert {row["since_order"] for row in found} == {10.0}
    assert {row["known"] for row in found} == {1}


def test_how_evenly_it_was_bought() -> None:
    orders = (20.0, 30.0, 40.0, 50.0, 80.0, 95.0)
    past = tiny.past({PAPER: (20.0, 30.0, 50.0, 80.0), TEAPOT: (40.0, 80.0), CARD: (95.0,)}, orders)
    found = told([], past, 100.0)
    paper, card, teapot, other = found[PAPER], found[CARD], found[TEAPOT], found[COMPACT]
    assert paper["due_by_median"] == pytest.approx(20 / 20)  # 10, 20 and 30 days
    assert teapot["due_by_median"] == pytest.approx(20 / 40)
    assert card["due_by_median"] == pytest.approx(5 / 50)  # bought once: everybody's fifty
    assert paper["unevenness"] == pytest.approx(math.sqrt(200 / 3) / 20)
    assert (teapot["unevenness"], card["unevenness"], other["unevenness"]) == (0, -1, -1)
    assert paper["due_by_orders"] == pytest.approx(1 / (4 / 3))  # one order since; one in 4/3 before
    assert (card["due_by_orders"], other["due_by_orders"]) == (NEVER, NEVER)
    assert (paper["times_lately"], paper["times_this_season"]) == (1, 4)
    assert (teapot["times_lately"], card["times_lately"], other["times_lately"]) == (1, 1, 0)
    assert [row["place_lately"] for row in (paper, card, teapot, other)] == [0, 1, 2, NEVER]


def test_what_the_customer_buys_it_beside() -> None:
    past = tiny.past({PAPER: (10.0, 100.0), CARD: (10.0, 55.0), TEAPOT: (55.0, 100.0)})
    loud = {day: 0.5 ** ((100 - day) / 90) for day in (10, 55, 100)}
    with_paper, every = loud[10] + loud[100], sum(loud.values())
    found = told([PAPER], past, 100.0)
    assert found[CARD]["beside"] == pytest.approx(loud[10])
    assert found[TEAPOT]["beside"] == pytest.approx(loud[100])
    assert found[CARD]["beside_share"] == pytest.approx(loud[10] / with_paper)
    assert found[CARD]["beside_more"] == pytest.approx(loud[10] / with_paper - (loud[10] + loud[55]) / every)
    # An order that held two of the basket's lines counts twice.
    assert told([PAPER, CARD], past, 100.0)[TEAPOT]["beside"] == pytest.approx(loud[55] + loud[100])
    assert told([PAPER, CARD], past, 100.0)[PAPER]["beside"] == pytest.approx(2 * loud[10] + loud[100])
    for basket in ([], [COMPACT]):
        assert told(basket, past, 100.0)[CARD]["beside"] == 0


def test_what_the_customer_likes() -> None:
    past = tiny.past({PAPER: (60.0, 90.0), CARD: (80.0,), TEAPOT: (70.0,)})
    found = told([], past)
    said = read(KNOWN, [], past)
    assert said.profile is not None
    half = signals.FADES
    paper = math.sqrt(0.5 ** (40 / half) + 0.5 ** (10 / half))
    card = math.sqrt(0.5 ** (20 / half))
    assert found[PAPER]["category_affinity"] == pytest.approx(paper / (paper + card))
    assert found[NEW_CARD]["category_affinity"] == pytest.approx(card / (paper + card))
    assert found[NEW_CARD]["family_affinity"] == pytest.approx(card / (paper + card))
    assert found[COMPACT]["category_affinity"] == found[TEAPOT]["category_affinity"] == 0
    assert found[CARD]["profile"] == pytest.approx(said.profile[CARD])
    assert found[CARD]["owned_pairing"] == pytest.approx(math.log(0.35))


def test_who_is_not_known_has_bought_nothing() -> None:
    past = tiny.past({PAPER: (90.0,)})
    never_bought, unknown = told([COMPACT], past)[TEAPOT], told([COMPACT])[TEAPOT]
    assert {name: unknown[name] for name in unknown if GROUP_OF[name] == "again"} == {
        name: never_bought[name] for name in unknown if GROUP_OF[name] == "again"
    }
    assert (unknown["known"], unknown["orders"], unknown["since_order"]) == (0, 0, NEVER)


moments = st.lists(st.floats(0, 5000), min_size=1, max_size=4).map(lambda days: tuple(sorted(days)))


@given(
    known=st.sampled_from([KNOWN, tiny.without_categories()]),
    basket=st.lists(st.integers(0, 5), unique=True, max_size=6),
    bought=st.dictionaries(st.integers(0, 5), moments, max_size=6),
    at=st.floats(0, 5000),
)
def test_features_are_always_numbers(
    known: Knowledge, basket: list[int], bought: dict[int, tuple[float, ...]], at: float
) -> None:
    for past in (None, tiny.past(bought)):
        table = features(known, read(known, basket, past, at), ALL)
        assert table.shape == (6, len(FEATURES))
        assert np.isfinite(table).all()


# the plain rule

MOST = 0.98  # no score is certain


def test_with_one_line_its_pairing_is_all_there_is() -> None:
    found = told([COMPACT])
    assert found[CARD]["plain"] == pytest.approx(logit(0.6))
    assert found[PAPER]["plain"] == pytest.approx(logit(0.25))  # no pairing: as usual
    assert found[NEW_CARD]["plain"] == pytest.approx(logit(LEAST))


def test_with_more_lines_the_weighed_basket_has_its_say() -> None:
    found = told([COMPACT, MIRRORLESS])
    paired, rest = ranking.PAIRING, 1 - ranking.PAIRING
    weighed = logit(min(0.9 + ranking.ALONE * 0.3, MOST))
    assert found[CARD]["plain"] == pytest.approx(paired * logit(0.6) + rest * weighed)
    # What speaks against it takes no more than everything.
    alone = logit(ranking.ALONE * 0.25)
    assert found[PAPER]["plain"] == pytest.approx(paired * logit(0.25) + rest * alone)


def test_no_score_is_certain() -> None:
    sure = tiny.table({COMPACT: {CARD: 1.0}}, 6)
    known = tiny.knowledge(pairs=sure, weights=sure)
    for basket in ([COMPACT], [COMPACT, PAPER]):
        assert max(row["plain"] for row in told(basket, known=known)) < 5
    assert ranking.probability(1e9) < 1
    assert ranking.probability(-1e9) > 0
    assert ranking.probability(0) == 0.5


# ranking


def ranked(
    basket: list[int],
    forests: dict[Kind, Forest] | None = None,
    past: Past | None = None,
    besides: list[int] | None = None,
) -> Ranked:
    more = None if besides is None else np.array(besides, dtype=np.int64)
    return rank(KNOWN, forests or {}, read(KNOWN, basket, past), besides=more)


def test_without_forests_the_plain_rule_ranks() -> None:
    found = ranked([COMPACT, MIRRORLESS])
    plain = {place: row["plain"] for place, row in enumerate(told([COMPACT, MIRRORLESS]))}
    assert found.log_odds.tolist() == pytest.approx([plain[place] for place in found.places.tolist()])
    assert found.log_odds.tolist() == sorted(found.log_odds.tolist(), reverse=True)
    assert found.places[0] == CARD


def test_each_kind_is_scored_by_its_own_forest() -> None:
    past = tiny.past({PAPER: (60.0, 90.0), TEAPOT: (80.0,)})
    forests: dict[Kind, Forest] = {
        "other": tiny.stump("best_pairing", math.log(0.55), -1.0, 2.0, base=-2.0),
        "again": tiny.stump("times", 1.0, 0.5, 1.5, base=-4.0),
    }
    found = ranked([COMPACT], forests, past)
    scores = dict(zip(found.places.tolist(), found.log_odds.tolist(), strict=True))
    assert scores[CARD] == pytest.approx(-2.0 + 2.0)
    assert scores[NEW_CARD] == pytest.approx(-2.0 - 1.0)
    assert scores[PAPER] == pytest.approx(-4.0 + 1.5)
    assert scores[TEAPOT] == pytest.approx(-4.0 + 0.5)
    assert scores[MIRRORLESS] == pytest.approx(told([COMPACT], past)[MIRRORLESS]["plain"])  # alike: no forest


def test_equal_scores_keep_the_shops_order() -> None:
    same = tiny.stump("lines", 1e9, 0.0, 0.0)
    found = ranked([COMPACT], dict.fromkeys(KINDS, same))
    assert found.places.tolist() == sorted(found.places.tolist())


def test_what_is_asked_for_besides_is_scored_once_and_never_of_the_basket() -> None:
    narrow: dict[Kind, Breadth] = dict.fromkeys(KINDS, Breadth(1, 1, 1, 0, 0, 0))
    said = read(KNOWN, [COMPACT], None)
    assert rank(KNOWN, {}, said, narrow).places.tolist() == [CARD]
    found = rank(KNOWN, {}, said, narrow, np.array([COMPACT, CARD, TEAPOT, MIRRORLESS]))
    assert sorted(found.places.tolist()) == [MIRRORLESS, CARD, TEAPOT]
    assert found.kinds.tolist() == kinds_of(KNOWN, said, found.places).tolist()


def test_no_candidates_are_ranked_to_none() -> None:
    found = rank(tiny.nothing(), {}, read(tiny.nothing(), [], None))
    assert len(found.places) == len(found.log_odds) == 0
    assert found.features([]).shape == (0, len(FEATURES))


@given(
    basket=st.lists(st.integers(0, 5), unique=True, max_size=6),
    bought=st.dictionaries(st.integers(0, 5), moments, max_size=6),
    forested=st.sets(st.sampled_from(KINDS)),
)
def test_the_parts_sum_to_the_log_odds(
    basket: list[int], bought: dict[int, tuple[float, ...]], forested: set[Kind]
) -> None:
    forests = {kind: tiny.stump("weighed", 0.01, -0.7, 1.3, base=-2.5) for kind in forested}
    found = ranked(basket, forests, tiny.past(bought) if bought else None, list(range(6)))
    assert set(found.places.tolist()) == set(range(6)) - set(basket)
    every = ranking.parts(forests, found, range(len(found.places)))
    assert every.keys() == set(range(len(found.places)))
    for row, parts in every.items():
        assert sum(parts.values()) == pytest.approx(found.log_odds[row], abs=1e-9)
        assert set(parts) <= {"start", *GROUP_OF.values()}
        assert ("start" in parts) is (KINDS[found.kinds[row]] in forested)


# a list for comparing rankings


def made(kinds: str) -> Ranked:
    """A list of these kinds: o other, l alike, a again."""
    numbers = ["ola".index(kind) for kind in kinds]
    count = len(numbers)
    return Ranked(
        np.arange(count),
        -np.arange(count, dtype=np.float64),
        np.array(numbers, dtype=np.int8),
        np.zeros((len(FEATURES), count)),
        np.arange(count),
    )


@pytest.mark.parametrize(
    ("kinds", "first", "expected"),
    [
        ("aaoaaool", 2, [0, 1, 2, 3, 5, 4, 6, 7]),  # new, again, new, again, then what is left
        ("oaaa", 1, [0, 1, 2, 3]),
        ("aaaa", 0, [0, 1, 2, 3]),
        ("olol", 1, [0, 1, 2, 3]),
        ("aao", 9, [0, 1, 2]),
        ("", 3, []),
    ],
)
def test_new_and_bought_before_take_turns(kinds: str, first: int, expected: list[int]) -> None:
    assert ranking.taking_turns(made(kinds), first) == expected


@given(kinds=st.text("ola", max_size=30), first=st.integers(0, 12))
def test_turns_leave_nothing_out_and_keep_the_order_of_each_kind(kinds: str, first: int) -> None:
    rows = ranking.taking_turns(made(kinds), first)
    assert sorted(rows) == list(range(len(kinds)))
    assert rows[:first] == list(range(len(kinds)))[:first]
    for again in (True, False):
        own = [row for row in rows[first:] if (kinds[row] == "a") is again]
        assert own == sorted(own)
    later = ["a" if kinds[row] == "a" else "n" for row in rows[first:]]
    fewer = min(later.count("a"), later.count("n"))
    assert later[: 2 * fewer] == ["n", "a"] * fewer
