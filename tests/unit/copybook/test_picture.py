"""PICTURE character-strings, from the forms that the Language Reference gives."""

import pytest

from mfdecode.copybook.model import Category
from mfdecode.copybook.picture import PictureError, read_picture


@pytest.mark.parametrize(
    ("text", "size", "digits", "scale", "signed"),
    [
        ("9", 1, 1, 0, False),
        ("9(5)", 5, 5, 0, False),
        ("S9(9)V99", 11, 11, 2, True),
        ("99V9", 3, 3, 1, False),
        ("V9(5)", 5, 5, 5, False),
        ("SV9(7)", 7, 7, 7, True),
        ("PPP9(5)", 5, 5, 8, False),
        ("SPP99999", 5, 5, 7, True),
        ("9(5)PPP", 5, 5, -3, False),
        ("s9(18)v9(10)", 28, 28, 10, True),
    ],
)
def test_numbers(text, size, digits, scale, signed):
    picture = read_picture(text)
    assert picture.category is Category.NUMBER
    assert (picture.size, picture.digits, picture.scale, picture.signed) == (size, digits, scale, signed)
    assert picture.text == text.upper()


@pytest.mark.parametrize(("text", "size"), [("X", 1), ("X(50)", 50), ("XXX", 3), ("A(4)X9", 6), ("XBX", 3)])
def test_texts(text, size):
    picture = read_picture(text)
    assert (picture.category, picture.size, picture.digits) == (Category.TEXT, size, 0)


@pytest.mark.parametrize(
    ("text", "size", "digits", "scale", "signed", "template"),
    [
        ("Z(8)-", 9, 8, 0, True, "ZZZZZZZZ-"),
        ("9(6).99-", 10, 8, 2, True, "999999.99-"),
        ("Z(6)VZZ-", 9, 8, 2, True, "ZZZZZZVZZ-"),
        ("S9(3).99", 6, 5, 2, True, "S999.99"),
        ("+9(6)V99", 9, 8, 2, True, "+999999V99"),
        ("$$,$$9.99", 9, 6, 2, False, "$$,$$9.99"),
        ("-(5)9", 6, 5, 0, True, "-----9"),
        ("***9.99CR", 9, 6, 2, True, "***9.99CR"),
        ("99/99/9999", 10, 8, 0, False, "99/99/9999"),
        ("ZZ9PP", 3, 3, -2, False, "ZZ9"),
        ("$PPZ9-", 4, 2, 4, True, "$Z9-"),
        ("-(4)VP(3)", 4, 3, -3, True, "----V"),
        ("£££9.99", 7, 5, 2, False, "$$$9.99"),
    ],
)
def test_edited_numbers(text, size, digits, scale, signed, template):
    picture = read_picture(text)
    assert picture.category is Category.EDITED
    assert (picture.size, picture.digits, picture.scale, picture.signed) == (size, digits, scale, signed)
    assert picture.template == template


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("9(5", 1, "a repetition is a number in parentheses"),
        ("9V9V9", 3, "more than one decimal point"),
        ("9.9V9", 3, "more than one decimal point"),
        ("9S", 1, "S stands once, before everything else"),
        ("X(0)", 0, "cannot be repeated 0 times"),
        ("XV9", 1, "'V' does not go with X or A"),
        ("9(39)", 0, "39 digits are more than the 38"),
        ("N(4)9", 4, "N"),
        ("9Q", 1, "'Q' is no PICTURE symbol"),
        ("9P9", 1, "P stands before all digits or after all"),
        ("P9P", 2, "P stands before all digits or after all"),
        ("Z(3)P9", 4, "P stands before all digits or after all"),
        ("--P-", 2, "P stands before all digits or after all"),
        ("P,P9", 2, "P stands before all digits or after all"),
        ("Z9.P", 2, "P says where the decimal point is"),
        ("$£9", 1, r"two currency symbols, \$ and £"),
        ("CR9", 0, "CR stands once, at the end"),
        ("SV", 0, "at least one digit"),
        ("SZZZ", 0, "S needs a 9 that carries the sign"),
        ("S$$$.$$", 0, "S needs a 9 that carries the sign"),
        ("X(3000000000)", 0, "cannot be repeated more than 134,217,727 times"),
        ("9B(99999999)", 0, "100,000,000 positions are more than the 249"),
        ("9P(38)", 0, "39 digits are more than the 38"),
        ("P(9999999)9", 0, "10,000,000 digits are more than the 38"),
    ],
)
def test_a_wrong_picture_says_what_and_where(text, at, words):
    with pytest.raises(PictureError, match=words) as error:
        read_picture(text)
    assert error.value.at == at


def test_decimal_point_is_comma():
    picture = read_picture("Z.ZZZ.ZZ9,99", decimal_comma=True)
    assert (picture.template, picture.digits, picture.scale) == ("Z,ZZZ,ZZ9.99", 9, 2)
    assert (picture.text, picture.decimal_comma) == ("Z.ZZZ.ZZ9,99", True)
    with pytest.raises(PictureError, match="more than one decimal point"):
        read_picture("9,9,9", decimal_comma=True)
