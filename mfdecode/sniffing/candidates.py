"""Framings that a file may have, and what each finds in a sample of it."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from mfdecode.codepages import Family
from mfdecode.errors import FramingError
from mfdecode.framing import Bytes, Endian, Framing, LineEnd, MemoryContent, Part, RecordFormat, Spare, open_part

from .model import Framed, Sample

LONGEST = 32_760
"""Bytes of a record, at most (the LRECL of z/OS)."""
_DESCRIBED = 65_544
"""Bytes that a descriptor can tell, with itself: the end of a sample is within the last record."""
_COMPARED = 128 * 1024
_HEADERS = range(65)
"""Bytes before the first descriptor word; the fewest behind which the file divides into records are meant."""
_FIXED = 8
"""Record lengths that are followed up."""
_LINE_ENDS = {Family.EBCDIC: (LineEnd.NEL15, LineEnd.NEL25), Family.ASCII: (LineEnd.AUTO,)}
_NEAR, _NEAR_LONG = 0.03, 0.1
"""How much less alike the shorter of two record lengths may be that is meant, the longer being a multiple of it."""
_LONG, _NEIGHBOURS = 16, 0.85
"""Bytes that are fewer apart are alike anyway, and their likeness is worth less."""


def candidates(sample: Sample, family: Family, length: int | None) -> Iterator[Framed]:
    """The framings that find at least one record.

    Args:
        sample: of the file.
        family: of its code page.
        length: of the copybook's record, if there is one.
    """
    yield from next((found for header in _HEADERS if (found := _described_at(sample, header))), [])
    for end in _LINE_ENDS[family]:
        framed = frame(sample, Framing(RecordFormat.D, LONGEST, line_end=end))
        if framed.records > 1 and framed.lengths.max() <= LONGEST:
            yield framed
    for framing in _fixed(sample, length):
        yield frame(sample, framing)


def frame(sample: Sample, framing: Framing) -> Framed:
    """The records that a framing finds in a sample."""
    content = MemoryContent(sample.data)
    end = len(sample.data) - (framing.trailer_bytes if sample.whole else 0)
    if framing.record_format.is_fixed and not sample.whole:
        end -= (end - framing.header_bytes) % framing.stride
    if end <= framing.header_bytes:
        return Framed(framing, np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64), 0.0)
    data = np.frombuffer(sample.data, np.uint8)
    if framing.record_format is RecordFormat.VBS:
        data = data.copy()
    starts, lengths = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    reached = framing.header_bytes
    with open_part(Part(0, sample.path, framing.header_bytes, end), framing, content=content, spare=Spare()) as frames:
        try:
            for raw in frames:
                starts.append(raw.start + raw.starts)
                if framing.record_format is RecordFormat.VBS:  # its segments are put together
                    data[raw.start : raw.end] = raw.data
                lengths.append(raw.lengths)
                reached = raw.end
        except FramingError:
            if not sample.whole and reached > framing.header_bytes and end - reached < _DESCRIBED:
                reached = end
    share = 1.0 if reached == end else min(0.99, reached / end)
    return Framed(framing, data, np.concatenate(starts), np.concatenate(lengths), share)


def likeness(data: Bytes, length: int) -> float:
    """How much oftener than by chance bytes are of the same kind as those a record length before (Cohen's kappa)."""
    if not 0 < length < len(data):
        return 0.0
    by_chance = float(((np.bincount(data) / len(data)) ** 2).sum())
    alike = float((data[length:] == data[:-length]).mean())
    likeness = max(0.0, (alike - by_chance) / (1 - by_chance)) if by_chance < 1 else 0.0
    return likeness if length >= _LONG else _NEIGHBOURS * likeness


def kinds(data: Bytes) -> Bytes:
    """Each byte as its kind: the blanks, NUL, the letters and digits by their zones, and others."""
    table = np.arange(256) >> 4
    table[0], table[0x40], table[0x20] = 16, 17, 18
    return table.astype(np.uint8)[data[:_COMPARED]]


def _described_at(sample: Sample, header: int) -> list[Framed]:
    word = sample.data[header : header + 4]
    if any(word[:2]) and any(word[2:]):  # one half of a descriptor word is zeros, whatever its order
        return []
    found = [frame(sample, framing) for framing in _described(header)]
    return [framed for framed in found if framed.share == 1 and framed.records > (1 if header else 0)]


def _described(header: int) -> Iterator[Framing]:
    """The formats with descriptor words; what one with more of them finds is in none with fewer."""
    for endian, rdw, bdw in product(Endian, (True, False), (True, False)):
        for format_ in (RecordFormat.VB, RecordFormat.VBS):
            yield Framing(
                format_,
                0,
                rdw_inclusive=rdw,
                rdw_endian=endian,
                bdw_inclusive=bdw,
                bdw_endian=endian,
                header_bytes=header,
            )
    for endian, rdw in product(Endian, (True, False)):
        yield Framing(RecordFormat.V, 0, rdw_inclusive=rdw, rdw_endian=endian, header_bytes=header)


def _fixed(sample: Sample, length: int | None) -> Iterator[Framing]:
    if length is not None:
        rest = 0 if sample.size is None else sample.size % length
        yield Framing(RecordFormat.F, length, header_bytes=0, trailer_bytes=0)
        yield Framing(RecordFormat.F, length, header_bytes=rest or length)
        if rest:
            yield Framing(RecordFormat.F, length, trailer_bytes=rest)
    data = kinds(np.frombuffer(sample.data, np.uint8))
    most = min(LONGEST, len(data) // 2)
    found = [
        (likeness(data, n), n)
        for n in range(max(2, (length or 0) + 1), most + 1)
        if sample.size is None or sample.size % n == 0
    ]
    singles = [
        (like, n)
        for like, n in found
        if n % (length or n + 1)
        and not any(n % shorter == 0 and other > like - _near(shorter) for other, shorter in found if shorter < n)
    ]
    for _, n in sorted(singles, reverse=True)[:_FIXED]:
        yield Framing(RecordFormat.F, n)


def _near(length: int) -> float:
    return _NEAR_LONG if length >= _LONG else _NEAR
