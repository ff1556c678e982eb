"""From the program text of a copybook to its items: the grammar, and the tree that level numbers make."""

from collections.abc import Iterator
from importlib.resources import files

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from .clauses import literal_text, read_item, read_reference
from .model import Category, Condition, Item, Picture, Renames, Usage
from .source import Position, Source
from .words import expected_words

_GRAMMAR = Lark((files(__package__) / "grammar.lark").read_text(), parser="lalr", lexer="contextual")


def parse(source: Source) -> tuple[Item, ...]:
    """The outermost items of a copybook.

    Raises:
        CopybookError: at the first thing that is no copybook.
    """
    try:
        tree = _GRAMMAR.parse(source.text)
    except UnexpectedInput as error:
        raise _syntax_error(source, error) from None
    builder = _TreeBuilder(source)
    for entry in tree.children:
        assert isinstance(entry, Tree)  # noqa: S101 - start has nothing but entries
        builder.add(entry)
    return builder.finish()


def _syntax_error(source: Source, error: UnexpectedInput) -> Exception:
    if isinstance(error, UnexpectedToken):
        expected = expected_words(error.accepts or error.expected)
        if error.token.type == "$END":
            end = len(source.text.rstrip())
            return source.error("the copybook ends inside an entry", source.position(max(0, end - 1)), expected)
        where = source.position(error.token.start_pos or 0)
        return source.error(f"{str(error.token)!r} is not expected here", where, expected)
    assert isinstance(error, UnexpectedCharacters)  # noqa: S101 - the other one that a contextual lexer raises
    offset = error.pos_in_stream or 0
    word = source.text[offset:].split(maxsplit=1)[0]
    return source.error(f"{word!r} is not expected here", source.position(offset), expected_words(error.allowed))


