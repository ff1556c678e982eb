"""Random copybooks, as text, and random records for them: valid, blank, low-values, mutated, and anything."""

import struct

from hypothesis import strategies as st

from mfdecode import Copybook, Layout, Selection
from mfdecode.codepages import codepage
from mfdecode.layout import BinarySize, Encoding, Field, Truncation
from mfdecode.options import DecodeOptions, FloatFormat, Trim

CODEPAGES = ["cp037", "cp500", "cp1047", "cp273", "cp1140", "cp424", "ascii", "latin-1", "cp1252", "utf-8"]
EDITED = [
    "ZZZ9", "Z(5)9.99", "ZZ,ZZ9.99-", "+9(4)", "9(4)-", "-(5)9.99", "+(4)", "$$,$$9.99", "$ZZ9", "***9.99", "9(3).99CR",
    "Z(4)DB", "99/99/9999", "9(3)B9(3)", "S9(3).99", "Z(6)VZZ-", "0099", "+Z(3)9V99", "--,--9.99", "++,+++,999",
    "-B-(3)0", "*,***.**-", "$**9CR", "*(5)DB", "--,---.--", "ZZ/ZZ", "9(20)-", "Z(21)9.99", "BZ9/", "0ZZ9",
]  # fmt: skip


def decode_options() -> st.SearchStrategy[DecodeOptions]:
    return st.builds(
        DecodeOptions,
        codepage=st.sampled_from(CODEPAGES).map(lambda name: codepage(name).name),
        trim=st.sampled_from(Trim),
        float_format=st.sampled_from(FloatFormat),
        strict_signs=st.booleans(),
    )


@st.composite
def pictures(draw, most: int = 38) -> str:
    """A PICTURE of 9, S, V and P."""
    sign = draw(st.sampled_from(["", "S"]))
    form = draw(st.sampled_from(["integer", "decimal", "small", "large"]))
    scaling = draw(st.integers(1, 3)) if form in {"small", "large"} else 0
    digits = draw(st.integers(1, most - scaling) | st.integers(1, 9))
    decimals = draw(st.integers(0, digits))
    if form == "small":
        return f"{sign}{'P' * scaling}9({digits})"
    if form == "large":
        return f"{sign}9({digits}){'P' * scaling}"
    if form == "integer" or decimals == 0:
        return f"{sign}9({digits})"
    return f"{sign}9({digits - decimals})V9({decimals})" if decimals < digits else f"{sign}V9({digits})"


@st.composite
def elementary(draw) -> str:
    """The clauses of an elementary item."""
    kind = draw(st.sampled_from(["text", "zoned", "zoned", "packed", "packed", "comp", "comp-5", "float", "edited"]))
    match kind:
        case "text":
            length = draw(st.integers(1, 20) | st.integers(1, 200))
            return f"PIC X({length}){draw(st.sampled_from(['', ' JUST RIGHT']))}"
        case "float":
            return draw(st.sampled_from(["COMP-1", "USAGE IS COMP-2"]))
        case "edited":
            return f"PIC {draw(st.sampled_from(EDITED))}"
        case "packed":
            return f"PIC {draw(pictures())} {draw(st.sampled_from(['COMP-3', 'PACKED-DECIMAL']))}"
        case "comp":
            return f"PIC {draw(pictures())} {draw(st.sampled_from(['COMP', 'BINARY', 'USAGE COMP-4']))}"
        case "comp-5":
            return f"PIC {draw(pictures(most=18))} COMP-5"
    sign = draw(st.sampled_from(["", "SIGN LEADING", "SIGN TRAILING SEPARATE", "LEADING SEPARATE CHARACTER"]))
    blank = draw(st.sampled_from(["", "", "BLANK WHEN ZERO"]))
    return f"PIC {draw(pictures())} {sign} {blank}"


class _Names:
    """F-1, F-2, …, so that every item can be named by another."""

    def __init__(self) -> None:
        self.count = 0

    def next(self) -> str:
        self.count += 1
        return f"F-{self.count}"


@st.composite
def items(draw, level: int, names: _Names, counters: tuple[str, ...]) -> list[str]:
    """One item with all that is below it, as lines; may be followed by those that redefine it."""
    kind = draw(st.sampled_from(["field"] * 5 + ["group", "filler", "redefined"])) if level < 20 else "field"
    occurs = draw(st.sampled_from(["", "", "", "OCCURS 2 TIMES", "OCCURS 3"])) if kind != "redefined" else ""
    if counters and kind in {"field", "group"} and draw(st.integers(0, 3)) == 0:
        occurs = f"OCCURS {draw(st.integers(0, 1))} TO 3 TIMES DEPENDING ON {draw(st.sampled_from(counters))}"
    name = names.next()
    match kind:
        case "filler":
            return [f"{level:02} FILLER PIC X({draw(st.integers(1, 4))})."]
        case "group":
            below = draw(st.lists(items(level + 5, names, counters), min_size=1, max_size=3))
            filler = not occurs and draw(st.booleans())
            return [f"{level:02} {'FILLER' if filler else name} {occurs}.", *(line for item in below for line in item)]
        case "redefined":
            alternatives = [f"{level:02} {name} {draw(elementary())}."]
            others = range(draw(st.integers(1, 2)))
            return alternatives + [f"{level:02} {names.next()} REDEFINES {name} {draw(elementary())}." for _ in others]
    return [f"{level:02} {name} {draw(elementary())} {occurs}."]


