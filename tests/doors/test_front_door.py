"""The front door: exit statuses, one sentence per known problem, crash reports, progress as JSON lines."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from assistant import __main__ as front
from assistant.doors import errand
from assistant.errors import InputError, RefusedError, ShopError, UnreachedError
from assistant.store import database
from assistant.store.database import DatabaseError, OperationalError, open_catalog


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Call the program in this process with a home of its own; gives the exit status."""

    def run(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["assistant", "--home", str(tmp_path / "home"), *words])
        with pytest.raises(SystemExit) as left:
            front.main()
        return int(left.value.code or 0)

    return run


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch):
    """Put one more command behind the front door for the length of a test."""

    def add(work) -> None:
        command = click.Command("tried", callback=work)
        monkeypatch.setattr(front._Doors, "get_command", lambda self, ctx, name: command)

    return add


def test_every_command_teaches_what_it_does(call, capsys):
    for name in front._DOORS:
        assert call(name, "--help") == 0
        said = capsys.readouterr().out
        assert "Usage: assistant" in said
        described = said.split("\n\n", 1)[1].split("Options:")[0].strip()
        assert len(described) > 60, f"{name} --help hardly says what it does"


def test_an_unknown_command_is_wrong_usage(call, capsys):
    assert call("teleport") == 2
    assert "No such command" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--home", "", "doctor"), ("connect", "csv", "")])
def test_an_empty_name_is_not_the_folder_one_stands_in(call, capsys, tmp_path, monkeypatch, words):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert call(*words) == 2
    assert "it is empty" in capsys.readouterr().err
    assert not list((tmp_path / "here").iterdir())


def test_a_known_problem_is_one_sentence_and_status_1(call, door, capsys):
    def work() -> None:
        raise InputError("There is no product 999.")

    door(work)
    assert call("tried") == 1
    said = capsys.readouterr()
    assert said.err == "There is no product 999.\n"
    assert said.out == ""


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (OSError(28, "No space left on device"), "The system refused: No space left on device."),
        (
            PermissionError(13, "Permission denied", "/far/away"),
            "/far/away cannot be used: Permission denied.",
        ),
        (DatabaseError("database disk image is malformed"), "assistant doctor"),
        (
            OperationalError("database or disk is full"),
            "(database or disk is full); what was saved before is safe.",
        ),
        (OperationalError("database is locked"), "busy with another errand"),
    ],
)
def test_what_the_disk_refuses_is_a_sentence_whoever_asked(call, door, capsys, problem, said):
    def work() -> None:
        raise problem

    door(work)
    assert call("tried") == 1
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_our_own_sql_mistake_is_ours(call, door, capsys):
    def work() -> None:
        raise OperationalError("no such column: prise")

    door(work)
    assert call("tried") == 70


def test_a_crash_report_that_cannot_be_kept_in_the_home_lies_elsewhere(
    call, door, capsys, tmp_path, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def work() -> None:
        raise ZeroDivisionError("planted")

    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "crashes").write_text("in the way")
    door(work)
    assert call("tried") == 70
    named = capsys.readouterr().err.split("The details are in ")[1].split(";")[0]
    assert "planted" in Path(named).read_text(encoding="utf-8")


def test_a_name_that_is_no_text_names_nothing(call, capsys):
    assert call("suggest", "--product", "\udcff") == 1
    assert "no text in this system's encoding" in capsys.readouterr().err


def test_our_own_mistake_leaves_a_report_and_no_stack_trace(call, door, capsys, tmp_path):
    def work() -> None:
        raise ZeroDivisionError("planted")

    door(work)
    assert call("tried") == 70
    said = capsys.readouterr().err
    assert "Traceback" not in said
    (report,) = (tmp_path / "home" / "crashes").iterdir()
    assert str(report) in said.replace("\n", "")
    assert "ZeroDivisionError: planted" in report.read_text(encoding="utf-8")


def test_ctrl_c_is_status_130(call, door, capsys):
    def work() -> None:
        raise KeyboardInterrupt

    door(work)
    assert call("tried") == 130
    assert "Cancelled" in capsys.readouterr().err


