"""Trailer counts and sums over Db2: what the file says against what the ledger has of it."""

import pytest

from driver.batch.exit_codes import ExitCode

pytestmark = pytest.mark.db2

COPYBOOK = """\
       01  DETAIL-RECORD.
           05  KIND       PIC X.
           05  DET-NO     PIC 9(6).
           05  AMOUNT     PIC 9(5)V99.
       01  TRAILER-RECORD.
           05  KIND       PIC X.
           05  TRL-COUNT  PIC 9(4).
           05  TRL-AMOUNT PIC 9(7)V99.
"""


@pytest.fixture
def sent(workplace):
    """A job over a file of details and a trailer."""
    (workplace.path / "payment.cpy").write_text(COPYBOOK)
    workplace.job["input"]["records"] = {
        name: {"record": f"{name}-RECORD", "when": {"field": "KIND", "equals": name[0]}}
        for name in ("DETAIL", "TRAILER")
    }
    trailers = workplace.server.new_name()
    for name in ("staging", "final", "key"):
        del workplace.job["target"][name]
    workplace.job["target"]["tables"] = {
        "DETAIL": {"staging": f"STG_{workplace.name}", "final": workplace.name, "key": ["DET-NO"]},
        "TRAILER": {"staging": f"STG_{trailers}", "final": trailers, "key": ["KIND"]},
    }
    workplace.job["rules"] = []
    workplace.job["controls"] = [
        {"count": ["DETAIL"], "equals": "TRL-COUNT"},
        {"sum": "DETAIL.AMOUNT", "equals": "TRL-AMOUNT"},
    ]
    return workplace


def records(count: int, cents: int) -> list[bytes]:
    """Thirty details of their own number in cents, and a trailer."""
    texts = [*(f"D{n:06d}{n:07d}" for n in range(30)), f"T{count:04d}{cents:09d}"]
    return [text.encode("cp037") for text in texts]


def test_what_is_not_whole_is_not_merged(sent):
    sent.write(records(31, 435))
    report = sent.run()
    assert (report.exit_code, report.merge) == (8, None)
    assert "TRAILER.TRL-COUNT = records of DETAIL read: expected 31, found 30;" in report.message
    assert sent.query("SELECT * FROM FIN") == []
    sent.write(records(30, 435))
    assert sent.run().exit_code is ExitCode.OK


def test_a_row_that_the_database_refuses_was_sent_all_the_same(sent):
    sent.write(records(30, 435))
    assert sent.run().exit_code is ExitCode.OK
    sent.execute("DELETE FROM STG", f'ALTER TABLE STG ADD CONSTRAINT "{sent.name}_C" CHECK ("DET_NO" <> 4)')
    report = sent.run()
    assert report.exit_code is ExitCode.REJECTS, report.message
    assert all(identity.holds for identity in report.identities)
