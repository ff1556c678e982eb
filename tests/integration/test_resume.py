"""Runs that were stopped, and go on: what is committed is not loaded again, and nothing goes on with something else."""

from __future__ import annotations

import gzip
import os
import sys
from typing import TYPE_CHECKING

import pytest

from driver.batch import inputs
from driver.batch.admission import RunCompleted, RunRefused
from driver.batch.exit_codes import ExitCode
from driver.batch.inputs import InputChanged
from driver.batch.lock import RunUnderWay, only_run
from driver.batch.source import InputError
from driver.config.model import Job
from driver.repository.target import RunState

if TYPE_CHECKING:
    from conftest import Workplace

RECORDS = 205


@pytest.fixture
def workplace(workplace: Workplace) -> Workplace:
    """Staged rows stay, so that the database of a run that has ended can be made that of a crash."""
    workplace.job["target"]["keep_staged"] = True
    return workplace


HOLES = [(), (0,), (20,), (3, 4, 5, 11), tuple(range(1, 21)), tuple(range(21))]


def rdw(data: bytes, code: int = 0) -> bytes:
    return (len(data) + 4).to_bytes(2, "big") + bytes([code, 0]) + data


def blocks(pieces: list[bytes]) -> bytes:
    return b"".join(rdw(b"".join(pieces[at : at + 7])) for at in range(0, len(pieces), 7))


def spanned(data: bytes) -> list[bytes]:
    return [rdw(data[:7], 1), rdw(data[7:9], 3), rdw(data[9:], 2)]


def write(workplace: Workplace, record_format: str = "F") -> None:
    """The input: every fiftieth record is rejected, and one key comes twice."""
    records = [workplace.payment(n % 200, cents=n, state="X" if n % 50 == 7 else "A") for n in range(RECORDS)]
    workplace.job["input"]["record_format"] = record_format.split("-", maxsplit=1)[0]
    match record_format:
        case "V":
            content = b"".join(map(rdw, records))
        case "VB":
            content = blocks(list(map(rdw, records)))
        case "VBS":
            content = blocks([segment for record in records for segment in spanned(record)])
        case "D":
            content = b"".join(record + b"\x0d\x25" for record in records)
        case "CSV":
            workplace.job["input"]["codepage"] = "utf-8"
            content = b"PAY-ID,PAYEE,AMOUNT,STATE\n" + b"".join(
                f"{n % 200},SMITH,{n / 100},{'X' if n % 50 == 7 else 'A'}\n".encode() for n in range(RECORDS)
            )
        case "F-gzip":
            content = gzip.compress(b"".join(records))
        case _:
            content = b"".join(records)
    workplace.input.write_bytes(content)
    workplace.job["rejects"]["percent"] = 100


def everything(workplace: Workplace) -> dict[str, list[tuple[object, ...]]]:
    """What a run leaves, but for which workers have done it, and when."""
    return {
        "final": workplace.query("SELECT * EXCLUDE LOADED_AT FROM PAYMENT ORDER BY ALL"),
        "staging": workplace.query("SELECT * EXCLUDE (WORKER_ID, LOADED_AT) FROM STG_PAYMENT ORDER BY ALL"),
        "ledger": workplace.query("SELECT * EXCLUDE WORKER_ID FROM MF_LEDGER ORDER BY ALL"),
        "rejects": workplace.query("SELECT * FROM MF_REJECT ORDER BY ALL"),
        "merge": workplace.query("SELECT * FROM MF_RUN_TABLE"),
        "run": workplace.query("SELECT * EXCLUDE (CHANGED_AT, FILE_XXH128) FROM MF_RUN"),
        "file": [(workplace.rejects,)],
    }


@pytest.mark.parametrize("missing", HOLES, ids=len)
@pytest.mark.parametrize("record_format", ["F", "V", "VB", "VBS", "D", "CSV", "F-gzip"])
def test_what_is_committed_is_passed_over(workplace: Workplace, record_format: str, missing: tuple[int, ...]) -> None:
    write(workplace, record_format)
    workplace.run()
    undisturbed = everything(workplace)
    workplace.cut_off(missing)
    report = workplace.application("RUN1").resume()
    assert (report.state, report.exit_code) == (RunState.COMPLETED, ExitCode.REJECTS), report.message
    assert everything(workplace) == undisturbed
    assert report.pipeline.passed.batches == 21 - len(missing)
    assert report.pipeline.written.batches == report.pipeline.read.batches == len(missing)
    assert report.counts is not None
    assert (report.counts.read, report.counts.rejected) == (RECORDS, 4)


