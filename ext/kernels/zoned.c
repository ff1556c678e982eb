/* Zoned decimal (USAGE DISPLAY): a digit a byte, the sign over a digit or in a byte of its own. */
#include "numbers.h"

#ifdef __AVX2__
#include "zoned_avx2.h"
#endif

/* Digits with their zones to a number; false if a byte is no digit. n may be 0. */
MF_INLINE bool digits(const uint8_t *p, int n, uint8_t zone, mf_uint128 *value)
{
    mf_uint128 v = 0;
    bool good = true;
    uint64_t zones = 0x0101010101010101u * zone;
    while (n > 0) {
        int head = (n - 1) % 8 + 1;
        uint64_t unused = head == 8 ? 0 : ~(uint64_t)0 << 8 * head; /* bytes of the word that hold no digit */
        uint64_t w = mf_load_head(p, head) ^ (zones & ~unused);
        good &= (w & 0xF0F0F0F0F0F0F0F0u) == 0 && !mf_not_bcd(w);
        v = v * 100000000u + mf_base10(w);
        p += head;
        n -= head;
    }
    *value = v;
    return good;
}

MF_INLINE uint8_t zoned(const mf_field *f, const uint8_t *p, mf_int128 *value)
{
    bool minus;
    mf_uint128 v;
    const uint8_t *sign = f->sign_leading ? p : p + f->length - 1;
    const uint8_t *first = f->sign_leading ? p + 1 : p;
    if (!digits(first, f->length - 1, f->zone, &v))
        return MF_BAD_DIGIT;
    if (f->sign_separate) {
        minus = *sign == f->minus;
        if (!minus && *sign != f->plus)
            return MF_BAD_SIGN;
    } else {
        uint8_t entry = f->sign_table[*sign];
        if (entry == MF_NO_SIGN)
            return MF_BAD_SIGN;
        minus = (entry & MF_MINUS) != 0;
        mf_uint128 digit = entry & 0x0F;
        v = f->sign_leading ? v + digit * mf_power_of_ten(f->length - 1) : v * 10 + digit;
    }
    if (minus && !f->is_signed)
        return MF_BAD_SIGN;
    *value = minus ? -(mf_int128)v : (mf_int128)v;
    return MF_OK;
}

static void one_by_one(const mf_field *f, const mf_cells *c) { mf_read_numbers(f, c, zoned); }

/* The signs of a block of cells over the numbers that their other digits write; values has those. */
static uint64_t take_signs(const mf_field *f, const uint8_t *src, ptrdiff_t stride, size_t count, int64_t *values)
{
    const uint8_t *sign = f->sign_leading ? src : src + f->length - 1;
    unsigned forbidden = f->is_signed ? MF_NO_SIGN & ~0x1Fu : MF_NO_SIGN & ~0x0Fu;
    uint64_t bad = 0;
    if (f->sign_separate) {
        for (size_t i = 0; i < count; i++, sign += stride) {
            uint64_t minus = *sign == f->minus;
            bad |= (minus & !f->is_signed) | (!minus & (*sign != f->plus));
            values[i] = (int64_t)(((uint64_t)values[i] ^ -minus) + minus);
        }
    } else {
        /* Unsigned: the values of bytes that are no digits may be too large. */
        uint64_t others = f->sign_leading ? 1 : 10;
        uint64_t own = f->sign_leading ? (uint64_t)mf_power_of_ten(f->length - 1) : 1;
        for (size_t i = 0; i < count; i++, sign += stride) {
            unsigned entry = f->sign_table[*sign];
            uint64_t minus = entry >> 4 & 1;
            bad |= entry & forbidden;
            uint64_t v = (uint64_t)values[i] * others + (entry & 0x0F) * own;
            values[i] = (int64_t)((v ^ -minus) + minus);
        }
    }
    return bad;
}

/* Up to three words of digits, without the sign's. */
MF_INLINE uint64_t digit_words(const mf_field *f, const uint8_t *src, ptrdiff_t stride, size_t count, int64_t *values,
                               int words)
{
    int n = f->length - 1, first = f->sign_leading ? 1 : 0, head = n - 8 * (words - 1);
    mf_window window = mf_window_of(f, first, head);
    uint64_t zones = 0x0101010101010101u * f->zone, bad = 0;
    for (size_t i = 0; i < count; i++, src += stride) {
        uint64_t w = mf_load_window(&window, src) ^ zones >> (64 - 8 * head);
        uint64_t v = mf_base10(w);
        bad |= (w & 0xF0F0F0F0F0F0F0F0u) | mf_bcd_excess(w);
        for (int k = 1; k < words; k++) {
            w = mf_load64(src + first + head + 8 * (k - 1)) ^ zones;
            bad |= (w & 0xF0F0F0F0F0F0F0F0u) | mf_bcd_excess(w);
            v = v * 100000000u + mf_base10(w);
        }
        values[i] = (int64_t)v;
    }
    return bad;
}

static uint64_t zoned_block(const mf_field *f, const uint8_t *src, ptrdiff_t stride, size_t count, int64_t *values)
{
    int n = f->length - 1;
    uint64_t bad = 0;
    if (n == 0)
        memset(values, 0, count * sizeof *values);
#ifdef __AVX2__
    else if (n <= 16 && mf_has_window(f, 16))
        bad = digits_by_four(f, src, stride, count, values);
#endif
    else if (n <= 8)
        bad = digit_words(f, src, stride, count, values, 1);
    else if (n <= 16)
        bad = digit_words(f, src, stride, count, values, 2);
    else
        bad = digit_words(f, src, stride, count, values, 3);
    return bad | take_signs(f, src, stride, count, values);
}

void mf_zoned(const mf_field *f, const mf_cells *c)
{
    if (f->digits > 18 || !mf_has_window(f, 8))
        one_by_one(f, c);
    else
        mf_read_blocks(f, c, zoned_block, one_by_one);
}
