/* The last word of COMP-3: four cells in a register, a little-endian word each. */
#include <immintrin.h>

/* Eight bytes of each of four cells; of fewer the last stands for those that are missing. */
MF_INLINE __m256i mf_load_four(const uint8_t *p, ptrdiff_t stride, size_t count)
{
    const uint8_t *q = count > 1 ? p + stride : p, *r = count > 2 ? q + stride : q, *s = count > 3 ? r + stride : r;
    __m128i a = _mm_loadl_epi64((const __m128i *)p), b = _mm_loadl_epi64((const __m128i *)q);
    __m128i c = _mm_loadl_epi64((const __m128i *)r), d = _mm_loadl_epi64((const __m128i *)s);
    return _mm256_set_m128i(_mm_unpacklo_epi64(c, d), _mm_unpacklo_epi64(a, b));
}

/* For the shuffle: the n bytes of a cell from `first` of each eight on, turned round, zeros above them. */
MF_INLINE __m256i mf_turned(int first, int n)
{
    uint8_t index[16];
    for (int i = 0; i < 8; i++) {
        index[i] = i < n ? (uint8_t)(first + n - 1 - i) : 0x80;
        index[i + 8] = i < n ? (uint8_t)(first + n - 1 - i + 8) : 0x80;
    }
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)index));
}

/* What each sign nibble is: 0 plus, 1 minus, 2 none that the field may have. */
MF_INLINE __m256i mf_sign_classes(const mf_field *f)
{
    uint8_t classes[16];
    for (int i = 0; i < 16; i++)
        classes[i] = f->minus_nibbles >> i & 1 ? (f->is_signed ? 1 : 2) : f->plus_nibbles >> i & 1 ? 0 : 2;
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)classes));
}

static uint64_t last_word(const mf_field *f, const uint8_t *src, ptrdiff_t stride, size_t count, int64_t *values)
{
    int n = f->length < 8 ? f->length : 8, first = f->length - n;
    ptrdiff_t at = mf_window_at(f, first, 8);
    const __m256i turn = mf_turned((int)(first - at), n), classes = mf_sign_classes(f);
    const __m256i nibble = _mm256_set1_epi8(0x0F), low_half = _mm256_set1_epi64x(0xFFFFFFFF);
    __m256i excess = _mm256_setzero_si256(), wrong = excess;
    for (size_t i = 0; i < count; i += 4) {
        const uint8_t *cell = src + (ptrdiff_t)i * stride + at;
        __m256i w = _mm256_shuffle_epi8(mf_load_four(cell, stride, count - i), turn);
        /* All bytes but the lowest are made such that a shuffle gives zero. */
        __m256i sign = _mm256_or_si256(_mm256_and_si256(w, _mm256_set1_epi64x(0x0F)),
                                       _mm256_set1_epi64x((int64_t)0x8080808080808000u));
        __m256i class = _mm256_shuffle_epi8(classes, sign);
        wrong = _mm256_or_si256(wrong, class);
        w = _mm256_srli_epi64(w, 4);
        /* A nibble of more than 9 has bit 3, and bit 2 or 1. */
        __m256i bits = _mm256_or_si256(_mm256_srli_epi64(w, 2), _mm256_srli_epi64(w, 1));
        excess = _mm256_or_si256(excess, _mm256_and_si256(_mm256_srli_epi64(w, 3), bits));

        __m256i tens = _mm256_and_si256(_mm256_srli_epi64(w, 4), nibble);
        __m256i six = _mm256_slli_epi16(_mm256_add_epi8(tens, _mm256_add_epi8(tens, tens)), 1);
        __m256i v = _mm256_maddubs_epi16(_mm256_sub_epi8(w, six), _mm256_set1_epi16(100 << 8 | 1)); /* 16 a + b - 6 a */
        v = _mm256_madd_epi16(v, _mm256_set1_epi32(10000 << 16 | 1));
        v = _mm256_add_epi64(_mm256_and_si256(v, low_half),
                             _mm256_mul_epu32(_mm256_srli_epi64(v, 32), _mm256_set1_epi64x(100000000)));
        __m256i minus = _mm256_sub_epi64(_mm256_setzero_si256(), class);
        v = _mm256_sub_epi64(_mm256_xor_si256(v, minus), minus);
        _mm256_storeu_si256((__m256i *)(values + i), v);
    }
    excess = _mm256_and_si256(excess, _mm256_set1_epi8(0x11));
    wrong = _mm256_andnot_si256(_mm256_set1_epi64x(1), wrong);
    return !_mm256_testz_si256(excess, excess) | !_mm256_testz_si256(wrong, wrong);
}
