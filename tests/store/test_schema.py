"""The two files: made once, brought up with a copy first, refused in words where they cannot be used."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import BusyError, KeyMissingError, NewerFileError, StoreError
from assistant.store import keys, schema, visits
from assistant.store.database import (
    Connection,
    Home,
    alone,
    check_integrity,
    open_catalog,
    open_file,
    open_home,
)


def second(db: object) -> None:
    """A step that a later version might have."""
    db.execute("ALTER TABLE visits ADD COLUMN mood TEXT")  # type: ignore[attr-defined]


def failing(db: object) -> None:
    """A step that changes something and then breaks."""
    db.execute("DELETE FROM visits")  # type: ignore[attr-defined]
    raise ValueError("broken step")


def columns(connection: Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def test_the_first_start_gives_a_key_and_the_next_none(tmp_path: Path) -> None:
    home = Home(tmp_path / "new" / "home")
    assert schema.prepare(home) == keys.read(home)
    assert schema.is_ready(home)
    assert schema.prepare(home) is None
    with contextlib.closing(open_home(home)) as connection:
        assert check_integrity(connection) == ()
        assert connection.execute("SELECT count(*), max(sequence) FROM terminal").fetchone() == (1, 0)


def test_a_home_that_is_not_there_is_not_ready(tmp_path: Path) -> None:
    home = Home(tmp_path / "none")
    assert not schema.is_ready(home)
    assert not home.folder.exists()


def test_acknowledged_means_on_disk(home: Home) -> None:
    with contextlib.closing(open_home(home)) as connection:
        assert connection.execute("PRAGMA main.synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA main.journal_mode").fetchone() == ("wal",)


def test_a_new_step_is_taken_after_a_copy_was_put_aside(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.closing(open_home(home)) as connection:
        visits.begin(connection, associate_id="A1", touchpoint="counter")
    monkeypatch.setattr(schema, "LOG", (*schema.LOG, second))
    assert not schema.is_ready(home)
    with pytest.raises(StoreError, match="older version"):
        open_home(home)
    schema.prepare(home)
    assert schema.is_ready(home)
    with contextlib.closing(open_home(home)) as connection:
        assert "mood" in columns(connection, "visits")
        assert connection.execute("SELECT count(*) FROM visits").fetchone() == (1,)
    with contextlib.closing(
        open_file(home.backups / f"log-before-{len(schema.LOG)}.db", keys.read(home))
    ) as before:
        assert "mood" not in columns(before, "visits")
        assert before.execute("SELECT count(*) FROM visits").fetchone() == (1,)
    assert not (home.backups / "catalog-before-2.db").exists()


def test_a_step_that_breaks_leaves_the_file_as_it_was(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.closing(open_home(home)) as connection:
        visits.begin(connection, associate_id="A1", touchpoint="counter")
    with monkeypatch.context() as newer_program:
        newer_program.setattr(schema, "LOG", (*schema.LOG, failing))
        with pytest.raises(ValueError, match="broken step"):
            schema.prepare(home)
    with contextlib.closing(open_home(home)) as connection:
        assert connection.execute("SELECT count(*) FROM visits").fetchone() == (1,)


def test_a_first_start_cut_short_after_its_tables_is_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")

    def cut_short(connection: Connection, name: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(schema, "_first_rows", cut_short)
        with pytest.raises(KeyboardInterrupt):
            schema.bring_up(home, _keyed(home), keys.read(home), "log", schema.LOG)
    schema.prepare(home)
    with contextlib.closing(open_home(home)) as connection:
        visits.begin(connection, associate_id="A1", touchpoint="counter")
        assert connection.execute("SELECT sequence FROM terminal").fetchall() == [(1,)]


def _keyed(home: Home) -> Path:
    """The log of a home that has its key and nothing else."""
    home.make()
    keys.create(home)
    return home.log


@pytest.mark.parametrize("name", ["log.db", "catalog.db"])
def test_a_newer_file_is_refused_in_words_and_kept(home: Home, name: str) -> None:
    file = home.folder / name
    with contextlib.closing(open_file(file, keys.read(home))) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    for use in (schema.prepare, schema.is_ready, open_home):
        with pytest.raises(NewerFileError, match=rf"{name} was written by a newer version"):
            use(home)
    assert file.read_bytes() == before


def test_a_newer_catalog_is_refused_by_an_errand_too(home: Home) -> None:
    with contextlib.closing(open_catalog(home)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(NewerFileError):
        open_catalog(home)


@pytest.mark.parametrize("name", ["log.db", "catalog.db"])
def test_a_file_that_is_none_of_ours_is_said(home: Home, name: str) -> None:
    (home.folder / name).write_bytes(b"something else entirely " * 400)
    with pytest.raises(StoreError, match=name):
        open_home(home)
    with pytest.raises(KeyMissingError, match=r"does not open .* or the file is damaged"):
        schema.prepare(home)


def test_a_flipped_bit_is_found(shop_home: Home) -> None:
    with contextlib.closing(open_catalog(shop_home)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = bytearray(shop_home.catalog.read_bytes())
    raw[len(raw) // 2] ^= 1
    shop_home.catalog.write_bytes(raw)
    with contextlib.closing(open_catalog(shop_home)) as connection:
        assert check_integrity(connection)


def test_a_missing_file_is_said(home: Home) -> None:
    home.log.unlink()
    with pytest.raises(StoreError, match="no file"):
        open_home(home)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        schema.prepare(Home(tmp_path / "file" / "home"))


def test_a_home_that_is_being_made_ready_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    home.make()
    monkeypatch.setattr("assistant.store.database.ALONE_SECONDS", 0.0)
    with alone(home), pytest.raises(BusyError, match="making"):
        schema.prepare(home)
    assert keys.kept_in(home) == "nowhere"
    schema.prepare(home)


def test_first_starts_at_the_same_moment_agree_on_one_key(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    words = (
        "from pathlib import Path; from assistant.store import schema; "
        "from assistant.store.database import Home; "
        f"print(schema.prepare(Home(Path({str(home.folder)!r}))) is not None)"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = [process.communicate(timeout=6000)[0].strip() for process in started]
    assert sorted(said) == ["False", "False", "True"]
    open_home(home).close()
