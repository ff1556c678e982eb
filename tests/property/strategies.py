"""Random copybooks, as text, and random records for them: valid, blank, low-values, mutated, and anything."""

import struct
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from mfdecode import AllOf, AnyOf, Copybook, InRange, Layout, Not, OneOf, Present, Selection
from mfdecode.codepages import codepage
from mfdecode.copybook.model import Usage
from mfdecode.double_byte import PAGES, UNDEFINED, double_byte
from mfdecode.framing import Endian
from mfdecode.layout import BinarySize, Encoding, Field, Truncation
from mfdecode.options import Action, DecodeOptions, FieldOptions, FloatFormat, NumbersPolicy, Overpunch, Trim

CODEPAGES = ["cp037", "cp500", "cp1047", "cp273", "cp1140", "cp424", "ascii", "latin-1", "cp1252", "utf-8", *PAGES]
EDITED = [
    "ZZZ9", "Z(5)9.99", "ZZ,ZZ9.99-", "+9(4)", "9(4)-", "-(5)9.99", "+(4)", "$$,$$9.99", "$ZZ9", "***9.99", "9(3).99CR",
    "Z(4)DB", "99/99/9999", "9(3)B9(3)", "S9(3).99", "Z(6)VZZ-", "0099", "+Z(3)9V99", "--,--9.99", "++,+++,999",
    "-B-(3)0", "*,***.**-", "$**9CR", "*(5)DB", "--,---.--", "ZZ/ZZ", "9(20)-", "Z(21)9.99", "BZ9/", "0ZZ9", "Z(37)9",
    "-(18)9.9(20)", "9(38)", "$Z(3)9", "-(4)9", "$(10)", "+$Z(8)9", "Z(3)PP", "PP99-", "-(4)P(3)",
]  # fmt: skip


def decode_options() -> st.SearchStrategy[DecodeOptions]:
    return st.builds(
        DecodeOptions,
        codepage=st.sampled_from(CODEPAGES).map(lambda name: codepage(name).name),
        trim=st.sampled_from(Trim),
        float_format=st.sampled_from(FloatFormat),
        float_endian=st.sampled_from(Endian),
        comp5_endian=st.sampled_from(Endian),
        numbers=st.just(NumbersPolicy()) | numbers_policies(),
    )


def numbers_policies() -> st.SearchStrategy[NumbersPolicy]:
    action = st.sampled_from(Action)
    return st.builds(
        NumbersPolicy, action, action, action, st.none() | action, action, action, st.sampled_from(Overpunch)
    )


@st.composite
def with_fields(draw, layout: Layout, options: DecodeOptions) -> DecodeOptions:
    """The options with some of their own for some fields, and such a code page that every field can be decoded."""
    own = {}
    for field in layout.fields:
        if field.encoding is Encoding.GRAPHIC and options.codepage not in PAGES:
            own[field.path] = FieldOptions(codepage=draw(st.sampled_from(PAGES)), trim=draw(st.sampled_from(Trim)))
        elif draw(st.integers(0, 4)) == 0:
            own[field.path] = draw(_options_of(field))
    return replace(options, fields=own)


