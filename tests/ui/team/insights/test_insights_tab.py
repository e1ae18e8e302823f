"""The Insights tab at work: the map, ticking and printing, proposing, exports, and what it says of little."""

from __future__ import annotations

import contextlib
import csv
import json
import re
import shutil
import subprocess
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from assistant.errors import AccessError
from assistant.measure import insights
from assistant.records import Associate
from assistant.store import asking, counting, curating
from assistant.store.database import Home, open_catalog, open_home, stamp, transaction
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team.insights import InsightsTab
from assistant.ui.team.insights import asking as questions_of
from assistant.ui.team.insights.sheet import SheetError
from assistant.ui.team.tabs import Asked
from assistant.ui.theme import Look
from tests.measure import made

FAMILIES = {"CAM": "Photo/Cameras", "CARD": "Photo/Cards", "CASE": "Photo/Bags", "INK": "Print/Ink"}
AISLES = {"CAM": 1, "CARD": 3, "CASE": 8, "INK": 9}
BASKETS = [("CAM", "CARD")] * 6 + [("CAM",)] * 4 + [("CAM", "CASE")] * 5 + [("INK",)] * 5
ALL = Asked(12)
_PDFTOTEXT = shutil.which("pdftotext")


def _fill(home: Home, times: int) -> None:
    """So many times the same twenty receipts: CAM goes with CARD by a link, CASE with CAM by itself."""
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        for product, family in FAMILIES.items():
            catalog.execute(
                "INSERT INTO products (product_id, sku, name, category, attributes) "
                "VALUES (?1, 'SKU-' || ?1, 'The ' || ?1, ?2, ?3)",
                (product, family, json.dumps({"aisle": AISLES[product]})),
            )
        catalog.execute("INSERT INTO links VALUES ('CAM', 'CARD', 'accessory')")
        catalog.execute("INSERT INTO stock VALUES ('CARD', 'S1', 0, NULL)")
        for n, goods in enumerate(BASKETS * times):
            at = stamp(made.START + timedelta(minutes=n))
            catalog.execute(
                "INSERT INTO orders VALUES (?, NULL, 'A1', 'S1', ?, 'till', NULL, 'GBP')", (f"O{n}", at)
            )
            for line, product in enumerate(goods, 1):
                catalog.execute(
                    "INSERT INTO order_lines VALUES (?, ?, ?, 1, 100000, 0, 0)", (f"O{n}", line, product)
                )
        catalog.execute("INSERT INTO sync_state VALUES ('synced_at', ?)", (stamp(made.START),))
    with contextlib.closing(open_home(home)) as log:
        asking.note(log, associate_id="A1", product_id="CARD", at=made.START + timedelta(hours=1))
        asking.note(log, associate_id="A1", words="USB cable", at=made.START + timedelta(hours=2))
    counting.count(home)


@pytest.fixture
def shop(home: Home) -> Home:
    _fill(home, 16)
    return home


@pytest.fixture
def opened(qtbot, look: Look):
    """Opens the tab over a home, Priya signed in."""
    left = []

    def open_tab(home: Home) -> InsightsTab:
        questions, session = Questions(home), Session(home)
        session.sign_in(Associate("A1", "Priya Nair", "S1"))
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(1280, 700)
        tab = InsightsTab(look, questions, session, window)
        tab.resize(1280, 700)
        left.append((window, questions))
        window.show()
        with qtbot.waitSignal(questions.idle):
            tab.show_asked(ALL)
        return tab

    yield open_tab
    for window, questions in left:
        window.close()
        questions.close()


def settle(qtbot, tab: InsightsTab) -> None:
    qtbot.waitUntil(lambda: not tab._questions.busy)


def titles(panel) -> list[str]:
    return [fact.title for fact in panel.list.rows.facts]


def test_a_cell_says_its_share_and_how_unusual_it_is(shop, opened):
    tab = opened(shop)
    cells = tab.map.map.cells
    names = [cells.headerData(n, Qt.Orientation.Vertical) for n in range(cells.rowCount())]
    assert names == ["Cameras", "Cards", "Bags", "Ink"]
    cell = cells.index(0, 1)  # 96 of 240 receipts with a camera, of 320; 96 hold cards
    assert cell.data() == "40"
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Cameras with Cards: 40 of every 100, 1.3× the usual 30, from 240 receipts"
    )
    assert cells.index(3, 0).data() == "few"
    assert "4 categories. The clearest:" in tab.map.map.accessibleDescription()


