/* Up to sixteen digits, a byte each, of four cells at a time: two in a register. */
#include <immintrin.h>

/* For the shuffle: n bytes from `first` of sixteen on, at the end of sixteen, zeros before them. */
static inline __m128i mf_at_end(int first, int n)
{
    uint8_t index[16];
    for (int i = 0; i < 16; i++)
        index[i] = i < 16 - n ? 0x80 : (uint8_t)(first + n - 16 + i);
    return _mm_loadu_si128((const __m128i *)index);
}

MF_INLINE __m256i mf_load_two(const uint8_t *p, const uint8_t *q)
{
    return _mm256_set_m128i(_mm_loadu_si128((const __m128i *)q), _mm_loadu_si128((const __m128i *)p));
}

static uint64_t digits_by_four(const mf_field *f, const uint8_t *src, ptrdiff_t stride, size_t count, int64_t *values)
{
    int n = f->length - 1, first = f->sign_leading ? 1 : 0;
    ptrdiff_t at = mf_window_at(f, first, 16);
    const __m128i end = mf_at_end((int)(first - at), n);
    const __m256i order = _mm256_broadcastsi128_si256(end);
    /* Zones where there are digits, so that what remains is the digit, and a number of more than 9 if there was none. */
    const __m256i zones =
        _mm256_broadcastsi128_si256(_mm_andnot_si128(_mm_cmpgt_epi8(_mm_setzero_si128(), end), _mm_set1_epi8((char)f->zone)));
    __m256i most = _mm256_setzero_si256();
    for (size_t i = 0; i < count; i += 4) {
        const uint8_t *p = src + (ptrdiff_t)i * stride + at; /* of fewer than four the last stands for the missing */
        const uint8_t *q = count - i > 1 ? p + stride : p, *r = count - i > 2 ? q + stride : q;
        const uint8_t *s = count - i > 3 ? r + stride : r;
        __m256i a = _mm256_xor_si256(_mm256_shuffle_epi8(mf_load_two(p, r), order), zones);
        __m256i b = _mm256_xor_si256(_mm256_shuffle_epi8(mf_load_two(q, s), order), zones);
        most = _mm256_max_epu8(most, _mm256_max_epu8(a, b));
        const __m256i tens = _mm256_set1_epi16(1 << 8 | 10), hundreds = _mm256_set1_epi32(1 << 16 | 100);
        a = _mm256_madd_epi16(_mm256_maddubs_epi16(a, tens), hundreds);
        b = _mm256_madd_epi16(_mm256_maddubs_epi16(b, tens), hundreds);
        /* Words of 10**4, then of 10**8: two a cell, the higher first. */
        __m256i v = _mm256_madd_epi16(_mm256_packus_epi32(a, b), _mm256_set1_epi32(1 << 16 | 10000));
        v = _mm256_add_epi64(_mm256_srli_epi64(v, 32), _mm256_mul_epu32(v, _mm256_set1_epi64x(100000000)));
        _mm256_storeu_si256((__m256i *)(values + i), v);
    }
    __m256i over = _mm256_subs_epu8(most, _mm256_set1_epi8(9));
    return !_mm256_testz_si256(over, over);
}
