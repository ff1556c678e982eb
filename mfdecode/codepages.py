"""Code pages as tables of 256 entries, made from Python's codecs and those of the ebcdic package."""

import codecs
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import ebcdic  # noqa: F401 - registers cp1047, cp1141 and others that Python lacks
import numpy as np

from .double_byte import PAGES, UNDEFINED, double_byte
from .errors import CodepageError

# Python maps X'BC' of cp273 to the overline; IBM's own tables (CDRA, Java) have the macron of Latin-1.
CORRECTIONS = {"cp273": {0xBC: "\u00af"}}

_UTF8_WIDTH = 4


class Family(Enum):
    """What a code page's invariant characters are: (blank, high nibble of digits, plus, minus)."""

    EBCDIC = (0x40, 0xF0, 0x4E, 0x60)
    ASCII = (0x20, 0x30, 0x2B, 0x2D)


@dataclass(frozen=True, slots=True)
class Codepage:
    """A code page as the kernels take it.

    Attributes:
        name: Python's.
        family: which bytes are blank, digits and signs.
        latin1: every byte is a character of Latin-1, so that texts are ``S``; otherwise they may need ``U``.
        narrow: every character that it has is one of Latin-1.
        multibyte: UTF-8.
        width: most bytes that one of its characters takes in UTF-8.
        latin1_table: 256 bytes.
        wide_table: 256 native uint32, ``UNDEFINED`` where there is no character.
        void_table: 256 bytes, 1 for a blank or NUL.
        double_table: 65,536 native uint32 for the pairs of a mixed code page; empty of any other.
    """

    name: str
    family: Family
    latin1: bool
    narrow: bool
    multibyte: bool
    width: int
    latin1_table: bytes
    wide_table: bytes
    void_table: bytes
    double_table: bytes = b""

    @property
    def blank(self) -> int:
        """The byte of a blank."""
        return self.family.value[0]

    @property
    def asterisk(self) -> int:
        """The byte of an asterisk."""
        return 0x5C if self.family is Family.EBCDIC else ord("*")

    @property
    def zone(self) -> int:
        """The high nibble of the digits' bytes."""
        return self.family.value[1]

    @property
    def plus(self) -> int:
        """The byte of a separate plus sign."""
        return self.family.value[2]

    @property
    def minus(self) -> int:
        """The byte of a separate minus sign."""
        return self.family.value[3]


def currency_byte(page: Codepage, symbol: str) -> int:
    """The byte of a currency symbol. The dollar's is the one that compilers take without a CURRENCY SIGN clause.

    Raises:
        CodepageError: the code page has it in no single byte.
    """
    if symbol == "$":
        return 0x5B if page.family is Family.EBCDIC else ord("$")
    found = np.flatnonzero(np.frombuffer(page.wide_table, np.uint32) == ord(symbol))
    if not found.size:
        raise CodepageError(f"code page {page.name!r} has no {symbol} of one byte, which a PICTURE has")
    return int(found[0])


@lru_cache(maxsize=64)
def codepage(name: str) -> Codepage:
    """The code page of that name.

    Raises:
        CodepageError: Python does not have it, or it is neither single-byte, nor mixed, nor UTF-8.
    """
    try:
        info = codecs.lookup(name)
    except LookupError:
        raise CodepageError(
            f"code page {name!r} is not known; there are cp037, cp500, cp273, cp1140, cp930, cp939, ascii, utf-8, …"
        ) from None
    multibyte = info.name == "utf-8"
    mixed = info.name in PAGES
    pairs = double_byte(info.name).double if mixed else np.empty(0, np.uint32)
    if mixed:
        characters = [int(point) for point in double_byte(info.name).single]
    else:
        characters = _characters("ascii" if multibyte else info.name, name)
    family = next((f for f in Family if characters[f.value[1]] == ord("0")), None)
    if family is None or characters[family.value[0]] != ord(" "):
        raise CodepageError(f"code page {name!r} has no digits and blanks where EBCDIC or ASCII has them")
    narrow = not (multibyte or mixed) and all(c < 256 or c == UNDEFINED for c in characters)
    return Codepage(
        name=info.name,
        family=family,
        latin1=narrow and UNDEFINED not in characters,
        narrow=narrow,
        multibyte=multibyte,
        width=_UTF8_WIDTH if multibyte else _utf8_width([*characters, *pairs.tolist()]),
        latin1_table=bytes(c if c < 256 else 0 for c in characters),
        wide_table=np.array(characters, np.uint32).tobytes(),
        void_table=bytes(c in (ord(" "), 0) for c in characters),
        double_table=pairs.tobytes(),
    )


def _utf8_width(characters: list[int]) -> int:
    return len(chr(max(c for c in characters if c != UNDEFINED)).encode())


def _characters(codec: str, name: str) -> list[int]:
    """The code point of each byte, or ``UNDEFINED``."""
    characters = []
    for byte in range(256):
        text = _decoded(bytes([byte]), codec, name)
        if text is None and any(_decoded(bytes([byte, trail]), codec, name) for trail in range(0x40, 256)):
            raise CodepageError(f"code page {name!r} is not one byte a character")
        text = CORRECTIONS.get(codec, {}).get(byte, text)
        characters.append(UNDEFINED if text is None else ord(text))
    return characters


def _decoded(content: bytes, codec: str, name: str) -> str | None:
    """The one character that these bytes are, or None."""
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        return None
    except LookupError:  # a codec that is not an encoding of text: hex, zip, …
        raise CodepageError(f"code page {name!r} is not an encoding of text") from None
    return text if len(text) == 1 and text != "\ufffd" else None
