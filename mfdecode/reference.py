"""The slow reference decoder: one record at a time, in plain Python. The tests hold the compiled engine to it.

Nothing here is shared with the engine but the layout: no table, no plan. The rules are those of the Enterprise COBOL
for z/OS Language Reference (SC27-8713) and, for signs and hexadecimal floats, of the z/Architecture Principles of
Operation (SA22-7832).
"""

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from types import MappingProxyType

from .codepages import CORRECTIONS
from .conditions import AllOf, AnyOf, Condition, InRange, Not, OneOf, Present
from .copybook.model import Picture, Usage
from .double_byte import PAGES
from .framing import Endian
from .layout import Cell, Encoding, Field, Layout
from .options import Action, DecodeOptions, FloatFormat, Overpunch, Selection, Trim
from .reference_odo import unpacked
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


Codes = Mapping[tuple[str, ...], Mapping[str, int]]
"""How many occurrences each value of a counter that is text counts, by the counter's path."""


def decode_record(
    layout: Layout,
    record: bytes,
    options: DecodeOptions,
    selections: Sequence[Selection] = (),
    *,
    packed: bool = False,
    codes: Codes = MappingProxyType({}),
) -> tuple[Outcome, ...]:
    """Decode one record.

    Args:
        layout: of the record.
        record: its bytes, without an RDW; it may end early.
        options: of decoding.
        selections: rules for REDEFINES alternatives.
        packed: what follows a table of variable size begins behind its last occurrence.
        codes: of counters that are text.

    Returns:
        An outcome for each of ``layout.cells``.
    """
    if packed:
        record = unpacked(layout, record, partial(_count, layout, options, codes))
    ruled = {selection.alternative for selection in selections}
    outcomes = {
        (cell.field.path, cell.index): _decode_cell(cell, record, options.of(cell.field), _is_tentative(cell, ruled))
        for cell in layout.cells
    }
    for table in _variable_tables(layout):
        _count_occurrences(layout, outcomes, table, codes)
    for selection in selections:
        _choose(layout, outcomes, selection)
    return tuple(outcomes.values())


_Key = tuple[tuple[str, ...], tuple[int, ...]]


def _decode_cell(cell: Cell, record: bytes, options: DecodeOptions, tentative: bool) -> Outcome:
    raw = record[cell.offset : cell.offset + cell.field.length]
    outcome = _outcome(cell.field, raw, options, tentative)
    return Outcome(None, Status.UNFIT) if tentative and outcome.status >= FIRST_ERROR else outcome


def _is_tentative(cell: Cell, ruled: set[tuple[str, ...]]) -> bool:
    """Whether the field is part of an alternative without a rule, whose bytes may be another one's."""
    return any(alternative not in ruled for alternative in cell.field.alternatives)


def _outcome(field: Field, raw: bytes, options: DecodeOptions, tentative: bool) -> Outcome:
    if not raw:
        return Outcome(None, Status.ABSENT)
    unit = field.encoding.unit
    if len(raw) % unit if unit else len(raw) < field.length:
        return Outcome(None, Status.TRUNCATED)
    try:
        return Outcome(_text(field, raw, options) if unit else _number(field, raw, options), Status.OK)
    except _Bad as bad:
        if unit or field.encoding is Encoding.FLOAT:
            return Outcome(None, bad.status)
        return _by_policy(field, raw, bad.status, options, tentative)


def _by_policy(field: Field, raw: bytes, error: Status, options: DecodeOptions, tentative: bool) -> Outcome:
    policy = options.numbers
    action, status = Action.REJECT, error
    if _is_blank(raw, options):
        action, status = Action.ZERO if field.blank_is_zero else policy.blanks, Status.BLANKS
    elif raw == bytes(len(raw)):
        action, status = policy.low_values, Status.LOW_VALUES
        if field.encoding is Encoding.PACKED and policy.no_sign is not None:
            action, status = policy.no_sign, Status.NO_SIGN
    elif raw == b"\xff" * len(raw):
        action, status = policy.high_values, Status.HIGH_VALUES
    elif error is Status.BAD_SIGN:
        action = policy.bad_sign
    elif error is Status.BAD_DIGIT:
        action = policy.bad_digit
    empty = status in {Status.BLANKS, Status.LOW_VALUES, Status.NO_SIGN}
    if tentative and (action is Action.RAW or not empty):
        action = Action.REJECT
    match action:
        case Action.NULL:
            return Outcome(None, Status.NULL)
        case Action.ZERO:
            return Outcome(0, Status.OK)
        case Action.RAW:
            return Outcome(None, Status.RAW)
        case Action.REJECT:
            return Outcome(None, status)


