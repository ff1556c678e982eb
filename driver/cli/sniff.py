"""``sniff``: the record format and the code page of an unknown file, as options to read it with."""

from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.table import Table

from mfdecode import Decoder, Layout
from mfdecode.framing import Compression, Framing, RawBatch
from mfdecode.sniffing import Proposal, Sample, propose, take_sample
from mfdecode.sniffing.sample import MOST

from .console import output
from .copybook_options import CopyPath, DecimalComma, RecordName, read_copybook

_SHOWN, _BYTES = 3, 48
"""Records that are shown, and how many bytes of each where there is no copybook."""
_RUNNERS_UP = 4
_GOOD, _LEAD = 0.75, 0.02
"""The score, and the lead over the next as a share of it, from which on a proposal is a sure one."""
_OF_NO_USE = {"length_rule", "compression", "codepage", "delimited"}
Options = dict[str, str | int | bool]


def sniff(
    file: Annotated[Path, typer.Argument(help="The unknown file.")],
    copybook: Annotated[Path | None, typer.Option(help="The copybook of its records, if it is known.")] = None,
    copy_path: CopyPath = None,
    decimal_comma: DecimalComma = False,
    record: RecordName = None,
    sample_mb: Annotated[float, typer.Option(min=0.001, help="MiB of the file that are looked at.")] = MOST / 2**20,
) -> None:
    """Propose the record format and the code page of a file, with the options that read it."""
    layout = (
        None if copybook is None else read_copybook(copybook, copy_path, decimal_comma=decimal_comma).layout(record)
    )
    sample = take_sample(file, int(sample_mb * 2**20))
    proposals = propose(sample, layout)
    typer.echo(_about(sample))
    if not proposals:
        typer.echo("no record format fits: is the file whole, and was it transferred in binary?")
        return
    output().print(_ranking(proposals[: 1 + _RUNNERS_UP]))
    best = proposals[0]
    typer.echo(_certainty(proposals, has_layout=layout is not None))
    options = options_of(best.framed.framing, best.codepage, None if layout is None else layout.length)
    typer.echo(f"\npython -m driver decode {file} --copybook {copybook or 'COPYBOOK'} {flags(options)}".rstrip())
    block = {"input": {"path": str(file), "copybook": str(copybook or "COPYBOOK")} | options}
    typer.echo(f"\n{yaml.safe_dump(block, sort_keys=False)}")
    output().print(_first_records(best, layout))


def options_of(framing: Framing, codepage: str, length: int | None) -> Options:
    """The keys of ``input`` that read a file; those that have their defaults are left out.

    Args:
        framing: of the file.
        codepage: of its texts.
        length: of the copybook's record, if it is known, which a record length need not repeat.
    """
    usual = Framing(framing.record_format, 0)
    options: Options = {"codepage": codepage, "record_format": framing.record_format.value}
    for field in fields(framing):
        value = getattr(framing, field.name)
        if field.name in _OF_NO_USE | {"record_format"} or value == getattr(usual, field.name):
            continue
        if field.name == "record_length" and (not framing.record_format.is_fixed or value == length):
            continue
        options[field.name] = value if isinstance(value, int | bool) else str(value)
    return options


def flags(options: Options) -> str:
    """The same as options of ``decode``."""
    words = []
    for key, value in options.items():
        if isinstance(value, bool):
            words.append(f"--{key.removesuffix('_inclusive')}-{'inclusive' if value else 'exclusive'}")
        else:
            words.append(f"--{key.replace('_', '-')} {value}")
    return " ".join(words)


def _about(sample: Sample) -> str:
    packed = "" if sample.compression is Compression.NONE else f", compressed ({sample.compression})"
    size = "more" if sample.size is None else f"{sample.size:,}"
    looked = "" if sample.whole else f"; the first {len(sample.data):,} of {size} bytes were looked at"
    return f"{sample.path}: {sample.path.stat().st_size:,} bytes{packed}{looked}"


def _certainty(proposals: list[Proposal], *, has_layout: bool) -> str:
    best = proposals[0]
    lead = 1 - proposals[1].score / best.score if len(proposals) > 1 and best.score else 1.0
    alike = f" {', '.join(best.alike)} read these texts in the same way." if best.alike else ""
    if best.score >= _GOOD and lead >= _LEAD:
        return f"The first is likely.{alike}"
    more = "" if has_layout else ", and a copybook tells more"
    return f"Not sure: the evidence is weak, or that for the next is as good; look at the records below{more}.{alike}"


def _ranking(proposals: list[Proposal]) -> Table:
    table = Table("", "record format", "code page", "records", "framed", "score", "evidence", box=None, pad_edge=False)
    for number, proposal in enumerate(proposals, 1):
        framed = proposal.framed
        options = options_of(framed.framing, proposal.codepage, None)
        described = " ".join(f"{key} {value}" for key, value in options.items() if key != "codepage")
        table.add_row(
            str(number),
            described.removeprefix("record_format "),
            proposal.codepage,
            f"{framed.records:,}",
            f"{framed.share:.1%}",
            f"{proposal.score:.2f}",
            proposal.evidence,
        )
    return table


def _first_records(best: Proposal, layout: Layout | None) -> Table:
    table = Table("record", "offset", "field", "bytes", "value", box=None, pad_edge=False)
    count = min(_SHOWN, best.framed.records)
    starts, lengths = best.framed.starts[:count], best.framed.lengths[:count]
    data = best.framed.data
    raw = RawBatch(0, 0, 0, 0, len(data), count, data, starts, lengths, 0, data)
    if layout is None:
        for i in range(count):
            content = raw.record(i)[:_BYTES]
            text = "".join(c if c.isprintable() else "." for c in content.decode(best.codepage, "replace"))
            table.add_row(str(i), str(raw.offset(i)), "", content.hex().upper(), text.replace("[", r"\["))
        return table
    batch = Decoder(layout, codepage=best.codepage).decode_frames(raw)
    rows = batch.to_arrow().to_pylist()
    for i in range(count):
        for cell in layout.cells:
            content = raw.record(i)[cell.offset : cell.offset + cell.field.length]
            value = rows[i][cell.column]
            shown = "" if value is None else str(value).replace("[", r"\[")
            table.add_row(str(i), str(raw.offset(i) + cell.offset), cell.column, content.hex().upper(), shown)
    return table
