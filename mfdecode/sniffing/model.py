"""What is looked at, and what is made of it."""

from dataclasses import dataclass
from pathlib import Path

from mfdecode.framing import Bytes, Compression, Framing, Offsets


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file.

    Attributes:
        path: the file.
        data: its first bytes, decompressed.
        size: of all that the file holds; None of a compressed file that goes on behind the sample.
        compression: of the file.
    """

    path: Path
    data: bytes
    size: int | None
    compression: Compression

    @property
    def whole(self) -> bool:
        """Whether it is the whole file."""
        return self.size == len(self.data)


@dataclass(frozen=True, slots=True)
class Framed:
    """The records that a framing finds in a sample.

    Attributes:
        framing: which.
        data: the sample, the segments of each record together where its first one lies.
        starts, lengths: of the records' data.
        share: of the sample's bytes that they and what is around them take; 1 if it divides into records.
    """

    framing: Framing
    data: Bytes
    starts: Offsets
    lengths: Offsets
    share: float

    @property
    def records(self) -> int:
        """How many."""
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A record format and a code page, and what speaks for them.

    Attributes:
        framed: the records.
        codepage: of the texts.
        alike: other code pages that read the texts in the same way.
        score: from 0 to 1; of the same evidence for all proposals.
        evidence: for people.
    """

    framed: Framed
    codepage: str
    alike: tuple[str, ...]
    score: float
    evidence: str