@st.composite
def layouts(draw, alternatives: bool = False) -> Layout:
    """A record; with ``alternatives`` one that begins with a one-character type and has a REDEFINES."""
    names = _Names()
    lines = ["01 REC."]
    counters: tuple[str, ...] = ()
    if alternatives:
        lines += ["05 REC-TYPE PIC X.", "05 REC-NUMBER PIC 9."]
    if draw(st.booleans()):
        counters = (names.next(),)
        usage = draw(st.sampled_from(["", "COMP", "COMP-3"]))
        lines.append(f"05 {counters[0]} PIC 9 {usage}.")
    for item in draw(st.lists(items(5, names, counters), min_size=1, max_size=6)):
        lines += item
    if alternatives:
        lines += ["05 ALT-1 PIC X(8).", "05 ALT-2 REDEFINES ALT-1.", f"10 A-2 {draw(elementary())}."]
        lines += ["05 ALT-3 REDEFINES ALT-1.", f"10 A-3 {draw(elementary())}.", f"10 B-3 {draw(elementary())}."]
    lines.append("05 LAST-ONE PIC X.")  # so that a record has at least one cell
    book = Copybook.from_text("\n".join(lines))
    return book.layout(trunc=draw(st.sampled_from(Truncation)), binary_size=draw(st.sampled_from(BinarySize)))


@st.composite
def selections(draw, layout: Layout) -> list[Selection]:
    """Rules for some of the alternatives that ``layouts(alternatives=True)`` has."""
    chosen = draw(st.lists(st.sampled_from(["ALT_1", "ALT_2", "ALT_3"]), unique=True))
    field = draw(st.sampled_from(["REC_TYPE", "REC_NUMBER"]))
    values = st.frozensets(st.sampled_from("123"), min_size=1)
    return [Selection((name,), (field,), draw(values)) for name in chosen]


@st.composite
def records(draw, layout: Layout, options: DecodeOptions) -> bytes:
    """A whole record, cell by cell."""
    record = bytearray(draw(st.binary(min_size=layout.length, max_size=layout.length)))
    for cell in layout.cells:
        if draw(st.integers(0, 9)):
            record[cell.offset : cell.offset + cell.field.length] = draw(cell_bytes(cell.field, options))
    return bytes(record)


@st.composite
def orders(draw, records: int, most: int) -> list[int]:
    """Runs of one record and another, up to so many in all."""
    runs = draw(st.lists(st.tuples(st.integers(0, records - 1), st.integers(1, 50)), min_size=1, max_size=4))
    return [record for record, length in runs for _ in range(length)][:most]


@st.composite
def cell_bytes(draw, field: Field, options: DecodeOptions) -> bytes:
    page = codepage(options.codepage)
    content = bytearray(draw(plausible(field, page.zone, page.blank, page.plus, page.minus)))
    match draw(st.sampled_from(["plausible"] * 6 + ["blank", "low", "high", "mutated", "mutated"])):
        case "blank":
            return bytes([page.blank]) * field.length
        case "low":
            return bytes(field.length)
        case "high":
            return b"\xff" * field.length
        case "mutated":
            content[draw(st.integers(0, field.length - 1))] = draw(st.integers(0, 255))
    return bytes(content)


