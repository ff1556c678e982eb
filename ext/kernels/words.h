/* Bytes to words and back, eight decimal digits at a time (SIMD within a register). */
#ifndef MF_WORDS_H
#define MF_WORDS_H

#include "cells.h"

#include <string.h>

__extension__ typedef __int128 mf_int128;
__extension__ typedef unsigned __int128 mf_uint128;

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are loaded as they lie, or turned round");

#define MF_INLINE static inline __attribute__((always_inline))

static inline uint32_t mf_load32(const uint8_t *p)
{
    uint32_t w;
    memcpy(&w, p, 4);
    return __builtin_bswap32(w);
}

static inline uint64_t mf_load64(const uint8_t *p)
{
    uint64_t w;
    memcpy(&w, p, 8);
    return __builtin_bswap64(w);
}

/* The first 1 to 8 bytes of a number as a big-endian word with zeros on top; reads nothing outside them. */
static inline uint64_t mf_load_head(const uint8_t *p, int n)
{
    if (n == 8)
        return mf_load64(p);
    if (n >= 4) /* two loads that overlap */
        return (uint64_t)mf_load32(p) >> 8 * (8 - n) << 32 | mf_load32(p + n - 4);
    uint64_t w = p[0];
    for (int i = 1; i < n; i++)
        w = w << 8 | p[i];
    return w;
}

/* 1 to 8 bytes, the first the least significant, zeros on top; touches nothing outside them. */
static inline uint64_t mf_load_little(const uint8_t *p, int n)
{
    uint64_t w = 0;
    if (n == 8) {
        memcpy(&w, p, 8);
    } else if (n >= 4) { /* two loads that overlap */
        uint32_t head, tail;
        memcpy(&head, p, 4);
        memcpy(&tail, p + n - 4, 4);
        w = head | (uint64_t)tail << 8 * (n - 4);
    } else {
        for (int i = n - 1; i >= 0; i--)
            w = w << 8 | p[i];
    }
    return w;
}

/* 1 to 8 bytes of either order as a word with zeros on top. */
MF_INLINE uint64_t mf_load_word(const uint8_t *p, int n, bool is_little)
{
    return is_little ? mf_load_little(p, n) : mf_load_head(p, n);
}

static inline void mf_put_little(uint8_t *p, int n, uint64_t w)
{
    if (n == 8) {
        memcpy(p, &w, 8);
    } else if (n >= 4) {
        uint32_t head = (uint32_t)w, tail = (uint32_t)(w >> 8 * (n - 4));
        memcpy(p, &head, 4);
        memcpy(p + n - 4, &tail, 4);
    } else {
        for (int i = 0; i < n; i++)
            p[i] = (uint8_t)(w >> 8 * i);
    }
}

/* Bytes of a big-endian word, each 0 to 99, the most significant first: the number they write in base 100.
   256 a + b is made 100 a + b by taking 156 a off it, and so on. */
static inline uint64_t mf_base100(uint64_t w)
{
    w -= 156 * (w >> 8 & 0x00FF00FF00FF00FFu);
    w -= (65536 - 10000) * (w >> 16 & 0x0000FFFF0000FFFFu);
    return w - (4294967296 - 100000000) * (w >> 32);
}

/* The same for bytes 0 to 9, in base 10. */
static inline uint64_t mf_base10(uint64_t w)
{
    w -= 246 * (w >> 8 & 0x00FF00FF00FF00FFu);
    w -= (65536 - 100) * (w >> 16 & 0x0000FFFF0000FFFFu);
    return w - (4294967296 - 10000) * (w >> 32);
}

/* A bit for each nibble of the word that is more than 9. */
static inline uint64_t mf_bcd_excess(uint64_t w)
{
    return w >> 3 & (w >> 2 | w >> 1) & 0x1111111111111111u;
}

static inline bool mf_not_bcd(uint64_t w) { return mf_bcd_excess(w) != 0; }

/* 10**n for n up to 38. */
static inline mf_uint128 mf_power_of_ten(int n)
{
    static const uint64_t powers[20] = {
        1u,
        10u,
        100u,
        1000u,
        10000u,
        100000u,
        1000000u,
        10000000u,
        100000000u,
        1000000000u,
        10000000000u,
        100000000000u,
        1000000000000u,
        10000000000000u,
        100000000000000u,
        1000000000000000u,
        10000000000000000u,
        100000000000000000u,
        1000000000000000000u,
        10000000000000000000u,
    };
    return n < 20 ? powers[n] : (mf_uint128)powers[19] * powers[n - 19];
}

/* Called with a constant width, so that the choice is the compiler's. */
static inline void mf_store(uint8_t *dst, int width, mf_int128 value)
{
    switch (width) {
    case 2: { int16_t v = (int16_t)value; memcpy(dst, &v, 2); break; }
    case 4: { int32_t v = (int32_t)value; memcpy(dst, &v, 4); break; }
    case 8: { int64_t v = (int64_t)value; memcpy(dst, &v, 8); break; }
    default: {
        uint64_t lo = (uint64_t)value;
        int64_t hi = (int64_t)(value >> 64);
        memcpy(dst, &lo, 8);
        memcpy(dst + 8, &hi, 8);
    }
    }
}

#endif
