"""What is said aloud is short, true, and easy to say no to."""

from __future__ import annotations

import re
import string
from datetime import UTC, datetime

import pytest

from assistant.records import Evidence, Product, Slate
from assistant.store.database import Connection, moment
from assistant.suggest import Model, Question, ask
from assistant.suggest.talking_points import (
    MOST_WORDS,
    facts,
    say,
    span,
    spoken,
    spoken_category,
    templates,
)
from tests.shops import NOW, PRODUCTS
from tests.suggest.conftest import Fill

MAY = datetime(2026, 5, 9, tzinfo=UTC)
ANCHOR = "Lumo R50 kit, black"
OTHER_KINDS = ("again", "category_together", "like_together")
BENEFIT = {"benefit": "keeps dust and scratches off the front lens"}


def counted(
    customers: int = 30, share: float = 0.34, *, owned: bool = False, since: datetime | None = MAY
) -> Evidence:
    n = round(share * 412)
    return Evidence("bought_together", "A", ANCHOR, n, 412, share, 2.6, customers, since, MAY, owned=owned)


def link(kind: str = "accessory", *, owned: bool = False) -> Evidence:
    return Evidence(kind, "A", ANCHOR, owned=owned)


def of_category(
    customers: int = 30, share: float = 0.34, *, since: datetime | None = MAY, category: str = "Photo/Bags"
) -> Evidence:
    n = round(share * 412)
    return Evidence(
        "category_together", "A", ANCHOR, n, 412, share, 2.6, customers, since, MAY,
        anchor_category="Photo/Cameras", category=category,
    )  # fmt: skip


def of_lookalike(
    customers: int = 30, share: float = 0.34, *, since: datetime | None = MAY, like: str = "RED ENAMEL MUG"
) -> Evidence:
    n = round(share * 412)
    return Evidence(
        "like_together", "A", ANCHOR, n, 412, share, 2.6, customers, since, MAY, like_id="R", like_name=like
    )


def again(n: int = 3, last: datetime | None = MAY, every: float | None = 30.0) -> Evidence:
    return Evidence("again", "P", "A thing", n, until=last, owned=True, every_days=every)


def thing(**attributes: object) -> Product:
    return Product("P", "P", "A thing", attributes=attributes)


@pytest.mark.parametrize(
    ("product", "evidence", "template_id"),
    [
        (thing(), [link("requires")], "needed"),
        (thing(), [link("requires", owned=True)], "needed_mine"),
        (thing(**BENEFIT), [link()], "benefit"),
        (thing(**BENEFIT), [link("kit", owned=True)], "benefit_mine"),
        (thing(**BENEFIT), [counted()], "benefit_together"),
        (thing(), [link(), counted()], "linked_counted"),
        (thing(), [link(owned=True), counted(owned=True)], "linked_counted_mine"),
        (thing(), [link(), counted(customers=29)], "linked"),
        (thing(), [link(owned=True)], "linked_mine"),
        (thing(), [counted()], "counted"),
        (thing(), [counted(owned=True)], "counted_mine"),
        (thing(), [counted(since=None)], "counted_no_month"),
        (thing(), [counted(share=0.1)], "together"),
        (thing(), [counted(customers=29)], "together"),
        (thing(), [counted(share=0.1, since=None)], "together_no_month"),
        (thing(), [again()], "again_every"),
        (thing(), [again(1)], "again_every"),
        (thing(), [again(every=None)], "again_times"),
        (thing(), [again(1, every=None)], "again_once"),
        (thing(), [again(last=None)], "again"),
        (thing(**BENEFIT), [link(), again()], "again_every"),
        (thing(), [link("requires"), again()], "needed"),
        (thing(), [of_category()], "category_counted"),
        (thing(), [of_category(since=None)], "category_counted_no_month"),
        (thing(), [of_category(customers=29)], "category_together"),
        (thing(), [of_category(share=0.1, since=None)], "category_together_no_month"),
        (thing(**BENEFIT), [of_category()], "benefit_category"),
        (thing(), [of_category(), link()], "linked"),
        (thing(), [of_category(), counted(share=0.1)], "together"),
        (thing(), [of_category(category="Home/Cameras")], "look"),
        (thing(), [of_category(category="")], "look"),
        (thing(), [of_lookalike()], "like_counted"),
        (thing(), [of_lookalike(since=None)], "like_counted_no_month"),
        (thing(), [of_lookalike(customers=29)], "like_together"),
        (thing(), [of_lookalike(share=0.1, since=None)], "like_together_no_month"),
        (thing(), [of_lookalike(like=ANCHOR)], "look"),
        (thing(), [of_lookalike(like="")], "look"),
        (thing(), [], "look"),
        (thing(benefit=5), [], "look"),
        (thing(benefit=" "), [link()], "linked"),
    ],
)
def test_the_best_sentence_whose_facts_are_there(
    product: Product, evidence: list[Evidence], template_id: str
) -> None:
    assert say(product, evidence).template_id == template_id


