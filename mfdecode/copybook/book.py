"""A copybook, from its text to the layout of its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mfdecode.errors import LayoutError
from mfdecode.layout import BinarySize, Layout, Truncation
from mfdecode.layout_builder import build_layout

from .copying import Program
from .model import Item
from .parser import parse
from .source import Source


@dataclass(frozen=True)
class Copybook:
    """A copybook.

    Attributes:
        records: the level 01 and 77 items; entries that begin at a lower level are one nameless record.
        source: where it was read from.
    """

    records: tuple[Item, ...]
    source: Source

    @classmethod
    def from_file(
        cls,
        path: str | Path,
        *,
        copy_path: Sequence[str | Path] = (),
        encoding: str = "utf-8",
        decimal_comma: bool = False,
    ) -> Self:
        """Read a copybook.

        Args:
            path: of the file.
            copy_path: directories to look for what it copies in, after its own; a library is a subfolder of one.
            encoding: of it and of what it copies.
            decimal_comma: the program that copies it says DECIMAL-POINT IS COMMA.

        Raises:
            CopybookError: it is none; the text names line and column and what was expected there.
            OSError: it cannot be read.
        """
        # A stray byte in a comment is no reason to refuse a copybook; in a name it is refused as what it is.
        content = Path(path).read_text(encoding, errors="replace")
        search = [Path(path).parent, *map(Path, copy_path)]
        program = Program(content, str(path), search, encoding, decimal_comma=decimal_comma)
        return cls(parse(program), program)

    @classmethod
    def from_text(cls, text: str, source: str = "<copybook>", *, decimal_comma: bool = False) -> Self:
        """Read a copybook from its text.

        Args:
            text: in the reference format or in free format, which is told by itself.
            source: its name, for messages.
            decimal_comma: the program that copies it says DECIMAL-POINT IS COMMA.

        Raises:
            CopybookError: it is none.
        """
        program = Source(text, source, decimal_comma=decimal_comma)
        return cls(parse(program), program)

    def layout(
        self,
        record: str | None = None,
        *,
        trunc: Truncation = Truncation.STD,
        binary_size: BinarySize = BinarySize.IBM,
        renames: bool = False,
    ) -> Layout:
        """Lay a record out.

        Args:
            record: name of the level 01; needed only where there are several.
            trunc: whether COMP holds its PICTURE's digits alone.
            binary_size: bytes of COMP items.
            renames: whether the level 66 are fields: texts, or of one elementary item what that item is.

        Raises:
            LayoutError: there is no such record, or several and none is named.
            CopybookError: an item cannot be placed: a REDEFINES or a counter that is not there.
        """
        return build_layout(self._record(record), self.source, trunc=trunc, binary_size=binary_size, renames=renames)

    def _record(self, name: str | None) -> Item:
        names = ", ".join(item.name for item in self.records)
        if not self.records:
            raise LayoutError(f"{self.source.name}: the copybook describes no record")
        if name is None:
            if len(self.records) > 1:
                raise LayoutError(f"{self.source.name}: there are several records, {names}: say which")
            return self.records[0]
        wanted = name.upper().replace("_", "-")
        for item in self.records:
            if item.name.replace("_", "-") == wanted:
                return item
        raise LayoutError(f"{self.source.name}: there is no record {name}; there is {names}")
