"""The shop's own sentences: checked while written, checked when said, logged by version."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from assistant.errors import AccessError, InputError
from assistant.measure.report import report
from assistant.records import Basket, Line, Slate, TalkingPoint
from assistant.store import access, changes, contents, staff, visits
from assistant.store.access import Permit
from assistant.store.database import Connection
from assistant.suggest import Question, ask
from assistant.suggest.writing import Draft, draft_of, preview, save, withdraw
from tests import shops

SAID = "This card goes with the {anchor} and holds 128 GB. Would that be useful?"
CAMERA = Basket(None, (Line("P1", "CAM-R50", "Lumo R50 mirrorless kit", 1),))


@pytest.fixture
def permit(shop: Connection) -> Permit:
    staff.make_keeper(shop, "Priya Nair", "4820")
    return access.permit(shop, "A1", "4820")


def slate(shop: Connection, visit_id: str | None = None, language: str = "en") -> Slate:
    return ask(shop, None, Question(CAMERA, language=language, visit_id=visit_id, now=shops.NOW))


def said(shop: Connection, visit_id: str | None = None, language: str = "en") -> TalkingPoint:
    """What is said of the card that the shop links to the camera."""
    found = slate(shop, visit_id, language).suggestions
    return next(s.talking_point for s in found if s.product.product_id == "P3")


def draft(scope: str = "product", text: str = SAID, anchor: str | None = "P1", **other: str) -> Draft:
    texts: Mapping[str, str] = {"en": text, **other}
    return Draft(scope, "P3", anchor, texts)  # type: ignore[arg-type]


@pytest.mark.parametrize("scope", ["product", "pairing", "categories"])
def test_what_a_manager_wrote_is_said_and_known_by_its_version(
    shop: Connection, permit: Permit, scope: str
) -> None:
    text = SAID if scope != "categories" else "{category} go with the {anchor}. Would one be useful?"
    version = save(shop, draft(scope, text), seen=0, permit=permit)
    point = said(shop)
    assert point.template_id == version.version_id
    assert point.text == (
        "This card goes with the Lumo R50 mirrorless kit and holds 128 GB. Would that be useful?"
        if scope != "categories"
        else "Memory cards go with the Lumo R50 mirrorless kit. Would one be useful?"
    )


def test_the_most_particular_one_is_said(shop: Connection, permit: Permit) -> None:
    save(shop, draft("categories", "For any camera."), seen=0, permit=permit)
    save(shop, draft("product", "For the card."), seen=0, permit=permit)
    assert said(shop).text == "For the card."
    save(shop, draft("pairing", "For the two."), seen=0, permit=permit)
    assert said(shop).text == "For the two."


def test_a_language_without_a_text_is_left_to_the_shipped_sentences(shop: Connection, permit: Permit) -> None:
    version = save(shop, draft(text="For the card."), seen=0, permit=permit)
    assert said(shop, language="de").template_id == "linked"
    save(shop, draft(text="For the card.", de="Für 42,90 €."), seen=1, permit=permit)
    assert said(shop, language="de").text == "Für 42,90 €."
    assert version.number == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It holds 256 GB.", "The number “256” is no fact that the shop states"),
        ("It saves 60%.", "“60%” is no fact"),
        ("{stock} are left.", "There is no fact called stock."),
        ("It goes with {anchor.name}.", "Braces stand around the name of one fact"),
        ("It goes with {anchor", "Braces stand around the name of one fact"),
        ("{n} % of them have it.", "A counted fact is no per cent"),
        ("Only today for you.", "With “only today” it hurries the customer"),
        (" ".join(["word"] * 26), "It has 26 words; 25 are the most"),
        ("{anchor} " * 13, "It has 52 words"),
        ("   ", "Write the sentence first."),
        ("x" * 301, "It has 301 letters; 300 are the most."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_and_nothing_is_saved(
    shop: Connection, permit: Permit, text: str, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        save(shop, draft(text=text), seen=0, permit=permit)
    assert contents.newest(shop, "talking_point") == ()
    assert said(shop).template_id == "linked"


def test_german_is_checked_as_german(shop: Connection, permit: Permit) -> None:
    with pytest.raises(InputError, match="“41,90 €” is no fact"):
        save(shop, draft(de="Für 41,90 €."), seen=0, permit=permit)
    with pytest.raises(InputError, match="“nur heute” it hurries"):
        save(shop, draft(de="Nur heute für Sie."), seen=0, permit=permit)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (Draft("product", "none such", None, {"en": "Hm."}), "Choose an add-on"),
        (Draft("pairing", "P3", None, {"en": "Hm."}), "Choose what it goes with"),
        (Draft("pairing", "P3", "P3", {"en": "Hm."}), "does not go with itself"),
    ],
)
def test_what_a_sentence_is_for_must_be_whole(
    shop: Connection, permit: Permit, made: Draft, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        save(shop, made, seen=0, permit=permit)


def test_two_things_without_categories_have_no_sentence_of_their_categories(
    catalog: Connection, shop: Connection, permit: Permit
) -> None:
    catalog.execute("UPDATE products SET category = NULL WHERE product_id = 'P3'")
    with pytest.raises(InputError, match="One of the two has no category"):
        save(shop, draft("categories", "For any camera."), seen=0, permit=permit)


def test_only_a_manager_saves(shop: Connection) -> None:
    with pytest.raises(AccessError, match="a manager's to write"):
        save(shop, draft(), seen=0, permit=None)


def test_a_number_that_is_a_fact_no_more_is_not_said(
    catalog: Connection, shop: Connection, permit: Permit
) -> None:
    save(shop, draft(text="It is £42.90 now."), seen=0, permit=permit)
    assert said(shop).text == "It is £42.90 now."
    catalog.execute("UPDATE products SET price = 449000 WHERE product_id = 'P3'")
    assert said(shop).template_id == "linked"


def test_a_price_that_is_named_follows(catalog: Connection, shop: Connection, permit: Permit) -> None:
    save(shop, draft(text="It is {price}.", de="Für {price}."), seen=0, permit=permit)
    catalog.execute("UPDATE products SET price = 449000 WHERE product_id = 'P3'")
    assert said(shop).text == "It is £44.90."
    assert said(shop, language="de").text == "Für 44,90 £."


def test_a_sentence_whose_fact_is_not_known_leaves_it_to_the_next(shop: Connection, permit: Permit) -> None:
    save(shop, draft("pairing", "{n} of {base} orders since {month}."), seen=0, permit=permit)
    save(shop, draft("product", "For the card."), seen=0, permit=permit)
    assert said(shop).text == "For the card."


def test_a_visit_that_has_begun_keeps_to_what_was_in_force(shop: Connection, permit: Permit) -> None:
    first = save(shop, draft(text="For the card."), seen=0, permit=permit)
    visit = visits.begin(shop, associate_id="A2", touchpoint="counter")
    second = save(shop, draft(text="For the other card."), seen=1, permit=permit)
    assert said(shop, visit.visit_id).template_id == first.version_id
    later = visits.begin(shop, associate_id="A2", touchpoint="counter")
    assert said(shop, later.visit_id).template_id == second.version_id


def test_undone_it_is_said_as_before(shop: Connection, permit: Permit) -> None:
    save(shop, draft(text="For the card."), seen=0, permit=permit)
    save(shop, draft(text="For the other card."), seen=1, permit=permit)
    changes.undo(shop, changes.recent(shop)[0].change_id, associate_id="A1", permit=permit)
    assert said(shop).text == "For the card."
    withdraw(shop, contents.key_of("product", "P3"), "Swift", seen=3, permit=permit)
    assert said(shop).template_id == "linked"


def test_what_was_said_is_logged_and_told_apart_by_version(shop: Connection, permit: Permit) -> None:
    ids = []
    for n, text in enumerate(("For the card.", "For the other card.")):
        ids.append(save(shop, draft(text=text), seen=n, permit=permit).version_id)
        visit = visits.begin(shop, associate_id="A2", touchpoint="counter", at=shops.NOW)
        for shown in visits.show(shop, visit.visit_id, slate(shop, visit.visit_id), shops.NOW):
            visits.answer(shop, str(shown.suggestion_id), "accepted", associate_id="A2", at=shops.NOW)
    logged = shop.execute("SELECT talking_point_id FROM suggestions WHERE product_id = 'P3'").fetchall()
    assert [row[0] for row in logged] == ids
    told = report(shop, by="talking_point", since=shops.START, until=shops.NOW.replace(hour=23))
    names = {row.key: row.name for row in told.rows if row.figure == "offer_rate"}
    assert {one: names[one] for one in ids} == {
        ids[0]: "Swift 128 GB SD card, V60, 1", ids[1]: "Swift 128 GB SD card, V60, 2"
    }  # fmt: skip


def test_a_preview_says_it_with_the_facts_of_a_real_add_on(shop: Connection) -> None:
    made = preview(shop, draft(text=SAID, de="Für {price}."), "en")
    assert made.title == "Swift 128 GB SD card, V60"
    assert made.shown["en"].text.startswith("This card goes with the Lumo R50 mirrorless kit")
    assert (made.shown["en"].words, made.shown["en"].problem) == (17, "")
    assert made.shown["de"].text == "Für 42,90 £."
    assert made.facts == {
        "product": "Swift 128 GB SD card", "anchor": "Lumo R50 mirrorless kit", "price": "£42.90",
        "return_days": "30",
    }  # fmt: skip


def test_a_preview_says_what_is_missing_and_what_is_said_instead(shop: Connection) -> None:
    shown = preview(shop, draft(text="{n} of {base} orders."), "en").shown
    assert shown["en"].missing == ("base", "n")
    assert shown["en"].instead == "It goes with the Lumo R50 mirrorless kit. Would you like to see it?"
    assert shown["de"].instead.startswith("Das passt zu")
    wrong = preview(shop, draft(text="It holds 256 GB."), "en").shown["en"]
    assert "“256”" in wrong.problem
    assert preview(shop, draft(text="{"), "en").shown["en"].problem.startswith("Braces")


@pytest.mark.parametrize("scope", ["product", "pairing", "categories"])
def test_a_version_becomes_a_draft_again(shop: Connection, permit: Permit, scope: str) -> None:
    made = draft(scope, "For the card.")
    assert draft_of(save(shop, made, seen=0, permit=permit)) == made


def test_two_categories_may_name_what_was_counted_of_them(
    catalog: Connection, shop: Connection, permit: Permit
) -> None:
    catalog.execute(
        "INSERT INTO category_pairings (anchor, category, n, base, share, lift, customers, since, until) "
        "VALUES ('Photo/Cameras/Mirrorless', 'Photo/Memory cards', 66, 100, 0.66, 3, 60, NULL, NULL)"
    )
    text = "{category_n} of {category_base} who buy {anchor_category} add {category}, 66 so far."
    version = save(shop, draft("categories", text), seen=0, permit=permit)
    assert said(shop) == TalkingPoint(
        version.version_id, "66 of 100 who buy mirrorless add memory cards, 66 so far."
    )
    with pytest.raises(InputError, match="“128” is no fact"):
        save(shop, draft("categories", "It holds 128 GB."), seen=1, permit=permit)
