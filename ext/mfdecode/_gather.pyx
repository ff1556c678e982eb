"""Columns for Arrow out of the rows of a structured array, the GIL released once a column."""

from cython cimport final
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t

from mfdecode.arrays cimport first_byte
from mfdecode.kernels cimport (
    mf_gather_integers, mf_gather_latin1, mf_gather_ucs4, mf_gather_validity, mf_integer, mf_source,
)


@final
cdef class Chosen:
    """The rows that are wanted of columns.

    Args:
        rows: their positions.
        length: of the columns.

    Raises:
        ValueError: a row lies outside the columns.
    """

    cdef const int64_t[::1] rows
    cdef Py_ssize_t length

    def __init__(self, const int64_t[::1] rows not None, Py_ssize_t length):
        cdef Py_ssize_t i
        cdef bint inside = length >= 0
        for i in range(rows.shape[0]):
            inside &= <uint64_t> rows[i] < <uint64_t> length
        if not inside:
            raise ValueError("a row lies outside the column")
        self.rows = rows
        self.length = length

    def __len__(self):
        return self.rows.shape[0]


cdef int source(object values, const uint8_t[::1] status, Chosen chosen, uint8_t[::1] bits, mf_source *s) except -1:
    if values.shape[0] != chosen.length or status.shape[0] != chosen.length:
        raise ValueError("values and status are not of one length, that of the rows")
    if bits.shape[0] * 8 < chosen.rows.shape[0]:
        raise ValueError("the bitmap is too short")
    s.values = first_byte(values)
    s.stride = values.strides[0]
    s.count = <size_t> chosen.rows.shape[0]
    if s.count > 0:
        s.status = &status[0]
        s.rows = &chosen.rows[0]
    return 0


def validity(values, const uint8_t[::1] status not None, Chosen chosen not None, uint8_t[::1] bits not None):
    """Write Arrow's validity bitmap of the chosen rows into ``bits``; return the number of nulls."""
    cdef mf_source s
    cdef size_t nulls = 0
    source(values, status, chosen, bits, &s)
    if s.count > 0:
        with nogil:
            nulls = mf_gather_validity(&s, &bits[0])
    return nulls


def utf8(values, const uint8_t[::1] status not None, Chosen chosen not None, uint8_t[::1] bits not None,
         int32_t[::1] offsets not None, uint8_t[::1] data not None):
    """The same, and the texts of the rows as UTF-8 into ``data`` with their ``offsets``.

    Returns:
        (nulls, bytes written).
    """
    cdef mf_source s
    cdef size_t nulls = 0, written = 0
    cdef bint wide = values.dtype.kind == "U"
    cdef size_t size = values.dtype.itemsize // (4 if wide else 1)
    cdef Py_ssize_t count = chosen.rows.shape[0]
    source(values, status, chosen, bits, &s)
    if offsets.shape[0] != count + 1 or data.shape[0] < <Py_ssize_t> size * (4 if wide else 2) * count:
        raise ValueError("the buffers are too short")
    if count == 0 or size == 0:
        offsets[:] = 0
        return validity(values, status, chosen, bits), 0
    with nogil:
        nulls = mf_gather_validity(&s, &bits[0])
        if wide:
            written = mf_gather_ucs4(&s, size, &offsets[0], &data[0])
        else:
            written = mf_gather_latin1(&s, size, &offsets[0], &data[0])
    return nulls, written


def integers(values, const uint8_t[::1] status not None, Chosen chosen not None, uint8_t[::1] bits not None, int kind,
             int power, uint8_t[:, ::1] out not None):
    """The same, and the integers of the rows, times 10**power, into ``out`` of 2, 4, 8 or 16 bytes a row.

    ``kind`` is the position in (int16, int32, int64, uint16, uint32, uint64, INT128).

    Returns:
        The number of nulls.
    """
    cdef mf_source s
    cdef size_t nulls = 0
    cdef int width = out.shape[1]
    cdef mf_integer integer = <mf_integer> kind
    source(values, status, chosen, bits, &s)
    if out.shape[0] != chosen.rows.shape[0] or width not in (2, 4, 8, 16) or not 0 <= kind <= 6:
        raise ValueError("the buffer does not fit the rows")
    if s.count > 0:
        with nogil:
            nulls = mf_gather_validity(&s, &bits[0])
            mf_gather_integers(&s, integer, width, power, &out[0, 0])
    return nulls
