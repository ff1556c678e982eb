"""Control totals, and what the file's own header and trailer records say of it."""

from typing import Literal, Self

from pydantic import Field, model_validator

from .section import Section


class Control(Section):
    """A control total: the sum of a field over all valid records, compared between source and staging.

    With ``equals``, the file's own word instead: a sum or a count over what was read, compared with a field of its
    header or trailer record, before anything is merged.
    """

    sum: str | None = Field(default=None, description="of this field")
    count: tuple[str, ...] | Literal["all"] | None = Field(
        default=None, description="of the records of these types; all: of every record of the file"
    )
    equals: str | None = Field(
        default=None, description="a field of the only record of its type, as TYPE.FIELD, that must say the same"
    )
    truncated: bool = Field(
        default=False, description="that field has the last digits of the sum alone, as many as it has room for"
    )

    @model_validator(mode="after")
    def _one_figure(self) -> Self:
        if (self.sum is None) == (self.count is None):
            raise ValueError("give either 'sum', of a field, or 'count', of records")
        if self.count is not None and self.equals is None:
            raise ValueError("'count' needs 'equals': the field of the header or trailer that has the count")
        if self.truncated and (self.sum is None or self.equals is None):
            raise ValueError("'truncated' is of a 'sum' that a header or trailer has: 'equals' says in which field")
        return self

    @property
    def counted(self) -> tuple[str, ...]:
        """The record types that are counted; none where all records are, or none."""
        return self.count if isinstance(self.count, tuple) else ()

    @property
    def total(self) -> str | None:
        """The field whose sum in the source must be that in staging, if this is about one."""
        return None if self.equals is not None else self.sum
