"""What a resumed run has loaded before: the batches that are in the ledger, as ranges that a reader passes over."""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from xxhash import xxh3_64_intdigest

from driver.repository.target import CommittedBatch
from mfdecode.framing import Place, RawBatch


def batch_checksum(raw: RawBatch) -> int:
    """XXH3-64 of a batch's bytes, as a signed number."""
    return int.from_bytes(xxh3_64_intdigest(raw.data).to_bytes(8, "big"), "big", signed=True)


@dataclass(slots=True)
class CommittedRange:
    """Consecutive batches of a part.

    Attributes:
        first: number of the first.
        start: its first byte.
        records: of all of them.
        after: where the batch behind the last begins.
        checksums: of each.
    """

    first: int
    start: int
    records: int
    after: Place
    checksums: "array[int]"  # which Python 3.11 cannot subscript


@dataclass(frozen=True, slots=True)
class Committed:
    """The batches that a run has loaded before.

    Attributes:
        ranges: of each part of the input, by its number, in the order of the batches.
        rejected: records of them that are not loaded.
        read_again: they are not passed over: what is read again is compared with what was loaded.
        process_again: nor does what comes after them do without them.
    """

    ranges: Mapping[int, Sequence[CommittedRange]] = field(default_factory=dict)
    rejected: int = 0
    read_again: bool = False
    process_again: bool = False

    @classmethod
    def of_ledger(cls, batches: Iterable[CommittedBatch], *, read_again: bool, process_again: bool) -> Self:
        """The ledger of a run, in little memory.

        Args:
            batches: by part and number.
            read_again, process_again: as they are in ``Committed``.
        """
        ranges: defaultdict[int, list[CommittedRange]] = defaultdict(list)
        rejected = 0
        for batch in batches:
            of_part, number = ranges[batch.part], batch.after.batch - 1
            if not of_part or of_part[-1].after.batch != number:
                of_part.append(CommittedRange(number, batch.start, 0, batch.after, array("q")))
            last = of_part[-1]
            last.records += batch.records
            last.after = batch.after
            last.checksums.append(batch.checksum)
            rejected += batch.rejected
        return cls(dict(ranges), rejected, read_again or process_again, process_again)

    def of_part(self, part: int) -> Sequence[CommittedRange]:
        """Those of one part of the input."""
        return self.ranges.get(part, ())

    def checksum(self, raw: RawBatch) -> int | None:
        """The checksum of a batch as it was loaded; None if it was not."""
        ranges = self.of_part(raw.part)
        at = bisect_right(ranges, raw.number, key=lambda found: found.first) - 1
        place = raw.number - ranges[at].first if at >= 0 else 0
        return ranges[at].checksums[place] if at >= 0 and place < len(ranges[at].checksums) else None
