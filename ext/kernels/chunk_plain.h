/* 8 bytes, one after the other. */
#include "words.h"

enum { MF_CHUNK = 8 };

typedef uint64_t mf_chunk; /* the first byte is the least significant */
typedef struct mf_table { const uint8_t *entries; } mf_table;

MF_INLINE mf_table mf_prepare(const uint8_t *table) { return (mf_table){table}; }

MF_INLINE mf_chunk mf_translate(const mf_table *t, mf_chunk in)
{
    mf_chunk out = 0;
    for (int i = 0; i < 8; i++)
        out |= (mf_chunk)t->entries[in >> 8 * i & 0xFF] << 8 * i;
    return out;
}

MF_INLINE mf_chunk mf_load_part(const uint8_t *p, int n) { return mf_load_little(p, n); }
MF_INLINE void mf_put_part(uint8_t *p, int n, mf_chunk c) { mf_put_little(p, n, c); }
MF_INLINE mf_chunk mf_load(const uint8_t *p) { return mf_load_part(p, 8); }
MF_INLINE void mf_put(uint8_t *p, mf_chunk c) { mf_put_part(p, 8, c); }

MF_INLINE uint64_t mf_remains(mf_chunk c)
{
    /* Blank and NUL are those that have no bit but 0x20; any other makes bit 7 of its byte, and no carry. */
    mf_chunk rest = c & 0xDFDFDFDFDFDFDFDFu;
    mf_chunk set = (((rest & 0x7F7F7F7F7F7F7F7Fu) + 0x7F7F7F7F7F7F7F7Fu) | rest) >> 7 & 0x0101010101010101u;
    return set * 0x0102040810204080u >> 56; /* bit 8 i to bit i */
}

MF_INLINE mf_chunk mf_keep(mf_chunk c, int n)
{
    return n == 8 ? c : c & (((mf_chunk)1 << 8 * n) - 1);
}
