"""Starting the program: what is said where no window can be, and a home that is made ready."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import app
from assistant.errors import KnownError, StoreError
from assistant.store import preferences, schema
from assistant.store.database import Home, open_home
from assistant.ui import platform


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whether there is a screen")
def test_without_a_screen_it_is_drawn_offscreen_and_says_so(shop_home):
    without = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    surroundings = {name: value for name, value in os.environ.items() if name not in without}
    run = subprocess.run(
        [sys.executable, "-m", "assistant", "--home", str(shop_home.folder)],
        capture_output=True,
        text=True,
        env=surroundings,
        check=False,
    )
    assert run.returncode == 0
    assert "There is no screen here" in run.stderr
    assert "--picture" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_missing_system_library_is_said_before_qt_is_loaded(tmp_path, monkeypatch):
    def missing(**_: object) -> None:
        raise platform.MissingLibrariesError("The window needs libEGL.so.1: sudo apt-get install libegl1")

    monkeypatch.setattr(platform, "check_libraries", missing)
    with pytest.raises(KnownError, match="apt-get install libegl1"):
        app.run(Home(tmp_path / "home"))


def test_a_new_home_is_made_ready_and_its_recovery_key_still_has_to_be_shown(tmp_path):
    home = Home(tmp_path / "home")
    app._prepare(home)
    assert schema.is_ready(home)
    with contextlib.closing(open_home(home)) as connection:
        assert preferences.get(connection, "recovery.shown") is False


def test_a_place_that_cannot_be_a_home_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError) as said:
        app._prepare(Home(tmp_path / "file" / "home"))
    assert "cannot be made" in str(said.value)
    assert "Traceback" not in str(said.value)


PICTURE = (
    "import sys; from pathlib import Path; from assistant import app;"
    "from assistant.doors import errand; from assistant.store.database import Home;"
    "sys.exit(errand.run_known(lambda: app.run("
    "Home(Path(sys.argv[1])), picture=Path(sys.argv[2]), basket='B-20418')))"
)


def draw(home: Home, picture: Path) -> subprocess.CompletedProcess[str]:
    """Write what the window shows, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", PICTURE, str(home.folder), str(picture)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_picture_that_cannot_be_written_is_one_sentence(shop_home, tmp_path):
    run = draw(shop_home, tmp_path / "missing" / "shown.png")
    assert run.returncode == 1
    assert "cannot be written" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "missing").exists()


def test_a_picture_leaves_no_trace_in_the_log(shop_home, tmp_path):
    def visits() -> list[tuple]:
        with contextlib.closing(open_home(shop_home)) as connection:
            return connection.execute("SELECT visit_id FROM visits").fetchall()

    assert draw(shop_home, tmp_path / "shown.png").returncode == 0
    assert (tmp_path / "shown.png").read_bytes().startswith(b"\x89PNG")
    assert visits() == []
