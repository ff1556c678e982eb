"""Rejects within the bounds of their table."""

from driver.core.records import Reject
from driver.repository.db2.rejects import shortened, whole


def reject(message: str, raw: bytes) -> Reject:
    return Reject(7, 1_000, "F", "CODE", message, raw)


def test_what_fits_is_left_as_it_is():
    fits = reject("m" * 512, b"r" * 30_000)
    assert shortened(fits) == fits


def test_a_message_is_cut_between_two_characters():
    assert shortened(reject("m" * 511 + "€", b"")).message == "m" * 511


def test_a_record_is_cut_and_its_message_says_so_within_its_own_bound():
    cut = shortened(reject("€" * 300, b"r" * 30_001))
    assert len(cut.raw) == 30_000
    assert cut.message.endswith("€ [the first 30,000 of 30,001 bytes]")
    assert 510 <= len(cut.message.encode()) <= 512


def test_a_record_that_was_cut_is_read_again_and_others_are_not():
    assert whole(reject("", b"r" * 30_000), lambda *place: b"record %d at %d" % place).raw == b"record 7 at 1000"
    assert whole(reject("", b"r" * 29_999), lambda *place: b"").raw == b"r" * 29_999
