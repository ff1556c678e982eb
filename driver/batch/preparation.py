"""From a job to what a run needs: decoder, plan, input and target, or the message why there is none."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from driver.config import model
from driver.config.model import Job, Pool
from driver.config.record_rules import framing_of
from driver.pipeline.process_pool import ProcessPool
from driver.pipeline.processors import Processor, ProcessorPool
from driver.pipeline.thread_pool import ThreadPool
from driver.repository.discard import DiscardTarget
from driver.repository.duckdb.target import DuckDbTarget
from driver.repository.errors import TargetRefused
from driver.repository.target import RunRecord, Target
from mfdecode.alternatives import find_member
from mfdecode.copybook.book import Copybook
from mfdecode.decoder import Decoder
from mfdecode.framing import Parts
from mfdecode.layout import Layout
from mfdecode.options import DEFAULT_NUMBERS, FieldOptions, Selection

from .plan import build_plan
from .source import InputError

_DB2_PASSWORD = "db2_password"  # noqa: S105 - the name of it


@dataclass(frozen=True, slots=True)
class Prepared:
    """A job, compiled.

    Attributes:
        processor: what makes batches to load of raw ones.
        copybook_sha256: of the bytes of the copybook and of what it copies, in hexadecimal.
    """

    processor: Processor
    copybook_sha256: str


def prepare(job: Job) -> Prepared:
    """Compile the copybook, the decoder and the plan.

    Raises:
        MfdecodeError: the copybook or the job is wrong; the text says where.
    """
    source = job.input
    try:
        copybook = Copybook.from_file(source.copybook, copy_path=source.copy_path)
        checksum = hashlib.sha256(b"".join(path.read_bytes() for path in copybook.source.files))
    except OSError as error:
        raise InputError(
            f"{error.filename or source.copybook}: the copybook cannot be read: {error.strerror}"
        ) from error
    layout = copybook.layout(source.record, trunc=source.trunc, binary_size=source.binary_size)
    decoder = Decoder(
        layout,
        codepage=source.codepage,
        framing=framing_of(source, layout),
        trim=source.trim,
        float_format=source.float,
        float_endian=source.float_endian,
        comp5_endian=source.comp5_endian,
        numbers=source.numbers.over(DEFAULT_NUMBERS),
        field_options=_field_options(job),
        selections=[_selection(layout, name, rule) for name, rule in source.redefines.items()],
        chunk_size=job.pipeline.chunk_size,
    )
    plan = build_plan(job, layout, decoder.types)
    return Prepared(Processor(decoder, plan), checksum.hexdigest())


def processor_pool(job: Job, processor: Processor) -> ProcessorPool:
    """The job's pool, not yet entered.

    Args:
        job: the configuration.
        processor: of the job.
    """
    if job.pipeline.pool is Pool.THREAD:
        return ThreadPool(processor)
    # The workers hash and mask, but none of them opens the target.
    secrets = {name: secret for name, secret in job.secrets.items() if name != _DB2_PASSWORD}
    build = partial(_processor, job.model_copy(update={"secrets": secrets}))
    return ProcessPool(processor, build, job.pipeline)


def _processor(job: Job) -> Processor:
    return prepare(job).processor


def open_target(job: Job, prepared: Prepared, parts: Parts) -> Target:
    """The target of the job, not yet begun.

    Args:
        job: the configuration.
        prepared: of the job.
        parts: the open input, of which a target may want a record again.

    Raises:
        MfdecodeError: it cannot be opened.
    """
    match job.target:
        case model.DuckDbTarget() as target:
            return DuckDbTarget(
                target.database,
                staging=target.staging,
                final=target.final,
                key=prepared.processor.plan.key,
                memory=target.memory,
            )
        case model.Db2Target() as target:
            return _db2_target(target, job.secrets.get(_DB2_PASSWORD), prepared, parts)
        case model.DiscardTarget():
            return DiscardTarget()


def _db2_target(target: model.Db2Target, password: str | None, prepared: Prepared, parts: Parts) -> Target:
    if password is None:
        raise TargetRefused(
            f"the target needs the secret {_DB2_PASSWORD}: set MFDECODE_SECRETS__{_DB2_PASSWORD.upper()}, or put it "
            "into secrets/{env}.yaml beside base.yaml"
        )
    # Loaded only where it is used: the driver is large, and not there on every machine.
    from driver.repository.db2.retry import RetryPolicy  # noqa: PLC0415
    from driver.repository.db2.session import ServerAddress, Ssl  # noqa: PLC0415
    from driver.repository.db2.target import Db2Target  # noqa: PLC0415

    ssl = Ssl() if target.ssl else None
    if isinstance(target.ssl, model.Ssl):
        ssl = Ssl(**dict(target.ssl))
    return Db2Target(
        ServerAddress(
            target.database,
            target.host,
            target.port,
            target.user,
            password,
            ssl,
            target.authentication,
            target.connect_timeout,
            target.receive_timeout,
        ),
        staging=target.staging,
        final=target.final,
        key=prepared.processor.plan.key,
        method=target.insert,
        retry=RetryPolicy(target.retry.attempts, target.retry.first_wait, target.retry.longest_wait),
        merge_rows=target.merge_rows,
        merge_timeout=target.merge_timeout,
        again=parts.again,
        record_at=parts.record_at,
        controls=tuple(prepared.processor.plan.controls),
    )


def run_record(job: Job, run_id: str, prepared: Prepared, parts: Parts, started: datetime) -> RunRecord:
    """What MF_RUN says of a run as it begins."""
    return RunRecord(
        run_id=run_id,
        job=job.job,
        file=job.input_name,
        file_size=parts.size,
        copybook_sha256=prepared.copybook_sha256,
        config=job.model_dump_json(exclude={"secrets"}),
        started=started,
        files=tuple(str(frames.path) for frames in parts),
    )


def _field_options(job: Job) -> dict[str, FieldOptions]:
    """What single fields have of their own on the way in."""
    policy = job.input.numbers.over(DEFAULT_NUMBERS)
    own = {
        name: FieldOptions(
            codepage=given.codepage,
            trim=given.trim,
            float_format=given.float,
            float_endian=given.float_endian,
            comp5_endian=given.comp5_endian,
            numbers=given.numbers.over(policy) if given.numbers else None,
        )
        for name, given in job.fields.items()
    }
    return {name: options for name, options in own.items() if options != FieldOptions()}


def _selection(layout: Layout, alternative: str, rule: model.Selection) -> Selection:
    return Selection(
        alternative=find_member(layout, alternative).path,
        field=layout.field(rule.field).path,
        values=frozenset(value.rstrip() for value in rule.values),
    )
