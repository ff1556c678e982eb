"""SQLCARD, the answer that carries SQLCODE and SQLSTATE; and what Db2 says where Derby has words of its own."""

import re
from dataclasses import dataclass

from .codepoints import SQLCARD
from .framing import ddm

_SEPARATOR = b"\xff"
_SEPARATORS = re.compile(rb"[\xff\x14]")
"""Db2's and Derby's; neither is part of a character in UTF-8."""
_NULL = 0xFF
_PRODUCT = b"SQL09070"

_OF_SQLSTATE = {
    "23505": (-803, "23505"),
    "23502": (-407, "23502"),
    "23503": (-530, "23503"),
    "23513": (-545, "23513"),
    "40001": (-911, "40001"),
    "40XL1": (-911, "40001"),
    "22001": (-433, "22001"),
    "22003": (-413, "22003"),
    "22018": (-420, "22018"),
    "22007": (-180, "22007"),
    "22012": (-801, "22012"),
    "42X05": (-204, "42704"),
    "42Y55": (-204, "42704"),
    "42Y07": (-204, "42704"),
    "X0Y32": (-601, "42710"),
    "42X04": (-206, "42703"),
    "42X14": (-206, "42703"),
    "42802": (-117, "42802"),
    "42X01": (-104, "42601"),
    "08006": (-30081, "08001"),
}
_LOCK_TIMEOUT = "40XL1"


@dataclass(frozen=True, slots=True)
class SqlCard:
    """What a statement came to.

    Attributes:
        sqlcode: negative is an error, 100 is no row.
        sqlstate: five characters.
        tokens: of the message.
        rows: that it has changed.
    """

    sqlcode: int
    sqlstate: str
    tokens: tuple[str, ...] = ()
    rows: int = 0

    def encode(self) -> bytes:
        """As a DDM object."""
        tokens = _SEPARATOR.join(token.encode() for token in self.tokens)[:70]
        errd = [0, 0, self.rows, 0, 0, 0]
        group = self.sqlcode.to_bytes(4, "big", signed=True) + self.sqlstate.encode().ljust(5) + _PRODUCT
        more = b"".join(number.to_bytes(4, "big", signed=True) for number in errd) + b" " * 11
        texts = b"\x00\x00" + len(tokens).to_bytes(2, "big") + tokens + b"\x00\x00"
        return ddm(SQLCARD, b"\x00" + group + b"\x00" + more + texts + b"\xff")

    @classmethod
    def decode(cls, body: bytes) -> "SqlCard":
        """From the body of a DDM object; an empty one is success."""
        if body[0] == _NULL:
            return cls(0, "00000")
        sqlcode = int.from_bytes(body[1:5], "big", signed=True)
        sqlstate = body[5:10].decode("latin-1")
        if body[18] == _NULL:
            return cls(sqlcode, sqlstate)
        rows = int.from_bytes(body[27:31], "big", signed=True)
        at = 19 + 24 + 11
        texts = []
        for _ in range(3):  # the database's name, then the message's tokens in mixed or in single bytes
            length = int.from_bytes(body[at : at + 2], "big")
            texts.append(body[at + 2 : at + 2 + length])
            at += 2 + length
        tokens = _SEPARATORS.split(texts[1] or texts[2])
        return cls(sqlcode, sqlstate, tuple(token.decode("utf-8", "replace") for token in tokens if token), rows)


NO_ROW = SqlCard(100, "02000")
SUCCESS = SqlCard(0, "     ")


def as_db2_says_it(card: SqlCard) -> SqlCard:
    """Derby's error with Db2's codes."""
    if card.sqlstate == NO_ROW.sqlstate:
        return NO_ROW
    if card.sqlcode >= 0:
        return card
    tokens = ("68",) if card.sqlstate == _LOCK_TIMEOUT else card.tokens
    sqlcode, sqlstate = _OF_SQLSTATE.get(
        card.sqlstate, (-901 if card.sqlcode == -20001 else card.sqlcode, card.sqlstate)
    )
    return SqlCard(sqlcode, sqlstate, tokens)
