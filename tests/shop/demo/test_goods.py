"""The goods of the demo shop: whole, told apart, and linked to what truly fits."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from assistant.records import Evidence, Product, family_of
from assistant.shop.demo.goods import Fit, Item, ean13, items, kits, links
from assistant.shop.demo.truth import SHOPS, Truth
from assistant.suggest import talking_points


@pytest.fixture(scope="module")
def goods() -> list[Item]:
    return items()


@pytest.fixture(scope="module")
def fit(goods: list[Item], truth: Truth) -> Fit:
    return Fit(goods, truth)


def test_about_four_hundred_in_twenty_four_categories(goods: list[Item]) -> None:
    assert 390 <= len(goods) <= 410
    assert len({family_of(item.category) for item in goods}) == 24


def test_every_benefit_is_told_in_german_too(goods: list[Item]) -> None:
    for item in (item for shop in SHOPS for item in items(shop)):
        english, german = str(item.attributes["benefit"]), str(item.attributes["benefit_de"])
        assert english != german
        for language in ("en", "de"):
            point = talking_points.say(
                Product(item.product_id, item.sku, item.name, attributes=item.attributes),
                (Evidence("accessory", "P1", "Lumo R50 mirrorless kit"),),
                language,
            )
            assert point.template_id == "benefit"
            assert (german if language == "de" else english) in point.text


def test_no_two_products_share_a_name_a_number_or_a_barcode(goods: list[Item]) -> None:
    for key in ("product_id", "sku", "name", "barcode"):
        values = Counter(getattr(item, key) for item in goods)
        assert [value for value, n in values.items() if n > 1] == []


def test_barcodes_are_valid_and_belong_to_no_maker(goods: list[Item]) -> None:
    for item in goods:
        odd, even = item.barcode[0::2], item.barcode[1::2]
        assert len(item.barcode) == 13
        assert (sum(map(int, odd)) + 3 * sum(map(int, even))) % 10 == 0
        assert 200 <= int(item.barcode[:3]) <= 299


def test_a_check_digit_of_nought() -> None:
    assert ean13("000000000000") == "0000000000000"


def test_everything_costs_less_than_it_sells_for(goods: list[Item]) -> None:
    assert all(0 < item.cost < item.price for item in goods)


def test_every_product_states_a_short_benefit(goods: list[Item]) -> None:
    for item in goods:
        words = str(item.attributes["benefit"]).split()
        assert 1 < len(words) <= 12, item.name
        assert words[0][0].islower()
        assert words[-1][-1] not in ".!"


def test_no_template_is_left_unfilled(goods: list[Item]) -> None:
    for item in goods:
        text = f"{item.name} {json.dumps(list(item.attributes.values()))}"
        assert not {"{", "}"} & set(text), text
        assert "  " not in item.name


def test_every_product_fits_something_or_takes_something(goods: list[Item]) -> None:
    taken = set().union(*(item.takes for item in goods))
    for item in goods:
        assert item.fits or item.takes, item.name
        assert not item.fits or item.fits & taken, f"nothing takes {item.name}"


def test_linked_add_ons_fit_and_incompatible_ones_do_not(fit: Fit, truth: Truth) -> None:
    goods = {item.product_id: item for item in fit.goods}
    kinds = Counter()
    for one, other, kind in links(fit, truth):
        anchor, add_on = goods[one], goods[other]
        kinds[kind] += 1
        wanted = anchor.takes | anchor.fits
        if kind in ("accessory", "requires", "kit"):
            assert add_on.fits & wanted, f"{add_on.name} does not fit {anchor.name}"
            assert add_on.family != anchor.family
        elif kind == "incompatible":
            assert not add_on.fits & anchor.takes, f"{add_on.name} fits {anchor.name}"
        else:
            assert add_on.price > anchor.price
            assert add_on.family == anchor.family
    assert set(kinds) == {"accessory", "requires", "incompatible", "alternative", "kit"}


def test_no_link_is_said_twice(fit: Fit, truth: Truth) -> None:
    found = Counter(links(fit, truth))
    assert [link for link, n in found.items() if n > 1] == []


def test_what_is_needed_is_linked(fit: Fit, truth: Truth) -> None:
    names = {item.product_id: item.name for item in fit.goods}
    needed = {(names[a], names[b]) for a, b, kind in links(fit, truth) if kind == "requires"}
    assert ("Arden L210 laser printer", "Relay USB printer cable, 2 m") in needed
    assert ("Pixie Mini 5 instant camera, mint", "Pixie Mini film, 20") in needed
    # A wireless printer works without a cable.
    assert not any(anchor == "Arden P310 photo printer" for anchor, _ in needed)


def test_every_kit_is_linked(fit: Fit, truth: Truth) -> None:
    names = {item.product_id: item.name for item in fit.goods}
    linked = {(names[a], names[b]) for a, b, kind in links(fit, truth) if kind == "kit"}
    for kit in truth.kits:
        for add_on in kit["add_ons"]:
            assert any((anchor, add_on) in linked for anchor in kit["anchors"])


def test_a_kit_with_a_price_is_whole_for_each_anchor_and_cheaper(fit: Fit, truth: Truth) -> None:
    told = list(kits(fit, truth))
    names = {kit_id for kit_id, *_ in told}
    assert len(names) >= 3
    for kit_id in names:
        rows = [row for row in told if row[0] == kit_id]
        anchors = [item for _, item, anchor, _, _ in rows if anchor]
        items = [item for _, item, anchor, _, _ in rows if not anchor]
        (price,) = {row[4] for row in rows}
        assert anchors
        assert len(items) >= 2
        assert all(item.fits & anchor.takes for item in items for anchor in anchors)
        assert 0.75 * sum(item.price for item in items) < price < sum(item.price for item in items)
        assert len({item.category for item in items}) == len(items)


def test_every_planted_need_can_be_stilled(fit: Fit) -> None:
    for need in fit.needs:
        anchors = [item for item in fit.goods if item.is_of(need.anchor)]
        assert anchors, need.name
        assert any(fit.add_ons(anchor, need) for anchor in anchors), need.name


def test_a_filter_goes_on_its_own_thread_only(fit: Fit) -> None:
    need = next(n for n in fit.needs if n.name == "a filter for the kit lens")
    found = {item.name for item in fit.add_ons(fit.by_name["Lumo R50 mirrorless kit"], need)}
    assert found == {"Clearline protective filter, 49 mm"}
    assert fit.add_ons(fit.by_name["Lumo R50 mirrorless body"], need) == ()


def test_ink_and_paper_meet_in_the_printer_that_takes_both(fit: Fit) -> None:
    need = next(n for n in fit.needs if n.name == "paper with the ink")
    found = {item.attributes["format"] for item in fit.add_ons(fit.by_name["Arden 31 ink, multipack"], need)}
    assert found == {"A4", "10 × 15 cm"}
