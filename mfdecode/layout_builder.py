"""Copybook items placed: offsets, lengths and repetitions."""

from dataclasses import dataclass, field, replace
from math import prod

from .alignment import aligned, boundary
from .copybook.model import LONGEST, Category, Item, Picture, Renames, Usage
from .copybook.source import Position, Source
from .errors import CopybookError
from .layout import (
    MOST_CELLS,
    BinarySize,
    Dimension,
    Encoding,
    Field,
    Group,
    Layout,
    Member,
    Truncation,
    unique_name,
    walk,
)
from .renaming import placed_range, range_field, varies

_LONGEST_BINARY = 16


def build_layout(
    record: Item, source: Source, *, trunc: Truncation, binary_size: BinarySize, renames: bool = False
) -> Layout:
    """Lay out a record.

    Args:
        record: the outermost item.
        source: of the copybook, for messages.
        trunc: whether COMP holds its PICTURE's digits alone.
        binary_size: bytes of COMP items.
        renames: whether the level 66 are fields, after all others.

    Raises:
        CopybookError: a REDEFINES or a counter is not there, a level 66 that is to be a field has no fixed size, or the
            record is longer or has more values than can be decoded.
    """
    builder = _Builder(source, trunc, binary_size)
    top = _Surroundings((), (record.name,))
    # A level 77, or a record of one item, is its own member.
    items = record.children if record.is_group else [record]
    members = builder.place_all(items, 0, top)
    ranges = tuple(placed_range(entry, builder.placed) for entry in record.renames)
    if renames:
        members += tuple(builder.renamed(entry, top) for entry in record.renames)
    builder.check_values(record, members)
    conditions = tuple(record.conditions) if record.is_group else ()
    return Layout(record.name, builder.length(record), members, conditions, ranges)


