"""What is recorded of a run's input: by which it is known again, and by which a resumed run reads on."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter
from xxhash import xxh3_128, xxh3_128_hexdigest

from mfdecode.errors import MfdecodeError
from mfdecode.framing import Part

_SAMPLES = 64
_SAMPLE = 64 * 1024


class InputChanged(MfdecodeError):  # noqa: N818 - named for what it says
    """The input is not what it was; the text says which file, and how."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file at one moment.

    Attributes:
        path: as the job has it.
        size: in bytes.
        modified_ns: when it was written last.
        sample: XXH3-128 of its size and of 64 blocks of 64 KB spread over it, in hexadecimal: of a small file, all.
    """

    path: Path
    size: int
    modified_ns: int
    sample: str

    @classmethod
    def now(cls, path: Path) -> "InputFile":
        """As the file is now.

        Raises:
            OSError: it cannot be read.
        """
        found = path.stat()
        return cls(path, found.st_size, found.st_mtime_ns, _sample(path, found.st_size))


@dataclass(frozen=True, slots=True)
class InputRecord:
    """The files of an input, and the parts in which it is read."""

    files: tuple[InputFile, ...]
    parts: tuple[Part, ...]

    @classmethod
    def now(cls, parts: Iterable[Part]) -> "InputRecord":
        """Of an input that is open.

        Raises:
            OSError: a file cannot be read.
        """
        parts = tuple(parts)
        return cls(tuple(map(InputFile.now, dict.fromkeys(part.path for part in parts))), parts)

    @classmethod
    def from_json(cls, text: str) -> "InputRecord":
        """As ``as_json`` has written it."""
        return _JSON.validate_json(text)

    @property
    def as_json(self) -> str:
        """For MF_RUN."""
        return json.dumps(_JSON.dump_python(self, mode="json"))

    @property
    def fingerprint(self) -> str:
        """Of the content, as far as it is sampled."""
        return xxh3_128_hexdigest(" ".join(file.sample for file in self.files).encode())

    def seen_again(self) -> "InputRecord":
        """The same content as it is now: another record than this one if the files were written to since.

        Raises:
            OSError: a file is not there any more.
            InputChanged: one has other content.
        """
        again = InputRecord.now(self.parts)
        for then, now in zip(self.files, again.files, strict=True):
            if now.size != then.size:
                raise InputChanged(
                    f"{then.path}: the file had {then.size:,} bytes when the run began, and has {now.size:,} now"
                )
            if now.sample != then.sample:
                raise InputChanged(f"{then.path}: the file has other content than when the run began")
        return again

    def require_unchanged(self) -> None:
        """See that nobody has written to the files while they were read.

        Raises:
            OSError: one is not there any more.
            InputChanged: somebody has.
        """
        for then in self.files:
            now = then.path.stat()
            if now.st_size != then.size:
                grown = "grown" if now.st_size > then.size else "shrunk"
                raise InputChanged(
                    f"{then.path}: the file has {grown} from {then.size:,} to {now.st_size:,} bytes while it was read; "
                    "nothing was merged. Has its transfer ended? Begin a new run when it has"
                )
            if now.st_mtime_ns != then.modified_ns:
                raise InputChanged(
                    f"{then.path}: the file was written to while it was read; nothing was merged. Begin a new run when "
                    "nobody writes to it any more"
                )


def _sample(path: Path, size: int) -> str:
    digest = xxh3_128(str(size).encode())
    with path.open("rb", buffering=0) as file:
        for start in _starts(size):
            file.seek(start)
            digest.update(file.read(_SAMPLE))
    return digest.hexdigest()


def _starts(size: int) -> Iterator[int]:
    """Where the blocks begin: one after the other, or the first at the beginning and the last at the end."""
    last = max(0, size - _SAMPLE)
    if size <= _SAMPLES * _SAMPLE:
        yield from range(0, size, _SAMPLE)
    else:
        yield from (last * i // (_SAMPLES - 1) for i in range(_SAMPLES))


_JSON = TypeAdapter(InputRecord)
