"""From a job to what a run needs: decoder, plan, input and target, or the message why there is none."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from driver.config import model
from driver.config.model import Input, Job
from driver.config.pipeline import Pool
from driver.config.record_types import parents_first
from driver.config.rejects import RejectedBytes
from driver.core.carrying import Carry
from driver.core.errors import PlanError
from driver.core.hiding import Hiding
from driver.core.plan import ProcessingPlan
from driver.core.records import LoadTable
from driver.core.trailers import TrailerCheck
from driver.pipeline.process_pool import ProcessPool
from driver.pipeline.processors import LoadedType, Processor, ProcessorPool
from driver.pipeline.thread_pool import ThreadPool
from driver.repository.discard import DiscardTarget
from driver.repository.duckdb.target import DuckDbTarget
from driver.repository.errors import TargetRefused
from driver.repository.target import RunRecord, SourceAgain, Target
from mfdecode.conditions import Condition
from mfdecode.copybook.book import Copybook
from mfdecode.framing import Framing, Parts
from mfdecode.layout import Layout
from mfdecode.record_types import RecordType, RecordTypes

from .admission import settings_json
from .decoders import decoder_of, framing_of_types, layout_of
from .inputs import InputRecord
from .masked_source import MaskedSource
from .personal_data import PersonalFields, hiding_of, personal_fields
from .plan import CarriedField, build_plan, find_field
from .record_types import ancestors, job_of_type
from .source import InputError
from .trailers import checked_columns, trailer_checks

_DB2_PASSWORD = "db2_password"  # noqa: S105 - the name of it


@dataclass(frozen=True, slots=True)
class Prepared:
    """A job, compiled.

    Attributes:
        processor: what makes batches to load of raw ones.
        framing: how the records of the input are told apart.
        tables: of each record type, in the order in which they are merged: parents before their children.
        personal: fields of each record type.
        hiding: of these, in rejected records.
        checks: what the file's own header or trailer says of it.
        copybook_sha256: of the bytes of the copybook and of what it copies, in hexadecimal.
    """

    processor: Processor
    framing: Framing
    tables: tuple[LoadTable, ...]
    personal: Mapping[str, PersonalFields]
    hiding: Hiding
    checks: tuple[TrailerCheck, ...]
    copybook_sha256: str


def prepare(job: Job) -> Prepared:
    """Compile the copybook, and decoder and plan of each record type.

    Raises:
        MfdecodeError: the copybook or the job is wrong; the text says where.
    """
    source = job.input
    try:
        book = Copybook.from_file(source.copybook, copy_path=source.copy_path, decimal_comma=source.decimal_comma)
        checksum = hashlib.sha256(b"".join(path.read_bytes() for path in book.source.files)).hexdigest()
    except OSError as error:
        name = error.filename or source.copybook
        raise InputError(f"{name}: the copybook cannot be read: {error.strerror}") from error
    if source.records:
        layouts = {name: layout_of(source, book, keys.record) for name, keys in source.records.items()}
        jobs = {name: job_of_type(job, name, layouts) for name in layouts}
    else:
        layout = layout_of(source, book, source.record)
        layouts, jobs = {layout.name: layout}, {layout.name: job}
    personal = {name: personal_fields(jobs[name], layout) for name, layout in layouts.items()}
    framing = replace(framing_of_types(source, tuple(layouts.values())), shown=not any(personal.values()))
    decoders = {name: decoder_of(jobs[name], layout, framing) for name, layout in layouts.items()}
    types = RecordTypes([RecordType(name, decoder, _when(source, name)) for name, decoder in decoders.items()])
    hiding = hiding_of(types, personal, source.codepage)
    checks = trailer_checks(job, layouts, decoders)
    loaded: list[LoadedType] = []
    tables: list[LoadTable] = []
    carried: dict[str, tuple[CarriedField, ...]] = {}
    for name in parents_first(source.records) or layouts:
        carry, carried[name] = _carry(source, name, layouts, {each.name: each.plan for each in loaded}, carried)
        plan = build_plan(jobs[name], layouts[name], decoders[name].types, personal[name], carried[name])
        plan = replace(plan, checked=checked_columns(checks, name, layouts[name]))
        loaded.append(LoadedType(name, list(layouts).index(name), plan, carry))
        tables.append(_table(jobs[name], name, plan))
    masking = hiding if job.rejects.raw is RejectedBytes.MASKED else None
    processor = Processor(types, tuple(loaded), masking)
    return Prepared(processor, framing, tuple(tables), personal, hiding, checks, checksum)


def _when(source: Input, name: str) -> Condition | None:
    keys = source.records.get(name)
    return keys.when.condition if keys is not None and keys.when is not None else None


def _table(job: Job, name: str, plan: ProcessingPlan) -> LoadTable:
    if isinstance(job.target, model.DiscardTarget):
        return LoadTable(name, plan.columns, (), "", "")
    table = job.target.only
    return LoadTable(name, plan.columns, plan.key, table.staging, table.final)


def _carry(
    source: Input,
    name: str,
    layouts: Mapping[str, Layout],
    plans: Mapping[str, ProcessingPlan],
    carried: Mapping[str, tuple[CarriedField, ...]],
) -> tuple[Carry | None, tuple[CarriedField, ...]]:
    """What the records of a type get from their parents, whose plan is made before."""
    keys = source.records[name].carry if source.records else None
    if keys is None:
        return None, ()
    parent, steps = layouts[keys.parent], plans[keys.parent].steps
    cells = (*parent.cells, *(given.cell for given in carried[keys.parent]))
    found: list[CarriedField] = []
    positions: list[int] = []
    for written in keys.fields:
        field = find_field(parent, carried[keys.parent], written)
        if field.dimensions:
            raise PlanError(f"carry: {field.name} occurs several times in a record of {keys.parent}")
        position = next(at for at, cell in enumerate(cells) if cell.field is field)
        step = steps[position]
        if step.name is None:
            raise PlanError(f"carry: {field.name} is dropped from the table of {keys.parent}")
        found.append(CarriedField(cells[position], step))
        positions.append(position)
    above = ancestors(source.records, name)[1:]
    return Carry(keys.parent, tuple(positions), above), tuple(found)


def processor_pool(job: Job, processor: Processor) -> ProcessorPool:
    """The job's pool, not yet entered.

    Args:
        job: the configuration.
        processor: of the job.
    """
    if job.pipeline.pool is Pool.THREAD:
        return ThreadPool(processor)
    # The workers hash and encrypt, and get what they need for it: none of them opens the target.
    maskings = (*(options.pii for options in job.fields.values()), *job.pii.patterns.values())
    needed = {pii.secret for pii in maskings if pii is not None}
    secrets = {name: secret for name, secret in job.secrets.items() if name in needed}
    build = partial(_processor, job.model_copy(update={"secrets": secrets}))
    return ProcessPool(processor, build, job.pipeline)


def _processor(job: Job) -> Processor:
    return prepare(job).processor


def open_target(job: Job, prepared: Prepared) -> Target:
    """The target of the job, not yet prepared.

    Args:
        job: the configuration.
        prepared: of the job.

    Raises:
        MfdecodeError: it cannot be opened.
    """
    match job.target:
        case model.DuckDbTarget() as target:
            return DuckDbTarget(
                target.database,
                memory=target.most_memory,
                writers=job.pipeline.most_writers,
                commit_rows=target.commit_rows,
                keep_staged=target.keep_staged,
            )
        case model.Db2Target() as target:
            return _db2_target(target, job.secrets.get(_DB2_PASSWORD), prepared)
        case model.DiscardTarget():
            return DiscardTarget()


def _db2_target(target: model.Db2Target, password: str | None, prepared: Prepared) -> Target:
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
        method=target.insert,
        retry=RetryPolicy(target.retry.attempts, target.retry.first_wait, target.retry.longest_wait),
        merge_rows=target.merge_rows,
        merge_timeout=target.merge_timeout,
        controls={loaded.name: tuple(loaded.plan.controls) for loaded in prepared.processor.loaded},
        checked={loaded.name: tuple(loaded.plan.checked) for loaded in prepared.processor.loaded},
    )


def source_of(prepared: Prepared, parts: Parts) -> SourceAgain:
    """What the target may read again.

    Args:
        prepared: of the job.
        parts: the open input.
    """
    masking = prepared.processor.masking
    return parts if masking is None else MaskedSource(parts, masking)


def run_record(job: Job, run_id: str, prepared: Prepared, parts: Parts, inputs: InputRecord) -> RunRecord:
    """What MF_RUN says of a run as it begins."""
    return RunRecord(
        run_id=run_id,
        job=job.job,
        file=job.input_name,
        file_size=parts.size,
        fingerprint=inputs.fingerprint,
        copybook_sha256=prepared.copybook_sha256,
        config=settings_json(job),
        inputs=inputs.as_json,
        started=datetime.now(UTC),
    )
