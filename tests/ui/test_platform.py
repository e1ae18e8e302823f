"""What Qt needs from the system is named with the line that installs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ui import platform


def broken(*missing: str):
    def load(library: str) -> object:
        if library in missing:
            raise OSError(f"{library}: cannot open shared object file")
        return object()

    return load


@pytest.fixture
def linux(monkeypatch):
    monkeypatch.setattr(platform.sys, "platform", "linux")
    for variable in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    return monkeypatch


def test_missing_libraries_are_named_with_the_install_line(linux):
    with pytest.raises(platform.MissingLibrariesError) as said:
        platform.check_libraries(offscreen=True, load=broken("libEGL.so.1", "libxkbcommon.so.0"))
    sentence = str(said.value)
    assert "libEGL.so.1, libxkbcommon.so.0" in sentence
    assert sentence.endswith("sudo apt-get install libegl1 libxkbcommon0")


def test_x11_libraries_are_asked_for_only_with_an_x11_screen(linux):
    linux.setenv("DISPLAY", ":0")
    with pytest.raises(platform.MissingLibrariesError, match="libxcb-cursor0"):
        platform.check_libraries(offscreen=False, load=broken("libxcb-cursor.so.0"))
    asked = []
    platform.check_libraries(offscreen=True, load=asked.append)
    assert "libxcb-cursor.so.0" not in asked
    assert set(asked) == set(platform.NEEDED)


def test_either_way_to_a_screen_is_enough(linux):
    linux.setenv("DISPLAY", ":0")
    linux.setenv("WAYLAND_DISPLAY", "wayland-0")
    platform.check_libraries(offscreen=False, load=broken("libxcb-cursor.so.0"))
    with pytest.raises(platform.MissingLibrariesError) as said:
        platform.check_libraries(
            offscreen=False, load=broken("libxcb-cursor.so.0", "libxcb-icccm.so.4", "libwayland-client.so.0")
        )
    assert str(said.value).endswith("sudo apt-get install libwayland-client0")


def test_what_is_asked_for_is_what_the_plugins_of_this_qt_load():
    """Every library named is one that Qt's own files name; no other program's list is copied."""
    import PySide6

    plugins = Path(PySide6.__file__).parent / "Qt" / "plugins"
    if not plugins.is_dir():
        pytest.skip("this Qt keeps its plugins elsewhere")
    own = [plugins.parent / "lib" / "libQt6WaylandClient.so.6", plugins.parent / "lib" / "libQt6XcbQpa.so.6"]
    own += [*(plugins / "platforms").glob("*.so"), *plugins.glob("wayland-*/*.so")]
    named = b"".join(file.read_bytes() for file in own if file.exists())
    for library in (*platform.NEEDED_ON_X11, *platform.NEEDED_ON_WAYLAND):
        assert library.encode() in named, f"{library} is not loaded by Qt"


def test_other_systems_bring_their_own(linux):
    linux.setattr(platform.sys, "platform", "darwin")
    asked = []
    platform.check_libraries(offscreen=False, load=asked.append)
    assert asked == []


@pytest.mark.parametrize(
    ("set_to", "without"),
    [
        ({}, True),
        ({"DISPLAY": ":0"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, True),
    ],
)
def test_where_there_is_no_screen(linux, set_to, without):
    for variable, value in set_to.items():
        linux.setenv(variable, value)
    assert platform.without_screen() is without


def test_the_packages_named_are_those_the_project_installs():
    listed = (
        (Path(__file__).parents[2] / "packaging" / "debian-needs.txt").read_text(encoding="utf-8").split()
    )
    assert set(platform.NEEDED.values()) <= set(listed)
