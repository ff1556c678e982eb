"""How many rejected records a run bears."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RejectLimits:
    """The limits of a run, both of which hold.

    Attributes:
        count: of rejected records that are borne.
        percent: of the records that may be rejected.
    """

    count: int
    percent: Decimal = Decimal(100)

    def passed(self, rejected: int, records: int | None) -> str:
        """The limit that is passed, and by what; empty if none is.

        Args:
            rejected: so far.
            records: of the whole input, or more; None where nobody knows how many it can have.
        """
        if rejected > self.count:
            return f"{rejected:,} records were rejected, and rejects.limit is {self.count:,}"
        if records is not None and rejected * 100 > self.percent * records:
            share = 100 * rejected / records
            return f"{share:.3g} % of the records were rejected, and rejects.percent is {self.percent.normalize():f}"
        return ""
