"""Personal data under a key."""

import base64

import pytest

from driver.core.errors import PlanError
from driver.core.keyed_masking import Digits, Encrypted
from mfdecode.columns import ColumnKind
from mfdecode.int128 import to_ints

KEY = base64.b64encode(bytes(range(64))).decode()


def texts(column) -> list[str | None]:
    values = [v.decode("latin-1") if isinstance(v, bytes) else v for v in column.values.tolist()]
    return [None if status else value for value, status in zip(values, column.status, strict=True)]


@pytest.mark.parametrize("dtype", ["S", "U"])
def test_digits_become_others_and_the_rest_stays(text, dtype):
    column = text("4111-1111é", "4111-1111é", "4111-1112é", "none", "", None, dtype=dtype)
    masked = Digits("salt").mask(column)
    first, again, other, *rest = texts(masked)
    assert masked.type == column.type
    assert masked.values.dtype == column.values.dtype
    assert first == again != other
    assert first != "4111-1111é"
    assert (first[4], first[9], len(first)) == ("-", "é", 10)
    assert first.replace("-", "")[:-1].isdigit()
    assert rest == ["none", "", None]
    assert texts(Digits("pepper").mask(column))[0] != first


@pytest.mark.parametrize("dtype", ["i2", "i4", "i8", "wide"])
def test_numbers_stay_numbers_of_their_type(number, dtype):
    column = number(1234, -1234, 0, None, digits={"i2": 5, "i4": 9, "i8": 19, "wide": 39}[dtype], dtype=dtype)
    masked = Digits("salt").mask(column)
    assert masked.type == column.type
    assert masked.values.dtype == column.values.dtype
    plus, minus, zero, _ = to_ints(masked.values)
    assert plus > 0 > minus
    assert zero != 0
    assert plus != 1234


def test_long_texts_have_other_digits_to_their_end(text):
    column = text("7" * 100, length=100)
    (masked,) = texts(Digits("salt").mask(column))
    assert masked[:70] != "7" * 70
    assert masked[70:] != "7" * 30
    assert masked[:30] != masked[70:]


@pytest.mark.parametrize("dtype", ["S", "U"])
def test_what_is_encrypted_can_be_read_again(text, dtype):
    cipher = Encrypted(KEY)
    column = text("Müller", "Müller", "123-45-6789", "", None, dtype=dtype)
    first, again, other, empty, missing = texts(cipher.mask(column))
    assert first == again != other
    assert (empty, missing) == ("", None)
    assert [cipher.reveal(hidden) for hidden in (first, other)] == ["Müller", "123-45-6789"]
    assert "ller" not in first


def test_numbers_are_encrypted_as_their_digits(number):
    masked = Encrypted(KEY).mask(number(7, -7, None, digits=3))
    plus, minus, missing = texts(masked)
    assert [Encrypted(KEY).reveal(hidden) for hidden in (plus, minus)] == ["007", "-007"]
    assert missing is None
    assert masked.type.kind is ColumnKind.TEXT


def test_the_longest_text_fits(text):
    cipher = Encrypted(KEY)
    masked = cipher.mask(text("€" * 12, dtype="U"))
    assert [cipher.reveal(hidden) for hidden in texts(masked)] == ["€" * 12]
    assert [len(hidden) for hidden in texts(masked)] == [masked.type.length]


def test_another_key_reads_nothing(text):
    (hidden,) = texts(Encrypted(KEY).mask(text("secret")))
    other = Encrypted(base64.b64encode(bytes(64)).decode())
    for changed in (hidden, hidden[:-4], "no base64!"):
        with pytest.raises(PlanError, match="not encrypted by this key"):
            other.reveal(changed)


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(b"x" * 31).decode(), "not base64 at all!"])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(PlanError, match="needs the secret pii_key"):
        Encrypted(key)


def test_digits_need_their_salt():
    with pytest.raises(PlanError, match="hash_salt"):
        Digits("")
