"""The e-mail draft: free to edit, opened in the mail program, sent by nobody here."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QUrl, QUrlQuery, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.ui.counter.customer import Rule
from assistant.ui.followups import words
from assistant.ui.followups.reading import Context, Task
from assistant.ui.parts import Button, Elided, Panel, Text
from assistant.ui.theme import Look
from assistant.ui.wording import tr


class Body(QPlainTextEdit):
    """The text: Tab leaves it, Esc goes back to the list."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("draft")
        self.document().setDocumentMargin(12)
        self.setAccessibleName(tr("Text of the e-mail"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class DraftPanel(Panel):
    """Shows a draft, or why there is none."""

    open_asked = Signal()
    copied = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._task: Task | None = None
        self._address = ""
        self._edited: dict[str, tuple[str, str]] = {}  # drafts in hand, by follow-up
        self._to = Elided(look, "label", weight=400)
        self.subject, self.body = QLineEdit(), Body()
        self._stop = Text(look, "label", token="textTertiary", weight=400)
        self._stop.setWordWrap(True)
        self._lock, self._info = QLabel(), QLabel()
        self.open = Button(look, tr("Open in your mail program"), icon="external-link", key="E")
        self.copy = Button(look, tr("Copy"), icon="copy")
        self.open.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._none = Text(look, "body", token="textSecondary")
        self._none.setWordWrap(True)
        self._with, self._frame = QWidget(), QFrame()
        self._build()
        self.open.clicked.connect(lambda _on: self.open_asked.emit())
        self.copy.clicked.connect(lambda _on: self.copied.emit())
        look.changed.connect(self._draw)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stack()

    def _stack(self) -> None:
        """The fewer words where the many do not fit beside `Copy`; one above the other where neither do."""
        margins = self._column.contentsMargins()
        room = self.width() - margins.left() - margins.right() - self._buttons.spacing()
        for said in (tr("Open in your mail program"), tr("Open as e-mail")):
            self.open.setText(said)
            if beside := self.open.sizeHint().width() + self.copy.sizeHint().width() <= room:
                break
        self.open.updateGeometry()
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._buttons.setDirection(way)

    def _build(self) -> None:
        look = self._look
        head = QHBoxLayout()
        head.addWidget(Text(look, "name", tr("E-mail draft")))
        head.addStretch(1)
        self._free = Text(look, "label", tr("Edit freely"), "textTertiary", weight=400)
        head.addWidget(self._free)
        self._frame.setObjectName("draftFrame")
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        self.subject.setFrame(False)
        self.subject.setObjectName("draft")
        self.subject.setAccessibleName(tr("Subject"))
        for name, widget in ((tr("To"), self._to), (tr("Subject"), self.subject)):
            line = QHBoxLayout()
            line.setContentsMargins(12, 5, 12, 5)
            title = Text(look, "label", name, "textTertiary", weight=400)
            title.setMinimumWidth(look.px(58))
            line.addWidget(title)
            line.addWidget(widget, 1)
            inside.addLayout(line)
            inside.addWidget(Rule(look))
        inside.addWidget(self.body, 1)
        inside.addWidget(Rule(look))
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 6, 12, 6)
        foot.setSpacing(8)
        foot.addWidget(self._lock)
        foot.addWidget(self._stop, 1)
        inside.addLayout(foot)
        self._stop.setText(tr("Always added: how to stop these e-mails"))
        buttons = self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        buttons.setSpacing(8)
        buttons.addWidget(self.open, 1)
        buttons.addWidget(self.copy)
        promise = QHBoxLayout()
        promise.setSpacing(8)
        promise.addStretch(1)
        promise.addWidget(self._info)
        promise.addWidget(Text(look, "label", tr("Nothing is sent from here."), "textTertiary", weight=400))
        promise.addStretch(1)
        within = QVBoxLayout(self._with)
        within.setContentsMargins(0, 0, 0, 0)
        within.setSpacing(10)
        within.addWidget(self._frame, 1)
        within.addLayout(buttons)
        within.addLayout(promise)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._with, 1)
        column.addWidget(self._none)
        column.addStretch(0)

    def set_compact(self, compact: bool) -> None:
        """Draw the smaller way, for small windows."""
        self._column.setContentsMargins(16, 10 if compact else 14, 16, 10 if compact else 14)
        self._stack()

    def _draw(self) -> None:
        look = self._look
        self._stack()
        self._lock.setPixmap(look.pixmap("lock", "textTertiary", 16))
        self._info.setPixmap(look.pixmap("info", "textTertiary", 16))
        edge = look.color("borderStrong").name()
        page = look.color("surface").name()
        self._frame.setStyleSheet(
            f"QFrame#draftFrame {{ border: 1px solid {edge}; border-radius: 8px; background: {page}; }} "
            f"#draft, #draft:focus {{ border: none; background: {page}; padding: 0; }}"
        )
        self.subject.setFont(look.font("label", weight=500))
        self.body.setFont(look.font("body"))

    def show_draft(self, task: Task, context: Context, now: datetime, associate: str, store: str) -> None:
        """Write a draft for one; what was edited of it before is still there."""
        self.keep()
        customer = context.card.customer
        why = words.why_no_draft(customer, context.way)
        self._task, self._address = task, customer.email or ""
        self._with.setVisible(not why)
        self._free.setVisible(not why)
        self._none.setVisible(bool(why))
        self._none.setText(why)
        if why:
            return
        self._to.setText(self._address)
        written = words.subject(task, now), words.body(task, now, associate, store)
        subject, body = self._edited.get(task.key, written)
        self.subject.setText(subject)
        self.subject.setCursorPosition(0)
        self.body.setPlainText(body)

    def keep(self) -> None:
        """Hold on to what was edited when another follow-up is looked at."""
        if self._task is not None and self.body.document().isModified():
            self._edited[self._task.key] = (self.subject.text(), self.body.toPlainText())

    def forget(self) -> None:
        """Nobody is signed in: no draft is kept."""
        self._task, self._edited = None, {}
        self.subject.clear()
        self.body.clear()
        self._to.setText("")

    @property
    def why(self) -> str:
        """Why there is no draft; empty where there is one."""
        return "" if self._none.isHidden() else self._none.text()

    @property
    def text(self) -> str:
        """The whole text, with how to stop."""
        return f"{self.body.toPlainText().rstrip()}\n\n{words.stop_line()}"

    def link(self, address: str) -> QUrl:
        """What the mail program opens: an address, a subject and a text, all as data."""
        url = QUrl()
        url.setScheme("mailto")
        url.setPath(address, QUrl.ParsingMode.DecodedMode)
        query = QUrlQuery()
        for name, value in (("subject", self.subject.text()), ("body", self.text.replace("\n", "\r\n"))):
            query.addQueryItem(name, bytes(QUrl.toPercentEncoding(value).data()).decode())
        url.setQuery(query)
        return url
