"""A real Tryton, synced and written to: what its tills and office do arrives, accepted add-ons go in once."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from click.testing import CliRunner

from assistant import __main__ as front
from assistant.errors import ShopError
from assistant.shop import calling, live, pull
from assistant.shop import tryton as tryton_connector
from assistant.shop.calling import DeclinedError, RefusedError, UnreachedError
from assistant.shop.pull import Pull
from assistant.shop.push import push
from assistant.shop.tryton import Tryton
from assistant.store import basket_writes, preferences, secrets, visits
from assistant.store.database import Connection, Home, open_home, transaction
from tests.shop.conftest import Ask
from tests.shop.live import tryton
from tests.shop.live.test_push import accept, offer

pytestmark = pytest.mark.slow

Sync = Callable[..., dict[str, int]]
WITHIN = 3.0  # seconds from the till to the mirror


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tryton.Shop]:
    """A running Tryton; skips in words where it cannot be had."""
    with tryton.running(tmp_path_factory.mktemp("tryton")) as made:
        yield made


@pytest.fixture
def connector(shop: tryton.Shop) -> Iterator[Tryton]:
    made = Tryton(shop.url, shop.key, database=shop.database, country="GB")
    yield made
    made.close()


@pytest.fixture
def sync(home: Home, connector: Tryton) -> Sync:
    """Sync once; what was loaded."""
    puller = Pull(home, connector)
    return lambda often=False: puller.run(lambda *_: None, due_only=often).loaded


@pytest.fixture
def all_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits because it was looked at a moment ago."""
    for name in ("SWEEP_EVERY", "OLD_BASKETS_EVERY"):
        monkeypatch.setattr(pull, name, timedelta())
    monkeypatch.setattr(pull, "EVERY", dict.fromkeys(pull.EVERY, timedelta()))


@pytest.fixture
def log(home: Home) -> Iterator[Connection]:
    """The counter's own connection, to a shop that takes lines."""
    with contextlib.closing(open_home(home)) as connection:
        with transaction(connection):
            preferences.put(connection, "shop.writes", True)
        yield connection


def test_the_first_load_equals_the_shops_own_totals(shop: tryton.Shop, sync: Sync, ask: Ask) -> None:
    shop.rings_up("CAM-R50")
    sync()
    own = shop.count("company.employee") + shop.count("company.company")
    assert ask("SELECT count(*) FROM products") == [(shop.count("product.product"),)]
    assert ask("SELECT count(*) FROM customers") == [(shop.count("party.party") - own,)]
    assert ask("SELECT count(*) FROM associates") == [(shop.count("company.employee"),)]
    assert ask("SELECT count(*) FROM stores") == [(shop.count("sale.point"),)]
    open_ones = shop.count("sale.point.sale", ["state", "=", "open"])
    open_ones += shop.count("sale.sale", ["state", "in", ["draft", "quotation"]])
    assert ask("SELECT count(*) FROM baskets") == [(open_ones,)]


def test_a_product_comes_with_price_cost_barcode_place_in_the_tree_and_stock_by_till(
    shop: tryton.Shop, sync: Sync, ask: Ask
) -> None:
    sync()
    card = shop.product("CRD-128")
    assert ask("SELECT sku, name, category, price, cost FROM products WHERE product_id = ?", card) == [
        ("CRD-128", "Swift 128 GB SD card", "Shop/Memory cards", 429_000, 195_000)
    ]
    assert ask("SELECT barcode FROM barcodes WHERE product_id = ?", card) == [("5000000000029",)]
    stock = dict(ask(
        "SELECT s.name, k.quantity FROM stock k JOIN stores s USING (store_id) WHERE k.product_id = ?", card
    ))  # fmt: skip
    assert stock == {"Harbour Street": 25, "Mill Lane": 0}


def test_a_customer_comes_with_number_and_address(sync: Sync, ask: Ask) -> None:
    sync()
    assert ask("SELECT phone, email FROM customers WHERE name = 'Maren Oduya'") == [
        ("+441632960100", "maren@example.org")
    ]