def test_enter_lists_the_products_of_the_cell_and_escape_goes_back(shop, opened, qtbot):
    tab = opened(shop)
    tab.map.map.choose(0, 1)
    tab.map.map.setFocus()
    QTest.keyClick(tab.map.map, Qt.Key.Key_Return)
    qtbot.waitUntil(tab.sheet.isVisible)
    (fact,) = tab.sheet.list.rows.facts
    assert (fact.title, fact.value, fact.under) == (
        "The CAM and The CARD", "40%", "Bought together on 96 of 240 receipts",
    )  # fmt: skip
    QTest.keyClick(tab.sheet.list, Qt.Key.Key_Escape)
    assert not tab.sheet.isVisible()


def test_a_cell_of_few_receipts_opens_nothing(shop, opened, qtbot):
    tab = opened(shop)
    tab.map.map.choose(3, 0)
    QTest.keyClick(tab.map.map, Qt.Key.Key_Return)
    settle(qtbot, tab)
    assert not tab.sheet.isVisible()
    assert not tab.map.see.isEnabled()


def test_few_receipts_are_counted_and_there_is_no_map(home, opened):
    _fill(home, 1)
    tab = opened(home)
    assert not tab.map.map.isVisible()
    assert tab.map.few.text() == "20 receipts in this period. From 300 on there is a map."
    assert next((f.title, f.value) for f in tab.map.counts.rows.facts) == ("Cameras", "15 receipts")
    assert tab.place.list.rows.rowCount() == 0


def test_before_any_sale_it_says_what_to_do(home, opened):
    tab = opened(home)
    assert "Connect a shop" in tab._empty.accessibleName()


