/* What is left of a text when its blanks are taken off. */
#ifndef MF_TRIMMED_H
#define MF_TRIMMED_H

#include "words.h"

/* The bytes of the cell that remain after trimming: [*from, returned). */
MF_INLINE int trimmed(const mf_field *f, const uint8_t *src, int *from)
{
    const uint8_t *is_void = f->void_table;
    int end = f->length;
    if (f->trim & MF_TRIM_RIGHT) {
        uint64_t blanks;
        memset(&blanks, f->blank, 8);
        for (; end >= 8; end -= 8) {
            uint64_t tail;
            memcpy(&tail, src + end - 8, 8);
            if (tail != blanks)
                break;
        }
        while (end > 0 && is_void[src[end - 1]])
            end--;
    }
    *from = 0;
    if (f->trim & MF_TRIM_LEFT)
        while (*from < end && is_void[src[*from]])
            ++*from;
    return end;
}

#endif
