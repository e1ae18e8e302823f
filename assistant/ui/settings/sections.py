"""The sections of the Settings page, each made from the facts; what they ask for goes to the page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QWidget

from assistant.settings import SETTINGS, Value
from assistant.ui import wording
from assistant.ui.parts import Button, Text
from assistant.ui.segments import Segments
from assistant.ui.settings import words
from assistant.ui.settings.choices import Picked, Switch
from assistant.ui.settings.facts import SettingsFacts
from assistant.ui.settings.parts import Row, Section
from assistant.ui.theme import SCALES, Look, tokens
from assistant.ui.wording import tr

SMALL: int = tokens()["control"]["buttonCompact"]


class Asked(Protocol):
    """What a section can ask of its page."""

    def change(self, key: str, value: Value) -> None: ...
    def edit(self, key: str) -> None: ...
    def do(self, what: str) -> None: ...


def this_counter(look: Look, facts: SettingsFacts, asked: Asked, own_digits: int) -> Section:
    """What is this computer's own: anybody who is signed in changes it."""
    section = Section(look, "counter", tr("This counter"))
    section.say(tr("Only this computer"))
    name = str(facts.values["counter.name"])
    section.add(Row(look, tr("Name"), name, _button(look, tr("Change"), lambda: asked.edit("counter.name"))))
    stores = [("", tr("The associate’s")), *((one.store_id, one.name) for one in facts.stores)]
    _add_choice(section, look, facts, asked, "counter.store", tr("Store"), tr("Whose stock is shown"), stores)
    scales = [(scale, wording.share(scale)) for scale in SCALES]
    section.add(_segments(look, facts, asked, "look.scale", scales))
    themes = [(one, words.theme(one)) for one in ("system", "light", "dark")]
    section.add(_segments(look, facts, asked, "look.theme", themes))
    quiet = Switch(look, on=bool(facts.values["counter.quiet"]))
    quiet.picked.connect(lambda on: asked.change("counter.quiet", on))
    section.add(Row(look, words.setting("counter.quiet"), tr("For a queue; Q switches it too"), quiet))
    languages = [(one, words.language(str(one))) for one in SETTINGS["look.language"].choices]
    second = tr("From the next start on")
    _add_choice(section, look, facts, asked, "look.language", tr("Language"), second, languages)
    switch = Switch(look, on=bool(facts.values["keys.single"]))
    switch.picked.connect(lambda on: asked.change("keys.single", on))
    section.add(
        Row(look, words.setting("keys.single"), tr("A, D, L and the like, outside text fields"), switch)
    )
    for key, second in (
        ("scanner.prefix", tr("Sent before each code; empty = nothing")),
        ("scanner.suffix", tr("Sent after it, before Enter or Tab")),
    ):
        sent = str(facts.values[key])
        section.add(
            Row(
                look,
                words.setting(key),
                sent or second,
                _button(look, tr("Change"), partial(asked.edit, key)),
            )
        )
    text = tr("Choose") if not own_digits else tr("Change")
    second = tr("Asked for when you sign in") if own_digits else tr("You sign in by name alone")
    section.add(Row(look, tr("Your own PIN"), second, _button(look, text, lambda: asked.do("own pin"))))
    section.end()
    return section


def offers(look: Look, facts: SettingsFacts, asked: Asked) -> Section:
    """How much is offered, and how long a no holds."""
    section = Section(look, "offers", tr("Offers"))
    n = len(facts.stores)
    section.say(wording.counted(n, tr("1 store"), tr("All {n} stores")) if n else "")
    for key, second in (
        ("counter.limit", tr("At most, step-ups not counted")),
        ("review.limit", tr("At most")),
        ("review.month_cap", tr("At most, by phone and follow-up")),
    ):
        options = [(one, str(one)) for one in SETTINGS[key].choices]
        _add_choice(section, look, facts, asked, key, words.setting(key), second, options)
    for key, second in (
        ("decline.days", tr("Unless the customer asks for it")),
        ("match.days", tr("Days after the visit")),
        ("return.days", tr("What is back by then was not kept")),
    ):
        options = [(one, words.days(int(one))) for one in SETTINGS[key].choices]
        _add_choice(section, look, facts, asked, key, words.setting(key), second, options)
    powers = [tr("Not at all"), tr("A little"), tr("By half"), tr("In full")]
    options = list(zip(SETTINGS["worth.margin"].choices, powers, strict=True))
    second = tr("Beside what is accepted and kept; never for regulated products")
    _add_choice(section, look, facts, asked, "worth.margin", words.setting("worth.margin"), second, options)
    trying = Switch(look, on=bool(facts.values["explore.on"]))
    trying.picked.connect(lambda on: asked.change("explore.on", on))
    section.add(Row(look, words.setting("explore.on"), tr("Close ones change places now and then"), trying))
    _add_holdout(section, look, facts, asked)
    terms = str(facts.values["card.terms"]) or tr("None: the card leaves them out")
    edit = _button(look, tr("Edit"), lambda: asked.edit("card.terms"))
    section.add(Row(look, words.setting("card.terms"), " ".join(terms.split()), edit))
    section.end()
    return section


