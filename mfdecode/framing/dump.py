"""The bytes around a place of a file, in hexadecimal and as text."""

from collections.abc import Callable

_AROUND = 32
_ROW = 16


def dump_around(read: Callable[[int, int], bytes], offset: int, codepage: str) -> str:
    """Rows of 16 bytes, 64 in all: half of them before the place, where ``>`` stands before its row.

    Args:
        read: the bytes from an offset to another, fewer where the file ends.
        offset: of the place.
        codepage: of the text.
    """
    first = max(0, offset - _AROUND)
    data = read(first, offset + _AROUND)
    rows = [data[at : at + _ROW] for at in range(0, len(data), _ROW)]
    return "\n".join(
        f"{'>' if 0 <= offset - begin < _ROW else ' '} {begin:010d}  {row.hex(' ').upper():<47}  {_text(row, codepage)}"
        for begin, row in zip(range(first, first + len(data), _ROW), rows, strict=True)
    )


def _text(row: bytes, codepage: str) -> str:
    text = row.decode(codepage, "replace")
    return "".join(c if c.isprintable() and c != "\ufffd" else "." for c in text)
