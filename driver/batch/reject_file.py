"""The reject file: the rejected records as they were in the input, to be corrected and loaded again."""

from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from driver.core.records import KEPT, Reject
from driver.output.files import named, replacing
from mfdecode.framing import RecordFormat

Reasons = Counter[tuple[str, str]]
"""How many findings there are of a field and a code."""


def write_rejects(rejects: Iterable[Reject], path: Path | None, record_format: RecordFormat) -> Reasons:
    """Write each rejected record once and count the reasons; of bytes that are kept, count those alone.

    Args:
        rejects: in record order.
        path: replaced if it exists; None writes nothing.
        record_format: of the input; records of V, VB and VBS get an RDW, as a V file has it.

    Returns:
        The reasons.

    Raises:
        OSError: the file cannot be written.
    """
    reasons: Reasons = Counter()
    with ExitStack() as stack:
        file: BinaryIO | None = None
        if path is not None:
            file = stack.enter_context(replacing(path))
            stack.enter_context(named(path))
        last = -1
        for reject in rejects:
            reasons[reject.field, reject.code] += 1
            if reject.code == KEPT:
                continue
            if file is not None and reject.record != last:
                if record_format is RecordFormat.V or record_format.has_blocks:
                    file.write((len(reject.raw) + 4).to_bytes(2, "big") + b"\x00\x00")
                file.write(reject.raw)
            last = reject.record
    return reasons
