"""The lines of the log that tell how far a run is."""

import structlog

from driver.pipeline.bottleneck import ADVICE, Stage, is_nearly_full

from .status import RunStage, Status


class LogLines:
    """Writes a line whenever it is asked to, and a warning when a queue has become nearly full since the last one."""

    def __init__(self) -> None:
        self._log = structlog.get_logger()
        self._full: set[str] = set()

    def write(self, status: Status) -> None:
        """Tell how far the run is."""
        if status.stage is not RunStage.LOAD:
            self._log.info("progress", stage=status.stage, stage_seconds=round(status.seconds, 1))
            return
        self._log.info(
            "progress",
            stage=status.stage,
            stage_seconds=round(status.seconds, 1),
            percent=round(status.percent, 1),
            remaining_seconds=None if status.remaining_seconds is None else round(status.remaining_seconds),
            records=status.written.records,
            records_per_second=round(status.records_per_second),
            bytes_per_second=round(status.bytes_per_second),
            rejected=status.rejected,
            retries=status.retries,
            raw_queue=f"{status.raw_queue.depth}/{status.raw_queue.capacity}",
            write_queue=f"{status.write_queue.depth}/{status.write_queue.capacity}",
            bottleneck=status.bottleneck,
            **({"advice": ADVICE[status.bottleneck]} if status.bottleneck else {}),
        )
        # Processors that find no room for what they have made are not what is slow.
        behind_raw = Stage.WRITERS if is_nearly_full(status.write_queue) else Stage.PROCESSORS
        for name, queue, slow in (
            ("raw", status.raw_queue, behind_raw),
            ("write", status.write_queue, Stage.WRITERS),
        ):
            if not is_nearly_full(queue):
                self._full.discard(name)
            elif name not in self._full:
                self._full.add(name)
                self._log.warning(
                    "queue_near_capacity",
                    queue=name,
                    depth=queue.depth,
                    capacity=queue.capacity,
                    advice=f"{slow} may be slow: {ADVICE[slow]}",
                )
