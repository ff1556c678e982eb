"""The encoder: from columns of values to the bytes of records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mfdecode.batch import DecodedBatch
from mfdecode.codepages import codepage as find_codepage
from mfdecode.decoder import Decoder
from mfdecode.errors import LayoutError
from mfdecode.framing import Bytes, Endian, Framing, RecordFormat
from mfdecode.layout import Cell, Layout
from mfdecode.odo import odo_layout_of, odo_steps
from mfdecode.options import DecodeOptions, FieldOptions, FloatFormat, OdoLayout
from mfdecode.status import Status

from .cells import encode_cells
from .packing import packed
from .status import EncodeStatus
from .storage import Area, areas_of

Flags = npt.NDArray[np.bool_]


class Filler(StrEnum):
    """What is in the bytes that no column tells: blanks, or X'00'."""

    BLANKS = "blanks"
    LOW_VALUES = "low-values"


@dataclass(frozen=True, slots=True)
class EncodedBatch:
    """Records made of a batch of columns.

    Attributes:
        layout: of the records.
        rows: (records, longest): their bytes.
        lengths: of each record, in bytes; what follows in its row is not part of it.
        status: (records, cells) of ``EncodeStatus``, cells in the order of ``layout.cells``.
    """

    layout: Layout
    rows: Bytes
    lengths: npt.NDArray[np.int64]
    status: Bytes

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def good(self) -> Flags:
        """The records whose every cell could be written."""
        return np.asarray(~self.status.any(axis=1))

    def errors(self) -> list[tuple[int, Cell, EncodeStatus]]:
        """The cells that could not: (record in the batch, cell, status), by record."""
        return [
            (int(record), self.layout.cells[cell], EncodeStatus(self.status[record, cell]))
            for record, cell in np.argwhere(self.status)
        ]

    def records(self) -> list[bytes]:
        """The bytes of each record, right or not."""
        return [row[:length].tobytes() for row, length in zip(self.rows, self.lengths.tolist(), strict=True)]


class Encoder:
    """Encodes records of one layout, as ``Decoder`` decodes them.

    A decoded record encodes to the same bytes where they were canonical: preferred signs, no minus zero, hexadecimal
    floats normalised, numbers edited as a MOVE does it, texts filled with blanks at the right, FILLER as the option
    says, numbers without a value as ``encode_cells`` writes them. With the original beside it (``like``) every record
    does, whatever is in it.

    Args:
        layout: of the records.
        codepage: of texts, and which bytes are digits and signs.
        record_format: of the file; an F or FB record is always of full length.
        record_length: of an F record, where it is longer than the layout.
        framing: all that tells the records of a file apart, instead of these two.
        float_format, float_endian: of COMP-1 and COMP-2.
        comp5_endian: the order of the bytes of COMP-5.
        field_options: what single fields have of their own, by their names.
        odo_layout, odo_counters: of tables of variable size, as ``Decoder`` has them.
        filler: what is in the bytes of no column.

    Raises:
        CodepageError: the code page is not known.
        LayoutError: the records are shorter than the layout.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        codepage: str = "cp037",
        record_format: RecordFormat | str = RecordFormat.F,
        record_length: int | None = None,
        framing: Framing | None = None,
        float_format: FloatFormat | str = FloatFormat.IBM,
        float_endian: Endian | str = Endian.BIG,
        comp5_endian: Endian | str = Endian.BIG,
        field_options: Mapping[str, FieldOptions] | None = None,
        odo_layout: OdoLayout | str | None = None,
        odo_counters: Mapping[str, Mapping[str, int]] | None = None,
        filler: Filler | str = Filler.BLANKS,
    ) -> None:
        self.layout = layout
        framing = framing or Framing(RecordFormat(record_format), record_length or 0)
        # It reads what is written, so that what REDEFINES and counters mean is told in one place.
        self._decoder = Decoder(
            layout,
            codepage=codepage,
            framing=framing,
            float_format=float_format,
            float_endian=float_endian,
            comp5_endian=comp5_endian,
            field_options=field_options,
            odo_layout=OdoLayout.MAXIMUM,
            odo_counters=odo_counters,
        )
        self.framing = self._decoder.framing
        self.options: DecodeOptions = self._decoder.options
        page = find_codepage(self.options.codepage)
        self._fill = page.blank if Filler(filler) is Filler.BLANKS else 0
        self._areas = areas_of(layout)
        self._tables = self._decoder.tables
        is_packed = odo_layout_of(framing.record_format, odo_layout) is OdoLayout.PACKED
        self._steps = odo_steps(layout, self._decoder.odo_codes, self.options) if is_packed else ()
        shared = {j for area in self._areas for j in area.cells}
        self._alone = tuple(j for j in range(len(layout.cells)) if j not in shared)

    def encode(self, columns: pa.RecordBatch, *, like: DecodedBatch | None = None) -> EncodedBatch:
        """Encode a batch.

        Args:
            columns: by the names of ``layout.cells``; a column that is not there has no values.
            like: the records as they were: what has not changed keeps its bytes, and what no column tells, too.

        Raises:
            LayoutError: a column is none of the layout, or there are not as many records as before.
        """
        self._check_names(columns.schema.names)
        n = columns.num_rows
        if like is not None and len(like) != n:
            raise LayoutError(f"there are {n} records, and {len(like)} that they should be like")
        names = {name: i for i, name in enumerate(columns.schema.names)}
        nothing = pa.nulls(n, pa.utf8())
        given = [columns.column(names[c.column]) if c.column in names else nothing for c in self.layout.cells]
        return self._encode(given, n, like)

    def _encode(self, given: "Sequence[pa.Array[Any]]", n: int, like: DecodedBatch | None) -> EncodedBatch:
        cells = [encode_cells(c.field, g, self.options) for c, g in zip(self.layout.cells, given, strict=True)]
        contents = [content for content, _ in cells]
        statuses = np.array([status for _, status in cells], np.uint8).reshape(len(cells), n)
        said = np.array([g.is_valid().to_numpy(zero_copy_only=False) for g in given], np.bool_).reshape(len(cells), n)
        same = np.zeros_like(said) if like is None else self._unchanged(contents, said, like)
        rows = np.full((n, self._decoder.record_length), self._fill, np.uint8)
        for j in self._alone:
            self._put(rows, j, contents[j], np.ones(n, np.bool_))
        for area in self._areas:  # of alternatives the one that has changed has its way
            self._fill_area(area, rows, contents, statuses, said & ~same)
        lengths = np.full(n, rows.shape[1], np.int64)
        if self._tables and n:
            decoded = self._leave_out(rows, statuses, said)
            if self._steps:
                rows, lengths = packed(rows, self._steps, self._tables, decoded.columns)
        if like is not None:
            statuses[same] = EncodeStatus.OK
            rows, lengths = self._over(like, rows, lengths, same)
        return EncodedBatch(self.layout, rows, lengths, np.ascontiguousarray(statuses.T))

    def _put(self, rows: Bytes, j: int, content: Bytes, where: Flags) -> None:
        cell = self.layout.cells[j]
        rows[where, cell.offset : cell.offset + cell.field.length] = content[where]

    def _fill_area(self, area: Area, rows: Bytes, contents: list[Bytes], statuses: Bytes, said: Flags) -> None:
        """Take the first way whose bytes read back as every value that is given."""
        undecided = np.ones(len(rows), np.bool_)
        errors = statuses[list(area.cells)].copy()
        tried = np.zeros(len(rows), np.bool_)
        for last, way in [*((False, way) for way in area.ways), (True, area.ways[0])]:
            # At last, where nothing is said: what the first alternative has without values.
            chosen = undecided & (~tried if last else said[list(way.cells)].any(axis=0))
            if not chosen.any():
                continue
            tried |= chosen
            for j in area.cells:
                self._put(rows, j, np.full_like(contents[j], self._fill), chosen)
            for j in way.cells:
                self._put(rows, j, contents[j], chosen)
            read = self._read_back(rows, area.cells)
            same = np.logical_and.reduce(
                [
                    ~said[j] | (found & (meant == contents[j]).all(axis=1)) | (statuses[j] != 0)
                    for j, (meant, found) in read.items()
                ]
            )
            written = np.zeros(len(area.cells), np.bool_)
            written[[area.cells.index(j) for j in way.cells]] = True
            for k, j in enumerate(area.cells):
                # A cell that this way does not write is in error only for a value of its own.
                keep = written[k] | said[j]
                statuses[j][chosen] = np.where(keep, errors[k], 0)[chosen]
            undecided &= ~(chosen & same)
        for j in area.cells:
            statuses[j][undecided & said[j] & (statuses[j] == 0)] = EncodeStatus.DISAGREES

    def _read_back(self, rows: Bytes, cells: Sequence[int]) -> dict[int, tuple[Bytes, Flags]]:
        """What the bytes mean, as canonical bytes again, and whether they mean anything, by cell."""
        batch = self._decoder.decode(np.ascontiguousarray(rows).reshape(-1))
        return {j: (_canonical(batch, j, self.options), batch.status[:, j] == Status.OK) for j in cells}

    def _leave_out(self, rows: Bytes, statuses: Bytes, said: Flags) -> DecodedBatch:
        """Blank the occurrences that a counter does not count; returns what the rows are read as."""
        decoded = self._decoder.decode(np.ascontiguousarray(rows).reshape(-1))
        for table in self._tables:
            counter = statuses[table.counter]
            counter[(decoded.status[:, table.counter] == Status.BAD_COUNT) & (counter == 0)] = EncodeStatus.BAD_COUNT
            for j, _ in table.occurrences:
                absent = decoded.status[:, j] == Status.ABSENT
                nothing = np.full((len(rows), self.layout.cells[j].field.length), self._fill, np.uint8)
                self._put(rows, j, nothing, absent)
                statuses[j][absent] = np.where(said[j], EncodeStatus.PAST_COUNT, EncodeStatus.OK)[absent]
        return decoded

    def _unchanged(self, contents: list[Bytes], said: Flags, like: DecodedBatch) -> Flags:
        """(cells, records): where the value is what the original has."""
        had = like.status.T == Status.OK
        equal = [(_canonical(like, j, self.options) == content).all(axis=1) for j, content in enumerate(contents)]
        same = (had == said) & (~had | np.array(equal, np.bool_).reshape(said.shape))
        for table in self._tables:
            for j, _ in table.occurrences:  # another count makes other occurrences
                same[j] &= same[table.counter]
        return np.asarray(same)

    def _over(
        self, like: DecodedBatch, rows: Bytes, lengths: npt.NDArray[np.int64], same: Flags
    ) -> tuple[Bytes, npt.NDArray[np.int64]]:
        """The original bytes, and over them those of the cells that have changed; and the lengths of both.

        Where tables of variable size move what follows them, a record of which anything has changed is written anew.
        """
        before = like.raw.lengths[: len(rows)]
        width = max(int(before.max(initial=0)), rows.shape[1])
        kept = np.full((len(rows), width), self._fill, np.uint8)
        places = np.arange(width)
        inside = places < before[:, None]
        kept[inside] = like.raw.data[(like.raw.starts[: len(rows), None] + places)[inside]]
        ends = before.copy()
        if self._steps:
            anew = ~same.all(axis=0)
            kept[anew] = self._fill
            kept[anew, : rows.shape[1]] = rows[anew]
            ends[anew] = lengths[anew]
            return kept, ends
        for j, cell in enumerate(self.layout.cells):
            changed, end = ~same[j], cell.offset + cell.field.length
            self._put(kept, j, rows[:, cell.offset : end], changed)
            ends[changed] = np.maximum(ends[changed], end)
        for table in self._tables:
            recounted = ~same[table.counter]
            ends[recounted] = lengths[recounted]
        return kept, ends

    def _check_names(self, names: Sequence[str]) -> None:
        known = {cell.column for cell in self.layout.cells}
        for name in names:
            if name not in known:
                nearest = get_close_matches(name, known, n=1)
                hint = f"; did you mean {nearest[0]}?" if nearest else ""
                raise LayoutError(f"{self.layout.name} has no column {name}{hint}")
        if len(set(names)) != len(names):
            raise LayoutError("two columns have the same name")


def _canonical(batch: DecodedBatch, j: int, options: DecodeOptions) -> Bytes:
    return encode_cells(batch.layout.cells[j].field, batch.to_arrow().column(j), options)[0]
