"""What mfdecode raises. Data is never a reason to raise: bad cells have a status instead."""

from pathlib import Path


class MfdecodeError(Exception):
    """The base of every error that a user can cause; its text is complete and fit to be shown as it is."""


class CopybookError(MfdecodeError):
    """A copybook that cannot be read.

    Args:
        message: what is wrong.
        source: the copybook's file name.
        line: counted from 1.
        column: counted from 1, in the line as it stands in the file.
        text: the line itself.
        expected: what could have stood there.
    """

    def __init__(
        self,
        message: str,
        *,
        source: str,
        line: int,
        column: int,
        text: str,
        expected: tuple[str, ...] = (),
    ) -> None:
        self.message = message
        self.source = source
        self.line = line
        self.column = column
        self.text = text
        self.expected = expected
        # Tabs are kept in the margin, so that the caret stands under its column in any terminal.
        margin = "".join("\t" if c == "\t" else " " for c in text[: column - 1])
        lines = [f"{source}:{line}:{column}: {message}", f"    {text}", f"    {margin}^"]
        if expected:
            lines.append(f"    expected {_either(expected)}")
        super().__init__("\n".join(lines))


class LayoutError(MfdecodeError):
    """A copybook that reads well and still lays out no record: sizes, counters or rules that do not fit."""


class CodepageError(MfdecodeError):
    """A code page that Python does not know or that is not one byte a character."""


class SimdError(MfdecodeError):
    """A level of the processor's vector instructions that does not exist or that cannot be had here."""


class FramingError(MfdecodeError):
    """A file that does not divide into records.

    Args:
        message: what is wrong and what to do.
        path: the file.
        offset: in bytes from its start, of what is wrong.
        record: counted from 0, of the record that could not be framed.
    """

    def __init__(self, message: str, *, path: str | Path, offset: int, record: int) -> None:
        self.path = str(path)
        self.offset = offset
        self.record = record
        super().__init__(f"{path}: record {record} at byte {offset}: {message}")


class CompressionError(MfdecodeError):
    """A compressed file that cannot be read to its end, or not in the way that was asked for.

    Args:
        message: what is wrong and what to do.
        path: the file.
    """

    def __init__(self, message: str, *, path: str | Path) -> None:
        self.path = str(path)
        super().__init__(f"{path}: {message}")


def _either(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
