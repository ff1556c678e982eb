"""The warnings about queues."""

from dataclasses import replace

from structlog.testing import capture_logs

from driver.batch.watching.log_lines import LogLines
from driver.batch.watching.status import Status
from driver.pipeline.bottleneck import ADVICE, Stage
from driver.pipeline.metrics import QueueFigures


def with_queues(status: Status, raw: int, write: int) -> Status:
    return replace(status, raw_queue=QueueFigures(raw, raw, 20), write_queue=QueueFigures(write, write, 10))


def warnings(status: Status, *queues: tuple[int, int]) -> list[tuple[int, str]]:
    """After which of the lines there was a warning, and of which queue."""
    lines, found = LogLines(), []
    for number, (raw, write) in enumerate(queues):
        with capture_logs() as logs:
            lines.write(with_queues(status, raw, write))
        found += [(number, line["queue"]) for line in logs if line["event"] == "queue_near_capacity"]
    return found


def test_a_queue_is_told_when_it_becomes_nearly_full_and_not_while_it_stays_so(status) -> None:
    assert warnings(status, (5, 7), (5, 8), (5, 10), (5, 9), (5, 7), (16, 8)) == [
        (1, "write"),
        (5, "raw"),
        (5, "write"),
    ]


def test_the_advice_is_for_those_who_are_slow(status) -> None:
    advice = {}
    for queues in ((20, 0), (20, 10)):
        with capture_logs() as logs:
            LogLines().write(with_queues(status, *queues))
        advice[queues] = {line["queue"]: line["advice"] for line in logs if line["log_level"] == "warning"}
    assert ADVICE[Stage.PROCESSORS] in advice[20, 0]["raw"]
    assert ADVICE[Stage.WRITERS] in advice[20, 10]["raw"]
    assert ADVICE[Stage.WRITERS] in advice[20, 10]["write"]


def test_the_line_has_the_advice_for_the_bottleneck(status) -> None:
    with capture_logs() as logs:
        LogLines().write(replace(status, bottleneck=Stage.READERS))
        LogLines().write(status)
    assert [line.get("advice") for line in logs] == [ADVICE[Stage.READERS], None]
    assert (logs[0]["raw_queue"], logs[0]["write_queue"]) == ("5/20", "5/10")
    assert (logs[0]["percent"], logs[0]["remaining_seconds"], logs[0]["retries"]) == (10.0, 90, 2)
