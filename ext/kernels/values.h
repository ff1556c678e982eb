/* The values of a column, one at a time: integers of any width, texts as UTF-8. */
#ifndef MF_VALUES_H
#define MF_VALUES_H

#include "source.h"
#include "words.h"

static inline const uint8_t *mf_value_at(const mf_source *s, size_t i)
{
    return s->values + (ptrdiff_t)s->rows[i] * s->stride;
}

static inline bool mf_is_null(const mf_source *s, size_t i)
{
    return s->status[s->rows[i]] != 0;
}

MF_INLINE mf_int128 mf_integer_at(const uint8_t *p, enum mf_integer type)
{
    switch (type) {
    case MF_INT16: { int16_t v; memcpy(&v, p, 2); return v; }
    case MF_INT32: { int32_t v; memcpy(&v, p, 4); return v; }
    case MF_INT64: { int64_t v; memcpy(&v, p, 8); return v; }
    case MF_UINT16: { uint16_t v; memcpy(&v, p, 2); return v; }
    case MF_UINT32: { uint32_t v; memcpy(&v, p, 4); return v; }
    case MF_UINT64: { uint64_t v; memcpy(&v, p, 8); return v; }
    default: {
        uint64_t lo;
        int64_t hi;
        memcpy(&lo, p, 8);
        memcpy(&hi, p + 8, 8);
        return (mf_int128)((mf_uint128)(uint64_t)hi << 64 | lo);
    }
    }
}

/* Trailing NULs are not part of a text: what is left of one of `size` characters. */
static inline size_t mf_latin1_length(const uint8_t *text, size_t size)
{
    for (; size >= 8; size -= 8) {
        uint64_t word = mf_load64(text + size - 8);
        if (word != 0)
            return size - (size_t)__builtin_ctzll(word) / 8;
    }
    while (size > 0 && text[size - 1] == 0)
        size--;
    return size;
}

static inline size_t mf_ucs4_length(const uint8_t *text, size_t size)
{
    for (uint32_t point; size > 0; size--) {
        memcpy(&point, text + 4 * (size - 1), 4);
        if (point != 0)
            break;
    }
    return size;
}

static inline uint8_t *mf_put_latin1_character(uint8_t *out, uint8_t character)
{
    if (character < 0x80) {
        *out++ = character;
    } else {
        *out++ = (uint8_t)(0xC0 | character >> 6);
        *out++ = (uint8_t)(0x80 | (character & 0x3F));
    }
    return out;
}

/* Writes at most two bytes a character, and returns the end. */
static inline uint8_t *mf_put_latin1(uint8_t *out, const uint8_t *text, size_t n)
{
    size_t j = 0;
    while (n - j >= 8) {
        uint64_t word;
        memcpy(&word, text + j, 8);
        if ((word & 0x8080808080808080u) == 0) {
            memcpy(out, &word, 8);
            out += 8;
            j += 8;
        } else {
            for (size_t end = j + 8; j < end; j++)
                out = mf_put_latin1_character(out, text[j]);
        }
    }
    size_t rest = n - j;
    if (rest >= 4) { /* two words that overlap */
        uint32_t head, tail;
        memcpy(&head, text + j, 4);
        memcpy(&tail, text + n - 4, 4);
        if (((head | tail) & 0x80808080u) == 0) {
            memcpy(out, &head, 4);
            memcpy(out + rest - 4, &tail, 4);
            return out + rest;
        }
    }
    for (; j < n; j++)
        out = mf_put_latin1_character(out, text[j]);
    return out;
}

/* A word of a text: copied, and asked for its last character that is no NUL and for characters that are not ASCII. */
MF_INLINE void mf_copy_word(uint8_t *out, const uint8_t *text, size_t at, int n, size_t *length, uint64_t *seen)
{
    uint64_t word = mf_load_little(text + at, n);
    mf_put_little(out + at, n, word);
    *seen |= word;
    *length = word != 0 ? at + 8 - (size_t)__builtin_clzll(word) / 8 : *length;
}

/* Copies all `size` characters of a text, without a branch that depends on how many it has; returns these. */
static inline size_t mf_copy_latin1(uint8_t *out, const uint8_t *text, size_t size, bool *ascii)
{
    size_t length = 0;
    uint64_t seen = 0;
    if (size < 8) {
        mf_copy_word(out, text, 0, (int)size, &length, &seen);
    } else {
        for (size_t at = 0; at + 8 < size; at += 8)
            mf_copy_word(out, text, at, 8, &length, &seen);
        mf_copy_word(out, text, size - 8, 8, &length, &seen);
    }
    *ascii = (seen & 0x8080808080808080u) == 0;
    return length;
}

/* Writes at most four bytes a character, and returns the end. */
static inline uint8_t *mf_put_ucs4(uint8_t *out, const uint8_t *text, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        uint32_t point;
        memcpy(&point, text + 4 * j, 4);
        if (point < 0x80) {
            *out++ = (uint8_t)point;
        } else if (point < 0x800) {
            *out++ = (uint8_t)(0xC0 | point >> 6);
            *out++ = (uint8_t)(0x80 | (point & 0x3F));
        } else if (point < 0x10000) {
            *out++ = (uint8_t)(0xE0 | point >> 12);
            *out++ = (uint8_t)(0x80 | (point >> 6 & 0x3F));
            *out++ = (uint8_t)(0x80 | (point & 0x3F));
        } else {
            *out++ = (uint8_t)(0xF0 | point >> 18);
            *out++ = (uint8_t)(0x80 | (point >> 12 & 0x3F));
            *out++ = (uint8_t)(0x80 | (point >> 6 & 0x3F));
            *out++ = (uint8_t)(0x80 | (point & 0x3F));
        }
    }
    return out;
}

#endif
