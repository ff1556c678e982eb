"""A layout and its options as instructions for the kernels, one a cell."""

from dataclasses import dataclass
from functools import lru_cache

from .codepages import Codepage, Family, codepage, currency_byte
from .copybook.model import Usage
from .double_byte import PAGES
from .dtypes import Place, field_dtype, field_places
from .errors import CodepageError
from .framing import Endian
from .layout import Cell, Encoding, Field, Layout
from .options import Action, DecodeOptions, FloatFormat, NumbersPolicy, Overpunch, Selection, Trim
from .status import Status

_TRIMS = {Trim.NONE: 0, Trim.RIGHT: 1, Trim.LEFT: 2, Trim.BOTH: 3}
_MINUS = 0x10
_NO_SIGN = 0xFF
_POINTS = {Family.EBCDIC: (0x4B, 0x6B), Family.ASCII: (ord("."), ord(","))}
"""The decimal point, and the decimal comma."""

# The values of enum mf_edit.
_DIGIT, _SUPPRESSED, _FLOATING, _CURRENCY, _SIGN, _CREDIT, _INSERTION, _ZERO, _OVERPUNCHED = range(9)
_FLOATED = 0x10


@dataclass(frozen=True, slots=True)
class Signs:
    """Which signs are taken: of packed numbers a bit a nibble, of zoned ones a byte for each byte."""

    plus_nibbles: int
    minus_nibbles: int
    zoned_table: bytes


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The status of a number whose bytes are none, for each way in which they are not; OK makes it 0."""

    blanks: Status
    low_values: Status
    high_values: Status
    bad_sign: Status
    bad_digit: Status


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """One cell's instructions; the members are those of ``mf_column`` and ``mf_field`` in ext/kernels."""

    kernel: str
    offset: int
    target: int
    size: int
    length: int
    digits: int
    width: int
    signed: bool
    sign_leading: bool
    sign_separate: bool
    is_little: bool
    point: int
    currency: int
    trim: int
    unit: int
    tentative: bool
    edits: bytes
    codepage: Codepage
    signs: Signs
    verdicts: Verdicts


def plan_columns(
    layout: Layout, options: DecodeOptions, selections: tuple[Selection, ...] = ()
) -> tuple[ColumnPlan, ...]:
    """The instructions for each of ``layout.cells``.

    Args:
        layout: of the record.
        options: of decoding.
        selections: the alternatives that have a rule: their errors are errors.
    """
    places = field_places(layout, options)
    ruled = {selection.alternative for selection in selections}
    return tuple(_column(cell, places[cell.field.path], options, ruled) for cell in layout.cells)


def _column(cell: Cell, place: Place, options: DecodeOptions, ruled: set[tuple[str, ...]]) -> ColumnPlan:
    field = cell.field
    dtype = field_dtype(field, options)
    options = options.of(field)
    page = codepage(options.codepage)
    tentative = any(alternative not in ruled for alternative in field.alternatives)
    return ColumnPlan(
        kernel=_kernel(field, page, options),
        offset=cell.offset,
        target=place.offset + sum(i * stride for i, stride in zip(cell.index, place.strides, strict=True)),
        size=dtype.itemsize,
        length=field.length,
        # Every bit pattern is a value; but 16 bytes hold more than 38 digits.
        digits=0 if field.full_range and field.length <= 8 else field.digits,
        width={"S": 1, "U": 4}.get(dtype.kind, dtype.itemsize),
        signed=field.signed,
        sign_leading=field.sign_leading,
        sign_separate=field.sign_separate,
        is_little=_endian(field, options) is Endian.LITTLE,
        point=_POINTS[page.family][field.picture is not None and field.picture.decimal_comma],
        currency=currency_byte(page, field.picture.currency if field.picture else "$"),
        trim=_TRIMS[options.trim],
        unit=field.encoding.unit,
        tentative=tentative,
        edits=_edits(field.template),
        codepage=page,
        signs=_signs(page.family, options.numbers.overpunch is Overpunch.STRICT),
        verdicts=_verdicts(field, options.numbers, tentative),
    )


def _endian(field: Field, options: DecodeOptions) -> Endian:
    if field.encoding is Encoding.FLOAT:
        return options.float_endian
    return options.comp5_endian if field.usage is Usage.NATIVE else Endian.BIG


