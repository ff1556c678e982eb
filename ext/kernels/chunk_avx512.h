/* 64 bytes: two look-ups of 128 entries each, by the low seven bits, and a choice by the highest. */
#include "words.h"

#include <immintrin.h>

enum { MF_CHUNK = 64 };

typedef __m512i mf_chunk;
typedef struct mf_table { __m512i quarters[4]; } mf_table;

MF_INLINE mf_table mf_prepare(const uint8_t *table)
{
    mf_table t;
    for (int i = 0; i < 4; i++)
        t.quarters[i] = _mm512_loadu_si512(table + 64 * i);
    return t;
}

MF_INLINE mf_chunk mf_translate(const mf_table *t, mf_chunk in)
{
    __m512i low = _mm512_permutex2var_epi8(t->quarters[0], in, t->quarters[1]);
    __m512i high = _mm512_permutex2var_epi8(t->quarters[2], in, t->quarters[3]);
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(in), low, high);
}

MF_INLINE __mmask64 mf_first(int n) { return _bzhi_u64(~(uint64_t)0, (unsigned)n); }

MF_INLINE mf_chunk mf_load(const uint8_t *p) { return _mm512_loadu_si512(p); }
MF_INLINE void mf_put(uint8_t *p, mf_chunk c) { _mm512_storeu_si512(p, c); }
MF_INLINE mf_chunk mf_load_part(const uint8_t *p, int n) { return _mm512_maskz_loadu_epi8(mf_first(n), p); }
MF_INLINE void mf_put_part(uint8_t *p, int n, mf_chunk c) { _mm512_mask_storeu_epi8(p, mf_first(n), c); }

MF_INLINE uint64_t mf_remains(mf_chunk c)
{
    /* Blank and NUL are those that have no bit but 0x20. */
    return _mm512_test_epi8_mask(c, _mm512_set1_epi8((char)~0x20));
}

MF_INLINE mf_chunk mf_keep(mf_chunk c, int n) { return _mm512_maskz_mov_epi8(mf_first(n), c); }
