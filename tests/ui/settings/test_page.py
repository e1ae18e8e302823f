"""The Settings page: changes apply at once on the right PIN, carry a name, and Z takes them back."""

from __future__ import annotations

import contextlib
import json

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from assistant.shop import live
from assistant.store import access, arrivals, catalog, changes, curating, people, pins, secrets
from assistant.store.access import Permit
from assistant.store.database import Home, open_catalog, open_home, transaction
from assistant.ui.parts import Button
from assistant.ui.segments import Segments
from assistant.ui.settings.choices import Picked
from assistant.ui.settings.parts import Link
from tests.shop.live.fakes.woocommerce import Site
from tests.ui.settings.conftest import LENA, OWEN, PRIYA, put_on


def test_this_counters_own_settings_apply_at_once_and_need_no_pin(opened, look):
    opened.sign_in(LENA)
    opened.control(Segments, "look.scale").take(1.15)
    opened.settle()
    assert look.scale == 1.15
    assert opened.value("look.scale") == 1.15
    opened.control(Segments, "look.theme").take("dark")
    opened.settle()
    assert look.dark
    assert opened.page.acts.open_sheet is None
    with opened.log() as connection:
        assert [(c.subject, c.name) for c in changes.recent(connection)][:2] == [
            ("look.theme", "Lena Fischer"), ("look.scale", "Lena Fischer"),
        ]  # fmt: skip


def test_rows_of_a_shop_that_cannot_be_read_are_told_until_they_can(opened):
    def told(**reasons: dict[str, str] | None) -> str:
        with contextlib.closing(open_catalog(opened.home)) as mirror, transaction(mirror):
            for entity, some in reasons.items():
                arrivals.remember(mirror, f"{entity}.aside", json.dumps(some) if some else None)
        opened.page.desk.refresh()
        opened.settle()
        return opened.texts()

    assert "Set aside" not in opened.texts()
    one = told(products={"P7": "it lacks 'name'"})
    assert f"1 row that cannot be read (P7); the reason is in {opened.home.rejects}" in one
    assert "2 rows that cannot be read, such as P7; the reasons are in" in told(
        sales={"": "it lacks 'lines'"}
    )
    assert "such as" not in (nameless := told(products=None))
    assert "(one without a number)" in nameless
    assert "Set aside" not in told(sales=None)


def test_what_is_the_shops_waits_for_a_pin_and_is_then_done(opened):
    opened.control(Picked, "counter.limit").take(3)
    opened.settle()
    assert opened.page.acts.pin.isVisible()
    assert opened.value("counter.limit") == 5
    opened.pin("4821")
    assert "4 tries are left" in opened.page.acts.pin.pin.said
    assert opened.value("counter.limit") == 5
    opened.pin("4820")
    assert not opened.page.acts.pin.isVisible()
    assert opened.value("counter.limit") == 3
    assert "signed in with PIN until" in opened.texts()
    opened.control(Picked, "decline.days").take(30)
    opened.settle()
    assert opened.value("decline.days") == 30, "one PIN is good for a quarter of an hour"


def test_esc_gives_the_pin_up_and_the_control_shows_what_is_true(opened):
    opened.control(Picked, "counter.limit").take(3)
    opened.settle()
    QTest.keyClick(opened.page.acts.pin.pin.pad, Qt.Key.Key_Escape)
    opened.settle()
    assert opened.value("counter.limit") == 5
    assert opened.control(Picked, "counter.limit").text() == "5"
    opened.page.desk.permits.open_up("A1", "4820")
    opened.settle()
    assert opened.value("counter.limit") == 5, "what was given up is not done later"


def test_a_manager_opens_it_for_an_associate_and_the_change_carries_the_managers_name(opened):
    opened.sign_in(LENA)
    opened.control(Picked, "counter.limit").take(2)
    opened.settle()
    opened.pin("4820")
    with opened.log() as connection:
        newest = changes.recent(connection)[0]
    assert (newest.subject, newest.after, newest.name) == ("counter.limit", 2, "Priya Nair")


def test_a_permit_goes_with_whoever_gave_it(opened):
    opened.page.desk.permits.open_up("A1", "4820")
    opened.settle()
    assert opened.session.permit is not None
    opened.sign_in(None)
    opened.sign_in(LENA)
    assert opened.session.permit is None


