"""A file or folder that cannot be read gets one clear sentence and leaves the catalog as it was."""

from __future__ import annotations

import contextlib
import gzip

import pytest

from assistant.errors import KnownError, MappingError, ShopError
from assistant.shop import csv_folder
from assistant.store.database import open_home
from tests.shop import folders

LONG = folders.many_lines(3000, 3).encode()


def _cut_gzip() -> bytes:
    return gzip.compress(LONG)[:-2000]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("order_lines.csv", b"", ("order_lines.csv", "empty")),
        ("order_lines.csv", b"\n\n", ("order_lines.csv", "empty")),
        ("order_lines.csv", b"PK\x03\x04\x14\x00\x06\x00", ("not a CSV file",)),
        ("order_lines.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ("not a CSV file",)),
        ("order_lines.csv", "order_id,product_id,quantity\n".encode("utf-16"), ("UTF-16",)),
        ("order_lines.csv", "order_id,product_id,quantity\nÉ,A,1\n".encode("latin-1"), ("utf-8", "0xC9")),
        ("order_lines.csv", b"order_id,product_id,quantity\nO1,A,1\nO2,B", ("half-written", "2 of 3")),
        ("order_lines.csv", b'order_id,product_id,quantity\nO1,A,1\nO2,"B', ("half-written", "quote")),
        ("order_lines.csv", b'order_id,"product_id', ("half-written",)),
        ("order_lines.csv", b"order_id,product,quantity\nO1,A,1\n", ("product_id", "'product' is meant.")),
        ("order_lines.csv", b"order_id;product_id;quantity\nO1;A;1\n", ("order_id", "delimiter")),
        ("order_lines.csv", b"<html><body>Please sign in</body></html>\n", ("no column 'order_id'",)),
        ("order_lines.csv", b"order_id,product_id,product_id,quantity\nO1,A,B,1\n", ("product_id", "twice")),
        ("order_lines.csv.gz", _cut_gzip(), ("order_lines.csv.gz", "half-written")),
        ("order_lines.csv.gz", b"order_id,product_id,quantity\nO1,A,1\n", ("gzip",)),
        ("order_lines.csv.gz", b"", ("empty",)),
    ],
)  # fmt: skip
def test_a_bad_file_is_one_sentence_and_changes_nothing(read, contents, home, tmp_path, name, data, words):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    before = contents()
    (folder / "order_lines.csv").unlink()
    (folder / "products.csv").write_text(folders.PRODUCTS.replace("Camera", "Changed"))
    (folder / name).write_bytes(data)

    with pytest.raises(ShopError) as said:
        csv_folder.sync(home)

    for word in words:
        assert word in str(said.value)
    assert "\n" not in str(said.value)
    assert contents() == before
    assert not home.rejects.exists() or not list(home.rejects.iterdir())


def test_a_row_set_aside_before_the_file_turned_out_half_written_leaves_no_rejects(read, home, tmp_path):
    folder = folders.write(tmp_path / "shop", order_lines="order_id,product_id,quantity\nO1,A,x\nO2,B")

    with pytest.raises(ShopError, match="half-written"):
        read(folder)
    with pytest.raises(ShopError):
        csv_folder.sync(home)
    assert not list(home.rejects.glob("*"))


def test_wrong_bytes_far_into_a_file_change_nothing(read, contents, home, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    before = contents()
    (folder / "order_lines.csv").write_bytes(LONG * 4 + b"O1,\xff,1,C1,,1\n")

    with pytest.raises(ShopError, match=r"order_lines\.csv is not written in utf-8"):
        csv_folder.sync(home)
    assert contents() == before


def test_a_missing_folder(read, tmp_path):
    with pytest.raises(ShopError, match="There is no folder"):
        read(tmp_path / "nowhere")


def test_a_file_in_place_of_a_folder(read, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    with pytest.raises(ShopError, match=r"products\.csv is no folder; name the one that the files lie in"):
        read(folder / "products.csv")


def test_a_folder_without_products_and_order_lines(read, tmp_path):
    with pytest.raises(ShopError, match=r"neither products\.csv nor order_lines\.csv"):
        read(folders.write(tmp_path / "shop", customers=folders.CUSTOMERS))


def test_a_folder_that_vanished_after_it_was_connected(read, home, contents, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    before = contents()
    folder.rename(tmp_path / "elsewhere")

    with pytest.raises(ShopError, match="There is no folder"):
        csv_folder.sync(home)
    assert contents() == before


def test_the_same_file_plain_and_gzipped(read, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    folders.whole(folder, zipped=True)

    with pytest.raises(ShopError, match="keep one of them"):
        read(folder)


def test_a_file_that_may_not_be_opened(read, tmp_path, monkeypatch):
    folder = folders.whole(tmp_path / "shop")
    (folder / "stores.csv").unlink()
    (folder / "stores.csv").symlink_to(folder / "products.csv")
    opened = type(folder).open

    def refuse(path, *words, **more):
        if path.name == "stores.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *words, **more)

    monkeypatch.setattr(type(folder), "open", refuse)
    with pytest.raises(ShopError, match=r"stores\.csv cannot be read: Permission denied"):
        read(folder)


def test_a_file_written_to_while_it_is_read(read, home, contents, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    before = contents()
    lines = folder / "order_lines.csv"
    lines.write_bytes(LONG)

    def write_more(what: str, done: int, total: int | None) -> None:
        if what == "order_lines":
            lines.write_bytes(LONG + b"O1,P1,1,C1,,1\n")

    with pytest.raises(ShopError, match="written to while it was being read"):
        csv_folder.sync(home, progress=write_more)
    assert contents() == before


def test_no_shop_connected_yet(home):
    for ask in (csv_folder.sync, csv_folder.check):
        with pytest.raises(ShopError, match="No shop is connected yet"):
            ask(home)


def test_a_connection_that_fails_keeps_the_one_there_was(read, home, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    read(folder)

    for wrong in (tmp_path / "nowhere", folders.write(tmp_path / "empty", products="")):
        with pytest.raises(KnownError):
            csv_folder.connect_csv(home, wrong)
    with pytest.raises(MappingError):
        csv_folder.connect_csv(home, folder, "unheard_of")
    with contextlib.closing(open_home(home)):
        assert csv_folder.sync(home).unchanged_files == len(folders.FILES)
