"""The key: kept where only its owner reads it, and said in letters that a person can copy."""

from __future__ import annotations

import contextlib
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError, KeyMissingError, StoreError
from assistant.store import keys
from assistant.store.database import Home, open_file, open_home

a_key = st.binary(min_size=32, max_size=32)


class Kept(keyring.backend.KeyringBackend):
    """A keyring that keeps what it is given, for the length of a test."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password


class Forgetful(Kept):
    """A keyring that forgets at once and says nothing, as the null backend does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Broken(Kept):
    """A keyring whose system library raises its own kind of error."""

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("no bus")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError("no bus")


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch):
    """Put a keyring in place of the one that tests have, which refuses everything."""

    def put(backend: keyring.backend.KeyringBackend) -> None:
        monkeypatch.setattr(keyring, "get_password", backend.get_password)
        monkeypatch.setattr(keyring, "set_password", backend.set_password)

    return put


@given(key=a_key)
def test_a_recovery_key_says_its_key(key: bytes) -> None:
    text = keys.recovery_key(key)
    assert len(text) == 14 * 4 + 13
    assert keys.parse_recovery_key(text) == key


@given(key=a_key, data=st.data())
def test_a_recovery_key_is_read_as_people_write_it(key: bytes, data: st.DataObject) -> None:
    text = keys.recovery_key(key)
    if data.draw(st.booleans()):
        text = text.lower()
    text = text.replace("-", data.draw(st.sampled_from(["", " ", " - ", "\n"])))
    text = text.replace("O", data.draw(st.sampled_from("O0"))).replace("I", data.draw(st.sampled_from("I1")))
    assert keys.parse_recovery_key(f" {text}\n") == key


@given(key=a_key, data=st.data())
def test_one_mistyped_letter_is_noticed(key: bytes, data: st.DataObject) -> None:
    text = keys.recovery_key(key).replace("-", "")
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" if c != text[at]]))
    with pytest.raises(InputError, match="not a recovery key"):
        keys.parse_recovery_key(text[:at] + other + text[at + 1 :])


@given(text=st.text(max_size=80))
def test_any_other_text_is_no_recovery_key(text: str) -> None:
    with pytest.raises(InputError, match="not a recovery key"):
        keys.parse_recovery_key(text)


def test_without_a_keyring_the_key_is_a_file_for_its_owner_only(home: Home) -> None:
    assert keys.kept_in(home) == "file"
    assert home.key_file.stat().st_mode & 0o777 == 0o600
    assert home.folder.stat().st_mode & 0o777 == 0o700
    assert keys.read(home) == bytes.fromhex(home.key_file.read_text())


def test_a_keyring_keeps_the_key_and_no_file_does(home: Home, use) -> None:
    key = keys.read(home)
    use(Kept())
    assert keys.keep(home, key) == "keyring"
    assert keys.kept_in(home) == "keyring"
    assert not home.key_file.exists()
    open_home(home).close()


def test_each_home_has_its_own_entry_in_the_keyring(home: Home, tmp_path: Path, use) -> None:
    use(Kept())
    keys.keep(home, bytes(32))
    assert keys.kept_in(Home(tmp_path / "other")) == "nowhere"


@pytest.mark.parametrize("backend", [Forgetful, Broken])
def test_a_keyring_that_does_not_keep_is_none(home: Home, use, backend: type[Kept]) -> None:
    key = keys.read(home)
    home.key_file.unlink()
    use(backend())
    assert keys.keep(home, key) == "file"
    assert keys.read(home) == key


def test_a_key_that_is_nowhere_is_said_with_the_way_out(home: Home) -> None:
    home.key_file.unlink()
    with pytest.raises(KeyMissingError, match="unlock"):
        keys.read(home)


@pytest.mark.parametrize("content", ["", "zz", "ab" * 31, "ab" * 33, "é" * 64])
def test_a_damaged_key_file_is_said_with_the_way_out(home: Home, content: str) -> None:
    home.key_file.write_text(content, encoding="utf-8")
    with pytest.raises(KeyMissingError, match="unlock"):
        keys.read(home)


def test_a_key_that_cannot_be_kept_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = home.key_file.read_text()

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StoreError, match="No space left"):
        keys.keep(home, bytes(32))
    assert home.key_file.read_text() == before


def test_the_wrong_key_opens_nothing_and_says_nothing_by_itself(
    home: Home, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyMissingError, match="does not open"):
        open_file(home.log, bytes(32))
    assert capfd.readouterr() == ("", "")


def test_the_files_cannot_be_read_without_the_key(shop_home: Home) -> None:
    with contextlib.closing(open_home(shop_home)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in (shop_home.log, shop_home.catalog):
        raw = b"".join(p.read_bytes() for p in file.parent.glob(f"{file.name}*"))
        assert not file.read_bytes().startswith(b"SQLite format 3")
        assert b"Maren" not in raw
        assert b"CREATE TABLE" not in raw
