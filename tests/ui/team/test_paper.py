"""The team's figures on paper: A4, every figure with its bounds, equal to what programs are told."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from assistant import __main__ as front
from assistant.measure import export
from assistant.measure.definitions import NOT_CAUSAL, definition
from assistant.measure.report import report
from assistant.store.database import Home, open_home
from assistant.ui.team.paper import cell_lines
from tests.measure import made

PERIOD = ("--from", "2026-03-23", "--to", "2026-04-19")


@pytest.fixture
def tangled(home: Home) -> Home:
    made.tangled(home, 5, orders=90, visits=70)
    return home


def ask(home: Home, monkeypatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["assistant", "--home", str(home.folder), "report", *PERIOD, *words])
    with pytest.raises(SystemExit) as left:
        front.main()
    return int(left.value.code or 0)


def written(number: object, kind: str) -> str:
    """A number of the JSON document as people write it."""
    if number is None:
        return "–"
    return f"{100 * number:,.1f}%" if kind in ("share", "money_share") else f"{number:,.2f}"


def test_every_cell_is_the_number_that_programs_are_told(qapp, tangled):
    with contextlib.closing(open_home(tangled)) as connection:
        found = report(connection, by="associate", since=made.START, until=made.START + timedelta(days=28))
    document = json.loads(export.json_text(found))
    assert len(document["rows"]) > 20
    for row, told in zip(found.rows, document["rows"], strict=True):
        value, bounds, base = cell_lines(row)
        kind = definition(row.figure).kind
        assert value.split(" ")[0] == written(told["value"], kind)
        if told["low"] is not None:
            assert bounds == f"{written(told['low'], kind)} to {written(told['high'], kind)}"
        numbers = [float(part.replace(",", "")) for part in base.split(" of ")]
        assert numbers == pytest.approx([told["num"], told["den"]], abs=0.005)


def test_the_file_is_a4_and_holds_every_value_with_filters_and_definitions(
    qapp, tangled, monkeypatch, tmp_path
):
    to_text, info = shutil.which("pdftotext"), shutil.which("pdfinfo")
    if to_text is None or info is None:
        pytest.skip("pdftotext is not installed")
    file = tmp_path / "report.pdf"
    assert ask(tangled, monkeypatch, "--format", "pdf", "--out", str(file)) == 0
    assert ask(tangled, monkeypatch, "--format", "json", "--out", str(tmp_path / "report.json")) == 0
    text = subprocess.run(
        [to_text, "-layout", str(file), "-"], capture_output=True, text=True, check=True
    ).stdout
    document = json.loads((tmp_path / "report.json").read_text())
    for row in document["rows"] + document["total"]:
        assert written(row["value"], definition(row["figure"]).kind) in text
    assert "23 Mar 2026 to 19 Apr 2026" in text
    assert "Data complete to" in text
    assert "What the figures say" in text
    tables = " ".join(text.partition("What the figures say")[0].split())
    assert tables.count(NOT_CAUSAL) >= 1  # under each table that has orders with and without
    size = subprocess.run([info, str(file)], capture_output=True, text=True, check=True).stdout
    width, height = map(float, re.findall(r"Page size:\s+([\d.]+) x ([\d.]+)", size)[0])
    assert (width, height) == pytest.approx((595.3, 841.9), abs=1.5)


def test_a_pdf_needs_a_name(tangled, monkeypatch, capsys):
    assert ask(tangled, monkeypatch, "--format", "pdf") == 1
    assert "add --out" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_said(qapp, tangled, monkeypatch, tmp_path, capsys):
    missing = Path(tmp_path) / "nowhere" / "report.pdf"
    assert ask(tangled, monkeypatch, "--format", "pdf", "--out", str(missing)) == 1
    assert "cannot be written" in capsys.readouterr().err
