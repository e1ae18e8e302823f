"""The line that says what was just noted of a pairing, with its way back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from assistant.ui.counter.actions import KeyButton
from assistant.ui.counter.curating import LastWord
from assistant.ui.parts import Elided, Panel
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr


class Told(Panel):
    """Lies over the heading until the next thing is done, so that nothing moves; it is no warning."""

    undo_asked = Signal()

    def __init__(self, look: Look, parent: QWidget, heading: QWidget) -> None:
        super().__init__(parent, "sunken")
        self._heading = heading
        heading.installEventFilter(self)
        self._look, self._said = look, ""
        self._icon = QLabel()
        self._text = Elided(look, "body", token="textSecondary")
        self.undo = KeyButton(look, tr("Undo"), "Z")
        self.undo.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.undo.clicked.connect(lambda _on: self.undo_asked.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 10, 0)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self.undo)
        look.changed.connect(self._draw)
        self._draw()
        self.hide()

    @property
    def text(self) -> str:
        return self._said

    def say(self, sentence: str, *, undo: bool) -> None:
        """Show a sentence; `undo`: it can be taken back."""
        self._said = sentence
        self._text.setText(sentence)
        self.setToolTip(sentence)
        self.setAccessibleName(sentence)
        self.undo.setVisible(undo)
        self._place()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place()
        return False

    def _place(self) -> None:
        """Over the heading, and a little into the gaps around it, so that its button can be hit."""
        over = self.parentWidget()
        if over is None:
            return
        area = QRect(self._heading.mapTo(over, QPoint()), self._heading.size())
        more = max(0, self._look.px(tokens()["control"]["button"]) + 2 - area.height())
        self.setGeometry(area.adjusted(0, -(more // 2), 0, more - more // 2))

    def _draw(self) -> None:
        self._icon.setPixmap(self._look.pixmap("check", "textSecondary", 20))


def said(word: LastWord) -> str:
    """What became of a veto or a proposal."""
    names = {"product": word.add_on.name, "anchor": word.anchor.name}
    texts = {
        "vetoed": tr("{product} is gone from this visit; a manager decides for the shop."),
        "taken_out": tr("{product} is no longer suggested with {anchor} in this shop."),
        "proposed": tr("{product} is proposed for {anchor}; a manager decides."),
        "put_in": tr("{product} is suggested with {anchor} from now on."),
    }
    return texts[word.said.word].format_map(names)


def taken_back(word: LastWord) -> str:
    """What was taken back."""
    if word.row is not None:
        return tr("{product} is suggested again.").format(product=word.add_on.name)
    return tr("The proposal is taken back.")
