/* 16 bytes: four look-ups of 64 entries; an index outside of them leaves what there is. */
#include "words.h"

#include <arm_neon.h>

enum { MF_CHUNK = 16 };

typedef uint8x16_t mf_chunk;
typedef struct mf_table { uint8x16x4_t quarters[4]; } mf_table;

MF_INLINE mf_table mf_prepare(const uint8_t *table)
{
    mf_table t;
    for (int i = 0; i < 4; i++)
        t.quarters[i] = vld1q_u8_x4(table + 64 * i);
    return t;
}

MF_INLINE mf_chunk mf_translate(const mf_table *t, mf_chunk in)
{
    mf_chunk out = vqtbl4q_u8(t->quarters[0], in);
    for (int i = 1; i < 4; i++)
        out = vqtbx4q_u8(out, t->quarters[i], vsubq_u8(in, vdupq_n_u8((uint8_t)(64 * i))));
    return out;
}

MF_INLINE mf_chunk mf_load(const uint8_t *p) { return vld1q_u8(p); }
MF_INLINE void mf_put(uint8_t *p, mf_chunk c) { vst1q_u8(p, c); }

MF_INLINE mf_chunk mf_load_part(const uint8_t *p, int n)
{
    uint64_t head, tail = 0;
    if (n >= 8) {
        memcpy(&head, p, 8);
        memcpy(&tail, p + n - 8, 8);
        tail = n == 8 ? 0 : tail >> 8 * (16 - n);
    } else {
        head = mf_load_little(p, n);
    }
    return vcombine_u8(vcreate_u8(head), vcreate_u8(tail));
}

MF_INLINE void mf_put_part(uint8_t *p, int n, mf_chunk c)
{
    uint64_t head = vgetq_lane_u64(vreinterpretq_u64_u8(c), 0), tail = vgetq_lane_u64(vreinterpretq_u64_u8(c), 1);
    if (n > 8) { /* two stores that overlap */
        uint64_t last = head >> 8 * (n - 8) | tail << 8 * (16 - n);
        memcpy(p, &head, 8);
        memcpy(p + n - 8, &last, 8);
    } else {
        mf_put_little(p, n, head);
    }
}

MF_INLINE uint64_t mf_remains(mf_chunk c)
{
    static const uint8_t bits[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    /* Blank and NUL are those that have no bit but 0x20. */
    uint8x16_t set = vandq_u8(vtstq_u8(c, vdupq_n_u8((uint8_t)~0x20)), vld1q_u8(bits));
    return (uint64_t)vaddv_u8(vget_low_u8(set)) | (uint64_t)vaddv_u8(vget_high_u8(set)) << 8;
}

MF_INLINE mf_chunk mf_keep(mf_chunk c, int n)
{
    static const uint8_t index[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return vandq_u8(c, vcgtq_u8(vdupq_n_u8((uint8_t)n), vld1q_u8(index)));
}
