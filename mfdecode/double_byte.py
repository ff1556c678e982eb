"""IBM's code pages that mix single bytes with pairs, which stand between shift-out (X'0E') and shift-in (X'0F').

Python has none of them, nor has the ebcdic package. Their tables (double_byte.npz) are those of ICU 72
(ibm-930_P120-1999, ibm-933_P110-1995, …, under the Unicode licence), taken out by ext/tables/double_byte.py.
They are registered as codecs of Python by the names cp930, cp933, ….
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import as_file, files

import numpy as np
import numpy.typing as npt

PAGES = ("cp930", "cp933", "cp935", "cp937", "cp939", "cp1364", "cp1371", "cp1388")
SHIFT_OUT, SHIFT_IN = 0x0E, 0x0F
UNDEFINED = 0xFFFFFFFF
"""In a table: there is no such character."""


@dataclass(frozen=True)
class DoubleByte:
    """A mixed code page.

    Attributes:
        name: of its codec.
        single: 256 code points of bytes.
        double: 65,536 code points of pairs, by the first byte times 256 and the second.
    """

    name: str
    single: npt.NDArray[np.uint32]
    double: npt.NDArray[np.uint32]

    def decode(self, content: bytes, errors: str = "strict") -> tuple[str, int]:
        """As a codec does: the text, and how many bytes it was.

        Raises:
            UnicodeDecodeError: a byte or a pair is undefined, or a shift has no partner, and errors are strict.
        """
        found: list[str] = []
        at, in_pairs = 0, False
        while at < len(content):
            if content[at] == (SHIFT_IN if in_pairs else SHIFT_OUT):
                in_pairs, at = not in_pairs, at + 1
                continue
            size = 2 if in_pairs else 1
            code = content[at : at + size]
            point = int((self.double if in_pairs else self.single)[int.from_bytes(code, "big")])
            if point == UNDEFINED or len(code) < size:
                why = UnicodeDecodeError(self.name, content, at, at + len(code), "no such character")
                replacement, at = codecs.lookup_error(errors)(why)
                found.append(str(replacement))
                continue
            found.append(chr(point))
            at += size
        if in_pairs:
            why = UnicodeDecodeError(self.name, content, max(0, at - 1), at, "no shift-in")
            found.append(str(codecs.lookup_error(errors)(why)[0]))
        return "".join(found), len(content)

    def encode(self, text: str, errors: str = "strict") -> tuple[bytes, int]:
        """As a codec does: the bytes, and how many characters they are of.

        Raises:
            UnicodeEncodeError: a character is not in the code page, and errors are strict.
        """
        content = bytearray()
        in_pairs = False
        for code in self._codes(text, errors):
            if in_pairs != (len(code) == 2):
                content.append(SHIFT_IN if in_pairs else SHIFT_OUT)
                in_pairs = not in_pairs
            content += code
        if in_pairs:
            content.append(SHIFT_IN)
        return bytes(content), len(text)

    def _codes(self, text: str, errors: str) -> Iterator[bytes]:
        for i, character in enumerate(text):
            if (code := self._code_of.get(ord(character))) is not None:
                yield code
                continue
            why = UnicodeEncodeError(self.name, text, i, i + 1, "no such character")
            replacement = codecs.lookup_error(errors)(why)[0]
            yield from [replacement] if isinstance(replacement, bytes) else self._codes(replacement, "strict")

    @cached_property
    def _code_of(self) -> dict[int, bytes]:
        """The bytes of a code point; of several the lowest, a single byte before a pair."""
        codes: dict[int, bytes] = {}
        for size, table in ((1, self.single), (2, self.double)):
            for code in np.flatnonzero(table != UNDEFINED).tolist():
                codes.setdefault(int(table[code]), int(code).to_bytes(size, "big"))
        return codes


@lru_cache(maxsize=len(PAGES))
def double_byte(name: str) -> DoubleByte:
    """The mixed code page of one of the names in ``PAGES``."""
    with as_file(files(__package__) / "double_byte.npz") as path, np.load(path) as tables:
        return DoubleByte(name, tables[f"{name}_single"], tables[f"{name}_double"])


def _find(name: str) -> codecs.CodecInfo | None:
    plain = f"cp{name.removeprefix('ibm').removeprefix('cp').lstrip('-_')}"
    if plain not in PAGES:
        return None
    page = double_byte(plain)
    return codecs.CodecInfo(
        page.encode, lambda content, errors="strict": page.decode(bytes(content), errors), name=plain
    )


codecs.register(_find)
