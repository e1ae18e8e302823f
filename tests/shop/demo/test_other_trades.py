"""Made-up shops of other trades than the first: whole, learned from, and suggesting what goes together."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from assistant.learn import train
from assistant.records import Basket, Line, LinkKind, Slate
from assistant.shop.demo import make
from assistant.shop.demo.drawing import Drawn, draw
from assistant.shop.demo.goods import Fit, Item, items, links
from assistant.shop.demo.truth import SHOPS, Truth, load
from assistant.store import catalog
from assistant.store.database import Connection, Home, open_home
from assistant.suggest import Model, Question, ask, load_model
from assistant.suggest.question import Drawing

TODAY = date(2026, 6, 14)
OTHERS = [shop for shop in SHOPS if shop != "camera"]


@pytest.fixture(params=OTHERS)
def told(request: pytest.FixtureRequest) -> tuple[Truth, Fit]:
    truth = load(request.param)
    return truth, Fit(items(request.param), truth)


def test_its_goods_are_whole_and_told_apart(told: tuple[Truth, Fit]) -> None:
    _, fit = told
    for key in ("product_id", "sku", "name", "barcode"):
        assert [value for value, n in Counter(getattr(i, key) for i in fit.goods).items() if n > 1] == []
    for item in fit.goods:
        words = str(item.attributes["benefit"]).split()
        assert 0 < item.cost < item.price
        assert 1 < len(words) <= 12, item.name
        # It follows on "It": what is many is spoken of as one.
        assert words[0][0].islower(), item.name
        assert words[0] not in ("are", "have", "go"), item.name
        assert "{" not in f"{item.name} {item.attributes['benefit']} {item.attributes['detail']}"


def test_every_need_can_be_stilled_and_every_story_told(told: tuple[Truth, Fit]) -> None:
    truth, fit = told
    for need in truth.needs:
        anchors = [item for item in fit.goods if item.is_of(need.anchor)]
        assert anchors, need.name
        assert any(fit.add_ons(anchor, need) for anchor in anchors), need.name
    for errand in truth.errands:
        assert any(item.is_of(errand.category) for item in fit.goods), errand.category
    named = [name for person in truth.people for bought in person["bought"] for name in bought["products"]]
    named += [name for basket in truth.baskets for name in basket["products"]]
    assert {name for name in named if name not in fit.by_name} == set()


def test_its_links_and_kits_go_across_categories(told: tuple[Truth, Fit]) -> None:
    truth, fit = told
    by_id: dict[str, Item] = {item.product_id: item for item in fit.goods}
    kinds: Counter[LinkKind] = Counter()
    for one, other, kind in links(fit, truth):
        kinds[kind] += 1
        if kind in ("accessory", "kit", "requires"):
            assert by_id[one].category != by_id[other].category
    assert kinds["accessory"]
    assert kinds["alternative"]


@pytest.fixture(scope="module")
def burgers(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    return draw(tmp_path_factory.mktemp("burger") / "shop", load("burger"), TODAY)


def test_breakfast_is_eaten_in_the_morning_and_burgers_are_not(burgers: Drawn) -> None:
    came_for = [(order.lines[0].item, order.at.hour) for order in burgers.orders]
    rolls = [hour for item, hour in came_for if item.is_of("Breakfast/Rolls")]
    meals = [hour for item, hour in came_for if item.is_of("Food/Burgers")]
    assert (min(rolls), max(rolls)) == (7, 10)
    assert (min(meals), max(meals)) == (11, 21)


def test_what_is_planted_is_bought_together(burgers: Drawn) -> None:
    truth = load("burger")
    for need in (need for need in truth.needs if need.strong):
        anchored = [o for o in burgers.orders if o.lines[0].item.is_of(need.anchor)]
        with_it = sum(any(line.item.is_of(need.add_on) for line in o.lines[1:]) for o in anchored)
        assert with_it / len(anchored) > need.p * 0.8, need.name


@pytest.fixture(scope="module", params=OTHERS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp(request.param) / "home")
    make(
        home,
        today=TODAY,
        shop=request.param,
        learn=lambda making: train(making, progress=lambda what, done, total: None),
    )
    return home


@pytest.fixture
def shop(made: Home) -> Iterator[tuple[Connection, Model]]:
    with contextlib.closing(open_home(made)) as connection:
        model = load_model(made)
        assert model is not None
        yield connection, model


def test_every_open_basket_gets_something_of_another_category(shop: tuple[Connection, Model]) -> None:
    connection, model = shop
    baskets = catalog.open_baskets(connection)
    assert baskets
    for basket in baskets:
        slate = ask(connection, model, Question(basket, basket.customer_id, store_id=basket.store_id))
        lie_there = {line.category for line in slate.basket.lines}
        assert slate.suggestions, basket.basket_id
        assert slate.suggestions[0].product.category not in lie_there, basket.basket_id
        assert all(s.talking_point.text for s in slate.suggestions)


def test_what_lies_on_no_shelf_has_no_stock_and_no_aisle(
    shop: tuple[Connection, Model], request: pytest.FixtureRequest
) -> None:
    connection, _ = shop
    of_things = request.node.callspec.params["made"] == "burger"
    assert bool(connection.execute("SELECT count(quantity) FROM stock").fetchone()[0]) is of_things
    (aisles,) = connection.execute(
        "SELECT count(*) FROM products WHERE attributes LIKE '%\"aisle\"%'"
    ).fetchone()
    assert bool(aisles) is of_things


@pytest.mark.parametrize("made", ["software"], indirect=True)
def test_of_the_plans_one_is_offered(shop: tuple[Connection, Model]) -> None:
    plans = [s for s in asked(shop, "B-20410").suggestions if s.product.category == "Plans/Office plans"]
    assert len(plans) == 1


GOES_WITH = {
    "burger": ("B-20418", {"Food/Sides", "Drinks/Cold"}),
    "bank": ("B-20418", {"Insurance/Home insurance"}),
    "software": ("B-20415", {"Add-ons/Payments", "Integrations/Connections"}),
}


def asked(shop: tuple[Connection, Model], basket_id: str, **more: object) -> Slate:
    connection, model = shop
    basket = next(b for b in catalog.open_baskets(connection) if b.basket_id == basket_id)
    question = Question(basket, basket.customer_id, store_id=basket.store_id)
    return ask(connection, model, replace(question, **more))


def test_what_is_planted_leads(shop: tuple[Connection, Model], request: pytest.FixtureRequest) -> None:
    basket_id, categories = GOES_WITH[request.node.callspec.params["made"]]
    assert categories <= {s.product.category for s in asked(shop, basket_id).suggestions[:3]}


@pytest.mark.parametrize("made", ["software"], indirect=True)
def test_the_plan_that_an_add_on_needs_leads_unless_the_firm_has_it(shop: tuple[Connection, Model]) -> None:
    first = asked(shop, "B-20414").suggestions[0]
    assert (first.product.name, first.needed) == ("Tideline Business plan", True)
    assert "needs one of these" in first.talking_point.text
    names = {s.product.name for s in asked(shop, "B-20418").suggestions}
    assert names and "Tideline Business plan" not in names


def funds(shop: tuple[Connection, Model], customer_id: str | None) -> tuple[set[str], set[str]]:
    """Of a saver's slate, the funds that are offered and those that are held back as unsuitable."""
    connection, model = shop
    (row,) = connection.execute(
        "SELECT product_id, sku, name, price, category FROM products WHERE name = 'Fixed saver, one year'"
    )
    basket = Basket(None, (Line(*row[:3], 1, row[3], None, row[4]),))
    slate = ask(connection, model, Question(basket, customer_id, limit=20))
    offered = {s.product.name for s in slate.suggestions if s.product.category == "Investing/Funds"}
    return offered, {held.product.name for held in slate.held_back if held.rule == "unsuitable"}


