"""Code pages as tables."""

import numpy as np
import pytest

from mfdecode.codepages import UNDEFINED, Family, codepage
from mfdecode.errors import CodepageError


@pytest.mark.parametrize("name", ["cp037", "cp500", "cp1047", "latin-1"])
def test_permutations_of_latin1_make_narrow_texts(name):
    page = codepage(name)
    assert page.latin1
    assert page.narrow
    assert page.latin1_table.decode("latin-1") == bytes(range(256)).decode(name)


def test_cp273_has_the_macron_as_ibm_has_it():
    page = codepage("cp273")
    assert page.latin1
    assert page.latin1_table.decode("latin-1") == bytes(range(256)).decode("cp273").replace("\u203e", "\u00af")


def test_a_code_page_with_the_euro_sign_is_wide():
    page = codepage("cp1140")
    assert not page.narrow
    assert np.frombuffer(page.wide_table, np.uint32)[0x9F] == ord("€")


def test_ascii_is_narrow_but_lacks_bytes():
    page = codepage("ascii")
    assert page.narrow
    assert not page.latin1
    assert (np.frombuffer(page.wide_table, np.uint32)[128:] == UNDEFINED).all()


@pytest.mark.parametrize(
    ("name", "family"), [("cp037", Family.EBCDIC), ("cp1252", Family.ASCII), ("utf-8", Family.ASCII)]
)
def test_the_family_tells_blanks_and_digits(name, family):
    page = codepage(name)
    assert page.family is family
    assert bytes([page.blank, page.zone, page.plus, page.minus]).decode(name) == " 0+-"


@pytest.mark.parametrize("name", ["cp9999", "utf-16", "shift_jis", "rot13", "hex"])
def test_what_is_no_single_byte_code_page_is_refused(name):
    with pytest.raises(CodepageError, match=f"code page '{name}'"):
        codepage(name)


@pytest.mark.parametrize(
    ("name", "width"),
    [("ascii", 1), ("cp037", 2), ("cp1047", 2), ("cp1025", 3), ("cp1140", 3), ("cp290", 3), ("cp838", 3), ("utf-8", 4)],
)
def test_its_widest_character_in_utf8(name, width):
    assert codepage(name).width == width
