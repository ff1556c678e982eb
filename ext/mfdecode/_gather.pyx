"""Columns for Arrow out of the rows of a structured array, the GIL released."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t, uintptr_t

from mfdecode.kernels cimport (
    mf_gather_integers, mf_gather_latin1, mf_gather_ucs4, mf_gather_validity, mf_integer, mf_source,
)


cdef int source(object values, const uint8_t[::1] status, const int64_t[::1] rows, mf_source *s) except -1:
    # The address is that of a live array: the caller holds it. A memoryview cannot stride over S or U items.
    cdef uintptr_t address = values.__array_interface__["data"][0]
    cdef Py_ssize_t count = values.shape[0]
    cdef Py_ssize_t i
    cdef bint inside = True
    if status.shape[0] != count:
        raise ValueError("values and status are not of one length")
    with nogil:
        for i in range(rows.shape[0]):
            inside &= <uint64_t> rows[i] < <uint64_t> count
    if not inside:
        raise ValueError("a row lies outside the column")
    s.values = <const uint8_t *> address
    s.stride = values.strides[0]
    s.count = <size_t> rows.shape[0]
    if count > 0:
        s.status = &status[0]
    if rows.shape[0] > 0:
        s.rows = &rows[0]
    return 0


def validity(values, const uint8_t[::1] status not None, const int64_t[::1] rows not None, uint8_t[::1] bits not None):
    """Write Arrow's validity bitmap of the chosen rows into ``bits``; return the number of nulls."""
    cdef mf_source s
    cdef size_t nulls
    source(values, status, rows, &s)
    if bits.shape[0] * 8 < rows.shape[0]:
        raise ValueError("the bitmap is too short")
    if rows.shape[0] == 0:
        return 0
    with nogil:
        nulls = mf_gather_validity(&s, &bits[0])
    return nulls


def utf8(values, const uint8_t[::1] status not None, const int64_t[::1] rows not None,
         int32_t[::1] offsets not None, uint8_t[::1] data not None):
    """Write the chosen rows' texts as UTF-8 into ``data`` with their ``offsets``; return the bytes written."""
    cdef mf_source s
    cdef size_t written
    cdef bint wide = values.dtype.kind == "U"
    cdef size_t size = values.dtype.itemsize // (4 if wide else 1)
    source(values, status, rows, &s)
    if offsets.shape[0] != rows.shape[0] + 1 or data.shape[0] < <Py_ssize_t> size * (4 if wide else 2) * rows.shape[0]:
        raise ValueError("the buffers are too short")
    if rows.shape[0] == 0 or size == 0:
        offsets[:] = 0
        return 0
    with nogil:
        if wide:
            written = mf_gather_ucs4(&s, size, &offsets[0], &data[0])
        else:
            written = mf_gather_latin1(&s, size, &offsets[0], &data[0])
    return written


def integers(values, const uint8_t[::1] status not None, const int64_t[::1] rows not None, int kind, int power,
             uint8_t[:, ::1] out not None):
    """Write the chosen rows' integers, times 10**power, into ``out`` of 2, 4, 8 or 16 bytes a row.

    ``kind`` is the position in (int16, int32, int64, uint16, uint32, uint64, INT128).
    """
    cdef mf_source s
    cdef int width = out.shape[1]
    cdef mf_integer integer = <mf_integer> kind
    source(values, status, rows, &s)
    if out.shape[0] != rows.shape[0] or width not in (2, 4, 8, 16) or not 0 <= kind <= 6:
        raise ValueError("the buffer does not fit the rows")
    if rows.shape[0] == 0:
        return
    with nogil:
        mf_gather_integers(&s, integer, width, power, &out[0, 0])
