/* COMP, COMP-5 and COMP-X: two's complement of 1 to 16 bytes, big-endian but for a COMP-5 of other machines. */
#include "numbers.h"

MF_INLINE uint64_t integer_of_word(uint64_t w, int n, bool is_signed)
{
    int unused = 64 - 8 * n;
    return is_signed ? (uint64_t)((int64_t)(w << unused) >> unused) : w;
}

MF_INLINE mf_int128 integer(const uint8_t *p, int n, bool is_signed, bool is_little)
{
    if (n > 8) { /* that an unsigned number past 2**127 turns negative is no matter: no PICTURE has its digits */
        const uint8_t *upper = is_little ? p + 8 : p, *lower = is_little ? p : p + n - 8;
        uint64_t high = integer_of_word(mf_load_word(upper, n - 8, is_little), n - 8, is_signed);
        return (mf_int128)((mf_uint128)(mf_int128)(int64_t)high << 64 | mf_load_word(lower, 8, is_little));
    }
    uint64_t w = integer_of_word(mf_load_word(p, n, is_little), n, is_signed);
    return is_signed ? (mf_int128)(int64_t)w : (mf_int128)w;
}

MF_INLINE uint8_t binary(const mf_field *f, const uint8_t *p, mf_int128 *value)
{
    mf_int128 v = integer(p, f->length, f->is_signed, f->is_little);
    mf_uint128 magnitude = v < 0 && f->is_signed ? -(mf_uint128)v : (mf_uint128)v;
    if (f->digits != 0 && magnitude >= mf_power_of_ten(f->digits))
        return MF_OVERFLOW;
    *value = v;
    return MF_OK;
}

static void one_by_one(const mf_field *f, const mf_cells *c) { mf_read_numbers(f, c, binary); }

/* Up to eight bytes and 18 digits; inlined with a constant length. */
MF_INLINE uint64_t integers(const mf_field *f, const uint8_t *src, ptrdiff_t stride, size_t count, int64_t *values,
                            int n, bool is_little)
{
    /* One comparison: what lies outside of -limit to limit wraps round to more than their distance. */
    uint64_t limit = f->digits == 0 ? 0 : (uint64_t)mf_power_of_ten(f->digits) - 1;
    uint64_t bias = f->is_signed ? limit : 0, most = f->digits == 0 ? UINT64_MAX : limit + bias;
    uint64_t bad = 0;
    for (size_t i = 0; i < count; i++, src += stride) {
        uint64_t v = integer_of_word(mf_load_word(src, n, is_little), n, f->is_signed);
        bad |= v + bias > most;
        values[i] = (int64_t)v;
    }
    return bad;
}

static uint64_t integers_of_any(const mf_field *f, const uint8_t *src, ptrdiff_t stride, size_t count, int64_t *values)
{
    if (f->is_little)
        return integers(f, src, stride, count, values, f->length, true);
    switch (f->length) {
    case 2: return integers(f, src, stride, count, values, 2, false);
    case 4: return integers(f, src, stride, count, values, 4, false);
    case 8: return integers(f, src, stride, count, values, 8, false);
    default: return integers(f, src, stride, count, values, f->length, false);
    }
}

void mf_binary(const mf_field *f, const mf_cells *c)
{
    if (f->length > 8 || f->digits > 18)
        one_by_one(f, c);
    else
        mf_read_blocks(f, c, integers_of_any, one_by_one);
}
