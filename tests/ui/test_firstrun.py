"""The first minutes: connecting a folder, what goes wrong with it, and the recovery key shown once."""

from __future__ import annotations

import contextlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from assistant.shop.demo.truth import SHOPS
from assistant.store import preferences
from assistant.store.database import Home, open_home
from assistant.ui.connecting import ConnectForm, live_kinds
from assistant.ui.errands import Errand
from assistant.ui.firstrun import FirstRun
from assistant.ui.recovery import RecoveryKey
from tests.shop.live.fakes.woocommerce import Site


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "exports"
    made.mkdir()
    (made / "products.csv").write_text("product_id,name\n" + "".join(f"P{n},Thing {n}\n" for n in range(9)))
    lines = "".join(f"O{n // 2},P{n % 9},1,2026-05-01T10:00:00Z\n" for n in range(600))
    (made / "order_lines.csv").write_text("order_id,product_id,quantity,ordered_at\n" + lines)
    return made


@pytest.fixture
def first(qtbot, look, home: Home):
    made = FirstRun(look, home)
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.show()
    yield made
    made.close_errand()


def test_a_folder_is_connected_read_and_learned_from(qtbot, first, folder, home):
    seen = []
    with qtbot.waitSignal(first.connected, timeout=600_000):
        first.connect_folder(folder)
        seen.append(first.said)
    assert seen == ["Looking at the folder"]
    with contextlib.closing(open_home(home)) as connection:
        assert preferences.text(connection, "shop.kind") == "csv"
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (300,)
        assert connection.execute("SELECT count(*) FROM model").fetchone() == (1,)


def test_a_folder_that_is_no_shop_is_one_sentence_and_offers_a_mapping(qtbot, first, tmp_path, home):
    empty = tmp_path / "empty"
    empty.mkdir()
    first.connect_folder(empty)
    assert not first.kinds.isEnabled()
    qtbot.waitUntil(first.kinds.isEnabled, timeout=600_000)
    assert str(empty) in first.said
    assert "Traceback" not in first.said
    assert first.mapping.isVisible()
    with contextlib.closing(open_home(home)) as connection:
        assert preferences.text(connection, "shop.kind") == ""


def test_cancelling_goes_back_to_the_choice(qtbot, first, folder):
    first.connect_folder(folder)
    QTest.keyClick(first, Qt.Key.Key_Escape)
    qtbot.waitUntil(first.kinds.isEnabled, timeout=600_000)
    assert first.said == "Cancelled. Nothing was changed."
    assert not first.mapping.isVisible()


def test_what_is_cancelled_after_the_connection_was_made_stays(qtbot, first, folder, home):
    first.connect_folder(folder)
    qtbot.waitUntil(lambda: first.said == "Reading the shop's data", timeout=600_000)
    QTest.keyClick(first, Qt.Key.Key_Escape)
    qtbot.waitUntil(first.kinds.isEnabled, timeout=600_000)
    assert first.said == "Stopped. The shop stays connected, and the next sync goes on from there."
    with contextlib.closing(open_home(home)) as connection:
        assert preferences.text(connection, "shop.kind") == "csv"


def test_the_recovery_key_is_done_with_only_when_it_was_written_down(qtbot, look):
    key = "-".join(f"AB{n:02d}" for n in range(14))
    dialog = RecoveryKey(look, key)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog._done.click()
    assert dialog.isVisible(), "not without the tick"
    dialog._copy.click()
    assert QGuiApplication.clipboard().text() == key
    dialog._written.click()
    with qtbot.waitSignal(dialog.accepted):
        dialog._done.click()


@pytest.fixture
def site():
    """A WooCommerce site played from its documentation."""
    made = Site()
    made.product("Lantern", "24.00")
    yield made
    made.close()


def fill(form: ConnectForm, *texts: str) -> None:
    for field, text in zip((form.address, *form.fields), texts, strict=True):
        field.setText(text)


def test_a_live_shop_is_connected_and_read(qtbot, first, site, home):
    QTest.keyClick(first, Qt.Key.Key_4)
    assert first.form is not None
    assert not first.kinds.isVisible()
    fill(first.form, site.url, site.key, site.secret)
    with qtbot.waitSignal(first.connected, timeout=600_000):
        QTest.keyClick(first.form.fields[-1], Qt.Key.Key_Return)
        assert first.said == "Signing in to the shop"
        assert [field.text() for field in first.form.fields] == ["", ""], (
            "a secret does not stay on the screen"
        )
    with contextlib.closing(open_home(home)) as connection:
        assert preferences.text(connection, "shop.kind") == "woocommerce"
        assert connection.execute("SELECT name FROM products").fetchall() == [("Lantern",)]


