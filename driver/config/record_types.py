"""The record types of a file, and the tables that their records go to."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from .conditions import When
from .section import Section


class CarryKeys(Section):
    """What a record gets from the last record of another type before it."""

    parent: str = Field(alias="from", description="the parent's record type")
    fields: tuple[str, ...] = Field(min_length=1, description="of the parent, or carried by it")


class RecordTypeKeys(Section):
    """One record type of a file."""

    record: str = Field(description="its 01 level in the copybook")
    when: When | None = Field(
        default=None, description="over its own fields; without it, every record that no type before it has taken"
    )
    carry: CarryKeys | None = None


class TableKeys(Section):
    """Where the records of a type go."""

    staging: str
    final: str
    key: tuple[str, ...] = Field(min_length=1)


class LoadTarget(Section):
    """A target with tables: staging, final and key; or tables, with these for each record type of the input."""

    staging: str | None = None
    final: str | None = None
    key: tuple[str, ...] | None = Field(default=None, min_length=1)
    tables: dict[str, TableKeys] | None = Field(default=None, description="record type → its staging, final and key")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [name for name in ("staging", "final", "key") if getattr(self, name) is not None]
        if self.tables is None and len(given) < 3:
            raise ValueError("give 'staging', 'final' and 'key'; or 'tables', where the input has record types")
        if self.tables is not None:
            if given:
                raise ValueError(f"give '{given[0]}' in 'tables', for each record type")
            names = [name for table in self.tables.values() for name in (table.staging, table.final)]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"tables: {', '.join(twice)} is there twice, and each record type has its own tables")
        return self

    @property
    def only(self) -> TableKeys:
        """The tables of a job with one record type."""
        return TableKeys.model_validate({"staging": self.staging, "final": self.final, "key": self.key})


def parents_first(records: Mapping[str, RecordTypeKeys]) -> tuple[str, ...]:
    """The names of the record types, each after the one that it gets something from.

    Raises:
        ValueError: that is not there, or a type would get something from itself.
    """
    found: list[str] = []

    def add(name: str, below: tuple[str, ...]) -> None:
        if name in below:
            raise ValueError(f"{name} carries from itself, by way of {', '.join(below)}")
        carry = records[name].carry
        if carry is not None:
            if carry.parent not in records:
                raise ValueError(f"{name} carries from {carry.parent}, which is none of the record types")
            add(carry.parent, (*below, name))
        if name not in found:
            found.append(name)

    for name in records:
        add(name, ())
    return tuple(found)
