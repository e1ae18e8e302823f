"""What the page shows, JSON, CSV and Excel say: equal to the last digit, each with what it was asked of."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from assistant import __main__ as front
from assistant.measure import export
from assistant.measure.definitions import FIGURES, NOT_CAUSAL
from assistant.measure.report import BYS
from assistant.measure.team import team
from assistant.store.database import Home, open_home
from tests.measure import made

PERIOD = ("--from", "2026-03-23", "--to", "2026-04-19")
NUMBERS = ("num", "den", "value", "low", "high")


@pytest.fixture
def tangled(home: Home) -> Home:
    made.tangled(home, 5, orders=90, visits=70)
    return home


def ask(home: Home, monkeypatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["assistant", "--home", str(home.folder), "report", *PERIOD, *words])
    with pytest.raises(SystemExit) as left:
        front.main()
    return int(left.value.code or 0)


def written(home: Home, monkeypatch, folder: Path, kind: str, *words: str) -> Path:
    file = folder / f"report.{kind}"
    assert ask(home, monkeypatch, *words, "--format", kind, "--out", str(file)) == 0
    return file


def number(cell: object) -> float | None:
    return None if cell in (None, "") else float(str(cell))


def test_every_format_says_the_same_to_the_last_digit(tangled, monkeypatch, tmp_path):
    for by in BYS:
        document = json.loads(written(tangled, monkeypatch, tmp_path, "json", "--by", by).read_text())
        rows = document["rows"] + document["total"]
        of_csv = list(
            csv.DictReader(
                io.StringIO(written(tangled, monkeypatch, tmp_path, "csv", "--by", by).read_text())
            )
        )
        book = openpyxl.load_workbook(written(tangled, monkeypatch, tmp_path, "xlsx", "--by", by))
        header, *sheet = book["Figures"].iter_rows(values_only=True)
        of_xlsx = [dict(zip(header, row, strict=True)) for row in sheet]
        assert len(rows) == len(of_csv) == len(of_xlsx) > 20
        for one, two, three in zip(rows, of_csv, of_xlsx, strict=True):
            assert one["figure"] == two["figure"] == three["figure"]
            for name in NUMBERS:
                assert number(one[name]) == number(two[name]) == three[name]
            assert one["currency"] == (two["currency"] or None) == three["currency"]


def test_the_pages_figures_are_those_of_the_report(tangled, monkeypatch, tmp_path):
    document = json.loads(written(tangled, monkeypatch, tmp_path, "json").read_text())
    rows = {(row["key"], row["figure"], row["currency"]): row for row in document["rows"] + document["total"]}
    with contextlib.closing(open_home(tangled)) as connection:
        page = team(connection, since=made.START, until=made.START + timedelta(days=28))
    assert page.unserved > 0  # orders of nobody count for the team, wherever it is told
    counted = {name: tile for name, tile in page.tiles.items() if tile.den > 0}
    assert set(counted) == {name for key, name, _ in rows if key == "(all)"}
    for name, tile in counted.items():
        cells = export.cells(tile)
        whole = rows["(all)", name, tile.currency]
        assert {n: cells[n] for n in NUMBERS} == {n: whole[n] for n in NUMBERS}, name
    for row in page.rows:
        assert row.offers == rows[row.associate_id, "acceptance", None]["den"]
        assert row.confirmed == rows[row.associate_id, "confirmed", None]["num"]
        own = export.cells(row.attachment)
        told = rows[row.associate_id, "offered_attachment", None]
        assert {n: own[n] for n in NUMBERS} == {n: told[n] for n in NUMBERS}


def test_the_weeks_on_the_page_are_those_of_the_report(tangled, monkeypatch, tmp_path):
    document = json.loads(written(tangled, monkeypatch, tmp_path, "json", "--by", "week").read_text())
    weeks = [row for row in document["rows"] if row["figure"] == "offered_attachment"]
    with contextlib.closing(open_home(tangled)) as connection:
        page = team(connection, since=made.START, until=made.START + timedelta(days=28))
    assert len(weeks) == len(page.weekly) == 4
    for told, shown in zip(weeks, page.weekly, strict=True):
        cells = export.cells(shown)
        assert {n: cells[n] for n in NUMBERS} == {n: told[n] for n in NUMBERS}


def test_the_workbook_is_typed_and_says_what_it_holds(tangled, monkeypatch, tmp_path):
    book = openpyxl.load_workbook(written(tangled, monkeypatch, tmp_path, "xlsx", "--store", "S1"))
    assert book.sheetnames == ["Figures", "Definitions", "About"]
    assert book["Figures"].freeze_panes == book["Definitions"].freeze_panes == "A2"
    header = [cell.value for cell in book["Figures"][1]]
    share = next(r for r in book["Figures"].iter_rows(min_row=2) if r[2].value == "acceptance")
    assert share[header.index("value")].number_format == "0.0%"
    assert isinstance(share[header.index("den")].value, int | float)
    assert isinstance(share[header.index("provisional")].value, bool)
    defined = {row[0]: row[3] for row in book["Definitions"].iter_rows(min_row=2, values_only=True)}
    assert set(defined) == {d.figure for d in FIGURES}
    assert "provisional" in defined["net_attachment"]
    assert NOT_CAUSAL in defined["units_with"]
    beside = {r[2].value for r in book["Figures"].iter_rows(min_row=2) if r[-1].value == NOT_CAUSAL}
    assert beside == {"order_value_with", "order_value_without", "units_with", "units_without"}
    about = dict(book["About"].iter_rows(values_only=True))
    assert (about["by"], about["store"]) == ("associate", "S1")
    assert about["from"] == datetime.fromisoformat("2026-03-23")
    assert about["complete_to"].date().isoformat() == "2026-04-19"
    assert "95 %" in about["interval"]


def test_filters_bounds_and_definitions_are_in_every_format(tangled, monkeypatch, tmp_path):
    words = ("--store", "S1", "--touchpoint", "counter")
    document = json.loads(written(tangled, monkeypatch, tmp_path, "json", *words).read_text())
    assert document["filters"]["store"] == "S1"
    assert document["filters"]["touchpoint"] == "counter"
    assert document["settled_before"] == "2026-03-20"
    assert set(document["definitions"]) == {row["figure"] for row in document["total"] + document["rows"]}
    row = next(
        csv.DictReader(io.StringIO(written(tangled, monkeypatch, tmp_path, "csv", *words).read_text()))
    )
    assert (row["store"], row["touchpoint"], row["settled_before"]) == ("S1", "counter", "2026-03-20")
    assert row["definition"]


def test_a_name_that_looks_like_a_formula_is_a_text(tangled, monkeypatch, tmp_path):
    with contextlib.closing(open_home(tangled)) as connection:
        connection.execute("UPDATE counted_products SET name = '=1+1'")
    book = openpyxl.load_workbook(written(tangled, monkeypatch, tmp_path, "xlsx", "--by", "pairing"))
    names = [row[1] for row in book["Figures"].iter_rows(min_row=2) if row[1].value]
    assert names
    assert all(cell.data_type == "s" for cell in names)


def test_a_workbook_without_a_file_is_refused_in_one_sentence(tangled, monkeypatch, capsys):
    assert ask(tangled, monkeypatch, "--format", "xlsx") == 1
    assert capsys.readouterr().err == "An Excel file needs a name: add --out FILE.xlsx.\n"
