/* COMP-3: two digits a byte, the last nibble the sign. */
#include "words.h"

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

MF_INLINE void packed_cells(const mf_field *f, const mf_cells *c, int width)
{
    for (size_t i = 0; i < c->count; i++) {
        const uint8_t *src = c->src + (ptrdiff_t)i * c->src_stride;
        mf_int128 value = 0;
        uint8_t status = packed(f, src, &value);
        if (__builtin_expect(status != MF_OK, 0))
            status = mf_wrong(f, src, status);
        mf_store(c->dst + (ptrdiff_t)i * c->dst_stride, width, value);
        c->status[i] = status;
    }
}

void mf_packed(const mf_field *f, const mf_cells *c) { MF_BY_WIDTH(packed_cells, f, c) }
