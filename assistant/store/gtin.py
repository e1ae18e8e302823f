"""The check digit of the article numbers on packages: GTIN-8, UPC-A, EAN-13 and GTIN-14."""

from __future__ import annotations

_LENGTHS = (8, 12, 13, 14)


def is_gtin_shaped(code: str) -> bool:
    """Whether a code has as many digits as an article number, and nothing else."""
    return code.isascii() and code.isdigit() and len(code) in _LENGTHS


def fits(code: str) -> bool:
    """Whether the last digit is the one that the others ask for."""
    digits = [int(digit) for digit in reversed(code)]
    return sum(3 * digit if place % 2 else digit for place, digit in enumerate(digits)) % 10 == 0
