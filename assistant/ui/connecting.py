"""Asks for what connecting a live shop needs: its address, and its key, which goes to a child process by
standard input and is shown to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from assistant.ui.parts import Button, Text
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked for; `option` is the command's for it, none = it is a secret."""

    label: str
    hint: str = ""
    option: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class LiveKind:
    """A kind of live shop: what it is called, where its key is made, what is asked for beside the address."""

    kind: str
    name: str
    meaning: str
    key_from: str
    address: str
    asked: tuple[Asked, ...]
    fields: tuple[Asked, ...] = ()  # the shop's own names of what it keeps in custom fields


def live_kinds() -> tuple[LiveKind, ...]:
    """Every kind of live shop, in the order in which they are offered."""
    key = Asked(tr("Access key"))
    address_and_key = tr("Web address, access key")
    return (
        LiveKind(
            "vendure",
            "Vendure",
            address_and_key,
            tr("Made in Vendure's dashboard under Settings, API keys."),
            "https://shop.example",
            (
                Asked(tr("User"), tr("empty: sign in with an access key"), "--user", needed=False),
                Asked(tr("Access key, or the user's password")),
                Asked(tr("Channel"), tr("its token, where the shop has several"), "--channel", needed=False),
            ),
            (
                Asked(tr("Barcode"), "barcode", "--barcode-field", needed=False),
                Asked(tr("Unit cost"), "unitCost", "--cost-field", needed=False),
                Asked(tr("Consent"), "personalSuggestions", "--consent-field", needed=False),
                Asked(tr("Who sold it"), "salesperson", "--salesperson-field", needed=False),
            ),
        ),
        LiveKind(
            "tryton",
            "Tryton",
            address_and_key,
            tr("Made in Tryton as an application of the user, named rest and validated by them."),
            "https://tryton.example",
            (key, Asked(tr("Database"), tr("its name on the server"), "--database")),
        ),
        LiveKind(
            "woocommerce",
            "WooCommerce",
            address_and_key,
            tr("Made in WordPress under WooCommerce, Settings, Advanced, REST API: Read/Write."),
            "https://shop.example",
            (Asked(tr("Consumer key"), "ck_…"), Asked(tr("Consumer secret"), "cs_…")),
        ),
        LiveKind(
            "odoo",
            "Odoo",
            address_and_key,
            tr("Made in Odoo under My Preferences, Account Security, New API Key."),
            "https://shop.example",
            (key, Asked(tr("Database"), tr("where the server has several"), "--database", needed=False)),
        ),
        LiveKind(
            "shopify",
            "Shopify",
            tr("Shop's name, an app's key"),
            tr("Made in Shopify's Dev Dashboard: an app, released and installed in the shop."),
            "NAME.myshopify.com",
            (Asked(tr("Client ID"), "", "--client-id"), Asked(tr("Client secret"))),
        ),
    )


def live_kind(kind: str) -> LiveKind | None:
    """The kind of this name; None where it is no live shop."""
    return next((one for one in live_kinds() if one.kind == kind), None)


class ConnectForm(QWidget):
    """The fields of one kind of shop; Enter goes on, Esc goes back."""

    asked = Signal(list, str)  # the command's words, and what goes to its standard input
    left = Signal()

    def __init__(self, look: Look, kind: LiveKind, url: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._kind = look, kind
        self.address = self._field(tr("Web address"), kind.address)
        self.address.setText(url)
        self.fields = [self._field(one.label, one.hint, secret=not one.option) for one in kind.asked]
        self.names = [self._field(one.label, one.hint) for one in kind.fields]
        self.more = Button(look, tr("Names of custom fields"), "quiet", icon="chevron-right")
        self.more.clicked.connect(lambda _on: self._show_names())
        self._said = Text(look, "label", token="faultText", weight=400)
        self._said.setWordWrap(True)
        self._said.hide()
        self.yes = Button(look, tr("Connect"), "primary", key="Enter")
        self.no = Button(look, tr("Back"), key="Esc")
        self.yes.clicked.connect(lambda _on: self.go_on())
        self.no.clicked.connect(lambda _on: self.left.emit())
        self._lay_out()

    @property
    def said(self) -> str:
        """What is missing."""
        return self._said.text() if not self._said.isHidden() else ""

    def focus_first(self) -> None:
        """Put the focus on the first field that is empty."""
        fields = (self.address, *self.fields)
        first = next((one for one in fields if not one.text()), self.address)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """Ask for the connection, once all is there."""
        if not self.address.text().strip():
            self._miss(tr("The shop's web address is missing."), self.address)
            return
        options: list[str] = []
        secrets: list[str] = []
        both = (*self._kind.asked, *self._kind.fields)
        for one, field in zip(both, (*self.fields, *self.names), strict=True):
            text = field.text().strip()
            if one.needed and not text:
                self._miss(tr("{field} is missing.").format(field=one.label), field)
                return
            if not one.option:
                secrets.append(text)
            elif text:
                options += [one.option, text]
        self._said.hide()
        for one, field in zip(self._kind.asked, self.fields, strict=True):
            if not one.option:
                field.clear()
        stdin = "--password-stdin" if "--user" in options else "--key-stdin"
        words = ["connect", self._kind.kind, self.address.text().strip(), stdin, *options]
        self.asked.emit(words, "".join(f"{text}\n" for text in secrets))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            event.accept()
            focus = next((one for one in (self.no, self.more) if one.hasFocus()), None)
            focus.click() if focus is not None else self.go_on()
        elif event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out_names(self, column: QVBoxLayout) -> None:
        """Two beside each other, out of sight until they are asked for: the usual names are known."""
        self._named: list[QWidget] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for n, field in enumerate(self.names):
            label = Text(self._look, "label", field.accessibleName(), weight=600)
            label.setBuddy(field)
            grid.addWidget(label, n // 2 * 2, n % 2)
            grid.addWidget(field, n // 2 * 2 + 1, n % 2)
            self._named += [label, field]
        row = QHBoxLayout()
        row.addWidget(self.more)
        row.addStretch(1)
        column.addLayout(row)
        column.addLayout(grid)
        for one in self._named:
            one.hide()
        self.more.setVisible(bool(self.names))

    def _show_names(self) -> None:
        shown = self.names[0].isHidden()
        for one in self._named:
            one.setVisible(shown)
        self.more.show_with("chevron-down" if shown else "chevron-right", None)
        if shown:
            self.names[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _miss(self, sentence: str, field: QLineEdit) -> None:
        self._said.setText(sentence)
        self._said.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _field(self, label: str, hint: str, *, secret: bool = False) -> QLineEdit:
        made = QLineEdit()
        made.setFont(self._look.font("body"))
        made.setFixedHeight(self._look.px(tokens()["control"]["field"]))
        made.setPlaceholderText(hint)
        made.setAccessibleName(label)
        if secret:
            made.setEchoMode(QLineEdit.EchoMode.Password)
        return made

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for field in (self.address, *self.fields):
            label = Text(self._look, "label", field.accessibleName(), weight=600)
            label.setBuddy(field)
            column.addWidget(label)
            column.addWidget(field)
            column.addSpacing(6)
        from_where = Text(self._look, "label", self._kind.key_from, "textSecondary", weight=400)
        kept = Text(
            self._look,
            "label",
            tr("Kept in this computer's keyring, or in its encrypted file where there is none."),
            "textSecondary",
            weight=400,
        )
        for text in (from_where, kept):
            text.setWordWrap(True)
            column.addWidget(text)
        self._lay_out_names(column)
        column.addWidget(self._said)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.yes)
        buttons.addWidget(self.no)
        buttons.addStretch(1)
        column.addLayout(buttons)
