"""The first line of a delimited file, which may name its columns."""

import numpy as np

from .content import Content
from .delimited import find_lines
from .formats import Framing, RecordFormat

_LONGEST = 1 << 20
"""Bytes of a heading, at most."""


def heading_of(content: Content, framing: Framing) -> tuple[bytes, int]:
    """The heading, and where the records begin; none of a file that has none."""
    if framing.record_format is not RecordFormat.CSV or not framing.delimited.header:
        return b"", framing.header_bytes
    data = np.frombuffer(content.again(0, _LONGEST), np.uint8)
    _, lengths, end = find_lines(data, framing.delimited.quote, 1, last=True)
    return data[: lengths[0] if len(lengths) else 0].tobytes(), end