def test_a_sale_opened_at_the_till_is_here_within_seconds_with_who_sells_and_where(
    shop: tryton.Shop, sync: Sync, ask: Ask
) -> None:
    sync()
    began = time.monotonic()
    sale = shop.rings_up("CAM-R50", point="Mill Lane")
    sync(often=True)
    assert time.monotonic() - began < WITHIN
    assert ask(
        "SELECT a.name, s.name FROM baskets b JOIN associates a USING (associate_id) "
        "JOIN stores s ON s.store_id = b.store_id WHERE b.basket_id = ?", sale,
    ) == [("Priya Nair", "Mill Lane")]  # fmt: skip


def test_a_line_written_by_itself_is_seen_though_its_sale_did_not_change(
    shop: tryton.Shop, sync: Sync, ask: Ask
) -> None:
    sale = shop.rings_up("CAM-R50")
    sync()
    shop.adds(sale, "BAG-9", 2)
    sync(often=True)
    lines = ask("SELECT product_id, quantity FROM basket_lines WHERE basket_id = ? ORDER BY line_no", sale)
    assert lines == [(shop.product("CAM-R50"), 1), (shop.product("BAG-9"), 2)]


def test_a_paid_sale_leaves_the_open_ones(shop: tryton.Shop, sync: Sync, ask: Ask) -> None:
    sale = shop.rings_up("CRD-128")
    sync()
    shop.pays(sale)
    sync(often=True)
    assert ask("SELECT count(*) FROM baskets WHERE basket_id = ?", sale) == [(0,)]
    assert ask(
        "SELECT associate_id, store_id IS NOT NULL, channel, basket_id FROM orders WHERE order_id = ?", sale
    ) == [(str(shop.told["employees"]["Priya Nair"]), 1, "pos", sale)]


def test_stock_that_a_sale_takes_follows_though_the_products_time_stands_still(
    shop: tryton.Shop, sync: Sync, ask: Ask
) -> None:
    sync()
    question = "SELECT sum(quantity) FROM stock WHERE product_id = ?"
    ((before,),) = ask(question, shop.product("BAG-9"))
    sale = shop.rings_up("BAG-9", 2)
    shop.pays(sale)
    shop.posts(sale)
    sync()
    assert ask(question, shop.product("BAG-9")) == [(before - 2,)]


