"""Texts with two bytes a character: in mixed code pages between shifts, DBCS alone, and UTF-16."""

from typing import Any

import numpy as np
import pyarrow as pa

from mfdecode.codepages import Codepage
from mfdecode.framing import Bytes
from mfdecode.layout import Encoding, Field

from .scatter import strings_of
from .status import EncodeStatus

_BLANKS = {Encoding.GRAPHIC: b"\x40\x40", Encoding.NATIONAL: b"\x00\x20"}
_WIDE_BLANK = "\u3000"


def encode_double_byte_texts(field: Field, column: "pa.Array[Any]", page: Codepage) -> tuple[Bytes, Bytes]:
    """Texts as bytes, (n, length), filled up with blanks, and a status each.

    Args:
        field: DBCS, national, or text in a mixed code page. JUSTIFIED, its texts stand right.
        column: utf8 or what has a text; nulls are empty. Blanks past the field's length are left out.
        page: the code page.
    """
    texts = strings_of(column, "").to_pylist()
    status = np.zeros(len(texts), np.uint8)
    blank = _BLANKS.get(field.encoding, bytes([page.blank]))
    found = []
    for i, text in enumerate(texts):
        content = _encoded(text or "", field, page)
        if content is not None and len(content) > field.length:
            content = _encoded((text or "").rstrip(" " + _WIDE_BLANK), field, page)
        if content is None:
            content, status[i] = b"", EncodeStatus.NOT_IN_CODEPAGE
        elif len(content) > field.length:
            content, status[i] = b"", EncodeStatus.TOO_LONG
        padding = blank * ((field.length - len(content)) // len(blank))
        found.append(padding + content if field.justified else content + padding)
    return np.frombuffer(b"".join(found), np.uint8).reshape(len(texts), field.length).copy(), status


def _encoded(text: str, field: Field, page: Codepage) -> bytes | None:
    """The bytes; None if the code page does not have a character."""
    try:
        if field.encoding is Encoding.NATIONAL:
            return text.encode("utf-16-be")
        content = text.encode(page.name)
    except UnicodeEncodeError:
        return None
    if field.encoding is Encoding.TEXT or not content:
        return content
    # One shift to the left, one to the right: all of it is pairs.
    pairs = content[1:-1]
    return pairs if len(pairs) == 2 * len(text) else None
