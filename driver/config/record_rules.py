"""What tells the lengths of records that have no descriptor: a field, or the rules of a YAML file."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from mfdecode.framing import Delimited, Framing, LengthRule, length_by_expression, length_by_field, length_by_type
from mfdecode.layout import Layout

from .codes import Code
from .errors import ConfigError
from .framing_keys import FramingKeys
from .messages import in_plain_words
from .section import Section
from .yaml_file import read_yaml

Length = Annotated[int, Field(gt=0)]


class LengthMap(Section):
    """A length for each record type."""

    field: str
    lengths: dict[Code, Length] = Field(min_length=1)
    default: Length | None = Field(default=None, description="of a type that is not among them; an error if not given")


class RecordRules(Section):
    """The length of a record; give one of the three."""

    length_field: str | None = None
    length: str | None = Field(default=None, description="whole numbers and fields, + - * / and parentheses")
    map: LengthMap | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if sum(rule is not None for rule in (self.length_field, self.length, self.map)) != 1:
            raise ValueError("give one of length_field, length, map")
        return self

    def rule(self, layout: Layout) -> LengthRule:
        """For the records of a layout.

        Raises:
            LayoutError: the rule names what is not there.
        """
        if self.length_field is not None:
            return length_by_field(layout, self.length_field)
        if self.length is not None:
            return length_by_expression(layout, self.length)
        assert self.map is not None  # noqa: S101 - the model has seen to it
        return length_by_type(layout, self.map.field, self.map.lengths, self.map.default)


def read_record_rules(path: Path) -> RecordRules:
    """Read a file of rules.

    Raises:
        ConfigError: it is not there, or holds no such rules.
    """
    content = read_yaml(path).content
    if isinstance(length := content.get("length"), int):
        content["length"] = str(length)
    try:
        return RecordRules.model_validate(content)
    except ValidationError as error:
        raise ConfigError(in_plain_words(error, {}, path)) from None


def framing_of(keys: FramingKeys, layout: Layout) -> Framing:
    """How the records of a file are told apart.

    Args:
        keys: of the configuration, or the options of a command.
        layout: of the records.

    Raises:
        ConfigError: the rules cannot be read.
        LayoutError: the keys do not fit together, or name what is not there.
    """
    rule: LengthRule | None = None
    if keys.length_field is not None:
        rule = length_by_field(layout, keys.length_field)
    elif keys.record_rules is not None:
        rule = read_record_rules(keys.record_rules).rule(layout)
    return Framing(
        keys.record_format,
        keys.record_length or layout.length,
        rdw_inclusive=keys.rdw_inclusive,
        rdw_endian=keys.rdw_endian,
        rdw_adjust=keys.rdw_adjust,
        bdw_inclusive=keys.bdw_inclusive,
        bdw_endian=keys.bdw_endian,
        bdw_adjust=keys.bdw_adjust,
        header_bytes=keys.header_bytes,
        trailer_bytes=keys.trailer_bytes,
        record_start=keys.record_start,
        record_end=keys.record_end,
        block_size=keys.block_size,
        line_end=keys.line_end,
        on_broken_rdw=keys.on_broken_rdw,
        length_rule=rule,
        compression=keys.compression,
        delimited=Delimited(keys.delimiter, keys.quote, keys.header),
    )
