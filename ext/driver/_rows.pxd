from libc.stdint cimport uint8_t

from mfdecode.kernels cimport mf_bound


cdef class Rows:
    cdef mf_bound *bounds
    cdef list dtypes
    cdef object memory
    cdef uint8_t[::1] view
    cdef readonly Py_ssize_t columns
    cdef readonly Py_ssize_t capacity
    cdef readonly Py_ssize_t row_size
    cdef readonly Py_ssize_t count
    cdef int within(self, Py_ssize_t begin, Py_ssize_t end) except -1
    cdef object value(self, Py_ssize_t i, Py_ssize_t j, bint as_text)
