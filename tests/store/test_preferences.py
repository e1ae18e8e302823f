"""Settings: defaults until chosen, and only what the table knows, of the type it says."""

from __future__ import annotations

import pytest

from assistant.errors import InputError
from assistant.settings import SETTINGS
from assistant.store import preferences
from assistant.store.database import Connection


def test_what_was_not_chosen_has_its_default(shop: Connection) -> None:
    for key, setting in SETTINGS.items():
        assert preferences.get(shop, key) == setting.default


def test_every_setting_says_what_it_means() -> None:
    assert all(setting.meaning for setting in SETTINGS.values())


@pytest.mark.parametrize(
    ("key", "value"),
    [("shop.name", "Café Ümlaut 🙂"), ("counter.limit", 3), ("look.scale", 1.3), ("keys.single", False)],
)
def test_what_was_chosen_comes_back_as_it_was(shop: Connection, key: str, value: preferences.Value) -> None:
    preferences.put(shop, key, value)
    found = preferences.get(shop, key)
    assert found == value
    assert type(found) is type(SETTINGS[key].default)


def test_the_last_choice_holds(shop: Connection) -> None:
    preferences.put(shop, "counter.limit", 3)
    preferences.put(shop, "counter.limit", 4)
    assert preferences.number(shop, "counter.limit") == 4
    assert shop.execute("SELECT count(*) FROM preferences").fetchone() == (1,)


def test_a_whole_number_may_stand_for_a_fraction(shop: Connection) -> None:
    preferences.put(shop, "look.scale", 1)
    assert preferences.get(shop, "look.scale") == 1.0


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("counter.limit", "3"),
        ("counter.limit", True),
        ("keys.single", 1),
        ("shop.name", 1.0),
        ("look.scale", "1"),
    ],
)
def test_a_value_of_another_type_is_refused(shop: Connection, key: str, value: preferences.Value) -> None:
    with pytest.raises(InputError, match=key):
        preferences.put(shop, key, value)
    assert preferences.get(shop, key) == SETTINGS[key].default


def test_an_unknown_setting_is_refused(shop: Connection) -> None:
    for use in (lambda: preferences.get(shop, "no.such"), lambda: preferences.put(shop, "no.such", 1)):
        with pytest.raises(InputError, match=r"no\.such"):
            use()
