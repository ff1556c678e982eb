"""The text of a copybook without its reference format: what the compiler reads, and where each character stood."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from mfdecode.errors import CopybookError

_TAB = 8
_SEQUENCE = re.compile(r" {6}|\S{6}")
_INDICATORS = " *-/Dd$"
_DIRECTIVE = re.compile(r"\s*(?:>>|\$SET\b|EJECT\b|SKIP[123]\b)", re.IGNORECASE)
_FREE = re.compile(r"\s*(?:>>\s*SOURCE|\$SET\s+SOURCEFORMAT)\b.*\bFREE\b", re.IGNORECASE)
_QUOTES = "\"'"
_BYTE_ORDER_MARK = "\ufeff"
"""With which Windows begins a text."""
_END_OF_FILE = "\x1a"
"""With which DOS ends a text."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the copybook as it stands in the file; both are counted from 1. ``file`` is the copied one, if any."""

    line: int
    column: int
    file: str = ""


class Source:
    """A copybook's program text.

    Args:
        content: as it stands in the file.
        name: of the file, for messages.
        decimal_comma: the program that copies it says DECIMAL-POINT IS COMMA.

    Attributes:
        text: the program text, lines still apart; comments, sequence numbers and what follows column 72 are gone,
            continued words and literals are joined.
    """

    def __init__(self, content: str, name: str, *, decimal_comma: bool = False) -> None:
        self.name = name
        self.decimal_comma = decimal_comma
        self._lines = content.removeprefix(_BYTE_ORDER_MARK).partition(_END_OF_FILE)[0].splitlines()
        self._starts: list[int] = []
        self._origins: list[Position] = []
        self._parts: list[str] = []
        self._length = 0
        is_free = _is_free(self._lines)
        for number, line in enumerate(self._lines, 1):
            if _DIRECTIVE.match(line) or line.startswith("*"):
                continue
            if is_free:
                self._append(_without_comment(line) + "\n", Position(number, 1))
            else:
                self._append_reference_line(line.expandtabs(_TAB)[:72], number)
        self.text = "".join(self._parts)

    def position(self, offset: int) -> Position:
        """Where the character at this offset of ``text`` stands in the file."""
        if not self._starts:
            return Position(max(1, len(self._lines)), 1)
        part = max(0, bisect_right(self._starts, min(offset, self._length)) - 1)
        origin = self._origins[part]
        expanded = origin.column + offset - self._starts[part]
        return Position(origin.line, _unexpanded(self._line(origin.line), expanded))

    def error(self, message: str, where: Position, expected: tuple[str, ...] = ()) -> CopybookError:
        """An error that shows the line in question."""
        return CopybookError(
            message,
            source=where.file or self.name,
            line=where.line,
            column=where.column,
            text=self.source_of(where)._line(where.line),
            expected=expected,
        )

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that the text is of, the copybook first and then what it copies, each once."""
        return (Path(self.name),)

    def source_of(self, where: Position) -> "Source":
        """The file that a position is in."""
        return self

    def _line(self, number: int) -> str:
        return self._lines[number - 1] if number <= len(self._lines) else ""

    def _append(self, text: str, origin: Position) -> None:
        self._starts.append(self._length)
        self._origins.append(origin)
        self._parts.append(text)
        self._length += len(text)

    def _append_reference_line(self, line: str, number: int) -> None:
        indicator, text = line[6:7], line[7:]
        if indicator in ("*", "/", "D", "d", "$"):
            return
        if indicator == "-":
            self._join(text, number)
        else:
            self._append(_without_comment(text) + "\n", Position(number, 8))

    def _join(self, text: str, number: int) -> None:
        """Continue the last line: a literal where its quote is open, a word otherwise."""
        content = text.lstrip()
        column = 8 + len(text) - len(content)
        if self._parts:
            last = self._parts[-1].removesuffix("\n")
            quote = _open_quote(last)
            if quote:  # the literal runs to column 72, blanks included
                origin = self._origins[-1]
                last = last.ljust(73 - origin.column)
                if content.startswith(quote):
                    content, column = content[1:], column + 1
            else:
                last = last.rstrip()
            self._length += len(last) - len(self._parts[-1])
            self._parts[-1] = last
        self._append(content + "\n", Position(number, column))


def _is_free(lines: list[str]) -> bool:
    """Whether some line has text where the reference format has sequence numbers and indicators."""
    for line in lines:
        if _FREE.match(line):
            return True
        expanded = line.expandtabs(_TAB)
        if not expanded.strip() or expanded.lstrip().startswith("*") or _DIRECTIVE.match(line):
            continue
        if not _SEQUENCE.fullmatch(expanded[:6].ljust(6)) or expanded[6:7].ljust(1) not in _INDICATORS:
            return True
    return False


def _without_comment(text: str) -> str:
    """The text before an in-line comment (``*>``), which is none inside a literal."""
    quote = ""
    for i, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES:
            quote = character
        elif text.startswith("*>", i):
            return text[:i]
    return text


def _open_quote(text: str) -> str:
    """The quote of a literal that the text does not end, or nothing."""
    quote = ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES:
            quote = character
    return quote


def _unexpanded(line: str, column: int) -> int:
    """The column in the line as it stands of a column of the line with its tabs expanded; both from 1."""
    width = 0
    for i, character in enumerate(line):
        width = (width // _TAB + 1) * _TAB if character == "\t" else width + 1
        if width >= column:
            return i + 1
    return len(line) + 1 if column > width else column
