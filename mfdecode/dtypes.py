"""The numpy types of a layout: groups are nested, OCCURS are sub-arrays, every number is its exact integer."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .codepages import codepage
from .columns import INT128, ColumnKind, ColumnType
from .layout import Encoding, Field, Group, Layout, Member, visible_members
from .options import DecodeOptions, FloatFormat


def field_dtype(field: Field, options: DecodeOptions) -> np.dtype[np.generic]:
    """The type of one value of the field."""
    options = options.of(field)
    match field.encoding:
        case Encoding.GRAPHIC | Encoding.NATIONAL:
            return np.dtype(f"U{field.length // field.encoding.unit}")
        case Encoding.TEXT:
            return np.dtype(f"{'S' if codepage(options.codepage).narrow else 'U'}{field.length}")
        case Encoding.FLOAT:
            # A short hexadecimal float reaches past the range of float32.
            short = field.length == 4 and options.float_format is FloatFormat.IEEE
            return np.dtype(np.float32 if short else np.float64)
        case _:
            return _integer_dtype(field)


def column_type(field: Field, options: DecodeOptions) -> ColumnType:
    """What a column of the field's values is."""
    match field.encoding:
        case Encoding.GRAPHIC | Encoding.NATIONAL:
            return ColumnType(
                ColumnKind.TEXT, length=field.length // field.encoding.unit, width=_widest(field, options.of(field))
            )
        case Encoding.TEXT:
            width = codepage(options.of(field).codepage).width
            return ColumnType(ColumnKind.TEXT, length=field.length, width=width)
        case Encoding.FLOAT:
            return ColumnType(ColumnKind.FLOAT, bits=8 * field_dtype(field, options).itemsize)
        case _:
            return ColumnType(ColumnKind.NUMBER, digits=field.digits, scale=field.scale)


def _widest(field: Field, options: DecodeOptions) -> int:
    """Bytes in UTF-8 of a character for each two of the field's; one of four bytes is two units of UTF-16."""
    return codepage(options.codepage).width if field.encoding is Encoding.GRAPHIC else 3


def record_dtype(layout: Layout, options: DecodeOptions) -> np.dtype[np.void]:
    """The structured type of a decoded record."""
    return _group_dtype(layout.members, options)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field's values are in a row of the array: bytes to the first, and between occurrences."""

    offset: int
    strides: tuple[int, ...]


def field_places(layout: Layout, options: DecodeOptions) -> dict[tuple[str, ...], Place]:
    """Where each decoded field is in a row of ``record_dtype``, by its path."""
    return dict(_places(layout.members, record_dtype(layout, options), 0, (), options))


def _integer_dtype(field: Field) -> np.dtype[np.generic]:
    if field.full_range and field.length <= 8:
        size = next(s for s in (2, 4, 8) if field.length <= s)
        return np.dtype(f"{'i' if field.signed else 'u'}{size}")
    for digits, integer in ((4, np.int16), (9, np.int32), (18, np.int64)):
        if field.digits <= digits:
            return np.dtype(integer)
    return INT128


def _group_dtype(members: tuple[Member, ...], options: DecodeOptions) -> np.dtype[np.void]:
    entries = []
    for member in visible_members(members):
        if isinstance(member, Group):
            inner: np.dtype[np.generic] = _group_dtype(member.children, options)
        else:
            inner = field_dtype(member, options)
        entries.append((member.member, inner, (member.own.count,) if member.own else ()))
    return np.dtype(entries)


def _places(
    members: tuple[Member, ...],
    dtype: np.dtype[np.void],
    base: int,
    strides: tuple[int, ...],
    options: DecodeOptions,
) -> Iterator[tuple[tuple[str, ...], Place]]:
    for member in visible_members(members):
        assert dtype.fields is not None  # noqa: S101 - a group's type always has fields
        inner, offset = dtype.fields[member.member][:2]
        element = inner.base
        around = (*strides, element.itemsize) if member.own else strides
        if isinstance(member, Group):
            yield from _places(member.children, element, base + offset, around, options)
        else:
            yield member.path, Place(base + offset, around)
