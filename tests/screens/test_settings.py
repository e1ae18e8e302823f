"""The Settings page in both themes and both sizes, its sheets, and the screen where a PIN is asked for."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from assistant.store import access, catalog, changes, copies, curating, kit_writing, linking, pins, staff
from assistant.store.database import Home, open_home
from assistant.suggest import writing
from assistant.ui.keeper import Keeper
from tests.screens.conftest import SIZES, picture

THEMES = ("light", "dark")


@pytest.fixture(scope="session")
def kept_home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo with an administrator, a manager, and a few changes."""
    home = copies.duplicate(demo_home, Path(tmp_path_factory.mktemp("kept")) / "home")
    with contextlib.closing(open_home(home)) as connection:
        keeper = staff.make_keeper(connection, "Hanna Olsen", "4820")
        permit = access.permit(connection, keeper.associate_id, "4820")
        others = [one for one in staff.everyone(connection) if one.associate != keeper]
        for person in others[:2]:
            pins.put(connection, person.associate.associate_id, "7391", temporary=False)
        staff.set_role(connection, others[0].associate.associate_id, "manager", permit)
        changes.change(connection, "decline.days", 60, associate_id=keeper.associate_id, permit=permit)
    return home


def open_settings(shell, name: str = "Hanna Olsen"):
    window = shell.window
    window.sign_in.chosen.emit(next(a for a in window.sign_in.people if a.name == name))
    shell.settle()
    window.show_page("settings")
    shell.settle()
    return window.settings


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_settings(kept_home: Home, open_shell, theme, size):
    shell = open_shell(kept_home, theme, size)
    page = open_settings(shell)
    page.desk.permits.open_up(page.desk.who, "4820")
    shell.settle()
    picture(shell.window, f"settings-{size[0]}-{theme}")
    assert set(page.sections) == {
        "shop",
        "counter",
        "offers",
        "people",
        "privacy",
        "backup",
        "pairings",
    }
    assert page.desk._session.good_permit() is not None


def test_settings_at_130(kept_home: Home, open_shell):
    shell = open_shell(kept_home, "light", (1440, 900), 1.3)
    open_settings(shell)
    picture(shell.window, "settings-130-light")


@pytest.mark.parametrize("theme", THEMES)
def test_sheets(kept_home: Home, open_shell, theme):
    shell = open_shell(kept_home, theme)
    page = open_settings(shell)
    page.change("counter.limit", 4)
    shell.settle()
    picture(shell.window, f"settings-pin-{theme}")
    page.desk.permits.open_up(page.desk.who, "4820")
    shell.settle()
    page.do("erase")
    shell.settle()
    picture(shell.window, f"settings-erase-find-{theme}")
    page.acts.erasing._look_at("C-10412")
    shell.settle()
    picture(shell.window, f"settings-erase-{theme}")
    page.acts.close()
    page.edit("card.terms")
    picture(shell.window, f"settings-terms-{theme}")
    page.acts.close()
    page.acts.show_changes()
    shell.settle()
    picture(shell.window, f"settings-changes-{theme}")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_locked(qtbot, kept_home: Home, open_shell, theme, size):
    shell = open_shell(kept_home, theme, size)
    window = shell.window
    window.sign_in.chosen.emit(next(a for a in window.sign_in.people if a.name == "Hanna Olsen"))
    shell.settle()
    window.lock()
    shell.settle()
    QTest.keyClicks(window.sign_in.pin.pad, "48")
    qtbot.waitUntil(lambda: window.sign_in.pin.pad.typed == 2)
    picture(window, f"locked-{size[0]}-{theme}")
    assert window.sign_in.pin.isVisible()


@pytest.mark.parametrize("theme", THEMES)
def test_first_administrator(demo_home: Home, open_shell, theme):
    shell = open_shell(demo_home, theme)
    keeper = Keeper(shell.look, shell.questions)
    shell.window.show_first_run(keeper)
    shell.settle()
    picture(shell.window, f"keeper-{theme}")
    assert keeper.field.isVisible()


@pytest.mark.parametrize("theme", THEMES)
def test_pairings_to_check(kept_home: Home, open_shell, tmp_path, theme):
    home = copies.duplicate(kept_home, tmp_path / "home")
    with contextlib.closing(open_home(home)) as connection:
        who = next(p for p in staff.everyone(connection) if p.role == "associate").associate.associate_id
        pairs = connection.execute("SELECT anchor_id, product_id FROM pairings ORDER BY n DESC LIMIT 2")
        for kind, (anchor, add_on) in zip(("vetoed", "proposed"), pairs.fetchall(), strict=True):
            curating.say(connection, anchor, add_on, kind, who)
    shell = open_shell(home, theme)
    page = open_settings(shell)
    picture(shell.window, f"settings-pairings-{theme}")
    assert len(page.desk.facts.checks) == 2


