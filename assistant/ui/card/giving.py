"""Gives a card: reads what stands on it, shows it, and has it written or printed by the background."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from assistant.errors import KnownError
from assistant.store.database import Connection
from assistant.ui.card import paper, reading
from assistant.ui.card.reading import CardFacts
from assistant.ui.card.sheet import CardSheet
from assistant.ui.card.words import worded
from assistant.ui.counter.rows import Row
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.wording import tr

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


class Giving(QObject):
    """From the chosen suggestion to a file or a sheet of paper; the customer is never asked about."""

    trouble = Signal(str)

    def __init__(self, questions: Questions, session: Session, sheet: CardSheet, page: QWidget) -> None:
        super().__init__(page)
        self._questions, self._session, self._page = questions, session, page
        self.sheet = sheet
        sheet.save_asked.connect(self._ask_where)
        sheet.print_asked.connect(self._ask_printer)

    def give(self, row: Row | None) -> None:
        """Show the card of a suggestion."""
        if row is None:
            return
        product_id, back_to = row.suggestion.product.product_id, self._page.window().focusWidget()
        job = partial(reading.read, product_id=product_id, store_id=self._session.store_id)
        failed = self._failed_to_read
        self._questions.ask(job, partial(self._show, back_to), key="card", failed=failed)

    def save_to(self, file: Path) -> None:
        """Write the card that is shown."""
        card = self.sheet.card
        if card is None:
            return
        self.sheet.set_busy(True)

        def job(_connection: Connection) -> Path:
            return paper.save(card, file)

        def saved(written: Path) -> None:
            self._done(tr("Saved as {file}").format(file=written.name))

        self._questions.ask(job, saved, failed=self._failed)

    def print_on(self, printer: QPrinter) -> None:
        """Print the card that is shown."""
        card = self.sheet.card
        if card is None:
            return
        self.sheet.set_busy(True)

        def job(_connection: Connection) -> None:
            paper.print_on(card, printer)

        self._questions.ask(job, lambda _nothing: self._done(tr("Sent to the printer")), failed=self._failed)

    def _show(self, back_to: QWidget | None, found: CardFacts) -> None:
        """Show what was read, unless something else took the focus meanwhile."""
        if not self._page.isVisible() or back_to is not self._page.window().focusWidget():
            return
        card = worded(found, self._session.now())
        self.sheet.show_card(card, back_to or self._page, can_print=found.can_print)

    def _ask_where(self) -> None:
        card = self.sheet.card
        if card is None:
            return
        dialog = QFileDialog(self._page, tr("Save as PDF"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(card.file_name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()

    def _ask_printer(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # read by the background before

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(paper.size())
        printer.setFullPage(True)
        card = self.sheet.card
        printer.setDocName(card.name if card is not None else "")
        dialog = QPrintDialog(printer, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_on(printer))
        dialog.open()  # type: ignore[call-arg]  # the stubs know QDialog.open only with a receiver

    def _done(self, said: str) -> None:
        self.sheet.set_busy(False)
        self.sheet.say(said)

    def _failed(self, problem: KnownError) -> None:
        self._done(str(problem))

    def _failed_to_read(self, problem: KnownError) -> None:
        self.trouble.emit(str(problem))
