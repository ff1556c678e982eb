"""The folder of a run: what it leaves beside the database, for those who watch it, resume it, or read of it."""

from dataclasses import dataclass
from pathlib import Path


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
        """How far it is; replaced a few times a minute while it runs."""
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

    def create(self) -> None:
        """Make the folder.

        Raises:
            OSError: it cannot be made.
        """
        self.path.mkdir(parents=True, exist_ok=True)
