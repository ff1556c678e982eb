"""A layout made ready for the kernels."""

from mfdecode.kernels cimport mf_column, mf_plan


cdef class Plan:
    cdef mf_plan c
    cdef mf_column *columns
    cdef object tables
