"""A batch's rows as a database client binds them: filled and checked in compiled code, the GIL released."""

from decimal import Decimal

import numpy as np

from cpython.list cimport PyList_New, PyList_SET_ITEM
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_New, PyTuple_SET_ITEM
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memcpy

from mfdecode.arrays cimport first_byte
from mfdecode.kernels cimport (
    MF_DATE, MF_DECIMAL, MF_DOUBLE, MF_INTEGER, MF_LATIN1, MF_NULL_DATA, MF_REAL, MF_UCS4, mf_bound, mf_fill_rows,
    MF_TIMESTAMP, mf_integer, mf_parameter, mf_put_integer, mf_value_size,
)

cdef extern from "Python.h":
    str PyUnicode_New(Py_ssize_t, Py_UCS4)
    uint8_t *PyUnicode_1BYTE_DATA(object)
    void PyObject_GC_UnTrack(void *)

_ALIGNMENT = 8
_INTEGERS = ("<i2", "<i4", "<i8", "<u2", "<u4", "<u8", "|V16")


cdef Py_ssize_t aligned(Py_ssize_t at):
    return (at + _ALIGNMENT - 1) // _ALIGNMENT * _ALIGNMENT


cdef int describe(mf_bound *bound, parameter, dtype) except -1:
    """Write into ``bound`` what a parameter says, if the kernels can make it of the dtype."""
    cdef bint fits
    bound.kind = <mf_parameter> <int> parameter.kind
    bound.source_scale, bound.scale = parameter.source_scale, parameter.scale
    bound.width, bound.precision, bound.nullable = parameter.width, parameter.precision, parameter.nullable
    if bound.kind == MF_LATIN1 or bound.kind == MF_UCS4:
        bound.size = dtype.itemsize // (1 if bound.kind == MF_LATIN1 else 4)
        fits = dtype.kind == ("S" if bound.kind == MF_LATIN1 else "U") and bound.width >= 0
    elif bound.kind == MF_INTEGER or bound.kind == MF_DECIMAL:
        fits = dtype.str in _INTEGERS and -38 <= bound.scale - bound.source_scale <= 38
        fits = fits and 0 <= bound.scale <= bound.precision <= 38 and bound.precision > 0
        fits = fits and (bound.width in (2, 4, 8) or bound.width == 16 and bound.kind == MF_DECIMAL)
        bound.type = <mf_integer> <int> (_INTEGERS.index(dtype.str) if fits else 0)
    elif bound.kind == MF_DATE or bound.kind == MF_TIMESTAMP:
        fits = dtype.str == ("<M8[D]" if bound.kind == MF_DATE else "<M8[us]")
    else:
        bound.size = dtype.itemsize
        fits = dtype.str in ("<f4", "<f8")
    if not fits:
        raise ValueError(f"{parameter} cannot be made of {dtype}")
    return 0


