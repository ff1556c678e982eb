/* Columns out of the rows of an array: what Arrow wants, without a Python object a value. */
#ifndef MF_GATHER_H
#define MF_GATHER_H

#include "source.h"

/* Bit i of validity (least significant first): rows[i] has a value. Returns how many have none. */
size_t mf_gather_validity(const mf_source *source, uint8_t *validity);

/* Latin-1 of `size` bytes, or UCS-4 of `size` characters, to UTF-8; trailing NULs are not part of a text.
   offsets: count + 1; data: room for 2 * size or 4 * size bytes a row. Returns the bytes written. */
size_t mf_gather_latin1(const mf_source *source, size_t size, int32_t *offsets, uint8_t *data);
size_t mf_gather_ucs4(const mf_source *source, size_t size, int32_t *offsets, uint8_t *data);

/* Integers to width 2, 4, 8 or 16 bytes, each times 10**power. */
void mf_gather_integers(const mf_source *source, enum mf_integer type, int width, int power, uint8_t *out);

#endif
