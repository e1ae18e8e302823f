"""What the Settings page shows, read in one question; and the changes it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from assistant.records import InstalledModel, Store
from assistant.settings import SETTINGS, Value
from assistant.store import access, catalog, changes, curating, keys, pairings, preferences, staff
from assistant.store.access import Role
from assistant.store.changes import Change
from assistant.store.curating import Check
from assistant.store.database import Connection, Home
from assistant.store.staff import Person


@dataclass(frozen=True, slots=True)
class SettingsFacts:
    """Every setting's value by key, the people, what the shop's data holds, and the newest changes.

    `filled` are the mirror's tables that hold anything, `files` the shop's with their rows; `set_aside` are
    the rows of a live shop that could not be read, `rejects` the folder with the reasons; `key_kept` says
    where the key of our files lies.
    """

    values: Mapping[str, Value]
    people: tuple[Person, ...]
    stores: tuple[Store, ...]
    filled: frozenset[str]
    files: tuple[tuple[str, int], ...]
    synced_at: datetime | None
    model: InstalledModel | None
    changes: tuple[Change, ...]
    has_keeper: bool
    role: Role
    key_kept: str
    checks: tuple[Check, ...] = ()
    set_aside: tuple[str, ...] = ()
    rejects: str = ""

    def person(self, associate_id: str) -> Person | None:
        """One of the people."""
        return next((one for one in self.people if one.associate.associate_id == associate_id), None)

    @property
    def openers(self) -> tuple[Person, ...]:
        """Who can open what is a manager's."""
        return tuple(one for one in self.people if one.has_pin and access.may(one.role, "settings"))

    @property
    def last_backup(self) -> Change | None:
        """The newest backup that was made from here."""
        return next((one for one in self.changes if one.kind == "backup"), None)


_TABLES = ("products", "stock", "customers", "orders", "returns", "baskets")


def read(connection: Connection, home: Home, associate_id: str) -> SettingsFacts:
    """Everything the page shows to this person."""
    people = staff.everyone(connection)
    return SettingsFacts(
        values={key: preferences.get(connection, key) for key in SETTINGS},
        people=people,
        stores=catalog.stores(connection),
        filled=catalog.filled(connection, _TABLES),
        files=catalog.files_read(connection),
        synced_at=catalog.synced_at(connection),
        model=pairings.installed(connection),
        changes=changes.recent(connection),
        has_keeper=access.has_keeper(connection),
        role=access.role_of(connection, associate_id),
        key_kept=keys.kept_in(home),
        checks=curating.waiting(connection),
        set_aside=catalog.set_aside(connection),
        rejects=str(home.rejects),
    )
