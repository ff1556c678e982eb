"""Personal data made something else by a key, a column at a time: the same datum becomes the same every time."""

import base64
import binascii
import hmac
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from mfdecode.columns import INT128, Column, ColumnKind, ColumnType
from mfdecode.int128 import compare, from_ints

from .errors import PlanError
from .masking import as_text

_HASH_LENGTH = 64
_TAG_LENGTH = 16
_KEY_LENGTHS = (32, 48, 64)
_INT128_DIGITS = 38
_MOST_DIGITS = 70
"""Of which a digest of 256 bits gives each with the same probability, to one part in a million."""


class Hashed:
    """The HMAC-SHA-256 of the text in UTF-8, in hexadecimal: the same for the same datum, and it says nothing of it.

    A number's text is its digits, after a hyphen if it is negative.

    Args:
        salt: the key; kept secret.

    Raises:
        PlanError: there is none.
    """

    distinct = True

    def __init__(self, salt: str) -> None:
        self._salt = _salt("hash", salt)

    def mask(self, column: Column) -> Column:
        """The column hashed; what has no value keeps none."""
        hashes = _replaced(column, lambda text: hmac.digest(self._salt, text.encode(), "sha256").hex())
        return _ascii(column, hashes, _HASH_LENGTH)


class Digits:
    """Each digit becomes another by the HMAC-SHA-256 of the whole; all else stays, and so does the column's type.

    What was a card number looks like one still. Different data may become the same, and there is no way back.

    Args:
        salt: the key; kept secret.

    Raises:
        PlanError: there is none.
    """

    distinct = False

    def __init__(self, salt: str) -> None:
        self._salt = _salt("digits", salt)

    def mask(self, column: Column) -> Column:
        """The column with other digits."""
        others = _replaced(column, self._other)
        dtype = column.values.dtype
        values: npt.NDArray[np.generic]
        if column.type.kind is ColumnKind.NUMBER:
            # Binary numbers of full range have a digit more than all of which fit.
            base = 10 ** (_INT128_DIGITS if dtype == INT128 else len(str(np.iinfo(dtype.str).max)) - 1)
            numbers = [_within(int(text or "0"), base) for text in others]
            values = from_ints(numbers) if dtype == INT128 else np.array(numbers, dtype)
        elif dtype.kind == "S":
            values = np.array([text.encode("latin-1") for text in others], dtype)
        else:
            values = np.array(others, dtype)
        return Column(column.name, column.type, values, column.status)

    def _other(self, text: str) -> str:
        places = [i for i, character in enumerate(text) if "0" <= character <= "9"]
        characters = list(text)
        for begin in range(0, len(places), _MOST_DIGITS):
            some = places[begin : begin + _MOST_DIGITS]
            digest = hmac.digest(self._salt, f"{begin}:{text}".encode(), "sha256")
            number = int.from_bytes(digest, "big") % 10 ** len(some)
            for place, digit in zip(some, f"{number:0{len(some)}}", strict=True):
                characters[place] = digit
        return "".join(characters)


class Encrypted:
    """AES-SIV (RFC 5297) in base64: who has the key can read it again, and the same datum is the same every time.

    A number's text is its digits, after a hyphen if it is negative.

    Args:
        key: 32, 48 or 64 bytes in base64; kept secret.

    Raises:
        PlanError: it is none.
    """

    distinct = True

    def __init__(self, key: str) -> None:
        try:
            content = base64.b64decode(key, validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if len(content) not in _KEY_LENGTHS:
            raise PlanError(
                "pii: encrypt needs the secret pii_key, 64 bytes in base64 (openssl rand -base64 64 | tr -d '\\n')"
            )
        self._cipher = AESSIV(content)

    def mask(self, column: Column) -> Column:
        """The column encrypted; what has no value keeps none."""
        plain = (
            column.type.length * column.type.width if column.type.kind is ColumnKind.TEXT else column.type.digits + 1
        )
        return _ascii(column, _replaced(column, self._hidden), _base64_length(_TAG_LENGTH + plain))

    def reveal(self, text: str) -> str:
        """What was encrypted.

        Raises:
            PlanError: it is not of this key, or has been changed.
        """
        try:
            return self._cipher.decrypt(base64.b64decode(text, validate=True), None).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise PlanError("the text was not encrypted by this key, or has been changed since") from None

    def _hidden(self, text: str) -> str:
        return base64.b64encode(self._cipher.encrypt(text.encode(), None)).decode() if text else ""


def _salt(name: str, salt: str) -> bytes:
    if not salt:
        raise PlanError(f"pii: {name} needs the secret hash_salt, and it is not set")
    return salt.encode()


def _within(number: int, base: int) -> int:
    """The number without what digits it has too many, its sign kept."""
    return number % base if number >= 0 else -(-number % base)


def _base64_length(size: int) -> int:
    return (size + 2) // 3 * 4


def _texts(column: Column) -> list[str]:
    texts = [v.decode("latin-1") if isinstance(v, bytes) else v for v in as_text(column).values.tolist()]
    if column.type.kind is ColumnKind.NUMBER:  # -7 is another datum than 7
        texts = [f"-{v}" if less else v for v, less in zip(texts, compare(column.values, 0) < 0, strict=True)]
    return texts


def _replaced(column: Column, replacement: Callable[[str], str]) -> list[str]:
    """What each text becomes; nothing where there is no value."""
    texts = _texts(column)
    others = {text: replacement(text) for text in set(texts)}
    return ["" if status else others[text] for text, status in zip(texts, column.status.tolist(), strict=True)]


def _ascii(column: Column, texts: list[str], length: int) -> Column:
    values = np.array(texts, f"S{length}")
    return Column(column.name, ColumnType(ColumnKind.TEXT, length=length), values, column.status)
