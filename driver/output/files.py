"""Files that are written: whole or not at all, and never over one that is read."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from mfdecode.errors import MfdecodeError

_PRIVATE, _USUAL = 0o600, 0o666
"""Permissions of a new file; the second less what the umask takes."""


class OutputError(MfdecodeError):
    """A file that cannot or must not be written; the text says which and why."""


@contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which takes its place under its name when the context ends well, and is gone otherwise.

    Args:
        path: its folder is made; what is no regular file (a pipe, a device) is written as it is.
        private: nobody but its owner may read or write it, whoever might before.

    Raises:
        OSError: it cannot be written.
    """
    if path.exists() and not path.is_file():
        with named(path), path.open("wb") as file:
            yield file
        return
    target = path.resolve()
    part = _part(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = _PRIVATE if private else _USUAL
        file = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb")
    except OSError as error:  # which is about a name that the user has not given
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        try:
            yield file
        finally:
            with named(path):
                file.close()  # which writes what is left, and fails again where the disk is full
        if target.exists() and not private:
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Give an error of the operating system the name of the file that it is about, if it has none.

    Raises:
        OSError: the same error, with the name.
    """
    try:
        yield
    except OSError as error:
        if error.filename is not None or error.errno is None or isinstance(error, BrokenPipeError):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def refuse_overwriting(what: str, path: Path, others: Iterable[tuple[str, Path]]) -> None:
    """See that a file to be written is none of those that must stay.

    Args:
        what: the option or setting that names it, for the message.
        path: of the file.
        others: the files that must stay, each with what it is.

    Raises:
        OutputError: it is one of them, by whatever path.
    """
    if path.exists() and not path.is_file():  # a device or a pipe loses nothing
        return
    for role, other in others:
        if _is_same(path, other):
            raise OutputError(f"{what} {path} is {role}, which would be lost: give another file")


def check_writable(what: str, path: Path) -> None:
    """See that ``replacing`` will be able to begin.

    Raises:
        OutputError: it will not.
    """
    try:
        if path.is_dir():
            raise OutputError(f"{what} {path} cannot be written: it is a folder")
        if path.exists() and not path.is_file():
            return
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        _part(target).touch()
        _part(target).unlink()
    except OSError as error:
        raise OutputError(f"{what} {path} cannot be written: {error.strerror}") from error


def _part(target: Path) -> Path:
    """Where a file is written, beside its place so that it can be renamed."""
    return target.with_name(f".{target.name[:200]}.{os.getpid()}.part")


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:  # one of them is not there
        return path.resolve() == other.resolve()
