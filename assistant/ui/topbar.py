"""The top bar: the universal field, how fresh the data is, and where this counter stands."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assistant.ui.field import UniversalField
from assistant.ui.parts import Text, paint_focus
from assistant.ui.questions import Questions
from assistant.ui.status import SyncChip
from assistant.ui.theme import Look, tokens

_ROOMY = (1360, 860)  # a smaller window is compact


class TopBar(QWidget):
    """The universal field, how fresh the data is, and where this counter stands."""

    def __init__(self, look: Look, questions: Questions, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.field = UniversalField(look, questions, self)
        self.field.focus_changed.connect(self.update)
        self.chip = SyncChip(look, self)
        self._store = Text(look, "label", weight=600)
        self._counter = Text(look, "label", token="textTertiary", weight=400)
        place = QVBoxLayout()
        place.setSpacing(0)
        place.addStretch(1)
        place.addWidget(self._store)
        place.addWidget(self._counter)
        place.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(12)
        self._row.addWidget(self.field)
        self._row.addStretch(1)
        self._row.addWidget(self.chip)
        self._row.addSpacing(8)
        self._row.addLayout(place)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """Margins as the pages have them, and room for large text."""
        layout, look = tokens()["layout"], self._look
        window = self.window()
        compact = window.width() < _ROOMY[0] or window.height() < _ROOMY[1]
        side = layout["compact"]["pagePadding"] if compact else layout["pagePadding"]
        self._row.setContentsMargins(side, 0, side, 0)
        self.field.setFixedWidth(min(look.px(520 if compact else 560), window.width() // 2))
        self.setFixedHeight(max(layout["topBar"], look.px(tokens()["control"]["field"]) + 18))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_place(self, store: str, counter: str) -> None:
        """Say where this counter stands."""
        self._store.setText(store or counter)
        self._counter.setText(counter if store else "")
        self._counter.setVisible(bool(store))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._look.color("border"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        if self.field.hasFocus():
            radius = tokens()["radius"]["control"] + 4
            paint_focus(painter, self._look, self.field.geometry().adjusted(-4, -4, 4, 4), radius)
        x = self._store.mapTo(self, self._store.rect().topLeft()).x() - 11
        painter.drawLine(x, 20, x, self.height() - 20)
