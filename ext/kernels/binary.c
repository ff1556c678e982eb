/* COMP and COMP-5: big-endian two's complement of 1 to 16 bytes. */
#include "words.h"

static mf_uint128 power_of_ten(int n)
{
    mf_uint128 p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

MF_INLINE mf_int128 integer_of_word(const uint8_t *p, int n, bool is_signed)
{
    uint64_t w = mf_load_head(p, n);
    if (!is_signed)
        return (mf_int128)w;
    int unused = 64 - 8 * n;
    return (int64_t)(w << unused) >> unused;
}

MF_INLINE mf_int128 integer(const uint8_t *p, int n, bool is_signed)
{
    if (n > 8) { /* an unsigned number past 2**127 has more digits than any PICTURE: that it turns negative is no matter */
        mf_uint128 high = (mf_uint128)integer_of_word(p, n - 8, is_signed);
        return (mf_int128)(high << 64 | mf_load64(p + n - 8));
    }
    return integer_of_word(p, n, is_signed);
}

MF_INLINE void binary_cells(const mf_field *f, const mf_cells *c, int width)
{
    mf_uint128 limit = f->digits == 0 ? 0 : power_of_ten(f->digits);
    for (size_t i = 0; i < c->count; i++) {
        const uint8_t *src = c->src + (ptrdiff_t)i * c->src_stride;
        mf_int128 value = integer(src, f->length, f->is_signed);
        uint8_t status = MF_OK;
        mf_uint128 magnitude = value < 0 && f->is_signed ? -(mf_uint128)value : (mf_uint128)value;
        if (__builtin_expect(limit != 0 && magnitude >= limit, 0)) {
            status = mf_wrong(f, src, MF_OVERFLOW);
            value = 0;
        }
        mf_store(c->dst + (ptrdiff_t)i * c->dst_stride, width, value);
        c->status[i] = status;
    }
}

void mf_binary(const mf_field *f, const mf_cells *c) { MF_BY_WIDTH(binary_cells, f, c) }
