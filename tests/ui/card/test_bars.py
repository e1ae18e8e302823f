"""Codes as bars: against the examples that the standards print."""

from __future__ import annotations

import pytest

from assistant.ui.card.bars import bars


def runs(modules: str) -> list[int]:
    """The widths of dark and light in turn."""
    found, before = [], ""
    for one in modules:
        if one == before:
            found[-1] += 1
        else:
            found.append(1)
        before = one
    return found


def test_an_article_number_is_an_ean():
    # 4 003994 155486: the parity of a leading 4 is LGLLGG
    modules = bars("4003994155486")
    assert len(modules) == 95
    assert modules[:3] == modules[-3:] == "101"
    assert modules[45:50] == "01010"
    assert modules[3:45] == "000110101001110111101000101100101110011101"
    assert modules[50:92] == "110011010011101001110101110010010001010000"


def test_twelve_digits_are_an_ean_with_a_nought_before():
    assert bars("036000291452") == bars("0036000291452")


def test_a_wrong_check_digit_is_kept_as_it_is_and_not_mended():
    assert len(bars("4003994155487")) == 11 * 15 + 13


def test_another_code_is_a_code_128():
    # start B, the signs, their check: (104 + 48 + 2*42 + 3*42 + 4*17 + 5*18 + 6*19 + 7*35) % 103 = 55
    signs = [
        "211214", "313121", "112133", "112133", "123221", "223211", "221132", "131321", "311321", "2331112"
    ]  # fmt: skip
    assert runs(bars("PJJ123C")) == [int(width) for sign in signs for width in sign]


def test_pairs_of_digits_take_half_the_room():
    assert len(bars("123456")) == 11 * 5 + 13
    assert len(bars("12345")) == 11 * 7 + 13


@pytest.mark.parametrize("code", ["", "Größe 5", "a\nb"])
def test_what_no_bars_can_say(code):
    assert bars(code) == ""