def test_ctrl_c_while_the_program_is_loaded_is_a_sentence_too(tmp_path):
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n")
    root = Path(front.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "doctor"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"},
    )
    assert done.stderr == "Cancelled; nothing half-done was kept.\n"
    assert done.returncode in (-signal.SIGINT, 130)  # killed by it, which a shell calls 130


def test_progress_as_json_lines_closes_with_done(capsys):
    with errand.progress("json") as say:
        say("orders", 5, 10)
        say("orders", 10, 10)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["t"] for line in lines] == ["progress", "progress", "done"]
    assert lines[0] == {"t": "progress", "what": "orders", "done": 5, "total": 10}


def test_progress_as_json_lines_closes_with_the_error(capsys):
    with pytest.raises(InputError), errand.progress("json") as say:
        say("orders", 5, None)
        raise InputError("The file is empty.")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1] == {
        "t": "error", "what": "The file is empty.", "done": 5, "total": None, "kind": "other",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("problem", "kind"), [(UnreachedError, "unreached"), (RefusedError, "refused"), (ShopError, "other")]
)
def test_an_error_line_says_what_may_be_done_about_it(capsys, problem, kind):
    with pytest.raises(problem), errand.progress("json"):
        raise problem("The shop says no.")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["kind"] == kind


def test_the_recovery_key_is_said_once(tmp_path, capsys):
    from assistant.store import keys
    from assistant.store.database import Home

    home = Home(tmp_path / "new")
    errand.ready(home)
    said = capsys.readouterr().err
    assert keys.recovery_key(keys.read(home)) in said
    errand.ready(home)
    assert capsys.readouterr().err == ""


def test_a_reader_that_goes_away_is_no_fault():
    talks = subprocess.Popen(
        [sys.executable, "-m", "assistant", "--help"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    talks.stdout.close()
    said = talks.stderr.read().decode()
    talks.stderr.close()
    talks.wait()
    assert said == ""
    assert talks.returncode == 0


def test_a_full_home_says_what_is_safe_and_what_to_do(home, call, capsys, monkeypatch):
    def full(*_args, **_named):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(database, "connect", full)
    assert call("models") == 1
    said = capsys.readouterr().err
    assert said == (
        f"{home.folder} cannot be used (database or disk is full); what was saved before is safe. Make room "
        "on its disk, or see that it may be written to, and try again.\n"
    )


def test_a_home_that_may_not_be_written_says_what_to_do(home, call, capsys, monkeypatch):
    monkeypatch.setattr(database.os, "access", lambda path, mode: mode != os.W_OK)
    assert call("models") == 1
    assert capsys.readouterr().err.startswith(
        f"The folder {home.folder} cannot be written to; what is in it is safe. Give your user the right "
    )


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_any_name_can_be_said_to_a_program(shop_home, encoding):
    with contextlib.closing(open_catalog(shop_home)) as catalog:
        catalog.execute("UPDATE products SET name = 'Café → 日本 📷'")
    (sku,) = _ask_one(shop_home, "SELECT sku FROM products")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "assistant",
            "--home",
            shop_home.folder,
            "suggest",
            "--product",
            sku,
            "--json",
        ],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["basket"]["lines"][0]["name"] == "Café → 日本 📷"


@pytest.mark.skipif(os.name != "posix", reason="said in a shell's words")
def test_with_standard_output_closed_a_command_still_ends_well(shop_home):
    words = [sys.executable, "-m", "assistant", "--home", str(shop_home.folder), "doctor"]
    done = subprocess.run(["/bin/sh", "-c", 'exec "$@" >&-', "sh", *words], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    words[-1:] = ["report", "--from", "2026-01-01", "--to", "2026-01-02"]
    done = subprocess.run(["/bin/sh", "-c", 'exec "$@" >&-', "sh", *words], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def _ask_one(home, question):
    with contextlib.closing(open_catalog(home)) as catalog:
        return catalog.execute(question).fetchone()
