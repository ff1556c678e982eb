"""Random records with tables of variable size: several, nested, with fields behind them, and counters of any usage."""

from hypothesis import strategies as st
from strategies import cell_bytes, elementary

from mfdecode import Copybook, Layout
from mfdecode.layout import Encoding, Group
from mfdecode.options import DecodeOptions

COUNTERS = [
    "PIC 9", "PIC S9(3)", "PIC 9(2) COMP", "PIC S9(4) COMP-5", "PIC 9(3) COMP-3", "PIC 9(2) COMP-6", "PIC X COMP-X",
    "PIC Z9", "PIC 9(20)", "PIC X(2)",
]  # fmt: skip
CODES = {"A": 0, "B": 1, "CC": 2, "": 3}


@st.composite
def variable_layouts(draw) -> tuple[Layout, dict[str, dict[str, int]]]:
    """A record, and what its counters that are text count."""
    lines, texts = ["01 REC."], []

    def counter(level: int, name: str) -> None:
        clauses = draw(st.sampled_from(COUNTERS))
        if clauses == "PIC X(2)":
            texts.append(name)
        lines.append(f"{level:02} {name} {clauses}.")

    def field(level: int, name: str, occurs: str = "") -> None:
        sync = " SYNC" if draw(st.integers(0, 9)) == 0 else ""
        lines.append(f"{level:02} {name} {draw(elementary())} {occurs}{sync}.")

    def table(level: int, name: str) -> None:
        counted = name + "-N"
        if draw(st.booleans()) or level > 15:
            counter(level, counted)
        else:
            counted = "N"
        least, most = draw(st.integers(0, 1)), draw(st.integers(1, 3))
        occurs = f"OCCURS {least} TO {most} DEPENDING ON {counted}"
        kind = draw(st.sampled_from(["field", "group", "nested", "fixed"])) if level < 20 else "field"
        if kind == "field":
            field(level, name, occurs)
            return
        lines.append(f"{level:02} {name} {'OCCURS 2' if kind == 'fixed' else occurs}.")
        field(level + 5, name + "-F")
        if kind != "group":
            table(level + 5, name + "-T")
        if draw(st.booleans()):
            field(level + 5, name + "-G")

    counter(5, "N")
    for i in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            field(5, f"B-{i}")
        table(5, f"T-{i}")
    if draw(st.booleans()):
        lines += ["05 R-1 PIC X(4).", f"05 R-2 REDEFINES R-1 {draw(elementary())}."]
    lines.append("05 LAST-ONE PIC X.")
    layout = Copybook.from_text("\n".join(lines)).layout()
    counters = {d.depending_on for f in layout.fields for d in f.dimensions}
    return layout, {name: CODES for name in texts if layout.field(name).path in counters}


@st.composite
def packed_records(draw, layout: Layout, options: DecodeOptions, codes: dict[str, dict[str, int]]) -> bytes:
    """A record as a program writes it, most often: counters, as many occurrences, and what is behind them."""
    content = bytearray()

    def members(found, index) -> None:
        for member in found:
            count = 1
            if member.own is not None:
                count = member.own.count
                if member.own.depending_on is not None:
                    count = min(count, counts.get(member.own.depending_on, 0))
            for i in range(count):
                if isinstance(member, Group):
                    members(member.children, (*index, i))
                elif not member.alternatives or member.name == "R-1":
                    content.extend(value(member))

    def value(field) -> bytes:
        if field.path not in counters or draw(st.integers(0, 19)) == 0:
            return draw(cell_bytes(field, options))
        counts[field.path] = n = draw(st.integers(0, 3))
        return _counter(field, n, options)

    counters = {d.depending_on for f in layout.fields for d in f.dimensions if d.depending_on}
    counts: dict[tuple[str, ...], int] = {}
    members(layout.members, ())
    end = draw(st.just(len(content)) | st.integers(0, len(content)))
    return bytes(content[:end]) + draw(st.sampled_from([b"", b"", b"\x40" * 5]))


def _counter(field, n: int, options: DecodeOptions) -> bytes:
    options = options.of(field)
    size = field.length
    match field.encoding:
        case Encoding.TEXT:
            return next(text for text, count in CODES.items() if count == n).ljust(size).encode(options.codepage)
        case Encoding.PACKED:
            return bytes.fromhex(f"{n:0{2 * size - 1}}C" if field.signed else f"{n:0{2 * size - 1}}F")
        case Encoding.UNSIGNED_PACKED:
            return bytes.fromhex(f"{n:0{2 * size}}")
        case Encoding.BINARY:
            little = field.usage == "COMP-5" and options.comp5_endian == "little"
            return n.to_bytes(size, "little" if little else "big")
        case Encoding.EDITED:
            return str(n).rjust(size).encode(options.codepage)
        case _:
            return str(n).rjust(size, "0").encode(options.codepage)
