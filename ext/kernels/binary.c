/* COMP and COMP-5: big-endian two's complement of 1 to 16 bytes. */
#include "numbers.h"

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
    if (n > 8) { /* that an unsigned number past 2**127 turns negative is no matter: no PICTURE has its digits */
        mf_uint128 high = (mf_uint128)integer_of_word(p, n - 8, is_signed);
        return (mf_int128)(high << 64 | mf_load64(p + n - 8));
    }
    return integer_of_word(p, n, is_signed);
}

MF_INLINE uint8_t binary(const mf_field *f, const uint8_t *p, mf_int128 *value)
{
    mf_int128 v = integer(p, f->length, f->is_signed);
    mf_uint128 magnitude = v < 0 && f->is_signed ? -(mf_uint128)v : (mf_uint128)v;
    if (f->digits != 0 && magnitude >= mf_power_of_ten(f->digits))
        return MF_OVERFLOW;
    *value = v;
    return MF_OK;
}

void mf_binary(const mf_field *f, const mf_cells *c) { mf_read_numbers(f, c, binary); }
