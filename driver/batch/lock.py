"""One run at a time of a job over an input."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from xxhash import xxh3_64_hexdigest

from driver.config.model import Job
from mfdecode.errors import MfdecodeError


class RunUnderWay(MfdecodeError):  # noqa: N818 - named for what it says
    """Another process has the input; the text says which."""


@contextmanager
def only_run(job: Job, run_id: str) -> Iterator[None]:
    """Keep other runs of the job away from its input, on this machine; a process that dies lets go of it.

    Raises:
        RunUnderWay: there is one.
        OSError: the folder of the runs cannot be written.
    """
    locks = job.runs / ".locks"
    locks.mkdir(parents=True, exist_ok=True)
    name = xxh3_64_hexdigest(os.fsencode(Path(job.input_name).absolute()))
    with (locks / f"{job.job}.{name}").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise RunUnderWay(
                f"{job.input_name}: {file.read() or 'another run of this job'} has the input; wait until it has ended, "
                "or stop it"
            ) from None
        file.truncate(0)
        file.write(f"run {run_id} (process {os.getpid()}, since {datetime.now():%Y-%m-%d %H:%M:%S})")
        file.flush()
        yield
        file.truncate(0)
