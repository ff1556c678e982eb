"""Record formats, and all that tells the records of a file apart."""

from dataclasses import dataclass, field
from enum import StrEnum

from mfdecode.errors import LayoutError

from .compression import Compression
from .delimited import Delimited
from .lengths import LengthRule

_MOST_ADJUSTED = 32_767
_COMMAS = Delimited()


class RecordFormat(StrEnum):
    """The RECFM of a file (z/OS DFSMS Using Data Sets, SC23-6855); D are lines of text, and CSV such of columns."""

    F = "F"
    FB = "FB"
    V = "V"
    VB = "VB"
    VBS = "VBS"
    D = "D"
    U = "U"
    CSV = "CSV"

    @property
    def is_fixed(self) -> bool:
        """Whether its records are of one length."""
        return self in {RecordFormat.F, RecordFormat.FB}

    @property
    def has_blocks(self) -> bool:
        """Whether its blocks have descriptor words."""
        return self in {RecordFormat.VB, RecordFormat.VBS}


class Endian(StrEnum):
    """The order of a descriptor word's bytes: the mainframe's, or turned round (the whole word, or each half of it)."""

    BIG = "big"
    LITTLE = "little"


class LineEnd(StrEnum):
    """What ends a line: X'0A', X'0D0A', or NEL as X'15' or X'25'; or what the beginning of the file shows."""

    AUTO = "auto"
    LF = "lf"
    CRLF = "crlf"
    NEL15 = "nel15"
    NEL25 = "nel25"


class OnBrokenRdw(StrEnum):
    """What is done where a descriptor word is none: the run stops, or goes on at the next plausible record."""

    STOP = "stop"
    RESYNC = "resync"


@dataclass(frozen=True, slots=True)
class Framing:
    """How the records of a file are told apart.

    Attributes:
        record_format: its RECFM.
        record_length: bytes of a record, those around it left out; of F and FB.
        rdw_inclusive, bdw_inclusive: a descriptor's length counts its own four bytes, as z/OS writes it.
        rdw_endian, bdw_endian: the order of its bytes.
        rdw_adjust, bdw_adjust: is added to its length.
        header_bytes, trailer_bytes: of the file, before its first and behind its last record.
        record_start, record_end: bytes of each record before and behind its data; past an RDW, and inside its length.
        block_size: of FB: a whole number of records; of VB and VBS: the most bytes of a block that is written.
        line_end: of D.
        on_broken_rdw: of V, VB and VBS.
        length_rule: the length of each record by what is in it; of U, or of V whose RDWs are stripped.
        compression: of the file.
        delimited: of CSV.
        codepage: of texts that tell lengths, and of what messages show.
        shown: messages may show bytes of the file; not if they may be personal data.

    Raises:
        LayoutError: these do not fit together.
    """

    record_format: RecordFormat
    record_length: int
    rdw_inclusive: bool = True
    rdw_endian: Endian = Endian.BIG
    rdw_adjust: int = 0
    bdw_inclusive: bool = True
    bdw_endian: Endian = Endian.BIG
    bdw_adjust: int = 0
    header_bytes: int = 0
    trailer_bytes: int = 0
    record_start: int = 0
    record_end: int = 0
    block_size: int | None = None
    line_end: LineEnd = LineEnd.AUTO
    on_broken_rdw: OnBrokenRdw = OnBrokenRdw.STOP
    length_rule: LengthRule | None = None
    compression: Compression = Compression.AUTO
    delimited: Delimited = _COMMAS
    codepage: str = field(default="cp037", repr=False)  # an index depends on neither
    shown: bool = field(default=True, repr=False)

    def __post_init__(self) -> None:
        format_ = self.record_format
        if min(self.header_bytes, self.trailer_bytes, self.record_start, self.record_end) < 0:
            raise LayoutError("bytes around a file or a record are none or some, not less than none")
        if max(abs(self.rdw_adjust), abs(self.bdw_adjust)) > _MOST_ADJUSTED:
            raise LayoutError(f"a descriptor's length is adjusted by {_MOST_ADJUSTED} bytes at most")
        if format_ is RecordFormat.CSV and (self.header_bytes, self.record_start, self.record_end) != (0, 0, 0):
            raise LayoutError("a file of format CSV has a header line at most, and no bytes around its records")
        if format_ is RecordFormat.U and self.length_rule is None:
            raise LayoutError("records of format U need --length-field or --record-rules, which tell their lengths")
        if self.length_rule is not None and format_ not in {RecordFormat.U, RecordFormat.V}:
            raise LayoutError(
                f"records of format {format_} have their lengths by it: --length-field and --record-rules are for U, "
                "and for V without RDWs"
            )
        if self.on_broken_rdw is OnBrokenRdw.RESYNC and not self._has_rdws:
            raise LayoutError(f"records of format {format_} have no RDWs here to find the next of: leave out resync")
        if self.block_size is not None and format_ is not RecordFormat.FB and not format_.has_blocks:
            raise LayoutError(f"a block size is for format FB, VB or VBS, not for {format_}")
        if self.block_size is not None and format_.is_fixed and self.record_length and self.block_size % self.stride:
            raise LayoutError(
                f"blocks of {self.block_size} bytes are no whole number of records of {self.stride} bytes"
            )

    @property
    def stride(self) -> int:
        """Bytes from one record of F to the next."""
        return self.record_start + self.record_length + self.record_end

    @property
    def shortest(self) -> int:
        """Bytes that a record takes at least, with what is around it."""
        if self.record_format.is_fixed:
            return self.stride
        if self.on_broken_rdw is OnBrokenRdw.RESYNC:  # what lies between two records counts as one
            return 1
        descriptor = 4 if self._has_rdws else 1  # a line end; or a byte of data, without which it would have no length
        return self.record_start + descriptor + self.record_end

    @property
    def rdw_extra(self) -> int:
        """To be added to an RDW's length for that of what follows it."""
        return self.rdw_adjust - (4 if self.rdw_inclusive else 0)

    @property
    def bdw_extra(self) -> int:
        """The same of a BDW."""
        return self.bdw_adjust - (4 if self.bdw_inclusive else 0)

    @property
    def _has_rdws(self) -> bool:
        return self.length_rule is None and (self.record_format is RecordFormat.V or self.record_format.has_blocks)
