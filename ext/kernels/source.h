/* A column of a structured array, and the rows of it that are wanted. */
#ifndef MF_SOURCE_H
#define MF_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mf_integer { MF_INT16, MF_INT32, MF_INT64, MF_UINT16, MF_UINT32, MF_UINT64, MF_INT128 };

typedef struct mf_source {
    const uint8_t *values;
    ptrdiff_t stride;
    const uint8_t *status;   /* 0: there is a value; one a row of the array */
    const int64_t *rows;     /* which rows, checked by the caller */
    size_t count;
} mf_source;

#endif