def _other(connection, anchor: str, but: set[str]) -> tuple[str, str]:
    """An anchor with an add-on of another category that it is bought with."""
    known = catalog.products(connection, [anchor])[anchor]
    for (one,) in connection.execute(
        "SELECT product_id FROM pairings WHERE anchor_id = ? ORDER BY n DESC", (anchor,)
    ).fetchall():
        if one not in but and catalog.products(connection, [one])[one].family != known.family:
            return anchor, one
    raise AssertionError("the demo has pairings of two categories")


@pytest.fixture(scope="session")
def written_home(kept_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo with a few sentences of its manager's own."""
    home = copies.duplicate(kept_home, Path(tmp_path_factory.mktemp("written")) / "home")
    with contextlib.closing(open_home(home)) as connection:
        keeper = next(p for p in staff.everyone(connection) if p.associate.name == "Hanna Olsen")
        permit = access.permit(connection, keeper.associate.associate_id, "4820")
        pairs = connection.execute(
            "SELECT anchor_id, product_id FROM pairings p JOIN products USING (product_id) "
            "WHERE customers >= 30 GROUP BY category ORDER BY n DESC LIMIT 3"
        ).fetchall()
        for n, (anchor, add_on) in enumerate(pairs):
            scope = writing.written.SCOPES[n]
            text = "It goes with the {anchor} and costs {price}. Would that be useful?"
            german = "Das passt zu {anchor} und kostet {price}. Wäre das nützlich?"
            draft = writing.Draft(scope, add_on, anchor, {"en": "Would you like to see the {product}?"})
            if scope != "categories":
                writing.save(connection, draft, seen=0, permit=permit, note="First try")
            draft = writing.Draft(scope, add_on, anchor, {"en": text, "de": german})
            seen = 0 if scope == "categories" else 1
            writing.save(connection, draft, seen=seen, permit=permit, note="Shorter")
        anchor, first = pairs[0]
        linking.write(connection, *_other(connection, anchor, {first}), "requires", seen=0, permit=permit)
        goods = connection.execute(
            "SELECT min(product_id), sum(price) FROM products WHERE active AND price > 0 "
            "AND category LIKE '%/%' GROUP BY substr(category, 1, instr(category, '/') + 3) "
            "ORDER BY count(*) DESC LIMIT 2"
        ).fetchall()
        items = tuple(one for one, _ in goods)
        separately = kit_writing.preview(connection, kit_writing.Draft(items=items)).separately
        kit = kit_writing.Draft("First day kit", items, (), separately * 9 // 10)
        kit_writing.write(connection, kit, seen=0, permit=permit, note="For the first day")
    return home


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_talking_points(written_home: Home, open_shell, theme, size):
    shell = open_shell(written_home, theme, size)
    page = open_settings(shell)
    page.show_section("content")
    shell.settle()
    page.content.open(page.content.listing.entries[1].entry.key)
    shell.settle()
    picture(shell.window, f"settings-talking-{size[0]}-{theme}")
    assert len(page.content.listing.entries) == 3
    editor = page.content.editor
    editor.texts["en"].setPlainText("It holds 256 hours, {n} of {base} say, {month}.")
    shell.settle()
    picture(shell.window, f"settings-talking-wrong-{size[0]}-{theme}")
    assert "256" in editor.heard["en"].problem.text()


def test_talking_points_at_130(written_home: Home, open_shell):
    shell = open_shell(written_home, "light", (1440, 900), 1.3)
    page = open_settings(shell)
    page.show_section("content")
    shell.settle()
    page.content.open(page.content.listing.entries[0].entry.key)
    shell.settle()
    picture(shell.window, "settings-talking-130-light")


def test_choosing_a_product(written_home: Home, open_shell):
    shell = open_shell(written_home, "light")
    page = open_settings(shell)
    page.show_section("content")
    shell.settle()
    page.content.editor.product.click()
    page.acts.products.field.setText("card")
    shell.settle()
    picture(shell.window, "settings-choose-product-light")
    assert page.acts.products.hits


KINDS = ("links", "kits", "limits", "agendas")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", KINDS)
def test_other_content(written_home: Home, open_shell, theme, kind):
    shell = open_shell(written_home, theme, (1440, 900) if theme == "light" else (1280, 800))
    page = open_settings(shell)
    page.show_section("content")
    shell.settle()
    page.content.kinds.take(kind)
    shell.settle()
    page.content.open(page.content.listing.entries[0].entry.key)
    shell.settle()
    picture(shell.window, f"settings-{kind}-{theme}")
    assert page.content.listing.entries


@pytest.mark.parametrize("kind", KINDS)
def test_other_content_at_130(written_home: Home, open_shell, kind):
    shell = open_shell(written_home, "light", (1280, 800), 1.3)
    page = open_settings(shell)
    page.show_section("content")
    shell.settle()
    page.content.kinds.take(kind)
    shell.settle()
    page.content.open(page.content.listing.entries[0].entry.key)
    shell.settle()
    picture(shell.window, f"settings-{kind}-130-light")
    assert page.content.listing.entries
