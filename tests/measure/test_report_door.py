"""`assistant report`: its formats, its period, its file, and what it says when asked the impossible."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import sys
from pathlib import Path

import pytest

from assistant import __main__ as front
from assistant.measure import fairness
from assistant.measure.definitions import FIGURES, NOT_CAUSAL
from assistant.store.database import Home, open_catalog, transaction
from tests.measure import made


@pytest.fixture
def ask(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Call the report in this process; gives exit status, standard output and standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["assistant", "--home", str(home.folder), "report", *words])
        with pytest.raises(SystemExit) as left:
            front.main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def tangled(home: Home) -> Home:
    made.tangled(home, 3)
    return home


def test_json_has_the_promised_shape(tangled, ask):
    status, said, _ = ask("--by", "associate", "--format", "json")
    document = json.loads(said)
    assert status == 0
    assert document["filters"] == {"by": "associate", "from": "2026-01-26", "to": "2026-04-19"}
    assert document["complete_to"].startswith("2026-04-19T")
    for row in document["rows"]:
        assert {"key", "figure", "num", "den", "value", "low", "high"} <= row.keys()
        assert row["figure"] in {d.figure for d in FIGURES}
    assert {row["key"] for row in document["rows"]} == {"A1", "A2", "A3", "(no associate)"}


def test_money_is_in_the_currencys_unit(tangled, ask):
    rows = json.loads(ask("--format", "json")[1])["total"]
    value = next(r for r in rows if r["figure"] == "average_order_value" and r["currency"] == "GBP")
    assert value["value"] == pytest.approx(value["num"] / value["den"], abs=1e-4)
    assert 1 < value["value"] < 250  # prices are 19.90 and 45.00


def test_csv_carries_filters_and_definitions_of_the_period(tangled, ask):
    status, said, _ = ask("--by", "store", "--format", "csv", "--from", "2026-03-30", "--to", "2026-04-05")
    rows = list(csv.DictReader(io.StringIO(said)))
    assert status == 0
    assert {(r["by"], r["from"], r["to"]) for r in rows} == {("store", "2026-03-30", "2026-04-05")}
    assert all(r["complete_to"] for r in rows)
    assert {"S1", "S2", "(no store)", "(all)"} == {r["key"] for r in rows}
    assert {r["name"] for r in rows} == {"Harbour Street", "Mill Lane", ""}


def test_csv_and_json_tell_the_same(tangled, ask):
    document = json.loads(ask("--by", "product", "--format", "json")[1])
    rows = list(csv.DictReader(io.StringIO(ask("--by", "product", "--format", "csv")[1])))
    told = [(r["key"], r["figure"], float(r["num"]), float(r["den"])) for r in rows]
    expected = [(r["key"], r["figure"], r["num"], r["den"]) for r in document["rows"] + document["total"]]
    assert told == expected


def test_a_name_that_looks_like_a_formula_stays_a_text(tangled, ask):
    with contextlib.closing(open_catalog(tangled)) as catalog, transaction(catalog):
        for n, name in enumerate(("=1+1", "+49 30", "-2", "@SUM(A1)")):
            catalog.execute("UPDATE associates SET name = ? WHERE associate_id = ?", (name, f"A{n}"))
            catalog.execute("UPDATE products SET name = ? WHERE product_id = ?", (name, f"P{n}"))
    names = {r["name"] for r in csv.DictReader(io.StringIO(ask("--by", "product", "--format", "csv")[1]))}
    assert {"'=1+1", "'+49 30", "'-2", "'@SUM(A1)"} <= names


def test_the_table_names_people_and_says_how_complete_it_is(tangled, ask):
    status, said, _ = ask()
    assert status == 0
    assert "data complete to 2026-04-19" in said
    for words in ("Priya Nair", "(no associate)", "Attachment", "Treat figures whose intervals overlap"):
        assert words in said
    assert max(len(line) for line in said.splitlines()) <= 110


def test_the_help_defines_every_figure(ask):
    status, said, _ = ask("--help")
    assert status == 0
    for one in FIGURES:
        assert f"{one.label.lower()}: {one.sentence}." in said


def test_a_file_is_written_whole_and_replaces_the_old_one(tangled, ask, tmp_path):
    file = tmp_path / "report.csv"
    file.write_text("old")
    status, said, _ = ask("--format", "csv", "--out", str(file))
    assert (status, said) == (0, "")
    assert file.read_bytes().decode() == ask("--format", "csv")[1]
    assert [p.name for p in tmp_path.glob("*report*")] == ["report.csv"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tangled, ask, tmp_path, monkeypatch):
    file = tmp_path / "report.json"
    file.write_text("old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    status, said, trouble = ask("--format", "json", "--out", str(file))
    assert (status, said) == (1, "")
    assert "No space left on device" in trouble
    assert file.read_text() == "old"
    assert [p.name for p in tmp_path.glob("*report*")] + [p.name for p in tmp_path.glob(".rep*")] == [
        "report.json"
    ]


def test_a_folder_that_is_not_there_is_said(tangled, ask, tmp_path):
    status, _, trouble = ask("--out", str(tmp_path / "nowhere" / "r.txt"))
    assert status == 1
    assert trouble.count("\n") == 1
    assert "cannot be written" in trouble


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "yesterday"), "--from takes a day written as 2026-03-23, not 'yesterday'."),
        (("--to", "2026-02-30"), "--to takes a day written as 2026-03-23, not '2026-02-30'."),
        (("--from", "9999-12-31"), "--from takes a day between 1970 and 2200, not 9999-12-31."),
        (
            ("--from", "2026-05-01", "--to", "2026-04-01"),
            "The first day (2026-05-01) is after the last (2026-04-01).",
        ),
    ],
)
def test_an_impossible_period_is_one_sentence(tangled, ask, words, sentence):
    assert ask(*words) == (1, "", sentence + "\n")


def test_a_home_without_orders_says_what_to_do(ask):
    status, said, trouble = ask()
    assert (status, said) == (1, "")
    assert trouble.strip() == (
        "There are no orders yet that say when they were made: connect a shop and run assistant sync, "
        "then ask again. In files that is the column ordered_at."
    )


def test_a_store_that_is_not_there_is_named_with_those_that_are(tangled, ask):
    assert ask("--store", "nowhere") == (1, "", "There is no store nowhere; the shop has S1, S2.\n")
    assert ask("--store", "S1")[0] == 0


def test_a_touchpoint_that_there_is_not_is_wrong_usage(tangled, ask):
    status, said, trouble = ask("--touchpoint", "nonsense")
    assert (status, said) == (2, "")
    assert "'follow_up'" in trouble


def test_a_period_without_sales_is_compared_with_nobody():
    days, ids = fairness.days_of((), {"": 0.1})
    assert (ids, len(days.sales)) == ((), 0)


def test_a_file_is_said_where_it_lies_and_a_pipe_is_not(tangled, ask, tmp_path):
    file = tmp_path / "report.csv"
    assert ask("--format", "csv", "--out", str(file)) == (0, "", f"The report is in {file}.\n")
    assert ask("--format", "csv", "--out", os.devnull) == (0, "", "")


def test_a_period_without_anything_has_no_rows(tangled, ask):
    status, said, _ = ask("--from", "2020-01-01", "--to", "2020-02-01", "--format", "json")
    assert (status, json.loads(said)["rows"]) == (0, [])
    status, said, _ = ask("--from", "2020-01-01", "--to", "2020-02-01")
    assert status == 0
    assert "No sales and no visits in this period." in said


@pytest.mark.skipif(os.name != "posix", reason="there are no such files elsewhere")
def test_what_is_no_file_is_written_to_and_stays_what_it_is(tangled, ask, tmp_path):
    assert ask("--format", "json", "--out", os.devnull)[0] == 0
    assert not Path(os.devnull).is_file()
    link, target = tmp_path / "link", tmp_path / "target"
    target.write_text("before")
    link.symlink_to(target)
    assert ask("--format", "json", "--out", str(link))[0] == 0
    assert link.is_symlink()
    assert json.loads(target.read_text())["rows"]


def test_orders_with_and_without_an_add_on_stand_beside_the_sentence_that_this_is_no_cause(tangled, ask):
    apart = {"order_value_with", "order_value_without", "units_with", "units_without"}
    document = json.loads(ask("--format", "json")[1])
    noted = {row["figure"] for row in document["rows"] + document["total"] if row["note"] == NOT_CAUSAL}
    assert noted == apart
    rows = list(csv.DictReader(io.StringIO(ask("--format", "csv")[1])))
    assert {row["figure"] for row in rows if row["note"] == NOT_CAUSAL} == apart
    table = ask()[1]
    _, last = table.split("Value, none")  # the sentence follows the one table that has these columns
    assert " ".join(NOT_CAUSAL.split()) in " ".join(last.split())
