"""The demo's door: its own place, one sentence for what is refused, and the window only when it is wanted."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from assistant import __main__ as front
from assistant.shop.demo import making
from assistant.shop.demo.truth import Truth, load
from assistant.store.database import Home
from assistant.suggest import load_model

Call = Callable[..., int]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same shop with fewer people and orders."""

    def small(shop: str) -> Truth:
        truth = load(shop)
        return replace(truth, size={**truth.size, "customers": 1300, "orders": 1200})

    monkeypatch.setattr(making, "load", small)


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call the program in this process; gives its exit status."""

    def run(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["assistant", *words])
        with pytest.raises(SystemExit) as left:
            front.main()
        return int(left.value.code or 0)

    return run


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Home, dict[str, object]]]:
    """A window that only notes how it was opened."""
    opened: list[tuple[Home, dict[str, object]]] = []
    stand_in = ModuleType("assistant.app")

    def run(home: Home, **asked: object) -> int:
        opened.append((home, asked))
        return 0

    stand_in.run = run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "assistant.app", stand_in)
    monkeypatch.setattr("assistant.app", stand_in, raising=False)
    return opened


def test_no_window_only_makes_it_trained_and_ready(
    call: Call, window: list, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "demo")
    assert call("--home", str(home.folder), "demo", "--today", "2026-06-14", "--no-window") == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"The demo shop of 2026-06-14 is ready in {home.folder}.\n"
    assert window == []
    assert load_model(home) is not None


def test_the_second_time_it_is_simply_opened(
    call: Call, window: list, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--home", str(tmp_path / "demo"), "demo", "--today", "2026-06-14")
    assert call(*words, "--no-window") == 0
    capsys.readouterr()
    assert call(*words) == 0
    assert capsys.readouterr().err == ""
    ((home, asked),) = window
    assert home.folder == tmp_path / "demo"
    assert asked == {"picture": None, "basket": None}


def test_a_picture_shows_the_drawn_basket(call: Call, window: list, tmp_path: Path) -> None:
    picture = tmp_path / "counter.png"
    words = ("--home", str(tmp_path / "demo"), "demo", "--today", "2026-06-14", "--picture", str(picture))
    assert call(*words) == 0
    ((_, asked),) = window
    assert asked == {"picture": picture, "basket": "B-20418"}


def test_without_a_named_home_it_lies_beside_the_real_one(
    call: Call, window: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSISTANT_HOME", raising=False)
    monkeypatch.setattr(front, "default_home", lambda: tmp_path / "sales-assistant")
    assert call("demo", "--today", "2026-06-14", "--no-window") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["sales-assistant-demo"]


def test_each_shop_lies_in_a_place_of_its_own(
    call: Call, window: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSISTANT_HOME", raising=False)
    monkeypatch.setattr(front, "default_home", lambda: tmp_path / "sales-assistant")
    assert call("demo", "--shop", "burger", "--today", "2026-06-14", "--no-window") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["sales-assistant-demo-burger"]


def test_without_a_day_it_is_the_day_on_the_wall(call: Call, window: list, tmp_path: Path) -> None:
    before = date.today()  # noqa: DTZ011 - the day on the wall is meant
    assert call("--home", str(tmp_path / "demo"), "demo", "--no-window") == 0
    made = date.fromisoformat(json.loads((tmp_path / "demo" / "demo.json").read_text())["day"])
    assert before <= made <= date.today()  # noqa: DTZ011


def test_another_shop_is_never_written_over(
    call: Call, shop_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("--home", str(shop_home.folder), "demo", "--no-window") == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "never writes over it" in said


def test_a_shop_that_is_not_shipped_is_one_sentence(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("--home", str(tmp_path / "demo"), "demo", "--shop", "garden", "--no-window") == 1
    assert (
        capsys.readouterr().err
        == "There is no demo shop 'garden'; there are: camera, burger, bank, software.\n"
    )
    assert not (tmp_path / "demo").exists()


def test_a_day_that_is_none_is_wrong_usage(call: Call, tmp_path: Path) -> None:
    assert call("--home", str(tmp_path / "demo"), "demo", "--today", "yesterday") == 2


def test_progress_for_programs_is_json_lines(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--home", str(tmp_path / "demo"), "demo", "--today", "2026-06-14", "--no-window")
    assert call(*words, "--progress", "json") == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert said[-1]["t"] == "done"
    assert {"orders", "visits"} <= {line["what"] for line in said}
