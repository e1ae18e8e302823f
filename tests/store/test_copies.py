"""Backups that come back, on this computer and on another, and plain copies that others open."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.errors import InputError, KeyMissingError, KnownError, NewerFileError, StoreError
from assistant.store import copies, keys, people, pins, preferences, schema, visits
from assistant.store.database import Home, open_file, open_home, transaction
from tests.store.slates import slate


def serve(home: Home, *kinds: str) -> list[str]:
    """One visit with an answer of each kind; the ids of the answers."""
    with contextlib.closing(open_home(home)) as connection:
        visit = visits.begin(connection, associate_id="A1", touchpoint="counter", customer_id="C-10412")
        shown = visits.show(connection, visit.visit_id, slate(connection, "P3", "P5", "P6"))
        return [
            visits.answer(connection, str(s.suggestion_id), kind, associate_id="A1").answer_id  # type: ignore[arg-type]
            for s, kind in zip(shown, kinds, strict=False)
        ]


def answers(home: Home) -> list[str]:
    with contextlib.closing(open_home(home)) as connection:
        return [row[0] for row in connection.execute("SELECT answer_id FROM answers ORDER BY sequence")]


def terminal(home: Home) -> tuple[str, int]:
    with contextlib.closing(open_home(home)) as connection:
        row = connection.execute("SELECT terminal_id, sequence FROM terminal").fetchone()
        return str(row[0]), int(row[1])


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_comes_back_and_the_log_from_before_is_kept(shop_home: Home, tmp_path: Path) -> None:
    file = tmp_path / "log-backup.db"
    kept = serve(shop_home, "accepted", "declined")
    made = copies.backup(shop_home, file)
    assert (made.file, made.visits, made.answers, made.size) == (file, 1, 2, file.stat().st_size)
    later = serve(shop_home, "later")
    done = copies.restore(shop_home, file)
    assert (done.visits, done.answers) == (1, 2)
    assert answers(shop_home) == kept
    assert done.before is not None
    assert done.before.file.parent == shop_home.backups
    copies.restore(shop_home, done.before.file)
    assert answers(shop_home) == kept + later


def test_a_backup_is_one_encrypted_file_for_its_owner(shop_home: Home, tmp_path: Path) -> None:
    serve(shop_home, "accepted")
    place = tmp_path / "place"
    place.mkdir()
    copies.backup(shop_home, place / "b.db")
    assert left(place) == {"b.db"}
    assert (place / "b.db").stat().st_mode & 0o777 == 0o600
    raw = (place / "b.db").read_bytes()
    assert not raw.startswith(b"SQLite format 3")
    assert b"C-10412" not in raw


def test_a_backup_is_taken_while_an_answer_is_being_written(shop_home: Home, tmp_path: Path) -> None:
    kept = serve(shop_home, "accepted")
    with contextlib.closing(open_home(shop_home)) as writing, transaction(writing):
        writing.execute("UPDATE visits SET note = 'half'")
        made = copies.backup(shop_home, tmp_path / "b.db")
    assert made.answers == len(kept)


def test_an_open_window_goes_on_after_a_restore(shop_home: Home, tmp_path: Path) -> None:
    kept = serve(shop_home, "accepted")
    copies.backup(shop_home, tmp_path / "b.db")
    serve(shop_home, "declined")
    with contextlib.closing(open_home(shop_home)) as window:
        assert window.execute("SELECT count(*) FROM answers").fetchone() == (2,)
        copies.restore(shop_home, tmp_path / "b.db")
        assert [row[0] for row in window.execute("SELECT answer_id FROM answers")] == kept
        visits.begin(window, associate_id="A1", touchpoint="counter")


def test_numbers_given_out_since_the_backup_are_not_given_out_again(shop_home: Home, tmp_path: Path) -> None:
    serve(shop_home, "accepted")
    name, sequence = terminal(shop_home)
    copies.backup(shop_home, tmp_path / "b.db")
    serve(shop_home, "accepted")
    copies.restore(shop_home, tmp_path / "b.db")
    after, same = terminal(shop_home)
    assert after != name  # the same number under another terminal's name is another number
    assert same == sequence


def test_a_backup_moves_to_a_new_computer_by_its_recovery_key(shop_home: Home, tmp_path: Path) -> None:
    kept = serve(shop_home, "accepted", "later")
    written_down = keys.recovery_key(keys.read(shop_home))
    copies.backup(shop_home, tmp_path / "b.db")
    fresh = Home(tmp_path / "new")
    with pytest.raises(KeyMissingError, match="recovery key"):
        copies.restore(fresh, tmp_path / "b.db")
    assert not fresh.folder.exists()
    done = copies.restore(fresh, tmp_path / "b.db", written_down.lower().replace("-", " "))
    assert done.before is None
    assert answers(fresh) == kept
    assert keys.read(fresh) == keys.read(shop_home)


def test_a_home_with_a_key_of_its_own_keeps_it(shop_home: Home, tmp_path: Path) -> None:
    kept = serve(shop_home, "accepted")
    copies.backup(shop_home, tmp_path / "b.db")
    other = Home(tmp_path / "other")
    own = schema.prepare(other)
    with pytest.raises(KeyMissingError, match="another home"):
        copies.restore(other, tmp_path / "b.db")
    copies.restore(other, tmp_path / "b.db", keys.recovery_key(keys.read(shop_home)))
    assert keys.read(other) == own
    assert answers(other) == kept


def test_an_existing_file_is_replaced_only_by_force(shop_home: Home, tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    file.write_text("mine")
    for copy in (copies.backup, copies.export_plain):
        with pytest.raises(InputError, match="there already"):
            copy(shop_home, file)
        assert file.read_text() == "mine"
    assert copies.backup(shop_home, file, force=True).visits == 0
    assert copies.export_plain(shop_home, file, force=True).visits == 0


@pytest.mark.parametrize("name", ["log.db", "catalog.db", "key"])
def test_the_homes_own_files_are_never_a_target(shop_home: Home, name: str) -> None:
    with pytest.raises(InputError, match="own files"):
        copies.backup(shop_home, shop_home.folder / name, force=True)


def test_a_backup_without_a_folder_is_refused(shop_home: Home, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder"):
        copies.backup(shop_home, tmp_path / "nowhere" / "b.db")
    with pytest.raises(InputError, match="there already"):
        copies.backup(shop_home, tmp_path)


def test_a_disk_that_refuses_leaves_nothing_behind(
    shop_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StoreError, match="No space left"):
        copies.backup(shop_home, place / "b.db")
    assert left(place) == set()


def refused(home: Home, file: Path, error: type[KnownError], sentence: str) -> None:
    before = answers(home)
    with pytest.raises(error, match=sentence):
        copies.restore(home, file)
    assert answers(home) == before
    assert not home.backups.exists()


def test_what_is_no_backup_is_not_restored(shop_home: Home, tmp_path: Path) -> None:
    serve(shop_home, "accepted")
    refused(shop_home, tmp_path / "none.db", InputError, "no file")
    text = tmp_path / "text.db"
    text.write_text("not a database at all\n" * 500)
    refused(shop_home, text, KeyMissingError, "does not open")
    plain = tmp_path / "plain.db"
    with contextlib.closing(sqlite3.connect(plain)) as made:
        made.execute("CREATE TABLE t (a)")
    refused(shop_home, plain, KeyMissingError, "does not open")
    empty = tmp_path / "empty.db"
    empty.touch()
    refused(shop_home, empty, StoreError, "not a backup")
    refused(shop_home, shop_home.catalog, StoreError, "not a backup")
    with pytest.raises(InputError, match="not a recovery key"):
        copies.restore(shop_home, plain, "ABCD-EFGH")


def test_a_damaged_backup_is_not_restored(shop_home: Home, tmp_path: Path) -> None:
    serve(shop_home, "accepted")
    file = tmp_path / "b.db"
    copies.backup(shop_home, file)
    whole = file.read_bytes()
    for at in (len(whole) // 2, len(whole) - 100):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        refused(shop_home, file, StoreError, "damaged")
    file.write_bytes(whole[: len(whole) // 2])
    refused(shop_home, file, StoreError, "damaged")


def test_a_backup_of_a_newer_version_is_refused_in_words(shop_home: Home, tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    copies.backup(shop_home, file)
    with contextlib.closing(open_file(file, keys.read(shop_home))) as connection:
        connection.execute("PRAGMA user_version = 99")
    refused(shop_home, file, NewerFileError, "newer version")


def test_an_older_backup_is_brought_up_on_its_way_back(
    shop_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = serve(shop_home, "accepted")
    copies.backup(shop_home, tmp_path / "b.db")

    def log_second(db: object) -> None:
        db.execute("ALTER TABLE visits ADD COLUMN mood TEXT")  # type: ignore[attr-defined]

    monkeypatch.setattr(schema, "LOG", (*schema.LOG, log_second))
    copies.restore(shop_home, tmp_path / "b.db")
    assert answers(shop_home) == kept
    with contextlib.closing(open_home(shop_home)) as connection:
        assert connection.execute("SELECT mood FROM visits").fetchall() == [(None,)]


def test_a_lost_key_comes_back_by_the_recovery_key(shop_home: Home) -> None:
    kept = serve(shop_home, "accepted")
    written_down = keys.recovery_key(keys.read(shop_home))
    shop_home.key_file.unlink()
    with pytest.raises(KeyMissingError, match="unlock"):
        open_home(shop_home)
    with pytest.raises(KeyMissingError, match="unlock"):
        schema.prepare(shop_home)
    with pytest.raises(InputError, match="another home"):
        copies.unlock(shop_home, keys.recovery_key(os.urandom(32)))
    assert keys.kept_in(shop_home) == "nowhere"
    assert copies.unlock(shop_home, written_down) == "file"
    assert answers(shop_home) == kept


def test_unlock_needs_a_log(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no file"):
        copies.unlock(Home(tmp_path / "none"), keys.recovery_key(bytes(32)))


def tables(file: Path) -> dict[str, list[tuple[object, ...]]]:
    with contextlib.closing(sqlite3.connect(file)) as plain:
        names = [
            row[0] for row in plain.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        ]
        return {name: plain.execute(f"SELECT * FROM {name}").fetchall() for name in names}


def columns(file: Path, table: str) -> Sequence[str]:
    with contextlib.closing(sqlite3.connect(file)) as plain:
        return [row[1] for row in plain.execute(f"PRAGMA table_info({table})")]


def test_a_plain_copy_holds_every_row_of_both_files(shop_home: Home, tmp_path: Path) -> None:
    serve(shop_home, "accepted", "declined")
    file = tmp_path / "plain.sqlite"
    made = copies.export_plain(shop_home, file)
    assert (made.visits, made.answers) == (1, 2)
    found = tables(file)
    assert {"products", "orders", "customers", "visits", "answers", "current_answers"} <= set(found)
    with contextlib.closing(open_home(shop_home)) as connection:
        for table, rows in found.items():
            assert rows == connection.execute(f"SELECT * FROM {table}").fetchall(), table
    with contextlib.closing(sqlite3.connect(file)) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_no_hash_of_a_pin_leaves_the_home(shop_home: Home, tmp_path: Path) -> None:
    with contextlib.closing(open_home(shop_home)) as connection:
        pins.choose(connection, "A1", "4820")
    copies.export_plain(shop_home, tmp_path / "plain.sqlite")
    assert not {"pins", "pin_tries", "erased"} & set(tables(tmp_path / "plain.sqlite"))
    assert b"argon2" not in (tmp_path / "plain.sqlite").read_bytes()


def test_sqlite_utils_opens_a_plain_copy(shop_home: Home, tmp_path: Path) -> None:
    from sqlite_utils import Database

    copies.export_plain(shop_home, tmp_path / "plain.sqlite")
    database = Database(tmp_path / "plain.sqlite")
    assert database["products"].get("P3")["name"] == "Swift 128 GB SD card, V60"
    database.close()


def test_a_plain_copy_without_customers_names_nobody(shop_home: Home, tmp_path: Path) -> None:
    serve(shop_home, "accepted", "declined")
    with contextlib.closing(open_home(shop_home)) as connection:
        people.set_consent(connection, "C-10412", "contact", False, "A1")
        visits.finish(
            connection,
            visits.unfinished(connection, "A1")[0].visit.visit_id,
            associate_id="A1",
            note="Maren's sister",
        )
    file = tmp_path / "plain.sqlite"
    copies.export_plain(shop_home, file, customers=False)
    raw = file.read_bytes().lower()
    with contextlib.closing(open_home(shop_home)) as connection:
        told = connection.execute("SELECT customer_id, name, email, phone FROM customers").fetchall()
    for word in {str(value) for row in told for value in row if value} | {"Maren's sister"}:
        assert word.lower().encode() not in raw, word
    assert tables(file)["consents"] == []
    assert len(tables(file)["orders"]) == 300


def test_pseudonyms_are_the_same_in_one_copy_and_new_in_the_next(shop_home: Home, tmp_path: Path) -> None:
    serve(shop_home, "accepted")
    pseudonyms = []
    for name in ("one.sqlite", "two.sqlite"):
        copies.export_plain(shop_home, tmp_path / name, customers=False)
        with contextlib.closing(sqlite3.connect(tmp_path / name)) as plain:
            (visited,) = plain.execute("SELECT customer_id FROM visits").fetchone()
            assert plain.execute(
                "SELECT count(*) FROM orders WHERE customer_id = ?", (visited,)
            ).fetchone() == (2,)
            assert plain.execute(
                "SELECT tier FROM customers WHERE customer_id = ?", (visited,)
            ).fetchone() == ("Silver",)
            pseudonyms.append(visited)
    assert pseudonyms[0] != pseudonyms[1]


def test_a_plain_copy_is_for_its_owner_until_told_otherwise(shop_home: Home, tmp_path: Path) -> None:
    copies.export_plain(shop_home, tmp_path / "plain.sqlite")
    assert (tmp_path / "plain.sqlite").stat().st_mode & 0o777 == 0o600


def test_what_a_killed_backup_left_is_cleared_by_the_next(shop_home: Home, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (place / ".b.db.unfinished-0badcafe").touch()
    (place / ".b.db.notes").touch()
    copies.backup(shop_home, place / "b.db")
    assert left(place) == {"b.db", ".b.db.notes"}


def test_settings_travel_with_the_log(shop_home: Home, tmp_path: Path) -> None:
    with contextlib.closing(open_home(shop_home)) as connection:
        preferences.put(connection, "shop.name", "Harbour Cameras")
        copies.backup(shop_home, tmp_path / "b.db")
        preferences.put(connection, "shop.name", "Else")
        copies.restore(shop_home, tmp_path / "b.db")
        assert preferences.text(connection, "shop.name") == "Harbour Cameras"


def test_a_copied_folder_opens_where_its_key_file_is_copied_too(shop_home: Home, tmp_path: Path) -> None:
    kept = serve(shop_home, "accepted")
    shutil.copytree(shop_home.folder, tmp_path / "moved")
    assert answers(Home(tmp_path / "moved")) == kept


@pytest.mark.parametrize("how", ["a page", "every page", "half of it"])
def test_a_damaged_log_comes_back_from_its_backup(shop_home: Home, tmp_path: Path, how: str) -> None:
    file = tmp_path / "b.db"
    kept = serve(shop_home, "accepted", "declined")
    copies.backup(shop_home, file)
    pages = bytearray(shop_home.log.read_bytes())
    if how == "half of it":
        pages = pages[: len(pages) // 2]
    else:
        with contextlib.closing(open_file(shop_home.log, keys.read(shop_home))) as log:
            (page,) = log.execute("SELECT rootpage FROM sqlite_master WHERE name = 'visits'").fetchone()
        for at in [page - 1] if how == "a page" else range(len(pages) // 4096):
            pages[at * 4096 + 100] ^= 0xFF
    shop_home.log.write_bytes(pages)
    done = copies.restore(shop_home, file)
    assert answers(shop_home) == kept
    assert done.before is not None
    assert done.before.file.read_bytes() == bytes(pages)


def test_a_device_is_never_replaced_by_a_backup(shop_home: Home) -> None:
    with pytest.raises(InputError, match="no place for a file"):
        copies.backup(shop_home, Path(os.devnull), force=True)
    assert not Path(os.devnull).is_file()


def test_a_duplicate_holds_the_same_and_shares_nothing(shop_home, tmp_path):
    twin = copies.duplicate(shop_home, tmp_path / "twin")
    with contextlib.closing(open_home(twin)) as theirs:
        assert theirs.execute("SELECT count(*) FROM orders").fetchone() == (300,)
        visits.begin(theirs, associate_id="A1", touchpoint="counter")
    with contextlib.closing(open_home(shop_home)) as ours:
        assert ours.execute("SELECT count(*) FROM visits").fetchone() == (0,)
    assert twin.key_file.stat().st_mode & 0o077 == 0


def test_a_duplicate_goes_on_with_nobody_elses_training(shop_home: Home, tmp_path: Path) -> None:
    shop_home.unfinished.mkdir(parents=True)
    (shop_home.unfinished / "weights.safetensors").write_bytes(b"a stage")
    (shop_home.models / "a-model.safetensors").write_bytes(b"a model")
    twin = copies.duplicate(shop_home, tmp_path / "twin")
    assert left(twin.models) == {"a-model.safetensors"}
    assert (twin.models / "a-model.safetensors").read_bytes() == b"a model"
