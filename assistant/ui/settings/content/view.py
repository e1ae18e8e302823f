"""Settings → Content as one piece: kinds above, the list at the left, editor and history at the right."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from assistant.ui.questions import Questions
from assistant.ui.segments import Segments
from assistant.ui.session import Session
from assistant.ui.settings.content.editing import Around, Editor, Listed
from assistant.ui.settings.content.history import History
from assistant.ui.settings.content.kits import KitEditor
from assistant.ui.settings.content.links import LinkEditor
from assistant.ui.settings.content.listing import Listing
from assistant.ui.settings.content.picking import ProductSheet
from assistant.ui.settings.content.rules import AgendaEditor, LimitEditor
from assistant.ui.settings.content.talking import TalkingEditor
from assistant.ui.settings.desk import SettingsDesk
from assistant.ui.theme import Look
from assistant.ui.wording import tr

_LIST, _LEAST = 296, 200


class ContentView(QWidget):
    """Shows one kind at a time; what is typed in an editor stays until another thing is opened."""

    def __init__(
        self, look: Look, questions: Questions, session: Session, desk: SettingsDesk, sheet: ProductSheet
    ) -> None:
        super().__init__()
        self._look, self._questions = look, questions
        around = Around(look, questions, session, desk, sheet)
        self.editors: dict[str, Editor] = {
            "talking": TalkingEditor(around),
            "links": LinkEditor(around),
            "kits": KitEditor(around),
            "limits": LimitEditor(around),
            "agendas": AgendaEditor(around),
        }
        self.kinds = Segments(look, list(_names().items()), "talking")
        self.kinds.setAccessibleName(tr("Kind of content"))
        self.kinds.picked.connect(lambda name: self.show_kind(str(name)))
        self.listing = Listing(look)
        self.listing.chosen.connect(self.open)
        self.listing.sought.connect(lambda _text: self.refresh())
        self.listing.wanted.connect(lambda: self.open(""))
        self.history = History(look)
        self.history.wanted.connect(lambda place: self.editor.bring_back(place))
        for editor in self.editors.values():
            editor.hide()
            editor.told.connect(self.history.show_versions)
            editor.written.connect(self.open)
            editor.opened.connect(self._opened)
        desk.told.connect(lambda _facts: self._look_again())
        self._lay_out()
        look.changed.connect(self._restyle)
        self._restyle()

    @property
    def editor(self) -> Editor:
        """The one of the kind that is shown."""
        return self.editors[str(self.kinds.value)]

    def show_kind(self, name: str) -> None:
        """Show the things of a kind, none of them opened yet."""
        self.kinds.hold(name)
        for editor in self.editors.values():  # no stack: each is as high as it needs to be
            editor.setVisible(editor is self.editor)
        self.listing.field.clear()
        self.open("")

    def open(self, key: str) -> None:
        """Open a thing, or begin a new one."""
        self.editor.open(key)
        if key:
            self.editor.key = key
        self.refresh()
        if not key and self.listing.new.hasFocus():
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Read the list anew."""
        editor = self.editor
        job = partial(editor.listed, text=self.listing.field.text().strip())
        self._questions.ask(job, partial(self._show, editor), key="content list")

    def _show(self, editor: Editor, listed: Listed) -> None:
        if editor is not self.editor:
            return
        rest = tr("{n} more; type to find them").format(n=listed.more) if listed.more else ""
        if not listed.entries and editor.grows and not self.listing.field.text():
            rest = tr("Nothing written yet. What is shipped is said and shown.")
        title = _names()[str(self.kinds.value)]
        self.listing.show_entries(title, listed.entries, editor.key, rest=rest, grows=editor.grows)

    def _opened(self, key: str) -> None:
        """An editor found what was to be new: it is marked in the list."""
        self.editor.key = key
        self.refresh()

    def _look_again(self) -> None:
        """Something of the shop's was changed, here or by somebody else."""
        if self.isVisible():
            self.editor.reread()
            self.refresh()

    def _lay_out(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for editor in self.editors.values():
            column.addWidget(editor)
        column.addWidget(self.history)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(right)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.listing)
        body.addWidget(scroll, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(self.kinds)
        whole.addLayout(body, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._restyle()

    def _restyle(self) -> None:
        """The list takes a third at most, so that large text leaves room for the editor."""
        self.listing.setFixedWidth(min(self._look.px(_LIST), max(_LEAST, self.width() * 3 // 10)))


def _names() -> dict[str, str]:
    return {
        "talking": tr("Talking points"),
        "links": tr("Links"),
        "kits": tr("Kits"),
        "limits": tr("Contact limits"),
        "agendas": tr("Agendas"),
    }
