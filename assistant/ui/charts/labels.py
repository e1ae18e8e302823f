"""Where names stand beside their dots: none over another or a dot; moved, then with a line that leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

_GAP = 5


@dataclass(frozen=True, slots=True)
class Label:
    """A name of some width that belongs to a dot."""

    text: str
    at: QPointF
    width: int


def placed(
    wanted: Sequence[Label], plot: QRectF, height: float, dot: float
) -> list[tuple[QRectF, bool] | None]:
    """For each label where it stands and whether a line must lead to it; None where there is no room."""
    taken = [QRectF(one.at.x() - dot, one.at.y() - dot, 2 * dot, 2 * dot) for one in wanted]
    found: list[tuple[QRectF, bool] | None] = []
    for one in wanted:
        tries = [(area, False) for area in _close(one, height, dot)]
        tries += [(area, True) for area in _far(one, height, dot)]
        free = next(
            (
                (area, leads)
                for area, leads in tries
                if plot.contains(area) and not any(area.intersects(other) for other in taken)
            ),
            None,
        )
        if free is not None:
            taken.append(free[0])
        found.append(free)
    return found


def _close(one: Label, height: float, dot: float) -> list[QRectF]:
    """Right, left, over and under the dot."""
    x, y, width = one.at.x(), one.at.y(), one.width + 2.0
    side, off = dot + _GAP, dot + 3
    return [
        QRectF(x + side, y - height / 2, width, height),
        QRectF(x - side - width, y - height / 2, width, height),
        QRectF(x - width / 2, y - off - height, width, height),
        QRectF(x - width / 2, y + off, width, height),
        QRectF(x + dot, y - off - height, width, height),
        QRectF(x + dot, y + off, width, height),
    ]


def _far(one: Label, height: float, dot: float) -> list[QRectF]:
    """Farther and farther away, over and under, to both sides."""
    x, y, width = one.at.x(), one.at.y(), one.width + 2.0
    return [
        QRectF(
            x + way * (dot + 14) - (width if way < 0 else 0), y + up * height * k - height / 2, width, height
        )
        for k in (1.6, 2.4, 3.2, 4.2)
        for up in (-1, 1)
        for way in (1, -1)
    ]
