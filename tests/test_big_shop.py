"""The made-up shop of the benchmarks: the same for the same sizes, and read by our own sync whole."""

from __future__ import annotations

from assistant.shop import csv_folder
from assistant.store import gtin
from assistant.store.database import Home
from tests.benchmarks import big_shop


def test_it_is_read_whole_and_made_alike(home: Home, tmp_path):
    for name in ("one", "other"):
        big_shop.write(tmp_path / name, 50, 40, 30)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "other" / file.name).read_bytes()
    csv_folder.connect_csv(home, tmp_path / "one")
    result = csv_folder.sync(home)
    assert (result.loaded["products"], result.loaded["customers"], result.rejected) == (50, 40, 0)


def test_its_barcodes_fit():
    assert all(gtin.fits(big_shop.barcode(number)) for number in (0, 7, 999_999))
