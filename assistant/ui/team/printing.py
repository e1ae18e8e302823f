"""Giving a sheet: a question on paper or file, and the background that writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPageSize
from PySide6.QtWidgets import QFileDialog, QWidget

from assistant.errors import KnownError
from assistant.store.database import Connection
from assistant.ui.counter.overlay import Ask
from assistant.ui.questions import Questions
from assistant.ui.theme import Look
from assistant.ui.wording import tr

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

T = TypeVar("T")
Into = TypeVar("Into")


@dataclass(frozen=True, slots=True)
class Printable:
    """A sheet of A4 that can be given: what it is, and how it comes into a file or onto paper.

    Both ways may raise KnownError.
    """

    title: str
    about: str
    file_name: str
    save: Callable[[Path], Path]
    print_on: Callable[[QPrinter], None]


class Printing(QObject):
    """Asks where a sheet goes, and says what became of it."""

    said = Signal(str)

    def __init__(self, look: Look, questions: Questions, tab: QWidget) -> None:
        super().__init__(tab)
        self._questions, self._tab = questions, tab
        self.sheet: Printable | None = None
        self.ask = Ask(look, tab, other_key="S")
        self.ask.agreed.connect(self._ask_printer)
        self.ask.other_chosen.connect(self._ask_where)

    def offer(self, sheet: Printable, back_to: QWidget) -> None:
        """Ask whether it goes on paper or into a file."""
        self.sheet = sheet
        self.ask.ask(sheet.title, sheet.about, tr("Print"), back_to, tr("Save as PDF"))

    def save_to(self, file: Path) -> None:
        """Write the sheet as a PDF file."""
        if self.sheet is None:
            return
        self._questions.ask(
            partial(_given, self.sheet.save, file),
            lambda saved: self.said.emit(tr("Saved as {file}").format(file=saved.name)),
            failed=self._failed,
        )

    def print_on(self, printer: QPrinter) -> None:
        """Print the sheet."""
        if self.sheet is None:
            return
        self._questions.ask(
            partial(_given, self.sheet.print_on, printer),
            lambda _nothing: self.said.emit(tr("Sent to the printer")),
            failed=self._failed,
        )

    def _ask_where(self) -> None:
        if self.sheet is None:
            return
        dialog = QFileDialog(self._tab, tr("Save as PDF"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(self.sheet.file_name)
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


def _given(give: Callable[[Into], T], into: Into, _connection: Connection) -> T:
    return give(into)