def _add_holdout(section: Section, look: Look, facts: SettingsFacts, asked: Asked) -> None:
    key = "holdout.share"
    options = [(one, words.held_out(int(one))) for one in SETTINGS[key].choices]
    second = tr("By lot, to see what suggestions bring")
    _add_choice(section, look, facts, asked, key, words.setting(key), second, options)


def privacy(look: Look, facts: SettingsFacts, asked: Asked) -> Section:
    """What customers allow, erasing, exporting, locking, and where the key lies."""
    section = Section(look, "privacy", tr("Data and privacy"))
    since = str(facts.values["consent.assumed_from"])
    second = tr("Count as agreed from {date}").format(date=since) if since else tr("Count as not agreed")
    change = _button(look, tr("Change"), lambda: asked.edit("consent.assumed_from"))
    section.add(Row(look, words.setting("consent.assumed_from"), second, change))
    options = [(one, words.minutes(int(one))) for one in SETTINGS["lock.minutes"].choices]
    second = tr("Without a hand on it")
    _add_choice(section, look, facts, asked, "lock.minutes", words.setting("lock.minutes"), second, options)
    people = [(one, words.from_people(int(one))) for one in SETTINGS["team.smallest"].choices]
    second = tr("Smaller ones as a whole")
    _add_choice(section, look, facts, asked, "team.smallest", words.setting("team.smallest"), second, people)
    export = _button(look, tr("Export"), lambda: asked.do("export"), icon="download")
    section.add(Row(look, tr("Export everything"), tr("One plain SQLite file"), export))
    find = _button(look, tr("Find…"), lambda: asked.do("erase"))
    section.add(Row(look, tr("Erase a customer"), tr("Notes, follow-ups. Cannot be undone"), find))
    where = (
        tr("Key in the system’s keychain")
        if facts.key_kept == "keyring"
        else tr("Key in a file that only you can read")
    )
    section.add(Row(look, tr("Encrypted on this computer"), where, Text(look, "body", tr("On"), weight=600)))
    section.end()
    return section


def backup(look: Look, facts: SettingsFacts, asked: Asked, last: str) -> Section:
    """A copy of what is ours alone."""
    section = Section(look, "backup", tr("Backup"))
    if facts.last_backup is None:
        section.chip(tr("None made here yet"), "later")
    now = _button(look, tr("Back up now"), lambda: asked.do("backup"))
    section.add(Row(look, tr("Last backup"), last, now))
    section.end()
    return section


def _segments(
    look: Look, facts: SettingsFacts, asked: Asked, key: str, options: Sequence[tuple[Value, str]]
) -> QWidget:
    made = Segments(look, options, facts.values[key])
    made.picked.connect(lambda value: asked.change(key, value))
    made.setObjectName(key)
    return Row(look, words.setting(key), "", made)


def _add_choice(
    section: Section,
    look: Look,
    facts: SettingsFacts,
    asked: Asked,
    key: str,
    title: str,
    second: str,
    options: Sequence[tuple[Value, str]],
) -> None:
    made = Picked(look, options, facts.values[key])
    made.picked.connect(lambda value: asked.change(key, value))
    made.setObjectName(key)
    section.add(Row(look, title, second, made))


def _button(look: Look, text: str, does: object, *, icon: str | None = None) -> Button:
    made = Button(look, text, icon=icon, height=SMALL)
    made.clicked.connect(lambda _on: does())  # type: ignore[operator]
    return made
