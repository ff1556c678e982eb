"""The COPY statement: other copybooks' text in its place (Enterprise COBOL for z/OS Language Reference, SC27-8713)."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .source import Position, Source

_EXTENSIONS = ("", ".cpy", ".cbl", ".cob", ".copy")
_TOKEN = re.compile(r"\"(?:[^\"\n]|\"\")*\"|'(?:[^'\n]|'')*'|==|[\w-]+|[^\s,;]|[,;](?=\S)")
_QUOTES = "\"'"


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text, and where it stood; what REPLACING put in stands where the text that it replaces begins."""

    text: str
    source: Source
    offset: int
    is_replaced: bool = False


@dataclass(frozen=True, slots=True)
class _Replacement:
    """One operand pair of REPLACING; ``partial`` is LEADING, TRAILING or nothing."""

    wanted: tuple[str, ...]
    by: str
    partial: str = ""


class Program(Source):
    """A copybook's program text with all that it copies in place.

    Args:
        content: of the copybook, as it stands in the file.
        name: of the copybook, for messages.
        search: the directories to look for copied ones in, in this order.
        encoding: of the copied files.
        decimal_comma: the program that copies it says DECIMAL-POINT IS COMMA.

    Raises:
        CopybookError: a COPY statement is wrong, or what it names is not there.
        OSError: a copied file cannot be read.
    """

    def __init__(
        self, content: str, name: str, search: Sequence[Path], encoding: str = "utf-8", *, decimal_comma: bool = False
    ) -> None:
        super().__init__(content, name, decimal_comma=decimal_comma)
        self._search = search
        self._encoding = encoding
        self._sources: dict[str, Source] = {}
        own = Source(content, name)
        self._pieces = self._expand(own, [own])
        self._offsets: list[int] = []
        length = 0
        for piece in self._pieces:
            self._offsets.append(length)
            length += len(piece.text)
        self.text = "".join(piece.text for piece in self._pieces)

    def position(self, offset: int) -> Position:
        """Where the character at this offset of ``text`` stands, and in which file."""
        if not self._pieces:
            return super().position(offset)
        number = max(0, bisect_right(self._offsets, offset) - 1)
        piece = self._pieces[number]
        within = 0 if piece.is_replaced else offset - self._offsets[number]
        return self._located(piece.source, piece.offset + within)

    def _located(self, source: Source, offset: int) -> Position:
        where = source.position(offset)
        return replace(where, file=source.name) if source.name in self._sources else where

    @property
    def files(self) -> tuple[Path, ...]:
        """The copybook, then the copied files, each once."""
        return (*super().files, *map(Path, self._sources))

    def source_of(self, where: Position) -> Source:
        """The file that a position is in."""
        return self._sources.get(where.file, self)

    def _expand(self, source: Source, chain: list[Source]) -> list[_Piece]:
        text, pieces, done = source.text, [], 0
        tokens = list(_TOKEN.finditer(text))
        at = 0
        while at < len(tokens):
            if tokens[at].group().upper() != "COPY":
                at += 1
                continue
            start = tokens[at].start()
            statement = _Statement(source, tokens, at)
            pieces.append(_Piece(text[done:start], source, done))
            path = self._find(statement, source)
            names = [opened.name for opened in chain]
            if str(path) in names or path.resolve() in [Path(name).resolve() for name in names]:
                cycle = " copies ".join([*names, str(path)])
                raise source.error(f"the copybook copies itself: {cycle}", source.position(start))
            copied = Source(path.read_text(self._encoding, errors="replace"), str(path))
            self._sources[copied.name] = copied
            inner = self._expand(copied, [*chain, copied])
            pieces += _replaced(inner, statement.replacements)
            at, done = statement.next, statement.end
        pieces.append(_Piece(text[done:], source, done))
        return [piece for piece in pieces if piece.text]

    def _find(self, statement: "_Statement", source: Source) -> Path:
        folders = [Path(source.name).parent, *self._search]
        if statement.library:
            folders = [found for folder in folders for found in _named(folder, {statement.library.lower()})]
        wanted = {(statement.name + extension).lower() for extension in _EXTENSIONS}
        for folder in folders:
            for found in _named(folder, wanted):
                if found.is_file():
                    return found
        looked = ", ".join(str(folder) for folder in folders) or f"no folder {statement.library} on the search path"
        kinds = ", ".join(_EXTENSIONS[1:])
        raise source.error(
            f"COPY {statement.name}: there is none, with {kinds} or no extension; looked in {looked}",
            source.position(statement.at),
        )


