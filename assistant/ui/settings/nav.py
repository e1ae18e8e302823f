"""The sections as a list at the left of the Settings page, each with how it stands."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.ui.parts import Text, paint_focus
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

WIDTH, SPARE = 176, 12


class NavItem(QAbstractButton):
    """An icon, a section's title, and its state below."""

    def __init__(self, look: Look, icon: str, text: str) -> None:
        super().__init__()
        self._look, self._icon, self._second = look, icon, ""
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def set_second(self, text: str) -> None:
        """How the section stands."""
        self._second = text
        self.setAccessibleDescription(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(
            self._look.px(WIDTH), self._look.px(12) + self._high(*self._name) + self._high(*self._state)
        )

    @property
    def _name(self) -> tuple[str, QFont]:
        return self.text(), self._look.font("body", weight=600)

    @property
    def _state(self) -> tuple[str, QFont]:
        return self._second, self._look.font("caption", weight=400)

    def _high(self, text: str, font: QFont) -> int:
        """A long name takes two lines."""
        room = QRect(0, 0, self._look.px(WIDTH - 46), self._look.px(200))
        return QFontMetrics(font).boundingRect(room, Qt.TextFlag.TextWordWrap, text or " ").height()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, px = self._look, QPainter(self), self._look.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if on or self.underMouse():
            painter.setBrush(look.color("surface" if on else "hover"))
            painter.setPen(QPen(look.color("border"), 1) if on else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(area, tokens()["radius"]["thumb"], tokens()["radius"]["thumb"])
        ink = "accentText" if on else "textSecondary"
        painter.drawPixmap(px(10), (self.height() - px(20)) // 2, look.pixmap(self._icon, ink, 20))
        words = self.rect().adjusted(px(40), px(5), -px(6), 0)
        painter.setPen(look.color(ink))
        painter.setFont(look.font("body", weight=600 if on else 400))
        painter.drawText(words, Qt.TextFlag.TextWordWrap, self.text())
        painter.setPen(look.color("textTertiary"))
        painter.setFont(look.font("caption", weight=400))
        second = words.adjusted(0, self._high(*self._name) + px(1), 0, 0)
        painter.drawText(second, Qt.TextFlag.TextWordWrap, self._second)
        if self.hasFocus():
            paint_focus(painter, look, self.rect(), tokens()["radius"]["thumb"])


class Nav(QWidget):
    """All sections; `chosen` carries the name of one."""

    chosen = Signal(str)

    def __init__(self, look: Look, sections: tuple[tuple[str, str, str], ...]) -> None:
        super().__init__()
        self._look = look
        self.items: dict[str, NavItem] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(2)
        for name, icon, text in sections:
            item = NavItem(look, icon, text)
            item.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self.items[name] = item
            column.addWidget(item)
        column.addStretch(1)
        self._mark = QLabel()
        self._mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        note = Text(
            look, "caption", tr("Changes apply at once and are listed with your name."), "textTertiary"
        )
        note.setWordWrap(True)
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._mark)
        row.addWidget(note, 1)
        column.addLayout(row)
        look.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFixedWidth(self._look.px(WIDTH))
        self._mark.setPixmap(self._look.pixmap("info", "textTertiary", 18))


class Scrolled(QScrollArea):
    """The list where it may be higher than the page; its scroll bar takes the room beside it."""

    def __init__(self, look: Look, nav: Nav) -> None:
        super().__init__()
        self._look = look
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(nav)
        look.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFixedWidth(self._look.px(WIDTH) + SPARE)