@pytest.mark.parametrize("pool", ["thread", "process"])
def test_several_readers_go_on_too_and_may_be_fewer(workplace: Workplace, pool: str) -> None:
    write(workplace)
    workplace.job["pipeline"] |= {"reading_mode": "multi", "multi_reader": {"num_readers": 4}, "pool": pool}
    workplace.run()
    undisturbed = everything(workplace)["final"]
    workplace.cut_off([0, 2])
    workplace.job["pipeline"]["multi_reader"]["num_readers"] = 2
    report = workplace.application("RUN1").resume()
    assert report.state is RunState.COMPLETED, report.message
    assert len(report.parts) == 4
    assert everything(workplace)["final"] == undisturbed


@pytest.mark.parametrize("keep_staged", [False, True])
def test_what_was_merged_is_not_merged_again(workplace: Workplace, *, keep_staged: bool) -> None:
    write(workplace)
    workplace.job["target"]["keep_staged"] = keep_staged
    first = workplace.run()
    workplace.execute("UPDATE MF_RUN SET STATE = 'LOADED'")
    second = workplace.application("RUN1").resume()
    assert second.merge == first.merge
    assert second.state is RunState.COMPLETED


def test_a_merge_that_was_cut_off_goes_on(workplace: Workplace) -> None:
    write(workplace)
    undisturbed = workplace.run().merge
    half = 100
    workplace.execute(
        f"DELETE FROM PAYMENT WHERE PAY_ID >= {half} OR PAY_ID < 5",
        f"UPDATE MF_RUN_TABLE SET MERGED_RECORDS = {half}, INSERTED = (SELECT count(*) FROM PAYMENT), SUPERSEDED = 5, "
        "STAGED = NULL",
        "UPDATE MF_RUN SET STATE = 'LOADED'",
    )
    assert workplace.application("RUN1").resume().merge == undisturbed


def test_a_file_that_was_touched_is_read_again_and_compared(workplace: Workplace) -> None:
    write(workplace)
    workplace.run()
    undisturbed = everything(workplace)
    workplace.cut_off([4])
    os.utime(workplace.input)
    report = workplace.application("RUN1").resume()
    assert report.state is RunState.COMPLETED, report.message
    undisturbed["run"] = everything(workplace)["run"]
    assert everything(workplace) == undisturbed
    assert (report.pipeline.passed.batches, report.pipeline.written.batches) == (20, 1)
    assert report.file_xxh128 is not None


def test_a_change_between_the_samples_is_found(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "_SAMPLE", 2)
    monkeypatch.setattr(inputs, "_SAMPLES", 2)
    write(workplace)
    workplace.run()
    workplace.cut_off([20])
    with workplace.input.open("r+b") as file:
        file.seek(22 * 57 + 6)
        file.write("JONES".encode("cp037"))
    report = workplace.application("RUN1").resume()
    assert (report.state, report.exit_code) == (RunState.FAILED, ExitCode.CONFIGURATION)
    assert "what is here now is not what was loaded from here" in report.message
    assert "byte 1,100" in report.message or "1100" in report.message
    assert workplace.query("SELECT count(*) FROM PAYMENT") == [(0,)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content + content[:22], "had 4,510 bytes when the run began, and has 4,532 now"),
        (lambda content: content[:-1] + b"?", "has other content than when the run began"),
    ],
)
def test_another_file_is_refused(workplace: Workplace, change, words: str) -> None:
    write(workplace)
    workplace.run()
    workplace.cut_off([4])
    workplace.input.write_bytes(change(workplace.input.read_bytes()))
    with pytest.raises(InputChanged, match=words):
        workplace.application("RUN1").resume()
    assert workplace.query("SELECT STATE FROM MF_RUN") == [("LOADING",)]


def test_other_files_of_a_pattern_are_refused(workplace: Workplace) -> None:
    write(workplace)
    pattern = str(workplace.path / "*.dat")
    workplace.job["pipeline"] |= {"reading_mode": "multi", "multi_reader": {"input_pattern": pattern}}
    del workplace.job["input"]["path"]
    workplace.run()
    workplace.cut_off([4])
    other = workplace.path / "other.dat"
    other.write_bytes(workplace.payment(1))
    with pytest.raises(InputError, match=rf"stood for other files when the run began: .*{other.name}"):
        workplace.application("RUN1").resume()
    other.unlink()
    assert workplace.application("RUN1").resume().state is RunState.COMPLETED