class _Statement:
    """A COPY statement, read from its first token; ``next`` is the token and ``end`` the offset behind its period."""

    def __init__(self, source: Source, tokens: list[re.Match[str]], at: int) -> None:
        self._source, self._tokens, self.next = source, tokens, at + 1
        self.at = tokens[at].start()
        self.name = self._take().strip(_QUOTES)
        self.library = ""
        if self._peek() in {"OF", "IN"}:
            self._take()
            self.library = self._take().strip(_QUOTES)
        if self._peek() == "SUPPRESS":
            self._take()
        self.replacements: list[_Replacement] = []
        if self._peek() == "REPLACING":
            self._take()
            while self._peek() != ".":
                self.replacements.append(self._replacement())
        if self._peek() != ".":
            raise self._source.error("the COPY statement does not end here", self._here(), ("a period",))
        self._take()
        self.end = tokens[self.next - 1].end()

    def _replacement(self) -> _Replacement:
        partial = self._take().upper() if self._peek() in {"LEADING", "TRAILING"} else ""
        wanted = tuple(match.group().upper() for match in _TOKEN.finditer(self._operand()))
        if not wanted:
            raise self._source.error("REPLACING replaces nothing", self._here(), ("text between == and ==",))
        if self._peek() != "BY":
            raise self._source.error("REPLACING says not by what", self._here(), ("BY",))
        self._take()
        return _Replacement(wanted, self._operand(), partial)

    def _operand(self) -> str:
        if self._peek() != "==":
            return self._take()
        self._take()
        start = self._tokens[self.next - 1].end()
        while self._peek() != "==":
            self._take()
        end = self._tokens[self.next].start()
        self._take()
        return self._source.text[start:end].strip()

    def _peek(self) -> str:
        return self._tokens[self.next].group().upper() if self.next < len(self._tokens) else ""

    def _take(self) -> str:
        if self.next >= len(self._tokens):
            raise self._source.error("the copybook ends inside a COPY statement", self._source.position(self.at))
        self.next += 1
        return self._tokens[self.next - 1].group()

    def _here(self) -> Position:
        token = self._tokens[min(self.next, len(self._tokens) - 1)]
        return self._source.position(token.start())


def _named(folder: Path, names: set[str]) -> list[Path]:
    """What a directory has by one of the names, in any case."""
    return sorted(path for path in folder.iterdir() if path.name.lower() in names) if folder.is_dir() else []


def _replaced(pieces: list[_Piece], replacements: list[_Replacement]) -> list[_Piece]:
    """The pieces with the first replacement that fits made at each word."""
    if not replacements:
        return pieces
    result: list[_Piece] = []
    for piece in pieces:
        tokens = list(_TOKEN.finditer(piece.text))
        words = [token.group().upper() for token in tokens]
        done = at = 0
        while at < len(tokens):
            for replacement in replacements:
                count = len(replacement.wanted)
                span = _match(replacement, tokens, words, at)
                if span is not None:
                    start, end = span
                    within = 0 if piece.is_replaced else done
                    result.append(replace(piece, text=piece.text[done:start], offset=piece.offset + within))
                    within = 0 if piece.is_replaced else start
                    result.append(_Piece(replacement.by, piece.source, piece.offset + within, is_replaced=True))
                    done, at = end, at + count - 1
                    break
            at += 1
        within = 0 if piece.is_replaced else done
        result.append(replace(piece, text=piece.text[done:], offset=piece.offset + within))
    return [piece for piece in result if piece.text]


def _match(replacement: _Replacement, tokens: list[re.Match[str]], words: list[str], at: int) -> tuple[int, int] | None:
    wanted = replacement.wanted
    start, end = tokens[at].span()
    if replacement.partial == "LEADING":
        return (start, start + len(wanted[0])) if words[at].startswith(wanted[0]) else None
    if replacement.partial == "TRAILING":
        return (end - len(wanted[0]), end) if words[at].endswith(wanted[0]) else None
    if tuple(words[at : at + len(wanted)]) != wanted:
        return None
    return start, tokens[at + len(wanted) - 1].end()
