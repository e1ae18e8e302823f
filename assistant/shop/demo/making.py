"""Making a made-up shop's home: its CSV folder, then what every shop goes through, then its past visits."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

from assistant.errors import InputError, KeyMissingError, StoreError
from assistant.records import Progress
from assistant.shop import csv_folder
from assistant.shop.demo.drawing import draw
from assistant.shop.demo.truth import Truth, fingerprint, load
from assistant.store import counting, preferences, replay, schema
from assistant.store.database import Home, open_catalog, open_home

EDITION = 2  # goes up when the same truth and day give another shop
FOLDER = "shop"
MARK = "demo.json"  # says that a home is a finished demo, and of what
EARLIEST, LATEST = date(2010, 1, 1), date(2100, 1, 1)

Learn = Callable[[Home], object]


def _quiet(what: str, done: int, total: int | None) -> None:
    pass


def make(
    home: Home,
    *,
    today: date,
    shop: str = "camera",
    progress: Progress = _quiet,
    learn: Learn | None = None,
) -> bool:
    """Make the demo shop of a day in a home, unless it is there; says whether it was made.

    It is made beside its place and moved there when it is whole, `learn` (the training) included, so that
    an interrupted make leaves nothing that opens. Raises InputError for a home that holds another shop, a
    shop that is not shipped, or a day out of reach; StoreError where the place cannot be written.
    """
    truth = load(shop)
    if not EARLIEST <= today <= LATEST:
        raise InputError(f"The demo's day lies between {EARLIEST} and {LATEST}, not on {today}.")
    home = Home(home.folder.expanduser().resolve())
    mark = {"shop": shop, "day": today.isoformat(), "truth": fingerprint(shop), "edition": EDITION}
    if _is_there(home, mark):
        return False
    _refuse_foreign(home)
    making = Home(home.folder.with_name(f".{home.folder.name}.making"))
    with _tidy(making.folder):
        _fill(making, home, truth, today, progress)
        if learn is not None:
            learn(making)
        counting.count(making, progress)
        with contextlib.closing(open_home(making)) as log:
            replay.send_all(log)
        (making.folder / MARK).write_text(json.dumps(mark), encoding="utf-8")
        _move_in(making.folder, home.folder)
    return True


def _is_there(home: Home, mark: dict[str, object]) -> bool:
    # A demo whose key is lost is made again: nobody's data is in it.
    with contextlib.suppress(KeyMissingError):
        return _marked(home) == mark and schema.is_ready(home)
    return False


def _marked(home: Home) -> object:
    try:
        return json.loads((home.folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _refuse_foreign(home: Home) -> None:
    """A demo takes an empty place or an earlier demo's, never anything else's."""
    if not home.folder.exists():
        return
    if _marked(home) is not None:
        foreign = _serves_another_shop(home)
    else:
        # A crash report is no shop.
        foreign = not home.folder.is_dir() or any(path != home.crashes for path in home.folder.iterdir())
    if foreign:
        raise InputError(
            f"{home.folder} holds something else than a demo, and the demo never writes over it. "
            "Name another folder: assistant --home FOLDER demo."
        )


def _serves_another_shop(home: Home) -> bool:
    """Whether somebody connected a shop of their own to what began as a demo."""
    with contextlib.suppress(KeyMissingError):
        schema.prepare(home)
        with contextlib.closing(open_home(home)) as connection:
            folder = Path(preferences.text(connection, "shop.folder"))
        # A demo that was moved still names the place where it was made.
        made_up = folder.name == FOLDER and ((folder.parent / MARK).is_file() or not folder.exists())
        return not made_up
    return False


@contextlib.contextmanager
def _tidy(making: Path) -> Iterator[None]:
    """An empty place to make the demo in; nothing is left of it when the making fails."""
    try:
        shutil.rmtree(making, ignore_errors=True)
        yield
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _fill(making: Home, home: Home, truth: Truth, today: date, progress: Progress) -> None:
    making.make()
    _own_key(making)
    schema.prepare(making)
    drawn = draw(making.folder / FOLDER, truth, today, progress)
    csv_folder.connect_csv(making, making.folder / FOLDER)
    csv_folder.sync(making, progress=progress)
    midnight = datetime.combine(today, time(), UTC)
    with contextlib.closing(open_catalog(making)) as catalog:
        replay.stock(catalog, drawn.shelves, midnight)
    with contextlib.closing(open_home(making)) as connection:
        progress("visits", 0, len(drawn.visits))
        replay.write(connection, drawn.visits, truth.currency)
        progress("visits", len(drawn.visits), len(drawn.visits))
        for key, value in _preferences(home, truth).items():
            preferences.put(connection, key, value)


def _own_key(making: Home) -> None:
    """The demo's key moves with its folder: what is made up needs no keyring and no recovery key."""
    with os.fdopen(os.open(making.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))


def _preferences(home: Home, truth: Truth) -> dict[str, preferences.Value]:
    first = truth.servers[0]
    return {
        "shop.folder": str(home.folder / FOLDER),
        "shop.name": truth.name,
        "shop.made_up": True,
        "shop.currency": truth.currency,
        "shop.country": truth.country,
        "counter.name": "Counter 2",
        "counter.store": first.store_id,
        "signed_in": first.associate_id,
        "recovery.shown": True,
    }


def _move_in(making: Path, place: Path) -> None:
    """Put what was made where it belongs; an earlier demo steps aside first and goes last."""
    old = place.with_name(f".{place.name}.old")
    try:
        shutil.rmtree(old, ignore_errors=True)
        if place.exists():
            place.rename(old)
        making.rename(place)
    except OSError as problem:
        raise StoreError(f"The demo cannot be put into {place}: {problem.strerror}.") from problem
    shutil.rmtree(old, ignore_errors=True)
