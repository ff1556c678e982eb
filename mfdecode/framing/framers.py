"""The record formats whose records vary: how each follows its records through a buffer."""

from abc import ABC, abstractmethod
from dataclasses import replace

import numpy as np

from mfdecode import _frame

from .delimited import frame_lines
from .formats import Endian, Framing, LineEnd, RecordFormat
from .model import Bytes, Offsets

_CARRIAGE_IS_DATA, _CARRIAGE_OPTIONAL, _CARRIAGE_NEEDED = range(3)
_LF, _NEL15, _NEL25, _EBCDIC_BLANK = 0x0A, 0x15, 0x25, 0x40
_LINE_ENDS = {
    LineEnd.LF: (_LF, _CARRIAGE_IS_DATA),
    LineEnd.CRLF: (_LF, _CARRIAGE_NEEDED),
    LineEnd.NEL15: (_NEL15, _CARRIAGE_IS_DATA),
    LineEnd.NEL25: (_NEL25, _CARRIAGE_IS_DATA),
}


class Framer(ABC):
    """Follows the records of one iteration.

    Attributes:
        descriptor: bytes of the descriptor before a record.
        broken: what an error says that has found no record; ``{found}`` are the bytes.
    """

    descriptor = 0
    broken = ""

    def __init__(self, framing: Framing) -> None:
        self.kernel = _frame.Framer(
            rdw_little=framing.rdw_endian is Endian.LITTLE,
            rdw_extra=framing.rdw_extra,
            bdw_little=framing.bdw_endian is Endian.LITTLE,
            bdw_extra=framing.bdw_extra,
            spanned=framing.record_format is RecordFormat.VBS,
            before=framing.record_start,
            after=framing.record_end,
        )

    @abstractmethod
    def frame(
        self, buffer: Bytes, size: int, begin: int, found: int, starts: Offsets, lengths: Offsets, *, last: bool
    ) -> tuple[int, int, int]:
        """See ``_frame.Framer``; last: nothing follows what is in the buffer."""

    def find(self, data: Bytes, until: int, *, last: bool) -> int:
        """The first offset below ``until`` at which records can be framed again; -1 if there is none."""
        return self.kernel.find_rdw(data, until, last)


class RdwFramer(Framer):
    """Format V: two bytes of length (its own four included), two of zeros, before each record."""

    descriptor = 4
    broken = (
        "{found} is no record descriptor word (two bytes of length, then two zero bytes); is the format V, was the "
        "file transferred with its RDWs, do their lengths count their own four bytes, and are they big-endian?"
    )

    def frame(
        self, buffer: Bytes, size: int, begin: int, found: int, starts: Offsets, lengths: Offsets, *, last: bool
    ) -> tuple[int, int, int]:
        """Follow the RDWs."""
        return self.kernel.rdw(buffer, size, begin, found, starts, lengths)


class BlockFramer(Framer):
    """Formats VB and VBS: blocks of such records, a descriptor before each block too; VBS: records in segments."""

    descriptor = 4
    broken = (
        "no record follows: {found} is no block or record descriptor word, or none that fits into its block or goes "
        "on with the segments before; is the format VB or VBS, was the file transferred with its BDWs and RDWs, and "
        "do their lengths count their own four bytes?"
    )

    def frame(
        self, buffer: Bytes, size: int, begin: int, found: int, starts: Offsets, lengths: Offsets, *, last: bool
    ) -> tuple[int, int, int]:
        """Follow BDWs and RDWs."""
        return self.kernel.blocks(buffer, size, begin, found, starts, lengths)

    def find(self, data: Bytes, until: int, *, last: bool) -> int:
        """The next block that records fill."""
        return self.kernel.find_block(data, until, last)