cdef class Rows:
    """Room for rows of a table, one structure each.

    A row begins with an int32 indicator a column: the bytes of its value, or SQL_NULL_DATA.

    Args:
        parameters: what each column of the table takes: a ``Parameter`` each.
        dtypes: of the arrays that the values come from.
        capacity: rows.

    Raises:
        ValueError: a column cannot be made of its dtype.
    """

    def __cinit__(self, parameters, dtypes, Py_ssize_t capacity):
        cdef Py_ssize_t i, at
        self.columns = len(parameters)
        self.capacity = capacity
        self.dtypes = list(dtypes)
        self.bounds = <mf_bound *> PyMem_Calloc(max(1, self.columns), sizeof(mf_bound))
        if self.bounds == NULL:
            raise MemoryError
        at = 4 * self.columns
        for i, (parameter, dtype) in enumerate(zip(parameters, dtypes, strict=True)):
            describe(&self.bounds[i], parameter, dtype)
            at = aligned(at)
            self.bounds[i].indicator = <int32_t> (4 * i)
            self.bounds[i].at = <int32_t> at
            at += mf_value_size(&self.bounds[i])
        self.row_size = aligned(at)
        self.memory = np.zeros(max(1, self.row_size * capacity), np.uint8)
        self.view = self.memory

    def __dealloc__(self):
        PyMem_Free(self.bounds)

    def fill(self, columns, const int64_t[::1] positions not None):
        """Fill the rows from positions of the columns, which are pairs of values and statuses of one length.

        Returns why each row must not be given to the database (0: it may), and the number of the column that says so.
        """
        cdef Py_ssize_t i, count = positions.shape[0], length = -1
        cdef uint8_t[::1] refusals = np.zeros(max(1, count), np.uint8)
        cdef int16_t[::1] refused = np.zeros(max(1, count), np.int16)
        cdef const uint8_t[::1] status
        cdef mf_bound *bound
        cdef bint inside = True
        if count > self.capacity or len(columns) != self.columns:
            raise ValueError("the batch does not fit the rows")
        statuses = []   # they live as long as the kernels read them
        for i, (values, mask) in enumerate(columns):
            length = values.shape[0] if length < 0 else length
            if values.dtype != self.dtypes[i] or values.shape[0] != length or mask.shape[0] != length:
                raise ValueError(f"column {i} is not as it was announced")
            status = np.ascontiguousarray(mask)
            statuses.append(status)
            bound = &self.bounds[i]
            bound.source.values = first_byte(values)
            bound.source.stride = values.strides[0]
            bound.source.count = <size_t> count
            if count > 0 and length > 0:
                bound.source.status = &status[0]
                bound.source.rows = &positions[0]
        for i in range(count):
            inside &= 0 <= positions[i] < length
        if not inside:
            raise ValueError("a row lies outside the columns")
        self.count = count
        with nogil:
            mf_fill_rows(self.bounds, <size_t> self.columns, <size_t> count, &self.view[0], <size_t> self.row_size,
                         &refusals[0], &refused[0])
        return np.asarray(refusals)[:count], np.asarray(refused)[:count]

    def tuples(self, Py_ssize_t begin, Py_ssize_t end):
        """A tuple a row: texts, decimals, dates and integers of 8 bytes as str, all else as int or float."""
        cdef Py_ssize_t i, j
        cdef list rows
        cdef tuple row
        self.within(begin, end)
        rows = PyList_New(end - begin)
        for i in range(begin, end):
            row = PyTuple_New(self.columns)
            for j in range(self.columns):
                value = self.value(i, j, True)
                Py_INCREF(value)
                PyTuple_SET_ITEM(row, j, value)
            PyObject_GC_UnTrack(<void *> row)   # nothing in it can refer to it
            Py_INCREF(row)
            PyList_SET_ITEM(rows, i - begin, row)
        return rows

    def lists(self, Py_ssize_t begin, Py_ssize_t end):
        """A list a column: decimals as ``Decimal``, texts and dates as str, all else as int or float."""
        cdef Py_ssize_t i, j
        self.within(begin, end)
        return [[self.value(i, j, False) for i in range(begin, end)] for j in range(self.columns)]

    cdef int within(self, Py_ssize_t begin, Py_ssize_t end) except -1:
        if not 0 <= begin <= end <= self.count:
            raise IndexError("rows that were not filled")
        return 0

    cdef object value(self, Py_ssize_t i, Py_ssize_t j, bint as_text):
        cdef const uint8_t *row = &self.view[0] + i * self.row_size
        cdef const mf_bound *bound = &self.bounds[j]
        cdef const uint8_t *at = row + bound.at
        cdef int32_t indicator
        cdef int16_t number2
        cdef int32_t number4
        cdef int64_t number8
        cdef float real
        cdef double double_
        cdef char text[24]
        memcpy(&indicator, row + bound.indicator, 4)
        if indicator == MF_NULL_DATA:
            return None
        if bound.kind == MF_INTEGER and bound.width == 2:
            memcpy(&number2, at, 2)
            return number2
        if bound.kind == MF_INTEGER and bound.width == 4:
            memcpy(&number4, at, 4)
            return number4
        if bound.kind == MF_INTEGER:
            memcpy(&number8, at, 8)
            if not as_text:
                return number8
            return ascii_text(<const uint8_t *> text, mf_put_integer(<uint8_t *> text, number8))
        if bound.kind == MF_REAL:
            memcpy(&real, at, 4)
            return <double> real
        if bound.kind == MF_DOUBLE:
            memcpy(&double_, at, 8)
            return double_
        if bound.kind == MF_LATIN1 or bound.kind == MF_UCS4:
            if indicator > 1 and is_ascii(at, indicator):   # of fewer there is an object already
                return ascii_text(at, indicator)
            return PyUnicode_DecodeUTF8(<const char *> at, indicator, NULL)
        content = ascii_text(at, indicator)
        return content if as_text or bound.kind != MF_DECIMAL else Decimal(content)


cdef inline bint is_ascii(const uint8_t *text, Py_ssize_t length) noexcept:
    """By words: values begin at one, and rows end with one, so that no more is read than the row."""
    cdef uint64_t word, seen = 0
    while length > 8:
        memcpy(&word, text, 8)
        seen |= word
        text += 8
        length -= 8
    if length > 0:
        memcpy(&word, text, 8)
        seen |= word << (64 - 8 * length)
    return seen & <uint64_t> 0x8080808080808080 == 0


cdef inline object ascii_text(const uint8_t *text, Py_ssize_t length):
    content = PyUnicode_New(length, 127)
    memcpy(PyUnicode_1BYTE_DATA(content), text, length)
    return content
