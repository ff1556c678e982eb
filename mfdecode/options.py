"""How bytes are read, where the copybook does not say."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .conditions import Condition
from .framing import Endian
from .layout import Field


class Trim(StrEnum):
    """At which side of a text blanks and NULs are taken off."""

    RIGHT = "right"
    LEFT = "left"
    BOTH = "both"
    NONE = "none"


class FloatFormat(StrEnum):
    """COMP-1 and COMP-2: IBM hexadecimal (the mainframe's default), or IEEE 754."""

    IBM = "ibm"
    IEEE = "ieee"


class OdoLayout(StrEnum):
    """Where what follows an OCCURS DEPENDING ON begins: behind its last occurrence, or where it does at its most."""

    PACKED = "packed"
    MAXIMUM = "maximum"


class Overpunch(StrEnum):
    """The signs of zoned and packed numbers: A C E F are plus and B D minus, or C D and F alone are signs."""

    LENIENT = "lenient"
    STRICT = "strict"


class Action(StrEnum):
    """What becomes of a cell whose bytes are no number: null, the number 0, an error, or null with its bytes kept.

    The status of ``RAW`` is ``Status.RAW``: the cell counts as null and its record as good, and its bytes are reported.
    """

    NULL = "null"
    ZERO = "zero"
    REJECT = "reject"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class NumbersPolicy:
    """What bytes that are no number count as. None of these is looked at where the bytes are a number.

    The first that holds is taken. In REDEFINES alternatives without a rule, what is to be neither null nor zero does
    not fit, and so do high-values and bad signs and digits whatever they are to be.

    Attributes:
        blanks: the field is blank; BLANK WHEN ZERO, and a PICTURE that suppresses every digit, make that the number 0.
        low_values: all bytes are X'00'.
        high_values: all bytes are X'FF'.
        no_sign: COMP-3 whose bytes are all X'00', digits of zero without a sign; as ``low_values`` if None.
        bad_sign: the sign is none, or a minus where the PICTURE has no S.
        bad_digit: a digit is none.
        overpunch: which signs there are.
    """

    blanks: Action = Action.NULL
    low_values: Action = Action.NULL
    high_values: Action = Action.REJECT
    no_sign: Action | None = None
    bad_sign: Action = Action.REJECT
    bad_digit: Action = Action.REJECT
    overpunch: Overpunch = Overpunch.LENIENT


DEFAULT_NUMBERS = NumbersPolicy()


@dataclass(frozen=True, slots=True)
class FieldOptions:
    """What one field has of its own; None is as in all others. See ``DecodeOptions``."""

    codepage: str | None = None
    trim: Trim | None = None
    float_format: FloatFormat | None = None
    float_endian: Endian | None = None
    comp5_endian: Endian | None = None
    numbers: NumbersPolicy | None = None


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """The options of a decoder.

    Attributes:
        codepage: any single-byte codec that Python has, utf-8, or a mixed one of ``double_byte.PAGES``.
        trim: of texts.
        float_format: of COMP-1 and COMP-2.
        float_endian: the order of their bytes.
        comp5_endian: the order of the bytes of COMP-5.
        numbers: what bytes that are no number count as.
        fields: of fields that differ, by their paths.
    """

    codepage: str = "cp037"
    trim: Trim = Trim.RIGHT
    float_format: FloatFormat = FloatFormat.IBM
    float_endian: Endian = Endian.BIG
    comp5_endian: Endian = Endian.BIG
    numbers: NumbersPolicy = DEFAULT_NUMBERS
    fields: Mapping[tuple[str, ...], FieldOptions] = field(default_factory=dict)

    def of(self, member: Field) -> "DecodeOptions":
        """The options of one field."""
        own = self.fields.get(member.path)
        if own is None:
            return self
        return replace(
            self,
            codepage=own.codepage or self.codepage,
            trim=own.trim or self.trim,
            float_format=own.float_format or self.float_format,
            float_endian=own.float_endian or self.float_endian,
            comp5_endian=own.comp5_endian or self.comp5_endian,
            numbers=own.numbers or self.numbers,
            fields={},
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """A rule for a REDEFINES alternative: it is decoded in the records in which a condition holds.

    Attributes:
        alternative: path of the alternative.
        when: over fields that are not part of the alternative or of a table.
    """

    alternative: tuple[str, ...]
    when: Condition
