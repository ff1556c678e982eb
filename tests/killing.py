"""Runs in processes of their own, killed at random moments and resumed until one comes to its end."""

import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from time import perf_counter
from types import TracebackType
from typing import Any, Self

from rich.console import Console

from driver.batch.admission import RunCompleted, RunRefused
from driver.batch.application import BatchApplication
from driver.config.model import Job

with suppress(ImportError):  # it is imported where it is used, which would be in each attempt
    import driver.repository.db2.target  # noqa: F401

_PATIENCE = 120.0
"""Seconds after which an attempt that nobody kills counts as hung."""
_LATEST = 0.7
"""Of a run's duration: attempts that go on with one take less, and come to its end all the same."""
_LAST_WORDS = 6_000
"""Bytes of what attempts have said that are shown when a test fails."""
WAS_COMPLETE = 77
"""The kill before this attempt came between the last commit and the end of the process."""


def attempt(job: Mapping[str, Any], run_id: str) -> int:
    """Go on with the run, or begin it if the kill came before it was known; return its exit code."""
    application = BatchApplication(Job.model_validate(job), run_id, Console(file=StringIO()))
    try:
        report = application.resume()
    except RunCompleted:
        return WAS_COMPLETE
    except RunRefused as refused:
        if "knows no run" not in str(refused):
            raise
        report = application.run()
    print(report.message, file=sys.stderr)
    return int(report.exit_code)


def _serve() -> None:
    """Fork an attempt for each line: all is loaded by then, and an attempt costs what it does itself."""
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            code = 1
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the log of an attempt is no answer
            try:
                code = attempt(*json.loads(line))
            except Exception:  # noqa: BLE001 - whatever it is, the test that waits for the code shows it
                traceback.print_exc()
            finally:
                os._exit(code)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


@dataclass
class Killer:
    """Kills runs.

    Attributes:
        seed: of the moments.
        kills: so far.
        duration: of an undisturbed run, in seconds.
    """

    seed: int
    kills: int = 0
    duration: float = 0.0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the killer is left

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, __file__],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            bufsize=0,  # what has come is seen by select
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.kill()
        self._server.communicate()
        self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, self._said.tell() - _LAST_WORDS))
        if error is not None:
            print(self._said.read().decode(errors="replace"))
        self._said.close()

    def let_run(self, job: Mapping[str, Any], run_id: str) -> int:
        """Let a run come to its end, and see how long that takes; return its exit code."""
        self._start(job, run_id)
        began = perf_counter()
        code = self._code()
        self.duration = perf_counter() - began
        return code

    def kill(self, job: Mapping[str, Any], run_id: str) -> int:
        """Kill a run at a random moment, and again, until an attempt ends before; return its exit code."""
        began, first = perf_counter(), self.kills
        while True:
            pid = self._start(job, run_id)
            if not self._ends_within(self._random.uniform(0, _LATEST * self.duration)):
                with suppress(ProcessLookupError):  # it may have ended at this moment
                    os.kill(pid, signal.SIGKILL)
            if (code := self._code()) != -signal.SIGKILL:
                if self.kills == first:  # it was not killed at all: the machine has become faster
                    self.duration = min(self.duration, perf_counter() - began)
                return code
            self.kills += 1

    def _start(self, job: Mapping[str, Any], run_id: str) -> int:
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps([job, run_id]).encode() + b"\n")
        return self._answer()

    def _code(self) -> int:
        assert self._ends_within(_PATIENCE), "an attempt hangs"
        return self._answer()

    def _answer(self) -> int:
        assert self._server.stdout is not None
        return int(self._server.stdout.readline())

    def _ends_within(self, seconds: float) -> bool:
        return bool(select.select([self._server.stdout], [], [], seconds)[0])


if __name__ == "__main__":
    _serve()
