"""What a merchandiser is told, on a handful of receipts counted by hand; and pairings for product pages."""

from __future__ import annotations

import contextlib
import csv
import json
import sys
from datetime import timedelta

import pytest

from assistant import __main__ as front
from assistant.errors import AccessError, InputError
from assistant.measure import insights
from assistant.store import access, asking, counting, curating, erasing, linking, staff
from assistant.store.database import Home, open_catalog, open_home, stamp, transaction
from assistant.ui.team.tabs import TABS
from tests.measure import made

ASKED = {"since": made.START, "until": made.START + timedelta(days=28)}
FAMILIES = {"CAM": "Photo/Cameras", "CARD": "Photo/Cards", "CASE": "Photo/Bags", "INK": "Print/Ink"}
BASKETS = 6 * [("CAM", "CARD")] + 4 * [("CAM",)] + 5 * [("CAM", "CASE")] + 5 * [("INK",)]


@pytest.fixture
def shop(home: Home):
    """Twenty receipts; CAM goes with CARD by a link, CASE sells with CAM unsuggested, INK never does."""
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        for product, family in FAMILIES.items():
            catalog.execute(
                "INSERT INTO products (product_id, sku, name, category) "
                "VALUES (?1, 'SKU-' || ?1, 'The ' || ?1, ?2)",
                (product, family),
            )
        catalog.execute("INSERT INTO links VALUES ('CAM', 'CARD', 'accessory')")
        for n, goods in enumerate(BASKETS):
            at = stamp(made.START + timedelta(days=n))
            catalog.execute(
                "INSERT INTO orders VALUES (?, NULL, 'A1', ?, ?, 'till', NULL, 'GBP')",
                (f"O{n}", f"S{n % 2}", at),
            )
            for line, product in enumerate(goods, 1):
                catalog.execute(
                    "INSERT INTO order_lines VALUES (?, ?, ?, 1, 100000, 0, 0)", (f"O{n}", line, product)
                )
    with contextlib.closing(open_home(home)) as log:
        with transaction(log):
            _offer_in_vain(log, 60)
        counting.count(home)
        yield log


def _offer_in_vain(log, times: int) -> None:
    at = stamp(made.START)
    for n in range(times):
        log.execute(
            "INSERT INTO visits VALUES (?, ?, 'A1', 'S1', NULL, NULL, 'counter', ?, NULL, NULL, NULL)",
            (f"V{n}", n * 3 + 1, at),
        )
        log.execute(
            "INSERT INTO suggestions VALUES "
            "(?, ?, ?, 1, 'INK', 'CAM', 0.5, '{}', 1, NULL, '', 't', NULL, NULL, ?)",
            (f"S{n}", n * 3 + 2, f"V{n}", at),
        )
        reason = "has_one" if n % 3 else "too_expensive"
        log.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, 'A1', 'declined', ?, NULL, ?)",
            (f"A{n}", n * 3 + 3, f"S{n}", f"V{n}", reason, at),
        )
    log.execute("UPDATE terminal SET sequence = ?", (times * 3,))


def test_the_map_says_how_many_receipts_hold_both(shop):
    found = insights.told(shop, **ASKED)
    assert found.receipts == 20
    assert found.categories == ("Photo/Cameras", "Photo/Cards", "Photo/Bags", "Print/Ink")
    cell = found.matrix["Photo/Cameras", "Photo/Cards"]
    assert (cell.n, cell.base, cell.others) == (6, 15, 6)
    assert (cell.share, cell.usual, cell.times) == (0.4, 0.3, pytest.approx(4 / 3))
    assert found.matrix["Photo/Cards", "Photo/Cameras"].share == 1.0
    assert found.matrix["Print/Ink", "Photo/Cameras"].n == 0


def test_what_leaves_together_is_placed_side_by_side_each_pair_once(shop):
    pairs = [{one.anchor, one.other} for one in insights.told(shop, **ASKED).side_by_side]
    assert pairs == [{"Photo/Cameras", "Photo/Cards"}, {"Photo/Cameras", "Photo/Bags"}]
    assert insights.told(shop, **ASKED, store_id="S1").side_by_side == ()


def test_what_sells_without_being_suggested_and_what_never_sells(shop):
    found = insights.told(shop, **ASKED)
    assert [(one.anchor_id, one.product_id, one.product) for one in found.unsuggested] == [
        ("CASE", "CAM", "The CAM")
    ]
    (tired,) = found.never_sold
    assert (tired.anchor_id, tired.product_id, tired.offered, tired.accepted) == ("CAM", "INK", 60, 0)
    assert tired.reason == "has_one"
    assert 0.05 < tired.high < 0.07  # the rule of three says 3 / 60


