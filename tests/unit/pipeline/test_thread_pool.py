import numpy as np
import pytest

from driver.core.plan import ProcessingPlan, Step
from driver.pipeline.processors import LoadedType, Processor
from driver.pipeline.thread_pool import ThreadPool
from mfdecode import Copybook, Decoder
from mfdecode.framing import RawBatch
from mfdecode.record_types import RecordType, RecordTypes


@pytest.fixture
def pool() -> ThreadPool:
    decoder = Decoder(Copybook.from_text("       01 A.\n           05 B PIC X(4).").layout())
    step = Step(0, "B", (), None, "B", decoder.types[0])
    loaded = LoadedType("A", 0, ProcessingPlan((step,), (), {}, ()))
    return ThreadPool(Processor(RecordTypes([RecordType("A", decoder)]), (loaded,)))


def raw(*texts: str) -> RawBatch:
    data = np.frombuffer("".join(texts).encode("cp037"), np.uint8)
    starts, lengths = np.arange(len(texts)) * 4, np.full(len(texts), 4)
    return RawBatch(0, 0, 0, 0, len(data), len(texts), data, starts, lengths, 4, data)


def test_a_batch_keeps_its_memory_until_it_is_recycled(pool: ThreadPool) -> None:
    first, second = pool.process(raw("ABCD", "EFGH"), 0), pool.process(raw("1234", "5678"), 1)
    assert first.tables[0].columns[0].values.tolist() == [b"ABCD", b"EFGH"]
    assert second.tables[0].columns[0].values.tolist() == [b"1234", b"5678"]


def test_recycled_memory_holds_the_next_batch_if_it_is_large_enough(pool: ThreadPool) -> None:
    first = pool.process(raw("ABCD", "EFGH"), 0)
    first.recycle()
    second = pool.process(raw("IJKL"), 0)
    assert np.shares_memory(first.tables[0].columns[0].values, second.tables[0].columns[0].values)
    second.recycle()
    third = pool.process(raw("1234", "5678", "9ABC"), 0)
    assert not np.shares_memory(first.tables[0].columns[0].values, third.tables[0].columns[0].values)
    assert third.tables[0].columns[0].values.tolist() == [b"1234", b"5678", b"9ABC"]