def test_a_permit_that_is_over_asks_anew(opened):
    opened.session.permit = Permit("A1", opened.session.now())
    opened.control(Picked, "counter.limit").take(2)
    opened.settle()
    assert opened.page.acts.pin.isVisible()


def test_z_takes_the_last_change_back_and_both_are_listed(opened, look):
    opened.control(Segments, "look.scale").take(1.3)
    opened.settle()
    QTest.keyClick(opened.page, Qt.Key.Key_Z)
    opened.settle()
    assert look.scale == 1.0
    assert opened.value("look.scale") == 1.0
    assert not opened.page.desk.can_undo
    opened.page.all_changes.click()
    assert "Text size: 100%, was 130%" in opened.texts()
    assert "Text size: 130%, was 100%" in opened.texts()


def test_z_in_a_text_is_a_letter(opened):
    opened.control(Segments, "look.scale").take(1.15)
    opened.settle()
    opened.press("Change", "counter")
    QTest.keyClicks(opened.page.acts.text.line, "z")
    opened.settle()
    assert opened.value("look.scale") == 1.15


def test_the_counter_is_named_and_an_empty_name_is_one_sentence(opened):
    opened.press("Change", "counter")
    sheet = opened.page.acts.text
    sheet.line.setText("Counter 7")
    QTest.keyClick(sheet.line, Qt.Key.Key_Return)
    opened.settle()
    assert opened.value("counter.name") == "Counter 7"
    opened.press("Change", "counter")
    sheet.line.setText(" ")
    QTest.keyClick(sheet.line, Qt.Key.Key_Return)
    opened.settle()
    assert opened.page.notice.text() == "This counter needs a name."
    assert opened.value("counter.name") == "Counter 7"


