"""The log of a command that does something with a run."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from driver.config.layers import LoadedJob
from driver.telemetry.logs import LogTo, logging_to

from .defects import logged_defects


@contextmanager
def run_log(loaded: LoadedJob) -> Iterator[None]:
    """Log as the job says, without its secrets, until the context ends.

    Raises:
        OSError: the log cannot be written.
    """
    job = loaded.job
    to = LogTo(job.log.file, job.log.max_bytes, job.log.backups) if job.log.file else None
    with logging_to(to, level=job.log.level, secrets=job.secrets.values()), logged_defects():
        for file in loaded.exposed:
            structlog.get_logger().warning("secrets_exposed", file=str(file))
        yield
