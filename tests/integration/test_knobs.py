"""Each setting of docs/tuning.md reaches the place where it acts."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from driver.batch.preparation import open_target, prepare, processor_pool
from driver.config.model import Job
from driver.pipeline.process_pool import ProcessPool
from driver.pipeline.thread_pool import ThreadPool
from driver.repository.db2.retry import RetryPolicy
from driver.repository.db2.target import Db2Target
from driver.repository.duckdb.target import DuckDbTarget
from driver.repository.insert_method import InsertMethod

if TYPE_CHECKING:
    from conftest import Workplace

RECORDS = 95


@pytest.fixture
def loaded(workplace: Workplace) -> Workplace:
    workplace.write(workplace.payment(n) for n in range(RECORDS))
    return workplace


def with_settings(workplace: Workplace, section: str, **settings: Any) -> Job:
    return Job.model_validate(workplace.job | {section: workplace.job[section] | settings})


@pytest.mark.parametrize(("batch_size", "batches"), [(10, 10), (40, 3), (1_000, 1)])
def test_batch_size_cuts_the_input(loaded: Workplace, batch_size: int, batches: int) -> None:
    loaded.job["pipeline"]["batch_size"] = batch_size
    assert loaded.run().pipeline.written.batches == batches
    assert loaded.query("SELECT count(*) FROM MF_LEDGER") == [(batches,)]


def test_batch_bytes_end_a_batch_of_long_records(loaded: Workplace) -> None:
    loaded.write(loaded.payment(n) for n in range(4_000))
    loaded.job["pipeline"] |= {"batch_size": 100_000, "batch_bytes": 65_536}
    assert loaded.run().pipeline.written.batches == -(-4_000 // (65_536 // 22))


def test_threads_and_queues_are_as_many_and_as_long(loaded: Workplace) -> None:
    loaded.job["pipeline"] |= {"processors": 3, "writers": 4, "raw_queue": 5, "write_queue": 6}
    figures = loaded.run().pipeline
    assert (len(figures.workers), figures.writers) == (3, 4)
    assert (figures.raw_queue.capacity, figures.write_queue.capacity) == (5, 6)


def test_a_run_that_finds_its_threads_itself_loads_the_same(loaded: Workplace) -> None:
    loaded.job["pipeline"] |= {"processors": "auto", "writers": "auto"}
    report = loaded.run()
    assert report.counts is not None
    assert (report.counts.read, report.counts.staged) == (RECORDS, RECORDS)
    assert all(identity.holds for identity in report.identities)
    assert 1 <= report.pipeline.writers <= 4


def test_reading_mode_and_readers_cut_the_file_into_parts(loaded: Workplace) -> None:
    assert len(loaded.run().parts) == 1
    loaded.job["pipeline"] |= {"reading_mode": "multi", "multi_reader": {"num_readers": 3}}
    loaded.job["target"] |= {"staging": "STG_2", "final": "FIN_2"}
    assert len(loaded.application("RUN2").run(force=True).parts) == 3


@pytest.mark.parametrize(("pool", "kind"), [("thread", ThreadPool), ("process", ProcessPool)])
def test_pool_chooses_who_processes(loaded: Workplace, pool: str, kind: type) -> None:
    job = with_settings(loaded, "pipeline", pool=pool)
    assert isinstance(processor_pool(job, prepare(job).processor), kind)


def test_chunk_size_is_the_decoder_s(loaded: Workplace) -> None:
    (type_,) = prepare(with_settings(loaded, "pipeline", chunk_size="8KiB")).processor.types.types
    assert type_.decoder._chunk_size == 8_192


def test_commit_rows_and_memory_bound_a_transaction_of_duckdb(loaded: Workplace) -> None:
    job = with_settings(loaded, "target", commit_rows=30, memory="100MB")
    with closing(open_target(job, prepare(job))) as opened:
        assert isinstance(opened, DuckDbTarget)
        assert (opened._commit_rows, opened._commit_bytes) == (30, 25_000_000)


def test_what_db2_is_told(loaded: Workplace) -> None:
    target = {"type": "db2", "database": "D", "user": "U", "staging": "S", "final": "F", "key": ["PAY-ID"]}
    knobs = {"insert": "array", "merge_rows": 7_000, "retry": {"attempts": 3, "first_wait": "2s", "longest_wait": "9s"}}
    job = Job.model_validate(loaded.job | {"target": target | knobs, "secrets": {"db2_password": "x"}})
    with closing(open_target(job, prepare(job))) as opened:
        assert isinstance(opened, Db2Target)
        assert (opened._method, opened._ranges.records) == (InsertMethod.ARRAY, 7_000)
        assert opened._retry._policy == RetryPolicy(3, 2.0, 9.0)
