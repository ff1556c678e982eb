"""A job's rules and transformations, made into the plan that the processors follow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from driver.config.model import DiscardTarget, FieldOptions, Job, Rule
from driver.config.personal_data import Pii
from driver.core.errors import PlanError
from driver.core.keyed_masking import Digits, Encrypted, Hashed
from driver.core.masking import Full, LastFour, Masking
from driver.core.plan import ProcessingPlan, Step
from driver.core.transformation import Constant, HidePii, MapCodes, ToDate, ToTimestamp, Transformation
from driver.core.validation import Allowed, Date, Pattern, PluginRule, Range, Required
from driver.core.validation import Rule as CoreRule
from driver.repository.schema import WHICH_LOAD, WHOSE_ROW
from mfdecode.columns import ColumnKind, ColumnType
from mfdecode.errors import LayoutError
from mfdecode.layout import Cell, Field, Layout

from .field_options import options_by_field
from .personal_data import PersonalFields


@dataclass(frozen=True, slots=True)
class CarriedField:
    """A field that the records of a type get from their parents.

    Attributes:
        cell: of the type that has it.
        step: of the parent's plan: the child's column is what the parent's is.
    """

    cell: Cell
    step: Step


def build_plan(
    job: Job,
    layout: Layout,
    types: Sequence[ColumnType],
    personal: PersonalFields,
    carried: Sequence[CarriedField] = (),
) -> ProcessingPlan:
    """The plan of a job, or of one of its record types.

    Args:
        job: the configuration.
        layout: of the records.
        types: of the decoded columns, in the order of ``layout.cells``.
        personal: fields of the records.
        carried: what the records get from their parents; their columns follow the decoded ones.

    Raises:
        PlanError: a rule, a transformation or a control cannot be carried out; the text names it.
        LayoutError: a field is not in the copybook.
    """
    options = options_by_field(job, layout)
    cells = (*layout.cells, *(given.cell for given in carried))
    key = (
        ()
        if isinstance(job.target, DiscardTarget)
        else tuple(find_field(layout, carried, name) for name in job.target.only.key)
    )
    if len(set(key)) < len(key):
        raise PlanError(f"key: a field is there twice: {', '.join(field.name for field in key)}")
    rules: dict[Field, list[Rule]] = {}
    for rule in job.rules:
        rules.setdefault(layout.field(rule.field), []).append(rule)
    steps = tuple(
        _step(
            position,
            cell,
            types[position],
            options=options.get(cell.field),
            rules=rules.get(cell.field, ()),
            personal=personal,
            is_key=cell.field in key,
            secrets=job.secrets,
        )
        for position, cell in enumerate(layout.cells)
    )
    steps += tuple(
        replace(given.step, source=source, rules=(), is_key=given.cell.field in key)
        for source, given in enumerate(carried, len(layout.cells))
    )
    constants = tuple(Constant(name.upper().replace("-", "_"), value) for name, value in job.constants.items())
    names = [step.name for step in steps if step.name] + [constant.name for constant in constants]
    if twice := {name for name in names if names.count(name) > 1}:
        raise PlanError(f"the table would have more than one column {', '.join(sorted(twice))}: rename one")
    if key and (ours := {*WHOSE_ROW, *WHICH_LOAD} & set(names)):
        raise PlanError(f"every table of a load has a column {', '.join(sorted(ours))} of its own: rename the field")
    if not names:
        raise PlanError("the table would have no column: every field is dropped")
    totals = [control.total for control in job.controls if control.total is not None]
    controls = dict(_control(name, layout, cells, steps) for name in totals)
    return ProcessingPlan(steps, constants, controls, tuple(_key_column(field, steps, cells) for field in key))


def _step(
    position: int,
    cell: Cell,
    type_: ColumnType,
    *,
    options: FieldOptions | None,
    rules: Sequence[Rule],
    personal: PersonalFields,
    is_key: bool,
    secrets: dict[str, str],
) -> Step:
    try:
        hidden = cell.field in personal.hidden
        compiled = [_rule(rule, type_, personal=hidden) for rule in rules if rule.required is not False]
        transformation = _transformation(options, personal.masked.get(cell.field), type_, secrets)
    except PlanError as error:
        raise PlanError(f"{cell.field.name}: {error}") from error
    name: str | None = cell.column
    if options and options.rename:
        renamed = options.rename.upper().replace("-", "_")
        name = "_".join([renamed, *(str(i + 1) for i in cell.index)])
    if options and options.drop:
        name = None
    column_type = transformation.type if transformation else type_
    return Step(position, cell.label, tuple(compiled), transformation, name, column_type, is_key)


def _rule(rule: Rule, type_: ColumnType, *, personal: bool) -> CoreRule:
    if rule.required is not None:
        return Required()
    if rule.range is not None:
        return Range(*rule.range, type_)
    if rule.allowed is not None:
        return Allowed(rule.allowed, type_)
    if rule.pattern is not None:
        return Pattern(rule.pattern, type_)
    if rule.date is not None:
        return Date(rule.date, type_)
    assert rule.plugin is not None  # noqa: S101 - the model has seen to one test a rule
    return PluginRule(rule.plugin, personal=personal)


def _transformation(
    options: FieldOptions | None, pii: Pii | None, type_: ColumnType, secrets: dict[str, str]
) -> Transformation | None:
    options = options or FieldOptions()
    wanted = [name for name in ("date", "timestamp", "map") if getattr(options, name) is not None]
    wanted += ["pii"] * (pii is not None)
    if len(wanted) > 1:
        raise PlanError(f"{' and '.join(wanted)} do not go together on one field")
    if options.date is not None:
        return ToDate(options.date, type_)
    if options.timestamp is not None:
        return ToTimestamp(options.timestamp, type_)
    if options.map is not None:
        return MapCodes(options.map, type_)
    mask = None if pii is None else _mask(pii, secrets)
    return None if mask is None else HidePii(mask, type_)


def _mask(pii: Pii, secrets: dict[str, str]) -> Masking | None:
    secret = "" if pii.secret is None else secrets.get(pii.secret, "")
    match pii:
        case Pii.NONE:
            return None
        case Pii.FULL:
            return Full()
        case Pii.LAST4:
            return LastFour()
        case Pii.HASH:
            return Hashed(secret)
        case Pii.DIGITS:
            return Digits(secret)
        case Pii.ENCRYPT:
            return Encrypted(secret)
        case _:
            assert_never(pii)


def find_field(layout: Layout, carried: Sequence[CarriedField], name: str) -> Field:
    """The field of that name in a layout, or else among what its records get from their parents.

    Raises:
        LayoutError: it is in neither.
    """
    try:
        return layout.field(name)
    except LayoutError:
        wanted = name.upper().replace("-", "_")
        for given in carried:
            if wanted in (given.cell.field.member, given.step.name):
                return given.cell.field
        raise


def _control(name: str, layout: Layout, cells: Sequence[Cell], steps: tuple[Step, ...]) -> tuple[str, int]:
    """The summed column: its name in the table, and its position among the decoded ones."""
    step = _only_step(layout.field(name), steps, cells, "a control total")
    if step.transformation is not None or step.type.kind is not ColumnKind.NUMBER or step.name is None:
        raise PlanError(f"controls: {name} is no number in the table, so that its sum cannot be compared")
    return step.name, step.source


def _key_column(field: Field, steps: tuple[Step, ...], cells: Sequence[Cell]) -> str:
    step = _only_step(field, steps, cells, "the key")
    if step.name is None:
        raise PlanError(f"key: {field.name} is dropped")
    if step.transformation is not None and not step.transformation.distinct:
        raise PlanError(
            f"key: {field.name} is masked or mapped so that different values become the same, and records of "
            "different keys would replace one another; take pii: hash, or a map whose texts all differ"
        )
    return step.name


def _only_step(field: Field, steps: tuple[Step, ...], cells: Sequence[Cell], purpose: str) -> Step:
    if field.dimensions:
        raise PlanError(f"{field.name} occurs several times, and {purpose} needs one value a record")
    return next(step for step in steps if cells[step.source].field is field)
