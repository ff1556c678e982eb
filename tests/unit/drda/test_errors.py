"""SQLCARD, and what Db2 says where Derby has words of its own."""

import pytest
from drda.codepoints import SQLCARD
from drda.errors import NO_ROW, SqlCard, as_db2_says_it
from drda.framing import objects

from driver.repository.db2.sqlcodes import SqlError, Trouble


def derbys(sqlstate: str, *tokens: str) -> SqlCard:
    return SqlCard(-20001, sqlstate, tokens)


@pytest.mark.parametrize(
    ("sqlstate", "sqlcode", "db2s"),
    [
        ("23505", -803, "23505"),
        ("23502", -407, "23502"),
        ("23503", -530, "23503"),
        ("23513", -545, "23513"),
        ("40001", -911, "40001"),
        ("40XL1", -911, "40001"),
        ("22001", -433, "22001"),
        ("22003", -413, "22003"),
        ("22018", -420, "22018"),
        ("22007", -180, "22007"),
        ("22012", -801, "22012"),
        ("42X05", -204, "42704"),
        ("42Y55", -204, "42704"),
        ("42Y07", -204, "42704"),
        ("X0Y32", -601, "42710"),
        ("42X04", -206, "42703"),
        ("42X14", -206, "42703"),
        ("42802", -117, "42802"),
        ("42X01", -104, "42601"),
        ("08006", -30081, "08001"),
    ],
)
def test_derbys_error_has_db2s_codes(sqlstate, sqlcode, db2s):
    said = as_db2_says_it(derbys(sqlstate, "T"))
    assert (said.sqlcode, said.sqlstate, said.rows) == (sqlcode, db2s, 0)


@pytest.mark.parametrize(
    ("sqlstate", "trouble"),
    [
        ("23505", Trouble.ROW),
        ("22003", Trouble.ROW),
        ("40001", Trouble.ROLLED_BACK),
        ("40XL1", Trouble.ROLLED_BACK),
        ("42X05", Trouble.PERMANENT),
        ("08006", Trouble.LOST),
    ],
)
def test_the_driver_does_with_it_what_it_would_do_with_db2s(sqlstate, trouble):
    said = as_db2_says_it(derbys(sqlstate))
    assert SqlError(said.sqlstate, said.sqlcode, "").trouble is trouble


def test_a_lock_that_was_waited_for_too_long_has_db2s_reason():
    assert as_db2_says_it(derbys("40XL1", "A")).tokens == ("68",)
    assert as_db2_says_it(derbys("40001", "A")).tokens == ("A",)


def test_an_error_that_is_not_known_is_a_system_error_with_derbys_state():
    assert as_db2_says_it(derbys("XJ001")) == SqlCard(-901, "XJ001")
    assert as_db2_says_it(SqlCard(-4499, "58009")) == SqlCard(-4499, "58009")


def test_success_stays_and_no_row_is_said_without_text():
    card = SqlCard(0, "00000", rows=3)
    assert as_db2_says_it(card) is card
    assert as_db2_says_it(SqlCard(100, "02000", ("No row was found",))) == NO_ROW


@pytest.mark.parametrize(
    "card", [SqlCard(0, "     ", rows=5000), SqlCard(-803, "23505", ("1", "A.B")), SqlCard(-911, "40001", ("68",))]
)
def test_a_card_comes_back(card):
    ((code_point, body),) = objects(card.encode())
    assert (code_point, SqlCard.decode(body)) == (SQLCARD, card)


def test_tokens_are_apart_in_derbys_answers_too():
    body = next(objects(SqlCard(-20001, "23505", ("EXCHANGE_KEY Ä", "EXCHANGE")).encode()))[1]
    assert SqlCard.decode(body.replace(b"\xff", b"\x14", 1)).tokens == ("EXCHANGE_KEY Ä", "EXCHANGE")


def test_an_empty_card_is_success():
    assert SqlCard.decode(b"\xff").sqlcode == 0