@st.composite
def plausible(draw, field: Field, zone: int, blank: int, plus: int, minus: int) -> bytes:
    """Bytes that a program could have written."""
    digit = st.integers(0, 9).map(lambda d: zone | d)
    n = field.length
    match field.encoding:
        case Encoding.TEXT:
            padding = draw(st.integers(0, n))
            text = draw(st.binary(min_size=n - padding, max_size=n - padding) | _ascii_text(n - padding))
            return text + bytes([blank]) * padding if draw(st.booleans()) else bytes([blank]) * padding + text
        case Encoding.PACKED:
            digits = "".join(map(str, draw(st.lists(st.integers(0, 9), min_size=2 * n - 1, max_size=2 * n - 1))))
            digits = "0" + digits[1:] if field.digits % 2 == 0 else digits
            return bytes.fromhex(digits + draw(st.sampled_from("ABCDEF")))
        case Encoding.ZONED:
            content = draw(st.lists(digit, min_size=n, max_size=n))
            at = 0 if field.sign_leading else n - 1
            if field.sign_separate:
                content[at] = draw(st.sampled_from([plus, minus]))
            else:
                signs = [z | d for z in (0xC0, 0xD0, 0xA0) for d in range(10)] if zone == 0xF0 else [*b"{ABCIJKR}pqy"]
                content[at] = draw(st.sampled_from([content[at], *signs]))
            return bytes(content)
        case Encoding.BINARY:
            limit = 10**field.digits
            value = draw(st.integers(0, limit - 1) | st.sampled_from([0, 1, limit - 1, limit])) % (
                1 << (8 * n - field.signed)
            )
            return (-value if field.signed and draw(st.booleans()) else value).to_bytes(n, "big", signed=field.signed)
        case Encoding.FLOAT:
            return draw(st.binary(min_size=n, max_size=n))
    return bytes(
        draw(_edited_byte(symbol, digit, blank, plus, minus)) for symbol in field.template if symbol not in "SV"
    )


def _ascii_text(size: int) -> st.SearchStrategy[bytes]:
    return st.text("abc é€ ", min_size=size, max_size=size).map(lambda text: text.encode()[:size].ljust(size))


def _edited_byte(symbol: str, digit, blank: int, plus: int, minus: int) -> st.SearchStrategy[int]:
    ebcdic = blank == 0x40
    match symbol:
        case "9":
            return digit
        case "Z" | "*":
            return digit | st.sampled_from([blank, 0x5C if ebcdic else ord("*")])
        case "$":
            return digit | st.sampled_from([blank, 0x5B if ebcdic else ord("$")])
        case "+" | "-":
            return st.sampled_from([plus, minus, blank]) | digit
        case "0":
            return st.just(0xF0 if ebcdic else 0x30)
    inserted = st.just(symbol.encode("cp037" if ebcdic else "ascii")[0])
    return inserted | inserted | st.sampled_from([blank, minus, 0x5C if ebcdic else ord("*")])


@st.composite
def canonical_records(draw, layout: Layout, options: DecodeOptions) -> bytes:
    """A record as a COBOL program leaves it: every cell has a value in its preferred form; all else is blank."""
    page = codepage(options.codepage)
    record = bytearray([page.blank]) * layout.length
    for cell in layout.cells:
        record[cell.offset : cell.offset + cell.field.length] = draw(canonical(cell.field, options))
    return bytes(record)


@st.composite
def canonical(draw, field: Field, options: DecodeOptions) -> bytes:
    """The bytes of a value in its preferred form; of no edited number."""
    page = codepage(options.codepage)
    n, ebcdic = field.length, page.blank == 0x40
    if field.encoding is Encoding.TEXT:
        text = draw(st.text("AZaz09 -", max_size=n)).rstrip(" ").encode(page.name)
        return text.rjust(n, bytes([page.blank])) if field.justified else text.ljust(n, bytes([page.blank]))
    if field.encoding is Encoding.FLOAT:
        if options.float_format is FloatFormat.IEEE:
            number = draw(st.floats(allow_nan=False, allow_infinity=False, width=8 * n))
            return struct.pack(">f" if n == 4 else ">d", number)
        kept = min(n - 2, 5)  # more than the 53 bits of a double are not decoded
        fraction = bytes([draw(st.integers(0x10, 0xFF))]) + draw(st.binary(min_size=kept, max_size=kept))
        fraction = fraction.ljust(n - 1, b"\0")
        return bytes([draw(st.integers(0, 255))]) + fraction
    if field.encoding is Encoding.BINARY and field.full_range and n <= 8:
        return draw(st.binary(min_size=n, max_size=n))
    magnitude = draw(st.integers(0, 10**field.digits - 1) | st.sampled_from([0, 1, 10**field.digits - 1]))
    minus = field.signed and magnitude > 0 and draw(st.booleans())
    digits = str(magnitude).zfill(field.digits)
    match field.encoding:
        case Encoding.BINARY:
            number = (-magnitude if minus else magnitude) % (1 << (8 * n))
            return number.to_bytes(n, "big")
        case Encoding.PACKED:
            return bytes.fromhex(digits.zfill(2 * n - 1) + ("D" if minus else "C" if field.signed else "F"))
    if field.blank_is_zero and not magnitude:
        return bytes([page.blank]) * n
    if field.sign_separate:
        sign = "-" if minus else "+"
        return (sign + digits if field.sign_leading else digits + sign).encode(page.name)
    content = bytearray(digits.encode(page.name))
    if field.signed:
        at, letters = (0 if field.sign_leading else n - 1), "}JKLMNOPQR" if minus else "{ABCDEFGHI"
        content[at] = letters[int(digits[at])].encode("cp037" if ebcdic else "ascii")[0]
    return bytes(content)
