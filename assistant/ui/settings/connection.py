"""The sheet that connects another shop, or the same one with a new key."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from assistant.ui.connecting import ConnectForm, live_kind, live_kinds
from assistant.ui.settings.choices import Picked
from assistant.ui.settings.sheets import Sheet
from assistant.ui.theme import Look

_FOLDER = "csv"


class ShopSheet(Sheet):
    """Asks which kind of shop, then for what that kind needs."""

    given = Signal(list, str)  # the words of the command, and what goes to its standard input
    folder_asked = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, 520)
        kinds = [(one.kind, one.name) for one in live_kinds()]
        self.kinds = Picked(look, [*kinds, (_FOLDER, self.tr("CSV folder"))], kinds[0][0], width=240)
        self.kinds.setAccessibleName(self.tr("Kind of shop"))
        self.kinds.picked.connect(lambda kind: self._show_form(str(kind), ""))
        self._place = QVBoxLayout()
        self.form: ConnectForm | None = None
        self.column.addWidget(self.kinds)
        self.column.addLayout(self._place)
        self.yes.hide()
        self.no.hide()

    def ask(self, kind: str, url: str, back_to: QWidget | None) -> None:
        """Ask about this kind, whose address is known; without a kind, which one first."""
        again = live_kind(kind)
        text = self.tr("The counter goes on with what it has until the new one is read.")
        if again is not None:
            self.say(self.tr("A new key for {shop}").format(shop=again.name))
        else:
            self.say(self.tr("Connect a shop"), text)
        self.kinds.setVisible(again is None)
        self._show_form(kind or str(self.kinds.value), url)
        self.come(back_to, self.form)
        if self.form is not None:
            self.form.focus_first()

    def _show_form(self, kind: str, url: str) -> None:
        asked = live_kind(kind)
        if asked is None:
            self.go()
            self.folder_asked.emit()
            return
        if self.form is not None:
            self._place.removeWidget(self.form)
            self.form.deleteLater()
        self.form = ConnectForm(self._look, asked, url)
        self.form.left.connect(self.leave)
        self.form.more.clicked.connect(lambda _on: self.arrange())
        self.form.asked.connect(self._give)
        self._place.addWidget(self.form)
        self.form.show()
        if self.isVisible():
            self.arrange()
            self.form.focus_first()

    def _give(self, words: list[str], secret: str) -> None:
        self.go()
        self.given.emit(words, secret)
