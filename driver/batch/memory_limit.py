"""A run whose settings may take more memory than they are allowed is refused before anything is begun."""

from collections.abc import Callable, Iterator, Sequence

import structlog

from driver.config.model import DuckDbTarget, Job
from driver.config.pipeline import Pipeline
from driver.config.quantities import AUTO
from mfdecode.errors import MfdecodeError

from .memory import Item, resident_bytes, worst_case
from .preparation import Prepared

_ENOUGH_MEMORY = 100 * 1000**2
"""Of DuckDB, for records as wide as they come; with less, it has been seen to give up on some of 5,000 bytes."""
_SHORTEST_QUEUE = 2
"""One batch is taken while another one is put."""
_KNOBS = (
    ("pipeline", "write_queue", 1),
    ("pipeline", "raw_queue", 1),
    ("pipeline", "processors", 1),
    ("pipeline", "writers", 1),
    ("pipeline", "batch_size", 1),
    ("pipeline", "batch_bytes", 65_536),
    ("target", "memory", _ENOUGH_MEMORY),
)
"""What can be turned down, and to what at least."""
_MARGIN = 100
"""One part in so many of the limit is left by what is advised: no two processes are of quite the same size."""


class MemoryRefused(MfdecodeError):  # noqa: N818 - named for what it says
    """The settings may take more memory than ``pipeline.memory_limit``; the text has the sum, and what would fit."""


def within_memory(job: Job, prepared: Prepared) -> Job:
    """Add up what the run may take.

    Where that is too much, ``auto`` comes to shorter queues, fewer threads and less memory.

    Returns:
        The job as it fits.

    Raises:
        MemoryRefused: it takes more than ``pipeline.memory_limit``.
    """
    resident, limit = resident_bytes(), job.pipeline.memory_limit
    spared = limit - limit // _MARGIN

    def taken(changed: Job) -> int:
        return _total(worst_case(changed, prepared, resident))

    def turned_down(job: Job, section: str, knob: str, most: int, least: int) -> Job:
        job = _with(job, section, knob, most)
        if taken(job) <= limit:
            return job
        return _with(job, section, knob, _largest_that_fits(job, section, knob, least, spared, taken) or least)

    # First what costs the least time.
    pipeline, target = job.pipeline, job.target
    if pipeline.write_queue == AUTO:
        job = turned_down(job, "pipeline", "write_queue", pipeline.write_capacity, _SHORTEST_QUEUE)
    if pipeline.raw_queue == AUTO:
        job = turned_down(job, "pipeline", "raw_queue", pipeline.raw_capacity, _SHORTEST_QUEUE)
    while taken(job) > limit and (fewer := _fewer_threads(job.pipeline)):
        job = job.model_copy(update={"pipeline": job.pipeline.model_copy(update=fewer)})
    if isinstance(target, DuckDbTarget) and target.memory == AUTO:
        job = turned_down(job, "target", "memory", target.most_memory, _ENOUGH_MEMORY)
    items = worst_case(job, prepared, resident)
    structlog.get_logger().info(
        "memory", worst_case=_total(items), limit=limit, items={item.name: item.total for item in items}
    )
    if _total(items) > limit:
        advice = list(_what_fits(job, spared, taken))
        enough = _total(items) + _total(items) // _MARGIN
        advice.append(f"pipeline.memory_limit: {enough // 1000**2 + 1}MB, if the machine has as much")
        raise MemoryRefused(
            f"the run may take {_mb(_total(items))} of memory, and pipeline.memory_limit is {_mb(limit)}:\n\n"
            f"{_table(items)}\n\nOne of these makes it fit:\n" + "\n".join(f"  {line}" for line in advice)
        )
    return job


def _fewer_threads(pipeline: Pipeline) -> dict[str, int]:
    """The larger one of the stages set to ``auto``, with one thread less at most; nothing where none has two."""
    found = {"auto_processors": pipeline.processors, "auto_writers": pipeline.writers}
    most = {knob: getattr(pipeline, knob) for knob, threads in found.items() if threads == "auto"}
    knob = max(most, key=lambda knob: most[knob], default=None)
    return {} if knob is None or most[knob] == 1 else {knob: most[knob] - 1}


def _total(items: Sequence[Item]) -> int:
    return sum(item.total for item in items)


def _what_fits(job: Job, limit: int, taken: Callable[[Job], int]) -> Iterator[str]:
    """The settings that would do alone, each with the largest value that fits, megabytes being whole."""
    for section, knob, least in _KNOBS:
        value = _largest_that_fits(job, section, knob, least, limit, taken)
        if value is not None:
            yield f"{section}.{knob}: {f'{value // 1000**2}MB' if knob == 'memory' else value}"


def _largest_that_fits(
    job: Job, section: str, knob: str, least: int, limit: int, taken: Callable[[Job], int]
) -> int | None:
    """The largest value of a setting, less than it has, with which the run fits; None if there is none."""
    now = getattr(getattr(job, section), knob, None)
    if not isinstance(now, int) or now <= least or taken(_with(job, section, knob, least)) > limit:
        return None
    low, high = least, now  # low fits, high does not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if taken(_with(job, section, knob, middle)) <= limit else (low, middle)
    return low


def _with(job: Job, section: str, knob: str, value: int) -> Job:
    return job.model_copy(update={section: getattr(job, section).model_copy(update={knob: value})})


def _table(items: Sequence[Item]) -> str:
    rows = [("", "count", "size", "total")]
    rows += [(item.name, f"{item.count}", _mb(item.size), _mb(item.total)) for item in items]
    rows.append(("together", "", "", _mb(_total(items))))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        f"  {name:<{widths[0]}}  {count:>{widths[1]}}  {size:>{widths[2]}}  {total:>{widths[3]}}"
        for name, count, size, total in rows
    )


def _mb(size: int) -> str:
    return f"{size / 1000**2:,.1f} MB"
