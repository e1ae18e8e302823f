"""The rail at the left: the pages, and who is signed in."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from assistant.records import Associate
from assistant.ui import wording
from assistant.ui.parts import paint_focus
from assistant.ui.theme import Look, tokens

_AIR = 8


class RailItem(QAbstractButton):
    """An icon over a word; the page in view carries a bar and a surface of its own."""

    def __init__(
        self, look: Look, text: str, icon: str, shortcut: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._icon, self._count = look, icon, 0
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        # A button's own shortcut clicks only after an animation of 100 ms.
        QShortcut(QKeySequence(shortcut), self, self.click)
        self.setToolTip(f"{text} ({shortcut})")
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def needed(self) -> int:
        """How wide its word is when it is the page in view, with air."""
        metrics = QFontMetrics(self._look.font("caption", weight=600))
        return metrics.horizontalAdvance(self.text()) + 2 * _AIR

    def show_count(self, n: int) -> None:
        """Carry how many things wait there; none is not said."""
        self._count = n
        waiting = self.tr("{n} for today").format(n=n) if n else ""
        self.setAccessibleName(", ".join(word for word in (self.text(), waiting) if word))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(tokens()["layout"]["rail"], self._look.px(tokens()["rowHeight"]["railItem"]))

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(8.5, 0.5, -8.5, -0.5)
        if self.isChecked():
            painter.setBrush(look.color("surface"))
            painter.setPen(QPen(look.color("border"), 1))
            painter.drawRoundedRect(area, 12, 12)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("accent"))
            painter.drawRoundedRect(QRectF(-4, area.top() + 17, 8, area.height() - 34), 3, 3)
        elif self.underMouse():
            painter.setBrush(look.color("hover"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(area, 12, 12)
        if self.hasFocus():
            paint_focus(painter, look, area.toRect().adjusted(-2, 0, 2, 0), 12)
        ink = "accentText" if self.isChecked() else "textSecondary"
        size = look.px(24)
        painter.drawPixmap((self.width() - size) // 2, look.px(10), look.pixmap(self._icon, ink, 24))
        if self._count:
            self._badge(painter)
        painter.setPen(look.color(ink))
        painter.setFont(look.font("caption", weight=600 if self.isChecked() else 500))
        painter.drawText(
            QRect(0, look.px(36), self.width(), look.px(20)), Qt.AlignmentFlag.AlignCenter, self.text()
        )

    def _badge(self, painter: QPainter) -> None:
        look, text = self._look, str(self._count) if self._count < 100 else "99+"
        painter.setFont(look.font("caption", weight=600))
        width = max(look.px(18), painter.fontMetrics().horizontalAdvance(text) + look.px(9))
        area = QRectF(self.width() / 2 + look.px(5), look.px(3), width, look.px(18))
        painter.setPen(QPen(look.color("laterBorder"), 1))
        painter.setBrush(look.color("laterSoft"))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), look.px(9), look.px(9))
        painter.setPen(look.color("laterText"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


class Avatar(QAbstractButton):
    """The initials of who is signed in, and the way to lock."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._initials = look, ""
        self.setText(self.tr("Lock"))
        self.setToolTip(self.tr("Lock (Ctrl+L)"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_associate(self, associate: Associate | None) -> None:
        self._initials = wording.initials(associate.name) if associate else ""
        name = associate.name if associate else ""
        self.setAccessibleName(self.tr("{name}, lock").format(name=name))
        self.setVisible(associate is not None)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(tokens()["layout"]["rail"], self._look.px(64))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("accent"))
        circle = QRectF((self.width() - 32) / 2, 2, 32, 32)
        painter.drawEllipse(circle)
        painter.setPen(look.color("onAccent"))
        painter.setFont(look.font("label", weight=600))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, self._initials)
        painter.setPen(look.color("textSecondary"))
        painter.setFont(look.font("caption"))
        width = painter.fontMetrics().horizontalAdvance(self.text()) + look.px(18)
        x = (self.width() - width) // 2
        painter.drawPixmap(x, 38 + look.px(3), look.pixmap("lock", "textSecondary", 14))
        painter.drawText(
            QRect(x + look.px(18), 38, width, look.px(20)), Qt.AlignmentFlag.AlignVCenter, self.text()
        )
        if self.hasFocus():
            paint_focus(painter, look, self.rect().adjusted(6, 0, -6, 0), 10)


class Rail(QWidget):
    """The pages as items, chosen by click or Ctrl+number."""

    chosen = Signal(str)
    lock_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._items: dict[str, RailItem] = {}
        self.avatar = Avatar(look)
        self.avatar.clicked.connect(self.lock_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 8)
        column.setSpacing(4)
        for number, name, text, icon in (
            (1, "counter", self.tr("Counter"), "store"),
            (2, "review", self.tr("Review"), "headset"),
            (3, "followups", self.tr("Follow-ups"), "calendar-clock"),
            (5, "team", self.tr("Team"), "users"),
        ):
            item = RailItem(look, text, icon, f"Ctrl+{number}")
            item.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self._items[name] = item
            column.addWidget(item)
        column.addStretch(1)
        settings = RailItem(look, self.tr("Settings"), "settings", "Ctrl+,")
        settings.clicked.connect(lambda _=False: self.chosen.emit("settings"))
        self._items["settings"] = settings
        column.addWidget(settings)
        column.addWidget(self.avatar)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """As wide as drawn, and wider where large text or another language needs it."""
        width = max(tokens()["layout"]["rail"], *(item.needed() for item in self._items.values()))
        self.setFixedWidth(width)
        for part in (*self._items.values(), self.avatar):
            part.setFixedWidth(width)
        self.update()

    def show_count(self, name: str, n: int) -> None:
        """How many things wait on a page."""
        self._items[name].show_count(n)

    def show_pages(self, names: Collection[str]) -> None:
        """Offer these pages only."""
        for name, item in self._items.items():
            item.setVisible(name in names)
            item.setEnabled(name in names)

    def choose(self, name: str) -> None:
        """Mark the page in view."""
        self._items[name].setChecked(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.color("rail"))
        painter.setPen(self._look.color("border"))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
