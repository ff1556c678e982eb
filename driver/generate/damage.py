"""Damage that a decoder or a rule has to find, one kind a record."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mfdecode.codepages import codepage
from mfdecode.encoding.cells import encode_number
from mfdecode.framing import Bytes
from mfdecode.layout import Cell, Encoding, Field, Layout
from mfdecode.options import DecodeOptions

from .values import is_date


@dataclass(frozen=True, slots=True)
class Damage:
    """One way to spoil a record; ``spoil`` makes a cell's bytes, (n, length), wrong in place."""

    kind: str
    cell: Cell
    spoil: Callable[[Bytes], None]


def damages(layout: Layout, options: DecodeOptions) -> tuple[Damage, ...]:
    """The ways to spoil a record of this layout: the first cell that each can be done to."""
    found: list[Damage] = []
    for kind, wanted, make in (
        ("packed-digit", lambda f: f.encoding is Encoding.PACKED, _packed_digit),
        ("packed-sign", lambda f: f.encoding is Encoding.PACKED, _packed_sign),
        ("zoned-digit", lambda f: f.encoding is Encoding.ZONED and f.digits > 1, _zoned_digit),
        ("date", lambda f: f.digits == 8 and is_date(f) and f.encoding is not Encoding.EDITED, _month_13),
        ("binary-overflow", _can_overflow, _overflow),
        ("status", lambda f: f.encoding is Encoding.TEXT and "STATUS" in f.name.split("-"), _question_mark),
    ):
        # The last cell that fits: the first may be the key, and a record is to be found again by it.
        cells = [cell for cell in layout.cells if wanted(cell.field) and not cell.field.alternatives]
        if cells:
            found.append(Damage(kind, cells[-1], make(cells[-1].field, options)))
    return tuple(found)


def _packed_digit(field: Field, options: DecodeOptions) -> Callable[[Bytes], None]:
    def spoil(cells: Bytes) -> None:
        cells[:, -1] = 0xB0 | cells[:, -1] & 0x0F

    return spoil


def _packed_sign(field: Field, options: DecodeOptions) -> Callable[[Bytes], None]:
    def spoil(cells: Bytes) -> None:
        cells[:, -1] = cells[:, -1] & 0xF0 | 0x03

    return spoil


def _zoned_digit(field: Field, options: DecodeOptions) -> Callable[[Bytes], None]:
    def spoil(cells: Bytes) -> None:
        cells[:, 0 if not field.sign_leading else 1] = codepage(options.codepage).blank
        cells[:, -1 if not field.sign_leading else 0] = codepage(options.codepage).zone | 1

    return spoil


def _month_13(field: Field, options: DecodeOptions) -> Callable[[Bytes], None]:
    def spoil(cells: Bytes) -> None:
        cells[:] = encode_number(field, np.full(len(cells), 20_241_301), options)

    return spoil


def _can_overflow(field: Field) -> bool:
    return field.encoding is Encoding.BINARY and not field.full_range and field.signed


def _overflow(field: Field, options: DecodeOptions) -> Callable[[Bytes], None]:
    def spoil(cells: Bytes) -> None:
        cells[:] = 0xFF
        cells[:, 0] = 0x7F

    return spoil


def _question_mark(field: Field, options: DecodeOptions) -> Callable[[Bytes], None]:
    def spoil(cells: Bytes) -> None:
        cells[:] = np.frombuffer(("?" * field.length).encode(options.codepage), np.uint8)

    return spoil
