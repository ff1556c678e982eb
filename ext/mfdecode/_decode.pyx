"""Batches through the kernels, the GIL released. Bounds are checked here, once a batch."""

from libc.stdint cimport int64_t, uint8_t

from mfdecode._plan cimport Plan
from mfdecode.kernels cimport mf_decode_fixed, mf_decode_variable, mf_odo, mf_output


cdef int output(Plan plan, uint8_t[:, ::1] rows, uint8_t[:, ::1] status, Py_ssize_t count, mf_output *out) except -1:
    if rows.shape[0] < count or rows.shape[1] != plan.c.row_size:
        raise ValueError("the array does not hold the batch")
    if status.shape[0] != <Py_ssize_t> plan.c.column_count or status.shape[1] < count:
        raise ValueError("the status array does not hold the batch")
    out.rows = &rows[0, 0]
    out.status = &status[0, 0]
    out.status_stride = <size_t> status.shape[1]
    return 0


def decode_fixed(Plan plan not None, const uint8_t[::1] data not None, Py_ssize_t stride, Py_ssize_t count,
                 Py_ssize_t block, uint8_t[:, ::1] rows not None, uint8_t[:, ::1] status not None):
    """Decode ``count`` records that follow one another every ``stride`` bytes.

    Args:
        plan: of the layout.
        data: the records.
        stride: bytes from one record to the next.
        count: of records.
        block: bytes to decode at a time.
        rows: (count, row size), written.
        status: (columns, count), written.

    Raises:
        ValueError: something does not fit into something else.
    """
    cdef mf_output out
    if count == 0 or plan.c.column_count == 0:
        return
    if count < 0 or stride < plan.c.record_length or block < 1:
        raise ValueError("the stride is shorter than the record")
    if count > data.shape[0] // stride and (count - 1) * stride + plan.c.record_length > data.shape[0]:
        raise ValueError("the data ends before the last record")
    output(plan, rows, status, count, &out)
    with nogil:
        mf_decode_fixed(&plan.c, &data[0], stride, <size_t> count, <size_t> block, &out)


def decode_variable(Plan plan not None, const uint8_t[::1] data not None, const int64_t[::1] starts not None,
                    const int64_t[::1] lengths not None, uint8_t[::1] scratch not None, int64_t[::1] ends not None,
                    uint8_t[:, ::1] rows not None, uint8_t[:, ::1] status not None):
    """Decode records that lie anywhere in ``data``, by the plan's steps if it has some; what they lack is absent.

    Args:
        plan: of the layout.
        data: the records.
        starts: of each record, in bytes.
        lengths: of each record, in bytes; what is longer than the layout is not read.
        scratch: room for at least one record; decoded at a time.
        ends: room for a number each of as many records as scratch has room for.
        rows: (count, row size), written.
        status: (columns, count), written.

    Raises:
        ValueError: something does not fit into something else.
    """
    cdef mf_output out
    cdef Py_ssize_t count = starts.shape[0]
    cdef Py_ssize_t size = data.shape[0]
    cdef Py_ssize_t i
    cdef bint inside = True
    cdef const uint8_t *begin
    cdef const mf_odo *odo = NULL
    if count == 0 or plan.c.column_count == 0:
        return
    if lengths.shape[0] != count or scratch.shape[0] < plan.c.record_length:
        raise ValueError("starts, lengths and scratch do not fit together")
    if ends.shape[0] < scratch.shape[0] // plan.c.record_length:
        raise ValueError("ends and scratch do not fit together")
    output(plan, rows, status, count, &out)
    with nogil:
        for i in range(count):
            inside &= lengths[i] >= 0 and starts[i] >= 0 and starts[i] <= size and lengths[i] <= size - starts[i]
    if not inside:
        raise ValueError("a record lies outside the data")
    if plan.odo.step_count > 0:
        odo = &plan.odo
    # Records that are all empty have no byte to point to.
    begin = &data[0] if size > 0 else &scratch[0]
    with nogil:
        mf_decode_variable(&plan.c, odo, begin, &starts[0], &lengths[0], <size_t> count, &scratch[0],
                           <size_t> scratch.shape[0], &ends[0], &out)


def worst(const uint8_t[:, ::1] status not None):
    """The greatest status of each column; the GIL is kept, since to wait for it again would take longer.

    Args:
        status: (columns, count).
    """
    cdef Py_ssize_t i, j
    cdef uint8_t greatest
    cdef list found = []
    for j in range(status.shape[0]):
        greatest = 0
        for i in range(status.shape[1]):
            greatest = status[j, i] if status[j, i] > greatest else greatest
        found.append(greatest)
    return tuple(found)
