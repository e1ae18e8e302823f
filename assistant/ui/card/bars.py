"""Barcodes as dark and light widths: EAN-13 for article numbers, Code 128 for every other code."""

from __future__ import annotations

from assistant.store import gtin


def _every(length: int, signs: str) -> list[str]:
    return [signs[place : place + length] for place in range(0, len(signs), length)]


_LEFT = _every(7, "0001101001100100100110111101010001101100010101111011101101101110001011")
_RIGHT = [code.translate(str.maketrans("01", "10")) for code in _LEFT]
_MIRRORED = [code[::-1] for code in _RIGHT]
_PARITY = _every(6, "LLLLLLLLGLGGLLGGLGLLGGGLLGLLGGLGGLLGLGGGLLLGLGLGLGLGGLLGGLGL")
_STOP = "2331112"
_WIDTHS = _every(  # of the dark and light in turn, for each sign
    6,
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222"
    "123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321"
    "232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121"
    "313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224"
    "111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111"
    "111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113"
    "114311411113411311113141114131311141411131211412211214211232",
)
_START, _START_PAIRS = 104, 105
_UPC, _EAN = 12, 13


def bars(code: str) -> str:
    """The modules from left to right, `1` dark and `0` light; nothing where a code cannot be written so."""
    if gtin.is_gtin_shaped(code) and len(code) in (_UPC, _EAN) and gtin.fits(code):
        return _ean(code.rjust(_EAN, "0"))
    if code and code.isascii() and code.isprintable():
        return _code_128(code)
    return ""


def _ean(code: str) -> str:
    kinds = {"L": _LEFT, "G": _MIRRORED}
    left = "".join(kinds[kind][int(n)] for kind, n in zip(_PARITY[int(code[0])], code[1:7], strict=True))
    right = "".join(_RIGHT[int(n)] for n in code[7:])
    return f"101{left}01010{right}101"


def _code_128(code: str) -> str:
    if code.isdigit() and len(code) % 2 == 0:
        signs = [_START_PAIRS, *(int(code[n : n + 2]) for n in range(0, len(code), 2))]
    else:
        signs = [_START, *(ord(letter) - ord(" ") for letter in code)]
    check = (signs[0] + sum(place * sign for place, sign in enumerate(signs[1:], 1))) % 103
    return "".join(map(_modules, (*(_WIDTHS[sign] for sign in (*signs, check)), _STOP)))


def _modules(widths: str) -> str:
    return "".join("10"[place % 2] * int(width) for place, width in enumerate(widths))
