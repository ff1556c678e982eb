"""The slow reference decoder: one record at a time, in plain Python. The tests hold the compiled engine to it.

Nothing here is shared with the engine but the layout: no table, no plan. The rules are those of the Enterprise COBOL
for z/OS Language Reference (SC27-8713) and, for signs and hexadecimal floats, of the z/Architecture Principles of
Operation (SA22-7832).
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .codepages import CORRECTIONS
from .layout import Cell, Encoding, Field, Layout
from .options import DecodeOptions, FloatFormat, Selection, Trim
from .status import FIRST_ERROR, Status

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A cell: its value (text, unscaled integer or float), or None and the status that says why."""

    value: Value
    status: Status


class _Bad(Exception):  # noqa: N818 - not an error of the program: a cell without a value
    def __init__(self, status: Status) -> None:
        self.status = status


def decode_record(
    layout: Layout, record: bytes, options: DecodeOptions, selections: Sequence[Selection] = ()
) -> tuple[Outcome, ...]:
    """Decode one record.

    Args:
        layout: of the record.
        record: its bytes, without an RDW; it may end early.
        options: of decoding.
        selections: rules for REDEFINES alternatives.

    Returns:
        An outcome for each of ``layout.cells``.
    """
    ruled = {selection.alternative for selection in selections}
    outcomes = {
        (cell.field.path, cell.index): _tentative(_decode_cell(cell, record, options), cell.field, ruled)
        for cell in layout.cells
    }
    for table in _variable_tables(layout):
        _count_occurrences(layout, outcomes, table)
    for selection in selections:
        _choose(layout, outcomes, selection)
    return tuple(outcomes.values())


_Key = tuple[tuple[str, ...], tuple[int, ...]]


def _decode_cell(cell: Cell, record: bytes, options: DecodeOptions) -> Outcome:
    raw = record[cell.offset : cell.offset + cell.field.length]
    try:
        if not raw:
            raise _Bad(Status.ABSENT)
        if cell.field.encoding is Encoding.TEXT:
            return Outcome(_text(raw, options), Status.OK)
        if len(raw) < cell.field.length:
            raise _Bad(Status.TRUNCATED)
        return Outcome(_number(cell.field, raw, options), Status.OK)
    except _Bad as bad:
        return Outcome(None, bad.status)


def _tentative(outcome: Outcome, field: Field, ruled: set[tuple[str, ...]]) -> Outcome:
    if outcome.status >= FIRST_ERROR and any(alternative not in ruled for alternative in field.alternatives):
        return Outcome(None, Status.UNFIT)
    return outcome


def _character(byte: int, codepage: str) -> str:
    corrected = CORRECTIONS.get(codepage, {}).get(byte)
    return corrected or bytes([byte]).decode(codepage)


def _text(raw: bytes, options: DecodeOptions) -> str:
    try:
        if options.codepage == "utf-8":
            text = raw.decode("utf-8")
        else:
            text = "".join(_character(byte, options.codepage) for byte in raw)
    except UnicodeDecodeError:
        raise _Bad(Status.BAD_TEXT) from None
    if "\ufffd" in text and options.codepage != "utf-8":
        raise _Bad(Status.BAD_TEXT)
    if options.trim in {Trim.RIGHT, Trim.BOTH}:
        text = text.rstrip(" \0")
    if options.trim in {Trim.LEFT, Trim.BOTH}:
        text = text.lstrip(" \0")
    return text.rstrip("\0")  # which numpy's texts cannot end with


def _number(field: Field, raw: bytes, options: DecodeOptions) -> int | float:
    match field.encoding:
        case Encoding.FLOAT:
            return _float(raw, options)
        case Encoding.BINARY:
            return _binary(field, raw, options)
    ebcdic = _is_ebcdic(options)
    blank = b"\x40" if ebcdic else b"\x20"
    if raw == blank * len(raw):
        if field.blank_is_zero:
            return 0
        raise _Bad(Status.NULL)
    if raw == bytes(len(raw)):
        raise _Bad(Status.NULL)
    match field.encoding:
        case Encoding.PACKED:
            return _packed(field, raw, options)
        case Encoding.ZONED:
            return _zoned(field, raw, options)
        case _:
            return _edited(field, raw, options)


def _is_ebcdic(options: DecodeOptions) -> bool:
    return _character(0xF0, options.codepage) == "0" if options.codepage not in {"utf-8", "ascii"} else False


