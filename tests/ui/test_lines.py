"""Texts broken into lines: nothing is lost, and what belongs together stays so."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics

from assistant.ui.lines import wrapped

SAID = "You wanted to think about the Lumo LR 18-140 mm f/3.5-6.3. Did you decide?"


@pytest.mark.parametrize("width", range(120, 700, 20))
def test_a_measure_is_not_broken_at_its_slash(look, width):
    font = look.font("say")
    lines = wrapped(SAID, font, width, 9)
    assert " ".join(lines) == SAID
    assert not any(line.endswith("/") for line in lines)
    assert all(QFontMetrics(font).horizontalAdvance(line) <= width for line in lines)
