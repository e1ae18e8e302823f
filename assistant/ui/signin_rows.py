"""Painting the list of names: a store's name as a head, a person with initials."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from assistant.records import Associate
from assistant.ui import wording
from assistant.ui.theme import Look, tokens

WHO = Qt.ItemDataRole.UserRole
ROW, _HEAD = 52, 36


class NameRows(QStyledItemDelegate):
    """Paints a store's name as a head and a person with initials."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self._look.px(ROW if index.data(WHO) is not None else _HEAD))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        look, area = self._look, QRect(option.rect)
        who: Associate | None = index.data(WHO)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if who is None:
            painter.setPen(look.color("textSecondary"))
            painter.setFont(look.font("caption", weight=600))
            painter.drawText(
                area.adjusted(20, look.px(6), -20, 0), int(Qt.AlignmentFlag.AlignVCenter), index.data()
            )
        else:
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            self._paint_person(painter, area, who, selected=selected)
        painter.restore()

    def _paint_person(self, painter: QPainter, area: QRect, who: Associate, *, selected: bool) -> None:
        look, size = self._look, self._look.px(34)
        if selected:
            painter.fillRect(area, look.color("accentSoft"))
            bar = tokens()["stroke"]["selectionBar"]
            painter.fillRect(QRect(area.left(), area.top(), bar, area.height()), look.color("accent"))
        circle = QRectF(20, area.center().y() - size / 2 + 0.5, size, size)
        painter.setPen(Qt.PenStyle.NoPen if selected else look.color("border"))
        painter.setBrush(look.color("accent" if selected else "thumb"))
        painter.drawEllipse(circle)
        painter.setPen(look.color("onAccent" if selected else "textSecondary"))
        painter.setFont(look.font("label", weight=600))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, wording.initials(who.name))
        painter.setPen(look.color("text"))
        painter.setFont(look.font("name" if selected else "say"))
        text = area.adjusted(20 + size + look.px(14), 0, -20, 0)
        painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), who.name)
        if who.role:
            painter.setPen(look.color("textSecondary"))
            painter.setFont(look.font("label", weight=400))
            right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
            painter.drawText(text, right, who.role)
