/* Zoned decimal (USAGE DISPLAY): a digit a byte, the sign over a digit or in a byte of its own. */
#include "numbers.h"

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

void mf_zoned(const mf_field *f, const mf_cells *c) { mf_read_numbers(f, c, zoned); }
