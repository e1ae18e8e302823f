"""What runs away in a file is held: a quote too many, a line without end, bad rows without number."""

from __future__ import annotations

import gzip
import io
import os
import signal

import pytest

from assistant.errors import ShopError, StoreError
from assistant.shop import csv_folder, reading, result
from assistant.shop.reading import LONGEST, Written, open_csv
from tests.shop import folders

HEADER = "order_id,product_id,quantity\n"


def rows(count: int, start: int = 1) -> str:
    return "".join(f"O{n},P1,1\n" for n in range(start, start + count))


@pytest.mark.parametrize("zipped", [False, True])
def test_a_quote_too_many_costs_its_own_line_and_none_behind_it(read, ask, set_aside, tmp_path, zipped):
    behind = LONGEST // 8
    lines = f'{HEADER}{rows(3)}O4,"P1,1\n{rows(behind, 5)}'
    answer = read(folders.write(tmp_path / "shop", order_lines=lines, zipped=zipped))

    assert (answer.rejected, answer.loaded) == (1, {"order_lines": 3 + behind})
    (reject,) = set_aside()
    assert (reject["line"], reject["reason"]) == (
        "5", "a quote is opened that is not closed within 131,072 characters",
    )  # fmt: skip
    assert ask("SELECT count(*) FROM orders") == [(3 + behind,)]


def test_a_quote_too_many_that_a_later_one_closes_costs_two_lines(read, ask, set_aside, tmp_path):
    lines = f'{HEADER}O1,"P1,1\n{rows(3, 2)}O5,"P1,1"\n{rows(2, 6)}'
    answer = read(folders.write(tmp_path / "shop", order_lines=lines))

    assert (answer.rejected, answer.loaded) == (2, {"order_lines": 5})
    assert [reject["line"] for reject in set_aside()] == ["2", "6"]
    assert ask("SELECT order_id FROM orders ORDER BY 1") == [("O2",), ("O3",), ("O4",), ("O6",), ("O7",)]


def test_a_quote_that_is_open_at_the_end_is_named_with_its_line(read, tmp_path):
    with pytest.raises(ShopError, match=r"half-written: a quote that is opened in line 4 is never closed"):
        read(folders.write(tmp_path / "shop", order_lines=f'{HEADER}{rows(2)}O3,"P1,1\n{rows(5, 4)}'))


@pytest.mark.parametrize("cell", ["x" * (LONGEST + 1), '"' + "x" * 3 * LONGEST + '"', "a;" * LONGEST])
def test_a_line_longer_than_any_row_is_one_reject(read, set_aside, tmp_path, cell):
    lines = f"{HEADER}O1,P1,1\nO2,{cell},1\nO3,P1,1\n"
    answer = read(folders.write(tmp_path / "shop", order_lines=lines))

    assert (answer.rejected, answer.loaded) == (1, {"order_lines": 2})
    (reject,) = set_aside()
    assert (reject["line"], reject["reason"]) == ("3", "the row is longer than 131,072 characters")


def test_the_longest_row_is_read(read, ask, tmp_path):
    name = "x" * (LONGEST - len('P1,""\n'))
    answer = read(folders.write(tmp_path / "shop", products=f'product_id,name\nP1,"{name}"\n'))

    assert answer.rejected == 0
    assert ask("SELECT length(name) FROM products") == [(len(name),)]


def test_a_header_without_end_is_no_csv_file(read, tmp_path):
    with pytest.raises(ShopError, match=r"not a CSV file: the row is longer than 131,072 characters\.$"):
        read(folders.write(tmp_path / "shop", order_lines="x" * 2 * LONGEST))


