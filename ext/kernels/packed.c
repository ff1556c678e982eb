/* COMP-3: two digits a byte, the last nibble the sign. */
#include "numbers.h"

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
        v = v * 10000000000000000u + mf_base100((w & 0x0F0F0F0F0F0F0F0Fu) + 10 * (w >> 4 & 0x0F0F0F0F0F0F0F0Fu));
        w = mf_load64(p + at);
    }
    unsigned sign = (unsigned)w & 0xF;
    w >>= 4;
    bad |= mf_not_bcd(w);
    v = v * 1000000000000000u + mf_base100((w & 0x0F0F0F0F0F0F0F0Fu) + 10 * (w >> 4 & 0x0F0F0F0F0F0F0F0Fu));
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

void mf_packed(const mf_field *f, const mf_cells *c) { mf_read_numbers(f, c, packed); }