def test_a_wrong_key_is_one_sentence_and_the_form_stays(qtbot, first, site, home):
    first.kinds.rows["woocommerce"].click()
    fill(first.form, site.url, site.key, "cs_wrong")
    first.form.yes.click()
    qtbot.waitUntil(
        lambda: first.form.isEnabled() and first.said != "Signing in to the shop", timeout=600_000
    )
    assert site.host in first.said
    assert "cs_wrong" not in first.said
    assert first.form.address.text() == site.url
    assert not first.mapping.isVisible()
    with contextlib.closing(open_home(home)) as connection:
        assert preferences.text(connection, "shop.kind") == ""


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("", "ck_1", "cs_1"), "The shop's web address is missing."),
        (("https://shop.example", "ck_1", ""), "Consumer secret is missing."),
    ],
)
def test_what_is_missing_is_said_and_nothing_starts(first, texts, said):
    first.kinds.rows["woocommerce"].click()
    fill(first.form, *texts)
    first.form.yes.click()
    assert first.form.said == said
    assert first.said == ""


def test_escape_leads_back_to_the_choices(first):
    first.kinds.rows["odoo"].click()
    QTest.keyClick(first.form.address, Qt.Key.Key_Escape)
    assert first.form is None
    assert first.kinds.isVisible()
    assert first.kinds.rows["odoo"].hasFocus()


def test_secrets_are_hidden_and_never_words_of_the_command(look, qtbot):
    for kind in live_kinds():
        form = ConnectForm(look, kind, "https://shop.example")
        qtbot.addWidget(form)
        for one, field in zip(kind.asked, form.fields, strict=True):
            hidden = field.echoMode() == QLineEdit.EchoMode.Password
            assert hidden == (not one.option), one.label
            field.setText(f"said {one.label}")
        with qtbot.waitSignal(form.asked) as told:
            form.go_on()
        words, secret = told.args
        for one in kind.asked:
            said = f"said {one.label}"
            assert (said in words) == bool(one.option)
            assert (said in secret.splitlines()) == (not one.option)


def test_a_made_up_shop_of_any_trade_is_chosen_by_its_digit_and_made_beside_this_home(
    qtbot, first, home, monkeypatch
):
    started = []
    monkeypatch.setattr(
        Errand, "start", lambda self, words, secret="": started.append((self._home.folder.name, words))
    )
    assert list(first.demos.rows) == list(SHOPS)
    QTest.keyClick(first, Qt.Key.Key_7)
    assert first.demos.isVisible()
    assert not first.kinds.isVisible()
    assert first.demos.rows["camera"].hasFocus()
    QTest.keyClick(first, Qt.Key.Key_3)
    assert started == [
        (f"{home.folder.name}-demo-bank", ["demo", "--shop", "bank", "--no-window", "--progress", "json"])
    ]
    assert first.cancel.isVisible()
    assert not first.back.isVisible(), "Esc cancels what is under way"
    first._ended(130, "")
    assert first.said == "Cancelled. Nothing was changed."
    assert not first.mapping.isVisible()
    QTest.keyClick(first.demos.rows["camera"], Qt.Key.Key_Escape)
    assert first.kinds.isVisible()
    assert first.said == ""
    assert first.kinds.rows["demo"].hasFocus()


def test_names_and_what_they_mean_stand_apart(first):
    for choices in (first.kinds, first.demos):
        for row in choices.rows.values():
            assert row.name_ends < row.meaning_at


def test_what_is_offered_begins_where_it_began(first):
    top = first.kinds.mapTo(first, first.kinds.rect().topLeft())
    first.kinds.rows["demo"].click()
    QApplication.processEvents()
    assert first.demos.mapTo(first, first.demos.rect().topLeft()) == top


def test_the_shops_own_names_of_its_custom_fields_are_asked_for_where_it_has_any(look, qtbot):
    for kind in live_kinds():
        form = ConnectForm(look, kind, "https://shop.example")
        qtbot.addWidget(form)
        assert form.more.isVisibleTo(form) == (kind.kind == "vendure")
    vendure = ConnectForm(look, live_kinds()[0], "https://shop.example")
    qtbot.addWidget(vendure)
    vendure.show()
    vendure.activateWindow()
    qtbot.waitUntil(vendure.isActiveWindow)
    assert not vendure.names[0].isVisible()
    vendure.more.setFocus()
    QTest.keyClick(vendure.more, Qt.Key.Key_Return)
    assert vendure.names[0].isVisible()
    vendure.fields[1].setText("key")
    vendure.names[1].setText("purchasePrice")
    with qtbot.waitSignal(vendure.asked) as told:
        vendure.go_on()
    assert told.args[0] == [
        "connect", "vendure", "https://shop.example", "--key-stdin", "--cost-field", "purchasePrice"
    ]  # fmt: skip


def test_in_a_small_window_it_scrolls_to_what_is_asked(first):
    first.resize(700, 420)
    first.kinds.rows["vendure"].click()
    first.form.more.click()
    QApplication.processEvents()
    bar = first.area.verticalScrollBar()
    assert bar.maximum() > 0
    first.form.names[-1].setFocus()
    first.area.ensureWidgetVisible(first.form.names[-1])
    assert bar.value() > 0
    assert first.height() == 420
