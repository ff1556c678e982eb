"""The schema of a job's configuration: one model, from which validation, defaults and documentation come."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from driver.repository.authentication import Authentication
from driver.repository.duckdb.storage import ROW_GROUP
from driver.repository.insert_method import InsertMethod
from mfdecode.framing import Endian
from mfdecode.layout import BinarySize, Truncation
from mfdecode.options import FloatFormat, OdoLayout, Trim

from .codes import Code
from .conditions import When
from .controls import Control
from .framing_keys import FramingKeys
from .numbers import Numbers
from .personal_data import PersonalData, Pii
from .pipeline import Pipeline, Pool, ReadingMode
from .quantities import MemoryOrAuto, Seconds
from .record_types import LoadTarget, RecordTypeKeys, parents_first
from .rejects import Rejects
from .section import Section
from .telemetry import Log, Metrics
from .vault import Vault


class Input(FramingKeys):
    """The file and how to read it."""

    path: Path = Field(description="of the file; not needed where an input_pattern tells the files")
    copybook: Path
    copy_path: tuple[Path, ...] = Field(default=(), description="directories of the copybooks that it copies")
    decimal_comma: bool = Field(
        default=False, description="DECIMAL-POINT IS COMMA: in PICTUREs, period and comma have each other's meaning"
    )
    record: str | None = Field(default=None, description="the 01 level, where the copybook has several")
    records: dict[str, RecordTypeKeys] = Field(
        default_factory=dict, description="record type → its 01 level, and when a record is one; the first that is wins"
    )
    codepage: str = "cp037"
    trim: Trim = Trim.RIGHT
    float: FloatFormat = FloatFormat.IBM
    float_endian: Endian = Field(default=Endian.BIG, description="the order of the bytes of COMP-1 and COMP-2")
    comp5_endian: Endian = Field(default=Endian.BIG, description="the same of COMP-5")
    numbers: Numbers = Field(default=Numbers(), description="what bytes that are no number count as")
    odo_layout: OdoLayout | None = Field(
        default=None,
        description="where what follows an OCCURS DEPENDING ON begins: packed, behind its last occurrence, or maximum, "
        "where it does at its most; if not given, maximum for records of fixed length and packed for others",
    )
    odo_counters: dict[str, dict[str, int]] = Field(
        default_factory=dict, description="counter that is text → code → how many occurrences it counts"
    )
    trunc: Truncation = Truncation.STD
    binary_size: BinarySize = BinarySize.IBM
    renames: bool = Field(default=False, description="level 66 are fields too, behind the others")
    redefines: dict[str, When] = Field(default_factory=dict, description="alternative → when a record holds it")


class FieldOptions(Section):
    """How one field is read where it differs from ``input``, and what is done to it on its way to the table."""

    codepage: str | None = None
    trim: Trim | None = None
    float: FloatFormat | None = None
    float_endian: Endian | None = None
    comp5_endian: Endian | None = None
    numbers: Numbers | None = Field(default=None, description="what is not given here is as in input.numbers")

    rename: str | None = Field(default=None, min_length=1)
    drop: bool = False
    date: str | None = Field(default=None, description="strptime format of the digits; the column becomes a DATE")
    timestamp: str | None = Field(
        default=None, description="strptime format, such as %Y-%m-%d-%H.%M.%S.%f; the column becomes a TIMESTAMP"
    )
    map: dict[str, Code] | None = Field(default=None, description="code → what the table says instead")
    pii: Pii | None = None


class Rule(Section):
    """One validation rule; a record that breaks it is rejected. Give one test."""

    field: str
    required: bool | None = None
    range: tuple[Decimal | None, Decimal | None] | None = None
    allowed: tuple[Code, ...] | None = None
    pattern: str | None = None
    date: str | None = None
    plugin: str | None = Field(default=None, description="module:function(values, status) → mask of good records")

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        tests = [
            t for t in ("required", "range", "allowed", "pattern", "date", "plugin") if getattr(self, t) is not None
        ]
        if len(tests) != 1:
            raise ValueError("give one of required, range, allowed, pattern, date, plugin")
        low, high = self.range or (None, None)
        if low is not None and high is not None and low > high:
            raise ValueError(f"no number is in the range {low} to {high}: the lower bound comes first")
        return self


_DUCKDB_MEMORY = 170 * 1000**2
"""Enough for whole row groups of usual records, and all that 500 MB leave beside them."""


class DuckDbTarget(LoadTarget):
    """The embedded database."""

    type: Literal["duckdb"]
    database: Path
    memory: MemoryOrAuto = Field(
        default="auto", description="DuckDB's own memory limit; auto: what pipeline.memory_limit leaves, 100MB to 170MB"
    )
    commit_rows: int = Field(
        default=2 * ROW_GROUP,
        ge=1,
        description="rows of a transaction, at most, in whole batches. Two row groups of DuckDB: these are compressed "
        "and written once; what is smaller goes to the write-ahead log first, and what is a little larger leaves a "
        "small row group behind each time",
    )
    keep_staged: bool = Field(
        default=False,
        description="leave the rows of a run in staging until the next run begins, with part, batch and record that "
        "each is from. If not, an empty final table takes the rows over as they are, which is twice as fast",
    )

    @property
    def most_memory(self) -> int:
        """Bytes that DuckDB may use."""
        return _DUCKDB_MEMORY if self.memory == "auto" else self.memory


class Retry(Section):
    """How a transaction is tried again that the database may take later."""

    attempts: int = Field(default=8, ge=1, le=100, description="of one transaction, the first among them")
    first_wait: Seconds = Field(default=0.25, ge=0, description="before the second; doubled each time, with jitter")
    longest_wait: Seconds = Field(default=30.0, ge=0)


class Ssl(Section):
    """What an encrypted connection to Db2 needs."""

    certificate: Path | None = Field(default=None, description="of the server or its authority")
    keystore: Path | None = Field(default=None, description="the client's (.kdb or .p12)")
    stash: Path | None = Field(default=None, description="with the keystore's password")
    label: str | None = Field(default=None, description="of the client's certificate in the keystore")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.keystore is None) != (self.stash is None):
            raise ValueError("a keystore needs its stash, and a stash its keystore")
        if self.label is not None and self.keystore is None:
            raise ValueError("a label is of a certificate in a keystore: give it")
        return self


class Db2Target(LoadTarget):
    """A Db2 database; the secret db2_password lets us in."""

    type: Literal["db2"]
    database: str
    host: str = "localhost"
    port: int = Field(default=50_000, ge=1, le=65_535)
    user: str
    authentication: Authentication | None = Field(
        default=Authentication.SERVER, description="server, server_encrypt, or null: driver and server come to terms"
    )
    ssl: bool | Ssl = Field(default=False, description="true: by the authorities that IBM's driver itself trusts")
    insert: InsertMethod = Field(default=InsertMethod.BIND, description="bind, array or executemany")
    merge_rows: int = Field(default=50_000, ge=1_000, description="records that one transaction of the MERGE takes")
    connect_timeout: Seconds = Field(default=10.0, ge=1)
    receive_timeout: Seconds = Field(
        default=120.0, ge=1, le=32_767, description="of the writers: silence that counts as lost"
    )
    merge_timeout: Seconds = Field(
        default=3_600.0, ge=1, le=32_767, description="the same, of MERGE and reconciliation"
    )
    retry: Retry = Retry()


class DiscardTarget(Section):
    """No database: decode, validate, count and let go."""

    type: Literal["discard"]


class Job(Section):
    """A whole job."""

    job: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    input: Input
    pipeline: Pipeline = Pipeline()
    fields: dict[str, FieldOptions] = Field(default_factory=dict)
    pii: PersonalData = PersonalData()
    constants: dict[str, str | int] = Field(default_factory=dict, description="columns with one value throughout")
    rules: tuple[Rule, ...] = ()
    target: Annotated[DuckDbTarget | Db2Target | DiscardTarget, Field(discriminator="type")]
    rejects: Rejects = Rejects()
    controls: tuple[Control, ...] = ()
    log: Log = Log()
    metrics: Metrics = Metrics()
    runs: Path = Field(default=Path("out/runs"), description="each run has a folder here, by its id")
    vault: Vault | None = Field(default=None, description="where secrets are")
    secrets: dict[str, str] = Field(default_factory=dict, repr=False, description="hash_salt and the like; never shown")

    @model_validator(mode="before")
    @classmethod
    def _path_from_pattern(cls, given: object) -> object:
        """A pattern of input files stands for the path, which need not be given then."""
        match given:
            case {
                "input": {**source},
                "pipeline": {
                    "reading_mode": ReadingMode.MULTI,
                    "multi_reader": {"input_pattern": str(pattern)},
                } as pipeline,
                **others,
            } if "path" not in source:
                return {**others, "pipeline": pipeline, "input": {**source, "path": pattern}}
        return given

    @model_validator(mode="after")
    def _tables_of_types(self) -> Self:
        records, tables = self.input.records, getattr(self.target, "tables", None)
        if self.input.record is not None and records:
            raise ValueError("give either 'input.record', of the only record type, or 'input.records'")
        if not isinstance(self.target, DiscardTarget) and set(records) != set(tables or ()):
            raise ValueError(
                "each record type of 'input.records' needs its own in 'target.tables', and no other has one: "
                f"{', '.join(sorted(set(records) ^ set(tables or ())))}"
            )
        parents_first(records)
        if unknown := {name for control in self.controls for name in control.counted} - set(records):
            raise ValueError(f"controls: {', '.join(sorted(unknown))} is none of the record types of 'input.records'")
        if records and self.pipeline.pool is Pool.PROCESS:
            raise ValueError("'input.records' needs 'pipeline.pool: thread'")
        if any(type_.carry for type_ in records.values()) and self.pipeline.reading_mode is ReadingMode.MULTI:
            raise ValueError(
                "'carry' needs 'pipeline.reading_mode: single': the parent of a part's first records is in another part"
            )
        return self

    @property
    def input_pattern(self) -> str | None:
        """Of the files that are read, if it is not the one file."""
        return self.pipeline.multi_reader.input_pattern if self.pipeline.reading_mode is ReadingMode.MULTI else None

    @property
    def input_name(self) -> str:
        """The file, or the pattern of the files."""
        return self.input_pattern or str(self.input.path)
