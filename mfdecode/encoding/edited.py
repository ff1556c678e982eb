"""Numeric edited pictures (Enterprise COBOL Language Reference, SC27-8713, "Editing rules")."""

import numpy as np
import numpy.typing as npt

from mfdecode.codepages import Codepage, Family, currency_byte
from mfdecode.framing import Bytes
from mfdecode.layout import Field

from .decimals import Decimals
from .signs import overpunched


def encode_edited(field: Field, numbers: Decimals, page: Codepage) -> Bytes:
    """Numbers as a MOVE edits them, (n, length).

    Args:
        field: edited.
        numbers: fitted to it.
        page: tells the family of characters.
    """
    byte = _symbol_bytes(field, page)
    symbols = [s for s in field.template if s != "S"]
    floating = next((s for s in "+-$" if symbols.count(s) > 1), "")
    fill = byte["*"] if "*" in symbols else byte[" "]
    minus, zero = numbers.minus, ~numbers.digits.any(axis=1)
    out = np.full((len(minus), field.length), byte[" "], np.uint8)
    begun = np.zeros(len(minus), np.bool_)  # nothing is suppressed any more
    sign_at = np.full(len(minus), -1)  # of a floating symbol: the last position that is suppressed
    suppressing, floats, at, digit, overpunch = False, 0, 0, 0, _overpunch(field)
    for i, symbol in enumerate(symbols):
        if symbol == "V":
            begun[:] = True
            continue
        if symbol == floating and not floats:  # the first position only ever holds the symbol
            floats, suppressing = 1, True
            sign_at[:] = at
        elif symbol in "9Z*" or symbol == floating:
            digits = numbers.digits[:, digit]
            digit += 1
            suppressing |= symbol != "9"
            begun |= (digits != 0) | (symbol == "9")
            out[:, at] = np.where(begun, page.zone | digits, fill)
            if floating:
                sign_at[~begun & (symbol == floating)] = at
            if at == overpunch:
                out[:, at] = overpunched(digits, minus, page)
        elif symbol == ".":
            begun[:] = True
            out[:, at] = byte["."]
        elif symbol in "+-":
            out[:, at] = _sign(symbol, minus, byte)
        elif symbol == "$":
            out[:, at] = byte["$"]
        elif symbol in "CRD" or (symbol == "B" and i and symbols[i - 1] == "D"):
            out[:, at] = np.where(minus, byte[symbol], byte[" "])
        else:
            inserted = byte[" " if symbol == "B" else symbol]
            hidden = ~begun & suppressing
            out[:, at] = np.where(hidden, fill, inserted)
            if floats:
                sign_at[hidden] = at
        at += 1
    if floating:
        out[np.arange(len(out)), sign_at] = byte["$"] if floating == "$" else _sign(floating, minus, byte)
    if field.blank_is_zero:
        starred = "*" in symbols and "9" not in symbols
        out[zero] = fill if starred else byte[" "]
        if starred and "." in symbols:
            out[zero, [s for s in symbols if s != "V"].index(".")] = byte["."]
    return out


def _symbol_bytes(field: Field, page: Codepage) -> dict[str, np.uint8]:
    """The byte that is written for each symbol of the template."""
    picture = field.picture
    assert picture is not None  # noqa: S101 - an edited field has one
    codec = "cp037" if page.family is Family.EBCDIC else "ascii"
    byte = {c: np.uint8(c.encode(codec)[0]) for c in " +-*CRDB/,.0"}
    byte["$"] = np.uint8(currency_byte(page, picture.currency))
    if picture.decimal_comma:
        byte["."], byte[","] = byte[","], byte["."]
    return byte


def _sign(symbol: str, minus: npt.NDArray[np.bool_], byte: dict[str, np.uint8]) -> Bytes:
    return np.where(minus, byte["-"], byte["+" if symbol == "+" else " "])


def _overpunch(field: Field) -> int:
    """The position of the digit that carries the sign of a PICTURE with S; -1 if there is none."""
    if not field.template.startswith("S"):
        return -1
    return max(i for i, s in enumerate(s for s in field.template if s not in "SV") if s == "9")
