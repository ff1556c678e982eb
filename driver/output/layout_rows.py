"""A layout as rows: one a level number of the copybook, 66 and 88 among them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mfdecode.copybook.model import Condition
from mfdecode.dtypes import field_dtype
from mfdecode.layout import Field, Layout, Member
from mfdecode.options import DecodeOptions

_RENAMES = 66


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """What is shown of one entry of a copybook; None where the entry has no such thing.

    Attributes:
        path: the members from the outermost group down to it; a level 88 ends that of its item.
        depth: how many groups it is in.
        notes: whatever else its clauses say, for people.
    """

    level: int
    name: str
    path: tuple[str, ...]
    depth: int
    offset: int | None = None
    length: int | None = None
    picture: str | None = None
    usage: str | None = None
    digits: int | None = None
    scale: int | None = None
    dtype: str | None = None
    notes: str = ""


def layout_rows(layout: Layout, options: DecodeOptions) -> Iterator[LayoutRow]:
    """The record, its items with their conditions, and its ranges."""
    # A level 77, or a record of one item, is its own member.
    depth = 0 if layout.members and layout.members[0].level in {1, 77} else 1
    if depth:
        yield LayoutRow(1, layout.name, (), 0, 0, layout.length)
        yield from _conditions(layout.conditions, (), 1)
    yield from _rows(tuple(member for member in layout.members if member.level != _RENAMES), depth, options)
    decoded = {member.name: member for member in layout.members if member.level == _RENAMES}
    for span in layout.ranges:
        through = "" if span.first == span.last else f" thru {span.last}"
        row = LayoutRow(_RENAMES, span.name, (_member(span.name),), 1, span.offset, span.length)
        if span.name in decoded:
            row = _row(decoded[span.name], 1, options)
        yield replace(row, notes=f"renames {span.first}{through}")


def _rows(members: tuple[Member, ...], depth: int, options: DecodeOptions) -> Iterator[LayoutRow]:
    for member in members:
        yield _row(member, depth, options)
        yield from _conditions(member.conditions, member.path, depth + 1)
        if not isinstance(member, Field):
            yield from _rows(member.children, depth + 1, options)


def _row(member: Member, depth: int, options: DecodeOptions) -> LayoutRow:
    field = member if isinstance(member, Field) else None
    is_number = field is not None and field.digits > 0
    return LayoutRow(
        level=member.level,
        name=member.name,
        path=member.path,
        depth=depth,
        offset=member.offset,
        length=member.length,
        picture=field.picture.text if field and field.picture else None,
        usage=field.usage.value if field else None,
        digits=field.digits if field and is_number else None,
        scale=field.scale if field and is_number else None,
        dtype=_dtype_name(field, options) if field and field.member else None,
        notes=", ".join(_notes(member)),
    )


def _conditions(conditions: tuple[Condition, ...], path: tuple[str, ...], depth: int) -> Iterator[LayoutRow]:
    for condition in conditions:
        values = ", ".join(value if isinstance(value, str) else " thru ".join(value) for value in condition.values)
        yield LayoutRow(88, condition.name, (*path, _member(condition.name)), depth, notes=f"value {values}")


def _member(name: str) -> str:
    return name.replace("-", "_")


def _dtype_name(field: Field, options: DecodeOptions) -> str:
    dtype = field_dtype(field, options)
    return "int128" if dtype.fields else dtype.str.lstrip("<|=")


def _notes(member: Member) -> Iterator[str]:
    if member.own is not None:
        least = "" if member.own.depending_on is None else f"{member.own.minimum} to "
        yield f"occurs {least}{member.own.count}"
        if member.own.depending_on is not None:
            yield f"depending on {'.'.join(member.own.depending_on)}"
    if member.alternatives and member.path == member.alternatives[-1]:
        yield "alternative"
    if isinstance(member, Field):
        if member.sign_leading or member.sign_separate:
            place = "leading" if member.sign_leading else "trailing"
            yield f"sign {place}{' separate' if member.sign_separate else ''}"
        if member.justified:
            yield "justified right"
        if member.blank_is_zero:
            yield "blank is zero"
