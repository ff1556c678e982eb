"""How bytes are read, where the copybook does not say."""

from dataclasses import dataclass
from enum import StrEnum

from .conditions import Condition


class Trim(StrEnum):
    """At which side of a text blanks and NULs are taken off."""

    RIGHT = "right"
    LEFT = "left"
    BOTH = "both"
    NONE = "none"


class FloatFormat(StrEnum):
    """COMP-1 and COMP-2: IBM hexadecimal (the mainframe's default), or big-endian IEEE 754."""

    IBM = "ibm"
    IEEE = "ieee"


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """The options of a decoder.

    Attributes:
        codepage: any single-byte codec that Python has, or utf-8.
        trim: of texts.
        float_format: of COMP-1 and COMP-2.
        strict_signs: signs C, D and F alone in packed and zoned numbers; otherwise A C E F are plus, B D minus.
    """

    codepage: str = "cp037"
    trim: Trim = Trim.RIGHT
    float_format: FloatFormat = FloatFormat.IBM
    strict_signs: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """A rule for a REDEFINES alternative: it is decoded in the records in which a condition holds.

    Attributes:
        alternative: path of the alternative.
        when: over fields that are not part of the alternative or of a table.
    """

    alternative: tuple[str, ...]
    when: Condition
