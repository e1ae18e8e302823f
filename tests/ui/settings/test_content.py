"""Settings → Content: writing, hearing, saving with a manager's PIN, bringing back, and being told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from assistant.records import Link
from assistant.settings import SETTINGS
from assistant.store import access, contents, kit_writing, linking
from assistant.store.contents import Version
from assistant.suggest import writing
from assistant.ui.parts import Button
from assistant.ui.settings.content.kits import amount
from assistant.ui.settings.content.view import ContentView
from tests.ui.settings.conftest import LENA, Opened

CARD = contents.key_of("product", "P3")
PAIR = contents.key_of("pairing", "P1", "P3")


def view(opened: Opened) -> ContentView:
    """The page of content, open."""
    opened.page.show_section("content")
    opened.settle()
    made = opened.page.content
    assert made is not None
    return made


def kind(opened: Opened, name: str) -> ContentView:
    made = view(opened)
    made.kinds.take(name)
    opened.settle()
    return made


def choose(opened: Opened, button: Button, text: str) -> None:
    """Choose the product of that SKU by hand."""
    button.click()
    sheet = opened.page.acts.products
    assert sheet.isVisible()
    QTest.keyClicks(sheet.field, text)
    opened.settle()
    QTest.keyClick(sheet.field, Qt.Key.Key_Return)
    opened.settle()
    assert not sheet.isVisible()


def let_in(opened: Opened) -> None:
    opened.page.desk.permits.open_up("A1", "4820")
    opened.settle()


def history(opened: Opened, of: contents.Kind, key: str) -> tuple[Version, ...]:
    with opened.log() as connection:
        return contents.history(connection, of, key)


def write_a_sentence(opened: Opened, text: str = "For the {anchor}.") -> ContentView:
    """A sentence for the card, as it is written at the screen."""
    made = view(opened)
    made.listing.new.click()
    opened.settle()
    choose(opened, made.editor.product, "CRD-128")
    choose(opened, made.editor.anchor, "CAM-R50")
    made.editor.texts["en"].setPlainText(text)
    opened.settle()
    return made


def press(opened: Opened, within: QWidget, text: str) -> None:
    next(b for b in within.findChildren(Button) if b.text() == text and b.isVisible()).click()
    opened.settle()


def test_a_sentence_is_heard_while_it_is_written_and_saved_on_a_pin(opened):
    made = write_a_sentence(opened)
    heard = made.editor.heard["en"]
    assert heard.said.text() == "“For the Lumo R50 mirrorless kit.”"
    assert heard.count.text() == "6 of 25 words"
    made.editor.foot.note.setText("Shorter")
    made.editor.foot.save.click()
    opened.settle()
    assert opened.page.acts.pin.isVisible()
    assert history(opened, "talking_point", CARD) == ()
    opened.pin("4820")
    (version,) = history(opened, "talking_point", CARD)
    assert version.content["texts"] == {"en": "For the {anchor}."}
    assert (version.name, version.note) == ("Priya Nair", "Shorter")
    assert "takes it up with the next visit" in opened.page.notice.text()
    assert [one.entry.title for one in made.listing.entries] == ["Swift 128 GB SD card, V60"]
    assert [past.place for past in made.history.shown] == [None]


def test_a_number_that_is_no_fact_is_named_before_and_refused_after_saving(opened):
    let_in(opened)
    made = write_a_sentence(opened, "It holds 256 GB.")
    assert "“256” is no fact" in made.editor.heard["en"].problem.text()
    assert made.editor.heard["en"].problem.isVisible()
    made.editor.foot.save.click()
    opened.settle()
    assert "“256” is no fact" in opened.page.notice.text()
    assert history(opened, "talking_point", CARD) == ()
    assert made.editor.texts["en"].toPlainText() == "It holds 256 GB.", "what was typed stays"


def test_a_fact_that_is_not_known_says_what_is_said_instead(opened):
    heard = write_a_sentence(opened, "{n} of {base} orders.").editor.heard["en"]
    assert heard.said.text().startswith("“It goes with the Lumo R50 mirrorless kit.")
    assert "Not known here: {base}, {n}" in heard.count.text()


def test_a_fact_is_put_in_where_the_cursor_stands(opened):
    made = write_a_sentence(opened, "It is ")
    field = made.editor.texts["en"]
    field.setFocus()
    field.moveCursor(field.textCursor().MoveOperation.End)
    made.editor._insert("price")
    opened.settle()
    assert made.editor.heard["en"].said.text() == "“It is £42.90”"


def test_without_an_add_on_it_says_so(opened):
    made = view(opened)
    assert made.editor.heard["en"].count.text() == "Choose an add-on to hear it."
    let_in(opened)
    made.editor.texts["en"].setPlainText("Hm.")
    made.editor.foot.save.click()
    opened.settle()
    assert "Choose an add-on" in opened.page.notice.text()


def test_an_older_version_is_brought_back_and_z_takes_that_back(opened):
    let_in(opened)
    made = write_a_sentence(opened)
    made.editor.foot.save.click()
    opened.settle()
    made.editor.texts["en"].setPlainText("For the card.")
    QTest.keyClick(made.editor.texts["en"], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    opened.settle()
    assert [past.place for past in made.history.shown] == [None, 1]
    press(opened, made.history, "Bring back")
    assert made.editor.texts["en"].toPlainText() == "For the {anchor}."
    assert [one.number for one in history(opened, "talking_point", CARD)] == [3, 2, 1]
    opened.page.setFocus()
    QTest.keyClick(opened.page, Qt.Key.Key_Z)
    opened.settle()
    assert made.editor.texts["en"].toPlainText() == "For the card."
    assert "Swift 128 GB SD card, V60 was put back as it was" in opened.page._last.text()


def test_a_sentence_is_left_to_the_shipped_ones(opened):
    let_in(opened)
    made = write_a_sentence(opened)
    made.editor.foot.save.click()
    opened.settle()
    assert made.editor.foot.away.isVisible()
    made.editor.foot.away.click()
    opened.settle()
    assert history(opened, "talking_point", CARD)[0].content is None
    assert not made.editor.foot.away.isVisible()
    assert made.listing.entries[0].entry.second == "Add-on, shipped sentences"


def test_the_second_of_two_managers_is_told_and_keeps_what_was_typed(opened):
    let_in(opened)
    made = write_a_sentence(opened)
    made.editor.foot.save.click()
    opened.settle()
    made.editor.texts["en"].setPlainText("Mine.")
    opened.settle()
    with opened.log() as connection:
        permit = access.permit(connection, "A1", "4820")
        draft = writing.Draft("product", "P3", "P1", {"en": "Theirs."})
        writing.save(connection, draft, seen=1, permit=permit)
    made.editor.foot.save.click()
    opened.settle()
    assert "Priya Nair changed it meanwhile" in opened.page.notice.text()
    assert made.editor.texts["en"].toPlainText() == "Mine."
    assert made.history.shown[0].said == "“Theirs.”"
    made.open(CARD)
    opened.settle()
    assert made.editor.texts["en"].toPlainText() == "Theirs."


def test_a_new_sentence_for_what_has_one_opens_that(opened):
    let_in(opened)
    made = write_a_sentence(opened)
    made.editor.foot.save.click()
    opened.settle()
    made.listing.new.click()
    opened.settle()
    assert made.editor.texts["en"].toPlainText() == ""
    choose(opened, made.editor.product, "CRD-128")
    assert made.editor.texts["en"].toPlainText() == "For the {anchor}."
    assert made.editor.key == CARD
    assert [one.isChecked() for one in made.listing.entries] == [True]


def test_an_associate_cannot_save_without_a_managers_pin(opened):
    opened.sign_in(LENA)
    made = write_a_sentence(opened)
    made.editor.foot.save.click()
    opened.settle()
    assert opened.page.acts.pin.isVisible()
    QTest.keyClick(opened.page.acts.pin.pin.pad, Qt.Key.Key_Escape)
    opened.settle()
    assert history(opened, "talking_point", CARD) == ()


def test_the_list_is_narrowed_by_what_is_typed_and_walked_by_keys(opened):
    let_in(opened)
    write_a_sentence(opened).editor.foot.save.click()
    opened.settle()
    made = view(opened)
    made.editor.open("")
    made.editor.scope.take("pairing")
    choose(opened, made.editor.product, "CRD-128")
    choose(opened, made.editor.anchor, "CAM-R50")
    made.editor.texts["en"].setPlainText("For the two.")
    made.editor.save()
    opened.settle()
    assert [one.entry.key for one in made.listing.entries] == [CARD, PAIR]
    made.listing.field.setText("lumo")
    opened.settle()
    assert [one.entry.key for one in made.listing.entries] == [PAIR]
    QTest.keyClick(made.listing.entries[0], Qt.Key.Key_Return)
    opened.settle()
    assert made.editor.texts["en"].toPlainText() == "For the two."
    assert not made.editor.scope.isEnabled()


def test_a_product_that_is_not_there_is_said_in_words(opened):
    made = view(opened)
    made.editor.product.click()
    sheet = opened.page.acts.products
    QTest.keyClicks(sheet.field, "zebra")
    opened.settle()
    assert sheet._nothing.text() == "The shop has nothing called “zebra”."
    QTest.keyClick(sheet.field, Qt.Key.Key_Return)
    assert sheet.isVisible()
    QTest.keyClick(sheet.field, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_a_link_is_made_changed_taken_out_and_left_to_the_shop(opened):
    let_in(opened)
    made = kind(opened, "links")
    assert [one.entry.second for one in made.listing.entries] == [
        "Goes with it, the shop’s own", "Needed, the shop’s own", "Better one, the shop’s own",
        "Goes with it, the shop’s own",
    ]  # fmt: skip
    made.open(linking.key("P1", "P3"))
    opened.settle()
    assert made.editor.said.second.text() == "Goes with it"
    made.editor.kinds.take("requires")
    made.editor.save()
    opened.settle()
    with opened.log() as connection:
        assert Link("P1", "P3", "requires") in linking.read(connection, ["P1"], {}).links
    made.editor.foot.away.click()
    opened.settle()
    assert made.listing.entries[0].entry.second == "Taken out"
    assert [past.said for past in made.history.shown] == ["Taken out", "Needed"]
    made.editor.leave.click()
    opened.settle()
    with opened.log() as connection:
        assert Link("P1", "P3", "accessory") in linking.read(connection, ["P1"], {}).links


def test_a_new_link_is_checked(opened):
    let_in(opened)
    made = kind(opened, "links")
    assert not made.editor.foot.save.isEnabled()
    choose(opened, made.editor.anchor, "CRD-128")
    choose(opened, made.editor.product, "CRD-064")
    made.editor.foot.save.click()
    opened.settle()
    assert "of the same category" in opened.page.notice.text()
    made.editor.kinds.take("alternative")
    made.editor.foot.save.click()
    opened.settle()
    assert made.listing.entries[0].entry.second == "Better one, version 1"


def test_a_new_link_of_two_that_are_linked_opens_that(opened):
    made = kind(opened, "links")
    choose(opened, made.editor.anchor, "CAM-R50")
    choose(opened, made.editor.product, "CRD-128")
    assert made.editor.key == linking.key("P1", "P3")
    assert made.editor.foot.away.isVisible()


def test_a_kit_is_put_together_and_sees_what_it_saves(opened):
    let_in(opened)
    made = kind(opened, "kits")
    opened.session.currency = "GBP"
    made.editor.name_field.setText("Travel kit")
    choose(opened, made.editor.items.more, "CRD-128")
    choose(opened, made.editor.items.more, "CAS-010")
    choose(opened, made.editor.anchors.more, "CAM-R50")
    assert made.editor.saving.text() == "One by one these cost £91.90."
    assert made.editor.problem.text() == "A kit needs a price."
    made.editor.price_field.setText("80")
    opened.settle()
    assert made.editor.saving.text() == "As a kit £80.00, one by one £91.90: £11.90 less, 12%."
    assert not made.editor.problem.isVisible()
    made.editor.foot.save.click()
    opened.settle()
    with opened.log() as connection:
        (kit,) = kit_writing.listed(connection)
    assert kit.draft == kit_writing.Draft("Travel kit", ("P3", "P5"), ("P1",), 800_000)
    assert made.listing.entries[0].entry.second == "2 items, version 1"
    next(
        b
        for b in made.editor.items.findChildren(Button)
        if b.accessibleName() == "Remove, Tide camera sling, 6 L"
    ).click()
    opened.settle()
    assert made.editor.problem.text() == "A kit has 2 to 5 items, each of them once."
    made.editor.foot.away.click()
    opened.settle()
    assert made.listing.entries[0].entry.second == "Taken out"


@pytest.mark.parametrize(
    ("typed", "money"),
    [
        ("80", 800_000),
        ("79,90", 799_000),
        ("£79.90", 799_000),
        ("1,200.50", 12_005_000),
        ("much", None),
        ("", None),
    ],
)
def test_a_price_is_read_as_it_is_typed(typed, money):
    assert amount(typed) == money


def test_a_contact_limit_has_its_history_and_is_brought_back(opened):
    let_in(opened)
    made = kind(opened, "limits")
    assert made.editor.key == "review.month_cap"
    made.editor.choice.take(2)
    opened.settle()
    assert opened.value("review.month_cap") == 2
    assert made.history.shown[0].said == "Offers to one customer a month: 2, was 3"
    press(opened, made.history, "Bring back")
    assert opened.value("review.month_cap") == 3
    assert len(made.history.shown) == 2


def test_an_agenda_is_written_heard_and_brought_back(opened):
    let_in(opened)
    made = kind(opened, "agendas")
    key = made.editor.key
    made.editor.lines.setPlainText("Say hello | kindly\n\n Ask about {thing} ")
    steps = [made.editor.steps.itemAt(n).widget().text() for n in range(made.editor.steps.count())]
    assert steps == ["1  Say hello (kindly)", "2  Ask about what the customer has"]
    made.editor.save_button.click()
    opened.settle()
    assert opened.value(key) == "Say hello | kindly\nAsk about {thing}"
    press(opened, made.history, "Bring back")
    assert opened.value(key) == SETTINGS[key].default
    made.editor.lines.setPlainText("  ")
    assert not made.editor.save_button.isEnabled()


def test_what_is_typed_is_not_lost_when_something_else_changes(opened):
    let_in(opened)
    made = kind(opened, "agendas")
    made.editor.lines.setPlainText("Half a sen")
    opened.page.desk.change("counter.limit", 3)
    opened.settle()
    assert made.editor.lines.toPlainText() == "Half a sen"


@pytest.mark.parametrize("name", ["talking", "links", "kits", "limits", "agendas"])
def test_every_control_has_a_name(opened, name):
    made = kind(opened, name)
    focusable = [
        w
        for w in made.findChildren(QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible() and not isinstance(w, QPushButton)
    ]
    assert focusable
    assert [w for w in focusable if not w.accessibleName()] == []


def test_other_sections_come_back_into_view(opened):
    made = view(opened)
    opened.page.show_section("offers")
    assert not made.isVisible()
    assert opened.page.sections["offers"].isVisible()
