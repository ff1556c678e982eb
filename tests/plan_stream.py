"""Plans as bytes, for programs in C that run the kernels without Python; plan_stream.h reads them."""

import struct
from collections.abc import Sequence

from mfdecode.odo import Step
from mfdecode.planning import ColumnPlan

KERNELS = [
    "text_latin1", "text_wide", "text_utf8", "text_mixed", "text_graphic", "text_national", "zoned", "packed",
    "unsigned_packed", "binary", "edited", "float_ibm", "float_ieee",
]  # fmt: skip


def ints(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}i", *values)


def plan_bytes(columns: Sequence[ColumnPlan], record_length: int, row_size: int) -> bytes:
    return ints(len(columns), record_length, row_size) + b"".join(map(_column_bytes, columns))


def _column_bytes(plan: ColumnPlan) -> bytes:
    page, signs, verdicts = plan.codepage, plan.signs, plan.verdicts
    return b"".join(
        [
            ints(KERNELS.index(plan.kernel), plan.offset, plan.target, plan.size),
            ints(plan.unit, plan.tentative, plan.length, plan.digits, plan.width, plan.signed),
            ints(plan.sign_leading, plan.sign_separate, plan.is_little, page.blank, page.zone, page.plus),
            ints(page.minus, plan.point, plan.currency, plan.trim, signs.plus_nibbles, signs.minus_nibbles),
            ints(verdicts.blanks, verdicts.low_values, verdicts.high_values, verdicts.bad_sign, verdicts.bad_digit),
            page.latin1_table,
            page.wide_table,
            ints(len(page.double_table)),
            page.double_table,
            page.void_table,
            signs.zoned_table,
            plan.edits.ljust(plan.length, b"\0"),
        ]
    )


def steps_bytes(steps: Sequence[Step]) -> bytes:
    return ints(len(steps)) + b"".join(
        ints(s.offset, s.length, s.counter, s.occurrence, s.minimum, s.maximum, s.next, s.code_count) + s.codes
        for s in steps
    )
