"""A worker of the process pool: it processes the batches that lie in the slots it is told of."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from driver.config.pipeline import Pipeline
from driver.core.errors import PlanError, PluginError
from mfdecode.errors import MfdecodeError
from mfdecode.framing import RawBatch

from .processors import Processor
from .slots import Sent, SlotPlan, map_segment


@dataclass(frozen=True, slots=True)
class Task:
    """A raw batch, the rest of which is in the worker's raw slot, and the result slot that is free for it."""

    raw: RawBatch
    slot: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has what it needs; the segment's name is not needed any more."""


@dataclass(frozen=True, slots=True)
class Defect:
    """What nobody has foreseen has happened in the worker; its traceback."""

    traceback: str


Reply = Ready | Sent | MfdecodeError | Defect


def work(connection: Connection, number: int, segment: str, build: Callable[[], Processor], settings: Pipeline) -> None:
    """Reply to each task until the parent closes the connection, or is gone.

    What is wrong with the job or a plug-in is a reply, and so is a defect, which would otherwise be told on standard
    error with whatever is in its text; that ends this process.

    Args:
        connection: to the parent: a ``Task``, then a ``Reply``; ``Ready`` comes first.
        number: of this worker.
        segment: name of the shared memory.
        build: compiles the job, as the parent has.
        settings: of the job.
    """
    try:
        try:
            processor = build()
        except MfdecodeError as error:
            connection.send(PlanError(str(error)))
            return
        plan = SlotPlan(processor, settings)
        raw_slots, result_slots = plan.slots(map_segment(segment, plan.size))
        connection.send(Ready())
        while True:
            task: Task = connection.recv()
            raw, slot = raw_slots[number].get(task.raw), result_slots[task.slot]
            try:
                reply: Reply = slot.put(processor.process(raw, number, slot.decoded))
            except PluginError as error:
                reply = error
            connection.send(reply)
    except (EOFError, ConnectionError, FileNotFoundError):
        return  # the parent needs nothing more
    except Exception:  # noqa: BLE001 - the parent tells of it
        connection.send(Defect(traceback.format_exc()))
