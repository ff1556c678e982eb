/* 32 bytes: sixteen look-ups of sixteen entries, by the low nibble, and choices by the high one. */
#include "words.h"

#include <immintrin.h>

enum { MF_CHUNK = 32 };

typedef __m256i mf_chunk;
typedef struct mf_table { const uint8_t *rows; } mf_table;

MF_INLINE mf_table mf_prepare(const uint8_t *table) { return (mf_table){table}; }

/* The entry in one of the rows i and i + 8: a shuffle gives zero where the highest bit of its index is set. */
MF_INLINE __m256i mf_row_pair(const mf_table *t, int i, __m256i low, __m256i high)
{
    __m256i upper = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(t->rows + 16 * i)));
    __m256i lower = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(t->rows + 16 * (i + 8))));
    return _mm256_or_si256(_mm256_shuffle_epi8(upper, low), _mm256_shuffle_epi8(lower, high));
}

MF_INLINE mf_chunk mf_translate(const mf_table *t, mf_chunk in)
{
    __m256i low = _mm256_and_si256(in, _mm256_set1_epi8((char)0x8F));
    __m256i high = _mm256_xor_si256(low, _mm256_set1_epi8((char)0x80));
    /* A blend chooses by the highest bit of a byte: bits 4, 5 and 6 are shifted there. */
    __m256i by16 = _mm256_slli_epi16(in, 3), by32 = _mm256_slli_epi16(in, 2), by64 = _mm256_slli_epi16(in, 1);
    __m256i pairs[4], fours[2];
    for (int i = 0; i < 4; i++)
        pairs[i] = _mm256_blendv_epi8(mf_row_pair(t, 2 * i, low, high), mf_row_pair(t, 2 * i + 1, low, high), by16);
    for (int i = 0; i < 2; i++)
        fours[i] = _mm256_blendv_epi8(pairs[2 * i], pairs[2 * i + 1], by32);
    return _mm256_blendv_epi8(fours[0], fours[1], by64);
}

MF_INLINE mf_chunk mf_load(const uint8_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
MF_INLINE void mf_put(uint8_t *p, mf_chunk c) { _mm256_storeu_si256((__m256i *)p, c); }

/* 16 bytes from the nth on of 32 whose middle is at 0; those outside of 0 to 15 are zeros. */
MF_INLINE __m128i mf_shifted(__m128i c, int n)
{
    __m128i index = _mm_add_epi8(_mm_set_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm_set1_epi8((char)n));
    __m128i outside = _mm_cmpgt_epi8(index, _mm_set1_epi8(15));
    return _mm_shuffle_epi8(c, _mm_or_si128(index, outside));
}

MF_INLINE mf_chunk mf_load_part(const uint8_t *p, int n)
{
    if (n >= 16) { /* two loads that overlap */
        __m128i head = _mm_loadu_si128((const __m128i *)p);
        __m128i tail = _mm_loadu_si128((const __m128i *)(p + n - 16));
        return _mm256_set_m128i(mf_shifted(tail, 32 - n), head);
    }
    uint64_t head, tail = 0;
    if (n >= 8) {
        memcpy(&head, p, 8);
        memcpy(&tail, p + n - 8, 8);
        tail = n == 8 ? 0 : tail >> 8 * (16 - n);
    } else {
        head = mf_load_little(p, n);
    }
    return _mm256_set_epi64x(0, 0, (int64_t)tail, (int64_t)head);
}

MF_INLINE void mf_put_part(uint8_t *p, int n, mf_chunk c)
{
    __m128i head = _mm256_castsi256_si128(c);
    if (n >= 16) { /* what both stores write is the same */
        __m128i tail = _mm256_extracti128_si256(c, 1);
        __m128i last = _mm_or_si128(mf_shifted(head, n - 16), mf_shifted(tail, n - 32));
        _mm_storeu_si128((__m128i *)p, head);
        _mm_storeu_si128((__m128i *)(p + n - 16), last);
    } else if (n >= 8) {
        _mm_storel_epi64((__m128i *)p, head);
        _mm_storel_epi64((__m128i *)(p + n - 8), mf_shifted(head, n - 8));
    } else {
        mf_put_little(p, n, (uint64_t)_mm_cvtsi128_si64(head));
    }
}

MF_INLINE uint64_t mf_remains(mf_chunk c)
{
    /* Blank and NUL are those that have no bit but 0x20. */
    __m256i rest = _mm256_andnot_si256(_mm256_set1_epi8(0x20), c);
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(rest, _mm256_setzero_si256()));
}

MF_INLINE mf_chunk mf_keep(mf_chunk c, int n)
{
    __m256i index = _mm256_set_epi8(31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16,
                                    15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    return _mm256_and_si256(c, _mm256_cmpgt_epi8(_mm256_set1_epi8((char)n), index));
}
