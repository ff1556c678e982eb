"""The page: nothing of what it shows is markup, it needs nothing else, and its numbers are exact."""

import re
from html.parser import HTMLParser

import pytest

from driver.batch.exit_codes import ExitCode
from driver.batch.report import CheckedIdentity, PartReport, Reason, RecordCounts, RejectSample, TypeReport
from driver.batch.reporting.page import page_of
from driver.batch.samples import Sample
from driver.repository.target import RunState

SAMPLES = [Sample(n, 50 * n, 45 * n, 40 * n, n, 880 * n, n, n, 0) for n in range(1, 6)]
HOSTILE = "<script>alert(1)</script>\"'&{{ 7 * 7 }}"
VOID = {"meta", "br"}


class Elements(HTMLParser):
    """The elements of a page; each is closed in turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.names.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_needs_nothing_else(report):
    page = page_of(report(), SAMPLES)
    assert not re.search(r"https?:|//|src\s*=|href\s*=|url\(|@import|<link|<script|<img|<iframe", page)
    elements = Elements(page)
    assert page.lstrip().startswith("<!DOCTYPE html>")
    assert elements.names.count("svg") == 3


def test_names_are_no_markup(report):
    identity = CheckedIdentity(HOSTILE, "1", "2", holds=False)
    page = page_of(
        report(
            job=HOSTILE,
            file=HOSTILE,
            message=HOSTILE,
            database=HOSTILE,
            rejects_file=HOSTILE,
            copybook=HOSTILE,
            parts=(PartReport(HOSTILE, 0, 1, 1, 1, 0),),
            types=(TypeReport(HOSTILE, HOSTILE, HOSTILE, 50, 50, None), TypeReport(HOSTILE, "S", "F", 47, 47, None)),
            identities=(identity,),
            reasons=(Reason(HOSTILE, HOSTILE, 1, (RejectSample(1, 2, HOSTILE),)),),
        ),
        SAMPLES,
    )
    elements = Elements(page)
    assert "script" not in elements.names
    assert "{{ 7 * 7 }}" in elements.text
    assert elements.text.count(HOSTILE) >= 12


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, ["COMPLETED", "exit code 4: loaded, with rejects within the limit", "✓ yes", "record 7, byte 154: E7"]),
        ({}, ["1,234,567,890,123,456,789,012.50", "2026-01-02 03:04:05 UTC", "STG_PAYMENT → PAYMENT", "00" * 16]),
        (
            {"identities": (CheckedIdentity("a = b", "10000.1", "10000.2", holds=False),)},
            ["✗ no", "10,000.1", "10,000.2"],
        ),
        (
            {"state": RunState.INTERRUPTED, "exit_code": ExitCode.TERMINATED, "merge": None, "identities": ()},
            ["exit code 143: terminated", "Nothing was merged", "ended before it could be reconciled"],
        ),
        (
            {"state": RunState.FAILED, "exit_code": ExitCode.RESUMABLE, "counts": None, "types": (), "workers": ()},
            ["No record was counted: the target could not be asked", "exit code 16"],
        ),
        ({"counts": RecordCounts(0, 0, 0, 0), "types": ()}, ["No record was counted."]),
        ({"reasons": ()}, ["None."]),
        ({"target": "discard", "database": "", "merge": None}, ["The target keeps no records."]),
        ({"file_xxh128": None}, ["not read to its end"]),
    ],
)
def test_it_says_what_has_happened(report, changed, words):
    text = re.sub(r"\s+", " ", Elements(page_of(report(**changed), [])).text)
    for word in words:
        assert word in text
    assert "too short to be drawn" in text


def test_a_reason_has_three_samples_at_most(report):
    samples = tuple(RejectSample(n, 22 * n, f"F{n}") for n in range(5))
    text = Elements(page_of(report(reasons=(Reason("STATE", "ALLOWED", 5, samples),)), [])).text
    assert [f"F{n}" in text for n in range(5)] == [True, True, True, False, False]


def test_a_long_name_is_cut_in_the_drawing_alone(report):
    name = "A-RECORD-TYPE-WITH-A-LONG-NAME"
    types = (TypeReport(name, "S", "F", 50, 50, None), TypeReport("B", "S", "F", 47, 47, None))
    text = Elements(page_of(report(types=types), [])).text
    assert "A-RECORD-TYPE-W… 50" in text
    assert f"{name}: 50" in text
