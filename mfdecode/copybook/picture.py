"""PICTURE character-strings, read symbol by symbol (Enterprise COBOL Language Reference, "PICTURE clause")."""

import re
from dataclasses import dataclass, replace
from unicodedata import category

from .model import LONGEST, Category, Picture

MOST_DIGITS = 38
_LONGEST_EDITED = 249
_SYMBOL = re.compile(r"(CR|DB|[^()])(?:\((\d+)\))?")
_EDITING = frozenset("Z*+-$B0/,.") | {"CR", "DB"}
_DIGITS = frozenset("9Z*")
_CURRENCY = "$"
_SWAPPED = str.maketrans(".,", ",.")


class PictureError(Exception):
    """A character-string that describes nothing.

    Args:
        message: what is wrong.
        at: position in the string, from 0.
    """

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class _Run:
    """One symbol with its repetition."""

    symbol: str
    count: int
    at: int


def read_picture(text: str, *, decimal_comma: bool = False) -> Picture:
    """What a PICTURE character-string describes.

    Args:
        text: the character-string.
        decimal_comma: DECIMAL-POINT IS COMMA: period and comma have each other's meaning.

    Raises:
        PictureError: it describes nothing, or what mfdecode does not decode.
    """
    runs = _runs(text.upper().translate(_SWAPPED) if decimal_comma else text.upper())
    currency = _currency(runs)
    runs = [replace(run, symbol=_CURRENCY) if run.symbol == currency else run for run in runs]
    symbols = {run.symbol for run in runs}
    for run in runs:
        if run.symbol not in {"X", "A", "N", "G", "9", "S", "V", "P"} | _EDITING:
            raise PictureError(f"{run.symbol!r} is no PICTURE symbol", run.at)
    if symbols & {"N", "G"}:
        return _two_byte_text(text, runs)
    if symbols & {"X", "A"}:
        return _text(text, runs)
    picture = _number(text, runs, edited=bool(symbols & _EDITING))
    return replace(picture, currency=currency, decimal_comma=decimal_comma)


def _currency(runs: list[_Run]) -> str:
    """The currency symbol: any of Unicode's, as a program says in CURRENCY SIGN; the dollar if there is none."""
    found = [run for run in runs if category(run.symbol[0]) == "Sc"]
    for run in found[1:]:
        if run.symbol != found[0].symbol:
            raise PictureError(f"there are two currency symbols, {found[0].symbol} and {run.symbol}", run.at)
    return found[0].symbol if found else _CURRENCY


def _runs(text: str) -> list[_Run]:
    runs = []
    at = 0
    while at < len(text):
        match = _SYMBOL.match(text, at)
        if match is None:
            raise PictureError(f"{text[at]!r} is no PICTURE symbol", at)
        if text[match.end() : match.end() + 1] == "(":
            raise PictureError("a repetition is a number in parentheses, as in 9(5)", match.end())
        digits = (match[2] or "1").lstrip("0")
        if not digits:
            raise PictureError("a symbol cannot be repeated 0 times", at)
        if len(digits) > len(str(LONGEST)) or int(digits) > LONGEST:
            raise PictureError(f"a symbol cannot be repeated more than {LONGEST:,} times", at)
        count = int(digits)
        runs.append(_Run(match[1], count, at))
        at = match.end()
    return runs


def _text(text: str, runs: list[_Run]) -> Picture:
    for run in runs:
        if run.symbol not in {"X", "A", "9", "B", "0", "/"}:
            raise PictureError(f"{run.symbol!r} does not go with X or A", run.at)
    return Picture(text.upper(), Category.TEXT, sum(run.count for run in runs))


def _two_byte_text(text: str, runs: list[_Run]) -> Picture:
    kind = next(run.symbol for run in runs if run.symbol in {"N", "G"})
    for run in runs:
        if run.symbol not in {kind, "B"} | ({"0", "/"} if kind == "N" else set()):
            raise PictureError(f"{run.symbol!r} does not go with {kind}", run.at)
    category = Category.NATIONAL if kind == "N" else Category.GRAPHIC
    return Picture(text.upper(), category, sum(run.count for run in runs))


def _number(text: str, runs: list[_Run], *, edited: bool) -> Picture:
    _check_order(runs, edited=edited)
    size = sum(run.count * len(run.symbol) for run in runs if run.symbol not in {"S", "V", "P"})
    if edited and size > _LONGEST_EDITED:
        raise PictureError(f"{size:,} positions are more than the {_LONGEST_EDITED} of an edited number", 0)
    digits = scale = leading_p = trailing_p = 0
    point = False
    signed = False
    floating = _floating(runs)
    first_floating = True
    template: list[str] = []
    for run in runs:
        symbol, count = run.symbol, run.count
        if symbol in _DIGITS or symbol == floating:
            positions = count
            if symbol == floating:  # the first position only ever holds the sign
                positions -= first_floating
                first_floating = False
            digits += positions
            scale += positions if point else 0
        elif symbol == "P":
            if digits:
                trailing_p += count
            else:
                leading_p += count
        if symbol in {"V", "."}:
            point = True
        if symbol in {"S", "+", "-", "CR", "DB"}:
            signed = True
        if edited and symbol != "P":
            template.append(symbol * count)
    if leading_p:
        scale = digits + leading_p
    elif trailing_p:
        scale = -trailing_p
    if not digits:
        raise PictureError("a number needs at least one digit position", 0)
    if digits + leading_p + trailing_p > MOST_DIGITS:  # each P counts as a digit
        raise PictureError(
            f"{digits + leading_p + trailing_p:,} digits are more than the {MOST_DIGITS} that can be held", 0
        )
    category = Category.EDITED if edited else Category.NUMBER
    return Picture(text.upper(), category, size, digits, scale, signed, "".join(template))


def _floating(runs: list[_Run]) -> str:
    """The symbol that floats: a sign or currency symbol in two or more positions."""
    for symbol in "+-$":
        if sum(run.count for run in runs if run.symbol == symbol) > 1:
            return symbol
    return ""


def _check_order(runs: list[_Run], *, edited: bool) -> None:
    points = [run for run in runs if run.symbol in {"V", "."}]
    if len(points) > 1 or any(run.count > 1 for run in points):
        raise PictureError("there is more than one decimal point", points[-1].at)
    for i, run in enumerate(runs):
        if run.symbol == "S" and (i > 0 or run.count > 1):
            raise PictureError("S stands once, before everything else", run.at)
        if run.symbol in {"CR", "DB"} and (i != len(runs) - 1 or run.count > 1):
            raise PictureError(f"{run.symbol} stands once, at the end", run.at)
    if edited and runs[0].symbol == "S" and not any(run.symbol == "9" for run in runs):
        raise PictureError("S needs a 9 that carries the sign", 0)
    floating = _floating(runs)
    places = [i for i, run in enumerate(runs) if run.symbol in _DIGITS | {"P", floating}]
    scaling = [i for i in places if runs[i].symbol == "P"]
    if scaling:
        if any(run.symbol == "." for run in points):
            raise PictureError("P says where the decimal point is, so that there is no other", points[0].at)
        between = [run for run in runs[scaling[0] : scaling[-1]] if run.symbol not in {"P", "V"}]
        if between or len(scaling) == len(places) or (scaling[0] != places[0] and scaling[-1] != places[-1]):
            raise PictureError("P stands before all digits or after all", runs[scaling[-1]].at)
