"""The sum of what a run may take of memory: each setting where it counts, and what is said when it is too much."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from driver.batch.memory import Item, worst_case
from driver.batch.memory_limit import MemoryRefused, within_memory
from driver.batch.preparation import prepare
from driver.config.layers import load_job
from driver.config.model import Job

COPYBOOK = """\
       01  REC.
           05  ID      PIC 9(9) COMP.
           05  NAME    PIC X(16).
           05  BORN    PIC 9(8).
"""
DECODED = 4 + 16 + 4 + 3
"""Bytes of a record decoded: an int32, a text, an int32, and a status each."""
RAW = 28
POSITIONS = OFFSETS = 16
DATE = 9
"""Bytes that a DATE has beside what it is made of: datetime64, and a status."""
SIZES = {"batch_size", "batch_bytes", "memory_limit"}
TARGETS = {
    "discard": {"type": "discard"},
    "duckdb": {"type": "duckdb", "database": "t.duckdb", "staging": "S", "final": "F", "key": ["ID"]},
    "db2": {"type": "db2", "database": "D", "user": "U", "staging": "S", "final": "F", "key": ["ID"]},
}


@pytest.fixture
def job_of(tmp_path: Path):
    (tmp_path / "rec.cpy").write_text(COPYBOOK)

    def job_of(target: str = "discard", source: dict | None = None, keys: dict | None = None, **pipeline) -> Job:
        small = {"batch_size": 1_000, "processors": 3, "writers": 2, "raw_queue": 7, "write_queue": 5}
        return Job.model_validate(
            {
                "job": "j",
                "input": {"path": tmp_path / "in.dat", "copybook": tmp_path / "rec.cpy"} | (source or {}),
                "fields": {"BORN": {"date": "%Y%m%d"}},
                "pipeline": small | pipeline,
                "target": TARGETS[target] | (keys or {}),
            }
        )

    return job_of


def items_of(job: Job) -> dict[str, Item]:
    return {item.name.partition(":")[0]: item for item in worst_case(job, prepare(job), 100_000_000)}


def test_each_item_is_as_many_as_there_may_be_at_one_time(job_of):
    items = items_of(job_of())
    assert items["the process as it is now"].total == 100_000_000
    raw, decoded = items["raw batches"], items["decoded batches"]
    assert (raw.count, raw.size) == (7 + 1 + 3, 1_000 * (RAW + OFFSETS))
    assert (decoded.count, decoded.size) == (3 + 5 + 2, 1_000 * (DECODED + DATE + POSITIONS))
    assert decoded.total == decoded.count * decoded.size


@pytest.mark.parametrize(
    ("settings", "raw", "decoded"),
    [
        ({"raw_queue": 8}, 12, 10),
        ({"write_queue": 6}, 11, 11),
        ({"processors": 4}, 12, 11),
        ({"processors": "auto", "auto_processors": 8}, 16, 15),
        ({"writers": "auto", "auto_writers": 6}, 11, 14),
        ({"reading_mode": "multi", "multi_reader": {"num_readers": 6}}, 16, 10),
    ],
)
def test_queues_and_threads_count(job_of, settings, raw, decoded):
    items = items_of(job_of(**settings))
    assert (items["raw batches"].count, items["decoded batches"].count) == (raw, decoded)


def test_a_batch_is_as_large_as_records_and_bytes_let_it(job_of):
    assert items_of(job_of(batch_size=2_000))["raw batches"].size == 2_000 * (RAW + OFFSETS)
    most = 65_536 // RAW
    assert items_of(job_of(batch_size=10_000, batch_bytes=65_536))["raw batches"].size == most * (RAW + OFFSETS)


def test_records_that_vary_are_counted_as_long_as_their_layout(job_of):
    raw = items_of(job_of(source={"record_format": "V"}))["raw batches"]
    assert raw.count == 7 + 2 + 3
    assert raw.size == 1_000 * (RAW + 8 + OFFSETS) + 512 * 1_024


def test_a_pool_of_processes_has_its_segment_and_its_workers(job_of):
    items = items_of(job_of(pool="process"))
    assert items["worker processes"].count == 3
    assert items["shared memory of pool"].size > 10 * 1_000 * (DECODED + DATE) + 3 * 1_000 * RAW
    assert "decoded batches" not in items


def test_duckdb_has_its_memory_and_what_waits_for_an_insert(job_of):
    small, large = (items_of(job_of("duckdb", keys={"memory": memory})) for memory in ("100MB", "200MB"))
    assert (small["target.memory"].size, large["target.memory"].size) == (100_000_000, 200_000_000)
    writers = small["writers of DuckDB"]
    assert writers == large["writers of DuckDB"]
    more = items_of(job_of("duckdb", batch_size=2_000, writers=3))["writers of DuckDB"]
    assert (writers.count, more.count) == (2, 3)
    row = 24 + 4 + 4 + 16 + 4
    assert more.size - writers.size == 1_000 * row


def test_duckdb_keeps_something_of_all_that_it_has_written(job_of, tmp_path):
    job = job_of("duckdb", keys={"database": tmp_path / "t.duckdb"})
    assert not {"row groups that DuckDB has written", "blocks of DuckDB's file"} & items_of(job).keys()
    with (tmp_path / "in.dat").open("wb") as file:
        file.truncate(200_000_000 * RAW)
    with (tmp_path / "t.duckdb").open("wb") as file:
        file.truncate(1_000 * 262_144)
    items = items_of(job)
    groups, blocks = items["row groups that DuckDB has written"], items["blocks of DuckDB's file"]
    assert (groups.count, groups.size) == (1_628, (3 + 6) * 3_500)
    assert (blocks.count, blocks.size) == (1_000, 2_000)


def test_db2_has_rows_as_they_are_bound_and_objects_where_the_method_makes_them(job_of):
    bind = items_of(job_of("db2"))["writers of Db2"]
    array = items_of(job_of("db2", keys={"insert": "array"}))["writers of Db2"]
    assert bind.count == 2
    assert array.size - bind.size == 1_000 * (3 * 110 + 16)


def test_a_compressed_file_has_a_stream(job_of, tmp_path):
    assert "compressed files" not in items_of(job_of())
    (tmp_path / "in.dat").write_bytes(bytes.fromhex("1f8b08") + bytes(20))
    assert items_of(job_of())["compressed files"].count == 1


def test_too_much_is_refused_with_the_sum_and_with_what_fits(job_of):
    job = job_of(batch_size=100_000, batch_bytes="100MB", raw_queue=40, memory_limit="250MB")
    prepared = prepare(job)
    with pytest.raises(MemoryRefused) as refusal:
        within_memory(job, prepared)
    message = str(refusal.value)
    raw = items_of(job)["raw batches"]
    assert re.search(
        rf"raw_queue \+ readers \+ processors +44 +{raw.size / 1e6:.1f} MB +{raw.total / 1e6:.1f} MB", message
    )
    advice = dict(re.findall(r"^  (?:pipeline|target)\.(\w+): (\d+\w*)", message, re.MULTILINE))
    assert {"raw_queue", "batch_size", "memory_limit"} <= set(advice)
    for knob, value in advice.items():
        changed = job.pipeline.model_validate(job.pipeline.model_dump() | {knob: value})
        within_memory(job.model_copy(update={"pipeline": changed}), prepared)
    more = job.pipeline.model_copy(update={"batch_size": int(int(advice["batch_size"]) * 1.1)})
    with pytest.raises(MemoryRefused):
        within_memory(job.model_copy(update={"pipeline": more}), prepared)


def test_auto_comes_to_as_many_threads_as_there_is_memory_for(job_of):
    auto = {"processors": "auto", "auto_processors": 6, "writers": "auto", "auto_writers": 8}
    job = job_of("duckdb", batch_size=100_000, batch_bytes="100MB", **auto, memory_limit="700MB")
    prepared = prepare(job)
    fitted = within_memory(job, prepared)
    threads = fitted.pipeline.auto_processors, fitted.pipeline.auto_writers
    assert threads < (6, 8)
    assert min(threads) > 1
    assert abs(threads[0] - threads[1]) <= 1  # it is the larger one that gives way
    size = sum(item.total for item in worst_case(fitted, prepared, 140_000_000))
    more = fitted.pipeline.model_copy(update={"auto_writers": threads[1] + 1})
    larger = sum(i.total for i in worst_case(fitted.model_copy(update={"pipeline": more}), prepared, 140_000_000))
    assert size <= 700_000_000 < larger
    with pytest.raises(MemoryRefused):
        within_memory(job_of("duckdb", **auto, batch_size=900_000, batch_bytes="100MB", memory_limit="200MB"), prepared)


def test_duckdb_gets_what_the_limit_leaves_where_it_is_not_told(job_of):
    plenty, short = job_of("duckdb"), job_of("duckdb", batch_size=100_000, memory_limit="500MB", batch_bytes="100MB")
    prepared = prepare(short)
    assert within_memory(plenty, prepared).target.memory == 170_000_000
    fitted = within_memory(short, prepared)
    assert 100_000_000 < fitted.target.memory < 170_000_000
    assert sum(item.total for item in worst_case(fitted, prepared, 140_000_000)) <= 500_000_000
    with pytest.raises(MemoryRefused):
        within_memory(job_of("duckdb", keys={"memory": "150MB"}, **short.pipeline.model_dump(include=SIZES)), prepared)
    with pytest.raises(MemoryRefused):
        within_memory(job_of("duckdb", memory_limit="300MB"), prepared)


def test_queues_are_as_long_as_the_limit_lets_them(job_of):
    auto = {"batch_size": 100_000, "batch_bytes": "100MB", "raw_queue": "auto", "write_queue": "auto"}

    def queues(limit: str) -> tuple[int, int]:
        job = job_of(**auto, memory_limit=limit)
        prepared = prepare(job)
        fitted = within_memory(job, prepared)
        assert sum(item.total for item in worst_case(fitted, prepared, 140_000_000)) <= job.pipeline.memory_limit
        return fitted.pipeline.raw_queue, fitted.pipeline.write_queue

    assert queues("900MB") == (20, 10)
    raw, write = queues("350MB")
    assert raw == 20  # decoded batches are the larger ones, and give way first
    assert 2 <= write < 10
    raw, write = queues("290MB")
    assert 2 <= raw < 20
    assert write == 2
    with pytest.raises(MemoryRefused):
        queues("200MB")


def test_queues_that_are_told_are_as_told(job_of):
    job = job_of(batch_size=100_000, batch_bytes="100MB", raw_queue=20, write_queue="auto", memory_limit="290MB")
    with pytest.raises(MemoryRefused, match=r"pipeline\.raw_queue: \d"):
        within_memory(job, prepare(job))


def test_shorter_queues_are_tried_before_fewer_threads_and_less_memory(job_of):
    auto = {"processors": "auto", "auto_processors": 6, "raw_queue": "auto", "write_queue": "auto"}
    job = job_of("duckdb", batch_size=50_000, **auto)
    fitted = within_memory(job, prepare(job))
    assert fitted.pipeline.write_queue < 10
    assert (fitted.pipeline.auto_processors, fitted.target.memory) == (6, 170_000_000)


@pytest.mark.parametrize("memory", ["49MB", 10, "much", None])
def test_less_memory_than_duckdb_can_work_with_is_none(job_of, memory):
    with pytest.raises(ValidationError, match=r"target\.duckdb\.memory"):
        job_of("duckdb", keys={"memory": memory})


def test_duckdb_s_memory_may_be_turned_down_too(job_of):
    job = job_of("duckdb", keys={"memory": "400MB"}, memory_limit="500MB")
    with pytest.raises(MemoryRefused) as refusal:
        within_memory(job, prepare(job))
    (megabytes,) = re.findall(r"target\.memory: (\d+)MB", str(refusal.value))
    fitting = job_of("duckdb", keys={"memory": f"{megabytes}MB"}, memory_limit="500MB")
    within_memory(fitting, prepare(fitting))


@pytest.mark.parametrize("env", ["base", "dev", "prod", "test"])
@pytest.mark.parametrize("name", ["customer.yaml", "db2.yaml"])
def test_the_committed_jobs_fit(name, env):
    job = load_job(Path("config") / name, env=env if env != "base" else None, environ={}).job
    assert job.pipeline.memory_limit == 500_000_000
    within_memory(job, prepare(job))  # or it is refused


def test_what_the_process_has_is_measured():
    """In a process of its own: here, others allocate and free meanwhile."""
    code = (
        "from driver.batch.memory import resident_bytes; before = resident_bytes(); block = bytes([1]) * 50_000_000; "
        "print(resident_bytes() - before)"
    )
    grown = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert 49_000_000 < grown < 55_000_000
