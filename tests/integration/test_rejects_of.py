"""Rejects repaired in their file and loaded again: in the end, all is in the final table."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from driver.batch.exit_codes import ExitCode
from driver.batch.run_folder import RunFolder
from driver.batch.source import InputError
from driver.cli import app

if TYPE_CHECKING:
    from conftest import Workplace

PATIENCE = 60


def repair(path: Path, bad: bytes, good: bytes, times: int) -> None:
    content = path.read_bytes()
    assert content.count(bad) == times
    path.write_bytes(content.replace(bad, good))


def payments(workplace: Workplace) -> list[bytes]:
    """Payments of which each tenth is to be rejected; without amounts that look like line ends."""
    records = [workplace.payment(n, payee="ROGERS", cents=11_111) for n in range(100)]
    return [r[:-1] + "X".encode("cp037") if n % 10 == 3 else r for n, r in enumerate(records)]


@pytest.mark.parametrize("file", ["payments.rej", "payments-{run_id}.rej", None])
def test_what_was_repaired_is_loaded(workplace: Workplace, file: str | None) -> None:
    workplace.write(payments(workplace))
    workplace.job["rejects"]["file"] = file and str(workplace.path / file)
    assert workplace.run().exit_code is ExitCode.REJECTS
    path = {
        "payments.rej": workplace.path / "payments.rej",
        "payments-{run_id}.rej": workplace.path / "payments-RUN1.rej",
        None: RunFolder(workplace.path / "runs", "RUN1").rejects,
    }[file]
    workplace.input.unlink()  # nothing of it is needed
    repair(path, "X".encode("cp037"), "A".encode("cp037"), times=10)
    repaired = path.read_bytes()
    again = workplace.run(rejects_of="RUN1")
    assert (again.exit_code, again.message) == (ExitCode.OK, "")
    assert again.counts is not None
    assert (again.counts.read, again.counts.valid) == (10, 10)
    assert workplace.query("SELECT PAY_ID FROM PAYMENT ORDER BY 1") == [(n,) for n in range(100)]
    assert path.read_bytes() == repaired  # its own rejects, of which there are none, went elsewhere


def test_several_readers_and_compression_are_of_the_input_alone(workplace: Workplace) -> None:
    pieces = [payments(workplace)[:50], payments(workplace)[50:]]
    for number, piece in enumerate(pieces):
        (workplace.path / f"piece{number}.dat.gz").write_bytes(gzip.compress(b"".join(piece)))
    workplace.job["input"]["compression"] = "gzip"
    multi = {"input_pattern": str(workplace.path / "piece*.dat.gz")}
    workplace.job["pipeline"] |= {"reading_mode": "multi", "multi_reader": multi}
    assert workplace.run().exit_code is ExitCode.REJECTS
    files = {json.loads(line)["file"] for line in (workplace.path / "payments.rej.jsonl").read_text().splitlines()}
    assert files == {str(workplace.path / f"piece{number}.dat.gz") for number in range(2)}
    repair(workplace.path / "payments.rej", "X".encode("cp037"), "A".encode("cp037"), times=10)
    assert workplace.run(rejects_of="RUN1").exit_code is ExitCode.OK
    assert workplace.query("SELECT count(*) FROM PAYMENT") == [(100,)]


def test_bad_lines_do_not_hide_what_ends_them(workplace: Workplace) -> None:
    good = [workplace.payment(n, cents=11_111) for n in range(99)]
    workplace.write(record + b"\x25" for record in [*good, b"\x00" * 22])
    workplace.job["input"]["record_format"] = "D"
    assert workplace.run().exit_code is ExitCode.REJECTS
    again = workplace.run(rejects_of="RUN1")
    assert again.counts is not None
    assert (again.counts.read, again.counts.rejected) == (1, 1)
    assert "LONG_RECORD" not in {reason.code for reason in again.reasons}


def test_what_is_still_wrong_can_be_repaired_again(workplace: Workplace) -> None:
    workplace.job["rejects"]["percent"] = 100
    workplace.write(payments(workplace))
    workplace.run()
    assert workplace.run(rejects_of="RUN1").exit_code is ExitCode.REJECTS
    path = RunFolder(workplace.path / "runs", "RUN2").rejects
    assert path.read_bytes() == workplace.rejects
    repair(path, "X".encode("cp037"), "A".encode("cp037"), times=10)
    assert workplace.run(rejects_of="RUN2").exit_code is ExitCode.OK
    assert workplace.query("SELECT count(*) FROM PAYMENT") == [(100,)]


def test_columns_are_repaired_in_an_editor(workplace: Workplace) -> None:
    workplace.job["input"] |= {"record_format": "CSV", "codepage": "utf-8"}
    lines = [b"%d,SMITH,1.5,A\n" % n for n in range(20)]
    workplace.write([b"PAY-ID,PAYEE,AMOUNT,STATE\n", *lines, b'20,"SMI,TH",1x5,A\n'])
    assert workplace.run().exit_code is ExitCode.REJECTS
    assert workplace.rejects == b'PAY-ID,PAYEE,AMOUNT,STATE\n20,"SMI,TH",1x5,A\n'
    (workplace.path / "payments.rej").write_bytes(workplace.rejects.replace(b"x", b".").replace(b"\n", b"\r\n"))
    assert workplace.run(rejects_of="RUN1").exit_code is ExitCode.OK
    assert workplace.query("SELECT count(*), max(PAYEE) FILTER (PAY_ID = 20) FROM PAYMENT") == [(21, "SMI,TH")]


def test_the_command_loads_them_and_tells_how(workplace: Workplace) -> None:
    workplace.write(payments(workplace))
    _, err = workplace.start().communicate(timeout=PATIENCE)
    run_id = json.loads((workplace.path / "payments.rej.jsonl").read_text().splitlines()[0])["run_id"]
    said = " ".join(err.split())
    assert f"10 records were rejected: they are in {workplace.path / 'payments.rej'}, the reasons in" in said
    assert f"load them with --rejects-of {run_id}" in said
    repair(workplace.path / "payments.rej", "X".encode("cp037"), "A".encode("cp037"), times=10)
    process = workplace.start("--rejects-of", run_id)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert workplace.query("SELECT count(*) FROM PAYMENT") == [(100,)]
    process = workplace.start("--rejects-of", "NO_SUCH_RUN")
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 12
    assert "has the rejects of run" in err
    assert "Traceback" not in err


def test_a_run_without_a_reject_file_is_told(workplace: Workplace) -> None:
    with pytest.raises(InputError, match=r"payments\.rej is not there, where run RUN1 would have left its rejects"):
        workplace.run(rejects_of="RUN1")


def test_records_without_their_reasons_may_be_of_any_run(workplace: Workplace) -> None:
    workplace.write(payments(workplace))
    workplace.run()
    (workplace.path / "payments.rej.jsonl").unlink()
    with pytest.raises(InputError, match=r"payments\.rej\.jsonl is not there"):
        workplace.run(rejects_of="RUN1")


def test_a_run_that_rejected_nothing_has_nothing_to_load(workplace: Workplace) -> None:
    workplace.write([workplace.payment(1)])
    workplace.run()
    with pytest.raises(InputError, match="RUN1 has rejected no record"):
        workplace.run(rejects_of="RUN1")


def test_the_rejects_of_another_run_are_refused(workplace: Workplace) -> None:
    workplace.write(payments(workplace))
    workplace.run()
    workplace.run()
    with pytest.raises(InputError, match=r"has the rejects of run RUN2, not of RUN1.*\{run_id\}"):
        workplace.run(rejects_of="RUN1")


def test_masked_records_are_refused(workplace: Workplace) -> None:
    workplace.job["fields"] = {"PAYEE": {"pii": "full"}}
    workplace.job["rejects"]["raw"] = "masked"
    workplace.write(payments(workplace))
    workplace.run()
    with pytest.raises(InputError, match="personal data are masked in it"):
        workplace.run(rejects_of="RUN1")


def test_the_log_says_where_the_limits_leave_the_reasons(workplace: Workplace) -> None:
    workplace.job["rejects"]["percent"] = 9.9
    workplace.write(payments(workplace))
    report = workplace.run()
    assert report.exit_code is ExitCode.REJECT_LIMIT
    assert report.message.startswith(
        "10 % of the records were rejected, and rejects.percent is 9.9; nothing was merged"
    )
    assert f"See the reasons in {workplace.path / 'payments.rej.jsonl'}" in report.message


def test_a_run_over_rejects_is_resumed_over_them(workplace: Workplace) -> None:
    workplace.write(payments(workplace))
    workplace.run()
    process = workplace.start("--rejects-of", "RUN1", "--set", "rejects.percent=50")
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == ExitCode.REJECT_LIMIT, err
    [run_id] = {manifest.parent.name for manifest in (workplace.path / "runs").glob("*/manifest.json")}
    result = CliRunner().invoke(
        app, ["resume", run_id, "--runs", str(workplace.path / "runs"), "--set", "rejects.percent=100"]
    )
    assert result.exit_code == ExitCode.REJECTS, result.output
    counted = workplace.query(f"SELECT sum(RECORDS), sum(REJECTED) FROM MF_LEDGER WHERE RUN_ID = '{run_id}'")
    assert counted == [(10, 10)]
