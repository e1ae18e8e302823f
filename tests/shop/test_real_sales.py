"""Two real tills: every row accounted for, the counts counted again here with nothing but `csv`."""

from __future__ import annotations

import contextlib
import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.shop import csv_folder
from assistant.shop.result import SyncResult
from assistant.store import schema
from assistant.store.database import Home, moment, open_catalog

SERVICES = {"POST", "DOT", "C2", "M", "D", "S", "BANK CHARGES", "AMAZONFEE", "CRUK", "B", "PADS"}
Ask = Callable[..., list[tuple]]


@contextlib.contextmanager
def _read(folder: Path, mapping: str, home: Path) -> Iterator[tuple[Home, SyncResult, Ask]]:
    made = Home(home)
    schema.prepare(made)
    csv_folder.connect_csv(made, folder, mapping)
    result = csv_folder.sync(made)
    with contextlib.closing(open_catalog(made)) as catalog:
        yield made, result, lambda question, *v: [tuple(row) for row in catalog.execute(question, v)]


@pytest.fixture(scope="module")
def retail(sales_data, tmp_path_factory):
    """The gift wholesaler, read once."""
    with _read(
        sales_data / "online_retail", "online_retail", tmp_path_factory.mktemp("retail") / "home"
    ) as shop:
        yield shop


@pytest.fixture(scope="module")
def retail_rows(sales_data) -> list[dict[str, str]]:
    path = sales_data / "online_retail" / "online_retail.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def bicycles(sales_data, tmp_path_factory):
    """The bicycle maker, read once."""
    with _read(
        sales_data / "adventureworks", "adventureworks", tmp_path_factory.mktemp("bikes") / "home"
    ) as shop:
        yield shop


def _kind(row: dict[str, str]) -> str:
    """What a line of the wholesaler is, in plain words."""
    code, quantity, price = row["StockCode"], int(row["Quantity"]), float(row["UnitPrice"])
    if code.upper() in SERVICES or code.startswith("gift_"):
        return "service"
    if row["InvoiceNo"].startswith("C"):
        return "credit"
    return "no sale" if quantity <= 0 or price <= 0 else "sale"


def test_every_line_is_accounted_for(retail, retail_rows):
    _, result, _ = retail
    assert sum(result.loaded.values()) + result.rejected + result.left_out == len(retail_rows) == 541_909


def test_sales_credits_and_what_is_left_out_are_what_they_are(retail, retail_rows):
    _, result, ask = retail
    kinds = Counter(map(_kind, retail_rows))

    assert result.loaded == {"order_lines": kinds["sale"] + kinds["credit"]}
    assert result.left_out == kinds["service"] + kinds["no sale"]
    assert result.returns_matched + result.returns_unmatched == kinds["credit"]
    assert ask("SELECT count(*) FROM order_lines") == [(kinds["sale"],)]
    assert ask("SELECT count(*) FROM order_lines WHERE quantity <= 0 OR unit_price <= 0") == [(0,)]


def test_orders_customers_and_products_are_those_of_the_sales(retail, retail_rows):
    _, _, ask = retail
    sales = [row for row in retail_rows if _kind(row) == "sale"]
    credits = [row for row in retail_rows if _kind(row) == "credit"]

    assert ask("SELECT count(*) FROM orders") == [(len({row["InvoiceNo"] for row in sales}),)]
    customers = {row["CustomerID"].removesuffix(".0") for row in sales + credits} - {""}
    assert {row[0] for row in ask("SELECT customer_id FROM customers")} == customers
    products = {row["StockCode"].upper() for row in sales}
    assert {row[0] for row in ask("SELECT product_id FROM products WHERE active")} == products
    assert ask("SELECT count(*) FROM orders WHERE customer_id LIKE '%.0'") == [(0,)]


def test_units_and_turnover_are_the_sales(retail, retail_rows):
    _, _, ask = retail
    sales = [row for row in retail_rows if _kind(row) == "sale"]
    units = sum(int(row["Quantity"]) for row in sales)
    turnover = sum(int(row["Quantity"]) * round(float(row["UnitPrice"]) * 10_000) for row in sales)

    assert ask("SELECT sum(quantity), sum(quantity * unit_price) FROM order_lines") == [(units, turnover)]


def test_returned_goods_add_up_and_belong_to_their_buyer(retail, retail_rows):
    _, _, ask = retail
    credited = sum(-int(row["Quantity"]) for row in retail_rows if _kind(row) == "credit")

    assert ask("SELECT sum(quantity) FROM returns") == [(credited,)]
    assert ask("SELECT sum(returned_quantity) FROM order_lines") == ask(
        "SELECT sum(quantity) FROM returns WHERE order_id IS NOT NULL"
    )
    assert ask("SELECT count(*) FROM order_lines WHERE returned_quantity > quantity") == [(0,)]
    assert ask(
        "SELECT count(*) FROM returns r JOIN orders o USING (order_id) "
        "JOIN order_lines l USING (order_id, line_no) "
        "WHERE o.customer_id IS NOT r.customer_id OR l.product_id <> r.product_id "
        "OR o.ordered_at > r.returned_at"
    ) == [(0,)]


def test_a_credit_without_an_earlier_sale_is_the_only_one_left_unmatched(retail):
    """A customer's credits of one product stay unmatched only as far as nothing of it was bought before."""
    _, _, ask = retail
    left = ask(
        "SELECT count(*) FROM returns r WHERE r.order_id IS NULL AND r.customer_id IS NOT NULL AND EXISTS ("
        "  SELECT 1 FROM orders o JOIN order_lines l USING (order_id) WHERE o.customer_id = r.customer_id"
        "  AND l.product_id = r.product_id AND o.ordered_at <= r.returned_at "
        "  AND l.quantity > l.returned_quantity)"
    )
    assert left == [(0,)]