def _is_blank(raw: bytes, options: DecodeOptions) -> bool:
    return raw == (b"\x40" if _is_ebcdic(options) else b"\x20") * len(raw)


def _character(byte: int, codepage: str) -> str:
    corrected = CORRECTIONS.get(codepage, {}).get(byte)
    return corrected or bytes([byte]).decode(codepage)


def _text(field: Field, raw: bytes, options: DecodeOptions) -> str:
    blank = " "
    try:
        if field.encoding is Encoding.NATIONAL:
            text = raw.decode("utf-16-be")
        elif field.encoding is Encoding.GRAPHIC:
            text, blank = "".join(_pair(raw[at : at + 2], options.codepage) for at in range(0, len(raw), 2)), "\u3000"
        elif options.codepage in {"utf-8", *PAGES}:
            text = raw.decode(options.codepage)
        else:
            text = "".join(_character(byte, options.codepage) for byte in raw)
            if "\ufffd" in text:
                raise _Bad(Status.BAD_TEXT)
    except UnicodeDecodeError:
        raise _Bad(Status.BAD_TEXT) from None
    if options.trim in {Trim.RIGHT, Trim.BOTH}:
        text = text.rstrip(blank + "\0")
    if options.trim in {Trim.LEFT, Trim.BOTH}:
        text = text.lstrip(blank + "\0")
    return text.rstrip("\0")  # which numpy's texts cannot end with


def _pair(pair: bytes, codepage: str) -> str:
    """A character of DBCS; two low-values are NUL."""
    if pair == b"\0\0":
        return "\0"
    character = (b"\x0e" + pair + b"\x0f").decode(codepage)
    if len(character) != 1:  # the pair itself has a shift
        raise _Bad(Status.BAD_TEXT)
    return character


def _number(field: Field, raw: bytes, options: DecodeOptions) -> int | float:
    match field.encoding:
        case Encoding.FLOAT:
            return _float(raw, options)
        case Encoding.BINARY:
            return _binary(field, raw, options)
        case Encoding.PACKED:
            return _packed(field, raw, options)
        case Encoding.UNSIGNED_PACKED:
            return _unsigned_packed(field, raw)
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


def _unsigned_packed(field: Field, raw: bytes) -> int:
    digits = raw.hex()
    if not digits.isdecimal():
        raise _Bad(Status.BAD_DIGIT)
    if field.digits % 2 and digits[0] != "0":
        raise _Bad(Status.OVERFLOW)
    return int(digits)


def _sign_of_nibble(nibble: str, options: DecodeOptions) -> bool:
    strict = options.numbers.overpunch is Overpunch.STRICT
    if nibble in ("CF" if strict else "ACEF"):
        return False
    if nibble in ("D" if strict else "BD"):
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
    if character in "pqrstuvwxy" and options.numbers.overpunch is Overpunch.LENIENT:
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
    order = options.comp5_endian if field.usage is Usage.NATIVE else Endian.BIG
    number = int.from_bytes(raw, order.value, signed=field.signed)
    if not (field.full_range and len(raw) <= 8) and abs(number) >= 10**field.digits:
        raise _Bad(Status.OVERFLOW)
    return number