def test_pairs_are_sorted_by_distance_and_space_ticks_them(shop, opened):
    tab = opened(shop)
    rows = tab.place.list.rows
    told = [rows.index(n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(rows.rowCount())]
    assert told[0].endswith("aisle 8 / aisle 1, 7 aisles apart") and "2 aisles apart" in told[1]
    assert not tab.place.button.isEnabled()
    QTest.keyClick(tab.place.list, Qt.Key.Key_Space)
    assert rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("ticked")
    assert tab.place.button.text() == "Print sheet for 1"
    QTest.keyClick(tab.place.list, Qt.Key.Key_Space)
    assert rows.ticked == ()


def test_p_offers_the_ticked_pairs_as_one_page(shop, opened, qtbot, tmp_path):
    tab = opened(shop)
    for n in range(2):
        tab.place.list.rows.toggle(tab.place.list.rows.index(n))
    tab.place.list.setFocus()
    QTest.keyClick(tab.place.list, Qt.Key.Key_P)
    assert tab.printing.ask.isVisible()
    assert tab.printing.ask.text.text() == "2 pairs on one A4 sheet."
    tab.printing.save_to(tmp_path / "sheet.pdf")
    settle(qtbot, tab)
    data = (tmp_path / "sheet.pdf").read_bytes()
    (box,) = re.findall(rb"/MediaBox \[([\d. ]+)\]", data)
    assert [round(float(one)) for one in box.split()[2:]] == [595, 842]
    assert len(re.findall(rb"/Type /Page\b", data)) == 1


@pytest.mark.skipif(_PDFTOTEXT is None, reason="pdftotext, which reads a PDF, is not installed")
def test_the_sheet_says_the_pair_its_share_and_where_both_stand(shop, opened, tmp_path):
    tab = opened(shop)
    tab.place.list.rows.toggle(tab.place.list.rows.index(0))
    tab.print_ticked()
    file = tab.printing.sheet.save(tmp_path / "sheet.pdf")
    read = [str(_PDFTOTEXT), "-layout", str(file), "-"]
    text = subprocess.run(read, capture_output=True, text=True, check=True).stdout
    for words in ("Place side by side", "Bags and Cameras", "100%", "aisle 8 / aisle 1", "7 aisles apart"):
        assert words in text


def test_p_without_a_tick_does_nothing(shop, opened):
    tab = opened(shop)
    QTest.keyClick(tab.place.list, Qt.Key.Key_P)
    assert not tab.printing.ask.isVisible()


def test_a_sheet_that_cannot_be_written_says_so_and_leaves_nothing(shop, opened, qtbot, tmp_path):
    tab = opened(shop)
    tab.place.list.rows.toggle(tab.place.list.rows.index(0))
    tab.print_ticked()
    with pytest.raises(SheetError, match="cannot be written"):
        tab.printing.sheet.save(tmp_path / "nowhere" / "sheet.pdf")
    tab.printing.save_to(tmp_path / "nowhere" / "sheet.pdf")
    settle(qtbot, tab)
    assert "cannot be written" in tab.place._said.text()
    assert not [*tmp_path.glob("*.pdf"), *tmp_path.glob("*.csv"), *tmp_path.glob(".*")]


def test_what_was_asked_for_says_whether_it_is_there(shop, opened):
    facts = {fact.title: fact for fact in opened(shop).missed.list.rows.facts}
    assert facts["The CARD"].under == "Out of stock"
    assert facts["USB cable"].under == "Not in the range"
    assert facts["The CARD"].value == "once"


def test_a_proposal_waits_for_a_manager_and_z_takes_it_back(shop, opened, qtbot):
    tab = opened(shop)
    assert titles(tab.unsuggested) == ["The CASE and The CAM"]
    tab.unsuggested.list.setFocus()
    QTest.keyClick(tab.unsuggested.list, Qt.Key.Key_Return)
    settle(qtbot, tab)
    with contextlib.closing(open_home(shop)) as log:
        (waits,) = curating.waiting(log)
        assert (waits.anchor_id, waits.product_id, waits.kind) == ("CASE", "CAM", "proposed")
    (fact,) = tab.unsuggested.list.rows.facts
    assert fact.under == "Proposed; a manager decides"
    QTest.keyClick(tab.unsuggested.list, Qt.Key.Key_Return)  # a second time says nothing more
    settle(qtbot, tab)
    QTest.keyClick(tab, Qt.Key.Key_Z)
    settle(qtbot, tab)
    with contextlib.closing(open_home(shop)) as log:
        assert curating.waiting(log) == ()
    assert tab.unsuggested.list.rows.facts[0].under == "Bought together on 80 of 80 receipts"


def test_a_proposal_that_is_refused_says_why(shop, opened, qtbot):
    tab = opened(shop)
    with contextlib.closing(open_home(shop)) as log:
        curating.say(log, "CASE", "CAM", "proposed", "A2")
    tab.unsuggested.act.click()
    settle(qtbot, tab)
    assert "proposed already" in tab.unsuggested.foot.text()


def test_the_export_is_the_pairings_of_the_command(shop, opened, qtbot, tmp_path):
    tab = opened(shop)
    for kind in tab.formats:
        tab._questions.ask(tab.export(ALL, tmp_path / f"p.{kind}", kind), lambda written: None)
    settle(qtbot, tab)
    with contextlib.closing(open_home(shop)) as log:
        expected = insights.pairings(log, 10)
    assert json.loads((tmp_path / "p.json").read_text())["pairings"] == expected
    rows = list(csv.DictReader((tmp_path / "p.csv").read_text().splitlines()))
    assert [(r["anchor_id"], r["product_id"]) for r in rows] == [("CAM", "CARD")]


def test_below_the_screen_too_it_is_for_those_who_run_the_shop(shop, tmp_path):
    with contextlib.closing(open_home(shop)) as log:
        with transaction(log):
            log.execute("INSERT INTO roles VALUES ('A9', 'administrator')")
            log.execute("INSERT INTO pins VALUES ('A9', 'x', 4, 0, 0)")
        theirs = Asked(12, None, "A1")
        for ask in (
            lambda: questions_of.read(log, theirs),
            lambda: questions_of.products(log, "Photo/Cameras", "Photo/Cards", theirs),
            lambda: questions_of.say(log, ("CASE", "CAM"), "proposed", "A1"),
            lambda: questions_of.write(log, tmp_path / "p.csv", "csv", theirs),
        ):
            with pytest.raises(AccessError):
                ask()
    assert not [*tmp_path.glob("*.pdf"), *tmp_path.glob("*.csv"), *tmp_path.glob(".*")]


def test_it_follows_the_theme(shop, opened, look):
    tab = opened(shop)
    look.set_theme("dark")
    QApplication.processEvents()
    assert not tab.grab().isNull()
