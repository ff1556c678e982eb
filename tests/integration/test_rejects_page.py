"""docs/rejects.md says what the driver does."""

import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from driver.config.model import FieldOptions
from driver.config.personal_data import PersonalData, Pii
from driver.core.masking import Full, LastFour
from driver.core.personal_names import lookalike
from driver.core.reject_codes import UNPLACED
from mfdecode.columns import Column, ColumnKind, ColumnType

PAGE = Path("docs/rejects.md").read_text(encoding="utf-8")
ALIKE, NOT_ALIKE = re.findall(r"(`CARD-NUM`.*?) look like it;\n(.*?) do not", PAGE, re.DOTALL)[0]


@pytest.mark.parametrize(("names", "alike"), [(ALIKE, True), (NOT_ALIKE, False)])
def test_the_names_look_as_it_is_said(names: str, alike: bool) -> None:
    found = re.findall(r"`([A-Z-]+)`", names)
    assert len(found) >= 3
    assert {name for name in found if lookalike(name)} == (set(found) if alike else set())


def test_the_settings_are_valid() -> None:
    [text] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    given = yaml.safe_load(text)
    assert PersonalData.model_validate(given["pii"]).hide_lookalikes is PersonalData().hide_lookalikes
    assert [FieldOptions.model_validate(options).pii for options in given["fields"].values()] == [Pii.LAST4, Pii.NONE]


def test_every_masking_has_its_row() -> None:
    names = re.findall(r"^\| `(\w+)` \| ", PAGE.partition("### Which masking")[2], re.MULTILINE)
    assert set(names) == {*Pii, "pii"} - {Pii.NONE}


@pytest.mark.parametrize(("masking", "text"), [(Full(), "*********"), (LastFour(), "*****6789")])
def test_the_examples_are_what_becomes_of_it(masking: Full | LastFour, text: str) -> None:
    numbers = np.array([123456789], np.int64)
    column = Column("N", ColumnType(ColumnKind.NUMBER, digits=9), numbers, np.zeros(1, np.uint8))
    assert masking.mask(column).values.tolist() == [text.encode()]
    assert f"| `{text}` |" in PAGE


def test_the_codes_of_records_that_are_hidden_as_a_whole_are_there() -> None:
    sentence = PAGE[PAGE.index("is hidden as a whole, if") :].partition(".")[0]
    assert {code for code in re.findall(r"[A-Z]+_?[A-Z_]+", sentence) if "_" in code or code == "TRUNCATED"} == UNPLACED
