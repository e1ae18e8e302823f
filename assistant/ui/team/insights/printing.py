"""Giving the sheet of ticked pairs: a question on paper or file, and the background that writes it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPageSize
from PySide6.QtWidgets import QFileDialog, QWidget

from assistant.errors import KnownError
from assistant.store.database import Connection
from assistant.ui.counter.overlay import Ask
from assistant.ui.questions import Questions
from assistant.ui.team.insights import sheet as paper
from assistant.ui.team.insights.sheet import Sheet
from assistant.ui.theme import Look
from assistant.ui.wording import counted, tr

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


class Printing(QObject):
    """Asks where the sheet goes, and says what became of it."""

    said = Signal(str)

    def __init__(self, look: Look, questions: Questions, tab: QWidget) -> None:
        super().__init__(tab)
        self._questions, self._tab = questions, tab
        self.sheet: Sheet | None = None
        self.ask = Ask(look, tab, other_key="S")
        self.ask.agreed.connect(self._ask_printer)
        self.ask.other_chosen.connect(self._ask_where)

    def offer(self, sheet: Sheet, back_to: QWidget) -> None:
        """Ask whether it goes on paper or into a file."""
        self.sheet = sheet
        told = counted(len(sheet.lines), tr("1 pair on one A4 sheet."), tr("{n} pairs on one A4 sheet."))
        self.ask.ask(sheet.title, told, tr("Print"), back_to, tr("Save as PDF"))

    def save_to(self, file: Path) -> None:
        """Write the sheet as a PDF file."""
        sheet = self.sheet
        if sheet is None:
            return

        def job(_connection: Connection) -> Path:
            return paper.save(sheet, file)

        self._questions.ask(
            job,
            lambda saved: self.said.emit(tr("Saved as {file}").format(file=saved.name)),
            failed=self._failed,
        )

    def print_on(self, printer: QPrinter) -> None:
        """Print the sheet."""
        if self.sheet is None:
            return
        job = partial(_print, sheet=self.sheet, printer=printer)
        self._questions.ask(
            job, lambda _nothing: self.said.emit(tr("Sent to the printer")), failed=self._failed
        )

    def _ask_where(self) -> None:
        dialog = QFileDialog(self._tab, tr("Save as PDF"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile("side-by-side.pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()

    def _ask_printer(self) -> None:
        try:
            from PySide6.QtPrintSupport import QPrintDialog, QPrinter
        except ImportError:  # a system without Qt's printing still writes the file
            self._ask_where()
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        printer.setFullPage(True)
        printer.setDocName(self.sheet.title if self.sheet is not None else "")
        dialog = QPrintDialog(printer, self._tab)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_on(printer))
        dialog.open()  # type: ignore[call-arg]  # the stubs know QDialog.open only with a receiver

    def _failed(self, problem: KnownError) -> None:
        self.said.emit(str(problem))


def _print(_connection: Connection, sheet: Sheet, printer: QPrinter) -> None:
    paper.print_on(sheet, printer)
