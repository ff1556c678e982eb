"""The clauses of a data description entry, from the syntax tree to an item."""

from collections.abc import Callable
from dataclasses import replace

from lark import Token, Tree

from .model import FILLER, LONGEST, Category, Item, Occurs, Reference, Sign, Usage
from .picture import PictureError, read_picture
from .source import Position, Source

_IMPLIED = {Category.GRAPHIC: Usage.GRAPHIC, Category.NATIONAL: Usage.NATIONAL}
"""By a PICTURE of G, or of N under the compiler option NSYMBOL(NATIONAL), IBM's default."""
_OCCURS_DIGITS = len(str(LONGEST))
_USAGES = {
    "DISPLAY": Usage.DISPLAY,
    "BINARY": Usage.BINARY,
    "COMP": Usage.BINARY,
    "COMP-0": Usage.BINARY,
    "COMP-4": Usage.BINARY,
    "COMP-1": Usage.FLOAT,
    "COMP-2": Usage.DOUBLE,
    "COMP-3": Usage.PACKED,
    "PACKED-DECIMAL": Usage.PACKED,
    "COMP-5": Usage.NATIVE,
    "COMP-6": Usage.UNSIGNED_PACKED,
    "COMP-X": Usage.COMP_X,
    "DISPLAY-1": Usage.GRAPHIC,
    "NATIONAL": Usage.NATIONAL,
}


def read_item(source: Source, entry: "Tree[Token]", where: Position, parent: Item | None) -> Item:
    """The item that an entry describes.

    Args:
        source: of the entry, for messages.
        entry: of the syntax tree.
        where: it begins.
        parent: the group that it is in, whose USAGE and SIGN it has where it says none, and its SYNCHRONIZED.

    Raises:
        CopybookError: a clause is there twice, or makes no sense.
    """
    level, *rest = entry.children
    names = [child for child in rest if isinstance(child, Token)]
    item = Item(
        level=int(str(level)),
        name=str(names[0]).upper() if names else FILLER,
        line=where.line,
        column=where.column,
        file=where.file,
        usage=parent.usage if parent else Usage.DISPLAY,
        sign=parent.sign if parent else None,
        synchronized=parent is not None and parent.synchronized,
    )
    seen: set[str] = set()
    for clause in rest:
        if isinstance(clause, Tree):
            at = _position(source, clause, where)
            if clause.data in seen:
                raise source.error(f"{item.name} has the clause twice", at)
            seen.add(clause.data)
            _READERS[clause.data](source, clause, at, item)
            if clause.data == "usage" and parent and parent.usage_given and item.usage is not parent.usage:
                raise source.error(f"{item.name} is {item.usage}, and its group {parent.name} {parent.usage}", at)
    item.usage_given = "usage" in seen or (parent is not None and parent.usage_given)
    if item.picture and not item.usage_given:
        item.usage = _IMPLIED.get(item.picture.category, item.usage)
    if "sign" in seen and item.picture:
        if item.picture.category not in {Category.NUMBER, Category.EDITED}:
            raise source.error(f"{item.name} is text, which has no SIGN", where)
        item.picture = replace(item.picture, signed=True)  # compilers take it so where the PICTURE has no S
    return item


def read_reference(reference: "Token | Tree[Token]") -> Reference:
    """The name of another item, with the groups that it is qualified by."""
    assert isinstance(reference, Tree)  # noqa: S101 - the grammar's only form
    name, *groups = (str(token).upper() for token in reference.children)
    return Reference(name, tuple(groups))


def literal_text(literal: "Tree[Token]") -> str:
    """A literal as written, a figurative constant in upper case."""
    return str(literal.children[-1])


def _position(source: Source, clause: "Tree[Token]", default: Position) -> Position:
    token = next(clause.scan_values(lambda value: isinstance(value, Token)), None)
    return source.position(token.start_pos) if token is not None and token.start_pos is not None else default


def _picture(source: Source, clause: "Tree[Token]", at: Position, item: Item) -> None:
    try:
        item.picture = read_picture(str(clause.children[0]), decimal_comma=source.decimal_comma)
    except PictureError as error:
        where = replace(at, column=at.column + error.at)
        raise source.error(f"PICTURE {clause.children[0]}: {error}", where) from None


def _usage(source: Source, clause: "Tree[Token]", at: Position, item: Item) -> None:
    word = str(clause.children[0]).upper().replace("COMPUTATIONAL", "COMP")
    if word not in _USAGES:
        raise source.error(f"USAGE {word} is not decoded", at, tuple(_USAGES))
    item.usage = _USAGES[word]


def _sign(source: Source, clause: "Tree[Token]", at: Position, item: Item) -> None:
    kinds = [child.type for child in clause.children if isinstance(child, Token)]
    item.sign = Sign(leading=kinds[0] == "LEADING", separate="SEPARATE" in kinds)


def _occurs(source: Source, clause: "Tree[Token]", at: Position, item: Item) -> None:
    written = [str(child).lstrip("0") or "0" for child in clause.children if isinstance(child, Token)]
    if any(len(number) > _OCCURS_DIGITS for number in written):
        raise source.error(f"{item.name} occurs more often than any record is long", at)
    numbers = [int(number) for number in written]
    phrases = {child.data: child.children for child in clause.children if isinstance(child, Tree)}
    depending = read_reference(phrases["depending"][0]) if "depending" in phrases else None
    indexed_by = tuple(str(token).upper() for token in phrases.get("indexed", ()))
    if depending and len(numbers) == 1:  # OCCURS n DEPENDING ON: from one
        numbers = [1, *numbers]
    if numbers[-1] < 1 or numbers[0] > numbers[-1]:
        raise source.error(f"{item.name} occurs {' to '.join(map(str, numbers))} times", at, ("at least one time",))
    if len(numbers) == 2 and not depending:
        raise source.error(f"{item.name} occurs a variable number of times", at, ("DEPENDING ON",))
    if item.level in {1, 77}:
        raise source.error(f"level {item.level:02} cannot have OCCURS", at)
    item.occurs = Occurs(numbers[0], numbers[-1], depending, indexed_by)


def _redefines(source: Source, clause: "Tree[Token]", at: Position, item: Item) -> None:
    item.redefines = read_reference(clause.children[0])


def _value(source: Source, clause: "Tree[Token]", at: Position, item: Item) -> None:
    literal = clause.children[0]
    assert isinstance(literal, Tree)  # noqa: S101 - the grammar's only form
    item.value = literal_text(literal)


def _justified(source: Source, clause: "Tree[Token]", at: Position, item: Item) -> None:
    item.justified = True


def _blank_when_zero(source: Source, clause: "Tree[Token]", at: Position, item: Item) -> None:
    item.blank_when_zero = True


def _synchronized(source: Source, clause: "Tree[Token]", at: Position, item: Item) -> None:
    item.synchronized = True


def _storage(source: Source, clause: "Tree[Token]", at: Position, item: Item) -> None:
    """GLOBAL, EXTERNAL, VOLATILE: nothing of the record."""


_READERS: dict[str, Callable[[Source, "Tree[Token]", Position, Item], None]] = {
    "picture": _picture,
    "usage": _usage,
    "sign": _sign,
    "occurs": _occurs,
    "redefines": _redefines,
    "value": _value,
    "justified": _justified,
    "blank_when_zero": _blank_when_zero,
    "synchronized": _synchronized,
    "storage": _storage,
}