def _verdicts(field: Field, policy: NumbersPolicy, tentative: bool) -> Verdicts:
    low, low_status = policy.low_values, Status.LOW_VALUES
    if field.encoding is Encoding.PACKED and policy.no_sign is not None:
        low, low_status = policy.no_sign, Status.NO_SIGN
    blanks = Action.ZERO if field.blank_is_zero else policy.blanks
    # What does not fit an alternative is another one's bytes, and none to be made a value of or kept.
    bad = [Action.REJECT if tentative else a for a in (policy.high_values, policy.bad_sign, policy.bad_digit)]
    return Verdicts(
        _verdict(blanks, Status.BLANKS, tentative),
        _verdict(low, low_status, tentative),
        _verdict(bad[0], Status.HIGH_VALUES, tentative),
        _verdict(bad[1], Status.BAD_SIGN, tentative),
        _verdict(bad[2], Status.BAD_DIGIT, tentative),
    )


def _verdict(action: Action, refused: Status, tentative: bool) -> Status:
    kept = refused if tentative else Status.RAW
    return {Action.NULL: Status.NULL, Action.ZERO: Status.OK, Action.REJECT: refused, Action.RAW: kept}[action]


def _kernel(field: Field, page: Codepage, options: DecodeOptions) -> str:
    match field.encoding:
        case Encoding.TEXT:
            if page.double_table:
                return "text_mixed"
            return "text_utf8" if page.multibyte else "text_latin1" if page.latin1 else "text_wide"
        case Encoding.GRAPHIC:
            if not page.double_table:
                raise CodepageError(
                    f"{field.name} is DBCS, and code page {page.name!r} has no pairs: there are {', '.join(PAGES)}"
                )
            return "text_graphic"
        case Encoding.NATIONAL:
            return "text_national"
        case Encoding.FLOAT:
            return "float_ibm" if options.float_format is FloatFormat.IBM else "float_ieee"
        case encoding:
            return encoding.value


@lru_cache(maxsize=8)
def _signs(family: Family, strict: bool) -> Signs:
    plus = (0xC, 0xF) if strict else (0xA, 0xC, 0xE, 0xF)
    minus = (0xD,) if strict else (0xB, 0xD)
    table = bytearray([_NO_SIGN]) * 256
    if family is Family.EBCDIC:
        for digit in range(10):
            for nibble in plus:
                table[nibble << 4 | digit] = digit
            for nibble in minus:
                table[nibble << 4 | digit] = _MINUS | digit
    else:
        # EBCDIC's overpunched digits, as a translation of text to ASCII leaves them.
        for digit, (bare, positive, negative) in enumerate(
            zip(b"0123456789", b"{ABCDEFGHI", b"}JKLMNOPQR", strict=True)
        ):
            table[bare] = table[positive] = digit
            table[negative] = _MINUS | digit
            if not strict:  # what PC compilers write for minus
                table[ord("p") + digit] = _MINUS | digit
    return Signs(sum(1 << n for n in plus), sum(1 << n for n in minus), bytes(table))


def _edits(template: str) -> bytes:
    """One mf_edit a byte of an edited PICTURE; S and V take no byte."""
    symbols = [s for s in template if s not in "SV"]
    edits = []
    for i, symbol in enumerate(symbols):
        pair = "".join(symbols[i - 1 : i + 1]) if i else ""
        if symbol == "9":
            edits.append(_DIGIT)
        elif symbol in "Z*":
            edits.append(_SUPPRESSED)
        elif symbol in "+-":
            edits.append(_FLOATING if symbols.count(symbol) > 1 else _SIGN)
        elif symbol == "$":
            edits.append(_CURRENCY)
        elif symbol in "CRD" or pair == "DB":
            edits.append(_CREDIT)
        elif symbol == "0":
            edits.append(_ZERO)
        else:
            edits.append(_INSERTION)
    # A floating sign may stand where a character would be inserted: among its positions, or right behind them.
    floating = next((i for i, edit in enumerate(edits) if edit == _FLOATING), len(edits))
    fixed = next((i for i in range(floating, len(edits)) if symbols[i] in "9."), len(edits))
    for i in range(floating, fixed):
        if edits[i] in {_INSERTION, _ZERO}:
            edits[i] |= _FLOATED
    if template.startswith("S"):
        edits[max(i for i, edit in enumerate(edits) if edit == _DIGIT)] = _OVERPUNCHED
    return bytes(edits)
