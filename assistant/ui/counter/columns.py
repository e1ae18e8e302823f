"""The visit in its columns: who is served and the basket at the left, what to suggest beside them."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assistant.ui.counter.basket import BasketPanel
from assistant.ui.counter.customer import CustomerPanel
from assistant.ui.counter.main_column import MainColumn
from assistant.ui.theme import Look, tokens


class Columns(QWidget):
    """The parts of a visit side by side, wide or compact."""

    def __init__(self, look: Look, customer: CustomerPanel, basket: BasketPanel, main: MainColumn) -> None:
        super().__init__()
        self._look = look
        self._parts = customer, basket, main
        self._side = QWidget()
        self._left = QVBoxLayout(self._side)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.addWidget(customer)
        self._left.addWidget(basket, 1)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._side)
        self._row.addWidget(main, 1)
        main.told.setParent(self)  # it stands out above the column
        main.told.hide()

    def fit(self, *, compact: bool) -> None:
        """Sizes for the window as it is."""
        layout = tokens()["layout"]
        small = layout["compact"]
        padding = small["pagePadding"] if compact else layout["pagePadding"]
        gutter = small["gutter"] if compact else layout["gutter"]
        width = small["customerColumn"] if compact else layout["customerColumn"]["default"]
        self._side.setFixedWidth(min(self._look.px(width), round(width * 1.15)))
        top = 14 if compact else 20
        self._row.setContentsMargins(padding, top, padding, top)
        self._row.setSpacing(gutter)
        self._left.setSpacing(12 if compact else 16)
        for part in self._parts:
            part.set_compact(compact)
