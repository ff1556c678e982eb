"""The codes of records that are rejected as a whole, for what they are and not for a field."""

from mfdecode.status import Status

LONG_RECORD = "LONG_RECORD"
"""The record goes on after its layout has ended."""
COLUMN_COUNT = "COLUMN_COUNT"
"""A delimited line that has too few or too many columns."""
BROKEN_RDW = "BROKEN_RDW"
"""A stretch of the file in which no record could be found."""
NO_RECORD_TYPE = "NO_RECORD_TYPE"
"""The record is of none of the job's record types."""
NO_PARENT = "NO_PARENT"
"""Before the record there is none that it could belong to."""

UNPLACED = frozenset(
    {LONG_RECORD, COLUMN_COUNT, BROKEN_RDW, NO_RECORD_TYPE, Status.TRUNCATED.name, Status.BAD_COUNT.name}
)
"""Of records in which nobody knows what stands where."""
