/* Columns out of rows. */
#include "gather.h"

#include "words.h"

static inline const uint8_t *value_at(const mf_source *s, size_t i)
{
    return s->values + (ptrdiff_t)s->rows[i] * s->stride;
}

static inline bool is_null(const mf_source *s, size_t i)
{
    return s->status[s->rows[i]] != 0;
}

size_t mf_gather_validity(const mf_source *s, uint8_t *validity)
{
    size_t nulls = 0;
    for (size_t i = 0; i < s->count; i++) {
        bool null = is_null(s, i);
        nulls += null;
        validity[i / 8] |= (uint8_t)(!null << i % 8);
    }
    return nulls;
}

size_t mf_gather_latin1(const mf_source *s, size_t size, int32_t *offsets, uint8_t *data)
{
    uint8_t *out = data;
    offsets[0] = 0;
    for (size_t i = 0; i < s->count; i++) {
        const uint8_t *text = value_at(s, i);
        size_t n = is_null(s, i) ? 0 : size;
        while (n > 0 && text[n - 1] == 0)
            n--;
        for (size_t j = 0; j < n;) {
            uint64_t word = 0;
            size_t step = n - j < 8 ? n - j : 8;
            memcpy(&word, text + j, step);
            if ((word & 0x8080808080808080u) == 0) {
                memcpy(out, &word, step);
                out += step;
                j += step;
                continue;
            }
            for (size_t end = j + step; j < end; j++) {
                if (text[j] < 0x80) {
                    *out++ = text[j];
                } else {
                    *out++ = (uint8_t)(0xC0 | text[j] >> 6);
                    *out++ = (uint8_t)(0x80 | (text[j] & 0x3F));
                }
            }
        }
        offsets[i + 1] = (int32_t)(out - data);
    }
    return (size_t)(out - data);
}

static uint8_t *put_utf8(uint8_t *out, uint32_t point)
{
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
    return out;
}

size_t mf_gather_ucs4(const mf_source *s, size_t size, int32_t *offsets, uint8_t *data)
{
    uint8_t *out = data;
    offsets[0] = 0;
    for (size_t i = 0; i < s->count; i++) {
        const uint8_t *text = value_at(s, i);
        size_t n = is_null(s, i) ? 0 : size;
        uint32_t point;
        for (; n > 0; n--) {
            memcpy(&point, text + 4 * (n - 1), 4);
            if (point != 0)
                break;
        }
        for (size_t j = 0; j < n; j++) {
            memcpy(&point, text + 4 * j, 4);
            out = put_utf8(out, point);
        }
        offsets[i + 1] = (int32_t)(out - data);
    }
    return (size_t)(out - data);
}

MF_INLINE mf_int128 integer_at(const uint8_t *p, enum mf_integer type)
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

MF_INLINE void gather(const mf_source *s, enum mf_integer type, int width, mf_int128 factor, uint8_t *out)
{
    for (size_t i = 0; i < s->count; i++)
        mf_store(out + (ptrdiff_t)i * width, width, integer_at(value_at(s, i), type) * factor);
}

MF_INLINE void gather_by_width(const mf_source *s, enum mf_integer type, int width, mf_int128 factor, uint8_t *out)
{
    switch (width) {
    case 2: gather(s, type, 2, factor, out); break;
    case 4: gather(s, type, 4, factor, out); break;
    case 8: gather(s, type, 8, factor, out); break;
    default: gather(s, type, 16, factor, out);
    }
}

void mf_gather_integers(const mf_source *s, enum mf_integer type, int width, int power, uint8_t *out)
{
    mf_int128 factor = (mf_int128)mf_power_of_ten(power);
    switch (type) {
    case MF_INT16: gather_by_width(s, MF_INT16, width, factor, out); break;
    case MF_INT32: gather_by_width(s, MF_INT32, width, factor, out); break;
    case MF_INT64: gather_by_width(s, MF_INT64, width, factor, out); break;
    case MF_UINT16: gather_by_width(s, MF_UINT16, width, factor, out); break;
    case MF_UINT32: gather_by_width(s, MF_UINT32, width, factor, out); break;
    case MF_UINT64: gather_by_width(s, MF_UINT64, width, factor, out); break;
    default: gather_by_width(s, MF_INT128, width, factor, out);
    }
}
