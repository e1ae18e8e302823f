"""The small pieces every page is made of: panels, texts, keycaps, chips and buttons that follow the theme."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QSizePolicy, QWidget

from assistant.ui.language import key_name
from assistant.ui.theme import Look, tokens

ButtonKind = Literal["secondary", "primary", "accepted", "quiet"]
ChipKind = Literal["neutral", "accent", "accepted", "later", "fault", "plain"]

_KEYCAP_GAP = 10
_CHIP_ICON = 22  # an icon and what parts it from the word
_CHIPS: dict[ChipKind, tuple[str, str, str]] = {
    "neutral": ("declinedSoft", "declinedBorder", "textSecondary"),
    "accent": ("accentSoft", "accentSoftBorder", "accentText"),
    "accepted": ("surface", "acceptedBorder", "acceptedText"),
    "later": ("laterSoft", "laterBorder", "laterText"),
    "fault": ("faultSoft", "faultBorder", "faultText"),
    "plain": ("surface", "border", "text"),
}
_BUTTONS: dict[ButtonKind, tuple[str | None, str | None, str, str]] = {
    "secondary": ("surface", "borderStrong", "text", "hover"),
    "primary": ("accent", None, "onAccent", "accentHover"),
    "accepted": ("accepted", None, "onAccepted", "accepted"),
    "quiet": (None, None, "text", "hover"),
}


class Panel(QFrame):
    """A rounded, bordered surface; `name` chooses `panel`, `popup` or `sunken` of the style sheet."""

    def __init__(self, parent: QWidget | None = None, name: str = "panel") -> None:
        super().__init__(parent)
        self.setObjectName(name)


class Text(QLabel):
    """A label in one of the type roles and one of the colours, following theme and text size."""

    def __init__(
        self,
        look: Look,
        role: str,
        text: str = "",
        token: str = "text",
        *,
        tabular: bool = False,
        weight: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._look, self._role, self._token = look, role, token
        self._tabular, self._weight = tabular, weight
        look.changed.connect(self._restyle)
        self._restyle()

    def showEvent(self, event: QShowEvent) -> None:
        # The style sheet polishes a widget when it is first shown, with the palette it was made with.
        super().showEvent(event)
        self._restyle()

    def heightForWidth(self, width: int) -> int:
        # A layout asks for the width it has, not for the width that a text with a greatest width gets.
        return super().heightForWidth(min(width, self.maximumWidth()))

    def _restyle(self) -> None:
        self.setFont(self._look.font(self._role, tabular=self._tabular, weight=self._weight))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._look.color(self._token))
        self.setPalette(palette)


class Elided(Text):
    """A one-line text that ends in an ellipsis where it does not fit, with the whole as its tool tip."""

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(40), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = self.text()
        shown = self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(whole if shown != whole else "")
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)


def fitted(font: QFont, text: str, width: float, *, least: float = 0.8) -> QFont:
    """A font for one line in a cell that cannot grow: where it is too wide, smaller, by a fifth at most."""
    smallest = round(font.pixelSize() * least)
    while font.pixelSize() > smallest and QFontMetrics(font).horizontalAdvance(text) >= width:
        font.setPixelSize(font.pixelSize() - 1)
    return font


def keycap_width(look: Look, key: str) -> int:
    """How wide a keycap is: square for one letter, wider for `F9`."""
    metrics, key = QFontMetrics(look.font("caption")), key_name(key)
    return max(look.px(tokens()["control"]["keycap"]), metrics.horizontalAdvance(key) + look.px(12))


def paint_keycap(painter: QPainter, look: Look, area: QRect, key: str, *, on: QColor | None = None) -> None:
    """Paint a key into an area; `on` is the text colour of a filled button that carries it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    border = QColor(on) if on is not None else look.color("keycapBorder")
    if on is not None:
        border.setAlphaF(0.55)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setBrush(look.color("keycapBg"))
    painter.setPen(QPen(border, 1))
    radius = tokens()["radius"]["keycap"]
    painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setPen(on if on is not None else look.color("keycapText"))
    painter.setFont(look.font("caption"))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, key_name(key))
    painter.restore()


