"""The card: its words, what closes, and its file."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtPrintSupport import QPrinter

from assistant.errors import InputError
from assistant.records import Product
from assistant.store import preferences
from assistant.store.database import Home, open_catalog, open_home
from assistant.ui.card import drawing, paper
from assistant.ui.card.paper import CardError
from assistant.ui.card.reading import CardFacts, read
from assistant.ui.card.words import Card, worded
from assistant.ui.language import Speaking
from tests import shops

_PDFTOTEXT = shutil.which("pdftotext")
TERMS = "Not right? Bring it back within 30 days, unopened, with the receipt: money back or exchange."
PRODUCT = Product(
    "P3",
    "CRD-128",
    "Swift 128 GB SD card, V60",
    price=429_000,
    currency="GBP",
    attributes={"benefit": "holds about 3,000 photos", "fits": ["SD slot"], "aisle": 3},
)
FACTS = CardFacts(PRODUCT, TERMS, "Harbour Street", "Lumo & Tern", shops.NOW)
CARD = Card(
    "Swift 128 GB SD card, V60",
    ("Holds about 3,000 photos", "Fast enough for 4K video", "Fits every camera with an SD slot"),
    "£42.90",
    "18 June 2026, aisle 3",
    "40-2218",
    TERMS,
    "Harbour Street",
    "Lumo & Tern",
)
SCALE = 10  # hundredths of a millimetre in a pixel


@pytest.fixture(params=["en", "de"])
def language(qapp, request) -> Iterator[str]:
    speaking = Speaking(request.param)
    yield request.param
    speaking.end()


def drawn(card: Card) -> QImage:
    image = QImage(drawing.WIDTH // SCALE, drawing.HEIGHT // SCALE, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(1 / SCALE, 1 / SCALE)
    drawing.draw(painter, card)
    painter.end()
    return image


def inked(image: QImage) -> QRect:
    """What of it is not white, in hundredths of a millimetre."""
    where = image.convertToFormat(QImage.Format.Format_RGB32)
    mask = where.createMaskFromColor(QColor(Qt.GlobalColor.white).rgb(), Qt.MaskMode.MaskOutColor)
    points = [
        (x, y) for y in range(mask.height()) for x in range(mask.width()) if mask.pixelColor(x, y).value()
    ]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return QRect(min(xs) * SCALE, min(ys) * SCALE, (max(xs) - min(xs)) * SCALE, (max(ys) - min(ys)) * SCALE)


def test_its_words(language):
    card = worded(FACTS, shops.NOW)
    assert card.name == "Swift 128 GB SD card, V60"
    assert card.code == "CRD-128"
    assert card.store == "Harbour Street"
    if language == "en":
        assert card.facts == ("Holds about 3,000 photos", "Fits: SD slot")
        assert (card.price, card.dated) == ("£42.90", "14 June 2026, aisle 3")
    else:
        assert card.facts == ("Holds about 3,000 photos", "Passt: SD slot")
        assert (card.price.replace("\xa0", " "), card.dated) == ("42,90 £", "14. Juni 2026, Gang 3")


def test_a_price_that_was_not_heard_of_since_says_when(language):
    card = worded(FACTS, shops.NOW + timedelta(hours=3))
    at = f"{shops.NOW.astimezone():%H:%M}"
    said = f"14 June 2026, as of {at}, aisle 3"
    assert card.dated == (said if language == "en" else f"14. Juni 2026, Stand {at}, Gang 3")


def test_no_price_has_no_date(qapp):
    unknown = replace(FACTS, product=replace(PRODUCT, price=None))
    card = worded(unknown, shops.NOW)
    assert (card.price, card.dated) == ("", "Aisle 3")
    nowhere = replace(FACTS, product=replace(PRODUCT, price=None, attributes={}))
    assert worded(nowhere, shops.NOW).dated == ""


def test_a_file_name_that_every_system_takes(qapp):
    assert replace(CARD, name='A/B: "C" \\ D?').file_name == "A B C D.pdf"
    assert replace(CARD, name="x" * 300).file_name == "x" * 80 + ".pdf"
    assert replace(CARD, name="...").file_name == "40-2218.pdf"


@pytest.mark.parametrize(
    "card",
    [
        CARD,
        replace(CARD, picture=QImage(1276, 2126, QImage.Format.Format_RGB32)),
        replace(CARD, name="Weather-sealed telephoto zoom lens with removable tripod collar " * 4),
        replace(CARD, name="W" * 200, facts=("W" * 200,) * 3, store="W" * 200, dated="W" * 200),
        replace(CARD, terms="Bring it back with the receipt. " * 6, price="€1,212,429.90", code="W" * 60),
        replace(CARD, price="", dated="", facts=(), terms="", store="", shop=""),
    ],
    ids=["plain", "picture", "long name", "without spaces", "long foot", "bare"],
)
def test_nothing_crosses_the_margins(qapp, card):
    room = QRect(0, 0, drawing.WIDTH, drawing.HEIGHT).adjusted(690, 690, -690, -690)
    assert room.contains(inked(drawn(card)))


def test_without_a_picture_its_place_closes(qapp):
    picture = QImage(600, 1000, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    middle = drawing.PICTURE.center().toPoint() / SCALE
    assert drawn(replace(CARD, picture=picture)).pixelColor(middle) == QColor(Qt.GlobalColor.red)
    ink = inked(drawn(replace(CARD, price="", dated="", code="", facts=(), terms="", store="", shop="")))
    assert ink.left() < drawing.MARGIN + 100


def test_it_reads_in_grey(qapp):
    for token in ("text", "textSecondary", "accent"):
        assert drawing.ink(token).lightnessF() < 0.5


def test_the_smallest_print_is_eight_points(qapp, monkeypatch):
    sizes: list[float] = []
    made = drawing.font

    def noted(points: float, weight: int = 400):
        sizes.append(points)
        return made(points, weight)

    monkeypatch.setattr(drawing, "font", noted)
    drawn(replace(CARD, name="Weather-sealed telephoto zoom lens " * 9, price="€1,212,429.90"))
    assert min(sizes) == 8.0


def test_the_file_is_one_page_of_a6(qapp, tmp_path):
    file = paper.save(CARD, tmp_path / "card.pdf")
    data = file.read_bytes()
    assert data.startswith(b"%PDF-")
    (box,) = re.findall(rb"/MediaBox \[([\d. ]+)\]", data)
    width, height = (float(one) / 72 * 25.4 for one in box.split()[2:])
    assert (width, height) == (pytest.approx(148, abs=0.2), pytest.approx(105, abs=0.2))
    assert [one.name for one in tmp_path.iterdir()] == ["card.pdf"]


@pytest.mark.skipif(_PDFTOTEXT is None, reason="pdftotext, which reads a PDF, is not installed")
def test_its_text_can_be_read(qapp, tmp_path):
    file = paper.save(CARD, tmp_path / "card.pdf")
    text = subprocess.run(
        [str(_PDFTOTEXT), str(file), "-"], capture_output=True, text=True, check=True
    ).stdout
    for words in (*CARD.facts, CARD.price, CARD.dated, CARD.store):
        assert words in text


def test_a_folder_that_takes_no_file_is_said_and_nothing_is_left(qapp, tmp_path):
    with pytest.raises(CardError, match="cannot be written to"):
        paper.save(CARD, tmp_path / "nowhere" / "card.pdf")
    assert not list(tmp_path.iterdir())


def test_a_file_that_was_there_stays_when_the_new_one_cannot_be_finished(qapp, tmp_path, monkeypatch):
    file = tmp_path / "card.pdf"
    file.write_bytes(b"before")

    def full(self: Path, other: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CardError, match="No space left"):
        paper.save(CARD, file)
    assert file.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["card.pdf"]


def test_it_is_printed(qapp, tmp_path):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setPageSize(paper.size())
    printer.setFullPage(True)
    paper.print_on(CARD, printer)
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF-")


def test_what_is_read_names_no_customer(shop_home: Home):
    with contextlib.closing(open_home(shop_home)) as connection:
        preferences.put(connection, "card.terms", "  Back within\n 30 days. ")
        found = read(connection, "P3", "S1")
        assert (found.terms, found.store) == ("Back within 30 days.", "Harbour Street")
        assert found.price_at is not None
        said = worded(found, shops.NOW).spoken
        for _, name, email, phone, *_ in shops.CUSTOMERS:
            assert not any(part in said for part in (*name.split(), email, phone))
        with pytest.raises(InputError, match="no product P999"):
            read(connection, "P999", "S1")


def test_a_picture_is_taken_from_the_shops_folder_alone(shop_home: Home, tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    image = QImage(300, 500, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(folder / "card.png"))
    assert image.save(str(tmp_path / "outside.png"))
    (folder / "broken.png").write_bytes(b"no picture")
    with contextlib.closing(open_home(shop_home)) as connection:
        preferences.put(connection, "shop.folder", str(folder))
        shown = {}
        for name in ("card.png", "../outside.png", "broken.png", "gone.png", "https://shop.example/a.png"):
            with contextlib.closing(open_catalog(shop_home)) as catalog:
                catalog.execute("UPDATE products SET image = ? WHERE product_id = 'P3'", (name,))
            shown[name] = read(connection, "P3", None).picture is not None
    assert shown == {**dict.fromkeys(shown, False), "card.png": True}