@dataclass(frozen=True)
class _Surroundings:
    """What an item has from the groups around it.

    Attributes:
        path: the members down to the nearest.
        groups: all their names, the outermost first.
        taken: the member names of the nearest that has a member.
    """

    path: tuple[str, ...]
    groups: tuple[str, ...]
    dimensions: tuple[Dimension, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    taken: set[str] = field(default_factory=set)

    def member_name(self, item: Item) -> str:
        """Unique among its siblings; none for a nameless item that does not repeat."""
        if item.is_filler and not (item.is_group and item.occurs):
            return ""
        return unique_name(item.name.replace("-", "_"), self.taken)


@dataclass
class _Builder:
    source: Source
    trunc: Truncation
    binary_size: BinarySize
    fields: dict[str, list[tuple[Field, tuple[str, ...]]]] = field(default_factory=dict)
    placed: dict[Item, Member] = field(default_factory=dict)

    def place_all(self, items: list[Item], offset: int, around: _Surroundings) -> tuple[Member, ...]:
        """The items of a group."""
        redefined = {item.redefines.name for item in items if item.redefines}
        members = []
        for item, start in zip(items, self._starts(items, offset)[0], strict=True):
            inside = around
            if item.redefines and not item.redefines.means(item.redefines.name, around.groups):
                raise self._error(item, f"{item.name} redefines {item.redefines}, and is not in the same group")
            if item.redefines or item.name in redefined:
                name = f"FILLER_{item.line}" if item.is_filler else item.name.replace("-", "_")
                inside = replace(around, alternatives=(*around.alternatives, (*around.path, name)))
            self.placed[item] = self.place(item, start, inside)
            members.append(self.placed[item])
        return tuple(members)

    def place(self, item: Item, offset: int, around: _Surroundings) -> Member:
        """One item, with all its occurrences."""
        member = around.member_name(item)
        path = (*around.path, member) if member else around.path
        counter = self._counter(item, around)
        length = self.length(item, offset)
        own = None
        if item.occurs:
            stride = self._stride(item, offset)
            own = Dimension(item.occurs.maximum, stride, item.occurs.minimum, counter.path if counter else None)
        dimensions = (*around.dimensions, own) if own else around.dimensions
        if item.is_group:
            groups = (*around.groups, item.name)
            inside = _Surroundings(path, groups, dimensions, around.alternatives, set() if member else around.taken)
            children = self.place_all(item.children, offset, inside)
            return Group(
                item.name,
                member,
                item.level,
                path,
                offset,
                own.stride if own else length,
                children,
                own,
                dimensions,
                around.alternatives,
                tuple(item.conditions),
            )
        placed = Field(
            name=item.name,
            member=member,
            level=item.level,
            path=path,
            offset=offset,
            length=length,
            encoding=_encoding(item),
            usage=item.usage,
            picture=item.picture,
            justified=item.justified,
            own=own,
            dimensions=dimensions,
            alternatives=around.alternatives,
            conditions=tuple(item.conditions),
        )
        if item.picture and not placed.encoding.unit:
            placed = self._as_number(placed, item, item.picture)
        self.fields.setdefault(item.name, []).append((placed, around.groups))
        return placed

    def _starts(self, items: list[Item], offset: int) -> tuple[list[int], int]:
        """Where each item begins, and where all end.

        One begins after the item before it, and slack bytes if it is SYNCHRONIZED; those of a group's first item stand
        before the group. A REDEFINES begins where what it redefines does, which has to be aligned for both.
        """
        starts: dict[str, int] = {}
        over: set[str] = set()  # the items over whose storage the next one may lie: no other storage is between
        found = []
        end = offset
        for i, item in enumerate(items):
            start = aligned(end, self._first_boundary(item)) if i else end
            if item.redefines:
                name = item.redefines.name
                if name not in starts:
                    raise self._error(item, f"{item.name} redefines {item.redefines}, which is no item before it here")
                if name not in over:
                    raise self._error(
                        item, f"{item.name} redefines {item.redefines}, and other items lie between them: put it there"
                    )
                start = starts[name]
            else:
                over = set()
            starts[item.name] = start
            over.add(item.name)
            found.append(start)
            end = max(end, start + self._extent(item, start))
            if end > LONGEST:
                raise self._error(item, f"{item.name} ends at byte {end:,}, and a record has at most {LONGEST:,}")
        return found, end

    def renamed(self, entry: Renames, top: _Surroundings) -> Field:
        """A level 66 as a field."""
        if varies(entry, self.placed):
            raise self._error(entry.first, f"{entry.name} renames what a table of variable size is part of")
        return range_field(entry, self.placed, unique_name(entry.name.replace("-", "_"), top.taken))

    def check_values(self, record: Item, members: tuple[Member, ...]) -> None:
        """See that a record has no more values than can be columns."""
        fields = (member for member in walk(members) if isinstance(member, Field) and member.member)
        values = sum(prod(dimension.count for dimension in member.dimensions) for member in fields)
        if values > MOST_CELLS:
            raise self._error(
                record, f"{record.name} has {values:,} values, its tables' included: at most {MOST_CELLS:,}"
            )

    def length(self, item: Item, offset: int = 0) -> int:
        """Bytes of one occurrence of an item that begins at ``offset``."""
        if not item.is_group:
            return self._elementary_length(item)
        return self._starts(item.children, offset)[1] - offset

    def _stride(self, item: Item, offset: int) -> int:
        """Bytes of one occurrence with the slack bytes by which the next one is aligned as it is."""
        return aligned(self.length(item, offset), self._strictest(item))

    def _extent(self, item: Item, offset: int) -> int:
        """Bytes of all occurrences."""
        return self._stride(item, offset) * item.occurs.maximum if item.occurs else self.length(item, offset)

    def _first_boundary(self, item: Item) -> int:
        """Of the first elementary item in an item."""
        while item.is_group:
            item = item.children[0]
        return boundary(item, self._elementary_length(item))

    def _strictest(self, item: Item) -> int:
        """The strictest boundary of the elementary items in an item."""
        if item.is_group:
            return max(map(self._strictest, item.children))
        return boundary(item, self._elementary_length(item))

    def _elementary_length(self, item: Item) -> int:
        match item.usage:
            case Usage.FLOAT:
                return 4
            case Usage.DOUBLE:
                return 8
        picture = _picture(item)
        match item.usage:
            case Usage.PACKED:
                return picture.digits // 2 + 1
            case Usage.UNSIGNED_PACKED:
                return (picture.digits + 1) // 2
            case Usage.BINARY | Usage.NATIVE:
                return _binary_length(picture, self.binary_size)
            case Usage.COMP_X:
                length = picture.size if picture.category is Category.TEXT else _fewest_bytes(picture)
                if length > _LONGEST_BINARY:
                    raise self._error(item, f"{item.name} has {length:,} bytes, and a number at most {_LONGEST_BINARY}")
                return length
            case Usage.GRAPHIC | Usage.NATIONAL:
                return 2 * picture.size
        separate = picture.signed and picture.category is Category.NUMBER and item.sign and item.sign.separate
        return picture.size + bool(separate)

    def _as_number(self, placed: Field, item: Item, picture: Picture) -> Field:
        """A field with what its digits and sign are."""
        full_range = item.usage in {Usage.NATIVE, Usage.COMP_X} or (
            item.usage is Usage.BINARY and self.trunc is Truncation.BIN
        )
        sign = item.sign if picture.signed and placed.encoding is Encoding.ZONED else None
        suppressed = placed.encoding is Encoding.EDITED and "9" not in picture.template
        return replace(
            placed,
            digits=_full_range_digits(placed.length, picture.signed) if full_range else picture.digits,
            scale=picture.scale,
            signed=picture.signed,
            sign_leading=bool(sign and sign.leading),
            sign_separate=bool(sign and sign.separate),
            full_range=full_range,
            blank_is_zero=item.blank_when_zero or suppressed,
            template=picture.template,
        )

    def _counter(self, item: Item, around: _Surroundings) -> Field | None:
        if not item.occurs or item.occurs.depending_on is None:
            return None
        name = item.occurs.depending_on
        # The nearest before the table, where the name alone would mean several.
        before = reversed(self.fields.get(name.name, ()))
        counter = next((placed for placed, groups in before if name.means(placed.name, groups)), None)
        if counter is None:
            raise self._error(item, f"{item.name} occurs depending on {name}, which is no item before it")
        is_number = not counter.encoding.unit and counter.encoding is not Encoding.FLOAT
        if counter.scale != 0 or not (is_number or counter.encoding is Encoding.TEXT):
            raise self._error(item, f"{item.name} occurs depending on {name}, which is no whole number")
        if not counter.member or counter.dimensions != around.dimensions[: len(counter.dimensions)]:
            raise self._error(item, f"{item.name} occurs depending on {name}, which is in another table")
        return counter

    def _error(self, item: Item, message: str) -> CopybookError:
        return self.source.error(message, Position(item.line, item.column, item.file))


def _picture(item: Item) -> Picture:
    assert item.picture is not None  # noqa: S101 - the parser has seen to it
    return item.picture


def _encoding(item: Item) -> Encoding:
    match item.usage:
        case Usage.FLOAT | Usage.DOUBLE:
            return Encoding.FLOAT
        case Usage.PACKED:
            return Encoding.PACKED
        case Usage.UNSIGNED_PACKED:
            return Encoding.UNSIGNED_PACKED
        case Usage.BINARY | Usage.NATIVE | Usage.COMP_X:
            return Encoding.BINARY
        case Usage.GRAPHIC:
            return Encoding.GRAPHIC
        case Usage.NATIONAL:
            return Encoding.NATIONAL
    category = _picture(item).category
    return {Category.TEXT: Encoding.TEXT, Category.EDITED: Encoding.EDITED, Category.NUMBER: Encoding.ZONED}[category]


def _binary_length(picture: Picture, sizes: BinarySize) -> int:
    lengths = {
        BinarySize.IBM: (2, 4, 8),
        BinarySize.ONE_TWO_FOUR_EIGHT: (1, 2, 4, 8),
        BinarySize.MINIMAL: (1, 2, 3, 4, 5, 6, 7, 8),
    }[sizes]
    # Only the minimal sizes have no place for a sign where there is none. Past 18 digits all sizes are minimal.
    sign = picture.signed or sizes is not BinarySize.MINIMAL
    if picture.digits > 18:
        lengths, sign = tuple(range(9, 17)), True
    largest = 10**picture.digits - 1
    return next(n for n in lengths if largest < 1 << (8 * n - sign))


def _fewest_bytes(picture: Picture) -> int:
    """Micro Focus: COMP-X has as many bytes as its digits need, the sign included if there is one."""
    return next(n for n in range(1, _LONGEST_BINARY + 1) if 10**picture.digits <= 1 << (8 * n - picture.signed))


def _full_range_digits(length: int, signed: bool) -> int:
    return min(38, len(str(1 << (8 * length - signed))))
