"""Batches decoded by several threads and handed over in the order of the file, by a thread that takes one at a time."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from mfdecode.batch import DecodedBatch
from mfdecode.decoder import Decoder, first_records
from mfdecode.errors import FramingError
from mfdecode.framing import Frames, RawBatch


def decode_in_order(
    decoder: Decoder,
    frames: Frames,
    *,
    threads: int,
    limit: int | None = None,
    prepare: Callable[[DecodedBatch], object] | None = None,
) -> Iterator[DecodedBatch]:
    """Decode a file, in constant memory: two batches a thread are ahead of the one that is handed over.

    Args:
        decoder: of its records.
        frames: the open file; a batch's bytes are gone when the next batch is asked for.
        threads: that decode.
        limit: most records to decode.
        prepare: what else is done with a batch in the thread that has decoded it.

    Raises:
        FramingError: the file does not divide into records; the batches before come first.
        OSError: it cannot be read; the same.
    """

    def work(raw: RawBatch) -> DecodedBatch:
        batch = decoder.decode_frames(raw)
        if prepare is not None:
            prepare(batch)
        return batch

    ahead: deque[Future[DecodedBatch]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="decode") as pool:
        try:
            try:
                for raw in first_records(frames, limit):
                    ahead.append(pool.submit(work, raw))
                    if len(ahead) > 2 * threads:
                        yield from _next(ahead, frames)
            except (FramingError, OSError):
                while ahead:
                    yield from _next(ahead, frames)
                raise
            while ahead:
                yield from _next(ahead, frames)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _next(ahead: deque[Future[DecodedBatch]], frames: Frames) -> Iterator[DecodedBatch]:
    batch = ahead.popleft().result()
    yield batch
    frames.recycle(batch.raw)