class LineFramer(Framer):
    """Format D: lines of text.

    Args:
        framing: of the file.
        head: the beginning of the file, which shows what ends its lines.
    """

    broken = "the line is shorter than the bytes around its record: {found}"

    def __init__(self, framing: Framing, head: bytes) -> None:
        super().__init__(framing)
        self._end, self._carriage = _LINE_ENDS.get(framing.line_end) or _shown(head)

    def frame(
        self, buffer: Bytes, size: int, begin: int, found: int, starts: Offsets, lengths: Offsets, *, last: bool
    ) -> tuple[int, int, int]:
        """Look for the line ends."""
        return self.kernel.lines(buffer, size, begin, found, starts, lengths, self._end, self._carriage, last)


class DelimitedFramer(Framer):
    """Format CSV."""

    def __init__(self, framing: Framing) -> None:
        super().__init__(framing)
        self._quote = framing.delimited.quote

    def frame(
        self, buffer: Bytes, size: int, begin: int, found: int, starts: Offsets, lengths: Offsets, *, last: bool
    ) -> tuple[int, int, int]:
        """Look for the line ends outside of quotes."""
        return frame_lines(buffer, size, begin, found, starts, lengths, self._quote, last=last)


class LengthFramer(Framer):
    """Records whose length is told by what is in them: format U, or V whose RDWs are stripped."""

    broken = "the fields that tell the length of the record tell none, or less than one byte; it begins {found}"

    def __init__(self, framing: Framing) -> None:
        super().__init__(framing)
        assert framing.length_rule is not None  # noqa: S101 - a Framing has seen to it
        self._rule = framing.length_rule
        self._before, self._after = framing.record_start, framing.record_end
        self._codepage = framing.codepage

    def frame(
        self, buffer: Bytes, size: int, begin: int, found: int, starts: Offsets, lengths: Offsets, *, last: bool
    ) -> tuple[int, int, int]:
        """Ask the rule at each record."""
        extent, view = self._rule.extent, memoryview(buffer)
        while found < len(starts):
            at = begin + self._before
            if at + extent > size:
                return found, begin, _frame.MORE
            length = self._rule.length(bytes(view[at : at + extent]), self._codepage)
            if length is None or length < 1:
                return found, begin, _frame.BAD_RDW
            if at + length + self._after > size:
                return found, begin, _frame.MORE
            starts[found], lengths[found] = at, length
            begin = at + length + self._after
            found += 1
        return found, begin, _frame.ENOUGH


def framer_of(framing: Framing, head: bytes) -> Framer:
    """The framer of a format whose records vary.

    Args:
        framing: how its records are told apart.
        head: the beginning of the file, past its header.
    """
    if framing.length_rule is not None:
        return LengthFramer(framing)
    if framing.record_format is RecordFormat.CSV:
        return DelimitedFramer(framing)
    if framing.record_format.has_blocks:
        return BlockFramer(framing)
    return LineFramer(framing, head) if framing.record_format is RecordFormat.D else RdwFramer(framing)


def with_line_end(framing: Framing, head: bytes) -> Framing:
    """The same, with the line end that the beginning of the file shows, if that is asked for.

    Args, see ``framer_of``.
    """
    if framing.record_format is not RecordFormat.D or framing.line_end is not LineEnd.AUTO:
        return framing
    ends = {_LF: LineEnd.LF, _NEL15: LineEnd.NEL15, _NEL25: LineEnd.NEL25}
    return replace(framing, line_end=ends[_shown(head)[0]])


def _shown(head: bytes) -> tuple[int, int]:
    """What ends the lines: LF, unless most bytes are EBCDIC's letters, digits and blanks, and there is a NEL."""
    counts = np.bincount(np.frombuffer(head, np.uint8), minlength=256)
    ebcdic = 2 * (int(counts[128:].sum()) + int(counts[_EBCDIC_BLANK])) > len(head)
    if ebcdic and counts[_NEL15] + counts[_NEL25]:
        return (_NEL15 if counts[_NEL15] >= counts[_NEL25] else _NEL25), _CARRIAGE_OPTIONAL
    return _LF, _CARRIAGE_OPTIONAL
