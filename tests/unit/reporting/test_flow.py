"""The stream from read to final: nothing of it is lost on the way, and nothing of it is drawn over another."""

from itertools import pairwise

import pytest

from driver.batch.report import RecordCounts, TypeReport
from driver.batch.reporting.flow import Bar, Diagram, Flow, Tone, draw, flow_of
from driver.repository.counts import MergeCounts

TYPES = [
    ("HEADER", 1, MergeCounts(1, 0, 0, 0)),
    ("ACCOUNT", 800_000, MergeCounts(650_000, 100_000, 49_990, 10)),
    ("BALANCE", 2, MergeCounts(0, 0, 2, 0)),
    ("TRANSACTION", 3_000_000, MergeCounts(2_999_999, 0, 0, 1)),
]


@pytest.fixture
def of_types(report):
    """A report of several record types, one of them a thousandth part of what a pixel shows."""
    valid = sum(count for _, count, _ in TYPES)
    types = tuple(TypeReport(name, f"STG_{name}", name, count, count, merge) for name, count, merge in TYPES)
    return report(counts=RecordCounts(valid + 45, valid, 45, valid), types=types, merge=None)


def all_of(flow: Flow) -> list[Flow]:
    return [flow, *(each for part in flow.parts for each in all_of(part))]


def columns(diagram: Diagram) -> list[list[Bar]]:
    places = sorted({bar.x for bar in diagram.bars})
    return [sorted((bar for bar in diagram.bars if bar.x == x), key=lambda bar: bar.y) for x in places]


def test_one_type_goes_from_read_to_what_the_merge_did(report):
    flow = flow_of(report())
    assert [(each.name, each.records, each.tone) for each in all_of(flow)] == [
        ("read", 100, "stream"),
        ("valid", 97, "stream"),
        ("staged", 97, "stream"),
        ("inserted", 90, "inserted"),
        ("updated", 4, "updated"),
        ("unchanged", 2, "unchanged"),
        ("superseded", 1, "superseded"),
        ("rejected", 3, "rejected"),
    ]


def test_each_type_is_a_stream_of_its_own(of_types):
    flow = flow_of(of_types)
    assert [part.name for part in flow.parts] == [*(name for name, *_ in TYPES), "rejected"]
    for each in all_of(flow):
        assert not each.parts or each.records == sum(part.records for part in each.parts)


def test_what_is_empty_is_not_drawn(report):
    flow = flow_of(report(counts=RecordCounts(97, 97, 0, 97), types=(TypeReport("P", "S", "F", 97, 97, None),)))
    assert [each.name for each in all_of(flow)] == ["read", "valid", "staged"]


def test_a_target_that_keeps_nothing_has_no_staging(report):
    flow = flow_of(report(target="discard", types=(TypeReport("P", "", "", 97, 97, None),)))
    assert [each.name for each in all_of(flow)] == ["read", "valid", "not kept", "rejected"]


@pytest.mark.parametrize("counts", [None, RecordCounts(0, 0, 0, 0)])
def test_without_a_record_there_is_no_stream(report, counts):
    assert flow_of(report(counts=counts, types=())) is None


def test_records_that_one_count_has_and_the_next_has_not_are_missing(report):
    flow = flow_of(report(types=(TypeReport("P", "S", "F", 97, 90, MergeCounts(90, 0, 0, 0)),)))
    assert [(each.name, each.records) for each in all_of(flow) if each.tone is Tone.BROKEN] == [("missing", 7)]


def test_a_count_below_those_that_follow_from_it_is_broken(report):
    flow = flow_of(report(types=(TypeReport("P", "S", "F", 97, 97, MergeCounts(99, 0, 0, 0)),)))
    assert [(each.name, each.records) for each in all_of(flow) if each.tone is Tone.BROKEN] == [("staged", 97)]


def test_heights_are_as_the_records_and_the_least_is_seen(of_types):
    diagram = draw(flow_of(of_types))
    height = {(bar.name, bar.records): bar.height for bar in diagram.bars}
    ratio = height["TRANSACTION", 3_000_000] / height["ACCOUNT", 800_000]
    assert ratio == pytest.approx(3_000_000 / 800_000, rel=0.05)
    assert min(height.values()) >= 2
    assert min(ribbon.height for ribbon in diagram.ribbons) >= 2


def test_ribbons_fill_the_bars_that_they_leave_and_end_in_whole_ones(of_types):
    diagram = draw(flow_of(of_types))
    ends = {(bar.x, bar.y): bar for bar in diagram.bars}
    for bar in diagram.bars:
        leaving = [ribbon for ribbon in diagram.ribbons if ribbon.x == bar.x + bar.width]
        leaving = [ribbon for ribbon in leaving if bar.y <= ribbon.y < bar.y + bar.height]
        assert sum(ribbon.height for ribbon in leaving) <= bar.height + 1e-9
        for upper, lower in pairwise(leaving):
            assert upper.y + upper.height == pytest.approx(lower.y)
            assert upper.to_y < lower.to_y
    for ribbon in diagram.ribbons:
        assert ends[ribbon.to_x, ribbon.to_y].height == ribbon.height
    assert len(diagram.ribbons) == len(diagram.bars) - 1


def test_labels_do_not_meet_and_all_is_within_the_drawing(of_types):
    diagram = draw(flow_of(of_types))
    assert [len(column) for column in columns(diagram)] == [1, 5, 4, 8]
    for column in columns(diagram):
        for upper, lower in pairwise(column):
            assert lower.y >= upper.y + upper.height
            assert lower.middle - upper.middle >= 18
    for bar in diagram.bars:
        assert bar.y >= 0
        assert bar.y + bar.height <= diagram.height
        assert bar.x + bar.width <= diagram.width - 200
