"""Names of fields that look like card, social security or account numbers."""

import re
from collections.abc import Iterable
from enum import StrEnum


class Lookalike(StrEnum):
    """What a field seems to hold, by its name."""

    CARD = "card number"
    SECURITY = "social security or tax number"
    ACCOUNT = "account number"


_NUMBER = r"(?:NO|NR|NUM|NBR|NMBR|NUMB|NUMBER|ID)(?!-OF-)"
_WORDS = {
    Lookalike.CARD: rf"(?:CARD|CC)-?{_NUMBER}|PAN|CVV2?|CVC2?",
    Lookalike.SECURITY: rf"SSN|SOC(?:IAL)?-?SEC(?:URITY)?|TAX(?:PAYER)?-?{_NUMBER}|TIN",
    Lookalike.ACCOUNT: rf"(?:ACCT|ACCOUNT|ACCNT|ACC)-?{_NUMBER}|IBAN",
}
_LAST_WORDS = {Lookalike.CARD: "CARD", Lookalike.ACCOUNT: "ACCT|ACCOUNT|ACCNT"}
"""What an elementary item holds by this name is its number; a group is the whole of it."""
_ABOUT = re.compile(
    r"-(?:TYPE|TYP|IND|INDICATOR|FLAG|FLG|STATUS|STAT|SW|SWITCH|DATE|DT|EXP|EXPIRY|COUNT|CNT|LEN|LENGTH|FORMAT|FMT"
    r"|BAL|BALANCE|DESC|NAME)$"
)
"""Last words of what tells about a number, and is none."""
_SOMEWHERE = {kind: re.compile(rf"(?<![A-Z0-9])(?:{words})(?![A-Z])") for kind, words in _WORDS.items()}
_AT_THE_END = {kind: re.compile(rf"(?<![A-Z0-9])(?:{words})(?:-?[0-9]+)?$") for kind, words in _LAST_WORDS.items()}


def lookalike(name: str, groups: Iterable[str] = ()) -> Lookalike | None:
    """What an elementary item looks like; None if it looks like none of these.

    Args:
        name: COBOL's, or the table's.
        groups: the names of those that it is in.
    """
    own = _plain(name)
    if _ABOUT.search(own):
        return None
    for given in (own, *(plain for plain in map(_plain, groups) if not _ABOUT.search(plain))):
        if found := next((kind for kind, words in _SOMEWHERE.items() if words.search(given)), None):
            return found
    return next((kind for kind, words in _AT_THE_END.items() if words.search(own)), None)


def _plain(name: str) -> str:
    return name.upper().replace("_", "-")
