"""What the log's answers teach, from the visit to the next slate: reasons, time, what is still open."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ModelError
from assistant.learn import acceptance
from assistant.records import DAY, Product
from assistant.store import visits
from assistant.store.answered import Answered, answered
from assistant.store.database import Connection, Home, stamp
from assistant.suggest import acceptance as files
from assistant.suggest.acceptance import Acceptance, Offered
from assistant.suggest.likelihood import Likelihood
from tests.shops import NOW
from tests.store.slates import slate

AT = int(stamp(NOW) or 0)
PLAIN = Answered("P3", "P1", "F/x", "counter", 1, -1.0, 10_000, True, 0, AT, "accepted", None, None)


def said(n: int, **other: Any) -> list[Answered]:
    return [replace(PLAIN, **other)] * n


def learned(*some: Sequence[Answered]) -> Acceptance:
    found = acceptance.learn_from([one for part in some for one in part], NOW, {}, 0.0)
    assert found is not None
    return found


def log_odds(of: Acceptance, product_id: str = "P3", anchor: str = "P1", family: str = "F/x") -> float:
    product = Product(product_id, product_id, product_id, f"{family}/z", price=10_000)
    table = files.case_table([Offered(product, anchor, -1.0)], "counter", known=True)
    return float(of.accepted.log_odds(table)[0])


BASE = (said(20), said(20, kind="declined", reason="not_now", product_id="P5"))


def test_what_is_shown_and_not_offered_is_no_decline() -> None:
    without = learned(*BASE)
    silent = learned(*BASE, said(50, kind="not_offered"))
    assert log_odds(silent) == pytest.approx(log_odds(without), abs=1e-6)
    assert (silent.accepted.cases, silent.offered.cases, silent.offered.came) == (40, 90, 40)


def test_a_customer_s_wish_for_no_offers_is_not_the_associate_s_choice() -> None:
    assert learned(*BASE, said(9, kind="not_offered", reason="no_offers")).offered.cases == 40


def test_who_has_one_says_nothing_of_the_offer() -> None:
    assert learned(*BASE, said(30, kind="declined", reason="has_one")).accepted.cases == 40


def test_too_expensive_speaks_of_the_price_and_not_of_the_pairing() -> None:
    other = learned(*BASE, said(10, kind="declined", reason="not_now")).accepted.effects
    dear = learned(*BASE, said(10, kind="declined", reason="too_expensive")).accepted.effects
    own = files.pairing("P1", "P3")
    assert dear["pairing"][own] > other["pairing"][own]
    assert dear["product"]["P3"] > other["product"]["P3"]


def test_too_expensive_lowers_what_is_dear_whatever_it_goes_with() -> None:
    cheap, dear = said(60, price=5_000), said(40, price=500_000, product_id="P4")
    refused = said(20, kind="declined", reason="too_expensive", price=500_000, product_id="P4")
    of = learned(*BASE, cheap, dear, refused)
    goods = [Product(f"new {price}", "", "", "F/x/z", price=price) for price in (5_000, 500_000)]
    table = files.case_table([Offered(one, "new", -1.0) for one in goods], "counter", known=True)
    fair, costly = of.taken(table)
    assert costly < fair - 0.1


def test_what_is_foreseen_of_all_offers_comes_true_whatever_their_reasons() -> None:
    reasons = {"too_expensive": 200, "has_one": 150, "does_not_fit": 200, "not_now": 200}
    of = learned(said(250), *(said(n, kind="declined", reason=why) for why, n in reasons.items()))
    table = files.case_table(
        [Offered(Product("P3", "", "", "F/x/z", 10_000), "P1", -1.0)], "counter", known=True
    )
    assert math.exp(of.taken(table)[0]) == pytest.approx(0.25, abs=0.01)


def test_does_not_fit_weighs_on_the_pairing_more_than_another_no() -> None:
    no = learned(*BASE, said(5, kind="declined", reason="not_now"))
    misfit = learned(*BASE, said(5, kind="declined", reason="does_not_fit"))
    assert log_odds(misfit) < log_odds(no)


def test_a_decline_fades_with_time() -> None:
    fresh = learned(*BASE, said(10, kind="declined", reason="not_now"))
    old = learned(*BASE, said(10, kind="declined", reason="not_now", shown_at=AT - 720 * DAY))
    assert log_odds(fresh) < log_odds(old) < log_odds(learned(*BASE))


def test_a_new_pairing_starts_from_its_category() -> None:
    some = learned(*BASE, said(30, kind="declined", reason="not_now", product_id="Q1", family="F/bad"))
    assert log_odds(some, "new", "P9", "F/bad") < log_odds(some, "new", "P9", "F/x")


def test_what_can_still_come_back_says_nothing_of_keeping() -> None:
    some = learned(*BASE, said(8, kept=True), said(4, kept=False), said(5, kept=None))
    assert (some.kept.cases, some.kept.came) == (12, 8)


def test_without_an_answer_there_is_nothing_to_learn() -> None:
    assert acceptance.learn_from(said(5, kind="not_offered"), NOW, {}, 0.0) is None
    assert acceptance.learn_from([], NOW, {}, 0.0) is None


# what it is worth


def test_worth_is_made_of_logarithms_that_sum() -> None:
    of = Acceptance(Likelihood(0.0), Likelihood(-1.0), Likelihood(2.0), {"": 0.5}, typical=5_000.0)
    (parts,) = of.worth(
        [Offered(Product("a", "a", "a", price=40_000), None, 0.0)], "counter", known=False, power=0.25
    )
    expected = 1 / (1 + math.e) * (1 / (1 + math.exp(-2))) * (20_000 / 5_000) ** 0.25
    assert math.exp(sum(parts.values())) == pytest.approx(expected)
    assert set(parts) == {"accepted", "kept", "margin"}


@pytest.mark.parametrize(
    ("product", "margin"),
    [
        (Product("a", "a", "a", price=10_000, cost=8_000), math.log(2_000 / 1_000) / 2),
        (Product("a", "a", "a", price=10_000, cost=8_000, regulated=True), 0.0),
        (Product("a", "a", "a", price=10_000, cost=12_000), math.log(500 / 1_000) / 2),
        (Product("a", "a", "a", "F/x/y", price=10_000), math.log(4_000 / 1_000) / 2),
        (Product("a", "a", "a", price=10_000), math.log(1_000 / 1_000) / 2),
        (Product("a", "a", "a"), 0.0),
    ],
)
def test_the_margin_counts_by_its_power_and_never_for_what_is_regulated(
    product: Product, margin: float
) -> None:
    of = Acceptance(Likelihood(0.0), Likelihood(0.0), Likelihood(0.0), {"": 0.1, "F/x": 0.4}, typical=1_000.0)
    (parts,) = of.worth([Offered(product, None, 0.0)], "counter", known=False, power=0.5)
    assert parts["margin"] == pytest.approx(margin)


# the file


def test_a_file_says_the_same_and_a_bad_one_leaves_the_last_good_one(shop_home: Home) -> None:
    first, second = learned(*BASE), learned(*BASE, said(30))
    path = files.write(first, shop_home)
    files.write(second, shop_home)
    again, trouble = files.load(shop_home)
    assert trouble is None
    assert again is not None
    assert log_odds(again) == log_odds(second)
    assert again.learned == second.learned
    raw = bytearray(path.read_bytes())
    raw[-40] ^= 1
    path.write_bytes(raw)
    again, trouble = files.load(shop_home)
    assert trouble == "The file answers.safetensors is damaged."
    assert again is not None
    assert log_odds(again) == log_odds(first)
    files.write(second, shop_home)  # what is damaged does not take the last good one's place
    assert log_odds(files.read(path.with_name(files.LAST_GOOD))) == log_odds(first)


@pytest.mark.parametrize("raw", [b"", b"abc", b"\xff" * 100, b"\x02\0\0\0\0\0\0\0{}"])
def test_what_is_none_of_ours_is_refused_in_words(raw: bytes, tmp_path: Path) -> None:
    file = tmp_path / "answers.safetensors"
    file.write_bytes(raw)
    with pytest.raises(ModelError, match="damaged or not one of the assistant"):
        files.read(file)
    with pytest.raises(ModelError, match="cannot be read"):
        files.read(tmp_path / "missing")


def test_a_newer_file_is_refused_in_words(shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "VERSION", 3)
    path = files.write(learned(*BASE), shop_home)
    monkeypatch.undo()
    with pytest.raises(ModelError, match="has version 3, this program reads 2"):
        files.read(path)
    model_trouble = files.load(shop_home)
    assert model_trouble[0] is None
    assert model_trouble[1] is not None


# from the visit to the next slate


def serve(shop: Connection, answers: dict[str, tuple[str, str | None]], times: int) -> None:
    """Visits in which these products were shown and answered so."""
    for _ in range(times):
        visit = visits.begin(shop, associate_id="A1", touchpoint="counter", anchors=("P1",))
        for one in visits.show(shop, visit.visit_id, slate(shop, *answers)):
            kind, reason = answers[one.product.product_id]
            if kind != "not_offered":
                visits.answer(shop, str(one.suggestion_id), kind, associate_id="A1", reason=reason)  # type: ignore[arg-type]
        visits.finish(shop, visit.visit_id, associate_id="A1")


def test_the_log_gives_each_suggestion_once_with_the_answer_that_stands(shop: Connection) -> None:
    serve(shop, {"P3": ("declined", "too_expensive"), "P5": ("not_offered", None)}, 2)
    begun = visits.begin(shop, associate_id="A1", touchpoint="counter", anchors=("P1",))
    visits.show(shop, begun.visit_id, slate(shop, "P6"))
    found = list(answered(shop))
    assert [(one.product_id, one.kind, one.reason, one.slot, one.experience) for one in found] == [
        ("P3", "declined", "too_expensive", 1, 0),
        ("P5", "not_offered", None, 2, 0),
        ("P3", "declined", "too_expensive", 1, 1),
        ("P5", "not_offered", None, 2, 1),
    ]
    assert {one.anchor_id for one in found} == {"P1"}
    assert list(answered(shop)) == found  # nothing is left lying
