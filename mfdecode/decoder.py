"""The decoder: from the bytes of records to a structured array, through the compiled kernels."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from . import _decode, _plan
from .alternatives import AlternativeRule
from .batch import DecodedBatch
from .codepages import codepage as find_codepage
from .copybook.model import Usage
from .delimited import DelimitedLines
from .dtypes import column_type, record_dtype
from .errors import LayoutError
from .framing import Endian, Frames, Framing, RawBatch, RecordFormat, open_part, whole_file
from .layout import Encoding, Layout
from .memory import BatchMemory, BatchViews
from .odo import counter_codes, odo_layout_of, odo_steps
from .options import (
    DEFAULT_NUMBERS,
    DecodeOptions,
    FieldOptions,
    FloatFormat,
    NumbersPolicy,
    OdoLayout,
    Selection,
    Trim,
)
from .planning import plan_columns
from .simd import SimdLevel, simd_level
from .tables import variable_tables


class Decoder:
    """Decodes records of one layout; safe to be used by many threads at once.

    Args:
        layout: of the records.
        codepage: of texts, and which bytes are digits and signs.
        record_format: how ``open`` finds the records of a file.
        rdw_inclusive: of format V: the RDW's length counts its own four bytes, as z/OS writes it.
        record_length: of an F record, where it is longer than the layout; what follows the layout is not decoded.
        framing: all that tells the records of a file apart, instead of these three; a length of 0 is the layout's.
        trim: at which side texts lose blanks.
        float_format: of COMP-1 and COMP-2.
        float_endian: the order of their bytes.
        comp5_endian: the order of the bytes of COMP-5.
        numbers: what bytes that are no number count as, and which signs there are.
        field_options: what single fields have of their own, by their names.
        selections: rules for REDEFINES alternatives; one without a rule is decoded wherever its bytes fit.
        odo_layout: where what follows a table of variable size begins; if None as in MAXIMUM for records of fixed
            length, and as in PACKED for others.
        odo_counters: of counters that are text, by their names: how many occurrences each code counts.
        chunk_size: bytes decoded at a time, field by field, while they are in cache.
        simd: which of ``simd.AVAILABLE`` kernels run; by default what ``simd_level`` says.

    Raises:
        SimdError: MFDECODE_SIMD asks for a level that cannot be had.
        CodepageError: the code page is not known.
        LayoutError: a rule or an option names what is not there, an option is none of its field's encoding, or the
            records are shorter than the layout.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        codepage: str = "cp037",
        record_format: RecordFormat | str = RecordFormat.F,
        rdw_inclusive: bool = True,
        record_length: int | None = None,
        framing: Framing | None = None,
        trim: Trim | str = Trim.RIGHT,
        float_format: FloatFormat | str = FloatFormat.IBM,
        float_endian: Endian | str = Endian.BIG,
        comp5_endian: Endian | str = Endian.BIG,
        numbers: NumbersPolicy = DEFAULT_NUMBERS,
        field_options: Mapping[str, FieldOptions] | None = None,
        selections: Sequence[Selection] = (),
        odo_layout: OdoLayout | str | None = None,
        odo_counters: Mapping[str, Mapping[str, int]] | None = None,
        chunk_size: int = 65_536,
        simd: SimdLevel | None = None,
    ) -> None:
        self.layout = layout
        self.options = DecodeOptions(
            find_codepage(codepage).name,
            Trim(trim),
            FloatFormat(float_format),
            Endian(float_endian),
            Endian(comp5_endian),
            numbers,
            dict(_own_options(layout, name, own) for name, own in (field_options or {}).items()),
        )
        framing = framing or Framing(RecordFormat(record_format), record_length or 0, rdw_inclusive)
        self.record_length = framing.record_length or layout.length
        self.framing = replace(framing, record_length=self.record_length, codepage=self.options.codepage)
        self.record_format = framing.record_format
        if self.record_length < layout.length:
            raise LayoutError(
                f"records of {self.record_length} bytes are shorter than {layout.name}, which has {layout.length}"
            )
        self.selections = tuple(selections)
        self.dtype = record_dtype(layout, self.options)
        self.types = tuple(column_type(cell.field, self.options) for cell in layout.cells)
        self._chunk_size = chunk_size
        self.simd = simd or simd_level()
        columns = plan_columns(layout, self.options, self.selections)
        self.odo_layout = odo_layout_of(framing.record_format, odo_layout)
        self.odo_codes = counter_codes(layout, odo_counters or {}, self.options)
        self._steps = odo_steps(layout, self.odo_codes, self.options) if self.odo_layout is OdoLayout.PACKED else ()
        self._plan = _plan.Plan(columns, layout.length, self.dtype.itemsize, self.simd.value, self._steps)
        self.tables = variable_tables(layout, self.odo_codes)
        delimited = self.record_format is RecordFormat.CSV
        self._lines = DelimitedLines(layout, self.options, self.framing) if delimited else None
        self._rules = tuple(AlternativeRule(layout, selection) for selection in self.selections)

    def over(self, layout: Layout) -> "Decoder":
        """A decoder with the same options of a layout that has some of the fields alone, each at its place.

        Args:
            layout: with no field behind a table of variable size that is packed.
        """
        paths = {field.path for field in layout.fields}
        return Decoder(
            layout,
            codepage=self.options.codepage,
            framing=self.framing,
            trim=self.options.trim,
            float_format=self.options.float_format,
            float_endian=self.options.float_endian,
            comp5_endian=self.options.comp5_endian,
            numbers=self.options.numbers,
            field_options={".".join(path): own for path, own in self.options.fields.items() if path in paths},
            odo_layout=OdoLayout.MAXIMUM,
            chunk_size=self._chunk_size,
            simd=self.simd,
        )

    def decode(self, buffer: bytes | bytearray | memoryview | npt.NDArray[np.uint8]) -> DecodedBatch:
        """Decode fixed-length records that lie one after the other.

        Raises:
            LayoutError: the buffer is not a whole number of records.
        """
        data = np.frombuffer(buffer, np.uint8)
        records, rest = divmod(len(data), self.record_length)
        if rest:
            raise LayoutError(f"{len(data)} bytes are no whole number of records of {self.record_length} bytes")
        starts = np.arange(records, dtype=np.int64) * self.record_length
        lengths = np.full(records, self.record_length, np.int64)
        return self.decode_frames(
            RawBatch(0, 0, 0, 0, len(data), records, data, starts, lengths, self.record_length, data)
        )

    @property
    def longest(self) -> int:
        """Bytes of a record, at most; lines of columns may have any number."""
        return self.record_length if self._lines is None else 1 << 62

    def decoded_size(self, records: int) -> int:
        """Bytes of so many records decoded: their rows, then a status a cell."""
        return records * (self.dtype.itemsize + len(self.layout.cells))

    def views_in(self, memory: BatchMemory, records: int) -> BatchViews:
        """What ``decode_frames`` has left in a memory of so many records."""
        return memory.views(self.layout, self.types, self.dtype, records)

    def decode_frames(self, raw: RawBatch, memory: BatchMemory | None = None) -> DecodedBatch:
        """Decode a batch that a file was cut into. The GIL is free while the kernels run.

        Args:
            raw: the batch.
            memory: where to, at least ``decoded_size`` bytes; overwrites the batch that was there. New memory if None.
        """
        if memory is None:
            memory = BatchMemory(np.empty(self.decoded_size(raw.records), np.uint8))
        views = self.views_in(memory, raw.records)
        batch = DecodedBatch(views, raw, delimited=self._lines is not None)
        rows, status = views.rows, views.status.T
        if self._lines is not None:
            rows[:] = 0
            batch.misfits = self._lines.decode(raw, batch.columns, batch.status)
        elif raw.stride and not self._steps:
            _decode.decode_fixed(self._plan, raw.data, raw.stride, raw.records, self._chunk_size, rows, status)
        else:
            scratch = np.empty(max(self._chunk_size, self.layout.length), np.uint8)
            ends = np.empty(len(scratch) // self.layout.length, np.int64)
            _decode.decode_variable(self._plan, raw.data, raw.starts, raw.decodable, scratch, ends, rows, status)
        for table in self.tables:
            table.leave_out(batch.columns)
        for rule in self._rules:
            rule.leave_out(batch.columns)
        batch.worst = _decode.worst(status)
        return batch

    def open(self, path: str | Path, *, batch_size: int = 5_000, limit: int | None = None) -> Iterator[DecodedBatch]:
        """Decode a file, which may be compressed, batch by batch, in constant memory.

        Args:
            path: the file.
            batch_size: records of a batch.
            limit: most records to decode.

        Raises:
            FramingError: the file does not divide into records.
            CompressionError: it is compressed, and cut short or damaged.
            OSError: it cannot be read.
        """
        with self.frames(path, batch_size=batch_size) as frames:
            for raw in first_records(frames, limit):
                yield self.decode_frames(raw)

    def frames(self, path: str | Path, *, batch_size: int = 5_000, batch_bytes: int = 4 << 20) -> Frames:
        """Open a file as batches of its records, not yet decoded.

        Args:
            path: the file.
            batch_size: records of a batch, at most.
            batch_bytes: bytes of a batch, at most, unless one record is longer.

        Raises:
            OSError: it cannot be opened.
        """
        return open_part(whole_file(Path(path), self.framing), self.framing, batch_size, batch_bytes)


def _own_options(layout: Layout, name: str, own: FieldOptions) -> tuple[tuple[str, ...], FieldOptions]:
    """The options of a field by its path."""
    field = layout.field(name)
    applies = {
        "codepage": field.encoding in {Encoding.TEXT, Encoding.GRAPHIC, Encoding.ZONED, Encoding.EDITED},
        "trim": field.encoding.unit > 0,
        "float_format": field.encoding is Encoding.FLOAT,
        "float_endian": field.encoding is Encoding.FLOAT,
        "comp5_endian": field.usage is Usage.NATIVE,
        "numbers": not field.encoding.unit and field.encoding is not Encoding.FLOAT,
    }
    if wrong := [option for option, fits in applies.items() if not fits and getattr(own, option) is not None]:
        raise LayoutError(f"{field.name} is {field.encoding} ({field.usage}), and {', '.join(wrong)} is not for such")
    return field.path, replace(own, codepage=own.codepage and find_codepage(own.codepage).name)


def first_records(batches: Iterable[RawBatch], limit: int | None) -> Iterator[RawBatch]:
    """The batches of a file, up to a record.

    Args:
        batches: from the file's first on.
        limit: most records; all of them if None.
    """
    for raw in batches:
        if limit is not None and raw.first_record + raw.records >= limit:
            count = limit - raw.first_record
            yield replace(raw, records=count, starts=raw.starts[:count], lengths=raw.lengths[:count])
            return
        yield raw
