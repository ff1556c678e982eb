"""Which fields of a job hold personal data, and what is hidden of them where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from driver.config.model import FieldOptions, Job
from driver.config.personal_data import Pii
from driver.config.rejects import RejectedBytes
from driver.core.errors import PlanError
from driver.core.field_places import ColumnPlaces, FieldPlaces, FixedPlaces
from driver.core.hiding import Hiding
from driver.core.personal_names import Lookalike, lookalike
from mfdecode.codepages import codepage
from mfdecode.decoder import Decoder
from mfdecode.delimited import DelimitedLines
from mfdecode.framing import RecordFormat
from mfdecode.layout import Field, Group, Layout, Member
from mfdecode.options import OdoLayout
from mfdecode.record_types import RecordTypes

from .field_options import options_by_field


@dataclass(frozen=True, slots=True)
class PersonalFields:
    """The personal fields of a record type.

    Attributes:
        masked: how those are loaded that the job says to mask.
        lookalikes: those that look like it by their names, and are loaded as they are; nameless parts included.
    """

    masked: Mapping[Field, Pii]
    lookalikes: Mapping[Field, Lookalike]

    def __bool__(self) -> bool:
        return bool(self.masked or self.lookalikes)

    @property
    def hidden(self) -> frozenset[Field]:
        """Those whose bytes are hidden wherever records are shown: all."""
        return frozenset((*self.masked, *self.lookalikes))


def personal_fields(job: Job, layout: Layout) -> PersonalFields:
    """The personal fields of a layout: those that are marked, then by the job's patterns, then by what they look like.

    Args:
        job: the configuration, of the record type alone.
        layout: of its records.

    Raises:
        PlanError: a pattern masks a field of which the job makes something else.
        LayoutError: a field of the job is not in the copybook.
    """
    options = options_by_field(job, layout)
    masked: dict[Field, Pii] = {}
    alike: dict[Field, Lookalike] = {}
    for field, groups in _fields(layout.members):
        given = options.get(field)
        pii = given.pii if given is not None and given.pii is not None else _by_pattern(job, field, given)
        if pii is None:
            found = lookalike(field.name, groups) if job.pii.hide_lookalikes else None
            if found is not None:
                alike[field] = found
        elif pii is not Pii.NONE:
            masked[field] = pii
    return PersonalFields(masked, alike)


def hiding_of(types: RecordTypes, personal: Mapping[str, PersonalFields], page: str) -> Hiding:
    """What hides the personal data of rejected records.

    Args:
        types: the record types.
        personal: the fields of each.
        page: the code page of the input.
    """
    asterisk = codepage(page).asterisk
    places = [_places(type_.decoder, personal[type_.name], asterisk) for type_ in types.types]
    return Hiding(types, places, asterisk)


def lookalikes_warning(job: Job, personal: Mapping[str, PersonalFields]) -> str:
    """What is to be said of fields that only look personal; empty if there is none."""
    found = {field.name: kind for fields in personal.values() for field, kind in fields.lookalikes.items()}
    named = {name: kind for name, kind in found.items() if name != "FILLER"} or found
    if not named:
        return ""
    names = ", ".join(f"{name} ({kind})" for name, kind in sorted(named.items()))
    kept = "" if job.rejects.raw is RejectedBytes.MASKED else " The reject file and MF_REJECT keep them."
    return (
        f"looks like personal data: {names}. The bytes are hidden in messages, in the reasons of rejects and in the "
        f"report; the table gets them as they are.{kept} To load them masked, write fields.{min(named)}.pii: last4 (or "
        "full, hash, digits, encrypt); if they are not personal, pii: none"
    )


def _by_pattern(job: Job, field: Field, given: FieldOptions | None) -> Pii | None:
    name = _plain(field.name)
    pattern = next((pattern for pattern in job.pii.patterns if fnmatchcase(name, _plain(pattern))), None)
    if pattern is None or not field.member:
        return None
    pii = job.pii.patterns[pattern]
    others = [key for key in ("date", "timestamp", "map") if given is not None and getattr(given, key) is not None]
    if others and pii is not Pii.NONE:
        raise PlanError(
            f"{field.name}: pii.patterns has {pattern}: {pii}, and {others[0]} does not go with it: write "
            f"fields.{field.name}.pii: none, or take {others[0]} away"
        )
    return pii


def _fields(members: tuple[Member, ...], groups: tuple[str, ...] = ()) -> Iterator[tuple[Field, tuple[str, ...]]]:
    """The elementary items, nameless ones among them, each with the names of its groups."""
    for member in members:
        if isinstance(member, Group):
            yield from _fields(member.children, (*groups, member.name))
        else:
            yield member, groups


def _places(decoder: Decoder, personal: PersonalFields, asterisk: int) -> FieldPlaces:
    layout, framing = decoder.layout, decoder.framing
    if framing.record_format is RecordFormat.CSV:
        lines = DelimitedLines(layout, decoder.options, framing)
        return ColumnPlaces(layout, personal.hidden, asterisk, lines, framing.delimited)
    return FixedPlaces(layout, personal.hidden, asterisk, packed=decoder.odo_layout is OdoLayout.PACKED)


def _plain(name: str) -> str:
    return name.upper().replace("_", "-")
