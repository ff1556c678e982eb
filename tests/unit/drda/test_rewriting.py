"""Where the dialects differ: what Derby is told for what the client has said, and the other way round."""

import pytest
from drda import codepoints as cp
from drda import rewriting
from drda.errors import SqlCard
from drda.framing import OBJECT, REPLY, Dss, content, ddm, objects

PRODUCT, DERBYS_CLIENT = "SQL12014", "DNC10000"


def command(code_point: int, *parameters: tuple[int, bytes]) -> bytes:
    return ddm(code_point, b"".join(ddm(*parameter) for parameter in parameters))


def test_the_clients_release_is_one_that_derby_lets_in_in_either_code_page():
    attributes = command(cp.EXCSAT, (cp.SRVRLSLV, PRODUCT.encode("cp500")))
    access = command(cp.ACCRDB, (cp.PRDID, PRODUCT.encode()), (cp.TYPDEFNAM, b"QTDSQLX86"))
    assert rewriting.request(attributes) == command(cp.EXCSAT, (cp.SRVRLSLV, DERBYS_CLIENT.encode("cp500")))
    assert rewriting.request(access) == command(
        cp.ACCRDB, (cp.PRDID, DERBYS_CLIENT.encode()), (cp.TYPDEFNAM, b"QTDSQLX86")
    )


@pytest.mark.parametrize(
    ("code_point", "dropped"),
    [
        (cp.DSCSQLSTT, {0x215B}),
        (cp.EXCSQLSTT, {0x210E, cp.NBRROW, cp.ATMIND}),
        (cp.EXCSQLIMM, {0x210E, cp.NBRROW, cp.ATMIND}),
        (cp.OPNQRY, {0x210E, cp.NBRROW, cp.ATMIND}),
        (cp.RDBCMM, {0x119F}),
        (cp.RDBRLLBCK, {0x119F}),
        (cp.PRPSQLSTT, set()),
    ],
)
def test_what_derby_does_not_know_is_left_out(code_point, dropped):
    names = [cp.PKGNAMCSN, 0x210E, cp.NBRROW, cp.ATMIND, 0x119F, 0x215B, 0x2111]
    body = command(code_point, *((name, b"\x01") for name in names))
    kept = [name for name, _ in objects(content(rewriting.request(body)))]
    assert kept == [name for name in names if name not in dropped]


def test_special_registers_and_the_licences_procedure_are_answered_here():
    licence = command(cp.EXCSQLSTT, (cp.PKGNAMCSN, b"TESTDB DB2LIC SYSLIC"))
    package = command(cp.EXCSQLSTT, (cp.PKGNAMCSN, b"TESTDB NULLID SYSSH200"))
    assert rewriting.is_answered_here(cp.EXCSQLSET, command(cp.EXCSQLSET))
    assert rewriting.is_answered_here(cp.EXCSQLSTT, licence)
    assert not rewriting.is_answered_here(cp.EXCSQLSTT, package)


def test_access_is_granted_as_by_a_db2_that_sends_native_arrays():
    derbys = Dss(REPLY, 2, command(cp.ACCRDBRM, (cp.SVRCOD, b"\0\0"), (cp.PRDID, b"CSS10140")))
    said = rewriting.reply(derbys, b"APP")
    assert (said.kind, said.correlation, said.code_point) == (REPLY, 2, cp.ACCRDBRM)
    parameters = dict(objects(content(said.body)))
    assert (parameters[cp.PRDID], parameters[cp.TYPDEFNAM]) == (b"SQL09070", b"QTDSQLASC")
    # Of the code pages these three and no more; the rest stands beside them, and not inside.
    assert dict(objects(parameters[cp.TYPDEFOVR])) == {
        cp.CCSIDSBC: (1208).to_bytes(2, "big"),
        cp.CCSIDDBC: (1200).to_bytes(2, "big"),
        cp.CCSIDMBC: (1208).to_bytes(2, "big"),
    }
    assert (parameters[cp.PKGDFTCST], parameters[cp.USRID]) == (b"\x24\x35", b"APP")


def test_the_servers_release_is_the_same_wherever_it_is_said():
    attributes = [(cp.EXTNAM, b"\x01"), (cp.SRVRLSLV, "CSS10140/10.14".encode("cp500"))]
    said = rewriting.reply(Dss(REPLY, 1, command(cp.EXCSATRD, *attributes)), b"APP")
    assert list(objects(content(said.body))) == [(cp.EXTNAM, b"\x01"), (cp.SRVRLSLV, "SQL09070".encode("cp500"))]


def test_an_error_is_said_as_db2_says_it_and_other_answers_are_left_alone():
    card = SqlCard(-20001, "42X05", ("MISSING",)).encode()
    said = rewriting.reply(Dss(OBJECT, 3, card), b"APP")
    assert said == Dss(OBJECT, 3, SqlCard(-204, "42704", ("MISSING",)).encode())
    other = Dss(REPLY, 3, command(cp.ENDUOWRM, (cp.UOWDISP, b"\x01")))
    assert rewriting.reply(other, b"APP") is other


def test_a_statement_that_was_not_prepared_fails_with_the_error_of_its_prepare():
    error = Dss(OBJECT, 1, SqlCard(-20001, "42X05").encode())
    success = Dss(OBJECT, 1, SqlCard(0, "     ").encode())
    assert rewriting.failed_statement([error, Dss(REPLY, 1, command(cp.ENDUOWRM))]) is error
    assert rewriting.failed_statement([error, success]) is None
    assert rewriting.failed_statement([]) is None
    describe, open_query = Dss(1, 2, command(cp.DSCSQLSTT)), Dss(1, 3, command(cp.OPNQRY))
    assert rewriting.not_prepared(describe, error) == [Dss(OBJECT, 2, error.body)]
    assert [(dss.correlation, dss.code_point) for dss in rewriting.not_prepared(open_query, error)] == [
        (3, cp.OPNQFLRM),
        (3, cp.SQLCARD),
    ]


@pytest.mark.parametrize(
    ("reply", "locked_out"),
    [
        (command(cp.SECCHKRM, (cp.SECCHKCD, b"\x0f")), True),
        (command(cp.SECCHKRM, (cp.SECCHKCD, b"\x13")), True),
        (command(cp.SECCHKRM, (cp.SECCHKCD, b"\x00")), False),
        (command(cp.SECCHKRM), False),
        (command(cp.ACCRDBRM), False),
    ],
)
def test_who_is_not_let_in(reply, locked_out):
    assert rewriting.locks_out(Dss(REPLY, 1, reply)) is locked_out


def test_the_text_of_a_statement():
    text = "SELECT 'Ä'".encode()
    assert rewriting.statement_text(b"\0" + len(text).to_bytes(4, "big") + text + b"\xff") == "SELECT 'Ä'"
    assert rewriting.statement_text(b"\xff\xff") == ""
