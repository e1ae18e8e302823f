"""`train` and `suggest` as scripts call them: shapes, exit statuses, sentences."""

from __future__ import annotations

import contextlib
import csv
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.__main__ import doors
from assistant.doors import suggest as door
from assistant.errors import InputError, KnownError, ModelError
from assistant.records import Basket, Evidence, Product, Slate, Suggestion, TalkingPoint
from assistant.store import people
from assistant.store.database import Home, open_catalog, open_home
from assistant.suggest import Question, ask, load_model
from tests.suggest.conftest import Fill

Call = Callable[..., Result]


@pytest.fixture
def call(shop_home: Home) -> Call:
    def run(*words: str) -> Result:
        return CliRunner().invoke(doors, ["--home", str(shop_home.folder), *words])

    return run


@pytest.fixture
def trained(call: Call) -> Call:
    assert call("train").exit_code == 0
    return call


def known(result: Result, kind: type[KnownError] = InputError) -> str:
    assert isinstance(result.exception, kind), result.output
    return str(result.exception)


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


def test_suggest_for_people(trained: Call) -> None:
    said = trained("suggest", "--product", "PRN-310", "--product", "CAM-R50").output
    assert "CAB-USB" in said
    assert "needed" in said
    nothing = trained("suggest", "--product", "TEA-001")
    assert nothing.exit_code == 0
    assert "Nothing worth suggesting; 0 were checked." in nothing.output


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
    "words", [(), ("--basket", "B-20418", "--product", "CAM-R50"), ("--product", "CAM-R50", "--limit", "0")]
)
def test_wrong_usage(trained: Call, words: tuple[str, ...]) -> None:
    assert trained("suggest", *words).exit_code == 2


def test_why_not(trained: Call) -> None:
    said = trained("suggest", "--product", "CAM-R50", "--why-not", "FLT-052").output
    assert said.strip() == "It does not work with Lumo R50 mirrorless kit. (incompatible)"
    assert "may be offered" in trained("suggest", "--product", "CAM-R50", "--why-not", "CRD-128").output
    document = json.loads(trained("suggest", "--product", "CAM-R50", "--why-not", "FLT-052", "--json").output)
    assert (document["rule"], document["product_id"]) == ("incompatible", "P12")


def test_a_damaged_model_is_said_in_words(trained: Call, shop_home: Home) -> None:
    (file,) = shop_home.models.glob("*.safetensors")
    file.write_bytes(b"broken")
    assert "assistant train" in known(trained("suggest", "--product", "CAM-R50"), ModelError)


# many baskets at once


def batch_file(folder: Path, *rows: str, head: str = "basket_id,customer_id,at,product_id") -> Path:
    path = folder / "in.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def answers(path: Path) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            ranked = found.setdefault(row["basket_id"], [])
            ranked.append((row["product_id"], float(row["score"])))
            assert int(row["rank"]) == len(ranked)
    return found


@pytest.mark.parametrize("rules", ["all", "none"])
@pytest.mark.parametrize("customer", [None, "C-10412", "C-10413"])
def test_a_batch_answers_as_single_questions_do(
    trained: Call, shop_home: Home, fill: Fill, tmp_path: Path, rules: str, customer: str | None
) -> None:
    baskets = {"1": ["P1"], "2": ["P1", "P8"], "3": ["P11"], "4": ["??"], "5": ["P3", "P8", "P1", "P7"]}
    rows = [f"{b},{customer or ''},,{p}" for b, products in baskets.items() for p in products]
    source, target = batch_file(tmp_path, *rows), tmp_path / "out.csv"
    assert trained("suggest", "--batch", str(source), str(target), "--rules", rules).exit_code == 0
    found = answers(target)
    model = load_model(shop_home)
    with contextlib.closing(open_home(shop_home)) as connection:
        for basket_id, products in baskets.items():
            question = Question(fill(*products), customer, rules=rules)  # type: ignore[arg-type]
            single = ask(connection, model, question).suggestions
            assert [p for p, _ in found.get(basket_id, [])] == [s.product.product_id for s in single]
            assert [s for _, s in found.get(basket_id, [])] == pytest.approx(
                [s.score for s in single], rel=1e-4
            )


