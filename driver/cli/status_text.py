"""The status of a run, in words and as JSON."""

import json
from collections.abc import Iterator
from datetime import timedelta

from driver.batch.exit_codes import ExitCode
from driver.batch.watching.life import Life, Sign
from driver.batch.watching.status import STATUS, RunStage, Status
from driver.pipeline.bottleneck import ADVICE, is_nearly_full

_RESUMABLE = (ExitCode.RESUMABLE, ExitCode.INTERRUPTED, ExitCode.TERMINATED)

HEADINGS = ("run", "job", "state", "stage", "started", "loaded", "records", "rejects", "exit code", "process")


def row(status: Status, sign: Sign) -> tuple[str, ...]:
    """The cells under ``HEADINGS``."""
    return (
        status.run_id,
        status.job,
        status.state,
        status.stage,
        f"{status.started.astimezone():%Y-%m-%d %H:%M:%S}",
        f"{status.percent:.1f} %",
        f"{status.written.records:,}",
        f"{status.rejected:,}",
        "" if status.ending is None else str(status.ending.exit_code),
        sign.life,
    )


def as_json(status: Status, sign: Sign) -> str:
    """One line: the status file, and what follows from it."""
    found = STATUS.dump_python(status, mode="json") | {
        "percent": round(status.percent, 3),
        "life": sign.life,
        "age_seconds": round(sign.age, 3),
        "clock_set_back": sign.clock_set_back,
        "advice": ADVICE[status.bottleneck] if status.bottleneck else None,
        "to_do": to_do(status, sign),
    }
    return json.dumps(found)


def as_text(status: Status, sign: Sign) -> str:
    """A few lines."""
    return "\n".join(_lines(status, sign))


def to_do(status: Status, sign: Sign) -> str | None:
    """What the operator does now; None: nothing."""
    resume = f"python -m driver resume {status.run_id}"
    match sign.life:
        case Life.DEAD:
            return f"the process is gone, and what it had committed is kept: {resume}"
        case Life.SILENT:
            return f"look for process {status.pid} on {status.host}: it hangs, or is gone; if it is gone: {resume}"
        case Life.UNKNOWN:
            return f"look for process {status.pid} on {status.host}: the clocks of the two machines differ"
        case Life.ENDED if status.ending is not None and status.ending.exit_code in _RESUMABLE:
            return f"what was committed is kept: {resume}"
    return None


def _lines(status: Status, sign: Sign) -> Iterator[str]:
    yield f"run {status.run_id} of {status.job}: {status.state}"
    yield f"input      {status.file}, {status.file_size:,} bytes, {status.percent:.1f} % loaded"
    if status.ending is None:
        yield f"stage      {status.stage}, since {status.since.astimezone():%H:%M:%S} ({_duration(status.seconds)})"
    stages = (("read", status.read), ("processed", status.processed), ("written", status.written))
    records = ", ".join(f"{figures.records:,} {done}" for done, figures in stages)
    before = f"; {status.passed.records:,} by an earlier attempt" if status.passed.records else ""
    yield f"records    {records}; {status.rejected:,} rejected{before}"
    yield f"retries    {status.retries:,}"
    yield f"rate       {status.records_per_second:,.0f} records/s, {status.bytes_per_second / 1e6:,.1f} MB/s"
    if status.ending is not None:
        yield f"ended      {status.ending.at.astimezone():%Y-%m-%d %H:%M:%S}, exit code {status.ending.exit_code}"
        if status.ending.message:
            yield f"because    {status.ending.message}"
    else:
        if status.stage is RunStage.LOAD:
            yield from _load(status)
        yield f"process    {status.pid} on {status.host}: {sign.life}, {_heard(sign)}"
    if status.stopping and status.ending is None:
        yield f"stopping   {status.stopping}: nothing more is read; what was read is being loaded"
    if do := to_do(status, sign):
        yield f"to do      {do}"


def _load(status: Status) -> Iterator[str]:
    remaining = "not known" if status.remaining_seconds is None else _duration(status.remaining_seconds)
    yield f"remaining  {remaining}"
    queues = (("raw", status.raw_queue), ("write", status.write_queue))
    texts = [f"{name} {q.depth}/{q.capacity}{', near capacity' if is_nearly_full(q) else ''}" for name, q in queues]
    yield f"queues     {'; '.join(texts)}"
    if status.bottleneck:
        yield f"bottleneck {status.bottleneck}: {ADVICE[status.bottleneck]}"


def _heard(sign: Sign) -> str:
    if sign.clock_set_back:
        return f"last heard of {_duration(-sign.age)} in the future: the clock was set back, or differs from its"
    return f"last heard of {_duration(max(0.0, sign.age))} ago"


def _duration(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
