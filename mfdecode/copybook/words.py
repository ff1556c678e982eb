"""What could have stood there, in words that people know, of what the grammar accepts."""

from collections.abc import Iterable

_CLAUSES = {
    "_PICTURE", "_USAGE", "USAGE_NAME", "_SIGN", "LEADING", "TRAILING", "_OCCURS", "_REDEFINES", "_VALUE", "_JUSTIFIED",
    "_BLANK", "_SYNCHRONIZED", "STORAGE",
}  # fmt: skip
_WORDS = {
    "LEVEL": "a level number",
    "LEVEL_66": "",
    "LEVEL_88": "",
    "NAME": "a name",
    "_FILLER": "",
    "_PERIOD": "a period",
    "PICTURE_STRING": "a PICTURE character-string",
    "INTEGER": "a number",
    "NUMBER": "a number",
    "STRING": "a literal",
    "HEX_STRING": "",
    "FIGURATIVE": "",
    "_ALL": "",
    "_THRU": "THRU",
    "_IS": "",
    "_ZERO_WORD": "ZERO",
    "_KEY_ORDER": "ASCENDING KEY",
    "_WHEN_FALSE": "",
    "$END": "the end",
}


def expected_words(terminals: Iterable[str]) -> tuple[str, ...]:
    """The words for the grammar's terminals, each once, in alphabetical order."""
    names = set(terminals)
    words = {_WORDS.get(name, name.strip("_")) for name in names - _CLAUSES}
    if len(names & _CLAUSES) > 3:
        words.add("a clause (PICTURE, USAGE, OCCURS, …)")
    else:
        words |= {_WORDS.get(name, name.strip("_")) for name in names & _CLAUSES}
    return tuple(sorted(words - {""}))