def test_names_are_the_commonest_and_prices_known(retail, retail_rows):
    _, _, ask = retail
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for row in retail_rows:
        if _kind(row) in {"sale", "credit"}:
            names[row["StockCode"].upper()][" ".join(row["Description"].split())] += 1
    for product, name in ask("SELECT product_id, name FROM products"):
        if any(written and not written.isdigit() for written in names[product]):
            assert names[product][name] == max(names[product].values())
    assert ask("SELECT count(*) FROM products WHERE active AND price IS NULL") == [(0,)]
    assert ask("SELECT name FROM products WHERE product_id = '22423'") == [("REGENCY CAKESTAND 3 TIER",)]


def test_till_time_is_london_time(retail, retail_rows):
    """In July the till's clock is an hour ahead of UTC, in January it is not."""
    _, _, ask = retail
    for month, ahead in (("2011-07", 1), ("2011-01", 0)):
        row = next(r for r in retail_rows if r["InvoiceDate"].startswith(month) and _kind(r) == "sale")
        shown = datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=UTC)
        ((stamped,),) = ask("SELECT ordered_at FROM orders WHERE order_id = ?", row["InvoiceNo"])
        assert moment(stamped) == shown - timedelta(hours=ahead)


def test_a_second_sync_changes_nothing(retail):
    home, _, ask = retail
    before = ask("SELECT count(*), sum(returned_quantity), total(unit_price) FROM order_lines")
    again = csv_folder.sync(home)

    assert (again.changed, again.unchanged_files) == ({}, 1)
    assert ask("SELECT count(*), sum(returned_quantity), total(unit_price) FROM order_lines") == before


def _plain(sales_data: Path, name: str, encoding: str = "utf-8") -> list[dict[str, str]]:
    with (sales_data / "adventureworks" / name).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_bicycle_products_have_their_joined_categories_and_prices(bicycles, sales_data):
    _, _, ask = bicycles
    tops = {
        r["ProductCategoryKey"]: r["CategoryName"]
        for r in _plain(sales_data, "AdventureWorks_Product_Categories.csv")
    }
    subs = {
        r["ProductSubcategoryKey"]: f"{tops[r['ProductCategoryKey']]}/{r['SubcategoryName']}"
        for r in _plain(sales_data, "AdventureWorks_Product_Subcategories.csv")
    }  # fmt: skip
    wanted = {
        r["ProductKey"]: (
            r["ProductSKU"],
            subs[r["ProductSubcategoryKey"]],
            round(float(r["ProductPrice"]) * 10_000),
        )
        for r in _plain(sales_data, "AdventureWorks_Products.csv")
    }
    found = {i: rest for i, *rest in ask("SELECT product_id, sku, category, price FROM products")}
    assert {i: tuple(rest) for i, rest in found.items()} == wanted


def test_bicycle_sales_of_three_years_are_all_there(bicycles, sales_data):
    _, result, ask = bicycles
    rows = [r for year in (2015, 2016, 2017) for r in _plain(sales_data, f"AdventureWorks_Sales_{year}.csv")]
    lines = {(r["OrderNumber"], int(r["OrderLineItem"])): r for r in reversed(rows)}

    assert result.loaded["order_lines"] == len(lines)
    assert result.rejected == len(rows) - len(lines)
    assert result.loaded["order_lines"] + result.rejected == len(rows)
    found = ask("SELECT order_id, line_no, product_id, quantity FROM order_lines")
    assert {(o, n): (p, q) for o, n, p, q in found} == {
        key: (r["ProductKey"], int(r["OrderQuantity"])) for key, r in lines.items()
    }
    first = min(datetime.strptime(r["OrderDate"], "%m/%d/%Y") for r in rows)  # noqa: DTZ007
    began = moment(ask("SELECT min(ordered_at) FROM orders")[0][0])
    assert began is not None and began.date() == first.date()


def test_bicycle_prices_of_sales_are_list_prices(bicycles):
    _, _, ask = bicycles
    other = (
        "SELECT count(*) FROM order_lines l JOIN products p USING (product_id) WHERE l.unit_price <> p.price"
    )
    assert ask(other) == [(0,)]
    assert ask("SELECT count(*) FROM order_lines WHERE unit_price IS NULL") == [(0,)]


def test_bicycle_customers_keep_their_accents(bicycles, sales_data):
    _, result, ask = bicycles
    rows = _plain(sales_data, "AdventureWorks_Customers.csv", "latin-1")
    assert result.loaded["customers"] == len(rows)
    names = dict(ask("SELECT customer_id, name FROM customers"))
    accented = [r for r in rows if not r["FirstName"].isascii()]
    assert accented
    for row in accented:
        assert names[row["CustomerKey"]].casefold() == f"{row['FirstName']} {row['LastName']}".casefold()


def test_bicycle_returns_are_guessed_onto_nobody(bicycles, sales_data):
    _, result, ask = bicycles
    rows = _plain(sales_data, "AdventureWorks_Returns.csv")
    assert result.loaded["returns"] == result.returns_unmatched == len(rows)
    assert ask(
        "SELECT count(*), sum(quantity) FROM returns WHERE order_id IS NULL AND customer_id IS NULL"
    ) == [(len(rows), sum(int(r["ReturnQuantity"]) for r in rows))]
    assert ask("SELECT sum(returned_quantity) FROM order_lines") == [(0,)]
    stores = {r[0] for r in ask("SELECT DISTINCT store_id FROM returns")}
    assert stores <= {r[0] for r in ask("SELECT store_id FROM stores")}
