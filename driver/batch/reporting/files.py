"""The files that a run leaves as its report: one for machines, one for people."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from driver.batch.error_text import error_text
from driver.batch.exit_codes import ExitCode
from driver.batch.report import RunReport
from driver.batch.run_folder import RunFolder
from driver.batch.samples import Sample, read_samples
from driver.output.files import named, replacing

from .json_file import as_json
from .page import page_of

_PAGES = {".html", ".htm"}


def write_report(report: RunReport, path: Path, samples: Sequence[Sample]) -> None:
    """Write it as a page if the file's name ends as one of a page does, and as JSON otherwise.

    Args:
        report: of the run.
        path: replaced if it exists.
        samples: of the run, for the page.

    Raises:
        OSError: the file cannot be written.
    """
    content = page_of(report, samples).encode() if path.suffix.lower() in _PAGES else as_json(report)
    with replacing(path) as file, named(path):
        file.write(content)


def with_reports(report: RunReport, folder: RunFolder) -> RunReport:
    """Leave both files in the run's folder.

    Returns:
        The report; if they cannot be written it says so, since the run itself has ended by then.
    """
    try:
        samples = read_samples(folder.samples)
        write_report(report, folder.report, samples)
        write_report(report, folder.page, samples)
    except OSError as error:
        told = [*([report.message] if report.message else []), f"the report is not written: {error_text(error)}"]
        fine = report.exit_code in {ExitCode.OK, ExitCode.REJECTS}
        return replace(report, exit_code=ExitCode.RESUMABLE if fine else report.exit_code, message="; ".join(told))
    return report
