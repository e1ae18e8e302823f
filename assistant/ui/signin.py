"""Who is serving: choosing an associate before anything is shown of a customer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from assistant.errors import KnownError
from assistant.records import Associate, Store
from assistant.store import catalog, preferences
from assistant.store.database import Connection
from assistant.ui import wording
from assistant.ui.parts import Button, Panel, Text
from assistant.ui.questions import Questions
from assistant.ui.theme import Look, tokens

_WHO = Qt.ItemDataRole.UserRole
_ROW, _HEAD = 52, 36
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


def people(connection: Connection) -> tuple[tuple[Associate, ...], tuple[Store, ...], str]:
    """All who serve, the stores, and who signed in last."""
    return (
        catalog.associates(connection),
        catalog.stores(connection),
        preferences.text(connection, "signed_in"),
    )


def remember(connection: Connection, associate_id: str) -> None:
    """Remember who signed in, to offer that name first."""
    preferences.put(connection, "signed_in", associate_id)


class SignIn(QWidget):
    """A list of names by store, found by typing; a shop that names nobody lets a person add a name."""

    chosen = Signal(Associate)

    def __init__(self, look: Look, questions: Questions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._questions = look, questions
        self.people: tuple[Associate, ...] = ()
        self._stores: dict[str, str] = {}
        self._last = ""
        self._title = Text(look, "title", self.tr("Who is serving?"))
        self._hint = Text(look, "body", "", "textSecondary")
        self._hint.setWordWrap(True)
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Name"))
        self.field.textChanged.connect(self._fill)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Associates"))
        self.list.setItemDelegate(_Rows(look, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps the keys
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.itemClicked.connect(self._take)
        self._go = Button(look, self.tr("Sign in"), "primary", key="Enter")
        self._go.clicked.connect(self._take)
        self._whole = QWidget()
        self._lay_out()
        look.changed.connect(self._restyle)
        self._restyle()

    def open(self) -> None:
        """Ask who is there, afresh."""
        self.field.clear()
        self.field.setFocus()
        self._questions.ask(people, self._told, key="people")

    def _lay_out(self) -> None:
        panel = Panel()
        rows = QVBoxLayout(panel)
        rows.setContentsMargins(1, 8, 1, 8)
        rows.addWidget(self.list)
        self._panel = panel
        inside = QVBoxLayout(self._whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(self._title)
        inside.addWidget(self._hint)
        inside.addSpacing(12)
        inside.addWidget(self.field)
        inside.addSpacing(8)
        inside.addWidget(panel)
        inside.addSpacing(12)
        inside.addWidget(self._go, 0, Qt.AlignmentFlag.AlignRight)
        outside = QVBoxLayout(self)
        outside.addStretch(2)
        outside.addWidget(self._whole, 0, Qt.AlignmentFlag.AlignHCenter)
        outside.addStretch(3)

    def _restyle(self) -> None:
        look = self._look
        self._whole.setFixedWidth(look.px(480))
        self.field.setFixedHeight(look.px(tokens()["control"]["field"]))
        self.field.setFont(look.font("say"))
        self._fill()

    def _told(self, told: tuple[tuple[Associate, ...], tuple[Store, ...], str]) -> None:
        self.people, stores, self._last = told
        self._stores = {store.store_id: store.name for store in stores}
        if self.people:
            self._hint.setText(self.tr("Everything noted from now on carries this name."))
            self.field.setPlaceholderText(self.tr("Type a name"))
        else:
            self._hint.setText(self.tr("The shop names no associates yet. Type your name to begin."))
            self.field.setPlaceholderText(self.tr("Your name"))
        self._fill()

    def _fill(self) -> None:
        typed = self.field.text().casefold().strip()
        found = [a for a in self.people if all(w in a.name.casefold() for w in typed.split())]
        self.list.clear()
        last = next((a for a in found if a.associate_id == self._last), None)
        if last is not None:
            self._add_head(self.tr("Last here"))
            self._add(last)
        by_store: dict[str, list[Associate]] = {}
        for one in found:
            if one is not last:
                by_store.setdefault(self._stores.get(one.store_id or "", ""), []).append(one)
        for store in sorted(by_store, key=lambda name: (not name, name)):
            if len(by_store) > 1 or last is not None or store:
                self._add_head(store or self.tr("No store"))
            for one in by_store[store]:
                self._add(one)
        self._panel.setVisible(bool(found))
        height = sum(self.list.sizeHintForRow(row) for row in range(self.list.count()))
        # half a row says that there are more
        self.list.setFixedHeight(min(height, self._look.px(8.5 * _ROW)) + 2)
        self._move(1, start=-1)
        self._go.setEnabled(bool(found) or (bool(typed) and not self.people))

    def _add_head(self, name: str) -> None:
        item = QListWidgetItem(name, self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)

    def _add(self, associate: Associate) -> None:
        item = QListWidgetItem(associate.name, self.list)
        item.setData(_WHO, associate)

    def _move(self, step: int, start: int | None = None) -> None:
        """Select the next row that is a person."""
        row = self.list.currentRow() if start is None else start
        for _ in range(self.list.count()):
            row = (row + step) % self.list.count()
            if self.list.item(row).data(_WHO) is not None:
                self.list.setCurrentRow(row)
                break
        if start is not None:
            self.list.scrollToTop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS:
            self._move(_STEPS[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            super().keyPressEvent(event)

    def _take(self, *_: object) -> None:
        item = self.list.currentItem()
        who = item.data(_WHO) if item is not None else None
        if who is not None:
            self._sign_in(who)
        elif not self.people and self.field.text().strip():
            job = partial(catalog.add_associate, name=self.field.text())
            self._questions.ask(job, self._sign_in, key="add associate", failed=self._say)

    def _say(self, problem: KnownError) -> None:
        self._hint.setText(str(problem))

    def _sign_in(self, associate: Associate) -> None:
        self._questions.ask(partial(remember, associate_id=associate.associate_id), lambda _: None)
        self.chosen.emit(associate)


class _Rows(QStyledItemDelegate):
    """Paints a store's name as a head and a person with initials."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self._look.px(_ROW if index.data(_WHO) is not None else _HEAD))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        look, area = self._look, QRect(option.rect)
        who: Associate | None = index.data(_WHO)
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
