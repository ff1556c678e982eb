"""A layout made ready for the kernels."""

from mfdecode.kernels cimport mf_column, mf_odo, mf_odo_step, mf_plan


cdef class Plan:
    cdef mf_plan c
    cdef mf_column *columns
    cdef mf_odo odo
    cdef mf_odo_step *steps
    cdef object tables
