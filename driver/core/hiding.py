"""Rejected records as people other than their owner may see them: personal data hidden in their bytes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from mfdecode.record_types import RecordTypes

from .field_places import FieldPlaces
from .records import Reject
from .reject_codes import UNPLACED

_AT_ONCE = 256
_BYTES_AT_ONCE = 1 << 20
"""Records, and bytes of them, whose types are told together."""
_LONGEST_VALUE = 64


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A rejected record whose personal data are hidden.

    Attributes:
        rejects: the reasons.
        content: its bytes, with asterisks for those of personal fields, or for all of them.
        masked: whether it has such fields.
        heading: of its file.
        places: of its type; None of a record of no type.
    """

    rejects: tuple[Reject, ...]
    content: bytes
    masked: bool
    heading: bytes
    places: FieldPlaces | None

    def value_of(self, field: str) -> bytes:
        """The bytes of a field, the first 64 of them; of the record where the field is not found."""
        place = self.places.find(self.rejects[0].raw, self.heading, field) if self.places and field else None
        return (self.content if place is None else self.content[place])[:_LONGEST_VALUE]


class Hiding:
    """Hides personal data in the bytes of rejected records; safe to be used by many threads at once.

    A record in which nobody knows what stands where is hidden as a whole, if any record type has personal fields.

    Args:
        types: the record types.
        places: of the fields of each.
        asterisk: the byte that hides.
    """

    def __init__(self, types: RecordTypes, places: Sequence[FieldPlaces], asterisk: int) -> None:
        self._types = types
        self._places = tuple(places)
        self._asterisk = bytes([asterisk])
        self.personal = any(of_type.personal for of_type in places)

    def shown(self, rejects: Iterable[Reject], heading_of: Callable[[int], bytes]) -> Iterator[ShownRecord]:
        """Each record with all of its reasons.

        Args:
            rejects: in record order.
            heading_of: of the file that a record, by its number, is in.
        """
        for records in _chunks(rejects):
            types = self._types.types_of([rejects[0].raw for rejects in records])
            for same, type_ in zip(records, types, strict=True):
                yield self._shown(same, None if type_ < 0 else self._places[type_], heading_of(same[0].record))

    def masked(self, rejects: Iterable[Reject], heading: bytes) -> list[Reject]:
        """The rejects with what is shown of their records instead of their bytes.

        Args:
            rejects: of one file, in record order.
            heading: of the file.
        """
        return [
            replace(reject, raw=record.content)
            for record in self.shown(rejects, lambda _: heading)
            for reject in record.rejects
        ]

    def _shown(self, rejects: tuple[Reject, ...], places: FieldPlaces | None, heading: bytes) -> ShownRecord:
        raw = rejects[0].raw
        placed = places is not None and all(reject.code not in UNPLACED for reject in rejects)
        if not self.personal or (placed and places is not None and not places.personal):
            return ShownRecord(rejects, raw, False, heading, places)
        content = places.hide(raw, heading) if placed and places is not None else None
        return ShownRecord(rejects, self._asterisk * len(raw) if content is None else content, True, heading, places)


def _chunks(rejects: Iterable[Reject]) -> Iterator[list[tuple[Reject, ...]]]:
    """The reasons of each record, a few records at a time."""
    chunk: list[tuple[Reject, ...]] = []
    size = 0
    for _, same in groupby(rejects, key=lambda reject: reject.record):
        chunk.append(tuple(same))
        size += len(chunk[-1][0].raw)
        if len(chunk) == _AT_ONCE or size >= _BYTES_AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
