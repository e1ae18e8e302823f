"""A training that was killed or cancelled is gone on with, and ends where it would have ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.learn import examples, knowing, rankers, train
from assistant.store import copies, schema
from assistant.store.database import Home, open_catalog
from assistant.suggest.shortlist import KINDS
from tests.learn.test_refresh import sell_more, told
from tests.learn.test_train import NOW, a_shop, describe, learned, quiet, sell

LATER = NOW + timedelta(days=1)
SMALL = (("TREES", 20), ("LEAST_CAME", 150))
KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from assistant.learn import rankers, train
from assistant.store.database import Home
for name, value in {small}:
    setattr(rankers, name, value)
def say(what, done, total):
    if what == sys.argv[2] and done >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
train(Home(Path(sys.argv[1])), progress=say, now=datetime.fromisoformat(sys.argv[4]))
"""


@pytest.fixture(scope="module", autouse=True)
def small_trees() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SMALL:
            patch.setattr(rankers, name, value)
        yield


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A shop that has learned once, and has sold as much again since."""
    home = Home(tmp_path_factory.mktemp("before") / "home")
    schema.prepare(home)
    sell(home, a_shop(600))
    describe(home)
    train(home, progress=quiet, now=NOW)
    sell(home, [(f"S{order}", customer, at, things) for order, customer, at, things in a_shop(1_200, seed=2)])
    return home


@pytest.fixture(scope="module")
def whole(before: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same, trained without an interruption."""
    home = copies.duplicate(before, tmp_path_factory.mktemp("whole") / "home")
    train(home, progress=quiet, now=LATER)
    assert set(learned(home).forests) == set(KINDS)
    return home


@pytest.fixture
def shop(before: Home, tmp_path: Path) -> Home:
    return copies.duplicate(before, tmp_path / "home")


def kill(home: Home, what: str, done: int = 0) -> None:
    """Train in a process of its own, which is killed when it says so much."""
    killed = subprocess.run(
        [sys.executable, "-c", KILLED.format(small=SMALL), str(home.folder), what, str(done), str(NOW)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr


def stages(home: Home) -> set[str]:
    return {path.name.split(".")[0] for path in home.unfinished.glob("*")}


def model_bytes(home: Home) -> bytes:
    return (home.models / f"{learned(home).model_id}.safetensors").read_bytes()


BLOCKS = {f"before-{n}" for n in range(examples.BLOCKS)}
ASKED = 900  # thousandths of the first block: what comes before it is known, and asking has begun


@pytest.mark.parametrize(
    ("what", "done", "kept"),
    [
        ("Asking past baskets", 0, set()),
        ("Asking past baskets", ASKED, {"before-0"}),
        ("Growing trees", 0, BLOCKS),
        ("Counting orders", 0, {*BLOCKS, "forests"}),
        ("Writing pairings", 0, {*BLOCKS, "forests", "weights"}),
    ],
)
def test_a_killed_training_ends_like_one_that_was_not(
    shop: Home, whole: Home, monkeypatch: pytest.MonkeyPatch, what: str, done: int, kept: set[str]
) -> None:
    old = learned(shop).model_id
    kill(shop, what, done)
    assert stages(shop) == kept
    assert learned(shop).model_id == old
    steps: list[str] = []
    weigh, fit = knowing.weigh, rankers.fit

    def weighing(*given: Any, what: str = "Weighing anchors") -> Any:
        steps.append(what)
        return weigh(*given, what=what)

    def fitting(*given: Any) -> Any:
        steps.append("Growing trees")
        return fit(*given)

    monkeypatch.setattr(knowing, "weigh", weighing)
    monkeypatch.setattr(rankers, "fit", fitting)
    assert not train(shop, progress=quiet, now=LATER).refreshed
    assert steps.count("Growing trees") == ("forests" not in kept)
    every = {"weights"} if "forests" in kept else {"weights", *BLOCKS}
    assert steps.count("Weighing anchors") == len(every - kept)
    assert model_bytes(shop) == model_bytes(whole)
    assert told(shop) == told(whole)
    assert not shop.unfinished.exists()


def test_a_killed_refresh_ends_like_one_that_was_not(shop: Home, tmp_path: Path) -> None:
    train(shop, progress=quiet, now=NOW)
    sell_more(shop, 20, ["T0", "T3"])
    twin = copies.duplicate(shop, tmp_path / "twin")
    kill(shop, "Writing pairings")
    assert stages(shop) == {"weights"}
    for home in (shop, twin):
        assert train(home, progress=quiet, now=LATER).refreshed
    assert model_bytes(shop) == model_bytes(twin)


def test_cancelling_leaves_the_old_model_and_the_stages(shop: Home, whole: Home) -> None:
    old = learned(shop).model_id

    def cancel(what: str, done: int, total: int | None) -> None:
        if what == "Counting orders":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(shop, progress=cancel, now=NOW)
    assert learned(shop).model_id == old
    assert "forests" in stages(shop)
    train(shop, progress=quiet, now=LATER)
    assert model_bytes(shop) == model_bytes(whole)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM order_lines WHERE order_id = 'O00300'",
        "UPDATE orders SET customer_id = 'C41' WHERE order_id = 'O00300'",
        "UPDATE orders SET ordered_at = ordered_at + 1 WHERE order_id = 'SO00300'",
        "UPDATE products SET price = price + 10000 WHERE product_id = 'T4'",
        "UPDATE products SET category = 'Elsewhere' WHERE product_id = 'T4'",
    ],
)
def test_stages_of_other_orders_are_not_gone_on_with(shop: Home, tmp_path: Path, sql: str) -> None:
    def cancel(what: str, done: int, total: int | None) -> None:
        if what == "Writing pairings":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(shop, progress=cancel)
    with contextlib.closing(open_catalog(shop)) as catalog:
        assert catalog.execute(sql).rowcount > 0
    twin = copies.duplicate(shop, tmp_path / "twin")  # which takes no stages along
    assert stages(shop)
    for home in (shop, twin):
        train(home, progress=quiet, now=LATER)
    assert model_bytes(shop) == model_bytes(twin)


def test_stages_say_nothing_of_customers(shop: Home) -> None:
    from safetensors.numpy import load

    kill(shop, "Writing pairings")
    sizes = set()
    for path in shop.unfinished.iterdir():
        arrays = load(path.read_bytes())
        assert set(arrays) == {"starts", "others", "values"} or path.name.startswith("forests.")
        if "starts" in arrays:
            sizes.add(len(arrays["starts"]))
    products = learned(shop).knowledge.count
    assert sizes == {products + 1}


def test_nothing_said_goes_backwards(shop: Home) -> None:
    said: dict[str, list[tuple[int, int | None]]] = {}
    train(shop, progress=lambda what, done, total: said.setdefault(what, []).append((done, total)))
    for what, told_of in said.items():
        reached, totals = zip(*told_of, strict=True)
        assert list(reached) == sorted(reached), what
        assert reached[0] == 0, what
        assert set(totals) == {reached[-1]}, what
