"""The C kernels, as Cython sees them."""

from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.stddef cimport ptrdiff_t


cdef extern from "cells.h" nogil:
    ctypedef struct mf_verdicts:
        uint8_t blanks
        uint8_t low_values
        uint8_t high_values
        uint8_t bad_sign
        uint8_t bad_digit

    ctypedef struct mf_field:
        int32_t length
        int32_t before
        int32_t after
        int32_t digits
        int32_t width
        uint8_t is_signed
        uint8_t sign_leading
        uint8_t sign_separate
        uint8_t is_little
        uint8_t blank
        uint8_t zone
        uint8_t plus
        uint8_t minus
        uint8_t point
        uint8_t currency
        uint8_t trim
        uint16_t plus_nibbles
        uint16_t minus_nibbles
        mf_verdicts verdicts
        const uint8_t *text_table
        const uint32_t *wide_table
        const uint32_t *double_table
        const uint8_t *void_table
        const uint8_t *sign_table
        const uint8_t *edits

    ctypedef struct mf_cells:
        pass

    ctypedef void (*mf_kernel)(const mf_field *, const mf_cells *) noexcept

    ctypedef struct mf_kernels:
        mf_kernel text_latin1
        mf_kernel text_wide
        mf_kernel text_utf8
        mf_kernel text_mixed
        mf_kernel text_graphic
        mf_kernel text_national
        mf_kernel zoned
        mf_kernel packed
        mf_kernel unsigned_packed
        mf_kernel binary
        mf_kernel edited
        mf_kernel float_ibm
        mf_kernel float_ieee


cdef extern from "levels.h" nogil:
    enum mf_level:
        MF_BASELINE
        MF_NEON
        MF_AVX2
        MF_AVX512

    const mf_kernels *mf_kernels_at(mf_level) noexcept


cdef extern from "batch.h" nogil:
    ctypedef struct mf_column:
        mf_kernel kernel
        mf_field field
        int32_t offset
        int32_t target
        int32_t size
        uint8_t unit
        uint8_t tentative

    ctypedef struct mf_plan:
        const mf_column *columns
        size_t column_count
        int32_t record_length
        int32_t row_size

    ctypedef struct mf_output:
        uint8_t *rows
        uint8_t *status
        size_t status_stride

    void mf_decode_fixed(const mf_plan *, const uint8_t *, ptrdiff_t, size_t, size_t, const mf_output *) noexcept
    void mf_decode_variable(const mf_plan *, const mf_odo *, const uint8_t *, const int64_t *, const int64_t *, size_t,
                            uint8_t *, size_t, int64_t *, const mf_output *) noexcept


cdef extern from "odo.h" nogil:
    int MF_MOST_CODE

    ctypedef struct mf_odo_step:
        int32_t counter
        int32_t occurrence
        int32_t offset
        int32_t length
        int32_t minimum
        int32_t maximum
        int32_t next
        int32_t code_count
        const uint8_t *codes

    ctypedef struct mf_odo:
        const mf_odo_step *steps
        size_t step_count


cdef extern from "framing.h" nogil:
    enum mf_frame_end:
        MF_FRAME_ENOUGH
        MF_FRAME_MORE
        MF_FRAME_BAD_RDW
        MF_FRAME_BAD_BDW

    enum mf_return:
        pass

    ctypedef struct mf_descriptor:
        bint little
        int64_t extra

    ctypedef struct mf_framing:
        mf_descriptor rdw
        mf_descriptor bdw
        bint spanned
        int64_t before
        int64_t after

    ctypedef struct mf_frames:
        int64_t *starts
        int64_t *lengths
        size_t capacity
        size_t count
        size_t consumed
        size_t left
        size_t cut
        size_t cut_count
        size_t broken
        mf_frame_end end

    void mf_frame_rdw(const uint8_t *, size_t, const mf_framing *, mf_frames *) noexcept
    void mf_frame_blocks(uint8_t *, size_t, const mf_framing *, mf_frames *) noexcept
    void mf_frame_lines(const uint8_t *, size_t, uint8_t, mf_return, bint, const mf_framing *, mf_frames *) noexcept
    int64_t mf_find_rdw(const uint8_t *, size_t, size_t, bint, const mf_framing *) noexcept
    int64_t mf_find_block(const uint8_t *, size_t, size_t, bint, const mf_framing *) noexcept


cdef extern from "source.h" nogil:
    enum mf_integer:
        MF_INT16
        MF_INT32
        MF_INT64
        MF_UINT16
        MF_UINT32
        MF_UINT64
        MF_INT128

    ctypedef struct mf_source:
        const uint8_t *values
        ptrdiff_t stride
        const uint8_t *status
        const int64_t *rows
        size_t count


cdef extern from "gather.h" nogil:
    size_t mf_gather_validity(const mf_source *, uint8_t *) noexcept
    size_t mf_gather_latin1(const mf_source *, size_t, int32_t *, uint8_t *) noexcept
    size_t mf_gather_ucs4(const mf_source *, size_t, int32_t *, uint8_t *) noexcept
    void mf_gather_integers(const mf_source *, mf_integer, int, int, uint8_t *) noexcept


cdef extern from "rows.h" nogil:
    enum mf_parameter:
        MF_LATIN1
        MF_UCS4
        MF_INTEGER
        MF_DECIMAL
        MF_REAL
        MF_DOUBLE
        MF_DATE
        MF_TIMESTAMP

    int MF_NULL_DATA

    ctypedef struct mf_bound:
        mf_source source
        mf_parameter kind
        mf_integer type
        int32_t size
        int32_t source_scale
        int32_t at
        int32_t indicator
        int32_t width
        int32_t precision
        int32_t scale
        bint nullable

    int32_t mf_put_integer(uint8_t *, int64_t) noexcept
    int32_t mf_value_size(const mf_bound *) noexcept
    void mf_fill_rows(const mf_bound *, size_t, size_t, uint8_t *, size_t, uint8_t *, int16_t *) noexcept
