"""Offsets and values are those of a COBOL compiler, in whose programs the records were laid out and written.

GnuCOBOL's texts are in ASCII, its COMP-5 and floats in the order of this machine's bytes, and its floats IEEE's. The
options say so. It signs a zoned number below zero by p to y in the place of its last digit.
"""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from cells import cells_of
from cobol.judge import SOURCES, Compiler

from mfdecode import Copybook, Decoder
from mfdecode.columns import ColumnKind
from mfdecode.conditions import OneOf
from mfdecode.copybook.model import Condition
from mfdecode.layout import BinarySize, Cell, Encoding, Layout, Truncation
from mfdecode.options import Selection
from mfdecode.status import Status

EXCLUSIVE = {"record_format": "V", "rdw_inclusive": False}


@dataclass(frozen=True)
class Subject:
    """A program and how mfdecode is to read what it writes.

    Attributes:
        program: of programs/.
        flags: of the compiler.
        copybook: of copybooks/, if not the program's namesake.
        trunc, binary_size: of the layout.
        options: of the decoder.
        decimals: that the program shows of its numbers, if not as many as they have.
    """

    program: str
    flags: tuple[str, ...] = ()
    copybook: str = ""
    trunc: Truncation = Truncation.STD
    binary_size: BinarySize = BinarySize.IBM
    options: dict[str, object] = field(default_factory=dict)
    decimals: int | None = None

    def __str__(self) -> str:
        return "".join([self.program, *self.flags])

    def layout(self) -> Layout:
        book = Copybook.from_file(SOURCES / "copybooks" / f"{self.copybook or self.program}.cpy")
        return book.layout(trunc=self.trunc, binary_size=self.binary_size)


SUBJECTS = [
    Subject("display"),
    Subject("display", ("-fsign=EBCDIC",)),
    Subject("ebcdic", ("-fsign=EBCDIC",), "display", options={"codepage": "cp037"}),
    Subject("packed"),
    *(Subject("binary", (f"-fbinary-size={size}",), binary_size=size) for size in BinarySize),
    Subject("truncation", ("-fno-binary-truncate",), trunc=Truncation.BIN),
    # COMP-5 of one or two digits is one byte with this compiler, whatever binary-size says.
    Subject("native", binary_size=BinarySize.ONE_TWO_FOUR_EIGHT, options={"comp5_endian": "little"}),
    Subject("comp6"),
    Subject("compx"),
    Subject("floats", options={"float_format": "ieee", "float_endian": "little"}),
    Subject("digits"),
    Subject("scaling", decimals=8),
    Subject("edited", decimals=6),
    Subject("blank", decimals=6),
    Subject("justified"),
    Subject("national"),
    Subject("sync"),
    Subject("occurs"),
    Subject(
        "redefines",
        options={
            "selections": [
                Selection(("PERSON",), OneOf("KIND", frozenset("P"))),
                Selection(("COMPANY",), OneOf("KIND", frozenset("C"))),
            ]
        },
    ),
    Subject("renames"),
    Subject("conditions"),
    Subject("odo", options=EXCLUSIVE),
    Subject("slide", ("-fodoslide",), options=EXCLUSIVE | {"odo_layout": "packed"}),
    Subject("maximum", ("-fcomplex-odo",), "slide", options=EXCLUSIVE | {"odo_layout": "maximum"}),
]
of_each_subject = pytest.mark.parametrize("subject", SUBJECTS, ids=str)


def cobol_name(cell: Cell) -> str:
    """As the programs name it: with the numbers of its occurrence, from 1."""
    index = ",".join(str(i + 1) for i in cell.index)
    return f"{cell.field.name}({index})" if index else cell.field.name


def value_shown(text: str, cell: Cell, decimals: int | None) -> str | Decimal:
    """What DISPLAY has shown. It leaves the decimal point out, and puts the sign first or last."""
    if cell.field.encoding.unit:
        return text.rstrip()
    if cell.field.encoding is Encoding.FLOAT:
        return Decimal(text)
    number = Decimal(text.strip("+-")).scaleb(-(cell.field.scale if decimals is None else decimals))
    return -number if "-" in text else number


@of_each_subject
def test_places_are_the_compiler_s(compiler: Compiler, subject: Subject) -> None:
    layout = subject.layout()
    found = {cobol_name(cell): (cell.offset, cell.field.length) for cell in layout.cells}
    found |= {entry.name: (entry.offset, entry.length) for entry in layout.ranges}
    assert found == compiler.judgement(subject.program, *subject.flags).places


@of_each_subject
def test_values_are_the_compiler_s(compiler: Compiler, subject: Subject, tmp_path) -> None:
    layout = subject.layout()
    judgement = compiler.judgement(subject.program, *subject.flags)
    (tmp_path / "records.dat").write_bytes(judgement.data)
    decoder = Decoder(layout, **{"codepage": "ascii"} | subject.options)
    (batch,) = decoder.open(tmp_path / "records.dat")
    found = [
        {
            cobol_name(cell): Decimal(value).scaleb(-cell.field.scale) if kind is not ColumnKind.TEXT else value
            for cell, kind, (value, status) in zip(layout.cells, [t.kind for t in decoder.types], row, strict=True)
            if status is Status.OK and cell.field.encoding is not Encoding.NATIONAL
        }
        for row in cells_of(batch)
    ]
    cells = {cobol_name(cell): cell for cell in layout.cells}
    shown = [
        {name: value_shown(text, cells[name], subject.decimals) for name, text in record.items()}
        for record in judgement.records
    ]
    assert found == shown


def holds(value: str | Decimal, condition: Condition) -> bool:
    """Whether a value is one of a level 88."""
    bounds = [entry if isinstance(entry, tuple) else (entry, entry) for entry in condition.values]
    if isinstance(value, str):
        return any(first.strip('"') <= value <= last.strip('"') for first, last in bounds)
    return any(Decimal(first) <= value <= Decimal(last) for first, last in bounds)


def test_conditions_are_the_compiler_s(compiler: Compiler) -> None:
    layout = Subject("conditions").layout()
    judgement = compiler.judgement("conditions")
    found = [
        {
            condition.name
            for cell in layout.cells
            for condition in cell.field.conditions
            if holds(value_shown(record[cobol_name(cell)], cell, None), condition)
        }
        for record in judgement.records
    ]
    assert found == judgement.conditions
