/* COMP-3: two digits a byte, the last nibble the sign; and COMP-6, which has digits alone. */
#include "numbers.h"

#ifdef __AVX2__
#include "packed_avx2.h"
#endif

/* The number that the nibbles of a word write, if none is more than 9. */
MF_INLINE uint64_t decimal_nibbles(uint64_t w)
{
    return mf_base100(w - 6 * (w >> 4 & 0x0F0F0F0F0F0F0F0Fu)); /* 16 a + b - 6 a */
}

MF_INLINE uint8_t packed(const mf_field *f, const uint8_t *p, mf_int128 *value)
{
    int n = f->length;
    int head = (n - 1) % 8 + 1; /* bytes of the first word; the others are whole */
    uint64_t w = mf_load_head(p, head);
    bool bad = false;
    mf_uint128 v = 0;
    /* Even digits leave the first nibble unused. */
    bool over = f->digits % 2 == 0 && p[0] >> 4 != 0;
    for (int at = head; at < n; at += 8) {
        bad |= mf_not_bcd(w);
        v = v * 10000000000000000u + decimal_nibbles(w);
        w = mf_load64(p + at);
    }
    unsigned sign = (unsigned)w & 0xF;
    w >>= 4;
    bad |= mf_not_bcd(w);
    v = v * 1000000000000000u + decimal_nibbles(w);
    bool minus = f->minus_nibbles >> sign & 1;
    if (bad)
        return MF_BAD_DIGIT;
    if (minus ? !f->is_signed : !(f->plus_nibbles >> sign & 1))
        return MF_BAD_SIGN;
    if (over)
        return MF_OVERFLOW;
    *value = minus ? -(mf_int128)v : (mf_int128)v;
    return MF_OK;
}

static void one_by_one(const mf_field *f, const mf_cells *c) { mf_read_numbers(f, c, packed); }

#ifndef __AVX2__
/* The digits and the sign of the last bytes of each cell, up to eight. */
static uint64_t last_word(const mf_field *f, const uint8_t *src, ptrdiff_t stride, size_t count, int64_t *values)
{
    int n = f->length < 8 ? f->length : 8;
    mf_window window = mf_window_of(f, f->length - n, n);
    unsigned accepted = f->plus_nibbles | (f->is_signed ? f->minus_nibbles : 0u);
    uint64_t bad = 0;
    for (size_t i = 0; i < count; i++, src += stride) {
        uint64_t w = mf_load_window(&window, src);
        unsigned sign = (unsigned)w & 0xF;
        uint64_t minus = f->minus_nibbles >> sign & 1;
        w >>= 4;
        bad |= mf_bcd_excess(w) | (~accepted >> sign & 1);
        values[i] = (int64_t)((decimal_nibbles(w) ^ -minus) + minus);
    }
    return bad;
}
#endif

/* The digits of what is before the last eight bytes. */
static uint64_t first_word(const mf_field *f, const uint8_t *src, ptrdiff_t stride, size_t count, int64_t *values)
{
    int n = f->length - 8;
    mf_window window = mf_window_of(f, 0, n);
    uint64_t bad = 0;
    for (size_t i = 0; i < count; i++, src += stride) {
        uint64_t w = mf_load_window(&window, src);
        uint64_t minus = f->minus_nibbles >> (src[n + 7] & 0xF) & 1;
        bad |= mf_bcd_excess(w);
        uint64_t v = decimal_nibbles(w) * 1000000000000000u;
        values[i] = (int64_t)((uint64_t)values[i] + (v ^ -minus) + minus);
    }
    return bad;
}

/* Up to 18 digits. */
static uint64_t packed_block(const mf_field *f, const uint8_t *src, ptrdiff_t stride, size_t count, int64_t *values)
{
    uint64_t bad = last_word(f, src, stride, count, values);
    if (f->length > 8)
        bad |= first_word(f, src, stride, count, values);
    if (f->digits % 2 == 0) /* then the first nibble is not used */
        for (size_t i = 0; i < count; i++, src += stride)
            bad |= src[0] & 0xF0u;
    return bad;
}

void mf_packed(const mf_field *f, const mf_cells *c)
{
    if (f->digits > 18 || !mf_has_window(f, 8))
        one_by_one(f, c);
    else
        mf_read_blocks(f, c, packed_block, one_by_one);
}

MF_INLINE uint8_t unsigned_packed(const mf_field *f, const uint8_t *p, mf_int128 *value)
{
    bool bad = false;
    mf_uint128 v = 0;
    for (int at = 0, size = (f->length - 1) % 8 + 1; at < f->length; at += size, size = 8) {
        uint64_t w = mf_load_head(p + at, size);
        bad |= mf_not_bcd(w);
        v = v * 10000000000000000u + decimal_nibbles(w);
    }
    if (bad)
        return MF_BAD_DIGIT;
    if (f->digits % 2 != 0 && p[0] >> 4 != 0) /* odd digits leave the first nibble unused */
        return MF_OVERFLOW;
    *value = (mf_int128)v;
    return MF_OK;
}

static void unsigned_one_by_one(const mf_field *f, const mf_cells *c) { mf_read_numbers(f, c, unsigned_packed); }

/* Up to 18 digits. */
static uint64_t unsigned_block(const mf_field *f, const uint8_t *src, ptrdiff_t stride, size_t count, int64_t *values)
{
    int n = f->length < 8 ? f->length : 8;
    mf_window window = mf_window_of(f, f->length - n, n);
    unsigned unused = f->digits % 2 != 0 ? 0xF0 : 0;
    uint64_t bad = 0;
    for (size_t i = 0; i < count; i++, src += stride) {
        uint64_t w = mf_load_window(&window, src);
        uint64_t v = decimal_nibbles(w);
        bad |= mf_bcd_excess(w) | (src[0] & unused);
        if (f->length > 8) { /* one byte before the word */
            bad |= mf_bcd_excess(src[0]);
            v += decimal_nibbles(src[0]) * 10000000000000000u;
        }
        values[i] = (int64_t)v;
    }
    return bad;
}

void mf_unsigned_packed(const mf_field *f, const mf_cells *c)
{
    if (f->digits > 18 || !mf_has_window(f, 8))
        unsigned_one_by_one(f, c);
    else
        mf_read_blocks(f, c, unsigned_block, unsigned_one_by_one);
}
