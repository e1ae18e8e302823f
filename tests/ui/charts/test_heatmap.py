"""The heat map: its grounds, the arrows that move its cell, and what a screen reader is told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from assistant.ui.charts.heatmap import HeatCell, HeatMap
from assistant.ui.charts.shades import shade_of

NAMES = ("Cameras", "Cards", "Bags")


@pytest.fixture
def heat(qtbot, look):
    made = HeatMap(look)
    qtbot.addWidget(made)
    made.resize(600, 300)
    times = {("Cameras", "Cards"): 2.8, ("Cards", "Cameras"): 1.0, ("Bags", "Cards"): None}
    made.show_cells(
        NAMES,
        [
            [
                None if one == other else HeatCell("7", f"{one} with {other}", times.get((one, other), 0.5))
                for other in NAMES
            ]
            for one in NAMES
        ],
    )
    made.show()
    return made


def here(heat: HeatMap) -> tuple[int, int]:
    return heat.currentIndex().row(), heat.currentIndex().column()


@pytest.mark.parametrize(
    ("times", "shade"),
    [(0.0, 0), (0.79, 0), (0.8, 1), (1.24, 1), (1.25, 2), (1.6, 3), (2.0, 4), (2.49, 4), (2.5, 5), (9.0, 5)],
)
def test_each_ground_begins_where_the_legend_says(times, shade):
    assert shade_of(times) == shade


def test_it_begins_at_the_clearest_cell(heat):
    assert here(heat) == (0, 1)


def test_the_arrows_move_the_cell_over_the_diagonal_and_stop_at_the_edge(heat):
    steps = (
        (Qt.Key.Key_Down, (2, 1)), (Qt.Key.Key_Down, (2, 1)), (Qt.Key.Key_Left, (2, 0)),
        (Qt.Key.Key_Up, (1, 0)), (Qt.Key.Key_Right, (1, 2)), (Qt.Key.Key_Right, (1, 2)),
    )  # fmt: skip
    for key, place in steps:
        QTest.keyClick(heat, key)
        assert here(heat) == place


def test_enter_opens_the_cell(heat, qtbot):
    with qtbot.waitSignal(heat.opened) as told:
        QTest.keyClick(heat, Qt.Key.Key_Return)
    assert told.args == [0, 1]


def test_the_chosen_cell_is_kept_when_other_figures_come(heat):
    heat.choose(2, 0)
    names = ("Bags", "Cameras")
    cell = HeatCell("1", "", 1.0)
    heat.show_cells(names, [[None, cell], [cell, None]])
    assert here(heat) == (0, 1)


def test_every_cell_is_told_to_screen_readers_with_its_names(heat):
    index = heat.cells.index(1, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Cards with Cameras"
    assert heat.cells.headerData(0, Qt.Orientation.Vertical) == "Cameras"
    assert heat.cells.flags(heat.cells.index(1, 1)) == Qt.ItemFlag.NoItemFlags


def test_an_empty_map_has_no_cell(heat):
    heat.show_cells((), [])
    assert not heat.currentIndex().isValid()
    QTest.keyClick(heat, Qt.Key.Key_Return)