@pytest.mark.parametrize("made", ["bank"], indirect=True)
def test_a_fund_is_for_those_whom_it_suits(shop: tuple[Connection, Model]) -> None:
    connection, _ = shop
    of_tier = {
        tier: str(customer_id)
        for tier, customer_id in connection.execute(
            "SELECT tier, min(customer_id) FROM customers WHERE customer_id NOT IN "
            "(SELECT customer_id FROM orders WHERE customer_id IS NOT NULL) GROUP BY tier"
        )
    }
    for nobody in (None, of_tier["Silver"]):
        offered, held = funds(shop, nobody)
        assert not offered and held, nobody
    offered, held = funds(shop, of_tier["Gold"])
    assert offered and not held


@pytest.mark.parametrize("made", ["bank"], indirect=True)
def test_nothing_regulated_is_shown_by_chance(shop: tuple[Connection, Model]) -> None:
    named: dict[str, set[float]] = {}
    slots: dict[str, set[int]] = {}
    for n in range(40):
        slate = asked(shop, "B-20418", visit_id=f"V{n}", drawing=Drawing(3))
        for place, one in enumerate(slate.suggestions):
            if one.product.regulated:
                named.setdefault(one.product.name, set()).add(one.propensity)
                slots.setdefault(one.product.name, set()).add(place)
                assert one.worth.get("margin", 0.0) == 0.0
    assert named, "a mortgage goes with what the law looks at"
    assert set().union(*named.values()) == {1.0}
    assert all(len(places) == 1 for places in slots.values())