def test_where_more_was_moved_than_can_be_named_all_is_read(
    shop: tryton.Shop, connector: Tryton, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = len(connector.page("products", None, None).things)
    since = connector.now() - pull.OVERLAP
    monkeypatch.setattr(tryton_connector, "_MOVED_AT_MOST", 0)
    shop.pays(shop.rings_up("BAG-9"))
    assert len(connector.page("products", since, None).things) == every


def test_what_is_brought_back_at_a_till_is_stored_and_guessed_onto_nobody(
    shop: tryton.Shop, sync: Sync, ask: Ask
) -> None:
    bought = shop.rings_up("BAG-9", 2)
    shop.pays(bought)
    back = shop.rings_up("BAG-9", -1)
    shop.pays(back)
    sync()
    assert ask("SELECT quantity, order_id FROM returns WHERE return_id LIKE ?", f"{back}/%") == [(1, None)]
    assert ask("SELECT count(*) FROM orders WHERE order_id = ?", back) == [(0,)]
    assert ask("SELECT returned_quantity FROM order_lines WHERE order_id = ?", bought) == [(0,)]


def test_what_a_customer_sends_back_undoes_their_own_sale_and_stays_so(
    shop: tryton.Shop, sync: Sync, ask: Ask, all_is_due: None
) -> None:
    bought = shop.orders("Tom Gardiner", "BAG-9", 2, confirmed=True)
    sync()
    shop.orders("Tom Gardiner", "BAG-9", -1, confirmed=True)
    sync()
    back = "SELECT returned_quantity FROM order_lines WHERE order_id = ?"
    assert ask(back, bought) == [(1,)]
    shop.changes("sale.sale", int(bought.partition("-")[2]), comment="rang about it")
    sync()
    assert ask(back, bought) == [(1,)], "a sale that is read again keeps what came back"


def test_changes_follow_and_what_is_deleted_goes(
    shop: tryton.Shop, sync: Sync, ask: Ask, all_is_due: None
) -> None:
    gone = shop.makes("party.party", name="Bo Lund")
    sync()
    assert ask("SELECT name FROM customers WHERE customer_id = ?", str(gone)) == [("Bo Lund",)]
    template = shop.rows("product.product", [["id", "=", int(shop.product("SUN-7"))]], "template")[0]
    shop.changes("product.template", template["template"], name="Sundry seven")
    shop.deletes("party.party", gone)
    shop.changes("product.product", int(shop.product("SUN-8")), active=False)
    sync()
    assert ask("SELECT name FROM products WHERE sku = 'SUN-7'") == [("Sundry seven",)]
    assert ask("SELECT count(*) FROM customers WHERE customer_id = ?", str(gone)) == [(0,)]
    assert ask("SELECT active FROM products WHERE sku = 'SUN-8'") == [(0,)]


@pytest.mark.parametrize("orders", [0, 1, 2])
def test_whom_the_office_replaces_by_another_is_that_one_here_too(
    shop: tryton.Shop, sync: Sync, ask: Ask, log: Connection, all_is_due: None, orders: int
) -> None:
    twice, first, remains = (
        shop.makes("party.party", name="Ines Falk", addresses=[["create", [{"street": "2 Quay"}]]])
        for _ in range(3)
    )
    sold = [shop.orders(first, "BAG-9", confirmed=True) for _ in range(orders)]
    sync()
    visit = visits.begin(log, associate_id="1", touchpoint="counter", customer_id=str(first))
    visits.finish(log, visit.visit_id, associate_id="1", note="Asked for the wide strap.")
    shop.makes_one(first, twice)
    shop.makes_one(twice, remains)
    sync()
    for order in sold:
        assert ask("SELECT customer_id FROM orders WHERE order_id = ?", order) == [(str(remains),)]
    assert ask("SELECT customer_id FROM customers WHERE name = 'Ines Falk'") == [(str(remains),)]
    kept = "SELECT customer_id, note FROM visits WHERE visit_id = ?"
    assert log.execute(kept, (visit.visit_id,)).fetchone() == (str(remains), "Asked for the wide strap.")
    for one in (first, twice):
        assert ask("SELECT count(*) FROM customers WHERE customer_id = ?", str(one)) == [(0,)]
    shop.changes("party.party", remains, active=False)


def test_an_accepted_add_on_is_at_the_till_once_and_an_undone_one_is_out_again(
    shop: tryton.Shop, sync: Sync, home: Home, log: Connection, connector: Tryton
) -> None:
    sale, card = shop.rings_up("CAM-R50"), shop.product("CRD-128")
    sync()
    _, (suggestion,) = offer(log, sale, card)
    accept(log, suggestion)
    assert push(home, connector).written == 1
    assert shop.lies_in(sale)[card] == 1
    assert push(home, connector).written == 0
    assert shop.lies_in(sale)[card] == 1
    (line,) = shop.rows(
        "sale.point.sale.line",
        [["sale", "=", int(sale.partition("-")[2])], ["product", "=", int(card)]],
        "unit_price",
    )
    assert str(line["unit_price"]) == "42.90", "the product's price goes with the line"
    visits.undo(log, suggestion, associate_id=str(shop.told["employees"]["Priya Nair"]))
    push(home, connector)
    assert card not in shop.lies_in(sale)


def test_an_answer_that_got_lost_on_its_way_back_adds_nothing_twice(
    shop: tryton.Shop,
    sync: Sync,
    home: Home,
    log: Connection,
    connector: Tryton,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sale, card = shop.rings_up("CAM-R50"), shop.product("CRD-128")
    sync()
    _, (suggestion,) = offer(log, sale, card)
    accept(log, suggestion)
    create = connector._api.create

    def lost(model: str, values: object) -> None:
        create(model, values)
        raise UnreachedError("The connection broke off.")

    monkeypatch.setattr(connector._api, "create", lost)
    assert push(home, connector).waiting == 1
    monkeypatch.undo()
    assert push(home, connector).written == 1
    assert shop.lies_in(sale)[card] == 1


def test_a_sale_that_was_paid_meanwhile_is_said(
    shop: tryton.Shop, sync: Sync, home: Home, log: Connection, connector: Tryton
) -> None:
    sale, card = shop.rings_up("BAG-9"), shop.product("CRD-128")
    sync()
    visit, (suggestion,) = offer(log, sale, card)
    shop.pays(sale)
    accept(log, suggestion)
    assert push(home, connector).refused == 1
    written = basket_writes.of_visit(log, visit)[suggestion]
    assert written.why is not None
    assert "paid" in written.why


def test_a_draft_for_a_customer_takes_an_add_on(shop: tryton.Shop, connector: Tryton) -> None:
    sale, card = shop.orders("Maren Oduya", "CAM-R50"), shop.product("CRD-128")
    assert connector.put_line(sale, card, 2).why is None
    assert connector.put_line(sale, card, 1).there == 1
    assert connector.quantity(sale, card) == 1
    with pytest.raises(DeclinedError, match="no longer there"):
        connector.quantity("sale-999999", card)


def test_connecting_keeps_the_key_apart_and_says_what_can_be_done(home: Home, shop: tryton.Shop) -> None:
    words = ["--home", str(home.folder), "connect", "tryton", shop.url, "--database", shop.database]
    said = CliRunner().invoke(front.doors, [*words, "--key-stdin"], input=f"{shop.key}\n")
    assert said.exit_code == 0, said.output
    assert "add-ons into baskets: yes" in said.output
    assert shop.key not in said.output
    with contextlib.closing(open_home(home)) as log:
        assert secrets.read(home, log, live.SECRET) == shop.key
        assert preferences.text(log, "shop.kind") == "tryton"


def test_a_key_that_may_do_nothing_is_told_what_it_lacks(shop: tryton.Shop) -> None:
    with contextlib.closing(Tryton(shop.url, shop.other_key, database=shop.database)) as made:
        try:
            problems = [one.problem for one in made.check() if one.problem]
        except ShopError as problem:
            problems = [str(problem)]
    assert problems
    assert all("may not" in one or "not allow" in one or "no company" in one for one in problems), problems


@pytest.mark.parametrize(
    ("key", "database", "said"), [("wrong", tryton.DATABASE, "key"), (None, "elsewhere", "no shop")]
)
def test_a_wrong_key_or_database_is_one_sentence(
    shop: tryton.Shop, key: str | None, database: str, said: str
) -> None:
    with (
        contextlib.closing(Tryton(shop.url, key or shop.key, database=database)) as made,
        pytest.raises(ShopError, match=said) as problem,
    ):
        made.check()
    assert "\n" not in str(problem.value)


def test_without_a_database_it_asks_for_one() -> None:
    with pytest.raises(ShopError, match="--database"):
        Tryton("https://tryton.example", "key", database="")


def test_a_module_that_is_not_there_is_left_out(
    shop: tryton.Shop, connector: Tryton, monkeypatch: pytest.MonkeyPatch
) -> None:
    has = connector._api.has
    monkeypatch.setattr(connector._api, "has", lambda models: has(models) - {"sale.sale"})
    found = {one.name: one.found for one in connector.check()}
    assert found["sales"] == "left out: the module Sales is not activated"
    assert connector.page("sales", None, None).following is None


def test_the_key_is_in_no_sentence(shop: tryton.Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "TIMEOUT", httpx.Timeout(2.0))
    with (
        contextlib.closing(Tryton(shop.url, "sesame-key", database=shop.database)) as made,
        pytest.raises(RefusedError) as problem,
    ):
        made.check()
    assert "sesame" not in str(problem.value)