def test_without_rules_a_batch_fills_up_to_the_limit(trained: Call, tmp_path: Path) -> None:
    source, target = batch_file(tmp_path, "1,,,P11", "2,,,P1"), tmp_path / "out.csv"
    trained("suggest", "--batch", str(source), str(target), "--limit", "6", "--rules", "none")
    assert {b: len(ranked) for b, ranked in answers(target).items()} == {"1": 6, "2": 6}


def test_rows_of_a_basket_need_not_stand_together(trained: Call, tmp_path: Path) -> None:
    apart = batch_file(tmp_path, "1,,,P1", "2,,,P11", "1,,,P8")
    trained("suggest", "--batch", str(apart), str(tmp_path / "a.csv"))
    together = batch_file(tmp_path, "1,,,P1", "1,,,P8", "2,,,P11")
    trained("suggest", "--batch", str(together), str(tmp_path / "b.csv"))
    assert answers(tmp_path / "a.csv") == answers(tmp_path / "b.csv")


def test_a_batch_respects_consent(trained: Call, shop_home: Home, tmp_path: Path) -> None:
    source = batch_file(tmp_path, "1,C-10412,,P8")
    trained("suggest", "--batch", str(source), str(tmp_path / "a.csv"))
    with contextlib.closing(open_home(shop_home)) as connection:
        people.set_consent(connection, "C-10412", "personal_suggestions", False, "A1")
    trained("suggest", "--batch", str(source), str(tmp_path / "b.csv"))
    owned = [{p for p, _ in answers(tmp_path / name)["1"]} for name in ("a.csv", "b.csv")]
    assert "P10" not in owned[0]
    assert "P10" in owned[1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no column basket_id"),
        (b"basket_id,customer_id\n1,2\n", "no column product_id"),
        (b"basket_id,product_id\n,P1\n", "line 2: the basket has no number"),
        (b"basket_id,product_id\n\xff\xfe,P1\n", "not UTF-8"),
        (b'basket_id,product_id\n1,"P1\n', "not a CSV file"),
    ],
)
def test_a_bad_batch_file_changes_nothing(
    trained: Call, tmp_path: Path, content: bytes, sentence: str
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    target.write_text("as it was", encoding="utf-8")
    result = trained("suggest", "--batch", str(source), str(target))
    assert sentence in known(result)
    assert target.read_text(encoding="utf-8") == "as it was"
    assert {p.name for p in tmp_path.iterdir() if p.suffix == ".new"} == set()


def test_a_place_that_cannot_be_written(trained: Call, tmp_path: Path) -> None:
    source = batch_file(tmp_path, "1,,,P1")
    result = trained("suggest", "--batch", str(source), str(tmp_path / "no" / "out.csv"))
    assert "cannot be written" in known(result, KnownError)


def test_a_batch_says_how_many_as_one_document(trained: Call, tmp_path: Path) -> None:
    source = batch_file(tmp_path, "1,,,P1", "2,,,P1")
    result = trained("suggest", "--batch", str(source), str(tmp_path / "out.csv"), "--json")
    document = json.loads(result.stdout)
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert (document["baskets"], document["rows"]) == (2, len(lines) - 1)


def test_a_batch_never_replaces_what_was_asked_or_what_is_no_file(trained: Call, tmp_path: Path) -> None:
    source = batch_file(tmp_path, "1,,,P1")
    asked = source.read_bytes()
    assert "name another file" in known(trained("suggest", "--batch", str(source), str(source)))
    assert source.read_bytes() == asked
    assert trained("suggest", "--batch", str(source), os.devnull).exit_code == 0
    assert not Path(os.devnull).is_file()


def test_a_folder_that_is_a_file_is_said(trained: Call, tmp_path: Path) -> None:
    source = batch_file(tmp_path, "1,,,P1")
    assert "cannot be written" in known(
        trained("suggest", "--batch", str(source), str(source / "out.csv")), KnownError
    )
