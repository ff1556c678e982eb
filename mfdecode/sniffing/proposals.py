"""Candidates ranked by what speaks for them."""

from collections.abc import Iterator

import numpy as np

from mfdecode.codepages import Family
from mfdecode.decoder import Decoder
from mfdecode.framing import Bytes, RawBatch, RecordFormat
from mfdecode.layout import Encoding, Layout
from mfdecode.status import FIRST_ERROR, Status

from .candidates import candidates, kinds, likeness
from .codepages import family_of, look, pages_of, runs
from .model import Framed, Proposal, Sample

_DECODED = 500
"""Records of a sample that are decoded."""
_SELDOM = 0.2
"""Share of records with a bad field: where the first is one of so few, it may be a header."""
_HEADER, _NO_HEADER = 0.97, 0.94
"""What a header of a record's length is worth, and that there is none where the first record is a bad one."""
_FEW = 3
"""Records that may look like some by chance."""
_RANK = {RecordFormat.VB: 5, RecordFormat.VBS: 4, RecordFormat.V: 3, RecordFormat.D: 2}
"""Between equal scores: what needs more to be so comes first. A VB file passes for V, each block as a record."""


def propose(sample: Sample, layout: Layout | None = None) -> list[Proposal]:
    """What a file may be, the likeliest first.

    Args:
        sample: of the file.
        layout: of its records, if it is known.
    """
    family = family_of(np.frombuffer(sample.data, np.uint8))
    found = [
        _with_layout(framed, family, layout) if layout else _without(framed, family)
        for framed in candidates(sample, family, layout.length if layout else None)
        if framed.records
    ]
    return sorted(found, key=_order, reverse=True)


def _order(proposal: Proposal) -> tuple[float, int, int, int]:
    framing = proposal.framed.framing
    inclusive = framing.rdw_inclusive + framing.bdw_inclusive
    return round(proposal.score, 2), _RANK.get(framing.record_format, 1), inclusive, -framing.header_bytes


def _with_layout(framed: Framed, family: Family, layout: Layout) -> Proposal:
    """By how many fields decode, and how the texts look."""
    texts = _texts(framed, layout)
    page, alike = pages_of(family, texts)
    decoder = Decoder(layout, codepage=page, record_length=layout.length)
    raw = _batch(framed)
    status = decoder.decode_frames(raw).status
    numeric = [j for j, cell in enumerate(layout.cells) if cell.field.encoding is not Encoding.TEXT]
    cells = status[:, numeric]
    counted = (cells == Status.OK) | (cells == Status.NULL) | (cells >= FIRST_ERROR)
    good = int((cells == Status.OK).sum()) + int((cells == Status.NULL).sum()) / 2
    decoded = good / max(1, int(counted.sum())) if counted.any() else 1.0
    fitting = float((raw.lengths <= layout.length).mean())
    whole = float((raw.lengths >= min(_last_offset(layout), layout.length)).mean())
    if framed.framing.record_format.is_fixed:
        fitting = 1.0 if framed.framing.record_length == layout.length else 0.9
    looks = look(page, texts)
    score = framed.share * fitting * (0.5 + 0.5 * whole) * decoded * looks**2
    bad = np.any(status >= FIRST_ERROR, axis=1)
    if framed.framing.header_bytes == layout.length:
        score *= _HEADER
    elif bad[0] and bad.mean() < _SELDOM:
        score *= _NO_HEADER
    evidence = f"{decoded:.0%} of the numbers decode, texts {looks:.0%} printable, lengths fit {fitting:.0%}"
    return Proposal(framed, page, alike, score, evidence)


def _without(framed: Framed, family: Family) -> Proposal:
    """By how the records are framed, and how all bytes look."""
    data = framed.data
    page, alike = pages_of(family, runs("cp037" if family is Family.EBCDIC else "latin-1", data), probable=True)
    looks = look(page, data)
    framing = framed.framing
    if framing.record_format.is_fixed:
        like = likeness(kinds(data), framing.record_length)
        return Proposal(framed, page, alike, 0.9 * framed.share * like, f"records {like:.0%} alike")
    if framing.record_format is RecordFormat.D:
        raw = _batch(framed)
        lines = look(page, _joined(raw), filled=False)
        return Proposal(framed, page, alike, 0.97 * lines**10, f"lines {lines:.0%} printable")
    certain = 1.0 if framed.records > _FEW else 0.5
    return Proposal(framed, page, alike, certain * framed.share, f"descriptors to the end, {looks:.0%} printable")


def _last_offset(layout: Layout) -> int:
    """Bytes of the shortest record: one whose alternatives and variable tables are left out."""
    fixed = [f for f in layout.fields if not f.alternatives and not any(d.depending_on for d in f.dimensions)]
    return max((field.offset + 1 for field in fixed), default=0)


def _texts(framed: Framed, layout: Layout) -> Bytes:
    """The bytes of the records' text fields that are in no alternative."""
    pieces: list[Bytes] = []
    cells = [c for c in layout.cells if c.field.encoding is Encoding.TEXT and not c.field.alternatives]
    for start, length in _first(framed):
        for cell in cells:
            end = min(cell.offset + cell.field.length, length)
            if cell.offset < end:
                pieces.append(framed.data[start + cell.offset : start + end])
    return np.concatenate(pieces) if pieces else np.empty(0, np.uint8)


def _first(framed: Framed) -> Iterator[tuple[int, int]]:
    yield from zip(framed.starts[:_DECODED].tolist(), framed.lengths[:_DECODED].tolist(), strict=True)


def _batch(framed: Framed) -> RawBatch:
    count, data = min(framed.records, _DECODED), framed.data
    return RawBatch(0, 0, 0, 0, len(data), count, data, framed.starts[:count], framed.lengths[:count], 0, data)


def _joined(raw: RawBatch) -> Bytes:
    return np.concatenate([raw.data[s : s + n] for s, n in zip(raw.starts, raw.lengths, strict=True)])