def test_what_differs_is_told_together(workplace: Workplace) -> None:
    write(workplace)
    workplace.job["secrets"] = {"hash_salt": "this one"}
    workplace.run()
    workplace.cut_off([4])
    copybook = workplace.path / "payment.cpy"
    copybook.write_text(copybook.read_text() + "      * a remark\n")
    workplace.job["pipeline"] |= {"batch_size": 20, "processors": 1, "writers": 1, "raw_queue": 3}
    workplace.job["input"]["codepage"] = "cp500"
    workplace.job["rules"] = []
    workplace.job["rejects"]["limit"] = 7
    workplace.job["secrets"] = {"hash_salt": "another one"}
    with pytest.raises(RunRefused) as refused:
        workplace.application("RUN1").resume()
    message = str(refused.value)
    for words in (
        "the copybook",
        'input.codepage was "cp037" and is "cp500"',
        "pipeline.batch_size was 10 and is 20",
        'rules.0.field was "',
        "and is not given",
        "the secret hash_salt is another",
    ):
        assert words in message
    assert "rules was" not in message
    for words in ("processors", "writers", "raw_queue", "limit", "this one", "another one"):
        assert words not in message.replace("is another", "")


def test_how_the_work_is_spread_may_change(workplace: Workplace) -> None:
    write(workplace)
    workplace.run()
    workplace.cut_off([4, 9])
    workplace.job["pipeline"] |= {"processors": 1, "writers": 1, "raw_queue": 3, "write_queue": 3, "pool": "process"}
    workplace.job["rejects"]["file"] = str(workplace.path / "other.rej")
    assert workplace.application("RUN1").resume().state is RunState.COMPLETED
    assert (workplace.path / "other.rej").read_bytes() == workplace.rejects


def test_a_run_that_has_completed_has_nothing_left_to_do(workplace: Workplace) -> None:
    write(workplace)
    workplace.run()
    with pytest.raises(RunCompleted, match="RUN1 has completed"):
        workplace.application("RUN1").resume()


def test_a_run_that_nobody_knows_is_refused(workplace: Workplace) -> None:
    write(workplace)
    workplace.run()
    with pytest.raises(RunRefused, match="knows no run RUN7"):
        workplace.application("RUN7").resume()


def test_a_file_is_not_loaded_twice_by_accident(workplace: Workplace) -> None:
    write(workplace)
    workplace.run(force=False)
    with pytest.raises(RunRefused, match=r"run RUN1 of .* has loaded this file.*--force"):
        workplace.run(force=False)
    assert workplace.query("SELECT RUN_ID FROM MF_RUN") == [("RUN1",)]
    assert workplace.run(force=True).state is RunState.COMPLETED
    workplace.write([workplace.payment(1)])
    assert workplace.run(force=False).state is RunState.COMPLETED


def test_a_run_that_can_be_resumed_is_not_begun_anew(workplace: Workplace) -> None:
    write(workplace)
    workplace.run(force=False)
    workplace.cut_off([4])
    with pytest.raises(RunRefused, match=r"has not completed \(LOADING\): python -m driver resume RUN1"):
        workplace.run(force=False)
    assert workplace.run(force=True).state is RunState.COMPLETED
    assert workplace.query("SELECT RUN_ID, STATE FROM MF_RUN ORDER BY 1") == [
        ("RUN1", "ABANDONED"),
        ("RUN3", "COMPLETED"),
    ]
    assert workplace.query("SELECT DISTINCT RUN_ID FROM STG_PAYMENT") == [("RUN3",)]
    with pytest.raises(RunRefused, match="RUN1 was abandoned"):
        workplace.application("RUN1").resume()


def test_a_run_can_be_given_up(workplace: Workplace) -> None:
    write(workplace)
    workplace.run()
    with pytest.raises(RunCompleted):
        workplace.application("RUN1").abandon()
    workplace.cut_off([4])
    workplace.application("RUN1").abandon()
    assert workplace.query("SELECT STATE FROM MF_RUN") == [("ABANDONED",)]
    assert workplace.run(force=False).state is RunState.COMPLETED


def test_two_runs_at_once_are_one_too_many(workplace: Workplace) -> None:
    write(workplace)
    with (
        only_run(Job.model_validate(workplace.job), "RUN0"),
        pytest.raises(RunUnderWay, match=rf"run RUN0 \(process {os.getpid()}, since .*\) has the input"),
    ):
        workplace.run()
    assert not workplace.database.exists()
    assert workplace.run().state is RunState.COMPLETED


