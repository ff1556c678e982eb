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

/* What has the field's digits, by one comparison: what lies outside of -limit to limit wraps round to more than their
   distance. */
typedef struct range {
    uint64_t bias, most;
} range;

MF_INLINE range range_of(const mf_field *f)
{
    uint64_t limit = f->digits == 0 ? 0 : (uint64_t)mf_power_of_ten(f->digits) - 1;
    uint64_t bias = f->is_signed ? limit : 0;
    return (range){bias, f->digits == 0 ? UINT64_MAX : limit + bias};
}

/* Up to eight bytes and 18 digits; inlined with a constant length. */
MF_INLINE uint64_t integers(const mf_field *f, const uint8_t *src, ptrdiff_t stride, size_t count, int64_t *values,
                            int n, bool is_little)
{
    range r = range_of(f);
    uint64_t bad = 0;
    for (size_t i = 0; i < count; i++, src += stride) {
        uint64_t v = integer_of_word(mf_load_word(src, n, is_little), n, f->is_signed);
        bad |= v + r.bias > r.most;
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

/* Integers that are as wide in the array: their bytes turned round, in one loop over all. False: one of them is not
   right, and what was written is worthless. */
#define TURNED_ROUND(BITS)                                                                                            \
    static bool turned_round_##BITS(const mf_field *f, const mf_cells *c)                                             \
    {                                                                                                                 \
        const range r = range_of(f);                                                                                  \
        const uint##BITS##_t bias = (uint##BITS##_t)r.bias, most = (uint##BITS##_t)r.most;                            \
        const uint8_t *src = c->src;                                                                                  \
        uint8_t *dst = c->dst;                                                                                        \
        bool bad = false;                                                                                             \
        for (size_t i = 0; i < c->count; i++, src += c->src_stride, dst += c->dst_stride) {                           \
            uint##BITS##_t v;                                                                                         \
            memcpy(&v, src, sizeof v);                                                                                \
            v = __builtin_bswap##BITS(v);                                                                             \
            memcpy(dst, &v, sizeof v);                                                                                \
            bad |= (uint##BITS##_t)(v + bias) > most;                                                                 \
        }                                                                                                             \
        memset(c->status, MF_OK, c->count);                                                                           \
        return !bad;                                                                                                  \
    }

TURNED_ROUND(16)
TURNED_ROUND(32)
TURNED_ROUND(64)

static bool turned_round(const mf_field *f, const mf_cells *c)
{
    if (f->is_little || f->length != f->width)
        return false;
    switch (f->length) {
    case 2: return turned_round_16(f, c);
    case 4: return turned_round_32(f, c);
    case 8: return turned_round_64(f, c);
    default: return false;
    }
}

void mf_binary(const mf_field *f, const mf_cells *c)
{
    if (f->length > 8 || f->digits > 18)
        one_by_one(f, c);
    else if (!turned_round(f, c))
        mf_read_blocks(f, c, integers_of_any, one_by_one);
}
