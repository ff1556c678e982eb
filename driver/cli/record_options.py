"""The options that tell what the records of a file are, the same of every command that reads or writes them."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Annotated, get_type_hints

import typer

from driver.config.framing_keys import FramingKeys
from driver.config.numbers import numbers_of
from driver.config.odo_counters import read_odo_counters
from driver.config.record_rules import framing_of
from mfdecode import Decoder, Encoder, FloatFormat, Layout, LayoutError, OneOf, RecordFormat, Selection, Trim
from mfdecode.alternatives import find_member
from mfdecode.encoding.encoder import Filler
from mfdecode.framing import Compression, Endian, Framing, LineEnd, OnBrokenRdw
from mfdecode.layout import BinarySize, Truncation
from mfdecode.options import OdoLayout

from .copybook_options import BinarySizes, CopyPath, DecimalComma, RecordName, Trunc, read_copybook


@dataclass(frozen=True, kw_only=True)
class RecordOptions:
    """Copybook, code page, record format and what else the bytes of a record go by; each is an option."""

    copybook: Annotated[Path, typer.Option(help="The copybook of its records.")]
    codepage: Annotated[str, typer.Option(help="cp037, cp500, cp273, cp1140, cp930, cp939, ascii, utf-8, …")] = "cp037"
    compression: Annotated[Compression, typer.Option(help="Of a file that is read; auto: by its first bytes.")] = (
        Compression.AUTO
    )
    record_format: Annotated[
        RecordFormat,
        typer.Option(help="F, FB: fixed length; V: RDWs; VB, VBS: BDWs too; D: lines; CSV; U: --length-field."),
    ] = RecordFormat.F
    record_length: Annotated[int | None, typer.Option(min=1, help="Bytes of an F record, if longer.")] = None
    block_size: Annotated[
        int | None, typer.Option(min=1, help="FB: bytes of a block, to be checked; VB, VBS: most bytes to write.")
    ] = None
    rdw_endian: Annotated[Endian, typer.Option(help="The order of an RDW's bytes.")] = Endian.BIG
    rdw_inclusive: Annotated[
        bool, typer.Option("--rdw-inclusive/--rdw-exclusive", help="Lengths count the RDW's own four bytes.")
    ] = True
    rdw_adjust: Annotated[int, typer.Option(min=-32_767, max=32_767, help="Is added to an RDW's length.")] = 0
    bdw_endian: Annotated[Endian, typer.Option(help="The order of a BDW's bytes.")] = Endian.BIG
    bdw_inclusive: Annotated[
        bool, typer.Option("--bdw-inclusive/--bdw-exclusive", help="Lengths count the BDW's own four bytes.")
    ] = True
    bdw_adjust: Annotated[int, typer.Option(min=-32_767, max=32_767, help="Is added to a BDW's length.")] = 0
    header_bytes: Annotated[int, typer.Option(min=0, help="Of the file, before its first record.")] = 0
    trailer_bytes: Annotated[int, typer.Option(min=0, help="Of the file, behind its last record.")] = 0
    record_start: Annotated[int, typer.Option(min=0, help="Bytes of each record before its data.")] = 0
    record_end: Annotated[int, typer.Option(min=0, help="Bytes of each record behind its data.")] = 0
    line_end: Annotated[LineEnd, typer.Option(help="D: what ends a line.")] = LineEnd.AUTO
    on_broken_rdw: Annotated[OnBrokenRdw, typer.Option(help="Stop, or go on at the next plausible record.")] = (
        OnBrokenRdw.STOP
    )
    delimiter: Annotated[str, typer.Option(help="CSV: between two columns.")] = ","
    quote: Annotated[str, typer.Option(help="CSV: around a column, twice within it.")] = '"'
    header: Annotated[bool, typer.Option("--header/--no-header", help="CSV: the first line names the columns.")] = True
    length_field: Annotated[str | None, typer.Option(help="U, or V without RDWs: it holds the length.")] = None
    record_rules: Annotated[
        Path | None, typer.Option(help="The same: a YAML file with length_field, length or map.")
    ] = None
    copy_path: CopyPath = None
    decimal_comma: DecimalComma = False
    record: RecordName = None
    renames: Annotated[
        bool, typer.Option("--renames", help="Level 66 are fields too, behind the others; of records that are read.")
    ] = False
    trim: Annotated[Trim, typer.Option(help="Where texts lose their blanks.")] = Trim.RIGHT
    float_: Annotated[FloatFormat, typer.Option("--float", help="COMP-1 and COMP-2.")] = FloatFormat.IBM
    float_endian: Annotated[Endian, typer.Option(help="The order of their bytes.")] = Endian.BIG
    comp5_endian: Annotated[Endian, typer.Option(help="The order of the bytes of COMP-5.")] = Endian.BIG
    numbers: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONDITION=ACTION",
            help="blanks, low_values, high_values, no_sign, bad_sign or bad_digit in a number is null, zero, reject or "
            "raw (null, and its bytes told); overpunch=strict: signs C, D and F alone; repeatable.",
        ),
    ] = None
    odo_layout: Annotated[
        OdoLayout | None,
        typer.Option(
            help="What follows an OCCURS DEPENDING ON begins behind its last occurrence (packed: by default where "
            "records vary in length) or where it does at its most (maximum)."
        ),
    ] = None
    odo_counters: Annotated[
        Path | None, typer.Option(help="A YAML file: counter that is text → code → how many occurrences it counts.")
    ] = None
    trunc: Trunc = Truncation.STD
    binary_size: BinarySizes = BinarySize.IBM
    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ALT:FIELD=V1,V2", help="The REDEFINES alternative that a record holds by a field; repeatable."
        ),
    ] = None

    def layout(self) -> Layout:
        """Of the records."""
        book = read_copybook(self.copybook, self.copy_path, decimal_comma=self.decimal_comma)
        return book.layout(self.record, trunc=self.trunc, binary_size=self.binary_size, renames=self.renames)

    def framing(self, layout: Layout) -> Framing:
        """How the records of the file are told apart."""
        if self.length_field is not None and self.record_rules is not None:
            raise typer.BadParameter("give either --length-field or --record-rules")
        return framing_of(FramingKeys(**{key: getattr(self, key) for key in FramingKeys.model_fields}), layout)

    def decoder(self, layout: Layout) -> Decoder:
        """Of the records."""
        return Decoder(
            layout,
            codepage=self.codepage,
            framing=self.framing(layout),
            trim=self.trim,
            float_format=self.float_,
            float_endian=self.float_endian,
            comp5_endian=self.comp5_endian,
            numbers=numbers_of(self.numbers or ()),
            selections=[parse_selection(layout, text) for text in self.select or ()],
            odo_layout=self.odo_layout,
            odo_counters=self.counters(),
        )

    def encoder(self, layout: Layout, filler: Filler) -> Encoder:
        """Of the records; what is in the bytes of no column is the filler."""
        if self.renames:
            raise typer.BadParameter("--renames is for records that are read: a level 66 has no bytes of its own")
        return Encoder(
            layout,
            codepage=self.codepage,
            framing=self.framing(layout),
            float_format=self.float_,
            float_endian=self.float_endian,
            comp5_endian=self.comp5_endian,
            odo_layout=self.odo_layout,
            odo_counters=self.counters(),
            filler=filler,
        )

    def counters(self) -> dict[str, dict[str, int]]:
        """What counters that are text count."""
        return {} if self.odo_counters is None else read_odo_counters(self.odo_counters)


def with_record_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command each of the ``RecordOptions`` as an option, in place of its parameter ``records``."""
    hints = get_type_hints(RecordOptions, include_extras=True)
    keyword = inspect.Parameter.KEYWORD_ONLY
    options = [
        inspect.Parameter(f.name, keyword, annotation=hints[f.name], default=_keyword_default(f.default))
        for f in fields(RecordOptions)
    ]
    own = [
        parameter.replace(kind=keyword, annotation=hint)
        for parameter, hint in zip(
            inspect.signature(command).parameters.values(),
            get_type_hints(command, include_extras=True).values(),
            strict=False,
        )
    ]
    at = next(i for i, parameter in enumerate(own) if parameter.name == "records")

    @wraps(command)
    def run(**given: object) -> None:
        chosen = {option.name: given.pop(option.name) for option in options}
        command(records=RecordOptions(**chosen), **given)  # type: ignore[arg-type]  # typer has seen to their types

    parameters = [*own[:at], *options, *own[at + 1 :]]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _keyword_default(default: object) -> object:
    """Of a parameter: that of a dataclass's field."""
    return inspect.Parameter.empty if default is MISSING else default


def parse_selection(layout: Layout, text: str) -> Selection:
    """A rule as the command line has it, ``ALTERNATIVE:FIELD=VALUE,VALUE``.

    Raises:
        LayoutError: it is none, or names what is not there.
    """
    alternative, colon, test = text.partition(":")
    name, equals, values = test.partition("=")
    if not (colon and equals):
        raise LayoutError(f"--select {text}: write ALTERNATIVE:FIELD=VALUE,VALUE")
    return Selection(find_member(layout, alternative).path, OneOf(name, frozenset(values.split(","))))
