"""How the window looks, to choose from: theme and text size; kept in the log's settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from assistant.store import preferences
from assistant.ui.questions import Questions
from assistant.ui.theme import SCALES, Look


class LookMenu(QMenu):
    """Changes apply at once."""

    def __init__(self, look: Look, questions: Questions, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._questions = look, questions
        self.addSection(self.tr("Theme"))
        themes = QActionGroup(self)
        for theme, text in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            self._add(themes, text, partial(self._choose_theme, theme), on=look.theme == theme)
        self.addSection(self.tr("Text size"))
        sizes = QActionGroup(self)
        for scale in SCALES:
            self._add(sizes, f"{scale:.0%}", partial(self._choose_scale, scale), on=look.scale == scale)

    def _add(self, group: QActionGroup, text: str, does: Callable[[], None], *, on: bool) -> None:
        action = self.addAction(text, does)
        action.setCheckable(True)
        action.setChecked(on)
        group.addAction(action)

    def _choose_theme(self, theme: str) -> None:
        self._look.set_theme(theme)
        self._questions.ask(partial(preferences.put, key="look.theme", value=theme), lambda _: None)

    def _choose_scale(self, scale: float) -> None:
        self._look.set_scale(scale)
        self._questions.ask(partial(preferences.put, key="look.scale", value=scale), lambda _: None)
