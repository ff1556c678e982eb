"""The summary on the terminal: the exact figures, and names as they are."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from driver.batch.report import PartReport, WorkerReport
from driver.batch.reporting.terminal import show


@pytest.fixture
def shown(report):
    def shown(page: Path | None = None, **changed: object) -> str:
        out = StringIO()
        show(report(**changed), Console(file=out, width=160), page)
        return out.getvalue()

    return shown


def test_it_ends_with_the_rate_and_where_the_page_is(shown):
    lines = shown(Path("out") / "[runs]" / "report.html", retries=3).splitlines()
    assert lines[0] == "run RUN1 of payments: COMPLETED, exit code 4"
    assert lines[-3:] == [
        "2.0 s, 50 records/s, 0.0 MB/s",
        "3 retries of a transaction",
        "report: out/[runs]/report.html",
    ]
    assert "report:" not in shown()


def test_sums_are_exact(shown):
    assert shown().count("1,234,567,890,123,456,789,012.50") == 2


def test_workers_and_parts_are_shown_where_there_are_several(shown):
    assert "worker" not in shown()
    workers = (WorkerReport(0, 1, 60, 58, 2, 0.25), WorkerReport(1, 1, 40, 39, 1, 1_234.5))
    text = " ".join(shown(workers=workers).split())
    assert "│ 1 │ 1 │ 40 │ 39 │ 1 │ 1,234.5 │" in text


def test_brackets_in_names_are_no_markup(shown):
    parts = tuple(PartReport(f"data[red]{n}[/red].dat", 0, 1, 1, 1, 0) for n in range(2))
    assert "data[red]1[/red].dat" in shown(parts=parts)
