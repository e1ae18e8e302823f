"""What the tab's panels share: their margins, and a bar filled as far as a share."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from assistant.ui.parts import Panel
from assistant.ui.theme import Look


def column_of(panel: Panel, look: Look) -> QVBoxLayout:
    """A panel's layout with its margins."""
    column = QVBoxLayout(panel)
    column.setContentsMargins(look.px(19), look.px(13), look.px(19), look.px(13))
    column.setSpacing(look.px(6))
    return column


class Share(QWidget):
    """A thin bar, filled as far as a share."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._share = look, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float) -> None:
        """Show another share."""
        self._share = share
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(200), self._look.px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(self._look.color("barTrack"))
        painter.drawRoundedRect(whole, 4, 4)
        painter.setBrush(self._look.color("accent"))
        painter.drawRoundedRect(QRectF(0, 0, max(8.0, whole.width() * self._share), whole.height()), 4, 4)