def test_a_long_benefit_falls_back_to_a_shorter_sentence() -> None:
    clause = " ".join(["keeps"] + ["every part"] * 10)
    said = say(thing(benefit=clause), [link()])
    assert said.template_id == "benefit_short"
    assert len(said.text.split()) <= MOST_WORDS
    assert say(thing(benefit=clause + " " + clause), [link()]).template_id == "linked"


def test_under_thirty_customers_no_share_is_told() -> None:
    few = facts(thing(), [counted(customers=29)])
    enough = facts(thing(), [counted(customers=30)])
    assert "base" not in few
    assert (enough["n"], enough["base"]) == ("140", "412")


def test_facts_of_two_anchors_are_not_mixed() -> None:
    other = Evidence("bought_together", "B", "Other thing", 50, 100, 0.5, 3.0, 80, MAY, MAY)
    assert "n" not in facts(thing(), [link(), other])


def test_counts_of_categories_and_of_the_past_are_never_told_as_the_anchors() -> None:
    said = facts(thing(), [link(), of_category(), again()])
    assert said.keys() & {"n", "base", "together", "month", "mine"} == set()
    assert say(thing(), [link(), of_category()]).template_id == "linked"


def test_what_is_said_of_categories() -> None:
    assert say(thing(), [of_category()]).text == (
        "People who buy cameras also add bags: 140 of 412 orders since May 2026. Shall I show you?"
    )
    few = say(thing(), [of_category(customers=29)]).text
    assert few == "Some who buy cameras add bags, 140 times since May 2026. Would you like to see it?"


def test_what_is_said_of_a_lookalike_is_said_as_its_own() -> None:
    assert say(thing(), [of_lookalike()]).text == (
        "Since May 2026, 140 of 412 orders with the Lumo R50 kit had the red enamel mug, very like this. "
        "Would this suit you?"
    )
    few = say(thing(), [of_lookalike(customers=29)]).text
    assert few == (
        "Some who buy the Lumo R50 kit add the red enamel mug, very like this, 140 times since May 2026. "
        "Would this suit you?"
    )
    said = facts(thing(), [of_lookalike()])
    assert said.keys() & {"anchor", "n", "base", "together", "month", "category"} == set()


def test_a_lookalike_with_the_longest_names_is_still_said() -> None:
    long = Evidence(
        "like_together", "A", "One two three four five", 1_400, 41_200, 0.34, 2.6, 900, MAY, MAY,
        like_id="R", like_name="Six seven eight nine ten",
    )  # fmt: skip
    said = say(thing(), [long])
    assert said.template_id == "like_counted_no_month"
    assert len(said.text.split()) <= MOST_WORDS


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        (again(3), "Yours is from May 2026. Is it time for more?"),
        (again(2, every=None), "You have had this twice, last in May 2026. Do you need another?"),
        (again(1, every=None), "You had this in May 2026. Would you like it again?"),
        (again(1, None, None), "You have had this before. Would you like it again?"),
    ],
)
def test_what_is_said_of_a_thing_bought_before(evidence: Evidence, text: str) -> None:
    assert say(thing(), [evidence]).text == text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0.2, "1 day"),
        (2.0, "2 days"),
        (13.4, "13 days"),
        (14.0, "2 weeks"),
        (59.0, "8 weeks"),
        (61.0, "2 months"),
        (365.25, "12 months"),
    ],
)
def test_a_span_is_told_in_the_unit_that_fits(days: float, said: str) -> None:
    assert span(days) == said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("Photo/Memory cards", "memory cards"),
        ("Photo/SD cards & Readers", "SD cards and readers"),
        ("Phones/iPhone Cases", "iPhone cases"),
        ("HOME/TEA + COFFEE", "tea and coffee"),
        ("Electronics/TV", "TV"),
        ("Home/Cups, mugs and saucers/", "cups, mugs and saucers"),
        ("Teapots", "teapots"),
        (" / ", ""),
        (None, ""),
    ],
)
def test_categories_are_spoken_by_their_last_part_whole(path: str | None, said: str) -> None:
    assert spoken_category(path) == said


