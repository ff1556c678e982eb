"""Where the dialects differ: what a Db2 client sends and Derby does not take, and the other way round."""

import re

from . import codepoints as cp
from .arrays import halved_bytes
from .errors import SUCCESS, SqlCard, as_db2_says_it
from .framing import OBJECT, REPLY, Dss, content, ddm, objects

_CLIENT_ASCII = re.compile(rb"SQL12\d{3}")
_CLIENT_EBCDIC = re.compile("SQL12".encode("cp500") + rb"[\xf0-\xf9]{3}")
_DERBYS_CLIENT = "DNC10000"
"""The only client that Derby has let in since DERBY-5565."""
_SERVER = b"SQL09070"
"""A Db2 that sends native arrays and describes columns as Derby does; to later ones it answers in other groups."""
_SERVER_EBCDIC = _SERVER.decode().encode("cp500")
"""The release, which a client that reconnects by itself compares."""
_NOT_DERBYS = {
    cp.DSCSQLSTT: {0x215B},
    cp.EXCSQLSTT: {0x210E, cp.NBRROW, cp.ATMIND},
    cp.EXCSQLIMM: {0x210E, cp.NBRROW, cp.ATMIND},
    cp.OPNQRY: {0x210E, cp.NBRROW, cp.ATMIND},
    cp.RDBCMM: {0x119F},
    cp.RDBRLLBCK: {0x119F},
}


def is_answered_here(code_point: int, body: bytes) -> bool:
    """Whether the server need not hear of it: special registers, and the licence's stored procedure."""
    return code_point == cp.EXCSQLSET or (code_point == cp.EXCSQLSTT and b"SYSLIC" in body)


def request(body: bytes) -> bytes:
    """A client's command as Derby takes it."""
    code_point = int.from_bytes(body[2:4], "big")
    if code_point == cp.EXCSAT:
        return _CLIENT_EBCDIC.sub(_DERBYS_CLIENT.encode("cp500"), body)
    if code_point == cp.ACCRDB:
        return _CLIENT_ASCII.sub(_DERBYS_CLIENT.encode(), body)
    dropped = _NOT_DERBYS.get(code_point)
    if dropped is None:
        return body
    kept = [(name, value) for name, value in objects(content(body)) if name not in dropped]
    return ddm(code_point, b"".join(ddm(name, value) for name, value in kept))


def reply(dss: Dss, user: bytes) -> Dss:
    """Derby's answer as a Db2 client takes it."""
    if dss.code_point == cp.ACCRDBRM:
        return Dss(dss.kind, dss.correlation, _access_granted(user))
    if dss.code_point == cp.EXCSATRD:
        attributes = [(name, _SERVER_EBCDIC if name == cp.SRVRLSLV else v) for name, v in objects(content(dss.body))]
        return Dss(dss.kind, dss.correlation, ddm(cp.EXCSATRD, b"".join(ddm(*attribute) for attribute in attributes)))
    if dss.code_point == cp.QRYDSC:
        return Dss(dss.kind, dss.correlation, ddm(cp.QRYDSC, halved_bytes(content(dss.body))))
    if dss.code_point == cp.SQLCARD:
        return Dss(dss.kind, dss.correlation, _translated(dss.body))
    return dss


def success(correlation: int, rows: int = 0) -> Dss:
    """The answer to a statement that went well."""
    return Dss(OBJECT, correlation, SqlCard(SUCCESS.sqlcode, SUCCESS.sqlstate, rows=rows).encode())


def failure(correlation: int, sqlcode: int, sqlstate: str) -> Dss:
    """The answer to a statement that did not."""
    return Dss(OBJECT, correlation, SqlCard(sqlcode, sqlstate, ("MFDECODE",)).encode())


def failed_statement(replies: list[Dss]) -> Dss | None:
    """The SQLCARD of an error that the last of these answers is; None if it is none."""
    card = next((reply for reply in reversed(replies) if reply.code_point == cp.SQLCARD), None)
    return card if card is not None and SqlCard.decode(content(card.body)).sqlcode < 0 else None


def not_prepared(command: Dss, error: Dss) -> list[Dss]:
    """The answer to a command on a statement that could not be prepared, with the error of the PREPARE."""
    card = Dss(OBJECT, command.correlation, error.body)
    if command.code_point != cp.OPNQRY:
        return [card]
    severity = ddm(cp.SVRCOD, b"\x00\x08")
    return [Dss(REPLY, command.correlation, ddm(cp.OPNQFLRM, severity)), card]


def locks_out(reply: Dss) -> bool:
    """Whether the server has not let the client in; it answers nothing more then."""
    if reply.code_point != cp.SECCHKRM:
        return False
    return dict(objects(content(reply.body))).get(cp.SECCHKCD, b"\x00") != b"\x00"


def statement_text(body: bytes) -> str:
    """The text in the body of a SQLSTT: a nullable long string, in UTF-8."""
    length = int.from_bytes(body[1:5], "big")
    return body[5 : 5 + length].decode("utf-8", "replace") if body[0] == 0 else ""


def _access_granted(user: bytes) -> bytes:
    ccsids = ddm(cp.CCSIDSBC, b"\x04\xb8") + ddm(cp.CCSIDDBC, b"\x04\xb0") + ddm(cp.CCSIDMBC, b"\x04\xb8")
    return ddm(
        cp.ACCRDBRM,
        ddm(cp.SVRCOD, b"\x00\x00")
        + ddm(cp.PRDID, _SERVER)
        + ddm(cp.TYPDEFNAM, b"QTDSQLASC")
        + ddm(cp.TYPDEFOVR, ccsids)
        + ddm(cp.PKGDFTCST, b"\x24\x35")
        + ddm(cp.USRID, user),
    )


def _translated(body: bytes) -> bytes:
    card = SqlCard.decode(content(body))
    said = as_db2_says_it(card)
    return body if said is card else said.encode()
