"""Edited PICTUREs read back as numbers (Enterprise COBOL Language Reference, "PICTURE clause", "Editing rules")."""

from decimal import Decimal

import pytest
from cells import cells_of, expected

from mfdecode import CodepageError, Copybook, Decoder, Encoder, Status


def decoded(picture: str, text: str, codepage: str = "cp037", **options) -> Decimal | Status:
    """The value of one field, or why it has none; the reference says the same."""
    layout = Copybook.from_text(f"01 R.\n05 A PIC {picture}.\n", **options).layout()
    decoder = Decoder(layout, codepage=codepage)
    batch = decoder.decode(text.encode(codepage))
    assert cells_of(batch) == [expected(layout, text.encode(codepage), decoder.options)]
    if batch.status[0, 0]:
        return Status(batch.status[0, 0])
    (value,) = batch.to_arrow().column(0).to_pylist()
    return Decimal(value)


@pytest.mark.parametrize("codepage", ["cp037", "ascii"])
@pytest.mark.parametrize(
    ("picture", "text", "value"),
    [
        ("Z,ZZ9.99", "   12.30", "12.30"),
        ("ZZ9.99-", " 12.30-", "-12.30"),
        ("ZZ9.99+", " 12.30+", "12.30"),
        ("+ZZ9", "- 12", "-12"),
        ("-(4)9.9", "  -12.3", "-12.3"),
        ("+$$$9.99", "- $12.34", "-12.34"),
        ("$$,$$9.99", "$1,234.56", "1234.56"),
        ("$ZZ9.99DB", "$ 12.34DB", "-12.34"),
        ("**,**9.99CR", "***123.45  ", "123.45"),
        ("99B99/99", "12 34/56", "123456"),
        ("9(2)000", "12000", "12"),
        ("ZZ9PP", " 12", "1200"),
        ("PP99-", "12-", "-0.0012"),
    ],
)
def test_values(picture, text, value, codepage):
    assert decoded(picture, text, codepage) == Decimal(value)


@pytest.mark.parametrize(("picture", "text"), [("$Z(3)9", "98765"), ("-(4)9", "98765"), ("$(10)", "9876543210")])
def test_a_digit_where_only_a_symbol_belongs_is_none_of_the_number(picture, text):
    assert decoded(picture, text) is Status.OVERFLOW
    assert decoded(picture, "0" + text[1:]) == int(text[1:])


@pytest.mark.parametrize("codepage", ["cp037", "cp273", "latin-1"])
@pytest.mark.parametrize(
    ("picture", "text", "value"),
    [
        ("Z.ZZ9,99-", "1.234,56-", "-1234.56"),
        ("-(4)9,99", "  -12,34", "-12.34"),
        ("*.***,**-", "*****,***", "0"),
        ("ZZ9,9", " 12,5", "12.5"),
    ],
)
def test_decimal_point_is_comma(picture, text, value, codepage):
    assert decoded(picture, text, codepage, decimal_comma=True) == Decimal(value)


@pytest.mark.parametrize(
    ("picture", "text", "codepage", "value"),
    [
        ("£££9.99", " £12.34", "cp285", "12.34"),
        ("£ZZ9", "£ 12", "latin-1", "12"),
        ("€€€9.99-", "  €1.50-", "cp1140", "-1.5"),
    ],
)
def test_any_currency_symbol(picture, text, codepage, value):
    assert decoded(picture, text, codepage) == Decimal(value)
    assert decoded(picture, text.replace(text.strip(" -0123456789."), "?"), codepage) is Status.BAD_DIGIT


def test_a_currency_symbol_that_the_code_page_lacks_is_refused():
    with pytest.raises(CodepageError, match="'cp037' has no € of one byte, which a PICTURE has"):
        decoded("€9", "19")
    with pytest.raises(CodepageError, match="'utf-8' has no £ of one byte"):
        decoded("£9", "19", "utf-8")


@pytest.mark.parametrize(
    ("picture", "text", "codepage", "decimal_comma"),
    [
        ("Z.ZZ9,99-", "1.234,56-", "cp037", True),
        ("Z.ZZ9,99-", "   34,56 ", "ascii", True),
        ("*.***,**", "*****,**", "cp037", True),
        ("£££9.99", " £12.34", "cp285", False),
        ("€ZZ9", "€ 12", "cp1140", False),
        ("-(4)PP", " -12", "cp037", False),
        ("PP99-", "12-", "cp037", False),
    ],
)
def test_what_is_read_is_written_again(picture, text, codepage, decimal_comma):
    layout = Copybook.from_text(f"01 R.\n05 A PIC {picture}.\n", decimal_comma=decimal_comma).layout()
    content = text.encode(codepage)
    batch = Decoder(layout, codepage=codepage).decode(content)
    assert Encoder(layout, codepage=codepage).encode(batch.to_arrow()).records() == [content]