def test_a_category_too_long_to_say_is_not_said() -> None:
    long = "Home/" + " ".join(["word"] * 20)
    assert say(thing(), [of_category(category=long)]).template_id == "look"


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_template_names_only_facts_it_asks_for(language: str) -> None:
    brings = {
        "n": {"n", "base", "anchor", "together"},
        "month": {"month"},
        "together": {"together", "anchor"},
        "times": {"times"},
        "last": {"last"},
        "every": {"every"},
        "category_n": {"category_n", "category_base", "anchor_category", "category"},
        "category_month": {"category_month"},
        "category_together": {"category_together", "anchor_category", "category"},
        "like_n": {"like_n", "like_base", "like_anchor", "like"},
        "like_month": {"like_month"},
        "like_together": {"like_together", "like_anchor", "like"},
    }
    brings |= {name: {"anchor"} for name in ("requires", "linked")} | {"benefit": {"benefit"}}
    for template in templates(language):
        named = {field for _, field, _, _ in string.Formatter().parse(template.text) if field}
        assert named <= set().union(*(brings.get(fact, set()) for fact in template.when)), (
            template.template_id
        )


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_pressure_and_no_praise(language: str) -> None:
    pressure = r"only today|last chance|best|perfect|must|hurry|%|nur heute|letzte chance|muss|schnell"
    for template in templates(language):
        assert "!" not in template.text
        assert not re.search(pressure, template.text.lower())
        assert len({t.template_id for t in templates(language)}) == len(templates(language))


def test_both_languages_say_the_same_under_the_same_conditions() -> None:
    def conditions(language: str) -> list[tuple[str, frozenset[str], frozenset[str]]]:
        return [(t.template_id, t.when, t.unless) for t in templates(language)]

    assert conditions("de") == conditions("en")


def test_german_numbers_months_and_spans() -> None:
    assert say(thing(), [again()], "de").text == "Ihres ist vom Mai 2026. Ist es Zeit für mehr?"
    assert facts(thing(), [again(2)], "de")["times"] == "zweimal"
    assert facts(thing(), [again(1234)], "de")["times"] == "1.234-mal"
    assert [span(days, "de") for days in (1, 9.6, 30, 100)] == ["1 Tag", "10 Tagen", "4 Wochen", "3 Monaten"]


def test_a_benefit_in_the_language_spoken_comes_first() -> None:
    product = thing(benefit="keeps dust off", benefit_de="hält Staub fern")
    assert say(product, [link()], "de").text == "Es hält Staub fern. Wäre das nützlich?"
    assert say(product, [link()]).text == "It keeps dust off. Would that be useful?"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("WHITE HANGING HEART T-LIGHT HOLDER", "white hanging heart t-light holder"),
        ("REGENCY CAKESTAND 3 TIER", "regency cakestand 3 tier"),
        ("JAM MAKING SET WITH JARS AND LIDS", "jam making set"),
        ("Lumo R50 mirrorless kit", "Lumo R50 mirrorless kit"),
        ("Clearline protective filter, 49 mm", "Clearline protective filter"),
        ("CAM R50 KIT", "cam R50 kit"),
        ("Mountain-200 Silver, 38", "Mountain-200 Silver"),
        ("one two three four five six seven", "one two three four five"),
        ("  ", ""),
        (", odd", ", odd"),
    ],
)
def test_names_are_spoken_short_and_not_shouted(name: str, said: str) -> None:
    assert spoken(name) == said


