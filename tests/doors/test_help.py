"""What the help of commands teaches is what the code knows."""

from __future__ import annotations

import sys

import pytest

from assistant import __main__ as front
from assistant.records import TOUCHPOINTS
from assistant.resources import resource
from assistant.shop import vendure_rows, words
from assistant.shop.tables import NO_FILE, TABLES


@pytest.fixture
def help_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """The help of a command."""

    def ask(*command: str) -> str:
        monkeypatch.setattr(sys, "argv", ["assistant", *command, "--help"])
        with pytest.raises(SystemExit) as left:
            front.main()
        assert left.value.code == 0
        return capsys.readouterr().out

    return ask


def test_connect_csv_lists_every_file_with_its_columns(help_of):
    said = " ".join(help_of("connect", "csv").split())
    for table, columns in TABLES.items():
        name = table if table in NO_FILE else f"{table}.csv"
        listed = said.split(f"{name}: ", 1)[1].split(". ")[0]
        assert listed.startswith(
            ", ".join(f"{column}*" if kind.required else column for column, kind in columns.items())
        )


def test_connect_csv_explains_every_word_of_a_mapping(help_of):
    lines = [line.split() for line in help_of("connect", "csv").splitlines()]
    named = {parts[0] for parts in lines if parts}
    for part in (words.WHOLE, words.TABLE, words.COLUMN, words.LEAVE_OUT, words.LOOKUP, words.TESTS):
        assert set(part) <= named
    said = help_of("connect", "csv")
    assert all(file.stem in said for file in resource("mappings").glob("*.toml"))


def test_connect_vendure_says_where_the_key_is_made_and_what_the_fields_hold(help_of):
    said = " ".join(help_of("connect", "vendure").split())
    assert "under Settings, API keys" in said
    assert "true is given, false withheld, empty not known" in said
    usual = vendure_rows.Fields()
    for name in (usual.barcode, usual.cost, usual.consent, usual.salesperson):
        assert f"[default: {name}]" in said


def test_report_names_the_touchpoints(help_of):
    assert f"[{'|'.join(TOUCHPOINTS)}]" in help_of("report")
