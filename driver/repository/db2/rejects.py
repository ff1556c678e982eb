"""Rejects as MF_REJECT takes them, whose columns have bounds, and as they are read back."""

from collections.abc import Callable
from dataclasses import replace

from driver.core.records import Reject
from driver.repository.dialect import LONGEST_RAW
from driver.repository.schema import LONGEST_MESSAGE

RecordAt = Callable[[int, int], bytes]
"""The bytes of a record, read again: by its number in the input, and where its data begins in its file."""


def shortened(reject: Reject) -> Reject:
    """The reject with no more text and bytes than the table takes; the message tells what is left out."""
    mark = ""
    if len(reject.raw) > LONGEST_RAW:
        mark = f" [the first {LONGEST_RAW:,} of {len(reject.raw):,} bytes]"
    message = reject.message.encode()[: LONGEST_MESSAGE - len(mark)].decode(errors="ignore") + mark
    return replace(reject, message=message, raw=reject.raw[:LONGEST_RAW])


def whole(reject: Reject, record_at: RecordAt) -> Reject:
    """The reject with all of its record's bytes, those among them that the table had no room for.

    Raises:
        OSError: the input cannot be read any more.
    """
    return reject if len(reject.raw) < LONGEST_RAW else replace(reject, raw=record_at(reject.record, reject.offset))
