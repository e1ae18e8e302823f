"""Whatever a file holds, a sync ends with a result or one sentence: never with a crash, never half-done."""

from __future__ import annotations

import contextlib
import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import KnownError
from assistant.shop import csv_folder
from assistant.store import schema
from assistant.store.database import Home, open_catalog
from tests.shop import folders

LINES = ("order_id", "line_no", "product_id", "quantity", "customer_id", "ordered_at", "unit_price",
         "discount", "returned_quantity", "currency")  # fmt: skip
CUSTOMERS = ("customer_id", "name", "phone", "since", "contact")
PRODUCTS = ("product_id", "name", "barcode", "category", "price", "stock", "attributes", "active")

NUMBERS = ["", "1", "0", "-1", "2.5", "1e99", "9" * 30]
OTHERS = ["A", "B", "yes", "{}", '{"a": NaN}', "a/b//c", "\0", "\ufeff", "+441632960187"]
TIMES = ["2026-01-01", "0001-01-01T00:00+14:00", "9999-12-31T23:59:59-12:00"]
cell = st.one_of(st.text(max_size=12), st.sampled_from(NUMBERS), st.sampled_from(OTHERS + TIMES))


def rows(columns: tuple[str, ...]) -> st.SearchStrategy[list[list[str]]]:
    usual = st.lists(cell, min_size=len(columns), max_size=len(columns))
    return st.lists(st.one_of(usual, usual, st.lists(cell, max_size=3)), max_size=6)


def written(columns: tuple[str, ...], of: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([columns, *of])
    return text.getvalue()


@pytest.fixture(scope="module")
def one_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One home for all examples: what one leaves behind is the next one's past."""
    home = Home(tmp_path_factory.mktemp("any") / "home")
    schema.prepare(home)
    return home


def counted(home: Home, folder: Path) -> int | None:
    """How many rows a sync accounts for; None where it refused in words."""
    try:
        csv_folder.connect_csv(home, folder)
        with contextlib.closing(open_catalog(home)) as catalog:
            catalog.execute("DELETE FROM sources")  # so that a file that comes again is read again
        result = csv_folder.sync(home)
    except KnownError as refused:
        assert str(refused).strip()
        return None
    return sum(result.loaded.values()) + result.rejected + result.left_out


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=rows(LINES), customers=rows(CUSTOMERS), products=rows(PRODUCTS))
def test_any_cells(one_home, lines, customers, products):
    with tempfile.TemporaryDirectory() as folder:
        shop = folders.write(
            Path(folder),
            order_lines=written(LINES, lines),
            customers=written(CUSTOMERS, customers),
            products=written(PRODUCTS, products),
        )
        seen = counted(one_home, shop)
    if seen is not None:
        assert seen == sum(1 for row in (*lines, *customers, *products) if row)
    with contextlib.closing(open_catalog(one_home)) as catalog:
        assert catalog.execute(
            "SELECT count(*) FROM order_lines WHERE quantity <= 0 OR returned_quantity > quantity"
        ).fetchone() == (0,)


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=200), named=st.sampled_from(["order_lines.csv", "order_lines.csv.gz"]))
def test_any_bytes(one_home, data, named):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / named).write_bytes(data)
        counted(one_home, Path(folder))


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.sampled_from('a,"\r\n ;\t1'), max_size=60))
def test_any_quoting(one_home, text):
    with tempfile.TemporaryDirectory() as folder:
        shop = folders.write(Path(folder), order_lines=f"order_id,product_id,quantity\n{text}")
        counted(one_home, shop)
