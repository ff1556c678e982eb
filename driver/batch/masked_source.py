"""The input as a target sees it that must not keep personal data."""

from driver.core.hiding import Hiding
from driver.core.records import Reject
from mfdecode.framing import Parts


class MaskedSource:
    """A ``SourceAgain``.

    Args:
        parts: the open input.
        masking: hides personal data.
    """

    def __init__(self, parts: Parts, masking: Hiding) -> None:
        self._parts = parts
        self._masking = masking

    def again(self, part: int, start: int, end: int) -> list[tuple[int, bytes]]:
        """The records of a batch, which the target rejects some of, masked."""
        heading = list(self._parts)[part].heading
        found = self._parts.again(part, start, end)
        rejects = [Reject(number, offset, "", "", "", raw) for number, (offset, raw) in enumerate(found)]
        return [(reject.offset, reject.raw) for reject in self._masking.masked(rejects, heading)]

    def record_at(self, record: int, offset: int) -> bytes:
        """A record as it is: who writes it into files masks it by the reasons for which it was rejected."""
        return self._parts.record_at(record, offset)

    def file_of(self, part: int) -> str:
        """The file of a part."""
        return self._parts.file_of(part)