HOLDS = "SELECT order_id FROM order_lines WHERE product_id = ? AND quantity > returned_quantity"
HOLDS_CATEGORY = (
    "SELECT order_id FROM order_lines JOIN products USING (product_id) "
    "WHERE category = ? AND quantity > returned_quantity"
)


def test_every_number_said_is_what_the_orders_say(shop: Connection, model: Model, fill: Fill) -> None:
    told = 0
    for first in PRODUCTS:
        for second in PRODUCTS:
            slate = ask(shop, model, Question(fill(first[0], second[0]), "C-10412", now=NOW))
            told += check_numbers(shop, slate, "C-10412")
    assert told > 100


def check_numbers(connection: Connection, slate: Slate, customer_id: str | None = None) -> int:
    """Recompute every number of a slate's sentences and evidence from the orders; how many there were."""
    told = 0
    for s in slate.suggestions:
        assert len(s.talking_point.text.split()) <= MOST_WORDS
        for e in s.evidence:
            if e.kind == "again":
                _check_again(connection, customer_id or slate.basket.customer_id, e, s.product)
            elif e.kind == "category_together":
                assert e.category == s.product.category
                _check_together(connection, e, HOLDS_CATEGORY, (e.anchor_category, e.category))
            elif e.kind == "like_together":
                assert e.like_id != s.product.product_id
                _check_together(connection, e, HOLDS, (e.anchor_id, e.like_id))
            elif e.n is not None:
                _check_together(connection, e, HOLDS, (e.anchor_id, s.product.product_id))
            told += e.n is not None
        _check_sentence(s.talking_point.text, s.evidence, s.product)
    return told


def _check_together(
    connection: Connection, e: Evidence, holds: str, between: tuple[str | None, str | None]
) -> None:
    (n,) = connection.execute(
        f"SELECT count(*) FROM orders WHERE order_id IN ({holds}) AND order_id IN ({holds})", between
    ).fetchone()
    base, since, until, customers = connection.execute(
        "SELECT count(*), min(ordered_at), max(ordered_at), "
        "count(DISTINCT coalesce('c' || customer_id, 'o' || order_id)) "
        f"FROM orders WHERE order_id IN ({holds})",
        between[:1],
    ).fetchone()
    assert (e.n, e.base, e.customers) == (n, base, customers)
    assert (e.since, e.until) == (moment(since), moment(until))
    assert e.share == pytest.approx(n / base)


def _check_again(connection: Connection, customer_id: str | None, e: Evidence, product: Product) -> None:
    n, last = connection.execute(
        f"SELECT count(*), max(ordered_at) FROM orders WHERE customer_id = ? AND order_id IN ({HOLDS})",
        (customer_id, product.product_id),
    ).fetchone()
    assert (e.anchor_id, e.n, e.until, e.owned) == (product.product_id, n, moment(last), True)
    assert (e.base, e.share, e.lift, e.customers) == (None, None, None, None)


def _check_sentence(text: str, evidence: tuple[Evidence, ...], product: Product) -> None:
    """Every number in a sentence is the evidence's, or stands in a name or the benefit."""
    names = [str(product.attributes.get("benefit", ""))]
    for e in evidence:
        names += [spoken(e.anchor_name), spoken_category(e.anchor_category), spoken_category(e.category)]
        names.append(spoken(e.like_name or ""))
    for known in filter(None, names):
        text = text.replace(known, "")
    # Counts of pairs are the first anchor's alone; the sentence of another kind has counts of its own.
    first = next((e.anchor_id for e in evidence if e.kind not in OTHER_KINDS), None)
    told = [e for e in evidence if e.kind in OTHER_KINDS or e.anchor_id == first]
    allowed = {f"{number:,}" for e in told for number in (e.n, e.base) if number is not None}
    allowed |= {str(at.year) for e in evidence for at in (e.since, e.until) if at}
    allowed |= {span(e.every_days).split()[0] for e in evidence if e.every_days is not None}
    numbers = set(re.findall(r"\d+(?:,\d{3})*", text))
    assert numbers <= allowed, (text, allowed)