def test_what_is_proposed_or_rests_is_not_told_again(shop):
    said = curating.say(shop, "CAM", "CASE", "proposed", "A1")
    curating.say(shop, "CAM", "INK", "vetoed", "A1")
    found = insights.told(shop, **ASKED)
    assert (found.unsuggested, found.never_sold) == ((), ())
    curating.take_back(shop, said.word_id, "A1")
    assert len(insights.told(shop, **ASKED).unsuggested) == 1


def test_the_products_behind_a_cell_are_those_bought_together(shop):
    (pair,) = insights.behind(shop, "Photo/Cameras", "Photo/Cards", **ASKED)
    assert (pair.anchor, pair.product, pair.together.n, pair.together.base, pair.together.others) == (
        "The CAM", "The CARD", 6, 15, 6,
    )  # fmt: skip
    assert insights.behind(shop, "Print/Ink", "Photo/Cards", **ASKED) == ()


def test_few_receipts_are_counted_and_no_more_is_said(shop):
    found = insights.told(shop, **ASKED)
    assert not found.enough
    assert found.counts == {"Photo/Cameras": 15, "Photo/Cards": 6, "Photo/Bags": 5, "Print/Ink": 5}


def test_the_distance_is_known_where_the_shop_says_the_aisles(shop, home):
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        for product, aisle in (
            ("CAM", '{"aisle": 2}'),
            ("CARD", '{"aisle": "7"}'),
            ("CASE", '{"aisle": "B"}'),
        ):
            catalog.execute("UPDATE products SET attributes = ? WHERE product_id = ?", (aisle, product))
    found = insights.told(shop, **ASKED)
    assert found.aisles == {"Photo/Cameras": "2", "Photo/Cards": "7", "Photo/Bags": "B"}
    assert found.apart(found.matrix["Photo/Cameras", "Photo/Cards"]) == 5
    assert found.apart(found.matrix["Photo/Cameras", "Photo/Bags"]) is None
    assert found.apart(found.matrix["Photo/Cameras", "Print/Ink"]) is None


def test_an_associate_is_told_nothing_of_it_where_somebody_keeps_the_home(shop):
    with transaction(shop):
        shop.execute("INSERT INTO roles VALUES ('A9', 'administrator')")
        shop.execute("INSERT INTO pins VALUES ('A9', 'x', 4, 0, 0)")
    for ask in (
        lambda who: insights.told(shop, **ASKED, seen_by=who),
        lambda who: insights.behind(shop, "Photo/Cameras", "Photo/Cards", **ASKED, seen_by=who),
    ):
        assert ask("A9") is not None
        with pytest.raises(AccessError, match="shown to a merchandiser or a manager"):
            ask("A1")


def test_a_merchandiser_is_told_of_goods_and_only_their_own_of_people(shop):
    with transaction(shop):
        shop.execute("INSERT INTO roles VALUES ('A9', 'administrator'), ('A1', 'merchandiser')")
        shop.execute("INSERT INTO pins VALUES ('A9', 'x', 4, 0, 0), ('A1', 'x', 4, 0, 0)")
    assert insights.told(shop, **ASKED, seen_by="A1") is not None
    offered = [tab.name for tab in TABS if tab.seen_by(shop, "A1")]
    assert offered == ["overview", "funnel", "insights"]
    assert not access.sees_everybody(shop, "A1")
    assert not any(
        access.may("merchandiser", right) for right in ("settings", "targets", "models", "replies")
    )
    assert curating.say(shop, "CAM", "INK", "proposed", "A1").word == "proposed"  # a manager decides


def test_why_customers_declined(shop):
    why = insights.why_declined(insights.told(shop, **ASKED))
    assert (why["has_one"], why["too_expensive"], why["no_time"]) == (40, 20, 0)


def test_what_was_asked_for_is_counted_once_per_customer_and_day(shop):
    at = made.START + timedelta(days=3)
    asking.note(shop, associate_id="A1", product_id="INK", customer_id="C1", at=at)
    asking.note(shop, associate_id="A2", product_id="INK", customer_id="C1", at=at + timedelta(hours=1))
    asking.note(shop, associate_id="A1", product_id="INK", at=at)
    asking.note(shop, associate_id="A1", words="  USB cable ", at=at)
    asking.note(shop, associate_id="A1", words="usb  Cable", at=at)
    asking.note(shop, associate_id="A1", words="usb cable", at=at - timedelta(days=90))
    found = [(one.product_id, one.name.casefold(), one.times) for one in insights.told(shop, **ASKED).missed]
    assert sorted(found, key=str) == [("INK", "the ink", 2), (None, "usb cable", 2)]
    with pytest.raises(InputError, match="Say what was asked for"):
        asking.note(shop, associate_id="A1", words=" ")
    erasing.follow_the_shop(shop, ["C1"])
    assert shop.execute("SELECT count(*) FROM asked_for WHERE customer_id IS NOT NULL").fetchone() == (0,)