def test_return_terms_are_written_line_by_line(opened):
    opened.page.desk.permits.open_up("A1", "4820")
    opened.settle()
    opened.page.edit("card.terms")
    sheet = opened.page.acts.text
    sheet.lines.setPlainText("Say who you are")
    sheet.lines.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(sheet.lines, Qt.Key.Key_Return)
    QTest.keyClicks(sheet.lines, "Say where it is")
    opened.qtbot.waitUntil(lambda: sheet.lines.toPlainText().endswith("it is"))
    QTest.keyClick(sheet.lines, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    opened.settle()
    assert opened.value("card.terms") == "Say who you are\nSay where it is"


def test_a_sheet_takes_the_focus_and_gives_it_back(opened):
    button = next(b for b in opened.page.sections["counter"].findChildren(Button) if b.text() == "Change")
    button.setFocus()
    opened.press("Change", "counter")
    assert opened.page.acts.text.line.hasFocus()
    QTest.keyClick(opened.page.acts.text.line, Qt.Key.Key_Escape)
    assert button.hasFocus()
    opened.page.desk.permits.open_up("A1", "4820")
    opened.settle()
    opened.page.do("erase")
    opened.settle()
    assert opened.page.acts.erasing.field.hasFocus()


def test_a_date_that_is_none_is_said_and_nothing_is_changed(opened):
    opened.page.desk.permits.open_up("A1", "4820")
    opened.settle()
    opened.page.edit("consent.assumed_from")
    opened.page.acts.text.line.setText("soon")
    QTest.keyClick(opened.page.acts.text.line, Qt.Key.Key_Return)
    opened.settle()
    assert opened.page.notice.text() == "soon is no date; write it as 2026-05-09."
    assert opened.value("consent.assumed_from") == ""


def test_a_person_is_added_given_a_role_and_a_pin_to_begin_with(opened):
    opened.page.desk.permits.open_up("A1", "4820")
    opened.settle()
    opened.press("Add", "people")
    opened.page.acts.text.line.setText("Tess Howard")
    QTest.keyClick(opened.page.acts.text.line, Qt.Key.Key_Return)
    opened.settle()
    with opened.log() as connection:
        tess = next(a for a in catalog.associates(connection) if a.name == "Tess Howard")
    opened.control(Picked, f"role {tess.associate_id}").take("manager")
    opened.settle()
    opened.control(Link, f"pin {tess.associate_id}").click()
    opened.settle()
    title = opened.page.acts.list.title.text()
    assert title.endswith(" is for Tess Howard")
    with opened.log() as connection:
        pins.choose(connection, tess.associate_id, "91570", before=title[:4])
        assert access.role_of(connection, tess.associate_id) == "manager"


def test_the_role_of_the_last_administrator_stays_and_says_why(opened):
    opened.page.desk.permits.open_up("A1", "4820")
    opened.settle()
    opened.control(Picked, "role A1").take("associate")
    opened.settle()
    assert "last administrator" in opened.page.notice.text()
    assert opened.control(Picked, "role A1").value == "administrator"


def test_a_customer_is_found_listed_and_erased_on_the_number(opened):
    with opened.log() as connection:
        people.set_consent(connection, "C-10412", "contact", True, "A1")
    opened.page.do("erase")
    opened.settle()
    assert opened.page.acts.pin.isVisible(), "nobody is looked for without a permit"
    opened.pin("4820")
    sheet = opened.page.acts.erasing
    sheet.field.setText("maren")
    opened.settle()
    sheet.hits.itemAt(0).widget().click()
    opened.settle()
    assert sheet.title.text() == "Erase Maren Oduya?"
    assert "1 consent change" in sheet.words.text()
    assert not sheet.yes.isEnabled()
    sheet.field.setText("C-10413")
    assert not sheet.yes.isEnabled()
    sheet.field.setText("c-10412")
    QTest.keyClick(sheet.field, Qt.Key.Key_Return)
    opened.settle()
    assert not sheet.isVisible()
    with opened.log() as connection:
        assert connection.execute("SELECT count(*) FROM consents").fetchone() == (0,)


def test_a_number_nobody_has_is_said_in_the_sheet(opened):
    opened.page.desk.permits.open_up("A1", "4820")
    opened.settle()
    opened.page.do("erase")
    opened.settle()
    sheet = opened.page.acts.erasing
    sheet.field.setText("C-1")
    QTest.keyClick(sheet.field, Qt.Key.Key_Return)
    opened.settle()
    assert sheet.problem.text() == "Nothing is kept under the number C-1."


def test_ones_own_pin_is_chosen_and_changed(opened):
    opened.sign_in(LENA)
    opened.press("Choose", "counter")
    pad = opened.page.acts.own_pin.pin.pad
    for _ in range(2):
        QTest.keyClicks(pad, "91570")
        QTest.keyClick(pad, Qt.Key.Key_Return)
    opened.settle()
    assert "Your PIN is set" in opened.page.notice.text()
    with opened.log() as connection:
        pins.check(connection, "A3", "91570")


def test_a_lock_closes_what_was_half_asked(opened):
    opened.page.do("erase")
    opened.settle()
    opened.page.put_away()
    assert opened.page.acts.open_sheet is None


def test_the_files_are_looked_at_by_an_errand(qtbot, opened):
    with qtbot.waitSignal(opened.page.acts.errand.ended, timeout=600_000):
        opened.press("Test", "shop")
    opened.settle()
    assert opened.page.acts.tested
    assert opened.page.acts.tested != "Every file can be read", "this shop came from no folder"


def test_where_nobody_has_a_pin_a_manager_changes_without_one(qtbot, look, questions, session, shop_home):
    with contextlib.closing(open_home(shop_home)) as connection:
        connection.execute("INSERT INTO roles VALUES ('A2', 'manager')")
    opened = put_on(qtbot, look, questions, session, shop_home)
    opened.sign_in(OWEN)
    opened.control(Picked, "counter.limit").take(3)
    opened.settle()
    assert opened.value("counter.limit") == 3
    opened.sign_in(LENA)
    opened.control(Picked, "counter.limit").take(2)
    opened.settle()
    assert opened.value("counter.limit") == 3
    assert "Nobody here is one yet" in opened.page.notice.text()


def test_a_screen_reader_is_told_what_is_set_to_what(opened):
    assert opened.control(Picked, "counter.limit").accessibleName() == "Suggestions in a visit, 5"
    assert opened.control(Segments, "look.scale").accessibleName() == "Text size, 100%"
    assert opened.control(Picked, "role A1").accessibleName() == "Role of Priya Nair, Administrator"
    assert opened.control(Link, "pin A3").accessibleName() == "Give PIN, Lena Fischer"
    controls = [w for w in opened.page.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    unnamed = [w for w in controls if w.isVisible() and not w.accessibleName() and not hasattr(w, "text")]
    assert [type(w).__name__ for w in unnamed if not w.inherits("QAbstractScrollArea")] == []


def test_no_piece_is_a_window_for_a_moment(opened):
    shown = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(watched)
            return False

    watch = Watch()
    QApplication.instance().installEventFilter(watch)
    opened.page.open()
    opened.settle()
    opened.control(Picked, "counter.limit").take(3)
    opened.settle()
    QApplication.instance().removeEventFilter(watch)
    assert shown == []


def test_every_section_has_its_place_in_the_list(opened):
    assert set(opened.page.nav.items) == {*opened.page.sections, "content"}
    for name in opened.page.sections:
        opened.page.show_section(name)
        focused = opened.page.focusWidget()
        if name == "pairings":  # nothing waits there
            assert focused is opened.page.nav.items[name]
        else:
            there = opened.page.content if name == "content" else opened.page.sections[name]
            assert there.isAncestorOf(focused)


def test_the_columns_follow_the_width(opened):
    assert opened.page._columns == 3
    opened.page.resize(1200, 760)
    assert opened.page._columns == 2
    opened.page.desk.change("look.scale", 1.3)
    opened.settle()
    assert opened.page._columns == 1


def test_a_manager_decides_on_a_pairing(kept, opened):
    with contextlib.closing(open_home(kept)) as connection:
        curating.say(connection, "P1", "P5", "vetoed", "A2")
    opened.page.open()
    opened.settle()
    opened.press("Take out", "pairings")
    opened.pin("4820")
    opened.settle()
    with contextlib.closing(open_home(kept)) as connection:
        assert curating.waiting(connection) == ()
        assert curating.words_on(connection, ["P1"]) == {("P1", "P5"): "taken_out"}
    assert not [b for b in opened.page.sections["pairings"].findChildren(Button) if b.isVisible()]


@pytest.fixture
def site():
    """A WooCommerce site played from its documentation."""
    made = Site()
    made.product("Lantern", "24.00")
    yield made
    made.close()


def connected(kept: Home, site: Site) -> None:
    live.connect(kept, live.Address("woocommerce", site.url), live.pair(site.key, site.secret))


def test_a_new_key_of_a_live_shop_is_tried_kept_and_noted_by_name(qtbot, opened, kept, site):
    connected(kept, site)
    opened.sign_in(PRIYA)
    opened.press("New key", "shop")
    opened.pin("4820")
    sheet = opened.page.acts.shop
    assert sheet.isVisible()
    assert sheet.form.address.text() == site.url
    site.key, site.secret = "ck_new", "cs_new"
    for field, text in zip(sheet.form.fields, ("ck_new", "cs_new"), strict=True):
        field.setText(text)
    with qtbot.waitSignal(opened.session.shop_changed, timeout=600_000):
        sheet.form.yes.click()
    opened.settle()
    with opened.log() as connection:
        assert secrets.read(kept, connection, live.SECRET) == live.pair("ck_new", "cs_new")
        assert [(one.kind, one.associate_id) for one in changes.recent(connection)][:1] == [("shop", "A1")]


def test_a_key_that_is_refused_is_said_and_the_old_one_stays(qtbot, opened, kept, site):
    connected(kept, site)
    opened.sign_in(PRIYA)
    opened.press("New key", "shop")
    opened.pin("4820")
    told = []
    opened.page.desk.refused.connect(told.append)
    sheet = opened.page.acts.shop
    for field in sheet.form.fields:
        field.setText("wrong")
    sheet.form.yes.click()
    qtbot.waitUntil(lambda: bool(told), timeout=600_000)
    assert site.host in told[0]
    with opened.log() as connection:
        assert secrets.read(kept, connection, live.SECRET) == live.pair(site.key, site.secret)


def test_another_shop_is_chosen_by_its_kind(opened, kept):
    opened.sign_in(PRIYA)
    opened.press("Connect", "shop")
    opened.pin("4820")
    sheet = opened.page.acts.shop
    sheet.kinds.take("odoo")
    assert [one.accessibleName() for one in sheet.form.fields] == ["Access key", "Database"]
    asked = []
    opened.page.acts.errand.ask_for_folder = lambda what, title: asked.append(what)
    sheet.kinds.take("csv")
    assert not sheet.isVisible()
    assert asked == ["connect"]
