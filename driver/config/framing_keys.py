"""How the records of a file are told apart: keys of the configuration, and options by the same names."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from mfdecode.framing import Compression, Endian, LineEnd, OnBrokenRdw, RecordFormat

from .section import Section


class FramingKeys(Section):
    """The record format and its particulars."""

    compression: Compression = Field(
        default=Compression.AUTO, description="of the file: none, gzip, bzip2, zstd, or auto: by its first bytes"
    )
    record_format: RecordFormat = RecordFormat.F
    record_length: int | None = Field(
        default=None, gt=0, description="bytes of an F record, if longer than the copybook"
    )
    block_size: int | None = Field(
        default=None,
        gt=0,
        description="FB: bytes of a block, a whole number of records; VB, VBS: the most that encode writes",
    )
    rdw_endian: Endian = Field(default=Endian.BIG, description="V, VB, VBS: the order of an RDW's bytes")
    rdw_inclusive: bool = Field(default=True, description="an RDW's length counts its own four bytes")
    rdw_adjust: int = Field(default=0, ge=-32_767, le=32_767, description="is added to an RDW's length")
    bdw_endian: Endian = Field(default=Endian.BIG, description="VB, VBS: the same of the BDWs")
    bdw_inclusive: bool = True
    bdw_adjust: int = Field(default=0, ge=-32_767, le=32_767)
    header_bytes: int = Field(default=0, ge=0, description="of the file, before its first record")
    trailer_bytes: int = Field(default=0, ge=0, description="of the file, behind its last record")
    record_start: int = Field(default=0, ge=0, description="bytes of each record before its data, past an RDW")
    record_end: int = Field(default=0, ge=0, description="bytes of each record behind its data")
    line_end: LineEnd = Field(default=LineEnd.AUTO, description="D: what ends a line: lf, crlf, nel15, nel25, or auto")
    on_broken_rdw: OnBrokenRdw = Field(
        default=OnBrokenRdw.STOP,
        description="resync: go on at the next plausible record, and reject what lies between as BROKEN_RDW",
    )
    delimiter: str = Field(default=",", description="CSV: between two columns")
    quote: str = Field(default='"', description="CSV: around a column, twice within it")
    header: bool = Field(default=True, description="CSV: the first line names the columns; else they are in order")
    length_field: str | None = Field(
        default=None, description="U, or V without RDWs: the field that holds the length of the record"
    )
    record_rules: Path | None = Field(
        default=None, description="the same: a YAML file with length_field, length (an expression) or map"
    )

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if self.length_field is not None and self.record_rules is not None:
            raise ValueError("give either 'length_field' or 'record_rules'")
        return self
