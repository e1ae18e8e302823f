"""The sentences of the questions about a record: what is asked, what may have happened, what was answered."""

from __future__ import annotations

from assistant.measure.alarms import Question
from assistant.store.replies import Opening, Reply
from assistant.ui.team import words
from assistant.ui.team.words import percent, tr
from assistant.ui.wording import counted, number


def question(one: Question) -> str:
    """`12 of 14 accepted offers are not on a receipt; of the others’ 4.0%. Was the till down?`"""
    asked = {
        "not_on_receipt": tr(
            "{n} of {of} accepted offers are on no receipt; of the others’ {share}. Was the till down?"
        ),
        "returned": tr(
            "{n} of {of} add-ons sold on an offer came back; of the others’ {share}. Did they not fit?"
        ),
        "pace": tr(
            "{n} of {of} answers came faster than an offer can be spoken. Were they entered afterwards?"
        ),
        "alike": tr("{n} answers in a row are the same, of {of}. Were they entered together?"),
        "unserved": tr(
            "In {n} of {of} visits nothing was offered; of the others’ {share}. Did customers wish so?"
        ),
    }[one.kind]
    share = percent(one.others) if one.others is not None else ""
    return asked.format(n=number(one.n), of=number(one.of), share=share)


def saying(said: str) -> str:
    """What may have happened."""
    return {
        "till_down": tr("The till was down"),
        "put_back": tr("Put back"),
        "paid_separately": tr("Paid separately"),
        "mistake": tr("Recorded by mistake"),
        "did_not_fit": tr("They did not fit"),
        "faulty": tr("The goods were faulty"),
        "changed_mind": tr("Customers changed their mind"),
        "afterwards": tr("Entered afterwards"),
        "as_recorded": tr("It was as recorded"),
        "no_wish": tr("Customers wished no offers"),
        "no_time": tr("There was no time"),
        "not_known": tr("Not known"),
    }.get(said, said)


def about(kind: str) -> str:
    """What a question was about, in a word or two."""
    return {
        "not_on_receipt": tr("Accepted, on no receipt"),
        "returned": tr("Brought back"),
        "pace": tr("Fast answers"),
        "alike": tr("The same answers"),
        "unserved": tr("Nothing offered"),
    }.get(kind, kind)


def replied(one: Reply) -> str:
    """`Accepted, on no receipt, 12: The till was down. Hanna Olsen, 14 Jun`"""
    return tr("{about}, {n}: {what}. {name}, {day}").format(
        about=about(one.kind),
        n=number(len(one.rows)),
        what=saying(one.said),
        name=one.name,
        day=words.short_day(one.at.astimezone()),
    )


def what_happened(n: int) -> str:
    """What the choice of answers is called; `n` rows are picked, none means all."""
    if not n:
        return tr("What happened?")
    return counted(n, tr("What happened with 1?"), tr("What happened with {n}?"))


def see_rows(one: Question) -> str:
    """The button that opens a question's rows."""
    return counted(one.n, tr("See the row"), tr("See the {n} rows"))


def opened(found: tuple[Opening, ...]) -> str:
    """Who looked, the newest one of all."""
    if not found:
        return ""
    text = tr("Opened by {name}, {day}")
    return text.format(name=found[0].name, day=words.short_day(found[0].at.astimezone()))


def in_table(said: str, n: int) -> str:
    """What the table says of somebody, with how many questions there are."""
    return f"{said} · {counted(n, tr('1 question'), tr('{n} questions'))}" if n else said
