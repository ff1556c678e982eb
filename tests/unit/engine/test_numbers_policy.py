"""What bytes that are no number count as."""

import pytest

from mfdecode import Copybook, Decoder, NumbersPolicy, Status
from mfdecode.options import Action, FieldOptions
from mfdecode.simd import AVAILABLE

ZONED, PACKED, EDITED = "S9(3)", "S9(5) COMP-3", "ZZ9"
BLANK = {ZONED: "404040", PACKED: "404040", EDITED: "404040"}
BYTES = {
    "blanks": "404040",
    "low_values": "000000",
    "high_values": "FFFFFF",
    "bad_sign": {ZONED: "F1F212", PACKED: "123450", EDITED: None},
    "bad_digit": {ZONED: "C1F2F3", PACKED: "1A345C", EDITED: "C1F2F3"},
}
CODES = {
    "blanks": Status.BLANKS,
    "low_values": Status.LOW_VALUES,
    "high_values": Status.HIGH_VALUES,
    "bad_sign": Status.BAD_SIGN,
    "bad_digit": Status.BAD_DIGIT,
}


def raw_of(condition: str, picture: str) -> bytes | None:
    raw = BYTES[condition]
    raw = raw[picture] if isinstance(raw, dict) else raw
    return None if raw is None else bytes.fromhex(raw)


def decoded(picture: str, raw: bytes, policy: NumbersPolicy, **options) -> tuple[int, Status]:
    layout = Copybook.from_text(f"01 R.\n05 A PIC {picture}.\n").layout()
    found = set()
    for level in AVAILABLE:
        # Among many good ones, so that the fast way is tried first.
        good = Decoder(layout, numbers=policy, simd=level, **options).decode(raw * 70)
        found |= set(zip(good.array["A"].tolist(), map(Status, good.status[:, 0]), strict=True))
    (one,) = found
    return one


@pytest.mark.parametrize("picture", [ZONED, PACKED, EDITED])
@pytest.mark.parametrize("condition", BYTES)
@pytest.mark.parametrize("action", Action)
def test_each_condition_has_its_action(picture, condition, action):
    raw = raw_of(condition, picture)
    if raw is None:
        return
    wanted = {
        Action.NULL: Status.NULL,
        Action.ZERO: Status.OK,
        Action.REJECT: CODES[condition],
        Action.RAW: Status.RAW,
    }[action]
    assert decoded(picture, raw, NumbersPolicy(**{condition: action})) == (0, wanted)


@pytest.mark.parametrize("picture", [ZONED, PACKED])
def test_nothing_is_lost_by_default(picture):
    found = {condition: decoded(picture, raw_of(condition, picture), NumbersPolicy())[1] for condition in BYTES}
    assert found == {
        "blanks": Status.NULL,
        "low_values": Status.NULL,
        "high_values": Status.HIGH_VALUES,
        "bad_sign": Status.BAD_SIGN,
        "bad_digit": Status.BAD_DIGIT,
    }


def test_zero_bytes_without_a_sign_may_be_another_matter_than_low_values():
    policy = NumbersPolicy(low_values=Action.NULL, no_sign=Action.REJECT)
    assert decoded(PACKED, bytes(3), policy) == (0, Status.NO_SIGN)
    assert decoded(ZONED, bytes(3), policy) == (0, Status.NULL)
    assert decoded(PACKED, bytes(3), NumbersPolicy(no_sign=Action.ZERO)) == (0, Status.OK)


def test_a_number_is_a_number_whatever_the_policy():
    policy = NumbersPolicy(Action.ZERO, Action.ZERO, Action.ZERO, Action.ZERO, Action.ZERO, Action.ZERO)
    assert decoded(PACKED, bytes.fromhex("12345D"), policy) == (-12345, Status.OK)


def test_a_field_may_have_a_policy_of_its_own():
    layout = Copybook.from_text("01 R.\n05 A PIC 9(3).\n05 B PIC 9(3).\n").layout()
    own = {"B": FieldOptions(numbers=NumbersPolicy(blanks=Action.ZERO))}
    batch = Decoder(layout, field_options=own).decode(b"\x40" * 6)
    assert batch.status[0].tolist() == [Status.NULL, Status.OK]