class Counted(io.BytesIO):
    """Bytes that keep count of the most that was ever asked for at once."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        Counted.most = max(Counted.most, 1 << 62 if size is None or size < 0 else size)
        return super().read(size)


def test_a_line_without_end_is_never_held_whole(tmp_path, monkeypatch):
    path = tmp_path / "order_lines.csv"
    path.write_text(f"{HEADER}O1,P1,1\n" + "x" * 40 * LONGEST + "\nO2,P1,1\n")
    raw = Counted(path.read_bytes())
    file = reading.OpenFile(path, Written(), raw, len(raw.getvalue()))
    held = [len(file._lines._rest) for _ in file.batches(2)]

    assert Counted.most <= reading._BLOCK
    assert max(held) <= LONGEST + 1


def test_a_row_of_more_lines_than_a_batch_is_one_row(tmp_path):
    path = tmp_path / "products.csv"
    path.write_text('product_id,name\nP1,"' + "line\n" * 50 + '"\nP2,B\n')
    with open_csv(path, Written()) as file:
        batches = list(file.batches(4))

    assert [len(row) for batch in batches for row in batch.rows] == [2, 2]
    assert [batch.line(place) for batch in batches for place in range(len(batch.rows))] == [2, 53]


def test_bad_rows_share_a_batch(tmp_path):
    path = tmp_path / "order_lines.csv"
    path.write_text(HEADER + 'O1,"P1"x,1\n' * 1000 + "O2,P1,1\n")
    with open_csv(path, Written()) as file:
        batches = list(file.batches())

    (batch,) = batches
    assert [line for line, _ in batch.unreadable] == list(range(2, 1002))
    assert (batch.rows[-1], batch.line(1000)) == (["O2", "P1", "1"], 1002)


def test_a_file_that_grows_as_fast_as_it_is_read_has_an_end(tmp_path):
    path = tmp_path / "order_lines.csv"
    path.write_text(HEADER + rows(50_000))

    with (
        pytest.raises(ShopError, match="written to while it was being read"),
        open_csv(path, Written()) as file,
        path.open("a") as more,
    ):
        for turn, _ in enumerate(file.batches()):
            assert turn < 100, "it is read on and on"
            more.write(rows(20_000))
            more.flush()


def test_all_are_counted_and_the_first_are_written_down(read, call, capsys, set_aside, tmp_path, monkeypatch):
    monkeypatch.setattr(result, "MOST", 3)
    folder = folders.write(
        tmp_path / "shop", order_lines=HEADER + "O1,P1,x\n" * 7, products=folders.PRODUCTS.replace("729", "x")
    )
    answer = read(folder)

    assert (answer.rejected, answer.unwritten) == (8, 4)
    assert [row["line"] for row in set_aside() if row["file"] == "order_lines.csv"] == ["2", "3", "4"]
    (folder / "order_lines.csv").write_text(HEADER + "O1,P1,y\n" * 9)
    assert call("sync") == 3
    said = capsys.readouterr().out
    assert "set aside: 9 rows\nthe reasons of the first 3 of them are in " in said


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+1", "@SUM(A1)"])
def test_no_cell_of_the_shops_becomes_a_formula(read, set_aside, tmp_path, cell):
    lines = f"{HEADER}O1,P1,{cell}\n"
    read(folders.write(tmp_path / "shop", order_lines=lines.replace("+1\n", "+1x\n")))

    (reject,) = set_aside()
    assert reject["value"].startswith(f"'{cell}")


def test_a_column_named_like_a_formula_and_a_long_value_are_tamed(read, set_aside, tmp_path):
    mapping = '[order_lines.columns]\norder_id = "order_id"\nproduct_id = "product_id"\nquantity = "=n"\n'
    lines = f"order_id,product_id,=n\nO1,P1,{'9' * 1000}x\n"
    read(folders.write(tmp_path / "shop", order_lines=lines), mapping)

    (reject,) = set_aside()
    assert (reject["column"], reject["value"]) == ("'=n", "9" * 200 + "…")


def test_a_mark_at_the_beginning_says_more_than_the_mapping(read, ask, tmp_path):
    folder = folders.write(tmp_path / "shop")
    (folder / "products.csv").write_bytes("\ufeffproduct_id,name\nP1,Café\n".encode())
    read(folder, 'encoding = "latin-1"\n')

    assert ask("SELECT name FROM products") == [("Café",)]


def test_the_byte_that_is_wrong_is_named_with_its_line(read, tmp_path):
    folder = folders.write(tmp_path / "shop")
    good = f"{HEADER}{rows(100_000)}".encode()
    (folder / "order_lines.csv.gz").write_bytes(gzip.compress(good + b"O\xe9,P1,1\n" + rows(9).encode()))
    with pytest.raises(ShopError, match="not written in utf-8: byte 0xE9 in line 100002"):
        read(folder)


def test_bytes_without_a_sign_in_the_midst_of_a_cell_are_dropped(read, ask, tmp_path):
    name = "Ca" + "x" * 5000 + "\0\0fé"
    read(folders.write(tmp_path / "shop", products=f"product_id,name\nP1,{name}\n"))

    assert ask("SELECT name FROM products") == [(name.replace("\0", ""),)]


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.symlink_to("nowhere"), "a link that leads nowhere"),
        (os.mkfifo, "a device or a pipe"),
    ],
)
def test_what_is_no_file_is_not_passed_over(read, tmp_path, make, what):
    folder = folders.write(tmp_path / "shop", products=folders.PRODUCTS)
    make(folder / "customers.csv")
    with pytest.raises(ShopError, match=rf"customers\.csv is {what}, not a file\.$"):
        read(folder)


def test_a_folder_that_may_not_be_looked_into_is_not_empty(read, tmp_path, monkeypatch):
    folder = folders.whole(tmp_path / "shop")

    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("assistant.shop.files.os.scandir", refuse)
    with pytest.raises(ShopError, match="shop cannot be read: Permission denied"):
        read(folder)


@pytest.mark.skipif(os.name != "posix", reason="a file is kept small in a POSIX system's way")
def test_a_disk_that_is_full_when_rejects_are_written_changes_nothing(read, home, contents, tmp_path):
    resource = pytest.importorskip("resource")
    folder = folders.whole(tmp_path / "shop")
    read(folder)
    before = contents()
    (folder / "order_lines.csv").write_text(HEADER + f"O1,P1,{'x' * 200}\n" * 9000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        with pytest.raises(StoreError, match=r"order_lines\.csv cannot be written: File too large"):
            csv_folder.sync(home)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert contents() == before
    assert not list(home.rejects.iterdir())