def _float(raw: bytes, options: DecodeOptions) -> float:
    raw = raw if options.float_endian is Endian.BIG else raw[::-1]
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
    if _is_blank(raw, options):  # whatever else the PICTURE could make of it
        raise _Bad(Status.BAD_DIGIT)
    ebcdic = _is_ebcdic(options)
    text = raw.decode("cp037" if ebcdic else "latin-1")
    symbols = [symbol for symbol in field.template if symbol not in "SV"]
    floating = {symbol for symbol in "+-" if symbols.count(symbol) > 1}
    overpunch = max(i for i, s in enumerate(symbols) if s == "9") if field.template.startswith("S") else -1
    picture = field.picture
    assert picture is not None  # noqa: S101 - an edited field has one
    if (
        "9" not in symbols
        and {"Z", "*"} & set(symbols)
        and _is_starred(symbols, text, "," if picture.decimal_comma else ".")
    ):
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
            suppressed = {"Z": " *", "*": " *", "$": " "}.get(symbol, " +-")
            if is_digit:
                digits += character
            elif character in suppressed or (symbol == "$" and _is_currency(raw[i], character, picture, options)):
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
    if len(digits.lstrip("0")) > field.digits:
        raise _Bad(Status.OVERFLOW)
    number = int(digits or "0")
    return -number if minus else number


def _is_currency(byte: int, character: str, picture: Picture, options: DecodeOptions) -> bool:
    return (character if picture.currency == "$" else _character(byte, options.codepage)) == picture.currency


def _is_starred(symbols: list[str], text: str, point: str) -> bool:
    """Whether this is zero as asterisks, for a sign too, but for a point."""
    return all(c == "*" or (c == point and symbols[i] not in "9Z*$+-0CRD") for i, c in enumerate(text))


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


def _count(
    layout: Layout, options: DecodeOptions, codes: Codes, path: tuple[str, ...], index: tuple[int, ...], found: bytes
) -> int | None:
    """What a counter says, of a record that is laid out up to its table."""
    counter = next(c for c in layout.cells if c.field.path == path and c.index == index[: len(c.index)])
    value = _decode_cell(counter, found, options.of(counter.field), tentative=False).value
    count = codes[path].get(value, -1) if isinstance(value, str) else value
    return count if isinstance(count, int) else None


def _count_occurrences(layout: Layout, outcomes: dict[_Key, Outcome], table: _Table, codes: Codes) -> None:
    counter_depth = next(len(field.dimensions) for field in layout.fields if field.path == table.counter)
    for path, index in list(outcomes):
        if path not in table.fields:
            continue
        counter = (table.counter, index[:counter_depth])
        count = outcomes[counter].value
        if isinstance(count, str):
            count = codes[table.counter].get(count, -1)
        if isinstance(count, int) and not table.minimum <= count <= table.maximum:
            outcomes[counter] = Outcome(None, Status.BAD_COUNT)
            count = None
        if not isinstance(count, int) or index[table.depth] >= count:
            outcomes[path, index] = Outcome(None, Status.ABSENT)


def _choose(layout: Layout, outcomes: dict[_Key, Outcome], selection: Selection) -> None:
    if holds(layout, lambda path: outcomes[path, ()].value, selection.when):
        return
    for field in layout.fields:
        if selection.alternative in field.alternatives:
            for key in outcomes:
                if key[0] == field.path:
                    outcomes[key] = Outcome(None, Status.ABSENT)


def holds(layout: Layout, value_of: Callable[[tuple[str, ...]], Value], condition: Condition) -> bool:
    """Whether a condition holds in a record.

    Args:
        layout: of the record.
        value_of: the value of a field by its path; None where it has none.
        condition: over its fields.
    """
    match condition:
        case AllOf(conditions):
            return all(holds(layout, value_of, inner) for inner in conditions)
        case AnyOf(conditions):
            return any(holds(layout, value_of, inner) for inner in conditions)
        case Not(inner):
            return not holds(layout, value_of, inner)
    field = layout.field(condition.field)
    value = value_of(field.path)
    if value is None:
        return False
    match condition:
        case Present():
            return not isinstance(value, str) or value.strip(" \0") != ""
        case OneOf(_, values) if isinstance(value, str):
            return value.rstrip(" ") in {text.rstrip(" ") for text in values}
        case OneOf(_, values):
            return _number_of(value, field) in {Fraction(text) for text in values}
        case InRange(_, low, high):
            number = _number_of(value, field)
            return (low is None or number >= Fraction(low)) and (high is None or number <= Fraction(high))


def _number_of(value: str | int | float, field: Field) -> Fraction:
    return Fraction(value) / Fraction(10) ** field.scale
