"""A training that was killed goes on where it was, with what it would have had; and never needs to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from assistant.learn.stages import Arrays, Stages

CHILD = """
import os, signal, sys
from pathlib import Path
from tests.learn.test_stages import draw
from assistant.learn.stages import Stages
stages = Stages(Path(sys.argv[1]), "one")
stages.keep("first", lambda: draw(1))
def make():
    if sys.argv[2] == "between":
        os.kill(os.getpid(), signal.SIGKILL)
    return draw(2)
if sys.argv[2] == "writing":
    os.fsync = lambda file: os.kill(os.getpid(), signal.SIGKILL)
stages.keep("second", make)
"""


def draw(seed: int) -> Arrays:
    """Arrays of every kind that a stage may hold."""
    rng = np.random.default_rng(seed)
    return {
        "floats": rng.random((7, 3)),
        "small": rng.random(5).astype(np.float32),
        "places": rng.integers(0, 9, 11, dtype=np.int32),
        "yes": rng.random(4) < 0.5,
        "turned": np.asfortranarray(rng.random((2, 3))),
        "strided": rng.random(10)[::2],
        "nothing": np.zeros((0, 2), np.int64),
        "one": np.array(seed),
    }


def same(one: Arrays, other: Arrays) -> bool:
    """Whether two stages hold the same to the bit."""
    return one.keys() == other.keys() and all(
        one[key].dtype == other[key].dtype
        and one[key].shape == other[key].shape
        and one[key].tobytes() == other[key].tobytes()
        for key in one
    )


def never() -> Arrays:
    """A stage that should have been there."""
    raise AssertionError("made again")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models" / "unfinished"


def file_of(folder: Path, name: str) -> Path:
    (path,) = folder.glob(f"{name}.*")
    return path


def test_a_finished_stage_is_not_made_again(folder: Path) -> None:
    fresh = Stages(folder, "one").keep("first", lambda: draw(1))
    again = Stages(folder, "one").keep("first", never)
    assert same(fresh, draw(1))
    assert same(again, draw(1))
    for arrays in (fresh, again):  # what works on one works on the other
        assert all(array.flags.writeable and array.flags.c_contiguous for array in arrays.values())


@pytest.mark.parametrize("when", ["between", "writing"])
def test_a_kill_loses_only_the_stage_it_was_in(folder: Path, when: str) -> None:
    ended = subprocess.run([sys.executable, "-c", CHILD, str(folder), "no kill"], check=False)
    assert ended.returncode == 0
    whole = Stages(folder, "one")
    wanted = whole.keep("first", never), whole.keep("second", never)
    whole.done()
    # A kill while the first stage is written leaves nothing; so the first is there before.
    Stages(folder, "one").keep("first", lambda: draw(1))
    ended = subprocess.run([sys.executable, "-c", CHILD, str(folder), when], check=False)
    assert ended.returncode == -signal.SIGKILL
    calls: list[int] = []
    resumed = Stages(folder, "one")
    assert same(resumed.keep("first", never), wanted[0])
    assert same(resumed.keep("second", lambda: calls.append(1) or draw(2)), wanted[1])
    assert calls == [1]
    assert len(list(folder.iterdir())) == 2  # and nothing of the killed one


def flip(path: Path, place: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(raw)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a bit of an array": lambda path: flip(path, -1),
    "a bit of the header": lambda path: flip(path, 40),
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "empty": lambda path: os.truncate(path, 0),
    "another stage's": lambda path: path.write_bytes(file_of(path.parent, "second").read_bytes()),
    "something else": lambda path: path.write_text("not arrays"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_stage_is_made_again(folder: Path, damage: str) -> None:
    stages = Stages(folder, "one")
    stages.keep("first", lambda: draw(1))
    stages.keep("second", lambda: draw(2))
    DAMAGES[damage](file_of(folder, "first"))
    again = Stages(folder, "one")
    assert same(again.keep("first", lambda: draw(3)), draw(3))
    assert same(Stages(folder, "one").keep("first", never), draw(3))
    assert same(again.keep("second", never), draw(2))


def test_another_fingerprint_begins_anew(folder: Path) -> None:
    Stages(folder, "one").keep("first", lambda: draw(1))
    (folder / "first.1.new").write_bytes(b"what a kill left")
    other = Stages(folder, "two")
    assert list(folder.iterdir()) == []
    assert same(other.keep("first", lambda: draw(2)), draw(2))
    assert same(Stages(folder, "one").keep("first", lambda: draw(3)), draw(3))


def test_when_done_nothing_is_left(folder: Path) -> None:
    folder.parent.mkdir()
    model = folder.parent / "model.safetensors"
    model.write_bytes(b"")
    stages = Stages(folder, "one")
    stages.keep("first", lambda: draw(1))
    stages.done()
    stages.done()
    assert list(folder.parent.iterdir()) == [model]


def test_a_stage_that_fails_is_not_kept(folder: Path) -> None:
    stages = Stages(folder, "one")
    with pytest.raises(AssertionError, match="made again"):
        stages.keep("first", never)
    assert same(stages.keep("first", lambda: draw(1)), draw(1))


@pytest.mark.skipif(sys.platform == "win32", reason="only its owner reads it there anyway")
def test_nobody_else_reads_it(folder: Path) -> None:
    Stages(folder, "one").keep("first", lambda: draw(1))
    assert folder.stat().st_mode & 0o077 == 0


def test_a_place_that_is_no_folder_stops_nothing(folder: Path) -> None:
    folder.parent.write_text("a file where the folder should be")
    stages = Stages(folder, "one")
    assert same(stages.keep("first", lambda: draw(1)), draw(1))
    assert same(stages.keep("second", lambda: draw(2)), draw(2))
    stages.done()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="this user writes everywhere")
def test_a_folder_that_may_not_be_written_stops_nothing(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    assert same(Stages(folder, "one").keep("first", lambda: draw(1)), draw(1))
    assert list(folder.iterdir()) == []


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow past a kilobyte: to a program that is a full disk.

    Only around the calls tried, and never as a fixture: what the test runner prints may go to a file, too.
    """
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_stops_nothing_and_keeps_no_halves(folder: Path) -> None:
    stages = Stages(folder, "one")
    large, small = {"large": np.arange(1000.0)}, {"small": np.array(1)}
    with full_disk():
        first = stages.keep("first", lambda: large)
        after_first = folder.exists()
        second = stages.keep("second", lambda: small)
    assert same(first, large)
    assert not after_first
    assert same(second, small)
    assert not folder.exists()  # it would have fitted, and was not tried


def test_arrays_that_may_not_be_changed_are_handed_out_as_ones_that_may(folder: Path) -> None:
    fixed = np.arange(3)
    fixed.flags.writeable = False
    stages = Stages(folder, "one")
    assert stages.keep("first", lambda: {"fixed": fixed})["fixed"].flags.writeable
    assert stages.keep("first", never)["fixed"].flags.writeable
