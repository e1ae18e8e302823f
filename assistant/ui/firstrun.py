"""The first minutes: connecting a shop, or making one up to look around in."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.store.database import Home
from assistant.ui.connecting import ConnectForm, live_kind, live_kinds
from assistant.ui.errands import Errand
from assistant.ui.parts import Button, Panel, Text, fitted, keycap_width, paint_keycap
from assistant.ui.theme import Look, tokens

_CANCELLED = 130


class Choice(QAbstractButton):
    """A row that is a button: its key, an icon, a name and what it means."""

    def __init__(self, look: Look, key: str, icon: str, name: str, meaning: str) -> None:
        super().__init__()
        self._look, self._key, self._icon, self._meaning = look, key, icon, meaning
        self.setText(name)
        self.setAccessibleName(name)
        self.setAccessibleDescription(meaning)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(400), self._look.px(tokens()["rowHeight"]["reasonOption"]))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, px = self._look, QPainter(self), self._look.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.isEnabled() and (self.hasFocus() or self.underMouse())
        if self.y() > 1:  # between two rows
            painter.fillRect(0, 0, self.width(), 1, look.color("divider"))
        painter.setBrush(look.color("accentSoft" if lit else "surface"))
        painter.setPen(QPen(look.color("focus"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 2, -1, -1), 10, 10)
        cap, middle = px(tokens()["control"]["keycap"]), self.height() // 2
        area = self.rect().adjusted(px(12), 0, 0, 0)
        area.setTop(middle - cap // 2)
        area.setSize(QSize(keycap_width(look, self._key), cap))
        paint_keycap(painter, look, area, self._key)
        ink = "text" if self.isEnabled() else "textDisabled"
        painter.drawPixmap(px(46), middle - px(10), look.pixmap(self._icon, "textSecondary", 20))
        painter.setPen(look.color(ink))
        painter.setFont(look.font("body", weight=600))
        name = self.rect().adjusted(px(80), 0, 0, 0)
        painter.drawText(name, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        painter.setPen(look.color("textSecondary" if self.isEnabled() else "textDisabled"))
        meaning = self.rect().adjusted(px(196), 0, -8, 0)
        painter.setFont(fitted(look.font("label", weight=400), self._meaning, meaning.width()))
        painter.drawText(meaning, int(Qt.AlignmentFlag.AlignVCenter), self._meaning)


class FirstRun(QWidget):
    """Connect your shop. Each step is a child process; cancelling one leaves everything as it was."""

    connected = Signal()
    demo_ready = Signal(str)  # the folder of its home

    def __init__(self, look: Look, home: Home, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._home = look, home
        self._demo_home = Home(home.folder.with_name(f"{home.folder.name}-demo"))
        self._errands = Errand(home, self), Errand(self._demo_home, self)
        for errand in self._errands:
            errand.progressed.connect(self._progressed)
            errand.ended.connect(self._ended)
        self._steps: list[tuple[str, list[str]]] = []
        self._folder: Path | None = None
        self._making_demo = False
        meaning = self.tr("Your till's exports, read every minute")
        self.csv = Choice(look, "1", "folder", self.tr("CSV folder"), meaning)
        self.csv.clicked.connect(self._choose_folder)
        self.live = {
            one.kind: Choice(look, str(n), "plug", one.name, one.meaning)
            for n, one in enumerate(live_kinds(), 2)
        }
        for kind, choice in self.live.items():
            choice.clicked.connect(partial(self._ask, kind))
        meaning = self.tr("Made-up data to try it out")
        self.demo = Choice(look, str(len(self.live) + 2), "shopping-bag", self.tr("Demo shop"), meaning)
        self.demo.clicked.connect(self.make_demo)
        self._asking: str | None = None  # the kind of live shop that is asked about
        self.form: ConnectForm | None = None
        self._title = Text(look, "title", self.tr("Connect your shop"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._said = Text(look, "body", "", "textSecondary")
        self._said.setWordWrap(True)
        self.mapping = Button(look, self.tr("Use a mapping file"), icon="file-text")
        self.mapping.clicked.connect(self._choose_mapping)
        self.cancel = Button(look, self.tr("Cancel"), key="Esc")
        self.cancel.clicked.connect(self._cancel)
        self._lay_out()
        self._show_work(working=False)
        self.mapping.hide()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What is offered, from the top."""
        return self.csv, *self.live.values(), self.demo

    @property
    def said(self) -> str:
        """What is under way, or what went wrong."""
        return self._said.text()

    def connect_folder(self, folder: Path, mapping: Path | None = None) -> None:
        """Connect a folder, read it and learn from it."""
        self._folder = folder
        words = ["connect", "csv", str(folder), *(["--mapping", str(mapping)] if mapping else [])]
        self._connect_by(self.tr("Looking at the folder"), words)

    def _connect_by(self, said: str, words: list[str], secret: str = "") -> None:
        """Connect, then read everything and learn from it."""
        self._making_demo = False
        self._steps = [
            (said, words),
            (self.tr("Reading the shop's data"), ["sync", "--progress", "json"]),
            (self.tr("Learning what goes together"), ["train", "--progress", "json"]),
        ]
        self._next(secret)

    def make_demo(self) -> None:
        """Make the demo shop in a home of its own."""
        self._making_demo = True
        words = ["demo", "--no-window", "--progress", "json"]
        self._steps = [(self.tr("Making a camera shop up, with two years of orders"), words)]
        self._next()

    def close_errand(self) -> None:
        """End what is under way, for closing the window."""
        for errand in self._errands:
            errand.wait()

    def focus_first(self) -> None:
        """Put the focus on the first choice, or into the form."""
        if self.form is not None:
            self.form.focus_first()
        else:
            self.csv.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = int(event.text()) if event.text().isdecimal() else 0
        focus = QApplication.focusWidget()
        if self.form is None and 0 < number <= len(self.choices) and self.csv.isEnabled():
            self.choices[number - 1].click()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, Choice):
            focus.click()
        elif event.key() == Qt.Key.Key_Escape:
            self._cancel()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        look = self._look
        whole = QWidget()
        whole.setFixedWidth(look.px(520))
        inside = QVBoxLayout(whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(self._title)
        inside.addWidget(
            Text(look, "body", self.tr("Reads products, customers and orders."), "textSecondary")
        )
        inside.addSpacing(12)
        self._offered = Panel()
        rows = QVBoxLayout(self._offered)
        rows.setContentsMargins(1, 1, 1, 1)
        rows.setSpacing(0)
        for choice in self.choices:
            rows.addWidget(choice)
        inside.addWidget(self._offered)
        self._place = QVBoxLayout()
        inside.addLayout(self._place)
        inside.addSpacing(16)
        inside.addWidget(self._said)
        inside.addSpacing(4)
        inside.addWidget(self._bar)
        inside.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.mapping)
        buttons.addStretch(1)
        inside.addLayout(buttons)
        inside.addSpacing(8)
        inside.addLayout(self._safe())
        outside = QVBoxLayout(self)
        outside.addStretch(2)
        outside.addWidget(whole, 0, Qt.AlignmentFlag.AlignHCenter)
        outside.addStretch(3)

    def _safe(self) -> QHBoxLayout:
        lock = QLabel()
        lock.setPixmap(self._look.pixmap("lock", "textTertiary", 16))
        row = QHBoxLayout()
        row.addWidget(lock)
        words = self.tr("Data stays between this computer and your shop.")
        row.addWidget(Text(self._look, "label", words, "textTertiary", weight=400), 1)
        return row

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("The folder with your exports"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.connect_folder(Path(name)))
        dialog.open()

    def _choose_mapping(self) -> None:
        dialog = QFileDialog(self, self.tr("The mapping file"), str(self._folder), "*.toml")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.connect_folder(self._folder or Path(), Path(name)))
        dialog.open()

    def _ask(self, kind: str) -> None:
        """Ask for what connecting a live shop needs."""
        asked = live_kind(kind)
        if asked is None:
            return
        self._asking = kind
        self._title.setText(self.tr("Connect {shop}").format(shop=asked.name))
        self._said.setText("")
        self.form = ConnectForm(self._look, asked)
        self.form.left.connect(self._ask_no_more)
        self.form.asked.connect(partial(self._connect_by, self.tr("Signing in to the shop")))
        self._place.addWidget(self.form)
        self._offered.hide()
        self.form.show()
        self.form.focus_first()

    def _ask_no_more(self) -> None:
        form, self.form = self.form, None
        if form is not None:
            form.hide()
            form.deleteLater()
        self._title.setText(self.tr("Connect your shop"))
        self._said.setText("")
        self._offered.show()
        if self._asking is not None:
            self.live[self._asking].setFocus(Qt.FocusReason.OtherFocusReason)

    def _next(self, secret: str = "") -> None:
        if self._steps:
            said, words = self._steps.pop(0)
            self._show_work(working=True)
            self._said.setText(said)
            self._errands[self._making_demo].start(words, secret)
        elif self._making_demo:
            self.demo_ready.emit(str(self._demo_home.folder))
        else:
            self.connected.emit()

    def _cancel(self) -> None:
        for errand in self._errands:
            errand.cancel()

    def _progressed(self, what: str, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(min(done, total) if total else 0)

    def _ended(self, status: int, sentence: str) -> None:
        if status in (0, 3):
            self._next()
            return
        self._steps = []
        self._show_work(working=False)
        cancelled = self.tr("Cancelled. Nothing was changed.")
        self._said.setText(cancelled if status == _CANCELLED else sentence)
        of_a_folder = not self._making_demo and self.form is None
        self.mapping.setVisible(of_a_folder and status != _CANCELLED)
        self.focus_first()

    def _show_work(self, *, working: bool) -> None:
        self._bar.setRange(0, 0)
        self._bar.setVisible(working)
        self.cancel.setVisible(working)
        for choice in self.choices:
            choice.setEnabled(not working)
        if self.form is not None:
            self.form.setEnabled(not working)
        if working:
            self.mapping.hide()
            self.setFocus()
