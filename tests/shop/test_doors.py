"""`connect` and `sync` from the outside: exit statuses, one JSON document, progress lines, signals."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.doors import connect as door
from assistant.shop import csv_folder
from assistant.shop.result import SyncResult
from assistant.store.database import open_catalog
from tests.shop import folders


def test_connect_then_sync(call, capsys, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    assert call("connect", "csv", folder) == 0
    said = capsys.readouterr().out
    assert "products.csv → products: 4 of the first 4 rows can be loaded" in said
    assert call("sync", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["loaded"]["order_lines"] == 3
    assert {"loaded", "rejected", "left_out", "seconds", "rejects"} <= document.keys()
    assert document["rejects"] is None
    assert document["counted"] == 2
    assert document["counting_seconds"] > 0


def test_rejected_rows_are_status_3_and_the_file_is_named(call, capsys, home, tmp_path):
    folder = folders.write(tmp_path / "shop", products="product_id,name\nP1,A\nP2,\n")
    call("connect", "csv", folder)
    capsys.readouterr()

    assert call("sync", "--json") == 3
    document = json.loads(capsys.readouterr().out)
    assert document["rejected"] == 1
    assert Path(document["rejects"]).parent == home.rejects
    assert "P2" not in Path(document["rejects"]).read_text().splitlines()[0]
    assert call("sync") == 0


def test_the_words_for_people_name_what_was_set_aside(call, capsys, tmp_path):
    products = "product_id,name\nP1,A\nP2,\n"
    folder = folders.write(tmp_path / "shop", products=products, customers="customer_id,phone\nC1,7\n")
    call("connect", "csv", folder)
    capsys.readouterr()
    assert call("sync") == 3
    said = capsys.readouterr().out
    assert "products: 1 rows read, 1 changed" in said
    assert "set aside: 1 row\n" in said
    assert "loaded without an unusable cell: 1" in said


def test_a_live_shops_changes_are_said_together(capsys):
    door._say_result(SyncResult({"products": 88, "stores": 1}, changed={"rows": 89, "basket_writes": 2}))
    said = capsys.readouterr().out
    assert said.startswith("products: 88 rows read\nstores: 1 rows read\nchanged: 89 rows\n")
    assert "add-ons told to the shop: 2\n" in said
    door._say_result(SyncResult({"products": 88}, rejected=2, rejects="rejects"))
    said = capsys.readouterr().out
    assert "products: 88 rows read, 0 changed\n" in said
    assert "set aside: 2 rows\nthe reasons are in rejects\n" in said
    assert "figures" not in said


def test_the_time_that_counting_takes_is_told(capsys):
    door._say_result(SyncResult({"orders": 1000}, seconds=4.0, counted=1000, counting_seconds=2.5))
    assert capsys.readouterr().out.endswith(
        "read in 4.0 s, 250 rows/s\norders taken into the figures: 1,000 in 2.5 s\ndone in 6.5 s\n"
    )


def test_a_broken_file_is_status_1_and_one_sentence(call, capsys, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    call("connect", "csv", folder)
    (folder / "products.csv").write_bytes(b"")
    capsys.readouterr()

    assert call("sync", "--json") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "products.csv is empty (0 bytes).\n"


def test_progress_lines_end_with_done_or_error(call, capsys, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    call("connect", "csv", folder)
    capsys.readouterr()

    assert call("sync", "--progress", "json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(line.keys() == {"t", "what", "done", "total"} for line in lines)
    assert {"t": "progress", "what": "order_lines", "done": 3, "total": 3} in lines
    assert lines[-1]["t"] == "done"
    (folder / "products.csv").write_bytes(b"")
    assert call("sync", "--progress", "json") == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["t"] == "error"


def test_check_looks_and_changes_nothing(call, capsys, home, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    call("connect", "csv", folder)
    (folder / "products.csv").write_text("product_id,name,colour,price\nP1,A,red,cheap\n")
    capsys.readouterr()

    assert call("connect", "--check") == 0
    said = capsys.readouterr().out
    assert "0 of the first 1 rows can be loaded" in said
    assert "columns not used: colour" in said
    assert "line 2: price 'cheap' is not a number" in said
    assert call("sync", "--json") == 3


@pytest.mark.parametrize("words", [("connect",), ("connect", "csv"), ("sync", "--watch", "0")])
def test_wrong_usage_is_status_2(call, words):
    assert call(*words) == 2


@pytest.mark.parametrize("words", [("connect", "--check"), ("sync",)])
def test_without_a_shop_it_says_how_to_connect_one(call, capsys, words):
    assert call(*words) == 1
    assert "assistant connect csv FOLDER" in capsys.readouterr().err


def test_watch_reads_again_until_interrupted_and_survives_a_bad_file(call, capsys, tmp_path, monkeypatch):
    folder = folders.whole(tmp_path / "shop")
    call("connect", "csv", folder)
    capsys.readouterr()
    products = folder / "products.csv"
    rounds = iter(
        [
            lambda: products.write_bytes(b""),
            lambda: products.write_text(folders.PRODUCTS.replace("Camera", "Changed")),
        ]
    )

    def pause(seconds: float) -> None:
        assert seconds == 5
        try:
            next(rounds)()
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("assistant.shop.syncing.time.sleep", pause)

    assert call("sync", "--watch", "5") == 130
    said = capsys.readouterr()
    assert "products: 4 rows read, 4 changed" in said.out
    assert "products: 4 rows read, 1 changed" in said.out
    assert "products.csv is empty" in said.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_sync_that_is_told_to_end_rolls_back(home, contents, tmp_path, number):
    folder = folders.write(tmp_path / "shop", order_lines=folders.many_lines(10, 3))
    csv_folder.connect_csv(home, folder)
    csv_folder.sync(home)
    before = contents()
    folders.write(folder, order_lines=folders.many_lines(60_000, 4))

    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "--home", str(home.folder), "sync", "--progress", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None and child.stderr is not None
        assert '"progress"' in child.stdout.readline()
        child.send_signal(number)
        child.stdout.read()
        said = child.stderr.read()

    assert child.returncode == 130, said
    assert "nothing half-done was kept" in said
    assert contents() == before


def test_an_errand_whose_reader_goes_away_is_cancelled(home, tmp_path):
    folder = folders.write(tmp_path / "shop", order_lines=folders.many_lines(50, 2))
    csv_folder.connect_csv(home, folder)
    talks = subprocess.Popen(
        [sys.executable, "-m", "assistant", "--home", home.folder, "sync", "--progress", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    talks.stdout.close()
    said = talks.stderr.read().decode()
    talks.stderr.close()
    assert talks.wait() == 130
    assert said.strip() == "Cancelled; nothing half-done was kept."
    with contextlib.closing(open_catalog(home)) as catalog:
        assert catalog.execute("SELECT count(*) FROM orders").fetchone() == (0,)
