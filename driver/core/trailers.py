"""What a file says of itself, in its header or trailer record, against what was read of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .reconciliation import Identity
from .records import ReadFigures


@dataclass(frozen=True, slots=True)
class CheckedField:
    """A number in the records of a type.

    Attributes:
        record_type: that has it.
        column: its name among the sums of what was read.
        name: for people.
        digits, scale: of the number.
    """

    record_type: str
    column: str
    name: str
    digits: int
    scale: int


@dataclass(frozen=True, slots=True)
class TrailerCheck:
    """A field of a header or trailer, and the figure that it must have.

    Attributes:
        field: of the only record of its type.
        summed: the field whose sum it has; None for a count of records.
        counted: the record types that are counted; none for every record of the file.
        truncated: it has no more digits of the sum than it has room for, the last ones.
    """

    field: CheckedField
    summed: CheckedField | None = None
    counted: tuple[str, ...] = ()
    truncated: bool = False


def trailer_identities(
    checks: Sequence[TrailerCheck], types: Mapping[str, ReadFigures], read: int
) -> tuple[Identity, ...]:
    """What must hold if the file is whole: left what it says, right what was read, valid or not.

    Args:
        checks: of the job.
        types: what was read of each record type.
        read: records of the whole file.
    """
    identities = [
        Identity(f"one {name} = records of {name} read", 1, types[name].records)
        for name in dict.fromkeys(check.field.record_type for check in checks)
    ]
    for check in checks:
        field, trailer = check.field, types[check.field.record_type]
        if trailer.records != 1:
            continue  # which is told already
        said = trailer.sums[field.column]
        if said.numbers != 1:
            identities.append(Identity(f"one number in {field.name} = numbers read", 1, said.numbers))
        elif check.summed is not None:
            identities.append(_sum(check, check.summed, said.total, types))
        else:
            identities.append(_count(check, said.total, types, read))
    return tuple(identities)


def _sum(check: TrailerCheck, summed: CheckedField, said: int, types: Mapping[str, ReadFigures]) -> Identity:
    of_type, field = types[summed.record_type], check.field
    sum_ = of_type.sums[summed.column]
    name = f"{field.name} = sum of {summed.name} read"
    if missing := of_type.records - sum_.numbers:
        name += f" ({missing:,} of {of_type.records:,} records have no number there)"
    scale = max(field.scale, summed.scale, 0)
    found = _in_units(sum_.total, summed.scale, scale)
    if check.truncated:
        room = _in_units(10**field.digits, field.scale, scale)
        found = found % room if found >= 0 else -(-found % room)
    return Identity(name, _in_units(said, field.scale, scale), found, scale)


def _count(check: TrailerCheck, said: int, types: Mapping[str, ReadFigures], read: int) -> Identity:
    field = check.field
    if not check.counted:
        name, found = f"{field.name} = records read", read
    else:
        found = sum(types[name].records for name in check.counted)
        name = f"{field.name} = records of {', '.join(check.counted)} read"
        if strangers := read - sum(figures.records for figures in types.values()):
            name += f" ({strangers:,} records are of no type)"
    scale = max(field.scale, 0)
    return Identity(name, _in_units(said, field.scale, scale), _in_units(found, 0, scale), scale)


def _in_units(number: int, scale: int, finer: int) -> int:
    """A number in units of 10**-scale in those of a scale that is no smaller."""
    return int(number * 10 ** (finer - scale))
