"""A job with several record types, as one job for each of them."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from driver.config.controls import Control
from driver.config.model import DiscardTarget, Job
from driver.config.record_types import RecordTypeKeys
from driver.core.errors import PlanError
from mfdecode.errors import LayoutError
from mfdecode.layout import Layout

T = TypeVar("T")


def job_of_type(job: Job, name: str, layouts: Mapping[str, Layout]) -> Job:
    """The job for the records of one type: what its fields, rules and controls say of them.

    A field's name means that field in each record type that has it; ``TYPE.FIELD`` in one of them.

    Args:
        job: the configuration.
        name: of the record type.
        layouts: of all record types, by their names.

    Raises:
        PlanError: a field or an alternative is in none of the record types, or a field is there twice.
    """

    def narrowed(what: str, items: list[T], field_of: Callable[[T], str]) -> list[tuple[str, T]]:
        found = []
        for item in items:
            written = field_of(item)
            own = {type_: own_name(layout, type_, written) for type_, layout in layouts.items()}
            if not any(own.values()):
                raise PlanError(f"{what}: none of the record types {', '.join(layouts)} has a field {written}")
            if (field := own[name]) is not None:
                found.append((field, item))
        return found

    rules = narrowed("rules", list(job.rules), lambda rule: rule.field)
    totals = [control.total for control in job.controls if control.total is not None]
    controls = narrowed("controls", totals, str)
    fields = narrowed("fields", list(job.fields.items()), lambda item: item[0])
    written = [field for field, _ in fields]
    if twice := sorted({field for field in written if written.count(field) > 1}):
        raise PlanError(f"fields: {', '.join(twice)} is there twice for the record type {name}")
    alternatives = {type_: _alternatives(layout) for type_, layout in layouts.items()}
    for alternative in job.input.redefines:
        if not any(_member(alternative) in known for known in alternatives.values()):
            raise PlanError(f"redefines: {alternative} is an alternative in none of the record types")
    redefines = {one: when for one, when in job.input.redefines.items() if _member(one) in alternatives[name]}
    keys = job.input.records[name]
    target = job.target
    if not isinstance(target, DiscardTarget):
        table = (target.tables or {})[name]
        target = target.model_copy(update={**dict(table), "tables": None})
    return job.model_copy(
        update={
            "input": job.input.model_copy(update={"record": keys.record, "redefines": redefines}),
            "rules": tuple(rule.model_copy(update={"field": field}) for field, rule in rules),
            "controls": tuple(Control(sum=field) for field, _ in controls),
            "fields": {field: options for field, (_, options) in fields},
            "target": target,
        }
    )


def ancestors(records: Mapping[str, RecordTypeKeys], name: str) -> tuple[str, ...]:
    """The types that a record type carries from, its parent first."""
    found: list[str] = []
    while (carry := records[name].carry) is not None:
        name = carry.parent
        found.append(name)
    return tuple(found)


def own_name(layout: Layout, type_: str, written: str) -> str | None:
    """The name of a field in a layout; None if it is not meant or not there."""
    for name in (written, written.removeprefix(f"{type_}.")):
        try:
            layout.field(name)
        except LayoutError:
            continue
        return name
    return None


def _alternatives(layout: Layout) -> set[str]:
    return {alternative[-1] for field in layout.fields for alternative in field.alternatives}


def _member(name: str) -> str:
    """The name that a REDEFINES alternative has in a layout."""
    return name.rsplit(".", maxsplit=1)[-1].upper().replace("-", "_")
