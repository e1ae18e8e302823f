"""The commands that look after a home, called as people call them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import __main__ as front
from assistant.store import copies, keys, visits
from assistant.store.database import Home, open_catalog, open_file, open_home
from tests.store.slates import slate

Call = Callable[..., int]


class Typed(io.StringIO):
    """Standard input, of a person or of a program."""

    at_a_terminal = False

    def isatty(self) -> bool:
        return self.at_a_terminal


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, shop_home: Home) -> Call:
    """Call the program in this process on the small shop's home; gives the exit status."""

    def run(*words: str | Path, typed: str = "", home: Home = shop_home) -> int:
        monkeypatch.setattr(sys, "argv", ["assistant", "--home", str(home.folder), *map(str, words)])
        monkeypatch.setattr(sys, "stdin", Typed(typed))
        with pytest.raises(SystemExit) as left:
            front.main()
        return int(left.value.code or 0)

    return run


@pytest.fixture
def served(shop_home: Home) -> Home:
    """A home whose log holds a visit with one answer."""
    with contextlib.closing(open_home(shop_home)) as connection:
        visit = visits.begin(connection, associate_id="A1", touchpoint="counter", customer_id="C-10412")
        (shown,) = visits.show(connection, visit.visit_id, slate(connection, "P3"))
        visits.answer(connection, str(shown.suggestion_id), "accepted", associate_id="A1")
    return shop_home


