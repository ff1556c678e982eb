"""Decoding with validation and status, into the structured array."""


def test_display_heavy(measure):
    measure("X(50)", b"\xc3\xa4\xa2\xa3\x96\x94\x85\x99".ljust(38, b"\x93").ljust(50, b"\x40"))


def test_display_without_blanks(measure):
    measure("X(50)", b"\x93" * 50)


def test_comp3_heavy(measure):
    measure("S9(9)V99 COMP-3", bytes.fromhex("01234567890D"))


def test_zoned_heavy(measure):
    measure("S9(9)V99", b"\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xd1")


def test_binary_heavy(measure):
    measure("S9(9) COMP", (123_456_789).to_bytes(4, "big"))