def test_an_empty_shop_has_nothing_to_tell(home):
    with contextlib.closing(open_home(home)) as log:
        found = insights.told(log, **ASKED)
    assert (found.receipts, found.categories, found.side_by_side, found.unsuggested) == (0, (), (), ())


def _export(home: Home, monkeypatch, file) -> int:
    monkeypatch.setattr(sys, "argv", ["assistant", "--home", str(home.folder), "export-pairings", str(file)])
    with pytest.raises(SystemExit) as left:
        front.main()
    return int(left.value.code or 0)


def test_pairings_go_out_as_csv_and_json(shop, home, monkeypatch, tmp_path, capsys):
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        catalog.execute(
            "INSERT INTO pairings VALUES ('CAM', 'CASE', 5, 15, 0.33, 1.3, 15, NULL, 1774224000000)"
        )
        catalog.execute("INSERT INTO pairings VALUES ('CAM', 'INK', 5, 15, 0.33, 1.3, 15, NULL, NULL)")
        catalog.execute("INSERT INTO pairings VALUES ('CAM', 'CARD', 6, 15, 0.4, 1.3, 15, NULL, NULL)")
    curating.say(shop, "CAM", "INK", "vetoed", "A1")
    with transaction(shop):
        shop.execute("UPDATE pairing_words SET kind = 'taken_out'")
    assert _export(home, monkeypatch, tmp_path / "p.csv") == 0
    assert _export(home, monkeypatch, tmp_path / "p.json") == 0
    rows = list(csv.DictReader((tmp_path / "p.csv").read_text().splitlines()))
    assert [(r["anchor_sku"], r["product_sku"], r["rank"], r["kind"]) for r in rows] == [
        ("SKU-CAM", "SKU-CARD", "1", "accessory"),
        ("SKU-CAM", "SKU-CASE", "2", "learned"),
    ]
    assert rows[1]["to"] == "2026-03-23"
    told = json.loads((tmp_path / "p.json").read_text())["pairings"]
    assert [(r["product_id"], r["n"], r["share"]) for r in told] == [("CARD", 6, 0.4), ("CASE", 5, 0.33)]
    assert "2 pairings of 1 products" in capsys.readouterr().out


def test_what_managers_linked_here_goes_out_with_them(shop, home):
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        catalog.execute("INSERT INTO pairings VALUES ('CAM', 'CASE', 5, 15, 0.33, 1.3, 15, NULL, NULL)")
    keeper = staff.make_keeper(shop, "Hanna Olsen", "4820")
    permit = access.permit(shop, keeper.associate_id, "4820", right="content")

    def told() -> list[tuple[object, ...]]:
        rows = insights.pairings(shop, 10)
        return [(r["anchor_id"], r["product_id"], r["kind"], r["n"]) for r in rows]

    assert told() == [("CAM", "CARD", "accessory", None), ("CAM", "CASE", "learned", 5)]
    linking.write(shop, "CAM", "CASE", "requires", seen=0, permit=permit)
    linking.write(shop, "CAM", "INK", "accessory", seen=0, permit=permit)
    linking.write(shop, "CAM", "CARD", None, seen=0, permit=permit)
    assert told() == [("CAM", "CASE", "requires", 5), ("CAM", "INK", "accessory", None)]


def test_a_file_or_the_shop_has_to_be_named(shop, home, monkeypatch, tmp_path, capsys):
    for words in ((), (str(tmp_path / "p.csv"), "--to-shop")):
        monkeypatch.setattr(sys, "argv", ["assistant", "--home", str(home.folder), "export-pairings", *words])
        with pytest.raises(SystemExit) as left:
            front.main()
        assert left.value.code == 2
        assert "Name a FILE to write, or say --to-shop." in capsys.readouterr().err
    assert _export(home, monkeypatch, "--to-shop") == 1
    assert capsys.readouterr().err.startswith("No live shop is connected yet")
    assert not [*tmp_path.glob("*.csv")]


def test_another_kind_of_file_is_refused_in_one_sentence(shop, home, monkeypatch, tmp_path, capsys):
    assert _export(home, monkeypatch, tmp_path / "p.pdf") == 1
    assert capsys.readouterr().err == "The file's name ends in .csv or .json, not .pdf.\n"
