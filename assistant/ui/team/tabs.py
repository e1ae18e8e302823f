"""The Team page's tabs: one list of what each is called, who is offered it and what makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from assistant.store import access
from assistant.store.database import Connection
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.theme import Look
from assistant.ui.wording import tr


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page's head asks of a tab: so many weeks up to the newest data, one store or all, and who.

    `touchpoint` and the anchors' `category` narrow it where the tab takes them.
    """

    weeks: int
    store_id: str | None = None
    seen_by: str | None = None
    touchpoint: str | None = None
    category: str | None = None


class TabPage(QWidget):
    """What a tab is made of: it shows what the head asks for, and writes it to a file where it has formats.

    `side` is a panel that stands at the page's right, under the top bar, while it is visible; `own_button`
    stands in the head while the tab is in sight.
    """

    said = Signal(str)  # a line for the head: what is shown, what was saved, what went wrong
    formats: tuple[str, ...] = ()  # of "csv", "xlsx", "pdf", "json"
    file_name = "team"  # of an export, without its ending
    side: QWidget | None = None
    own_button: QWidget | None = None
    period_matters = True  # whether the head offers Period and Store here
    narrows = False  # whether it offers Touchpoint and Category, too

    def show_asked(self, asked: Asked) -> None:
        """Ask for the figures of this period and store, and show them."""
        raise NotImplementedError

    def export(self, asked: Asked, path: Path, kind: str) -> Callable[[Connection], Path]:
        """The question that writes what is shown to a file."""
        raise NotImplementedError

    def arrange(self, narrow: bool) -> None:
        """Take the gaps of a wide or of a narrow window."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: its name, its title in words, who is offered it, and what makes its page when it is needed."""

    name: str
    title: Callable[[], str]
    seen_by: Callable[[Connection, str | None], bool]
    make: Callable[[Look, Questions, Session], TabPage]


def everybody(_connection: Connection, _associate_id: str | None) -> bool:
    """A tab that anybody may see; an associate their own figures in it."""
    return True


def managers(connection: Connection, associate_id: str | None) -> bool:
    """A tab for those who see everybody's figures."""
    return associate_id is None or access.sees_everybody(connection, associate_id)


def merchandisers(connection: Connection, associate_id: str | None) -> bool:
    """A tab about goods, in which nobody is named."""
    return associate_id is None or access.sees_goods(connection, associate_id)


def _overview(look: Look, questions: Questions, session: Session) -> TabPage:
    from assistant.ui.team.overview import Overview

    return Overview(look, questions, session)


def _funnel(look: Look, questions: Questions, session: Session) -> TabPage:
    from assistant.ui.team.funnel import FunnelTab

    return FunnelTab(look, questions, session)


def _insights(look: Look, questions: Questions, session: Session) -> TabPage:
    from assistant.ui.team.insights import InsightsTab

    return InsightsTab(look, questions, session)


def _model(look: Look, questions: Questions, session: Session) -> TabPage:
    from assistant.ui.team.model import ModelTab

    return ModelTab(look, questions, session)


TABS: tuple[Tab, ...] = (
    Tab("overview", lambda: tr("Overview"), everybody, _overview),
    Tab("funnel", lambda: tr("Funnel"), everybody, _funnel),
    Tab("insights", lambda: tr("Insights"), merchandisers, _insights),
    Tab("model", lambda: tr("Model"), managers, _model),
)
