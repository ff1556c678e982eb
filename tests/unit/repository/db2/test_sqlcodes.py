"""What an error of the database means for the transaction."""

import pytest

from driver.repository.db2.sqlcodes import MayPassError, SqlError, Trouble, translated
from driver.repository.errors import TargetRefused, TargetUnavailable


@pytest.mark.parametrize(
    ("sqlcode", "sqlstate", "trouble"),
    [
        (-911, "40001", Trouble.ROLLED_BACK),
        (-913, "57033", Trouble.NOT_ROLLED_BACK),
        (-904, "57011", Trouble.NOT_ROLLED_BACK),
        (-918, "51021", Trouble.NOT_ROLLED_BACK),
        (-952, "57014", Trouble.NOT_ROLLED_BACK),
        (-923, "57015", Trouble.LOST),
        (-1032, "57019", Trouble.LOST),
        (-901, "58004", Trouble.LOST),
        (-900, "08003", Trouble.LOST),
        (-1476, "40506", Trouble.ROLLED_BACK),
        (-1224, "55032", Trouble.LOST),
        (-30081, "08001", Trouble.LOST),
        (-30108, "08506", Trouble.LOST),
        (-99999, "40003", Trouble.LOST),
        (-99999, "08S01", Trouble.LOST),
        (-99999, "HYT00", Trouble.LOST),
        (-964, "57011", Trouble.CAPACITY),
        (-912, "57028", Trouble.CAPACITY),
        (-1040, "57030", Trouble.CAPACITY),
        (-302, "22001", Trouble.ROW),
        (-803, "23505", Trouble.ROW),
        (-161, "44000", Trouble.ROW),
        (-204, "42704", Trouble.PERMANENT),
        (-551, "42501", Trouble.PERMANENT),
        (-30082, "08001", Trouble.PERMANENT),
        (-30060, "08004", Trouble.PERMANENT),
        (-30061, "08004", Trouble.PERMANENT),
        (-1403, "08004", Trouble.PERMANENT),
        (-1404, "08004", Trouble.PERMANENT),
        (-99999, "08004", Trouble.PERMANENT),
        (-99999, "28000", Trouble.PERMANENT),
    ],
)
def test_what_can_be_done(sqlcode, sqlstate, trouble):
    assert SqlError(sqlstate, sqlcode, "").trouble is trouble


@pytest.mark.parametrize(
    ("text", "sqlstate", "sqlcode"),
    [
        ("[IBM][CLI Driver] SQL0911N  The current … SQLSTATE=40001 SQLCODE=-911", "40001", -911),
        ("[IBM][CLI Driver] SQL30081N  A communication error … SQLSTATE=08001", "08001", -30081),
        ("[IBM][CLI Driver] CLI0109E  String data right truncation. SQLSTATE=22001", "22001", -99999),
    ],
)
def test_a_message_of_the_driver_tells_its_codes(text, sqlstate, sqlcode):
    error = SqlError.of_text(text)
    assert (error.sqlstate, error.sqlcode, error.text) == (sqlstate, sqlcode, text)


def test_a_message_without_codes_is_no_error_of_the_database():
    assert SqlError.of_text("Statement Execute Failed: ") is None


def test_an_error_at_the_commit_may_pass():
    assert MayPassError(SqlError("23505", -803, "")).trouble is Trouble.NOT_ROLLED_BACK


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (SqlError("23505", -803, "SECRET"), TargetRefused, "T: the database refuses it (SQLCODE -803, SQLSTATE 23505)"),
        (SqlError("42704", -204, "no table"), TargetRefused, "T: no table"),
        (SqlError("57011", -904, "not now"), TargetUnavailable, "T: not now"),
    ],
)
def test_our_words_do_not_quote_what_a_row_holds(error, kind, text):
    said = translated(error, "T")
    assert (type(said), str(said)) == (kind, text)