class _TreeBuilder:
    """Nests entries by their level numbers."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._roots: list[Item] = []
        self._open: list[Item] = []

    def add(self, entry: "Tree[Token]") -> None:
        first = entry.children[0]
        assert isinstance(first, Token)  # noqa: S101 - each kind of entry begins with its level number
        where = self._source.position(first.start_pos or 0)
        if entry.data == "condition":
            self._add_condition(entry, where)
        elif entry.data == "renames":
            self._add_renames(entry, where)
        else:
            self._add_item(entry, where)

    def finish(self) -> tuple[Item, ...]:
        for item in self._roots:
            self._check(item)
        if self._roots and self._roots[0].level not in {1, 77}:
            first = self._roots[0]
            renames = [entry for root in self._roots for entry in root.renames]
            return (Item(1, "RECORD", first.line, first.column, children=self._roots, renames=renames),)
        return tuple(self._roots)

    def _add_item(self, entry: "Tree[Token]", where: Position) -> None:
        level = int(str(entry.children[0]))
        if level in {1, 77}:
            self._open = []
        while self._open and self._open[-1].level >= level:
            self._open.pop()
        parent = self._open[-1] if self._open else None
        item = read_item(self._source, entry, where, parent)
        if parent is None:
            if self._roots and level not in {1, 77, self._roots[-1].level}:
                first = self._roots[-1].level
                raise self._source.error(f"level {level:02} does not follow level {first:02}", where)
            self._roots.append(item)
        else:
            self._check_place(item, parent, where)
            parent.children.append(item)
        self._open.append(item)

    def _check_place(self, item: Item, parent: Item, where: Position) -> None:
        if parent.picture is not None:
            raise self._source.error(f"{parent.name} has a PICTURE, so that nothing can be below it", where)
        if parent.children and parent.children[0].level != item.level:
            level = parent.children[0].level
            raise self._source.error(
                f"level {item.level:02} is no sibling in {parent.name}", where, (f"level {level:02}",)
            )
        if not item.is_filler and any(sibling.name == item.name for sibling in parent.children):
            raise self._source.error(f"{item.name} stands twice in {parent.name}", where)

    def _add_condition(self, entry: "Tree[Token]", where: Position) -> None:
        if not self._open:
            raise self._source.error("a level 88 names values of the item before it, and there is none", where)
        name = str(entry.children[1]).upper()
        values = []
        for child in entry.children[2:]:
            if isinstance(child, Tree) and child.data == "value_item":
                texts = [literal_text(literal) for literal in child.children if isinstance(literal, Tree)]
                values.append((texts[0], texts[1]) if len(texts) == 2 else texts[0])
        self._open[-1].conditions.append(Condition(name, tuple(values)))

    def _add_renames(self, entry: "Tree[Token]", where: Position) -> None:
        if not self._roots:
            raise self._source.error("a level 66 renames items of the record before it, and there is none", where)
        name = str(entry.children[1]).upper()
        references = [child for child in entry.children if isinstance(child, Tree)]
        below = list(_below(self._roots[-1:] if self._roots[-1].level in {1, 77} else self._roots))
        items = [item for item, _ in below]
        first, last = (self._renamed(reference, below) for reference in (references[0], references[-1]))
        inside = [item for item, _ in _below(first.children)]
        if len(references) > 1 and (items.index(last) <= items.index(first) or last in inside):
            at = self._place(references[-1])
            raise self._source.error(f"{name} renames {first.name} through {last.name}, which does not follow it", at)
        self._roots[-1].renames.append(Renames(name, first, last))

    def _renamed(self, entry: "Tree[Token]", below: list[tuple[Item, tuple[str, ...]]]) -> Item:
        reference = read_reference(entry)
        found = [item for item, groups in below if reference.means(item.name, groups)]
        if len(found) != 1:
            why = "stands several times in the record: say of which group" if found else "is no item of the record"
            raise self._source.error(f"{reference} {why}", self._place(entry))
        return found[0]

    def _place(self, reference: "Tree[Token]") -> Position:
        (name, *_) = reference.children
        return self._source.position(getattr(name, "start_pos", 0))

    def _check(self, item: Item) -> None:
        """What can be told only when it is known whether an item is a group."""
        for child in item.children:
            self._check(child)
        where = Position(item.line, item.column, item.file)
        if item.is_group:
            return
        is_float = item.usage in {Usage.FLOAT, Usage.DOUBLE}
        if item.picture is None and not is_float:
            raise self._source.error(f"{item.name} has no PICTURE and no items below it", where)
        if item.picture is not None and is_float:
            raise self._source.error(f"{item.name} is {item.usage}, which has no PICTURE", where)
        if item.picture and (wrong := _misfit(item.usage, item.picture)):
            raise self._source.error(f"{item.name} is {item.usage}, which {wrong}", where)


def _misfit(usage: Usage, picture: Picture) -> str:
    """Why the usage does not take the PICTURE; empty if it does."""
    match usage:
        case Usage.DISPLAY:
            good, wanted = picture.category not in {Category.GRAPHIC, Category.NATIONAL}, "any but G and N"
        case Usage.GRAPHIC:
            good, wanted = picture.category in {Category.GRAPHIC, Category.NATIONAL}, "G or N"
        case Usage.NATIONAL:
            good, wanted = picture.category is Category.NATIONAL, "N"
        case Usage.COMP_X:
            is_bytes = picture.category is Category.TEXT and set(picture.text) <= set("X()0123456789")
            good, wanted = picture.category is Category.NUMBER or is_bytes, "X alone, or of 9, S, V and P"
        case _:
            good, wanted = picture.category is Category.NUMBER, "9, S, V and P alone"
    if not good:
        return f"takes a PICTURE of {wanted}"
    return "has no place for a sign: take it away" if usage is Usage.UNSIGNED_PACKED and picture.signed else ""


def _below(items: list[Item], groups: tuple[str, ...] = ()) -> Iterator[tuple[Item, tuple[str, ...]]]:
    """Every item of a record but the record itself, each before its own, with the groups around it."""
    for item in items:
        if item.level not in {1, 77}:
            yield item, groups
        yield from _below(item.children, (*groups, item.name))