def _packed(field: Field, raw: bytes, options: DecodeOptions) -> int:
    nibbles = raw.hex().upper()
    digits, sign = nibbles[:-1], nibbles[-1]
    if any(digit not in "0123456789" for digit in digits):
        raise _Bad(Status.BAD_DIGIT)
    minus = _sign_of_nibble(sign, options)
    if minus and not field.signed:
        raise _Bad(Status.BAD_SIGN)
    if field.digits % 2 == 0 and digits[0] != "0":
        raise _Bad(Status.OVERFLOW)
    number = int(digits)
    return -number if minus else number


def _sign_of_nibble(nibble: str, options: DecodeOptions) -> bool:
    if nibble in ("CF" if options.strict_signs else "ACEF"):
        return False
    if nibble in ("D" if options.strict_signs else "BD"):
        return True
    raise _Bad(Status.BAD_SIGN)


def _digit(byte: int, options: DecodeOptions) -> str:
    zero = 0xF0 if _is_ebcdic(options) else 0x30
    if not zero <= byte <= zero + 9:
        raise _Bad(Status.BAD_DIGIT)
    return str(byte - zero)


def _overpunched(byte: int, options: DecodeOptions) -> tuple[str, bool]:
    """The digit and whether it is minus."""
    if _is_ebcdic(options):
        nibbles = f"{byte:02X}"
        if nibbles[1] not in "0123456789":
            raise _Bad(Status.BAD_SIGN)
        return nibbles[1], _sign_of_nibble(nibbles[0], options)
    character = chr(byte)
    for digits, minus in (("0123456789", False), ("{ABCDEFGHI", False), ("}JKLMNOPQR", True)):
        if character in digits:
            return str(digits.index(character)), minus
    if character in "pqrstuvwxy" and not options.strict_signs:
        return str("pqrstuvwxy".index(character)), True
    raise _Bad(Status.BAD_SIGN)


def _zoned(field: Field, raw: bytes, options: DecodeOptions) -> int:
    sign, rest = (raw[0], raw[1:]) if field.sign_leading else (raw[-1], raw[:-1])
    digits = "".join(_digit(byte, options) for byte in rest)
    if field.sign_separate:
        plus, minus_sign = (0x4E, 0x60) if _is_ebcdic(options) else (0x2B, 0x2D)
        if sign not in (plus, minus_sign):
            raise _Bad(Status.BAD_SIGN)
        minus = sign == minus_sign
    else:
        digit, minus = _overpunched(sign, options)
        digits = digit + digits if field.sign_leading else digits + digit
    if minus and not field.signed:
        raise _Bad(Status.BAD_SIGN)
    number = int(digits or "0")
    return -number if minus else number


def _binary(field: Field, raw: bytes, options: DecodeOptions) -> int:
    number = int.from_bytes(raw, "big", signed=field.signed)
    fits = abs(number) < 10**field.digits
    if (field.full_range and len(raw) <= 8) or fits:
        return number
    blank = b"\x40" if _is_ebcdic(options) else b"\x20"
    if raw != blank * len(raw):
        raise _Bad(Status.OVERFLOW)
    if not field.blank_is_zero:
        raise _Bad(Status.NULL)
    return 0


def _float(raw: bytes, options: DecodeOptions) -> float:
    if options.float_format is FloatFormat.IEEE:
        number: float = struct.unpack(">f" if len(raw) == 4 else ">d", raw)[0]
        if not math.isfinite(number):
            raise _Bad(Status.BAD_FLOAT)
        return number
    sign, exponent = raw[0] >> 7, raw[0] & 0x7F
    fraction = Fraction(int.from_bytes(raw[1:], "big"), 1 << (8 * (len(raw) - 1)))
    value = fraction * Fraction(16) ** (exponent - 64)
    return -float(value) if sign and value else float(value)


