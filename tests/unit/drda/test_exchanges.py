"""What is kept of an exchange: every structure, and nothing that is secret or of one machine."""

from drda import codepoints as cp
from drda import exchanges
from drda.derby import PASSWORD
from drda.exchanges import Direction, Message, blanked
from drda.framing import OBJECT, REQUEST, Dss, ddm, write_chain

CODE_PAGES = ("ascii", "cp500", "utf-16-be")


def test_what_is_written_is_read_again(tmp_path, exchange):
    exchanges.write(tmp_path / "again.txt", exchange)
    assert exchanges.read(tmp_path / "again.txt") == exchange


def test_no_recording_has_the_password_or_an_address(exchange):
    for message in exchange:
        for word in (PASSWORD, "127.0.0.1", "localhost"):
            assert not any(word.encode(code_page) in message.chain for code_page in CODE_PAGES)
        assert message.chain == blanked(message.chain)


def test_each_object_that_is_secret_or_machine_bound_is_blanked_and_the_others_stay():
    def chain(secret: bytes) -> bytes:
        return write_chain(
            [
                Dss(REQUEST, 1, ddm(cp.EXCSAT, ddm(cp.EXTNAM, secret) + ddm(cp.SRVNAM, secret) + ddm(cp.PRDID, b"P"))),
                Dss(REQUEST, 2, ddm(cp.SECCHK, ddm(cp.PASSWORD, secret) + ddm(cp.USRID, b"APP"))),
                Dss(REQUEST, 3, ddm(cp.ACCRDB, ddm(cp.CRRTKN, secret) + ddm(cp.PRDDTA, secret))),
                Dss(REQUEST, 4, ddm(cp.EXCSQLSET, b"")),
                Dss(OBJECT, 4, ddm(cp.SQLSTT, secret)),
                Dss(REQUEST, 5, ddm(cp.EXCSQLIMM, b"")),
                Dss(OBJECT, 5, ddm(cp.SQLSTT, b"SELECT 1")),
            ]
        )

    assert blanked(chain(b"secret")) == chain(bytes(6))


def test_lines_of_one_speaker_are_one_chain(tmp_path):
    commit = write_chain([Dss(REQUEST, 1, ddm(cp.RDBCMM, b"")), Dss(REQUEST, 2, ddm(cp.RDBRLLBCK, b""))])
    exchanges.write(tmp_path / "x.txt", [Message(Direction.FROM_CLIENT, commit)])
    assert (tmp_path / "x.txt").read_text(encoding="utf-8").splitlines() == [
        "client→ 000ad04100010004200e",
        "client→ 000ad00100020004200f",
    ]
