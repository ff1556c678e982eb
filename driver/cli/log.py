"""Where the log of a job goes."""

from contextlib import AbstractContextManager

from driver.config.model import Job
from driver.telemetry.logs import LogTo, logging_to


def log_of(job: Job) -> AbstractContextManager[None]:
    """The job's log, while it is entered.

    Raises:
        OSError: its file cannot be opened.
    """
    file = LogTo(job.log.file, job.log.max_bytes, job.log.backups) if job.log.file else None
    return logging_to(file, level=job.log.level, secrets=job.secrets.values())
