/* OCCURS DEPENDING ON as compilers write it: what follows a table begins where its last occurrence ends. */
#ifndef MF_ODO_H
#define MF_ODO_H

#include "batch.h"

/* Bytes of the value of a counter, at most. */
#define MF_MOST_CODE 256

/* Steps through a record. Without a counter: copy. With one: copy as many occurrences as it says; or, of a table whose
   occurrences vary themselves, skip to step `next` where it says that this occurrence is not there. */
typedef struct mf_odo_step {
    int32_t counter;       /* the column that counts, -1 for none */
    int32_t occurrence;    /* -1 for all of them at once */
    int32_t offset;        /* where to, in the record at its longest */
    int32_t length;        /* bytes; of one occurrence */
    int32_t minimum;       /* occurrences */
    int32_t maximum;
    int32_t next;
    int32_t code_count;    /* of a counter that is text: what its codes count */
    const uint8_t *codes;  /* the column's value, then an int32, each */
} mf_odo_step;

typedef struct mf_odo {
    const mf_odo_step *steps;
    size_t step_count;
} mf_odo;

/* Lays out a record of `length` bytes as it would be at its longest, in plan->record_length bytes; what is not there is
   X'00'. Returns where it ends: behind its last byte, or at the first table whose counter counts nothing. */
int64_t mf_expand(const mf_plan *plan, const mf_odo *odo, const uint8_t *data, int64_t length, uint8_t *record);

#endif
