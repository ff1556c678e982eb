"""The header and trailer records that a job checks the file by: which fields they are, and what they count and sum."""

from collections.abc import Mapping, Sequence

from driver.config.controls import Control
from driver.config.model import Job
from driver.core.errors import PlanError
from driver.core.reconciliation import Identity
from driver.core.trailers import CheckedField, TrailerCheck
from driver.output.numbers import exact_text, grouped
from mfdecode.columns import ColumnKind
from mfdecode.decoder import Decoder
from mfdecode.layout import Layout

from .record_types import own_name


def trailer_checks(
    job: Job, layouts: Mapping[str, Layout], decoders: Mapping[str, Decoder]
) -> tuple[TrailerCheck, ...]:
    """The checks of a job.

    Args:
        job: the configuration.
        layouts: of its record types, by their names.
        decoders: of the same.

    Raises:
        PlanError: a field is in none of the record types or in several of them, or is no number.
    """
    return tuple(
        _check(control, control.equals, layouts, decoders) for control in job.controls if control.equals is not None
    )


def checked_columns(checks: Sequence[TrailerCheck], record_type: str, layout: Layout) -> dict[str, int]:
    """Position of each decoded column of a record type that a check is about, by its name."""
    fields = [field for check in checks for field in (check.field, check.summed) if field is not None]
    wanted = {field.column for field in fields if field.record_type == record_type}
    return {cell.column: position for position, cell in enumerate(layout.cells) if cell.column in wanted}


def disagreements(identities: Sequence[Identity]) -> str:
    """Those that do not hold, for people: what the file says, and what was found; empty if all hold."""
    return "; ".join(
        f"{identity.name}: expected {_shown(identity.left, identity.scale)}, "
        f"found {_shown(identity.right, identity.scale)}"
        for identity in identities
        if not identity.holds
    )


def _shown(figure: int, scale: int) -> str:
    return grouped(exact_text(figure, scale))


def _check(
    control: Control, equals: str, layouts: Mapping[str, Layout], decoders: Mapping[str, Decoder]
) -> TrailerCheck:
    field = _field(equals, layouts, decoders)
    if len(layouts) == 1:
        raise PlanError(
            f"controls: {equals} is in every record: a header or trailer is a record type of its own in 'input.records'"
        )
    if control.sum is not None:
        return TrailerCheck(field, _field(control.sum, layouts, decoders), truncated=control.truncated)
    return TrailerCheck(field, counted=control.counted)


def _field(written: str, layouts: Mapping[str, Layout], decoders: Mapping[str, Decoder]) -> CheckedField:
    found = {name: own for name, layout in layouts.items() if (own := own_name(layout, name, written)) is not None}
    if not found:
        raise PlanError(f"controls: none of the record types {', '.join(layouts)} has a field {written}")
    if len(found) > 1:
        raise PlanError(f"controls: {written} is in {' and '.join(found)}: write {'.'.join([*found][:1])}.{written}")
    ((name, own),) = found.items()
    layout = layouts[name]
    field = layout.field(own)
    columns = zip(layout.cells, decoders[name].types, strict=True)
    cell, type_ = next((cell, type_) for cell, type_ in columns if cell.field is field)
    if field.dimensions or type_.kind is not ColumnKind.NUMBER:
        raise PlanError(f"controls: {name}.{field.name} is not one number a record, as a count or a sum is")
    return CheckedField(name, cell.column, f"{name}.{field.name}", type_.digits, type_.scale)
