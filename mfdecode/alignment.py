"""SYNCHRONIZED: the boundaries of items, and the slack bytes that they make necessary.

Enterprise COBOL for z/OS Language Reference, "SYNCHRONIZED clause" and "Slack bytes within records".
"""

from .copybook.model import Item, Usage

_HALFWORD, _FULLWORD, _DOUBLEWORD = 2, 4, 8
_HALFWORD_DIGITS = 4


def boundary(item: Item, length: int) -> int:
    """What the offset of an elementary item is a multiple of, in bytes.

    Args:
        item: elementary; DISPLAY and packed ones may stand anywhere.
        length: in bytes; a number of one byte, which IBM's compilers do not make, may stand anywhere too.
    """
    if not item.synchronized or length == 1:
        return 1
    match item.usage:
        case Usage.DOUBLE:
            return _DOUBLEWORD
        case Usage.FLOAT:
            return _FULLWORD
        case Usage.BINARY | Usage.NATIVE if item.picture:
            return _HALFWORD if item.picture.digits <= _HALFWORD_DIGITS else _FULLWORD
    return 1


def aligned(offset: int, to: int) -> int:
    """The offset, or the next one that is a multiple of ``to``."""
    return -(-offset // to) * to
