"""Delimited lines (RFC 4180): a line end within quotes is data."""

from dataclasses import dataclass

import numpy as np

from mfdecode import _frame
from mfdecode.errors import LayoutError

from .model import Bytes, Offsets

_LF, _CR = 0x0A, 0x0D


@dataclass(frozen=True, slots=True)
class Delimited:
    """What is around the columns of format CSV.

    Attributes:
        delimiter: between two of them.
        quote: around one that has a delimiter or a line end in it, and twice where it has a quote.
        header: whether the first line names the columns.

    Raises:
        LayoutError: these are no two different characters of ASCII.
    """

    delimiter: str = ","
    quote: str = '"'
    header: bool = True

    def __post_init__(self) -> None:
        both = self.delimiter + self.quote
        if len(self.delimiter) != 1 or len(self.quote) != 1 or not both.isascii() or len(set(both) - {"\r", "\n"}) < 2:
            raise LayoutError("the delimiter and the quote are two different characters of ASCII, and no line ends")


def find_lines(data: Bytes, quote: str, most: int, *, last: bool) -> tuple[Offsets, Offsets, int]:
    """Lines that end outside of quotes.

    Args:
        data: begins with a line.
        quote: around data that may have line ends.
        most: lines to find.
        last: nothing follows the data, so that what is behind the last line end is a line.

    Returns:
        Starts and lengths, line ends left out, and where the next line begins.
    """
    ends, quotes = np.flatnonzero(data == _LF), np.flatnonzero(data == ord(quote))
    ends = ends[np.searchsorted(quotes, ends) % 2 == 0][:most]
    after = int(ends[-1]) + 1 if len(ends) else 0
    if last and len(ends) < most and after < len(data):
        ends, after = np.append(ends, len(data)), len(data)
    starts = np.concatenate([ends[:0], np.zeros(min(1, len(ends)), np.int64), ends[:-1] + 1])
    lengths = ends - starts
    lengths[(lengths > 0) & (data[ends - 1] == _CR)] -= 1
    return starts, lengths, after


def frame_lines(
    buffer: Bytes, size: int, begin: int, found: int, starts: Offsets, lengths: Offsets, quote: str, *, last: bool
) -> tuple[int, int, int]:
    """The same as a ``Framer`` does it."""
    at, length, after = find_lines(buffer[begin:size], quote, len(starts) - found, last=last)
    until = found + len(at)
    starts[found:until], lengths[found:until] = begin + at, length
    return until, begin + after, _frame.ENOUGH if until == len(starts) else _frame.MORE
