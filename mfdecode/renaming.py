"""RENAMES (level 66): where the range of bytes lies, and the field that it is where it is decoded.

Enterprise COBOL for z/OS Language Reference, "RENAMES clause".
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile

from .copybook.model import Category, Item, Picture, Renames, Usage
from .layout import Encoding, Field, Member, Range, end_of


def placed_range(entry: Renames, placed: Mapping[Item, Member]) -> Range:
    """A level 66 in its place.

    Args:
        entry: of the copybook.
        placed: the items of its record.
    """
    first, last = placed[entry.first], placed[entry.last]
    return Range(entry.name, first.name, last.name, first.offset, end_of(last) - first.offset)


def range_field(entry: Renames, placed: Mapping[Item, Member], member: str) -> Field:
    """A level 66 as a field: a text, or of one elementary item what that item is.

    Args:
        entry: of the copybook.
        placed: the items of its record.
        member: the name of the field in the dtype.
    """
    first, last = placed[entry.first], placed[entry.last]
    common = takewhile(lambda pair: pair[0] == pair[1], zip(first.alternatives, last.alternatives, strict=False))
    # Another view of bytes that have their own fields, as a REDEFINES is: what does not fit it is no error of theirs.
    alternatives = (*(alternative for alternative, _ in common), (member,))
    if first is last and isinstance(first, Field) and not first.dimensions:
        return replace(
            first, name=entry.name, member=member, level=66, path=(member,), alternatives=alternatives, conditions=()
        )
    length = end_of(last) - first.offset
    return Field(
        name=entry.name,
        member=member,
        level=66,
        path=(member,),
        offset=first.offset,
        length=length,
        encoding=Encoding.TEXT,
        usage=Usage.DISPLAY,
        picture=Picture(f"X({length})", Category.TEXT, length),
        alternatives=alternatives,
    )


def varies(entry: Renames, placed: Mapping[Item, Member]) -> bool:
    """Whether a table of variable size is among what it renames, or around it, which COBOL does not allow."""
    first, last = placed[entry.first], placed[entry.last]
    return any(
        dimension.depending_on is not None and first.offset < end_of(member) and member.offset < end_of(last)
        for member in placed.values()
        for dimension in member.dimensions
    )
