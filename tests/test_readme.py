"""The README is true: its mapping can be read, its commands exist, its files are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant import __main__ as front
from assistant.shop import csv_folder
from assistant.store.database import Home

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_mapping_it_shows_reads_a_till(home: Home, tmp_path):
    (tmp_path / "mapping.toml").write_text(
        re.search(r"```toml\n(.*?)```", README, re.S).group(1), encoding="utf-8"
    )
    folder = tmp_path / "exports"
    folder.mkdir()
    rows = "Receipt,Article,Text,Pieces\n1,A,Café,2\n1,POST,Postage,1\n2,B,Tea,1\nC3,B,Tea,-1\n"
    (folder / "export-1.csv").write_text(rows, encoding="latin-1")
    csv_folder.connect_csv(home, folder, str(tmp_path / "mapping.toml"))
    result = csv_folder.sync(home)
    assert (result.loaded, result.rejected, result.left_out) == ({"order_lines": 3}, 0, 1)


def test_every_command_it_names_exists():
    named = set(re.findall(r"\bassistant (?:\[--\w+\] )?([a-z][a-z-]+)", README)) - {"is"}
    assert named <= set(front._DOORS)
    assert {"demo", "connect", "sync", "train", "report", "backup", "doctor"} <= named


@pytest.mark.parametrize("path", re.findall(r"\]\((?!http)([^)]+)\)", README))
def test_every_file_it_shows_is_there(path):
    assert (ROOT / path).is_file()


def test_every_dependency_says_why_it_is_here():
    declared = re.search(
        r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.S | re.M
    )
    names = {re.match(r"[\w-]+", line).group() for line in re.findall(r'"([^"]+)"', declared.group(1))}
    table = README.split("Why each package is here", 1)[1]
    assert {name for name in names if name not in table} == set()
