"""What is said aloud is short, true, and easy to say no to."""

from __future__ import annotations

import re
import string
from datetime import UTC, datetime

import pytest

from assistant.records import Evidence, Product, Slate
from assistant.store.database import Connection, moment
from assistant.suggest import Model, Question, ask
from assistant.suggest.talking_points import MOST_WORDS, facts, say, spoken, templates
from tests.shops import NOW, PRODUCTS
from tests.suggest.conftest import Fill

MAY = datetime(2026, 5, 9, tzinfo=UTC)
ANCHOR = "Lumo R50 kit, black"
BENEFIT = {"benefit": "keeps dust and scratches off the front lens"}


def counted(
    customers: int = 30, share: float = 0.34, *, owned: bool = False, since: datetime | None = MAY
) -> Evidence:
    n = round(share * 412)
    return Evidence("bought_together", "A", ANCHOR, n, 412, share, 2.6, customers, since, MAY, owned=owned)


def link(kind: str = "accessory", *, owned: bool = False) -> Evidence:
    return Evidence(kind, "A", ANCHOR, owned=owned)


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
        (thing(), [], "look"),
        (thing(benefit=5), [], "look"),
        (thing(benefit=" "), [link()], "linked"),
    ],
)
def test_the_best_sentence_whose_facts_are_there(
    product: Product, evidence: list[Evidence], template_id: str
) -> None:
    assert say(product, evidence).template_id == template_id


def test_a_long_name_falls_back_to_a_shorter_sentence() -> None:
    clause = "keeps every one of the very many small parts that you will ever own in one place"
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


def test_every_template_names_only_facts_it_asks_for() -> None:
    brings = {
        "n": {"n", "base", "anchor", "together"},
        "month": {"month"},
        "together": {"together", "anchor"},
    }
    brings |= {name: {"anchor"} for name in ("requires", "linked")} | {"benefit": {"benefit"}}
    for template in templates():
        named = {field for _, field, _, _ in string.Formatter().parse(template.text) if field}
        assert named <= set().union(*(brings.get(fact, set()) for fact in template.when)), (
            template.template_id
        )


def test_no_pressure_and_no_praise() -> None:
    for template in templates():
        assert "!" not in template.text
        assert not re.search(r"only today|last chance|best|perfect|must|hurry|%", template.text.lower())
        assert len({t.template_id for t in templates()}) == len(templates())


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


def test_every_number_said_is_what_the_orders_say(shop: Connection, model: Model, fill: Fill) -> None:
    told = 0
    for first in PRODUCTS:
        for second in PRODUCTS:
            slate = ask(shop, model, Question(fill(first[0], second[0]), "C-10412", now=NOW))
            told += check_numbers(shop, slate)
    assert told > 100


def check_numbers(connection: Connection, slate: Slate) -> int:
    """Recompute every number of a slate's sentences and evidence from the orders; how many there were."""
    told = 0
    holds = "SELECT order_id FROM order_lines WHERE product_id = ? AND quantity > returned_quantity"
    for s in slate.suggestions:
        assert len(s.talking_point.text.split()) <= MOST_WORDS
        for e in s.evidence:
            if e.n is None:
                continue
            told += 1
            (n,) = connection.execute(
                f"SELECT count(*) FROM orders WHERE order_id IN ({holds}) AND order_id IN ({holds})",
                (e.anchor_id, s.product.product_id),
            ).fetchone()
            base, since, until, customers = connection.execute(
                "SELECT count(*), min(ordered_at), max(ordered_at), "
                "count(DISTINCT coalesce('c' || customer_id, 'o' || order_id)) "
                f"FROM orders WHERE order_id IN ({holds})",
                (e.anchor_id,),
            ).fetchone()
            assert (e.n, e.base, e.customers) == (n, base, customers)
            assert (e.since, e.until) == (moment(since), moment(until))
            assert e.share == pytest.approx(n / base)
        _check_sentence(s.talking_point.text, s.evidence, s.product)
    return told


def _check_sentence(text: str, evidence: tuple[Evidence, ...], product: Product) -> None:
    """Every number in a sentence is the evidence's, or stands in a name or the benefit."""
    for known in (
        (spoken(evidence[0].anchor_name), str(product.attributes.get("benefit", ""))) if evidence else ()
    ):
        text = text.replace(known, "") if known else text
    numbers = set(re.findall(r"\d+(?:,\d{3})*", text))
    allowed = {
        f"{number:,}"
        for e in evidence
        for number in (e.n, e.base)
        if number is not None and e.anchor_id == evidence[0].anchor_id
    } | {str(e.since.year) for e in evidence if e.since}
    assert numbers <= allowed, (text, allowed)
