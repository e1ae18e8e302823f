"""Stages of a training, on disk as soon as each is finished, so that a killed one goes on from there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

Arrays = Mapping[str, NDArray[Any]]

_DIGEST = "digest"


class Stages:
    """The finished stages of one training, in a folder of their own.

    `fingerprint` stands for everything that the arrays follow from: the data, the program's version and the
    settings. Whatever lies in the folder under another one is removed.

    Only what is known of products may be kept, never a row or a number for each customer or order: these
    files are not encrypted, and they may outlive a customer's wish to be forgotten.

    To go on after a kill is a comfort. Where the folder cannot be written or the disk is full, training goes
    on without: nothing is raised, nothing half written stays, and no later stage is tried.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._folder = folder
        self._suffix = f".{hashlib.sha256(fingerprint.encode()).hexdigest()[:32]}.safetensors"
        self._keeping = True
        with contextlib.suppress(OSError):
            for path in folder.iterdir():
                if not path.name.endswith(self._suffix):
                    with contextlib.suppress(OSError):
                        path.unlink()

    def keep(self, name: str, make: Callable[[], Arrays]) -> Arrays:
        """A stage's arrays: from disk where it was finished before, else made now and kept.

        Arrays are writable, in C order, and the same to the bit either way. A damaged file is made again.
        What `make` raises is raised, and nothing is kept.
        """
        path = self._folder / f"{name}{self._suffix}"
        kept = _read(path)
        if kept is not None:
            return kept
        made = {key: np.require(array, requirements=["C", "W"]) for key, array in make().items()}
        if self._keeping:
            self._keeping = _write(path, made)
        return made

    def done(self) -> None:
        """The training is over: nothing of it is kept any more."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _read(path: Path) -> dict[str, NDArray[Any]] | None:
    """The arrays of a file; None where it is missing, damaged or cannot be read."""
    try:
        with safe_open(path, framework="numpy") as file:
            told = (file.metadata() or {}).get(_DIGEST)
            arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (it is no mapping)
    except (OSError, SafetensorError):
        return None
    return arrays if told == _digest(path.name, arrays) else None


def _write(path: Path, arrays: Arrays) -> bool:
    """Write a file whole or not at all; False where the disk refuses."""
    raw = save(dict(arrays), metadata={_DIGEST: _digest(path.name, arrays)})
    # The process's number: a second training at the same time writes files of its own.
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
            path.parent.rmdir()  # refused where an earlier stage is in it
        return False
    return True


def _digest(name: str, arrays: Arrays) -> str:
    """Of the file's name, too: a file that was renamed is another stage's."""
    told = hashlib.sha256(name.encode())
    for key in sorted(arrays):
        told.update(repr((key, arrays[key].dtype.str, arrays[key].shape)).encode())
        told.update(arrays[key].reshape(-1).data)
    return told.hexdigest()
