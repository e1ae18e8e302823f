"""Check digits, beside numbers printed on real packages."""

from __future__ import annotations

import pytest

from assistant.store import gtin


@pytest.mark.parametrize("code", ["4006381333931", "73513537", "036000291452", "10012345678902"])
def test_a_printed_number_fits(code):
    assert gtin.is_gtin_shaped(code)
    assert gtin.fits(code)


@pytest.mark.parametrize("place", range(13))
def test_one_digit_misread_does_not_fit(place):
    code = "4006381333931"
    wrong = str((int(code[place]) + 1) % 10)
    assert not gtin.fits(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize("code", ["", "40063813339", "CRD-128", "12345", "４００６３８１３３３９３１"])
def test_other_codes_are_no_article_numbers(code):
    assert not gtin.is_gtin_shaped(code)
