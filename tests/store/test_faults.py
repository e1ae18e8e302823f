"""Killed at any moment, the log keeps what it acknowledged, once and whole."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.store import copies, visits
from assistant.store.database import Connection, Home, open_home
from tests.store.slates import slate

KILLS = 50


def child(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.child", *words],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )


def whole(connection: Connection) -> None:
    assert connection.execute("PRAGMA main.integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA main.cipher_integrity_check").fetchall() == []
    assert connection.execute("SELECT count(*) FROM pragma_foreign_key_check").fetchone() == (0,)


@pytest.mark.slow
def test_fifty_kills_lose_no_acknowledged_answer(shop_home: Home) -> None:
    chance = random.Random(20418)
    acknowledged: list[str] = []
    for _ in range(KILLS):
        with child("answer", str(shop_home.folder)) as process:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 40)):
                acknowledged.append(process.stdout.readline().strip())
            process.kill()
            late = process.stdout.read()  # acknowledged before the kill arrived
            acknowledged += [line.strip() for line in late.splitlines(keepends=True) if line.endswith("\n")]
        assert process.returncode == -9
    with contextlib.closing(open_home(shop_home)) as connection:
        whole(connection)
        kept = [row[0] for row in connection.execute("SELECT answer_id FROM answers ORDER BY sequence")]
        queued = connection.execute("SELECT record_id FROM outbox WHERE record = 'answer' ORDER BY sequence")
        assert [row[0] for row in queued] == kept
        assert len(set(acknowledged)) == len(acknowledged)
        assert set(acknowledged) <= set(kept)
        assert len(kept) - len(acknowledged) <= KILLS  # at most the one that was being acknowledged
        assert [i for i in kept if i in set(acknowledged)] == acknowledged
        sequences = [row[0] for row in connection.execute("SELECT sequence FROM outbox ORDER BY sequence")]
        assert sequences == list(range(1, len(sequences) + 1))
        assert connection.execute("SELECT sequence FROM terminal").fetchone() == (len(sequences),)


@pytest.mark.slow
def test_a_restore_that_is_killed_leaves_the_old_log_or_the_new(shop_home: Home, tmp_path: Path) -> None:
    chance = random.Random(11)
    files = [tmp_path / "few.db", tmp_path / "many.db"]
    for file, count in zip(files, (3, 400), strict=True):
        with contextlib.closing(open_home(shop_home)) as connection:
            for _ in range(count):
                visit = visits.begin(connection, associate_id="A1", touchpoint="counter")
                visits.show(connection, visit.visit_id, slate(connection, "P3", "P5"))
        copies.backup(shop_home, file)
    seen: set[int] = set()
    for _ in range(20):
        with child("restore", str(shop_home.folder), *map(str, files)) as process:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 2)):
                process.stdout.readline()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=chance.uniform(0.0, 0.25))
            process.kill()
        assert process.returncode == -9
        with contextlib.closing(open_home(shop_home)) as connection:
            whole(connection)
            (count,) = connection.execute("SELECT count(*) FROM visits").fetchone()
            assert connection.execute("SELECT count(*) FROM suggestions").fetchone() == (2 * count,)
            seen.add(count)
    assert seen <= {3, 403}
    copies.restore(shop_home, files[0])
    assert not list(shop_home.folder.glob("restoring-*"))
