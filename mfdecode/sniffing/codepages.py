"""The code page of texts, by how they look in each."""

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from mfdecode.codepages import Family, codepage
from mfdecode.framing import Bytes

_EBCDIC = (
    "cp037",
    "cp1140",
    "cp500",
    "cp1047",
    "cp273",
    "cp1141",
    "cp277",
    "cp278",
    "cp280",
    "cp284",
    "cp285",
    "cp297",
)
"""The commonest first: it is the answer where the texts do not tell."""
_MOST = 200_000
"""Bytes of texts that are looked at."""
_LEAD, _SURE, _PROBABLE = 3.0, 0.0005, 0.01
"""Characters that must speak for a rarer code page, at least; and as a share of what is text, or may be."""
_PUNCTUATION = "".join(re.escape(c) for c in ".,-/'&()*#@:;+%$\"_=?!€")
_GOOD = re.compile(rf"[A-Za-z0-9 {_PUNCTUATION}]")
_IN_A_WORD = re.compile(r"(?<=[A-Za-z])[À-ÖØ-öø-ÿ](?![0-9])|(?<![0-9])[À-ÖØ-öø-ÿ](?=[A-Za-z])")


def family_of(data: Bytes) -> Family:
    """EBCDIC or ASCII: in which more bytes are letters, digits and blanks."""
    counts = np.bincount(data, minlength=256)

    def known(page: str) -> int:
        characters = bytes(range(256)).decode(page, "replace")
        return int(sum(counts[b] for b, c in enumerate(characters) if c.isascii() and (c.isalnum() or c == " ")))

    return Family.EBCDIC if known("cp037") >= known("ascii") else Family.ASCII


def pages_of(family: Family, texts: Bytes, *, probable: bool = False) -> tuple[str, tuple[str, ...]]:
    """The code page in which texts look best, and the others that read them in the same way.

    Args:
        family: of the code page.
        texts: their bytes, one text after the other.
        probable: they may be texts, and may be none.
    """
    content = texts[:_MOST].tobytes()
    lead = max(_LEAD, (_PROBABLE if probable else _SURE) * len(content))
    if family is Family.ASCII:
        return _ascii_page(content), ()
    marks = {page: _marks(content.decode(page, "replace")) for page in _EBCDIC}
    best = max(marks.values())
    page = next(page for page in _EBCDIC if marks[page] > best - lead)
    read = content.decode(page, "replace")
    alike = [other for other in _EBCDIC if other != page and content.decode(other, "replace") == read]
    return page, tuple(alike)


def runs(page: str, data: Bytes) -> Bytes:
    """The stretches of a file that may be texts: eight and more characters that can be printed."""
    content = data[:_MOST]
    printable = _table(page)[content].astype(np.uint8).tobytes()
    return np.concatenate([content[:0], *(content[slice(*m.span())] for m in re.finditer(rb"\x01{8,}", printable))])


def look(page: str, texts: Bytes, *, filled: bool = True) -> float:
    """The share of characters that can be printed.

    Args:
        page: the code page.
        texts: their bytes.
        filled: NULs fill them up, and are not counted.
    """
    used = texts[:_MOST]
    table = _table(page)
    if filled:
        used = used[used != 0]
    return float(table[used].mean()) if len(used) else 1.0


@lru_cache(maxsize=32)
def _table(page: str) -> npt.NDArray[np.bool_]:
    """Which bytes are characters that can be printed."""
    # Of UTF-8, every byte of a longer character is one above X'7F'.
    characters = bytes(range(256)).decode("latin-1" if codepage(page).multibyte else page, "replace")
    return np.array([c != "\ufffd" and c.isprintable() for c in characters], np.bool_)


def _ascii_page(content: bytes) -> str:
    if content.isascii():
        return "ascii"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(content) - 3:
            return "latin-1"
    return "utf-8"


def _marks(text: str) -> float:
    """How many characters are usual ones; a national letter is one within a word, and speaks against it elsewhere."""
    within = len(_IN_A_WORD.findall(text))
    national = sum(1 for c in text if "À" <= c <= "ÿ" and c.isalpha())
    return len(_GOOD.findall(text)) + 2.0 * within - national
