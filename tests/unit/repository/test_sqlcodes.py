"""What an error of Db2 means for the transaction, by its codes."""

import pytest

from driver.repository.db2.sqlcodes import MayPassError, SqlError, Trouble, translated
from driver.repository.errors import TargetRefused, TargetUnavailable


@pytest.mark.parametrize(
    ("sqlcode", "sqlstate", "trouble"),
    [
        (-911, "40001", Trouble.ROLLED_BACK),
        (-1476, "40506", Trouble.ROLLED_BACK),
        (-913, "57033", Trouble.NOT_ROLLED_BACK),
        (-904, "57011", Trouble.NOT_ROLLED_BACK),
        (-30081, "08001", Trouble.LOST),
        (-99999, "40003", Trouble.LOST),
        (-1224, "55032", Trouble.LOST),
        (-900, "08003", Trouble.LOST),
        (-30108, "08506", Trouble.LOST),
        (-1032, "57019", Trouble.LOST),
        (-901, "58004", Trouble.LOST),
        (-964, "57011", Trouble.CAPACITY),
        (-912, "57011", Trouble.CAPACITY),
        (-1040, "57030", Trouble.CAPACITY),
        (-803, "23505", Trouble.ROW),
        (-302, "22001", Trouble.ROW),
        (-407, "23502", Trouble.ROW),
        (-204, "42704", Trouble.PERMANENT),
        (-551, "42501", Trouble.PERMANENT),
        (-30082, "08001", Trouble.PERMANENT),
    ],
)
def test_trouble(sqlcode, sqlstate, trouble):
    assert SqlError(sqlstate, sqlcode, "").trouble is trouble


@pytest.mark.parametrize(
    ("text", "sqlcode", "sqlstate"),
    [
        ("[IBM][CLI Driver][DB2] SQL0803N  One or more …  SQLSTATE=23505 SQLCODE=-803", -803, "23505"),
        ("[IBM][CLI Driver] SQL30081N  A communication error …  SQLSTATE=08001", -30081, "08001"),
        ("[IBM][CLI Driver] CLI0108E  Communication link failure. SQLSTATE=40003 SQLCODE=-99999", -99999, "40003"),
    ],
)
def test_the_codes_are_in_the_drivers_text(text, sqlcode, sqlstate):
    error = SqlError.of_text(text)
    assert error is not None
    assert (error.sqlcode, error.sqlstate) == (sqlcode, sqlstate)


def test_a_text_without_codes_speaks_of_no_error():
    assert SqlError.of_text("Param array size mismatch") is None


def test_what_a_row_holds_is_not_quoted():
    refused = translated(SqlError("22001", -302, "the value 'SECRET' is too long"), "batch 3")
    assert type(refused) is TargetRefused
    assert str(refused) == "batch 3: the database refuses it (SQLCODE -302, SQLSTATE 22001)"


def test_what_may_pass_is_unavailable_and_what_will_not_is_refused():
    missing = SqlError("42704", -204, "no table")
    assert type(translated(missing, "batch 3")) is TargetRefused
    assert type(translated(MayPassError(missing), "batch 3")) is TargetUnavailable
    assert type(translated(SqlError("57019", -1032, "stopped"), "batch 3")) is TargetUnavailable