def _options_of(field: Field) -> st.SearchStrategy[FieldOptions]:
    none = st.none()
    number = not field.encoding.unit and field.encoding is not Encoding.FLOAT
    floats, text = field.encoding is Encoding.FLOAT, field.encoding.unit > 0
    pages = CODEPAGES if field.encoding in {Encoding.TEXT, Encoding.ZONED, Encoding.EDITED} else [None]
    return st.builds(
        FieldOptions,
        codepage=none | st.sampled_from(pages).map(lambda name: name and codepage(name).name),
        trim=none | st.sampled_from(Trim) if text else none,
        float_format=none | st.sampled_from(FloatFormat) if floats else none,
        float_endian=none | st.sampled_from(Endian) if floats else none,
        comp5_endian=none | st.sampled_from(Endian) if field.usage is Usage.NATIVE else none,
        numbers=none | numbers_policies() if number else none,
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
    kinds = ["text", "zoned", "zoned", "packed", "packed", "comp", "comp-5", "comp-6", "comp-x", "float", "edited"]
    match draw(st.sampled_from([*kinds, "two-byte"])):
        case "two-byte":
            usage = draw(st.sampled_from(["N({})", "N({}) DISPLAY-1", "G({})", "G({}) USAGE DISPLAY-1"]))
            return f"PIC {usage.format(draw(st.integers(1, 12)))}"
        case "comp-6":
            return f"PIC {draw(pictures()).removeprefix('S')} COMP-6"
        case "comp-x":
            picture = draw(pictures() | st.integers(1, 16).map(lambda n: f"X({n})"))
            return f"PIC {picture} {draw(st.sampled_from(['COMP-X', 'COMPUTATIONAL-X']))}"
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
            return f"PIC {draw(pictures())} COMP-5"
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


def conditions(layout: Layout, without: tuple[str, ...] = ()) -> st.SearchStrategy:
    """Conditions over the fields of a layout that are not part of the alternative ``without``."""
    fields = [f for f in layout.fields if not f.dimensions and without not in f.alternatives]
    names = {kind: [".".join(f.path) for f in found] for kind, found in _by_kind(fields).items()}
    digits = st.sampled_from(["1", "2", "3"])
    numbers = st.decimals(-10, 10, places=2) | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    texts = digits | st.sampled_from(["", "a", "1 ", "é"])
    leaves = [
        st.builds(OneOf, st.sampled_from(["REC_TYPE", "REC_NUMBER"]), st.frozensets(digits, min_size=1)),
        st.builds(Present, st.sampled_from(names["number"] + names["float"] + names["text"])),
    ]
    if names["text"]:
        leaves.append(st.builds(OneOf, st.sampled_from(names["text"]), st.frozensets(texts)))
    if names["number"]:
        field = st.sampled_from(names["number"])
        leaves.append(st.builds(OneOf, field, st.frozensets(numbers.map(str), max_size=3)))
        bounds = st.tuples(st.none() | numbers, st.none() | numbers).map(_ordered)
        leaves.append(st.builds(lambda name, pair: InRange(name, *pair), field, bounds))
    return st.recursive(
        st.one_of(*leaves),
        lambda inner: (
            st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
            | st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
            | st.builds(Not, inner)
        ),
        max_leaves=4,
    )


def _by_kind(fields: list[Field]) -> dict[str, list[Field]]:
    kinds: dict[str, list[Field]] = {"text": [], "number": [], "float": []}
    for field in fields:
        number = "float" if field.picture is None else "number"
        kinds["text" if field.encoding.unit else number].append(field)
    return kinds


def _ordered(bounds: tuple[Decimal | None, Decimal | None]) -> tuple[Decimal | None, Decimal | None]:
    low, high = bounds
    return (high, low) if low is not None and high is not None and low > high else bounds


@st.composite
def selections(draw, layout: Layout) -> list[Selection]:
    """Rules for some of the alternatives that ``layouts(alternatives=True)`` has."""
    chosen = draw(st.lists(st.sampled_from(["ALT_1", "ALT_2", "ALT_3"]), unique=True))
    return [Selection((name,), draw(conditions(layout, (name,)))) for name in chosen]


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
    options = options.of(field)
    page = codepage(options.codepage)
    if field.encoding.unit and options.codepage in PAGES:
        content = bytearray(draw(two_byte_text(field, options)))
    else:
        content = bytearray(draw(plausible(field, page.zone, page.blank, page.plus, page.minus)))
        little = field.usage is Usage.NATIVE and options.comp5_endian is Endian.LITTLE
        content = content[::-1] if little else content
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
def two_byte_text(draw, field: Field, options: DecodeOptions) -> bytes:
    """A text in a mixed code page, as programs write it, and now and then as they do not."""
    page, unit, n = double_byte(options.codepage), field.encoding.unit, field.length
    if field.encoding is Encoding.NATIONAL:
        text = draw(st.text(st.sampled_from("a é日\u3000\U00020000\0"), max_size=n // 2))
        return text.encode("utf-16-be")[:n].ljust(n, b"\0")[: n // 2 * 2] if draw(st.booleans()) else _wide(text, n)
    known = [code for code in range(0x4040, 0x5000) if page.double[code] != UNDEFINED]
    pair = st.sampled_from(known).map(lambda code: code.to_bytes(2, "big"))
    if unit == 2:
        pairs = draw(st.lists(pair | st.just(b"\x40\x40"), max_size=n // 2))
        return b"".join(pairs).ljust(n, draw(st.sampled_from([b"\x40", b"\0"])))
    shifted = st.lists(pair, max_size=3).map(lambda pairs: b"\x0e" + b"".join(pairs) + b"\x0f")
    single = st.binary(max_size=3) | st.sampled_from([b"\xc1\x40", b"\x40", b"\x81\xf1", b"\0"])
    parts = draw(st.lists(single | shifted | st.sampled_from([b"\x0e", b"\x0f"]) | shifted, max_size=5))
    return b"".join(parts)[:n].ljust(n, b"\x40")


def _wide(text: str, n: int) -> bytes:
    return text.encode("utf-16-be")[:n].rjust(n, b"\0") if len(text) % 2 else b"\0 " * (n // 2)


@st.composite
def plausible(draw, field: Field, zone: int, blank: int, plus: int, minus: int) -> bytes:
    """Bytes that a program could have written."""
    digit = st.integers(0, 9).map(lambda d: zone | d)
    n = field.length
    match field.encoding:
        case Encoding.NATIONAL:
            return draw(two_byte_text(field, DecodeOptions("cp930")))
        case Encoding.UNSIGNED_PACKED:
            digits = "".join(map(str, draw(st.lists(st.integers(0, 9), min_size=2 * n, max_size=2 * n))))
            return bytes.fromhex("0" + digits[1:] if field.digits % 2 else digits)
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
    options = options.of(field)
    page = codepage(options.codepage)
    n, ebcdic = field.length, page.blank == 0x40
    if field.encoding is Encoding.NATIONAL:
        return draw(st.text("aé日", max_size=n // 2)).encode("utf-16-be").ljust(n, b"!").replace(b"!!", b"\0 ")
    if field.encoding is Encoding.GRAPHIC:
        return draw(st.text("中一", max_size=n // 2)).encode(page.name)[1:-1].ljust(n, b"\x40")
    if field.encoding is Encoding.TEXT:
        text = draw(st.text("AZaz09 -", max_size=n)).rstrip(" ").encode(page.name)
        return text.rjust(n, bytes([page.blank])) if field.justified else text.ljust(n, bytes([page.blank]))
    if field.encoding is Encoding.FLOAT:
        order = slice(None, None, -1 if options.float_endian is Endian.LITTLE else 1)
        if options.float_format is FloatFormat.IEEE:
            number = draw(st.floats(allow_nan=False, allow_infinity=False, width=8 * n))
            return struct.pack(">f" if n == 4 else ">d", number)[order]
        kept = min(n - 2, 5)  # more than the 53 bits of a double are not decoded
        fraction = bytes([draw(st.integers(0x10, 0xFF))]) + draw(st.binary(min_size=kept, max_size=kept))
        fraction = fraction.ljust(n - 1, b"\0")
        return (bytes([draw(st.integers(0, 255))]) + fraction)[order]
    if field.encoding is Encoding.BINARY and field.full_range and n <= 8:
        return draw(st.binary(min_size=n, max_size=n))
    magnitude = draw(st.integers(0, 10**field.digits - 1) | st.sampled_from([0, 1, 10**field.digits - 1]))
    minus = field.signed and magnitude > 0 and draw(st.booleans())
    digits = str(magnitude).zfill(field.digits)
    match field.encoding:
        case Encoding.BINARY:
            number = (-magnitude if minus else magnitude) % (1 << (8 * n))
            little = field.usage is Usage.NATIVE and options.comp5_endian is Endian.LITTLE
            return number.to_bytes(n, "little" if little else "big")
        case Encoding.UNSIGNED_PACKED:
            return bytes.fromhex(digits.zfill(2 * n))
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
