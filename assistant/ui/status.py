"""How fresh the mirror is: a chip in the top bar that starts a sync when it is pressed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from assistant.ui import dates, wording
from assistant.ui.errands import Trouble
from assistant.ui.parts import paint_focus
from assistant.ui.theme import Look

State = Literal["fresh", "stale", "working", "offline", "fault"]
STALE_AFTER = timedelta(hours=24)
_LOOKS: dict[State, tuple[str | None, str | None, str, str]] = {
    "fresh": (None, None, "textSecondary", "cloud-check"),
    "working": (None, None, "textSecondary", "refresh-cw"),
    "stale": ("laterSoft", "laterBorder", "laterText", "cloud-off"),
    "offline": ("laterSoft", "laterBorder", "laterText", "cloud-off"),
    "fault": ("faultSoft", "faultBorder", "faultText", "triangle-alert"),
}


class SyncChip(QAbstractButton):
    """Says when the last sync was, that one is under way, or that the last one could not be done."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._state: State = "stale"
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)
        self.show_synced(None, datetime.now().astimezone())

    @property
    def state(self) -> State:
        return self._state

    def show_synced(self, at: datetime | None, now: datetime) -> None:
        """Say how long ago the mirror was brought up to date."""
        if at is None:
            self._say("stale", self.tr("Not synced yet"), self.tr("Nothing was read from a shop yet."))
        else:
            old = now - at > STALE_AFTER
            text = self.tr("Synced {ago}").format(ago=dates.ago(at, now))
            self._say("stale" if old else "fresh", text, self.tr("Press to sync now."))

    def show_working(self, text: str) -> None:
        """Say that an errand is under way."""
        self._say("working", text, self.tr("The counter keeps working meanwhile."))

    def show_standing(self, trouble: Trouble, waiting: int, sentence: str) -> None:
        """Say that the last sync could not be done, why, and how much waits; nothing of it is lost."""
        if trouble == "unreached":
            few, text = self.tr("Offline"), self.tr("Offline, {n} to send")
        else:
            few, text = self.tr("Not syncing"), self.tr("Not syncing, {n} to send")
        words = text.format(n=wording.number(waiting)) if waiting else few
        self._say("offline" if trouble == "unreached" else "fault", words, sentence)

    def _say(self, state: State, text: str, more: str) -> None:
        self._state = state
        self.setText(text)
        self.setToolTip(more)
        self.setAccessibleName(text)
        self.setAccessibleDescription(more)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        look = self._look
        width = QFontMetrics(look.font("label")).horizontalAdvance(self.text()) + look.px(52)
        return QSize(width, look.px(44))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, border, ink, icon = _LOOKS[self._state]
        area = QRectF(self.rect()).adjusted(0.5, look.px(8), -0.5, -look.px(8))
        if fill and border:
            painter.setBrush(look.color(fill))
            painter.setPen(QPen(look.color(border), 1))
            painter.drawRoundedRect(area, 6, 6)
        if self.hasFocus():
            paint_focus(painter, look, self.rect().adjusted(0, 2, 0, -2), 8)
        size = look.px(18)
        painter.drawPixmap(QPointF(look.px(12), (self.height() - size) / 2), look.pixmap(icon, ink, 18))
        painter.setPen(look.color(ink))
        painter.setFont(look.font("label"))
        painter.drawText(
            QRect(look.px(38), 0, self.width(), self.height()), Qt.AlignmentFlag.AlignVCenter, self.text()
        )
