"""What came back is matched with the sale it undoes, and never guessed onto anybody."""

from __future__ import annotations

from assistant.shop import csv_folder
from tests.shop import folders

NOTES = """
[order_lines.returns]
where.order_id.starts_with = "C"
"""
HEAD = "order_id,product_id,quantity,customer_id,ordered_at\n"
SOLD = (
    HEAD
    + "O1,P1,5,C1,2026-01-01\nO2,P1,2,C1,2026-02-01\nO3,P1,9,C1,2026-04-01\n"
    + "O4,P1,3,C2,2026-02-15\nO5,P2,1,C1,2026-02-15\n"
)
LEFT = "SELECT order_id, returned_quantity FROM order_lines WHERE returned_quantity <> 0 ORDER BY 1"
PARTS = "SELECT product_id, customer_id, order_id, line_no, quantity FROM returns ORDER BY return_id"


def test_a_return_undoes_the_latest_earlier_sale_and_then_older_ones(read, ask, tmp_path):
    folder = folders.write(tmp_path / "shop", order_lines=f"{SOLD}C9,P1,-3,C1,2026-03-01\n")
    result = read(folder, NOTES)

    assert ask(LEFT) == [("O1", 1), ("O2", 2)]
    assert ask(PARTS) == [("P1", "C1", "O2", 1, 2), ("P1", "C1", "O1", 1, 1)]
    assert (result.returns_matched, result.returns_unmatched) == (1, 0)
    assert result.loaded == {"order_lines": 6}
    assert ask("SELECT count(*) FROM orders WHERE order_id = 'C9'") == [(0,)]


def test_what_cannot_be_matched_is_kept_unmatched(read, ask, tmp_path):
    notes = "C7,P1,-99,C2,2026-03-01\nC8,P1,-1,,2026-03-01\nC9,P2,-1,C2,2026-03-01\nC6,P1,-1,C1,2025-01-01\n"
    result = read(folders.write(tmp_path / "shop", order_lines=SOLD + notes), NOTES)

    assert ask(LEFT) == [("O4", 3)]
    assert ask(PARTS) == [
        ("P1", "C1", None, None, 1),
        ("P1", "C2", "O4", 1, 3),
        ("P1", "C2", None, None, 96),
        ("P1", None, None, None, 1),
        ("P2", "C2", None, None, 1),
    ]
    assert (result.returns_matched, result.returns_unmatched) == (0, 4)


def test_two_returns_never_undo_the_same_goods(read, ask, tmp_path):
    notes = "C8,P1,-2,C1,2026-03-01\nC8,P1,-2,C1,2026-03-01\nC9,P1,-4,C1,2026-03-02\n"
    read(folders.write(tmp_path / "shop", order_lines=SOLD + notes), NOTES)

    assert ask(LEFT) == [("O1", 5), ("O2", 2)]
    assert ask("SELECT sum(quantity) FROM returns WHERE order_id IS NULL") == [(1,)]


def test_reading_again_settles_the_same(read, home, ask, contents, tmp_path):
    folder = folders.write(tmp_path / "shop", order_lines=f"{SOLD}C9,P1,-3,C1,2026-03-01\n")
    read(folder, NOTES)
    before = contents()

    assert read(folder, f"{NOTES}\n# read again\n").changed == {}
    assert contents() == before
    folders.write(folder, order_lines=f"{SOLD}C9,P1,-3,C1,2026-03-01\nO6,P3,1,C1,2026-05-01\n")
    csv_folder.sync(home)
    assert ask(LEFT) == [("O1", 1), ("O2", 2)]


def test_a_return_that_was_corrected_is_settled_anew(read, home, ask, tmp_path):
    folder = folders.write(tmp_path / "shop", order_lines=f"{SOLD}C9,P1,-3,C1,2026-03-01\n")
    read(folder, NOTES)
    folders.write(folder, order_lines=f"{SOLD}C9,P1,-1,C1,2026-03-01\n")
    csv_folder.sync(home)

    assert ask(LEFT) == [("O2", 1)]
    assert ask(PARTS) == [("P1", "C1", "O2", 1, 1)]


def test_a_shorter_export_does_not_change_history(read, home, ask, tmp_path):
    """The till shows its last weeks only: what was matched before stays, and is not given out twice."""
    folder = folders.write(tmp_path / "shop", order_lines=f"{SOLD}C9,P1,-2,C1,2026-03-01\n")
    read(folder, NOTES)
    folders.write(folder, order_lines=f"{HEAD}O3,P1,9,C1,2026-04-01\nC10,P1,-3,C1,2026-03-02\n")
    csv_folder.sync(home)

    assert ask(LEFT) == [("O1", 3), ("O2", 2)]


def test_a_file_of_returns_that_name_their_order(read, ask, tmp_path):
    folder = folders.write(
        tmp_path / "shop",
        order_lines=SOLD,
        back="number,order,article,pieces\nR1,O1,P1,2\nR2,O4,P1,1\nR3,O9,P1,1\nR4,O5,P1,1\n",
    )
    result = read(
        folder,
        '[returns]\nfiles = "back.csv"\n[returns.columns]\nreturn_id = "number"\n'
        'order_id = "order"\nproduct_id = "article"\nquantity = "pieces"\n',
    )

    assert ask(LEFT) == [("O1", 2), ("O4", 1)]
    assert (result.returns_matched, result.returns_unmatched) == (2, 2)
    assert result.loaded["returns"] == 4


def test_a_file_of_returns_without_order_or_customer_guesses_nothing(read, ask, tmp_path):
    folder = folders.write(
        tmp_path / "shop",
        order_lines=SOLD,
        back="day,shop,article,pieces\n2026-03-01,S1,P1,1\n2026-03-01,S1,P1,1\n",
    )
    read(
        folder,
        '[returns]\nfiles = "back.csv"\n[returns.columns]\nreturned_at = "day"\n'
        'store_id = "shop"\nproduct_id = "article"\nquantity = "pieces"\n',
    )

    assert ask(LEFT) == []
    assert ask("SELECT store_id, product_id, quantity, order_id FROM returns") == [("S1", "P1", 1, None)] * 2


def test_a_return_of_nothing_is_set_aside(read, set_aside, tmp_path):
    result = read(folders.write(tmp_path / "shop", order_lines=f"{SOLD}C9,P1,0,C1,2026-03-01\n"), NOTES)

    assert result.rejected == 1
    assert set_aside()[0]["reason"] == "is zero"


def test_complete_files_forget_returns_they_no_longer_name(read, ask, tmp_path):
    mapping = f"[order_lines]\ncomplete = true\n{NOTES}"
    folder = folders.write(tmp_path / "shop", order_lines=f"{SOLD}C9,P1,-3,C1,2026-03-01\n")
    read(folder, mapping)
    folders.write(folder, order_lines=SOLD)
    read(folder, mapping)

    assert ask(LEFT) == ask(PARTS) == []
