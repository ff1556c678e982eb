"""REDEFINES: which alternative a record holds, where a condition tells."""

from .columns import Column
from .conditions import field_names
from .errors import LayoutError
from .layout import Layout, Member, walk
from .matching import matcher
from .options import Selection
from .status import Status
from .tables import clear


class AlternativeRule:
    """A selection, ready for batches.

    Args:
        layout: of the records.
        selection: the rule.

    Raises:
        LayoutError: the rule names no REDEFINES alternative, or a field that cannot tell.
    """

    def __init__(self, layout: Layout, selection: Selection) -> None:
        _check(layout, selection)
        self._holds = matcher(layout, selection.when)
        self._cells = tuple(
            j for j, cell in enumerate(layout.cells) if selection.alternative in cell.field.alternatives
        )

    def leave_out(self, columns: tuple[Column, ...]) -> None:
        """Make the alternative's cells absent in the records that hold another one."""
        chosen = self._holds(columns)
        if chosen.all():
            return
        for j in self._cells:
            columns[j].status[~chosen] = Status.ABSENT
            clear(columns[j], ~chosen)


def find_member(layout: Layout, name: str) -> Member:
    """The group or field of that COBOL name, or of that path written with dots.

    Raises:
        LayoutError: there is none.
    """
    wanted = tuple(part.upper().replace("-", "_") for part in name.split("."))
    for member in walk(layout.members):
        if member.path[-len(wanted) :] == wanted and member.path:
            return member
    raise LayoutError(f"{layout.name} has no {name}")


def _check(layout: Layout, selection: Selection) -> None:
    name = ".".join(selection.alternative)
    alternatives = {alternative for field in layout.fields for alternative in field.alternatives}
    if selection.alternative not in alternatives:
        known = ", ".join(sorted(".".join(a) for a in alternatives)) or "none"
        raise LayoutError(f"{name} is no REDEFINES alternative of {layout.name}; it has {known}")
    for field in map(layout.field, field_names(selection.when)):
        if selection.alternative in field.alternatives:
            raise LayoutError(f"{field.name} cannot tell whether a record holds {name}: it is part of it")
