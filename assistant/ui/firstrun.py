"""The first minutes: connecting a shop, or making one up to look around in."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from assistant.store.database import Home
from assistant.ui.choices import Choices, Option
from assistant.ui.connecting import ConnectForm, live_kind, live_kinds
from assistant.ui.errands import Errand
from assistant.ui.made_up import made_up_shops
from assistant.ui.parts import Button, Text
from assistant.ui.theme import Look

_CANCELLED = 130
_CSV, _DEMO = "csv", "demo"


class FirstRun(QWidget):
    """Connect your shop. Each step is a child process; cancelling one leaves everything as it was."""

    connected = Signal()
    demo_ready = Signal(str)  # the folder of its home

    def __init__(self, look: Look, home: Home, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._home = look, home
        self._errand: Errand | None = None
        self._steps: list[tuple[str, list[str]]] = []
        self._begun = False  # the shop is connected, so that what was read of it stays
        self._folder: Path | None = None
        self._demo_home: Home | None = None  # of the made-up shop that is being made
        self.kinds = Choices(look, self._kinds())
        self.kinds.chosen.connect(self._chosen)
        self._made_up = {one.shop: one for one in made_up_shops()}
        shops = [Option(one.shop, one.icon, one.name, one.meaning) for one in self._made_up.values()]
        self.demos = Choices(look, shops)
        self.demos.chosen.connect(self.make_demo)
        self.form: ConnectForm | None = None
        self._asking = ""  # the kind of live shop that is asked about
        self._title = Text(look, "title")
        self._meaning = Text(look, "body", token="textSecondary")
        self._safe = Text(look, "label", token="textTertiary", weight=400)
        self._safe.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._said = Text(look, "body", "", "textSecondary")
        self._said.setWordWrap(True)
        self.mapping = Button(look, self.tr("Use a mapping file"), icon="file-text")
        self.mapping.clicked.connect(self._choose_mapping)
        self.cancel = Button(look, self.tr("Cancel"), key="Esc")
        self.cancel.clicked.connect(self._cancel)
        self.back = Button(look, self.tr("Back"), key="Esc")
        self.back.clicked.connect(lambda _on: self._leave_demos())
        self.demos.hide()
        self._lay_out()
        self._head_kinds()
        self._show_work(working=False)
        self.mapping.hide()

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
        self._demo_home, self._begun = None, False
        self._steps = [
            (said, words),
            (self.tr("Reading the shop's data"), ["sync", "--progress", "json"]),
            (self.tr("Learning what goes together"), ["train", "--progress", "json"]),
        ]
        self._next(secret)

    def make_demo(self, shop: str) -> None:
        """Make a made-up shop in a home of its own, where the command of that name looks for it too."""
        beside = "demo" if shop == "camera" else f"demo-{shop}"
        self._demo_home = Home(self._home.folder.with_name(f"{self._home.folder.name}-{beside}"))
        self._begun = False
        words = ["demo", "--shop", shop, "--no-window", "--progress", "json"]
        self._steps = [(self._made_up[shop].making, words)]
        self._next()

    def close_errand(self) -> None:
        """End what is under way, for closing the window."""
        if self._errand is not None:
            self._errand.wait()

    def focus_first(self) -> None:
        """Put the focus on the first choice, or into the form."""
        if self.form is not None:
            self.form.focus_first()
        else:
            self._offered.focus_on()

    @property
    def _offered(self) -> Choices:
        return self.kinds if self.demos.isHidden() else self.demos

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave_demos() if self.back.isVisible() else self._cancel()
        elif self.form is not None or not self._offered.press(event.text()):
            super().keyPressEvent(event)

    def _kinds(self) -> list[Option]:
        """The kinds of shop that can be connected, and last the made-up ones."""
        live = [Option(one.kind, "plug", one.name, one.meaning) for one in live_kinds()]
        return [
            Option(_CSV, "folder", self.tr("CSV folder"), self.tr("Your till's exports, read every minute")),
            *live,
            Option(_DEMO, "shopping-bag", self.tr("Demo shop"), self.tr("Made-up data to try it out")),
        ]

    def _chosen(self, kind: str) -> None:
        if kind == _CSV:
            self._choose_folder()
        elif kind == _DEMO:
            self._show_demos()
        else:
            self._ask(kind)

    def _lay_out(self) -> None:
        look = self._look
        whole = QWidget()
        whole.setFixedWidth(look.px(560))
        inside = QVBoxLayout(whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(self._title)
        inside.addWidget(self._meaning)
        inside.addSpacing(12)
        inside.addWidget(self.kinds)
        inside.addWidget(self.demos)
        self._place = QVBoxLayout()
        inside.addLayout(self._place)
        inside.addSpacing(16)
        inside.addWidget(self._said)
        inside.addSpacing(4)
        inside.addWidget(self._bar)
        inside.addSpacing(8)
        buttons = QHBoxLayout()
        for button in (self.cancel, self.back, self.mapping):
            buttons.addWidget(button)
        buttons.addStretch(1)
        inside.addLayout(buttons)
        inside.addSpacing(8)
        inside.addLayout(self._safe_row())
        inside.addStretch(1)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.addStretch(1)
        column.addWidget(whole, 4, Qt.AlignmentFlag.AlignHCenter)  # begins there whatever it holds
        self.area = QScrollArea()  # large text in a small window, or a long form
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(middle)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self.area)

    def _safe_row(self) -> QHBoxLayout:
        lock = QLabel()
        lock.setPixmap(self._look.pixmap("lock", "textTertiary", 16))
        row = QHBoxLayout()
        row.addWidget(lock)
        row.addWidget(self._safe, 1)
        return row

    def _head(self, title: str, meaning: str, safe: str) -> None:
        self._title.setText(title)
        self._meaning.setText(meaning)
        self._safe.setText(safe)
        self._say("")

    def _say(self, said: str) -> None:
        self._said.setText(said)
        self._said.setVisible(bool(said))

    def _head_kinds(self, shop: str = "") -> None:
        self._head(
            self.tr("Connect {shop}").format(shop=shop) if shop else self.tr("Connect your shop"),
            self.tr("Reads products, customers and orders."),
            self.tr("Data stays between this computer and your shop."),
        )

    def _show_demos(self) -> None:
        self._head(
            self.tr("Choose a demo shop"),
            self.tr("People, brands and figures are made up."),
            self.tr("Kept apart from your own data, in a folder beside it."),
        )
        self.kinds.hide()
        self.demos.show()
        self.mapping.hide()
        self.back.show()
        self.demos.focus_on()

    def _leave_demos(self) -> None:
        self._head_kinds()
        self.demos.hide()
        self.back.hide()
        self.kinds.show()
        self.kinds.focus_on(_DEMO)

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
        self._head_kinds(asked.name)
        self.form = ConnectForm(self._look, asked)
        self.form.left.connect(self._ask_no_more)
        self.form.asked.connect(partial(self._connect_by, self.tr("Signing in to the shop")))
        self._place.addWidget(self.form)
        self.kinds.hide()
        self.form.show()
        self.form.focus_first()

    def _ask_no_more(self) -> None:
        form, self.form = self.form, None
        if form is not None:
            form.hide()
            form.deleteLater()
        self._head_kinds()
        self.kinds.show()
        self.kinds.focus_on(self._asking)

    def _next(self, secret: str = "") -> None:
        if self._steps:
            said, words = self._steps.pop(0)
            self._show_work(working=True)
            self._say(said)
            self._errand = Errand(self._demo_home or self._home, self)
            self._errand.progressed.connect(self._progressed)
            self._errand.ended.connect(self._ended)
            self._errand.start(words, secret)
        elif self._demo_home is not None:
            self.demo_ready.emit(str(self._demo_home.folder))
        else:
            self.connected.emit()

    def _cancel(self) -> None:
        if self._errand is not None:
            self._errand.cancel()

    def _progressed(self, what: str, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(min(done, total) if total else 0)

    def _ended(self, status: int, sentence: str) -> None:
        errand, self._errand = self._errand, None
        if errand is not None:
            errand.deleteLater()
        if status in (0, 3):
            self._begun = True
            self._next()
            return
        self._steps = []
        self._show_work(working=False)
        cancelled = self.tr("Cancelled. Nothing was changed.")
        if self._begun:
            cancelled = self.tr("Stopped. The shop stays connected, and the next sync goes on from there.")
        self._say(cancelled if status == _CANCELLED else sentence)
        of_a_folder = self._demo_home is None and self.form is None
        self.mapping.setVisible(of_a_folder and status != _CANCELLED)
        self.focus_first()

    def _show_work(self, *, working: bool) -> None:
        self._bar.setRange(0, 0)
        self._bar.setVisible(working)
        self.cancel.setVisible(working)
        self.back.setVisible(not working and not self.demos.isHidden())
        for one in (self.kinds, self.demos, self.form):
            if one is not None:
                one.setEnabled(not working)
        if working:
            self.mapping.hide()
            self.setFocus()
