"""How the window looks: two palettes, one type scale and tinted icons, from `resources/style`."""

from __future__ import annotations

import functools
import json
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from assistant.resources import resource

SCALES = (1.0, 1.15, 1.3)
_LARGE, _TIGHTER = 20, -0.012  # from this size on letters stand closer, by a part of the size
_STROKE, _GRID = 'stroke-width="1.75"', 24  # as the icons are written
_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.PlaceholderText: "textTertiary",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "onAccent",
    QPalette.ColorRole.ToolTipBase: "surface",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Link: "accentText",
}


@functools.cache
def tokens() -> dict[str, Any]:
    """The design's values: colours of both themes, type, spacing, sizes; pixels are logical."""
    return dict(json.loads(resource("style", "tokens.json").read_text(encoding="utf-8")))


@functools.cache
def drawings() -> dict[str, str]:
    """All icons as they are written, read at once: none is read while something is painted."""
    return {path.stem: path.read_text(encoding="utf-8") for path in resource("icons").glob("*.svg")}


@functools.cache
def _style_sheet() -> str:
    return resource("style", "window.qss").read_text(encoding="utf-8")


class Look(QObject):
    """The theme and text size in use; `changed` says that everything painted by hand must be painted anew."""

    changed = Signal()

    def __init__(self, application: QApplication, theme: str = "system", scale: float = 1.0) -> None:
        super().__init__(application)
        self._application = application
        self._theme, self._scale = theme, scale
        self._dark = False
        # Asked for hundreds of times in every picture. A font that was used before has found its glyphs.
        self._colors: dict[str, QColor] = {}
        self._fonts: dict[tuple[str, bool, int | None], QFont] = {}
        self._pixmaps: dict[tuple[str, str, int, bool, float], QPixmap] = {}
        drawings()
        application.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def dark(self) -> bool:
        """Whether the dark palette is in use."""
        return self._dark

    @property
    def theme(self) -> str:
        return self._theme

    @property
    def scale(self) -> float:
        return self._scale

    def set_theme(self, theme: str) -> None:
        """Choose `system`, `light` or `dark`."""
        self._theme = theme
        self._apply()

    def set_scale(self, scale: float) -> None:
        """Choose the text size: 1.0, 1.15 or 1.3."""
        self._scale = scale
        self._apply()

    def color(self, token: str) -> QColor:
        """A colour of the palette in use, by its token."""
        known = self._colors.get(token)
        if known is None:
            value: str = tokens()["color"]["dark" if self._dark else "light"][token]
            if len(value) == 9:  # tokens write #RRGGBBAA, Qt reads #AARRGGBB
                value = f"#{value[7:]}{value[1:7]}"
            known = self._colors[token] = QColor(value)
        return QColor(known)

    def px(self, size: float) -> int:
        """A length that grows with the text size."""
        return round(size * self._scale)

    def font(self, role: str, *, tabular: bool = False, weight: int | None = None) -> QFont:
        """The font of a type role (`kpi`, `title`, `say`, `body`, …); tabular figures where numbers align."""
        key = (role, tabular, weight)
        known = self._fonts.get(key)
        if known is None:
            known = self._fonts[key] = self._made_font(*key)
        return QFont(known)

    def _made_font(self, role: str, tabular: bool, weight: int | None) -> QFont:
        kind = tokens()["type"][role]
        font = QFont()
        font.setFamilies(tokens()["font"]["family"])
        font.setPixelSize(self.px(kind["px"]))
        font.setWeight(QFont.Weight(weight or kind["weight"]))
        if kind["px"] >= _LARGE:
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, _TIGHTER * font.pixelSize())
        if tabular:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def line(self, role: str) -> int:
        """The line height of a type role in pixels."""
        return self.px(tokens()["type"][role]["line"])

    def pixmap(self, name: str, token: str = "textSecondary", size: int = 20) -> QPixmap:
        """An icon in one colour, sharp on the screen in use; `size` grows with the text size."""
        ratio = self._application.devicePixelRatio()
        key = (name, token, size, self.dark, ratio * self._scale)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._drawn(name, token, size, ratio)
        return self._pixmaps[key]

    def icon(self, name: str, token: str = "textSecondary", size: int = 20) -> QIcon:
        """An icon for a button or a menu."""
        return QIcon(self.pixmap(name, token, size))

    def _drawn(self, name: str, token: str, named: int, ratio: float) -> QPixmap:
        svg = drawings()[name].replace("currentColor", self.color(token).name())
        # Lines are as thick in a small icon as in a large one: they are drawn on a grid of 24.
        svg = svg.replace(_STROKE, f'stroke-width="{tokens()["stroke"]["icon"] * _GRID / named:.3f}"')
        size = self.px(named)
        pixmap = QPixmap(round(size * ratio), round(size * ratio))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(pixmap.rect()))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _system_changed(self) -> None:
        if self._theme == "system":
            self._apply()

    def _apply(self) -> None:
        self._dark = self._theme == "dark"
        if self._theme == "system":
            self._dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        self._colors.clear()
        self._fonts.clear()
        palette = QPalette()
        for role, token in _ROLES.items():
            palette.setColor(role, self.color(token))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("textDisabled"))
        self._application.setPalette(palette)
        self._application.setFont(self.font("body"))
        self._application.setStyleSheet(self._sheet())
        self.changed.emit()

    def _sheet(self) -> str:
        sheet = _style_sheet()
        names = sorted(tokens()["color"]["light"], key=len, reverse=True)
        for token in names:
            sheet = sheet.replace(f"@{token}", self.color(token).name(QColor.NameFormat.HexArgb))
        return sheet
