"""The language of the window: chosen, written, recognised, sorted, and let go of again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QObject
from PySide6.QtWidgets import QApplication

from assistant.errors import InputError
from assistant.store import preferences
from assistant.store.database import Home, open_home
from assistant.ui import dates, language, wording
from assistant.ui.language import Speaking, told
from assistant.ui.questions import Questions
from tests.language import pseudo


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    speaking = Speaking("de")
    yield
    speaking.end()


NOW = datetime(2026, 6, 14, 12, tzinfo=UTC)


@pytest.mark.usefixtures("german")
def test_german_is_spoken_wherever_tr_is_asked() -> None:
    assert wording.tr("Accepted") == "Angenommen"
    assert QObject().tr("Accepted") == "Angenommen"
    assert QCoreApplication.translate("Anything", "Accepted") == "Angenommen"
    assert wording.tr("no such text") == "no such text"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"  # Qt's own dialogs


@pytest.mark.usefixtures("german")
def test_one_word_with_two_meanings() -> None:
    assert wording.tr("Open") == "Offen"
    assert wording.tr("Open", "a thing that was found") == "Öffnen"


@pytest.mark.usefixtures("german")
def test_money_numbers_and_days_are_written_the_german_way() -> None:
    assert wording.money(12_345_000, "EUR") == "1.234,50\u00a0€"
    assert wording.number(1234.5) == "1.234,5"
    assert wording.share(0.34) == "34\u00a0%"
    assert dates.day(datetime(2025, 5, 9, 12, tzinfo=UTC), NOW) == "9. Mai 2025"
    assert dates.weekday(datetime(2026, 7, 2, 12, tzinfo=UTC)) == "Do. 2. Juli"
    assert dates.past(datetime(2026, 1, 10, tzinfo=UTC), NOW) == "vor 5 Monaten"
    assert dates.age(datetime(2026, 1, 10, tzinfo=UTC), NOW) == "5 Monate"
    assert language.key_name("Ctrl") == "Strg"


def test_without_a_language_everything_is_as_it_is_written(qapp: QApplication) -> None:
    assert wording.tr("Accepted") == "Accepted"
    assert told("There is no customer C-1.") == "There is no customer C-1."
    assert wording.share(0.34) == "34%"


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("There is no customer C-10412.", "Es gibt keinen Kunden C-10412."),
        (
            "That is not the PIN. Try again in 5 minutes.",
            "Das ist nicht die PIN. Neuer Versuch in 5 Minuten.",
        ),
        ("That is not the PIN. 3 tries are left.", "Das ist nicht die PIN. Noch 3 Versuche."),
        ("Bought today; it usually lasts about 64 days.", "Gekauft heute; es hält meist etwa 64 Tage."),
        ("Ask about {thing}", "Fragen, wie es mit {thing} geht"),
        ("A sentence nobody knows.", "A sentence nobody knows."),
    ],
)
def test_sentences_of_the_core_are_recognised_with_their_values(said: str, meant: str) -> None:
    assert told(said) == meant


@pytest.mark.usefixtures("german")
def test_what_went_wrong_is_said_in_german(qtbot, home: Home) -> None:
    def job(connection: object) -> None:
        raise InputError("There is no order O-7.")

    questions = Questions(home)
    with qtbot.waitSignal(questions.trouble) as said:
        questions.ask(job, lambda _: None)
    questions.close()
    assert said.args == ["Es gibt keine Bestellung O-7."]


def test_the_setting_chooses_the_language_of_the_next_start(qapp: QApplication, home: Home) -> None:
    from assistant.ui.shell import Shell

    with contextlib.closing(open_home(home)) as connection:
        preferences.put(connection, "look.language", "de")
    with contextlib.closing(Shell(home, remember=False)) as shell:
        shell.settle()
        assert language.code() == "de"
        assert shell.window.windowTitle() == "Verkaufsassistent"
    assert wording.tr("Accepted") == "Accepted"


@pytest.mark.parametrize(("choice", "code"), [("de", "de"), ("en", "en"), ("fr", "en")])
def test_an_unknown_language_is_english(choice: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language.QLocale, "system", staticmethod(lambda: QLocale("fr_FR")))
    assert language.chosen(choice) == code


def test_the_systems_language_and_country(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language.QLocale, "system", staticmethod(lambda: QLocale("de_CH")))
    assert language.chosen("system") == "de"
    assert language.place("de").name() == "de_CH"
    assert language.place("en").name() == "en_CH"


def test_names_are_sorted_as_people_look_for_them() -> None:
    names = ["Zoe", "Özil", "Ozan", "anna", "Bernd", "Äpfel 10", "Äpfel 9"]
    assert sorted(names, key=language.sort_key) == [
        "anna", "Äpfel 9", "Äpfel 10", "Bernd", "Ozan", "Özil", "Zoe",
    ]  # fmt: skip


def test_the_made_up_language_is_two_fifths_longer() -> None:
    said = pseudo.lengthened("Finish {name}’s visit first?")
    assert "{name}" in said
    assert len(said) - len("{name}") >= 1.35 * len("Finish ’s visit first?")
