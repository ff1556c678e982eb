"""The decoders of a job: the one place that makes them of its settings."""

from dataclasses import replace

from driver.config.model import Input, Job
from driver.config.record_rules import framing_of
from mfdecode.alternatives import find_member
from mfdecode.codepages import codepage as find_codepage
from mfdecode.copybook.book import Copybook
from mfdecode.decoder import Decoder
from mfdecode.errors import LayoutError
from mfdecode.framing import Framing, RecordFormat
from mfdecode.layout import Layout
from mfdecode.options import DEFAULT_NUMBERS, FieldOptions, Selection


def layout_of(source: Input, book: Copybook, record: str | None) -> Layout:
    """The layout of a 01 level.

    Raises:
        LayoutError: there is none of that name.
    """
    return book.layout(record, trunc=source.trunc, binary_size=source.binary_size, renames=source.renames)


def framing_of_types(source: Input, layouts: tuple[Layout, ...]) -> Framing:
    """How the records of the input are told apart; fixed ones are as long as the longest layout, if not longer.

    Args:
        source: of the configuration.
        layouts: of its record types. What tells lengths is a field of the first.

    Raises:
        LayoutError: the keys do not fit together, or name what is not there.
    """
    if source.record_format is RecordFormat.CSV and len(layouts) > 1:
        raise LayoutError("lines of format CSV are of one record type: take 'records' away")
    longest = max(layout.length for layout in layouts)
    framing = framing_of(source, layouts[0])
    return replace(framing, record_length=source.record_length or longest, codepage=find_codepage(source.codepage).name)


def decoder_of(job: Job, layout: Layout, framing: Framing) -> Decoder:
    """The decoder of one record type.

    Args:
        job: the configuration, of the record type alone.
        layout: of the records.
        framing: of the input.

    Raises:
        MfdecodeError: the settings do not fit the layout.
    """
    source = job.input
    if not framing.record_format.is_fixed and source.record_length is None:
        framing = replace(framing, record_length=layout.length)
    return Decoder(
        layout,
        codepage=source.codepage,
        framing=framing,
        trim=source.trim,
        float_format=source.float,
        float_endian=source.float_endian,
        comp5_endian=source.comp5_endian,
        numbers=source.numbers.over(DEFAULT_NUMBERS),
        field_options=_field_options(job),
        selections=[
            Selection(find_member(layout, name).path, when.condition) for name, when in source.redefines.items()
        ],
        odo_layout=source.odo_layout,
        odo_counters=source.odo_counters,
        chunk_size=job.pipeline.chunk_size,
    )


def _field_options(job: Job) -> dict[str, FieldOptions]:
    """What single fields have of their own on the way in."""
    policy = job.input.numbers.over(DEFAULT_NUMBERS)
    own = {
        name: FieldOptions(
            codepage=given.codepage,
            trim=given.trim,
            float_format=given.float,
            float_endian=given.float_endian,
            comp5_endian=given.comp5_endian,
            numbers=given.numbers.over(policy) if given.numbers else None,
        )
        for name, given in job.fields.items()
    }
    return {name: options for name, options in own.items() if options != FieldOptions()}
