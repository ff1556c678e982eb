"""The folder of a run: what it leaves beside the database, for those who watch it, resume it, or read of it."""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from mfdecode.errors import MfdecodeError

_NAMED = 3


class UnknownRun(MfdecodeError):  # noqa: N818 - named for what it says
    """There is no such run, or it cannot be told how it was begun; the text says which, and what to do."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """``{runs}/{run_id}``: a file for each thing that is known of a run.

    Attributes:
        runs: the folder of all runs.
        run_id: of the run.
    """

    runs: Path
    run_id: str

    @property
    def path(self) -> Path:
        """The folder itself."""
        return self.runs / self.run_id

    @property
    def manifest(self) -> Path:
        """How the run was begun: what ``resume`` and ``reconcile`` need to find job and database again."""
        return self.path / "manifest.json"

    @property
    def status(self) -> Path:
        """How far it is; replaced once a second while it runs."""
        return self.path / "status.json"

    @property
    def samples(self) -> Path:
        """A ``Sample`` a line, in the order of time."""
        return self.path / "samples.jsonl"

    @property
    def report(self) -> Path:
        """The report for machines."""
        return self.path / "report.json"

    @property
    def page(self) -> Path:
        """The report for people."""
        return self.path / "report.html"

    @property
    def rejects(self) -> Path:
        """The rejected records, as they were in the input, where the job names no other file."""
        return self.path / "rejects.dat"

    @property
    def exists(self) -> bool:
        """Whether there is a run of this id."""
        return self.manifest.is_file() or self.status.is_file()

    def unknown(self) -> UnknownRun:
        """The error that there is no run of this id."""
        known = sorted(folder.run_id for folder in run_folders(self.runs))
        near = get_close_matches(self.run_id, known, n=_NAMED) or known[-_NAMED:]
        hint = f"did you mean {' or '.join(near)}?" if near else "no run has left anything there."
        return UnknownRun(
            f"there is no run {self.run_id} in {self.runs}; {hint} The job's setting runs tells the folder: give it by "
            "--runs, or give the job file"
        )

    def create(self) -> None:
        """Make the folder.

        Raises:
            OSError: it cannot be made.
        """
        self.path.mkdir(parents=True, exist_ok=True)


def run_folders(runs: Path) -> list[RunFolder]:
    """Those of all runs.

    Args:
        runs: the folder of all runs, which need not be there.
    """
    if not runs.is_dir():
        return []
    return [folder for entry in runs.iterdir() if (folder := RunFolder(runs, entry.name)).exists]
