"""Runs that were stopped and go on, through the real driver."""

import pytest

from driver.batch.admission import RunCompleted, RunRefused
from driver.batch.exit_codes import ExitCode
from driver.repository.target import RunState

pytestmark = pytest.mark.db2

RECORDS = 205


def write(job, record_format="F"):
    """Every fiftieth record is rejected, and five keys come twice."""
    records = [job.payment(n % 200, cents=n, state="X" if n % 50 == 7 else "A") for n in range(RECORDS)]
    if record_format == "VB":
        described = [(len(record) + 4).to_bytes(2, "big") + b"\0\0" + record for record in records]
        cut = [b"".join(described[at : at + 7]) for at in range(0, RECORDS, 7)]
        records = [(len(block) + 4).to_bytes(2, "big") + b"\0\0" + block for block in cut]
        job.job["input"]["record_format"] = "VB"
    job.write(records)


def everything(job):
    """What a run leaves, but for which workers have done it, and when."""
    run = f"WHERE \"RUN_ID\" = '{job.run_id}'"
    return {
        "final": job.query('SELECT "PAY_ID", "PAYEE", "AMOUNT", "STATE", "RUN_ID" FROM FIN ORDER BY 1'),
        "staging": job.query(f'SELECT "RECORD_NO", "BATCH_NO", "PAY_ID", "AMOUNT" FROM STG {run} ORDER BY 1'),
        "ledger": job.query(
            'SELECT "PART", "BATCH_NO", "START_BYTE", "END_BYTE", "FIRST_RECORD", "RECORDS", "VALID", "REJECTED", '
            f'"TABLES", "CHECKSUM", "BLOCK_LEFT" FROM "MF_LEDGER" {run} ORDER BY 1, 2'
        ),
        "rejects": job.query(f'SELECT "FILE", "RECORD_NO", "BYTE_OFFSET", "CODE" FROM "MF_REJECT" {run} ORDER BY 2'),
        "tables": job.query(f'SELECT "STAGED", "CONTROLS", "MERGED_RECORDS", "INSERTED" FROM "MF_RUN_TABLE" {run}'),
        "run": job.query(f'SELECT "STATE", "RECORDS_READ", "RECORDS_VALID", "RECORDS_REJECTED" FROM "MF_RUN" {run}'),
    }


def cut_off(job, missing):
    """Leave the database as a crash does that has kept these batches of the last run from being committed."""
    run = f"\"RUN_ID\" = '{job.run_id}'"
    for number in missing:
        job.execute(
            f'DELETE FROM "MF_REJECT" WHERE {run} AND "RECORD_NO" BETWEEN {10 * number} AND {10 * number + 9}',
            f'DELETE FROM STG WHERE {run} AND "BATCH_NO" = {number}',
            f'DELETE FROM "MF_LEDGER" WHERE {run} AND "BATCH_NO" = {number}',
        )
    job.execute(
        "DELETE FROM FIN",
        'UPDATE "MF_RUN_TABLE" SET "MERGED_RECORDS" = 0, "INSERTED" = 0, "UPDATED" = 0, "UNCHANGED" = 0, '
        f'"SUPERSEDED" = 0, "STAGED" = NULL, "CONTROLS" = NULL WHERE {run}',
        f'UPDATE "MF_RUN" SET "STATE" = \'LOADING\' WHERE {run}',
    )


@pytest.mark.parametrize("missing", [(), (3, 4, 5, 11, 20), tuple(range(21))], ids=len)
@pytest.mark.parametrize("record_format", ["F", "VB"])
def test_what_is_committed_is_passed_over(workplace, record_format, missing):
    write(workplace, record_format)
    workplace.run()
    undisturbed = everything(workplace)
    cut_off(workplace, missing)
    report = workplace.application(workplace.run_id).resume()
    assert (report.state, report.exit_code) == (RunState.COMPLETED, ExitCode.REJECTS), report.message
    assert everything(workplace) == undisturbed
    assert report.pipeline.passed.batches == 21 - len(missing)
    assert report.pipeline.written.batches == len(missing)


def test_what_was_merged_is_not_merged_again(workplace):
    write(workplace)
    first = workplace.run()
    workplace.execute(f'UPDATE "MF_RUN" SET "STATE" = \'LOADED\' WHERE "RUN_ID" = \'{workplace.run_id}\'')
    assert workplace.application(workplace.run_id).resume().merge == first.merge


def test_another_setting_is_refused(workplace):
    write(workplace)
    workplace.run()
    cut_off(workplace, [4])
    workplace.job["rules"] = []
    with pytest.raises(RunRefused, match=r"rules\.0\.field was "):
        workplace.application(workplace.run_id).resume()


def test_a_run_that_is_not_there_or_has_ended_is_not_resumed(workplace):
    write(workplace)
    with pytest.raises(RunRefused, match="knows no run"):
        workplace.application("NONE").resume()
    workplace.run()
    with pytest.raises(RunCompleted):
        workplace.application(workplace.run_id).resume()


def test_a_file_is_not_loaded_twice_by_accident(workplace):
    write(workplace)
    workplace.run()
    with pytest.raises(RunRefused, match="has loaded this file"):
        workplace.run(force=False)
    workplace.runs = 1
    cut_off(workplace, [4])
    with pytest.raises(RunRefused, match="has not completed"):
        workplace.run(force=False)
    abandoned = f"{workplace.name}-1"
    assert workplace.run(force=True).state is RunState.COMPLETED
    assert workplace.query(f'SELECT "STATE" FROM "MF_RUN" WHERE "RUN_ID" = \'{abandoned}\'') == [("ABANDONED",)]
    assert workplace.query('SELECT DISTINCT "RUN_ID" FROM STG') == [(workplace.run_id,)]


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_run_can_be_reconciled_at_any_time(workplace, forgotten):
    write(workplace)
    workplace.run()
    run_id = workplace.run_id
    if forgotten:
        workplace.run()
    found = workplace.application(run_id).reconcile()
    assert not found.broken
    assert [(control.source, control.staging) for control in found.controls] == [("205.82", "205.82")]
    assert any(table.forgotten for table in found.counts.tables) is forgotten


def test_what_is_lost_afterwards_breaks_an_identity(workplace):
    write(workplace)
    workplace.run()
    workplace.execute('DELETE FROM STG WHERE "RECORD_NO" = 3')
    found = workplace.application(workplace.run_id).reconcile()
    assert "valid = staged" in found.broken
    assert "sum of AMOUNT" in found.broken
