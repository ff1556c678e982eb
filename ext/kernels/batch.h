/* A batch: every field of many records, block by block, so that a block's bytes stay in cache. */
#ifndef MF_BATCH_H
#define MF_BATCH_H

#include "cells.h"

typedef struct mf_column {
    mf_kernel kernel;
    mf_field field;
    int32_t offset;     /* of the cell in the record */
    int32_t target;     /* of the value in a row of the array */
    int32_t size;       /* bytes of the value */
    uint8_t unit;       /* bytes of a text's character, 0 of no text: cut between two by the record's end it is the rest */
    uint8_t tentative;  /* in a REDEFINES alternative without a rule: an error means that it does not fit */
} mf_column;

typedef struct mf_plan {
    const mf_column *columns;
    size_t column_count;
    int32_t record_length; /* bytes that the columns reach over */
    int32_t row_size;      /* bytes of a row of the array */
} mf_plan;

struct mf_odo;

typedef struct mf_output {
    uint8_t *rows;
    uint8_t *status;        /* column by column: status of column j, record i at [j * status_stride + i] */
    size_t status_stride;
} mf_output;

/* Records at a fixed distance. The caller has checked that all of them lie in data. block: bytes decoded at a time. */
void mf_decode_fixed(const mf_plan *plan, const uint8_t *data, ptrdiff_t stride, size_t count, size_t block,
                     const mf_output *out);

/* Records anywhere in data, whose tables of variable size are laid out as at their longest if odo says how. scratch has
   room for at least one record_length, and is used whole; ends for as many numbers as record_lengths fit into it. */
void mf_decode_variable(const mf_plan *plan, const struct mf_odo *odo, const uint8_t *data, const int64_t *starts,
                        const int64_t *lengths, size_t count, uint8_t *scratch, size_t scratch_size, int64_t *ends,
                        const mf_output *out);

#endif
