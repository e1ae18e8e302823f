"""The strip of the page's tabs: one box in which the chosen one is raised; Ctrl+Page Up and Down turn it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from assistant.ui.parts import paint_focus
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_PAD = 14


class _TabButton(QAbstractButton):
    """One word of the strip, raised while it is chosen."""

    def __init__(self, look: Look, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._look.font("body", weight=500)).horizontalAdvance(self.text())
        return QSize(width + self._look.px(2 * _PAD), self._look.px(tokens()["control"]["button"]))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = look.px(tokens()["control"]["buttonCompact"])
        box = QRect(0, (self.height() - high) // 2, self.width(), high)
        radius = tokens()["radius"]["control"]
        if self.isChecked():
            painter.setBrush(look.color("surface"))
            painter.setPen(QPen(look.color("accent"), 1.5))
            painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), radius, radius)
        if self.hasFocus():
            paint_focus(painter, look, box.adjusted(3, 3, -3, -3), radius - 3)
        painter.setFont(look.font("body", weight=600 if self.isChecked() else 500))
        painter.setPen(look.color("accentText" if self.isChecked() else "textSecondary"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self.text())


class Strip(QWidget):
    """The tabs a person is offered; hidden where there is only one."""

    chosen = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._group = QButtonGroup(self)
        self._tabs: dict[str, _TabButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Tabs of the Team page"))

    @property
    def names(self) -> tuple[str, ...]:
        """The tabs offered, in their order."""
        return tuple(self._tabs)

    def offer(self, tabs: Sequence[tuple[str, str]], current: str) -> None:
        """Offer tabs by name and title, one of them chosen."""
        if tuple(name for name, _ in tabs) != self.names:
            for button in self._tabs.values():
                self._group.removeButton(button)
                self._row.removeWidget(button)
                button.deleteLater()
            self._tabs = {name: self._made(name, title) for name, title in tabs}
        self._tabs[current].setChecked(True)
        self.setVisible(len(tabs) > 1)

    def turn(self, by: int) -> None:
        """Choose the next or the previous tab, round the ends."""
        names = list(self._tabs)
        at = next((n for n, name in enumerate(names) if self._tabs[name].isChecked()), 0)
        if len(names) > 1:
            self._tabs[names[(at + by) % len(names)]].click()

    def _made(self, name: str, title: str) -> _TabButton:
        button = _TabButton(self._look, title, self)
        button.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(button)
        self._row.addWidget(button)
        button.show()
        return button

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.turn(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = look.px(tokens()["control"]["buttonCompact"])
        box = QRectF(0, (self.height() - high) // 2, self.width(), high).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(look.color("rail"))
        painter.setPen(QPen(look.color("border"), 1))
        painter.drawRoundedRect(box, tokens()["radius"]["control"], tokens()["radius"]["control"])
