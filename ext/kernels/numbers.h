/* Columns of numbers: a block of cells at a time in the hope that all are right, one by one where one is not. */
#ifndef MF_NUMBERS_H
#define MF_NUMBERS_H

#include "words.h"

enum { MF_BLOCK = 32 };

static inline bool mf_all(const uint8_t *p, int n, uint8_t byte)
{
    for (int i = 0; i < n; i++)
        if (p[i] != byte)
            return false;
    return true;
}

/* What the policy says of a number whose bytes are none. */
static inline uint8_t mf_verdict(const mf_field *f, const uint8_t *p, uint8_t error)
{
    if (mf_all(p, f->length, f->blank))
        return f->verdicts.blanks;
    if (mf_all(p, f->length, 0x00))
        return f->verdicts.low_values;
    if (mf_all(p, f->length, 0xFF))
        return f->verdicts.high_values;
    return error == MF_BAD_SIGN ? f->verdicts.bad_sign : error == MF_BAD_DIGIT ? f->verdicts.bad_digit : error;
}

/* Eight bytes of the record that reach over some of its cell's, and where those are among them. */
typedef struct mf_window {
    ptrdiff_t at; /* from the cell's begin */
    int left, right;
} mf_window;

static inline bool mf_has_window(const mf_field *f, int size)
{
    return f->before + f->length + f->after >= size;
}

/* Where `size` bytes of the record lie that hold the cell's byte `first` and those after it. */
static inline ptrdiff_t mf_window_at(const mf_field *f, int first, int size)
{
    int latest = f->length + f->after - size;
    return first < latest ? first : latest;
}

/* For the n bytes (1 to 8) from the cell's byte `first` on. */
static inline mf_window mf_window_of(const mf_field *f, int first, int n)
{
    ptrdiff_t at = mf_window_at(f, first, 8);
    return (mf_window){at, 8 * (int)(first - at), 64 - 8 * n};
}

/* As mf_load_head, without a choice by n. */
MF_INLINE uint64_t mf_load_window(const mf_window *w, const uint8_t *cell)
{
    return mf_load64(cell + w->at) << w->left >> w->right;
}

/* Reads up to MF_BLOCK cells as if all were right. Not zero: one is not, and the values are worthless. */
typedef uint64_t (*mf_block_reader)(const mf_field *field, const uint8_t *src, ptrdiff_t stride, size_t count,
                                    int64_t *values);

/* Reads one number; gives its status and, if that is MF_OK, its value. */
typedef uint8_t (*mf_reader)(const mf_field *field, const uint8_t *bytes, mf_int128 *value);

/* Inlined with a constant width and reader, so that each kernel is one loop without a choice. */
MF_INLINE void mf_read_cells(const mf_field *f, const mf_cells *c, int width, mf_reader read)
{
    for (size_t i = 0; i < c->count; i++) {
        const uint8_t *src = c->src + (ptrdiff_t)i * c->src_stride;
        mf_int128 value = 0;
        uint8_t status = read(f, src, &value);
        if (__builtin_expect(status != MF_OK, 0))
            status = mf_verdict(f, src, status);
        mf_store(c->dst + (ptrdiff_t)i * c->dst_stride, width, value);
        c->status[i] = status;
    }
}

MF_INLINE void mf_read_numbers(const mf_field *f, const mf_cells *c, mf_reader read)
{
    switch (f->width) {
    case 2: mf_read_cells(f, c, 2, read); break;
    case 4: mf_read_cells(f, c, 4, read); break;
    case 8: mf_read_cells(f, c, 8, read); break;
    default: mf_read_cells(f, c, 16, read);
    }
}

MF_INLINE void mf_store_block(const mf_cells *c, int width, size_t count, const int64_t *values)
{
    uint8_t *dst = c->dst;
    switch (width) {
    case 2: for (size_t i = 0; i < count; i++, dst += c->dst_stride) mf_store(dst, 2, values[i]); break;
    case 4: for (size_t i = 0; i < count; i++, dst += c->dst_stride) mf_store(dst, 4, values[i]); break;
    case 8: for (size_t i = 0; i < count; i++, dst += c->dst_stride) mf_store(dst, 8, values[i]); break;
    default: for (size_t i = 0; i < count; i++, dst += c->dst_stride) mf_store(dst, 16, values[i]);
    }
    memset(c->status, MF_OK, count);
}

MF_INLINE void mf_read_blocks(const mf_field *f, const mf_cells *c, mf_block_reader block, mf_kernel one_by_one)
{
    int64_t values[MF_BLOCK];
    for (size_t first = 0; first < c->count; first += MF_BLOCK) {
        mf_cells part = {
            .src = c->src + (ptrdiff_t)first * c->src_stride,
            .src_stride = c->src_stride,
            .dst = c->dst + (ptrdiff_t)first * c->dst_stride,
            .dst_stride = c->dst_stride,
            .status = c->status + first,
            .count = c->count - first < MF_BLOCK ? c->count - first : MF_BLOCK,
        };
        if (__builtin_expect(part.count == MF_BLOCK, 1)) { /* most of them: loops of a known length */
            if (__builtin_expect(block(f, part.src, part.src_stride, MF_BLOCK, values) == 0, 1))
                mf_store_block(&part, f->width, MF_BLOCK, values);
            else
                one_by_one(f, &part);
        } else if (block(f, part.src, part.src_stride, part.count, values) == 0) {
            mf_store_block(&part, f->width, part.count, values);
        } else {
            one_by_one(f, &part);
        }
    }
}

#endif
