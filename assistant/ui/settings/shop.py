"""The section of the shop's connection: what it is, what it can do, when it was read, and looking again."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from assistant.ui import dates, wording
from assistant.ui.connecting import live_kind
from assistant.ui.parts import Button, Elided, Text
from assistant.ui.settings.facts import SettingsFacts
from assistant.ui.settings.parts import Row, Section
from assistant.ui.settings.sections import SMALL, Asked
from assistant.ui.theme import Look
from assistant.ui.wording import tr


def section(look: Look, facts: SettingsFacts, asked: Asked, now: datetime, tested: str) -> Section:
    """The connection as it stands."""
    made = Section(look, "shop", tr("Shop connection"))
    if facts.values["shop.kind"]:
        made.chip(tr("✓ Connected"))
    url = str(facts.values["shop.url"])
    if url:
        kind = live_kind(str(facts.values["shop.kind"]))
        change = _button(look, tr("New key"), asked, "connect")
        made.add(Row(look, kind.name if kind else str(facts.values["shop.kind"]), url, change))
    else:
        folder = str(facts.values["shop.folder"])
        change = _button(look, tr("Change"), asked, "connect")
        made.add(Row(look, tr("CSV folder"), folder or tr("No folder yet"), change))
    made.add(_able(look, facts))
    if not url:
        made.add(_mapping(look, facts))
    synced = dates.moment(facts.synced_at, now) if facts.synced_at else tr("Not yet")
    made.add(Row(look, tr("Last sync"), synced, _button(look, tr("Sync now"), asked, "sync")))
    if facts.set_aside:
        made.add(Row(look, tr("Set aside"), _aside(facts)))
    made.add(Row(look, tr("Last training"), _trained(facts, now)))
    other = _button(look, tr("Connect"), asked, "connect another")
    made.add(Row(look, tr("Another shop"), tr("Reads it in place of this one; the log stays"), other))
    test = _button(look, tr("Test"), asked, "test", icon="activity")
    made.add(Row(look, tr("Test connection"), tested or tr("Reads a little, changes nothing"), test))
    made.end()
    return made


def _able(look: Look, facts: SettingsFacts) -> QWidget:
    """What this shop can do, ticked or not."""
    has, writes = facts.filled, bool(facts.values["shop.writes"])
    able = (
        (tr("Products, prices"), "products" in has),
        (tr("Stock by place"), "stock" in has),
        (tr("Customers, consent"), "customers" in has),
        (tr("Orders, returns"), "orders" in has),
        (tr("Live basket") if writes else tr("Live basket, read only"), writes or "baskets" in has),
        (tr("Write to basket"), writes),
    )
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 8, 0, 8)
    column.setSpacing(6)
    column.addWidget(Text(look, "caption", tr("What this shop can do"), "textSecondary", weight=600))
    grid = QGridLayout()
    grid.setVerticalSpacing(4)
    for n, (text, on) in enumerate(able):
        mark = QLabel()
        mark.setPixmap(look.pixmap("check" if on else "minus", "text" if on else "textTertiary", 16))
        label = Text(look, "label", text, "text" if on else "textTertiary", weight=400)
        label.setAccessibleName(f"{text}, {tr('yes') if on else tr('no')}")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(mark)
        row.addWidget(label, 1)
        grid.addLayout(row, n // 2, n % 2)
    column.addLayout(grid)
    return whole


def _mapping(look: Look, facts: SettingsFacts) -> QWidget:
    """How the shop's files were read: by which mapping, and how many rows of each."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 8, 0, 8)
    column.setSpacing(4)
    mapping = str(facts.values["shop.mapping"])
    head = QHBoxLayout()
    head.addWidget(Text(look, "caption", tr("Files"), "textSecondary", weight=600))
    head.addStretch(1)
    named = mapping.replace("\\", "/").rsplit("/", 1)[-1] or tr("canonical names")
    head.addWidget(Text(look, "caption", named, "textTertiary"))
    column.addLayout(head)
    for name, rows in facts.files[:8]:
        line = QHBoxLayout()
        line.addWidget(Elided(look, "label", name, "textSecondary", weight=400), 1)
        count = wording.counted(rows, tr("1 row"), tr("{n} rows"))
        line.addWidget(Text(look, "label", count, tabular=True))
        column.addLayout(line)
    return whole


def _aside(facts: SettingsFacts) -> str:
    """What of a live shop could not be read, and where the reasons are."""
    one = tr("1 row that cannot be read ({first}); the reason is in {folder}")
    many = tr("{n} rows that cannot be read, such as {first}; the reasons are in {folder}")
    first = facts.set_aside[0] or tr("one without a number")
    return wording.counted(len(facts.set_aside), one, many, first=first, folder=facts.rejects)


def _trained(facts: SettingsFacts, now: datetime) -> str:
    if facts.model is None:
        return tr("Not yet: the shop’s own links are used")
    when = dates.moment(facts.model.trained_at, now)
    one, many = tr("{when}: learned from 1 order"), tr("{when}: learned from {n} orders")
    return wording.counted(facts.model.orders, one, many, when=when)


def _button(look: Look, text: str, asked: Asked, what: str, *, icon: str | None = None) -> Button:
    made = Button(look, text, icon=icon, height=SMALL)
    made.clicked.connect(lambda _on: asked.do(what))
    return made
