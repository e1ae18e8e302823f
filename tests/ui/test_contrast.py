"""Every pair of a colour and its ground that the window paints, in both themes, by the formula of WCAG 2."""

from __future__ import annotations

import itertools

import pytest

from assistant.ui.parts import _BUTTONS, _CHIPS
from assistant.ui.theme import tokens

TEXT, SIGN = 4.5, 3.0
GROUNDS = ("window", "rail", "surface", "sunken", "hover", "accentSoft")
INKS = ("text", "textSecondary", "textTertiary", "accentText")
PAIRS = (
    *itertools.product(INKS, GROUNDS),
    *((ink, fill) for fill, _, ink in _CHIPS.values()),
    *((ink, fill) for fill, _, ink, _ in _BUTTONS.values() if fill),
    *((ink, hover) for _, _, ink, hover in _BUTTONS.values()),
    ("text", "chartBand"),
    ("laterText", "surface"),
    ("faultText", "surface"),
)
SIGNS = tuple(itertools.product(("focus", "borderStrong"), ("window", "surface", "sunken")))


def light(colour: str) -> float:
    """How light a colour is to the eye, from 0 to 1."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_knows_black_on_white():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [*((*pair, TEXT) for pair in dict.fromkeys(PAIRS)), *((*pair, SIGN) for pair in SIGNS)],
)
def test_every_pair_can_be_read(theme, ink, ground, least):
    colours = tokens()["color"][theme]
    assert len(colours[ground]) == 7, "a ground that lets through has no contrast of its own"
    assert contrast(colours[ink], colours[ground]) >= least
