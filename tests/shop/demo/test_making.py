"""Making the demo's home: whole or not at all, never over another shop, and found again the next time."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from assistant.errors import InputError, StoreError
from assistant.shop import csv_folder
from assistant.shop.demo import make, making
from assistant.shop.demo.truth import Truth
from assistant.store import catalog, preferences, visits
from assistant.store.database import Connection, Home, open_home
from assistant.suggest.talking_points import templates
from tests.shop import folders
from tests.shop.demo.conftest import TODAY

LOGGED = ("visits", "visit_anchors", "suggestions", "answers", "outcomes", "outbox")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, small: Truth) -> None:
    monkeypatch.setattr(making, "load", lambda shop: small)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, small: Truth) -> Home:
    """A finished demo that tests only read."""
    home = Home(tmp_path_factory.mktemp("standing") / "demo")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(making, "load", lambda shop: small)
        make(home, today=TODAY)
    return home


@pytest.fixture
def demo(tmp_path: Path) -> Home:
    home = Home(tmp_path / "demo")
    assert make(home, today=TODAY)
    return home


def _logged(home: Home) -> dict[str, list[tuple[object, ...]]]:
    with contextlib.closing(open_home(home)) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in LOGGED
        }


def _ask(home: Home, question: Callable[[Connection], object]) -> object:
    with contextlib.closing(open_home(home)) as connection:
        return question(connection)


def test_it_opens_as_any_shop_does(standing: Home) -> None:
    basket = _ask(standing, lambda c: catalog.basket(c, "B-20418"))
    assert basket is not None
    assert [line.name for line in basket.lines] == ["Lumo R50 mirrorless kit", "Lens cloth, 3-pack"]
    assert len(_ask(standing, catalog.stores)) == 3
    assert len(_ask(standing, catalog.associates)) == 10
    assert len(_ask(standing, lambda c: catalog.open_baskets(c, 20))) == 12


def test_it_is_not_made_twice_for_a_day(standing: Home) -> None:
    before = (standing.log.stat().st_mtime_ns, standing.log.stat().st_ino)
    assert make(standing, today=TODAY) is False
    assert (standing.log.stat().st_mtime_ns, standing.log.stat().st_ino) == before


def test_the_same_day_gives_the_same_log(standing: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    make(other, today=TODAY)
    first, second = _logged(standing), _logged(other)
    assert first == second
    assert all(first.values())


def test_another_day_is_made_anew_in_the_same_place(demo: Home) -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert make(demo, today=tomorrow)
    (last,) = _ask(demo, lambda c: c.execute("SELECT max(started_at) FROM visits").fetchone())
    yesterday = datetime.combine(TODAY, time(), UTC)
    assert 0 < last / 1000 - yesterday.timestamp() < 86_400
    assert json.loads((demo.folder / "demo.json").read_text())["day"] == "2026-06-15"
    assert list(demo.folder.parent.iterdir()) == [demo.folder]


def test_sequences_run_without_gaps_through_all_records(standing: Home) -> None:
    log = _logged(standing)
    numbers = sorted(row[0] for row in log["outbox"])
    assert numbers == list(range(1, len(numbers) + 1))
    told = Counter(row[1] for row in log["outbox"])
    outcomes = {row[2] for row in log["outbox"] if row[1] == "outcome"}  # one may change, and is told again
    assert told["visit"] == told["visit_finished"] == len(log["visits"])
    assert (told["suggestion"], told["answer"]) == (len(log["suggestions"]), len(log["answers"]))
    assert outcomes == {row[0] for row in log["outcomes"]}
    assert _ask(standing, lambda c: c.execute("SELECT sequence FROM terminal").fetchone()) == (numbers[-1],)


def test_nothing_of_the_past_waits_or_is_unfinished(standing: Home) -> None:
    assert _ask(standing, visits.waiting) == 0
    assert (
        _ask(
            standing,
            lambda c: [v for a in catalog.associates(c) for v in visits.unfinished(c, a.associate_id)],
        )
        == []
    )


def test_the_log_goes_on_where_the_past_ended(demo: Home) -> None:
    (last,) = _ask(demo, lambda c: c.execute("SELECT sequence FROM terminal").fetchone())
    _ask(demo, lambda c: visits.begin(c, associate_id="A1", touchpoint="counter"))
    assert _ask(demo, lambda c: c.execute("SELECT max(sequence) FROM visits").fetchone()) == (last + 1,)


def test_every_logged_record_belongs_to_something(standing: Home) -> None:
    orphans = """
      SELECT count(*) FROM suggestions s WHERE NOT EXISTS
        (SELECT 1 FROM products p WHERE p.product_id = s.product_id)
      UNION ALL SELECT count(*) FROM visits v WHERE NOT EXISTS
        (SELECT 1 FROM associates a WHERE a.associate_id = v.associate_id)
      UNION ALL SELECT count(*) FROM visits v WHERE v.basket_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM orders o WHERE o.basket_id = v.basket_id)
      UNION ALL SELECT count(*) FROM visits v WHERE v.customer_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM customers k WHERE k.customer_id = v.customer_id)"""
    assert _ask(standing, lambda c: c.execute(orphans).fetchall()) == [(0,)] * 4
    points = {t.template_id for t in templates()}
    said = _ask(standing, lambda c: c.execute("SELECT DISTINCT talking_point_id FROM suggestions").fetchall())
    assert {row[0] for row in said} <= points


def test_stock_is_told_store_by_store(standing: Home) -> None:
    def of_r50(connection: Connection) -> list[float | None]:
        product = catalog.by_code(connection, "CAM-007")
        assert product is not None
        found = [catalog.stock(connection, [product.product_id], s) for s in ("S1", "S2", "S3")]
        return [stock[product.product_id].quantity for stock in found]

    total = _ask(
        standing,
        lambda c: c.execute(
            "SELECT quantity FROM stock WHERE product_id = 'P1007' AND store_id = ''"
        ).fetchone(),
    )
    assert sum(_ask(standing, of_r50)) == total[0]


def test_a_sync_of_the_finished_demo_changes_nothing(standing: Home) -> None:
    result = csv_folder.sync(standing)
    assert result.rejected == 0
    assert not any(result.changed.values())


def test_no_row_of_it_is_rejected(standing: Home) -> None:
    assert not standing.rejects.exists() or not list(standing.rejects.iterdir())


def test_it_is_ready_to_sign_in_and_asks_for_no_recovery_key(standing: Home) -> None:
    chosen = {
        key: _ask(standing, lambda c, key=key: preferences.get(c, key))
        for key in ("recovery.shown", "signed_in", "counter.store", "shop.currency", "shop.folder")
    }
    assert chosen["recovery.shown"] is True
    assert (chosen["signed_in"], chosen["counter.store"]) == ("A1", "S1")
    assert chosen["shop.currency"] == "GBP"
    assert chosen["shop.folder"] == str(standing.folder / "shop")
    assert Path(str(chosen["shop.folder"])).is_dir()
    assert standing.key_file.stat().st_mode & 0o077 == 0


def test_its_files_are_encrypted_like_any(standing: Home) -> None:
    with contextlib.closing(sqlite3.connect(standing.log)) as plain, pytest.raises(sqlite3.DatabaseError):
        plain.execute("SELECT * FROM visits")


def test_an_interrupted_make_leaves_nothing(tmp_path: Path) -> None:
    def interrupted(making: Home) -> None:
        assert making.log.exists()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(Home(tmp_path / "demo"), today=TODAY, learn=interrupted)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_make_leaves_the_earlier_demo(demo: Home) -> None:
    def interrupted(making: Home) -> None:
        raise KeyboardInterrupt

    before = _logged(demo)
    with pytest.raises(KeyboardInterrupt):
        make(demo, today=TODAY + timedelta(days=1), learn=interrupted)
    assert _logged(demo) == before
    assert make(demo, today=TODAY) is False


def test_what_a_killed_make_left_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / ".demo.making"
    left.mkdir()
    (left / "log.db").write_bytes(b"half")
    assert make(Home(tmp_path / "demo"), today=TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_it_is_learned_before_it_is_there(tmp_path: Path) -> None:
    seen = []
    make(Home(tmp_path / "demo"), today=TODAY, learn=lambda making: seen.append((tmp_path / "demo").exists()))
    assert seen == [False]


def test_it_never_takes_the_place_of_another_shop(shop_home: Home) -> None:
    before = shop_home.catalog.read_bytes()
    with pytest.raises(InputError, match="never writes over it"):
        make(shop_home, today=TODAY)
    assert shop_home.catalog.read_bytes() == before


def test_it_never_takes_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("mine")
    with pytest.raises(InputError, match="never writes over it"):
        make(Home(tmp_path / "demo"), today=TODAY)
    assert (tmp_path / "demo").read_text() == "mine"


def test_an_empty_folder_and_one_with_a_crash_report_are_free(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    home.crashes.mkdir(parents=True)
    assert make(home, today=TODAY)


def test_a_demo_whose_key_is_lost_is_made_again(demo: Home) -> None:
    demo.key_file.unlink()
    assert make(demo, today=TODAY)
    assert _ask(demo, visits.waiting) == 0


def test_a_day_out_of_reach_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lies between"):
        make(Home(tmp_path / "demo"), today=date(1999, 12, 31))


def test_a_demo_told_from_another_truth_is_made_again(demo: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "fingerprint", lambda shop: "another")
    assert make(demo, today=TODAY)
    assert make(demo, today=TODAY) is False


def test_a_shop_that_is_not_shipped_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with pytest.raises(InputError, match="no demo shop 'garden'; there are: camera"):
        make(Home(tmp_path / "demo"), today=TODAY, shop="garden")


def test_a_place_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        make(Home(tmp_path / "file" / "demo"), today=TODAY)


def test_a_place_that_refuses_the_move_keeps_the_earlier_demo(
    demo: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(StoreError, match="cannot be put into"):
        make(demo, today=TODAY + timedelta(days=1))
    monkeypatch.undo()
    assert json.loads((demo.folder / "demo.json").read_text())["day"] == "2026-06-14"


def test_it_never_takes_the_place_of_a_shop_connected_to_a_demo(demo: Home, tmp_path: Path) -> None:
    csv_folder.connect_csv(demo, folders.whole(tmp_path / "mine"))
    with pytest.raises(InputError, match="never writes over it"):
        make(demo, today=TODAY + timedelta(days=1))
    assert json.loads((demo.folder / "demo.json").read_text())["day"] == TODAY.isoformat()
