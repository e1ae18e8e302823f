"""`train` and `suggest` as scripts call them: shapes, exit statuses, sentences."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.__main__ import doors
from assistant.doors import suggest as door
from assistant.errors import KnownError, ModelError
from assistant.records import Basket, Evidence, Product, Slate, Suggestion, TalkingPoint
from assistant.store.database import Home, open_catalog
from assistant.suggest.ranking import GROUP_OF
from tests.suggest.conftest import Call, known


def test_train_says_what_was_learned(call: Call) -> None:
    said = call("train").output
    assert "from 300 orders of 2025-08-18 to 2026-06-13" in said
    document = json.loads(call("train", "--json").output)
    assert (document["orders"], document["from"], document["to"]) == (300, "2025-08-18", "2026-06-13")
    assert document["pairings"] > 10


def test_train_tells_programs_how_far_it_is(call: Call) -> None:
    lines = [json.loads(line) for line in call("train", "--progress", "json").output.splitlines()]
    assert {line["t"] for line in lines[:-1]} == {"progress"}
    assert lines[-1]["t"] == "done"
    assert all(set(line) == {"t", "what", "done", "total"} for line in lines)


def test_train_without_orders_says_so(call: Call, shop_home: Home) -> None:
    with contextlib.closing(open_catalog(shop_home)) as catalog:
        catalog.execute("DELETE FROM order_lines")
    result = call("train")
    assert result.exit_code == 0
    assert "There are no orders to learn from yet" in result.output


def test_train_without_products_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(doors, ["--home", str(tmp_path / "new"), "train"])
    assert "assistant sync" in known(result, KnownError)


def test_suggest_as_a_document(trained: Call) -> None:
    document = json.loads(trained("suggest", "--basket", "B-20418", "--json").output)
    assert set(document) == {"model", "basket", "suggestions", "step_ups", "held_back", "checked"}
    first = document["suggestions"][0]
    assert {
        "product_id",
        "sku",
        "name",
        "rank",
        "score",
        "parts",
        "talking_point",
        "evidence",
        "needed",
    } <= set(first)
    assert (first["sku"], first["rank"], first["needed"]) == (
        "CAS-010",
        1,
        False,
    )  # the card is owned already
    counted = first["evidence"][0]
    assert counted | {"lift": None} == {
        "kind": "bought_together",
        "anchor": "P1",
        "n": 33,
        "base": 100,
        "share": 0.33,
        "lift": None,
        "from": "2025-08-18",
        "to": "2026-06-11",
        "unit": "orders",
        "customers": counted["customers"],
        "owned": False,
        "anchor_category": None,
        "category": None,
        "every_days": None,
        "like": None,
    }
    assert {h["rule"] for h in document["held_back"]} >= {"owned"}
    assert document["step_ups"][0]["instead_of"] == "P1"


def test_categories_and_what_was_bought_before_in_a_document_and_in_words() -> None:
    may = datetime(2026, 5, 9, tzinfo=UTC)
    categories = Evidence(
        "category_together", "P1", "Camera", 140, 412, 140 / 412, 2.6, 400, may, may,
        anchor_category="Photo/Cameras", category="Photo/Bags",
    )  # fmt: skip
    again = Evidence("again", "P9", "Paper", 3, until=may, owned=True, every_days=42.0)
    told = Suggestion(Product("P9", "S9", "Paper"), 1, 0.2, {}, TalkingPoint("t", "So."), (categories, again))
    slate = Slate("m1", Basket(None, ()), (told,), (), (), 1)
    first, second = door.as_document(slate)["suggestions"][0]["evidence"]
    assert (first["anchor_category"], first["category"], first["every_days"]) == (
        "Photo/Cameras",
        "Photo/Bags",
        None,
    )
    assert (first["n"], first["base"], first["unit"]) == (140, 412, "orders")
    assert (second["n"], second["to"], second["every_days"]) == (3, "2026-05-09", 42.0)
    assert (second["base"], second["category"], second["owned"]) == (None, None, True)
    assert door.proven(categories) == (
        "140 of 412 orders with Photo/Cameras had Photo/Bags too (34%), 2.6× the usual"
    )
    assert door.proven(replace(categories, customers=29)).endswith("had Photo/Bags too, 2.6× the usual")
    assert door.proven(again) == "bought in 3 orders before, last on 2026-05-09, usually again after 6 weeks"
    assert door.proven(replace(again, n=1, until=None, every_days=None)) == "bought once before"


def test_a_lookalike_in_a_document_and_in_words() -> None:
    may = datetime(2026, 5, 9, tzinfo=UTC)
    like = Evidence(
        "like_together", "P1", "Saucer", 140, 412, 140 / 412, 2.6, 400, may, may,
        like_id="P7", like_name="Red enamel mug",
    )  # fmt: skip
    told = Suggestion(Product("P9", "S9", "Blue enamel mug"), 1, 0.2, {}, TalkingPoint("t", "So."), (like,))
    (said,) = door.as_document(Slate("m1", Basket(None, ()), (told,), (), (), 1))["suggestions"][0][
        "evidence"
    ]
    assert (said["kind"], said["anchor"], said["like"]) == ("like_together", "P1", "P7")
    assert (said["n"], said["base"], said["unit"]) == (140, 412, "orders")
    assert door.proven(like) == (
        "140 of 412 orders with Saucer had Red enamel mug, which it is like (34%), 2.6× the usual"
    )


def test_suggest_for_people(trained: Call) -> None:
    said = trained("suggest", "--product", "PRN-310", "--product", "CAM-R50").output
    assert "CAB-USB" in said
    assert "needed" in said
    nothing = trained("suggest", "--product", "TEA-001")
    assert nothing.exit_code == 0
    assert re.search(r"Nothing worth suggesting; \d+ were checked\.", nothing.output)


def test_names_with_brackets_are_printed_as_they_are(trained: Call, shop_home: Home) -> None:
    with contextlib.closing(open_catalog(shop_home)) as catalog:
        catalog.execute("UPDATE products SET name = 'Card [red] [/x]' WHERE product_id = 'P3'")
    said = trained("suggest", "--product", "CAM-R50").output
    assert "[red]" in said


def test_suggest_for_a_customer_alone(trained: Call) -> None:
    document = json.loads(
        trained("suggest", "--customer", "C-10412", "--touchpoint", "review", "--json").output
    )
    assert document["suggestions"]
    assert all(e["owned"] for s in document["suggestions"] for e in s["evidence"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--basket", "B-0"), "no open basket B-0"),
        (("--product", "CRD-12"), "Did you mean CRD-128"),
        (("--product", "CAM-R50", "--customer", "C-0"), "no customer C-0"),
        (("--product", "CAM-R50", "--why-not", "zzzzzz"), "No product has the SKU zzzzzz."),
        (("--batch", "missing.csv", "out.csv"), "missing.csv cannot be read"),
    ],
)
def test_what_names_nothing_gets_a_sentence(trained: Call, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in known(trained("suggest", *words))


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--basket", "B-20418", "--product", "CAM-R50"),
        ("--product", "CAM-R50", "--limit", "0"),
        ("--batch", "in.csv", "out.csv", "--customer", "C-10412"),
        ("--batch", "in.csv", "out.csv", "--why-not", "CRD-128"),
    ],
)
def test_wrong_usage(trained: Call, words: tuple[str, ...]) -> None:
    assert trained("suggest", *words).exit_code == 2


def test_why_not(trained: Call) -> None:
    said = trained("suggest", "--product", "CAM-R50", "--why-not", "FLT-052").output
    assert said.strip() == "It does not work with Lumo R50 mirrorless kit. (incompatible)"
    assert "may be offered" in trained("suggest", "--product", "CAM-R50", "--why-not", "CRD-128").output
    document = json.loads(trained("suggest", "--product", "CAM-R50", "--why-not", "FLT-052", "--json").output)
    assert (document["rule"], document["product_id"]) == ("incompatible", "P12")


def test_every_part_of_a_score_has_words() -> None:
    assert {*GROUP_OF.values(), "start", "link"} <= set(door._PARTS)


def test_what_stands_lower_is_told_what_it_lacks(trained: Call) -> None:
    words = ("suggest", "--product", "CAM-R50", "--limit", "1", "--why-not", "BAT-017")
    said = trained(*words).output.strip()
    assert re.fullmatch(
        r"It may be offered, as number \d+, at [\d.]+%; the last one shown has [\d.]+%\. "
        r"It is behind in: .+ \(-[\d.]+\)\.",
        said,
    )
    document = json.loads(trained(*words, "--json").output)
    assert (document["rule"], document["product_id"]) == (None, "P6")
    assert document["rank"] > 1
    assert document["score"] < document["last_shown"]
    assert all(by < 0 for by in document["lacks"].values())


def test_a_damaged_model_is_said_in_words(trained: Call, shop_home: Home) -> None:
    (file,) = shop_home.models.glob("*.safetensors")
    file.write_bytes(b"broken")
    assert "assistant train" in known(trained("suggest", "--product", "CAM-R50"), ModelError)