CHANGING = """\
from pathlib import Path
import os
import sys
FILE = Path({file!r})

def change(values, status):
    if not FILE.with_suffix(".changed").exists():
        FILE.with_suffix(".changed").touch()
        {change}
    return status == 0
"""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("with FILE.open('ab') as file: file.write(bytes(22))", "has grown from 4,510 to 4,532 bytes"),
        ("os.truncate(FILE, 4_488)", "has shrunk from 4,510 to 4,488 bytes"),
        ("os.utime(FILE, ns=(0, 0))", "was written to while it was read"),
    ],
)
def test_a_file_that_changes_while_it_is_read_is_not_merged(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, change: str, words: str
) -> None:
    write(workplace)
    (workplace.path / "changing.py").write_text(CHANGING.format(file=str(workplace.input), change=change))
    monkeypatch.syspath_prepend(str(workplace.path))
    monkeypatch.delitem(sys.modules, "changing", raising=False)
    workplace.job["rules"].append({"field": "PAY-ID", "plugin": "changing:change"})
    workplace.job["pipeline"]["processors"] = 1
    report = workplace.run()
    assert (report.state, report.exit_code) == (RunState.FAILED, ExitCode.CONFIGURATION)
    assert words in report.message
    assert workplace.query("SELECT count(*) FROM PAYMENT") == [(0,)]


def test_a_plug_in_that_is_mended_lets_the_run_go_on(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    write(workplace)
    (workplace.path / "mended.py").write_text(
        "def good(values, status):\n    assert 150 not in values\n    return status == 0\n"
    )
    monkeypatch.syspath_prepend(str(workplace.path))
    workplace.job["rules"].append({"field": "PAY-ID", "plugin": "mended:good"})
    workplace.job["pipeline"] |= {"processors": 1, "writers": 1, "write_queue": 1}
    report = workplace.run()
    assert report.state is RunState.FAILED
    import mended

    monkeypatch.setattr(mended, "good", lambda values, status: status == 0)
    report = workplace.application("RUN1").resume()
    assert report.state is RunState.COMPLETED, report.message
    assert workplace.query("SELECT count(*) FROM PAYMENT") == [(196,)]


def test_a_passed_limit_of_rejects_counts_those_of_before(workplace: Workplace) -> None:
    write(workplace)
    workplace.run()
    workplace.cut_off(range(15, 21))
    workplace.job["rejects"]["limit"] = 3
    report = workplace.application("RUN1").resume()
    assert (report.state, report.exit_code) == (RunState.FAILED, ExitCode.REJECT_LIMIT)
    workplace.job["rejects"]["limit"] = 4
    assert workplace.application("RUN1").resume().state is RunState.COMPLETED


@pytest.mark.parametrize(("keep_staged", "cleared"), [(True, False), (True, True), (False, False)])
def test_a_run_can_be_reconciled_at_any_time(workplace: Workplace, *, keep_staged: bool, cleared: bool) -> None:
    write(workplace)
    workplace.job["target"]["keep_staged"] = keep_staged
    workplace.run()
    if cleared:
        workplace.run()
        assert workplace.query("SELECT DISTINCT RUN_ID FROM STG_PAYMENT") == [("RUN2",)]
    found = workplace.application("RUN1").reconcile()
    assert not found.broken
    assert [(control.column, control.source, control.staging) for control in found.controls] == [
        ("AMOUNT", "205.82", "205.82")
    ]
    assert any(table.forgotten for table in found.counts.tables) is (cleared or not keep_staged)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("DELETE FROM STG_PAYMENT WHERE RECORD_NO = 3", "valid = staged"),
        ("UPDATE STG_PAYMENT SET AMOUNT = AMOUNT + 0.01 WHERE RECORD_NO = 3", "sum of AMOUNT"),
        ("DELETE FROM MF_LEDGER WHERE BATCH_NO = 3", "batches in the ledger"),
        ("DELETE FROM MF_LEDGER WHERE BATCH_NO = 20", "bytes of the input"),
        ("DELETE FROM MF_REJECT WHERE RECORD_NO = 7", "rejected = records in the reject table"),
    ],
)
def test_what_is_lost_afterwards_breaks_an_identity(workplace: Workplace, damage: str, words: str) -> None:
    write(workplace)
    workplace.run()
    workplace.execute(damage)
    assert words in workplace.application("RUN1").reconcile().broken
