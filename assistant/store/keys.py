"""The key of the encrypted files: where it is kept, and the recovery key that says it in letters.

It lies in the operating system's keyring, or, where there is none, in a file that only the user can read.
The recovery key is the same 32 bytes and a checksum, written in base 32 in groups of four.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import secrets
from typing import Literal

from assistant.errors import InputError, KeyMissingError, StoreError
from assistant.store.database import Home

SERVICE = "sales-assistant"
_BYTES = 32
_CHECK = 3  # 32 + 3 bytes are exactly 56 letters
_MISREAD = str.maketrans("018", "OIB")  # digits that base 32 has not


def read(home: Home) -> bytes:
    """The key of a home. Raises KeyMissingError when it is nowhere to be found."""
    kept = _from_file(home) or _from_keyring(home)
    if kept is None:
        raise KeyMissingError(
            f"The key of {home.log} is not on this computer. The file is safe; "
            "`assistant unlock` takes the recovery key that was shown at first run."
        )
    return kept


def create(home: Home) -> bytes:
    """Make a new random key for a new home and keep it."""
    key = secrets.token_bytes(_BYTES)
    keep(home, key)
    return key


def keep(home: Home, key: bytes) -> Literal["keyring", "file"]:
    """Keep a key in the keyring, else in a file of mode 600; says which."""
    import keyring

    # A backend raises whatever its system library does, and the null backend forgets without a word.
    with contextlib.suppress(Exception):
        keyring.set_password(SERVICE, _entry(home), key.hex())
    if _from_keyring(home) != key:
        keep_in_file(home, key)
        return "file"
    home.key_file.unlink(missing_ok=True)
    return "keyring"


def kept_in(home: Home) -> Literal["keyring", "file", "nowhere"]:
    """Where the key of a home lies."""
    if _from_file(home) is not None:
        return "file"
    return "keyring" if _from_keyring(home) is not None else "nowhere"


def recovery_key(key: bytes) -> str:
    """A key as a person writes it down: 14 groups of four letters and digits.

    >>> parse_recovery_key(recovery_key(bytes(32))) == bytes(32)
    True
    """
    text = base64.b32encode(key + _checksum(key)).decode()
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def parse_recovery_key(text: str) -> bytes:
    """The key behind a recovery key; spaces, dashes and case do not matter.

    Raises InputError when letters are missing or mistyped.
    """
    letters = "".join(filter(str.isalnum, text.upper())).translate(_MISREAD)
    try:
        raw = base64.b32decode(letters)
    except ValueError:
        raw = b""
    key, check = raw[:_BYTES], raw[_BYTES:]
    if len(key) != _BYTES or check != _checksum(key):
        raise InputError(
            "That is not a recovery key: it has 14 groups of four letters, and one may be mistyped."
        )
    return key


def _checksum(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:_CHECK]


def _entry(home: Home) -> str:
    return str(home.folder.resolve())


def _from_file(home: Home) -> bytes | None:
    try:
        key = bytes.fromhex(home.key_file.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as problem:
        raise KeyMissingError(
            f"The key file {home.key_file} cannot be read. `assistant unlock` takes the recovery key."
        ) from problem
    if len(key) != _BYTES:
        raise KeyMissingError(
            f"The key file {home.key_file} is damaged. `assistant unlock` takes the recovery key."
        )
    return key


def _from_keyring(home: Home) -> bytes | None:
    import keyring

    try:
        kept = keyring.get_password(SERVICE, _entry(home))
        return bytes.fromhex(kept) if kept else None
    except Exception:
        return None  # as in `keep`: no keyring that can be used


def keep_in_file(home: Home, key: bytes) -> None:
    """Keep a key in a file of mode 600, not in the keyring. Raises StoreError where the disk refuses."""
    temporary = home.key_file.with_suffix(".new")
    try:
        temporary.unlink(missing_ok=True)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key.hex())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(home.key_file)
    except OSError as problem:
        raise StoreError(f"The key cannot be kept in {home.key_file}: {problem.strerror}.") from problem