def count(home: Home, table: str) -> int:
    with contextlib.closing(open_home(home)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_there_and_back(served: Home, call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("backup", tmp_path / "b.db") == 0
    assert "1 visit and 1 answer" in capsys.readouterr().out
    with contextlib.closing(open_home(served)) as connection:
        visits.begin(connection, associate_id="A1", touchpoint="counter")
    assert call("restore", tmp_path / "b.db") == 0
    said = capsys.readouterr().out
    assert "1 visit and 1 answer" in said
    assert str(served.backups) in said
    assert count(served, "visits") == 1


def test_a_backup_does_not_replace_a_file_unless_told(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b.db").write_text("mine")
    assert call("backup", tmp_path / "b.db") == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "--force" in err
    assert call("backup", "--force", tmp_path / "b.db") == 0
    assert (tmp_path / "b.db").read_bytes() != b"mine"


def test_a_backup_from_another_computer_takes_its_recovery_key(
    served: Home, call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("backup", tmp_path / "b.db") == 0
    capsys.readouterr()
    fresh = Home(tmp_path / "fresh")
    assert call("restore", tmp_path / "b.db", home=fresh) == 1
    assert "recovery key" in capsys.readouterr().err
    written_down = keys.recovery_key(keys.read(served))
    assert call("restore", tmp_path / "b.db", "--recovery-key-stdin", typed=written_down, home=fresh) == 0
    assert count(fresh, "answers") == 1
    assert call("restore", tmp_path / "b.db", "--recovery-key-stdin", home=fresh) == 1
    assert "No recovery key came" in capsys.readouterr().err


def test_a_person_is_asked_for_the_recovery_key(
    served: Home, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("backup", tmp_path / "b.db") == 0
    fresh = Home(tmp_path / "fresh")
    monkeypatch.setattr("click.prompt", lambda *_, **__: keys.recovery_key(keys.read(served)))
    monkeypatch.setattr(Typed, "at_a_terminal", True)
    assert call("restore", tmp_path / "b.db", home=fresh) == 0
    assert count(fresh, "answers") == 1


def test_unlock_brings_a_lost_key_back(served: Home, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    written_down = keys.recovery_key(keys.read(served))
    served.key_file.unlink()
    assert call("doctor") == 1
    assert "assistant unlock" in capsys.readouterr().err
    assert call("unlock", "--recovery-key-stdin", typed="ABCD-EFGH\n") == 1
    assert "not a recovery key" in capsys.readouterr().err
    assert call("unlock", "--recovery-key-stdin", typed=f"{written_down}\n") == 0
    assert str(served.key_file) in capsys.readouterr().out
    assert count(served, "answers") == 1


def test_a_plain_copy_opens_without_us(
    served: Home, call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("export-db", tmp_path / "all.sqlite") == 0
    assert "not encrypted" in capsys.readouterr().out
    assert call("export-db", tmp_path / "some.sqlite", "--no-customers") == 0
    assert "customers left out" in capsys.readouterr().out
    named = []
    for name in ("all.sqlite", "some.sqlite"):
        with contextlib.closing(sqlite3.connect(tmp_path / name)) as plain:
            named.append(plain.execute("SELECT count(name) FROM customers").fetchone()[0])
    assert named == [3, 0]


def test_doctor_says_how_the_home_is(served: Home, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("doctor") == 0
    said = capsys.readouterr().out
    assert f"no keyring on this system: the key lies in {served.key_file}, readable by you only" in said
    assert "12 products" in said
    assert "3 records" in said
    assert said.count("sound") == 2


def test_doctor_tells_programs_the_same(served: Home, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("doctor", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["order_lines"] == count(served, "order_lines")
    assert (told["counts"]["answers"], told["waiting"], told["sound"]) == (1, 3, True)
    assert (told["key_kept_in"], told["key_mode"], told["key_exposed"]) == ("file", "600", False)
    assert {"sqlite", "sqlcipher", "sqlcipher3"} <= set(told["versions"])
    assert [Path(f["file"]).name for f in told["files"]] == ["log.db", "catalog.db"]
    assert all(f["version"] == f["known_version"] and f["size"] > 0 for f in told["files"])


def test_no_command_here_loads_qt_or_frames(served: Home, tmp_path: Path) -> None:
    for words in (["doctor"], ["backup", str(tmp_path / "b.db")], ["export-db", str(tmp_path / "p.db")]):
        program = (
            "import sys; from assistant.__main__ import doors; "
            f"doors.main(['--home', {str(served.folder)!r}, *{words!r}], standalone_mode=False); "
            "print({m.split('.')[0] for m in sys.modules} & {'PySide6', 'pandas', 'sklearn', 'scipy'})"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "set()"


def test_doctor_warns_of_a_key_that_others_can_read(
    served: Home, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    served.key_file.chmod(0o644)
    assert call("doctor") == 0
    assert f"chmod 600 {served.key_file}" in capsys.readouterr().out


def test_doctor_finds_damage_and_says_the_way_out(
    served: Home, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.closing(open_catalog(served)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = bytearray(served.catalog.read_bytes())
    raw[-200] ^= 1
    served.catalog.write_bytes(raw)
    assert call("doctor", "--json") == 1
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert not told["sound"]
    assert [bool(f["problems"]) for f in told["files"]] == [False, True]
    assert err.startswith("catalog.db: ")
    assert err.count("\n") == 1


def test_doctor_says_what_a_mirror_that_does_not_open_means(
    served: Home, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    for ending in ("-wal", "-shm"):
        served.catalog.with_name(f"catalog.db{ending}").unlink(missing_ok=True)
    served.catalog.write_bytes(b"nonsense " * 1000)
    assert call("doctor") == 1
    assert "The log is sound" in capsys.readouterr().err
    served.catalog.unlink()
    assert call("doctor") == 0
    assert count(served, "answers") == 1


def test_rows_that_refer_to_nothing_are_damage(
    served: Home, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.closing(open_file(served.log, keys.read(served))) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM suggestions")
    assert call("doctor") == 1
    assert "1 rows refer to rows that are not there" in capsys.readouterr().err


def overwrite_a_page(home: Home, table: str) -> None:
    """Turn bytes over in the first page of a table of the log, as a failing disk does."""
    with contextlib.closing(open_file(home.log, keys.read(home))) as log:
        (page,) = log.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    pages = bytearray(home.log.read_bytes())
    pages[(page - 1) * 4096 + 100] ^= 0xFF
    home.log.write_bytes(bytes(pages))


def test_a_log_of_damaged_pages_is_said_to_be_damaged(
    call: Call, served: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    overwrite_a_page(served, "visits")
    assert call("doctor") == 1
    err = capsys.readouterr().err
    assert err.startswith("log.db: ")
    assert "assistant restore" in err


@pytest.mark.parametrize("words", [("report",), ("sync",), ("restore", "kept.db"), ()])
def test_a_mirror_that_does_not_open_is_no_lost_key(
    call: Call,
    served: Home,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("backup", "kept.db") == 0
    served.catalog.write_bytes(b"no database" * 1000)
    assert call(*words) == 1
    err = capsys.readouterr().err
    assert "assistant unlock" not in err
    assert "The log is sound" in err


@pytest.mark.parametrize("command", ["backup", "export-db"])
def test_a_copy_that_is_told_to_end_leaves_nothing(
    call: Call, served: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    begun = []

    def told_to_end(unfinished: Path, file: Path) -> None:
        begun.append(unfinished.stat().st_size)
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(copies, "_name", told_to_end)
    (tmp_path / "out").mkdir()
    assert call(command, tmp_path / "out" / "copy.db") == 130
    assert begun[0] > 0
    assert list((tmp_path / "out").iterdir()) == []


def test_a_recovery_key_of_strange_bytes_is_none(shop_home: Home) -> None:
    for given in (b"\xff\xfe\x80", b""):
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "--home", shop_home.folder, "unlock", "--recovery-key-stdin"],
            input=given,
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
        )
        assert done.returncode == 1
        assert b"recovery key" in done.stderr
        assert done.stderr.count(b"\n") == 1