def paint_chip(
    painter: QPainter, look: Look, at: QPointF, text: str, kind: ChipKind = "neutral", icon: str = ""
) -> int:
    """Paint a chip with its left middle at a point; its width."""
    fill, border, ink = _CHIPS[kind]
    font = look.font("label")
    before = look.px(_CHIP_ICON) if icon else 0
    width = QFontMetrics(font).horizontalAdvance(text) + look.px(16) + before
    height = look.px(tokens()["control"]["chip"])
    area = QRectF(at.x(), at.y() - height / 2, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(look.color(fill))
    painter.setPen(QPen(look.color(border), 1))
    radius = tokens()["radius"]["chip"]
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setPen(look.color(ink))
    painter.setFont(font)
    painter.drawText(area.adjusted(before, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, text)
    if icon:
        top = at.y() - look.px(8)
        painter.drawPixmap(QPointF(area.left() + look.px(9), top), look.pixmap(icon, ink, 16))
    painter.restore()
    return width


def paint_focus(painter: QPainter, look: Look, area: QRect, radius: float) -> None:
    """The focus ring: 2 px, 2 px away from what it rings, inside the area given."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.color("focus"), tokens()["stroke"]["focus"]))
    painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()


class KeyCap(QWidget):
    """A key as it is drawn beside what it does; never takes the focus."""

    def __init__(self, look: Look, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._key = look, key
        look.changed.connect(self.updateGeometry)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(keycap_width(self._look, self._key), self._look.px(tokens()["control"]["keycap"]))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_keycap(QPainter(self), self._look, self.rect(), self._key)


class Chip(QWidget):
    """A small bordered word."""

    def __init__(
        self,
        look: Look,
        text: str,
        kind: ChipKind = "neutral",
        parent: QWidget | None = None,
        *,
        icon: str = "",
    ) -> None:
        super().__init__(parent)
        self._look, self._text, self._kind, self._icon = look, text, kind, icon
        look.changed.connect(self.updateGeometry)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def set_text(self, text: str, kind: ChipKind | None = None, *, icon: str = "") -> None:
        """Say something else."""
        self._text, self._kind, self._icon = text, kind or self._kind, icon
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._look.font("label")).horizontalAdvance(self._text) + self._look.px(16)
        width += self._look.px(_CHIP_ICON) if self._icon else 0
        return QSize(width, self._look.px(tokens()["control"]["chip"]))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_chip(
            QPainter(self), self._look, QPointF(0, self.height() / 2), self._text, self._kind, self._icon
        )


class Button(QAbstractButton):
    """A button with an optional icon at its left and its key at its right; hit area 44 or more."""

    def __init__(
        self,
        look: Look,
        text: str,
        kind: ButtonKind = "secondary",
        *,
        icon: str | None = None,
        icon_token: str | None = None,
        key: str | None = None,
        height: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setText(text)
        self._look, self._kind, self._icon, self._key = look, kind, icon, key
        self._icon_token = icon_token
        self._height = height or tokens()["control"]["button"]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def show_with(self, icon: str | None, key: str | None) -> None:
        """Draw another picture or key beside the words, or none."""
        if (icon, key) != (self._icon, self._key):
            self._icon, self._key = icon, key
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        look = self._look
        width = QFontMetrics(self._font()).horizontalAdvance(self.text()) + look.px(32)
        if self._icon:
            width += look.px(20 + 8)
        if self._key:
            width += keycap_width(look, self._key) + look.px(_KEYCAP_GAP) - look.px(4)
        return QSize(width, look.px(self._height))

    def _font(self) -> QFont:
        return self._look.font("body", weight=600)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._paint_ground(painter)
        spare = max(0, (self.width() - self.sizeHint().width()) // 2)  # a wide one keeps them in its middle
        x = look.px(16) + spare
        if self._icon:
            token = self._icon_token or _BUTTONS[self._kind][2]
            pixmap = look.pixmap(self._icon, token if self.isEnabled() else "textDisabled", 20)
            painter.drawPixmap(x - look.px(2), (self.height() - look.px(20)) // 2, pixmap)
            x += look.px(26)
        painter.setFont(self._font())
        painter.setPen(ink)
        right = look.px(12) + spare
        if self._key:
            width = keycap_width(look, self._key)
            cap = look.px(tokens()["control"]["keycap"])
            area = QRect(self.width() - right - width, (self.height() - cap) // 2, width, cap)
            filled = self._kind in ("primary", "accepted") and self.isEnabled()
            paint_keycap(painter, look, area, self._key, on=ink if filled else None)
        align = Qt.AlignmentFlag.AlignVCenter | (
            Qt.AlignmentFlag.AlignLeft if self._key or self._icon else Qt.AlignmentFlag.AlignHCenter
        )
        area = self.rect() if not (self._key or self._icon) else self.rect().adjusted(x, 0, 0, 0)
        painter.drawText(area, int(align), self.text())

    def _paint_ground(self, painter: QPainter) -> QColor:
        look = self._look
        fill, border, ink, hover = _BUTTONS[self._kind]
        radius = tokens()["radius"]["control"]
        if not self.isEnabled():
            fill, border, ink = ("sunken" if fill else None), ("border" if fill else None), "textDisabled"
        elif self.isDown() or self.underMouse():
            fill = hover
        if self.hasFocus():
            paint_focus(painter, look, self.rect(), radius + 2)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.hasFocus():
            area.adjust(3.5, 3.5, -3.5, -3.5)
        painter.setBrush(look.color(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color(border), 1) if border else Qt.PenStyle.NoPen)
        if fill or border:
            painter.drawRoundedRect(area, radius, radius)
        return look.color(ink)
