"""The rejected records as they were in the input, to be corrected and loaded again, and beside them the reasons."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import numpy as np

from driver.config.model import Job
from driver.config.rejects import RUN_ID
from driver.core.hiding import Hiding, ShownRecord
from driver.core.records import KEPT, Reject
from driver.core.reject_codes import BROKEN_RDW
from driver.output.files import named, replacing
from mfdecode.codepages import Family, codepage
from mfdecode.framing import Compression, Framing, LineEnd, Parts, RecordFormat, RecordWriter

from .report import Reason, RejectSample
from .run_folder import RunFolder

_SAMPLES = 3


class InFile(StrEnum):
    """What the record file has of a rejected record."""

    WHOLE = "whole"
    MASKED = "masked"
    """With asterisks for personal data."""
    NOTHING = "nothing"
    """It cannot be told apart from other records there."""


@dataclass(frozen=True, slots=True)
class RejectFiles:
    """Where the rejects of a run are.

    Attributes:
        records: in the input's format.
    """

    records: Path

    @classmethod
    def of(cls, job: Job, run_id: str) -> "RejectFiles":
        """Where they go by the configuration."""
        if job.rejects.file is None:
            return cls(RunFolder(job.runs, run_id).rejects)
        return cls(Path(str(job.rejects.file).replace(RUN_ID, run_id)))

    @property
    def reasons(self) -> Path | None:
        """JSON Lines; none beside what is no file, but a pipe or a device."""
        if self.records.exists() and not self.records.is_file():
            return None
        return self.records.with_name(f"{self.records.name}.jsonl")

    def told(self, summary: "RejectSummary", run_id: str, *, masked: bool) -> str:
        """What is said of them at the end of a run.

        Args:
            summary: of the run.
            run_id: of the run.
            masked: personal data are not in the record file.
        """
        text = f"{summary.records:,} records were rejected: they are in {self.records}"
        if self.reasons is not None:
            text += f", the reasons in {self.reasons}"
        if summary.missing:
            text += f"; {summary.missing:,} of them only there, since nothing could tell them from other records"
        return text if masked else f"{text}. Repair them, and load them with --rejects-of {run_id}"


@dataclass(frozen=True, slots=True)
class RejectSummary:
    """What was rejected.

    Attributes:
        records: rejected.
        missing: of these, the ones that are not in the record file.
        reasons: the most frequent first; also those for which bytes of loaded records were kept.
    """

    records: int
    missing: int
    reasons: tuple[Reason, ...]


def write_rejects(
    rejects: Iterable[Reject],
    files: RejectFiles,
    parts: Parts,
    framing: Framing,
    hiding: Hiding,
    *,
    run_id: str,
    masked: bool,
) -> RejectSummary:
    """Write each rejected record once and each of its reasons, in constant memory; both files, or none.

    Args:
        rejects: in record order.
        files: replaced if they are there; nobody but their owner may read them.
        parts: the input.
        framing: of the job.
        hiding: of personal data: in the reasons always.
        run_id: of the run.
        masked: in the record file, too.

    Raises:
        OSError: a file cannot be written.
    """
    tally = _Tally()
    with ExitStack() as stack:
        out = stack.enter_context(replacing(files.records, private=True))
        reasons: BinaryIO | None = None
        if files.reasons is not None:
            reasons = stack.enter_context(replacing(files.reasons, private=True))
        stack.enter_context(named(files.records))
        record_file = stack.enter_context(closing(_RecordFile(out, parts, framing)))
        for record in hiding.shown(rejects, lambda number: parts.of_record(number).heading):
            tally.add(record)
            refused = [reject for reject in record.rejects if reject.code != KEPT]
            if not refused:
                continue
            content = record.content if masked else refused[0].raw
            in_file = InFile.NOTHING
            if not any(reject.code == BROKEN_RDW for reject in refused) and record_file.add(content, record.heading):
                in_file = InFile.MASKED if masked and record.masked else InFile.WHOLE
            tally.count(in_file)
            if reasons is not None:
                path = parts.of_record(refused[0].record).path
                reasons.writelines(_line(run_id, path, reject, record.content, in_file) for reject in refused)
    return tally.summary


class _RecordFile:
    """Records in the format of the input, of which one reader can read them.

    Args:
        out: where to.
        parts: the input; line end and heading are those of its first part.
        framing: of the job.
    """

    def __init__(self, out: BinaryIO, parts: Parts, framing: Framing) -> None:
        self._carriage_is_end = framing.line_end is LineEnd.AUTO and framing.record_format is RecordFormat.D
        first = next(iter(parts))
        self._framing = reject_framing(first.framing)
        self._heading = first.heading
        ebcdic = codepage(self._framing.codepage).family is Family.EBCDIC
        self._writer = RecordWriter(out, self._framing, ebcdic=ebcdic, heading=first.heading)

    def add(self, record: bytes, heading: bytes) -> bool:
        """Write a record; False if it could not be read again.

        Args:
            record: its bytes.
            heading: of its file: in a file of other columns it would mean something else.
        """
        if heading != self._heading or (self._carriage_is_end and record.endswith(b"\r")):
            return False
        rows, lengths = np.frombuffer(record, np.uint8)[None, :], np.array([len(record)], np.int64)
        if not self._writer.fits(rows, lengths).all():
            return False
        self._writer.write(rows, lengths)
        return True

    def close(self) -> None:
        """Write the last block."""
        self._writer.close()


def reject_framing(framing: Framing) -> Framing:
    """How the records of a reject file are told apart: as in the input, without what is around all of them there."""
    return replace(
        framing,
        header_bytes=0,
        trailer_bytes=0,
        compression=Compression.NONE,
        block_size=None if framing.record_format.has_blocks else framing.block_size,
    )


class _Tally:
    """Counts reasons, and keeps the first records of each."""

    def __init__(self) -> None:
        self._findings: Counter[tuple[str, str]] = Counter()
        self._samples: defaultdict[tuple[str, str], list[RejectSample]] = defaultdict(list)
        self._records: Counter[InFile] = Counter()

    def add(self, record: ShownRecord) -> None:
        for reject in record.rejects:
            reason = reject.field, reject.code
            self._findings[reason] += 1
            if len(self._samples[reason]) < _SAMPLES:
                value = record.value_of(reject.field).hex().upper()
                self._samples[reason].append(RejectSample(reject.record, reject.offset, value))

    def count(self, in_file: InFile) -> None:
        self._records[in_file] += 1

    @property
    def summary(self) -> RejectSummary:
        reasons = (
            Reason(*reason, findings, tuple(self._samples[reason])) for reason, findings in self._findings.most_common()
        )
        return RejectSummary(self._records.total(), self._records[InFile.NOTHING], tuple(reasons))


def _line(run_id: str, path: Path, reject: Reject, content: bytes, in_file: InFile) -> bytes:
    finding = {
        "run_id": run_id,
        "file": str(path),
        "record": reject.record,
        "offset": reject.offset,
        "field": reject.field,
        "code": reject.code,
        "message": reject.message,
        "raw": content.hex().upper(),
        "record_file": in_file,
    }
    return json.dumps(finding, ensure_ascii=False).encode() + b"\n"
