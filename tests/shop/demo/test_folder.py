"""The demo's CSV folder: the same bytes for the same day, whole, and without a real person in it."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.shop.demo.drawing import Drawn, draw
from assistant.shop.demo.truth import Truth
from tests.shop.demo.conftest import TODAY

_IN_ANOTHER_PROCESS = """
import sys, hashlib
from datetime import date
from pathlib import Path
from assistant.shop.demo.drawing import draw
from assistant.shop.demo.truth import load
drawn = draw(Path(sys.argv[1]), load("camera"), date(2026, 6, 14))
print(hashlib.sha256(repr(drawn.visits).encode() + repr(drawn.shelves).encode()).hexdigest())
"""


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _fingerprints(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def lines(drawn: Drawn, folder: Path) -> list[dict[str, str]]:
    return _rows(folder, "order_lines")


def test_the_same_day_gives_the_same_bytes_in_another_process(
    drawn: Drawn, folder: Path, tmp_path: Path
) -> None:
    said = subprocess.run(
        [sys.executable, "-c", _IN_ANOTHER_PROCESS, str(tmp_path / "shop")],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert _fingerprints(tmp_path / "shop") == _fingerprints(folder)
    assert said == hashlib.sha256(repr(drawn.visits).encode() + repr(drawn.shelves).encode()).hexdigest()


def test_another_day_gives_another_shop_that_ends_on_it(small: Truth, tmp_path: Path) -> None:
    draw(tmp_path / "one", small, TODAY)
    draw(tmp_path / "other", small, date(2026, 6, 15))
    one, other = _fingerprints(tmp_path / "one"), _fingerprints(tmp_path / "other")
    assert one["order_lines.csv"] != other["order_lines.csv"]
    assert one["links.csv"] == other["links.csv"]
    assert max(row["ordered_at"] for row in _rows(tmp_path / "other", "order_lines"))[:10] == "2026-06-14"


def test_it_holds_what_it_promises(folder: Path, lines: list[dict[str, str]], truth: Truth) -> None:
    assert len({line["order_id"] for line in lines}) == 40_000
    assert len(_rows(folder, "customers")) == 6_000
    assert len(_rows(folder, "associates")) == 10
    assert len(_rows(folder, "stores")) == 3
    assert len({row["basket_id"] for row in _rows(folder, "baskets")}) == 12
    assert 0.02 < sum(line["returned_quantity"] != "0" for line in lines) / len(lines) < 0.06


def test_the_orders_fill_the_two_years_before_the_day(lines: list[dict[str, str]]) -> None:
    times = [datetime.fromisoformat(line["ordered_at"]) for line in lines]
    assert times == sorted(times)
    assert times[0].date() == date(2024, 6, 14)
    assert times[-1].date() == date(2026, 6, 13)
    assert all(9 <= at.hour < 18 for at in times)
    months = Counter(at.month for at in times)
    assert months[12] > 1.15 * months[2]  # there is a Christmas


def test_whatever_is_named_is_there(folder: Path, lines: list[dict[str, str]]) -> None:
    products = {row["product_id"] for row in _rows(folder, "products")}
    customers = {row["customer_id"] for row in _rows(folder, "customers")} | {""}
    associates = {row["associate_id"] for row in _rows(folder, "associates")} | {""}
    stores = {row["store_id"] for row in _rows(folder, "stores")} | {""}
    for row in [*lines, *_rows(folder, "baskets")]:
        assert row["product_id"] in products
        assert row["customer_id"] in customers
        assert row["associate_id"] in associates
        assert row["store_id"] in stores
    for link in _rows(folder, "links"):
        assert {link["product_id"], link["linked_id"]} <= products


def test_lines_are_numbered_and_add_up(lines: list[dict[str, str]]) -> None:
    of_order: dict[str, list[int]] = {}
    for line in lines:
        of_order.setdefault(line["order_id"], []).append(int(line["line_no"]))
        assert 0 <= int(line["returned_quantity"]) <= int(line["quantity"])
        assert 0 <= float(line["discount"]) < float(line["unit_price"]) * int(line["quantity"])
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in of_order.values())


def test_nobody_bought_before_they_were_a_customer(folder: Path, lines: list[dict[str, str]]) -> None:
    since = {row["customer_id"]: row["since"] for row in _rows(folder, "customers")}
    assert all(line["ordered_at"][:10] >= since[line["customer_id"]] for line in lines if line["customer_id"])


def test_telephones_are_ones_that_nobody_has_and_each_has_one_owner(folder: Path) -> None:
    phones = [row["phone"] for row in _rows(folder, "customers") if row["phone"]]
    assert len(phones) == len(set(phones)) > 5_000
    kept_for_stories = (
        "+441632960", "+447700900", "+442079460", "+441134960", "+441144960", "+441154960", "+441164960",
        "+441174960", "+441184960", "+441214960", "+441314960", "+441414960", "+441514960", "+441614960",
        "+441914980", "+442896496", "+442920180",
    )  # fmt: skip
    assert all(phone.startswith(kept_for_stories) and len(phone) == 13 for phone in phones)


def test_mail_goes_to_example_domains_and_is_written_plainly(folder: Path) -> None:
    mails = [row["email"] for row in _rows(folder, "customers") if row["email"]]
    assert len(mails) == len(set(mails))
    for mail in mails:
        name, domain = mail.split("@")
        assert domain in {"example.com", "example.org", "example.net"}
        assert name.isascii()
        assert name.replace(".", "").isalnum()


def test_consents_are_given_refused_and_unknown(folder: Path) -> None:
    customers = _rows(folder, "customers")
    for column in ("personal_suggestions", "contact"):
        found = Counter(row[column] for row in customers)
        assert set(found) == {"yes", "no", ""}
        assert min(found.values()) > 0.15 * len(customers)


def test_maren_is_there_with_what_she_owns_and_her_basket(
    folder: Path, lines: list[dict[str, str]], truth: Truth
) -> None:
    names = {row["product_id"]: row["name"] for row in _rows(folder, "products")}
    (maren,) = (row for row in _rows(folder, "customers") if row["name"] == "Maren Oduya" and row["note"])
    assert (maren["customer_id"], maren["tier"], maren["personal_suggestions"]) == (
        "C-10412",
        "Silver",
        "yes",
    )
    owned = {names[line["product_id"]] for line in lines if line["customer_id"] == "C-10412"}
    assert owned == {name for bought in _story(truth, "C-10412")["bought"] for name in bought["products"]}
    assert {"Arden P310 photo printer", "Tern 14 notebook", "Trekka travel tripod"} <= owned
    basket = [row for row in _rows(folder, "baskets") if row["basket_id"] == "B-20418"]
    assert [names[row["product_id"]] for row in basket] == ["Lumo R50 mirrorless kit", "Lens cloth, 3-pack"]
    assert {row["customer_id"] for row in basket} == {"C-10412"}


def _story(truth: Truth, customer_id: str) -> Mapping[str, Any]:
    return next(person for person in truth.people if person["id"] == customer_id)


def test_no_open_basket_has_become_an_order(folder: Path, lines: list[dict[str, str]]) -> None:
    open_baskets = {row["basket_id"] for row in _rows(folder, "baskets")}
    assert not open_baskets & {line["basket_id"] for line in lines}


def test_a_basket_became_one_order(lines: list[dict[str, str]]) -> None:
    orders: dict[str, set[str]] = {}
    for line in lines:
        if line["basket_id"]:
            orders.setdefault(line["basket_id"], set()).add(line["order_id"])
    assert orders
    assert all(len(of_basket) == 1 for of_basket in orders.values())


def test_the_shelf_of_the_chain_is_the_sum_of_its_stores(drawn: Drawn, folder: Path) -> None:
    for row in _rows(folder, "products"):
        there = [n for (product_id, _), n in drawn.shelves.items() if product_id == row["product_id"]]
        assert int(row["stock"]) == sum(there)
        assert len(there) == 3
        assert json.loads(row["attributes"])["benefit"]
