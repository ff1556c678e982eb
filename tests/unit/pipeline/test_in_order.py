"""Batches by several threads, in the order of the file."""

import threading

import pytest

from driver.pipeline.in_order import decode_in_order
from mfdecode import Copybook, Decoder
from mfdecode.errors import FramingError

RECORDS = 1_000
SIZE = 10


@pytest.fixture
def decoder() -> Decoder:
    return Decoder(Copybook.from_text("01 R.\n 05 N PIC 9(4).").layout())


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "numbers.dat"
    path.write_bytes(b"".join(f"{i:04}".encode("cp037") for i in range(RECORDS)))
    return path


def numbers(decoder, file, **options) -> list[int]:
    with decoder.frames(file, batch_size=SIZE) as frames:
        batches = decode_in_order(decoder, frames, threads=3, **options)
        return [number for batch in batches for number in batch.array["N"].tolist()]


def test_the_order_is_that_of_the_file_whoever_is_first(decoder, file):
    later = threading.Event()

    def prepare(batch) -> None:
        """The first batch waits until the third is done."""
        if batch.raw.number == 2:
            later.set()
        if batch.raw.number == 0:
            assert later.wait(10)

    assert numbers(decoder, file, prepare=prepare) == list(range(RECORDS))


def test_it_stops_at_the_limit(decoder, file):
    assert numbers(decoder, file, limit=25) == list(range(25))


def test_no_more_than_a_few_batches_are_ahead(decoder, file):
    with decoder.frames(file, batch_size=SIZE) as frames:
        read = []
        frames.recycle = lambda raw: read.append(raw.number)
        seen = 0

        def prepare(batch) -> None:
            assert batch.raw.number - len(read) <= 2 * 3 + 1

        for batch in decode_in_order(decoder, frames, threads=3, prepare=prepare):
            assert batch.raw.number == len(read)
            seen += 1
        assert seen == len(read) == RECORDS // SIZE


def test_what_comes_before_a_broken_record_is_handed_over(decoder, file):
    file.write_bytes(file.read_bytes()[:-1])
    seen = []
    with decoder.frames(file, batch_size=SIZE) as frames:
        batches = decode_in_order(decoder, frames, threads=3)
        with pytest.raises(FramingError):
            seen.extend(number for batch in batches for number in batch.array["N"].tolist())
    assert seen == list(range(RECORDS - 1))


def test_an_error_in_a_thread_is_raised(decoder, file):
    def prepare(batch) -> None:
        if batch.raw.number == 5:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        numbers(decoder, file, prepare=prepare)