def _edited(field: Field, raw: bytes, options: DecodeOptions) -> int:
    ebcdic = _is_ebcdic(options)
    text = raw.decode("cp037" if ebcdic else "latin-1")
    symbols = [symbol for symbol in field.template if symbol not in "SV"]
    floating = {symbol for symbol in "+-" if symbols.count(symbol) > 1}
    overpunch = max(i for i, s in enumerate(symbols) if s == "9") if field.template.startswith("S") else -1
    if field.blank_is_zero and {"Z", "*"} & set(symbols) and _is_starred(symbols, text):
        return 0
    begin = min((i for i, s in enumerate(symbols) if s in floating), default=len(symbols))
    end = next((i for i in range(begin, len(symbols)) if symbols[i] in "9."), len(symbols))
    digits = ""
    minus = bad_sign = bad_digit = False
    credit = "".join(text[i] for i, s in enumerate(symbols) if _is_credit(symbols, i))
    for i, (symbol, character) in enumerate(zip(symbols, text, strict=True)):
        is_digit = character in "0123456789"
        if i == overpunch:
            try:
                digit, minus = _overpunched(raw[i], options)
                digits += digit
            except _Bad:
                bad_sign = True
        elif symbol == "9":
            digits += character if is_digit else ""
            bad_digit |= not is_digit
        elif symbol in "Z*$" or symbol in floating:
            suppressed = {"Z": " *", "*": " *", "$": " $"}.get(symbol, " +-")
            if is_digit:
                digits += character
            elif character in suppressed:
                bad_digit |= bool(digits)  # nothing is suppressed past the first digit
                minus |= character == "-"
            else:
                bad_digit = True
        elif symbol in "+-":
            minus |= character == "-"
            bad_sign |= character not in "+- "
        elif not _is_credit(symbols, i):
            minus |= character == "-" and not digits and begin <= i < end
            bad_digit |= is_digit and not (symbol == "0" and character == "0")
    if credit:
        minus |= credit in {"CR", "DB"}
        bad_sign |= credit not in {"CR", "DB", "  "}
    if bad_digit:
        raise _Bad(Status.BAD_DIGIT)
    if bad_sign:
        raise _Bad(Status.BAD_SIGN)
    number = int(digits or "0")
    return -number if minus else number


def _is_starred(symbols: list[str], text: str) -> bool:
    """Whether this is zero as asterisks, for a sign too, but for a point."""
    return all(c == "*" or (c == "." and symbols[i] not in "9Z*$+-0CRD") for i, c in enumerate(text))


def _is_credit(symbols: list[str], i: int) -> bool:
    """Whether this symbol is a letter of CR or DB."""
    return symbols[i] in "CRD" or (symbols[i] == "B" and i > 0 and symbols[i - 1] == "D")


@dataclass(frozen=True, slots=True)
class _Table:
    counter: tuple[str, ...]
    depth: int
    minimum: int
    maximum: int
    fields: tuple[tuple[str, ...], ...]


def _variable_tables(layout: Layout) -> list[_Table]:
    found: dict[tuple[tuple[str, ...], int, int, int], list[tuple[str, ...]]] = {}
    for field in layout.fields:
        for depth, dimension in enumerate(field.dimensions):
            if dimension.depending_on is not None:
                key = (dimension.depending_on, depth, dimension.minimum, dimension.count)
                found.setdefault(key, []).append(field.path)
    return [_Table(*key, tuple(paths)) for key, paths in found.items()]


def _count_occurrences(layout: Layout, outcomes: dict[_Key, Outcome], table: _Table) -> None:
    counter_depth = next(len(field.dimensions) for field in layout.fields if field.path == table.counter)
    for path, index in list(outcomes):
        if path not in table.fields:
            continue
        counter = (table.counter, index[:counter_depth])
        count = outcomes[counter].value
        if isinstance(count, int) and not table.minimum <= count <= table.maximum:
            outcomes[counter] = Outcome(None, Status.BAD_COUNT)
            count = None
        if not isinstance(count, int) or index[table.depth] >= count:
            outcomes[path, index] = Outcome(None, Status.ABSENT)


def _choose(layout: Layout, outcomes: dict[_Key, Outcome], selection: Selection) -> None:
    teller = outcomes[selection.field, ()]
    value = teller.value
    if isinstance(value, str):
        chosen = value.rstrip(" ") in selection.values
    else:
        scale = next(field.scale for field in layout.fields if field.path == selection.field)
        numbers = {Fraction(text) * Fraction(10) ** scale for text in selection.values}
        chosen = value is not None and Fraction(value) in numbers
    if not chosen:
        for field in layout.fields:
            if selection.alternative in field.alternatives:
                for key in outcomes:
                    if key[0] == field.path:
                        outcomes[key] = Outcome(None, Status.ABSENT)
