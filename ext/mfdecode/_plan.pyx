"""A layout made ready for the kernels: every extent is checked here, once, so that they need not."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport int64_t, uint8_t, uint32_t

from mfdecode.kernels cimport (
    MF_AVX2, MF_AVX512, MF_BASELINE, MF_MOST_CODE, MF_NEON, mf_column, mf_kernel, mf_kernels, mf_kernels_at, mf_level,
    mf_odo_step,
)

cdef dict LEVELS = {"baseline": MF_BASELINE, "neon": MF_NEON, "avx2": MF_AVX2, "avx512": MF_AVX512}


cdef const mf_kernels *kernels_at(str level) except? NULL:
    return mf_kernels_at(<mf_level> <int> LEVELS[level])


def has_level(str level not None):
    """Whether the kernels were compiled for this SIMD level, and processor and operating system have it."""
    return kernels_at(level) != NULL


cdef const uint8_t *table(object content, Py_ssize_t size) except? NULL:
    if not isinstance(content, bytes) or PyBytes_GET_SIZE(content) < size:
        raise ValueError(f"a table of {size} bytes is needed")
    return <const uint8_t *> PyBytes_AS_STRING(content)


cdef mf_kernel kernel_named(const mf_kernels *kernels, str name) except NULL:
    if name == "text_latin1":
        return kernels.text_latin1
    if name == "text_wide":
        return kernels.text_wide
    if name == "text_utf8":
        return kernels.text_utf8
    if name == "text_mixed":
        return kernels.text_mixed
    if name == "text_graphic":
        return kernels.text_graphic
    if name == "text_national":
        return kernels.text_national
    if name == "zoned":
        return kernels.zoned
    if name == "packed":
        return kernels.packed
    if name == "unsigned_packed":
        return kernels.unsigned_packed
    if name == "binary":
        return kernels.binary
    if name == "edited":
        return kernels.edited
    if name == "float_ibm":
        return kernels.float_ibm
    if name == "float_ieee":
        return kernels.float_ieee
    raise ValueError(f"there is no kernel {name!r}")


cdef int fill(mf_column *column, const mf_kernels *kernels, plan, Py_ssize_t record_length) except -1:
    column.kernel = kernel_named(kernels, plan.kernel)
    column.offset = plan.offset
    column.target = plan.target
    column.size = plan.size
    column.unit = plan.unit
    column.tentative = plan.tentative
    column.field.length = plan.length
    column.field.before = plan.offset
    column.field.after = record_length - plan.offset - plan.length
    column.field.digits = plan.digits
    column.field.width = plan.width
    column.field.is_signed = plan.signed
    column.field.sign_leading = plan.sign_leading
    column.field.sign_separate = plan.sign_separate
    column.field.is_little = plan.is_little
    column.field.blank = plan.codepage.blank
    column.field.zone = plan.codepage.zone
    column.field.plus = plan.codepage.plus
    column.field.minus = plan.codepage.minus
    column.field.point = plan.point
    column.field.currency = plan.currency
    column.field.trim = plan.trim
    column.field.plus_nibbles = plan.signs.plus_nibbles
    column.field.minus_nibbles = plan.signs.minus_nibbles
    column.field.verdicts.blanks = plan.verdicts.blanks
    column.field.verdicts.low_values = plan.verdicts.low_values
    column.field.verdicts.high_values = plan.verdicts.high_values
    column.field.verdicts.bad_sign = plan.verdicts.bad_sign
    column.field.verdicts.bad_digit = plan.verdicts.bad_digit
    column.field.text_table = table(plan.codepage.latin1_table, 256)
    column.field.wide_table = <const uint32_t *> table(plan.codepage.wide_table, 1024)
    if plan.kernel in ("text_mixed", "text_graphic"):
        column.field.double_table = <const uint32_t *> table(plan.codepage.double_table, 4 * 65536)
    column.field.void_table = table(plan.codepage.void_table, 256)
    column.field.sign_table = table(plan.signs.zoned_table, 256)
    column.field.edits = table(plan.edits, plan.length if plan.kernel == "edited" else 0)
    return 0


cdef Py_ssize_t written(plan) except -1:
    """Bytes of a row that a text kernel writes; 0 of others, whose values are as wide as their place."""
    if plan.unit == 0:
        return 0
    cdef Py_ssize_t width = 4 if plan.kernel in ("text_mixed", "text_graphic", "text_national") else plan.width
    return plan.length // plan.unit * width


cdef int fill_step(mf_odo_step *c, step, Plan plan, Py_ssize_t number, Py_ssize_t count) except -1:
    cdef int64_t most = step.maximum if step.counter >= 0 and step.occurrence < 0 else 1
    c.counter = step.counter
    c.occurrence = step.occurrence
    c.offset = step.offset
    c.length = step.length
    c.minimum = step.minimum
    c.maximum = step.maximum
    c.next = step.next
    c.code_count = step.code_count
    c.codes = NULL
    if c.counter >= <int64_t> plan.c.column_count or not (c.next == 0 or number < c.next <= count):
        raise ValueError(f"step {number} counts by a column, or goes to a step, that there is not")
    if c.offset < 0 or c.length < 0 or most < 0 or c.offset + c.length * most > plan.c.record_length:
        raise ValueError(f"step {number} reaches out of the record of {plan.c.record_length} bytes")
    if c.counter >= 0 and plan.columns[c.counter].size > MF_MOST_CODE:
        raise ValueError(f"step {number} counts by a column that is too long")
    if c.counter >= 0 and c.code_count > 0:
        c.codes = table(step.codes, c.code_count * (plan.columns[c.counter].size + 4))
    elif c.counter >= 0 and plan.columns[c.counter].unit != 0:
        raise ValueError(f"step {number} counts by a text without codes")
    return 0


cdef class Plan:
    """The columns of a layout as the kernels take them.

    Args:
        columns: ``mfdecode.planning.ColumnPlan`` each, in the order of the layout's cells.
        record_length: bytes that the columns may reach over in a record.
        row_size: bytes of a row of the array that they may write.
        level: which kernels, as ``has_level`` knows them.
        steps: ``mfdecode.odo.Step`` each, by which records are laid out as at their longest; of none they are already.

    Raises:
        ValueError: a column or a step reaches out of the record or the row, or lacks a table; or the level is not to be
            had.
    """

    def __cinit__(self, columns, Py_ssize_t record_length, Py_ssize_t row_size, str level not None, steps=()):
        cdef Py_ssize_t count = len(columns)
        cdef Py_ssize_t j
        cdef mf_column *column
        cdef const mf_kernels *kernels = kernels_at(level)
        if kernels == NULL:
            raise ValueError(f"there are no kernels of the level {level}")
        self.columns = <mf_column *> PyMem_Calloc(max(count, 1), sizeof(mf_column))
        if self.columns == NULL:
            raise MemoryError()
        self.steps = <mf_odo_step *> PyMem_Calloc(max(len(steps), 1), sizeof(mf_odo_step))
        if self.steps == NULL:
            raise MemoryError()
        self.tables = columns, steps  # the kernels point into them
        for j in range(count):
            fill(&self.columns[j], kernels, columns[j], record_length)
            column = &self.columns[j]
            if column.field.length < 1 or column.offset < 0 or column.offset + column.field.length > record_length:
                raise ValueError(f"column {j} reaches out of the record of {record_length} bytes")
            if column.size < 1 or column.target < 0 or column.target + column.size > row_size:
                raise ValueError(f"column {j} reaches out of the row of {row_size} bytes")
            if written(columns[j]) > column.size:
                raise ValueError(f"column {j} has no room for its text")
            if column.unit > 1 and column.field.length % column.unit != 0:
                raise ValueError(f"column {j} has half a character")
        self.c.columns = self.columns
        self.c.column_count = <size_t> count
        self.c.record_length = record_length
        self.c.row_size = row_size
        for j in range(len(steps)):
            fill_step(&self.steps[j], steps[j], self, j, len(steps))
        self.odo.steps = self.steps
        self.odo.step_count = <size_t> len(steps)

    def __dealloc__(self):
        PyMem_Free(self.columns)
        PyMem_Free(self.steps)

    @property
    def record_length(self):
        return self.c.record_length

    @property
    def row_size(self):
        return self.c.row_size

    def __len__(self):
        return self.c.column_count
