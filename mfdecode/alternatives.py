"""REDEFINES: which alternative a record holds, where a rule tells."""

from decimal import Context, Decimal, InvalidOperation
from typing import cast

import numpy as np
import numpy.typing as npt

from .columns import Column, ColumnKind, equals_text
from .errors import LayoutError
from .int128 import compare
from .layout import Layout, Member, walk
from .options import Selection
from .status import Status
from .tables import clear

_EXACT = Context(prec=100)


class AlternativeRule:
    """A selection, ready for batches.

    Args:
        layout: of the records.
        selection: the rule.

    Raises:
        LayoutError: the rule names no REDEFINES alternative, or a field that cannot tell.
    """

    def __init__(self, layout: Layout, selection: Selection) -> None:
        self._selection = selection
        _check(layout, selection)
        self._teller = next(j for j, cell in enumerate(layout.cells) if cell.field.path == selection.field)
        self._cells = tuple(
            j for j, cell in enumerate(layout.cells) if selection.alternative in cell.field.alternatives
        )

    def leave_out(self, columns: tuple[Column, ...]) -> None:
        """Make the alternative's cells absent in the records that hold another one."""
        teller = columns[self._teller]
        chosen = (teller.status == Status.OK) & self._matches(teller)
        if chosen.all():
            return
        for j in self._cells:
            columns[j].status[~chosen] = Status.ABSENT
            clear(columns[j], ~chosen)

    def _matches(self, teller: Column) -> npt.NDArray[np.bool_]:
        matches = np.zeros(len(teller.values), np.bool_)
        for value in self._selection.values:
            if teller.type.kind is ColumnKind.TEXT:
                matches |= equals_text(_without_blanks(teller.values), value)
                continue
            number = Decimal(value).scaleb(teller.type.scale, _EXACT)
            if number == number.to_integral_value():
                matches |= compare(teller.values, int(number)) == 0
        return matches


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


def _without_blanks(texts: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    if texts.dtype.kind == "U":
        return np.strings.rstrip(cast(npt.NDArray[np.str_], texts))
    return np.strings.rstrip(cast(npt.NDArray[np.bytes_], texts))


def _check(layout: Layout, selection: Selection) -> None:
    name = ".".join(selection.alternative)
    alternatives = {alternative for field in layout.fields for alternative in field.alternatives}
    if selection.alternative not in alternatives:
        known = ", ".join(sorted(".".join(a) for a in alternatives)) or "none"
        raise LayoutError(f"{name} is no REDEFINES alternative of {layout.name}; it has {known}")
    field = layout.field(".".join(selection.field))
    if field.dimensions or selection.alternative in field.alternatives:
        raise LayoutError(f"{field.name} cannot tell whether a record holds {name}: it is part of it, or of a table")
    if field.picture is None:
        raise LayoutError(f"{field.name} cannot tell whether a record holds {name}: it is a float")
    if field.digits:
        for value in selection.values:
            try:
                Decimal(value)
            except InvalidOperation:
                raise LayoutError(f"{field.name} is a number, and {value!r} is none") from None
