/* Columns out of rows. */
#include "gather.h"

#include "values.h"

size_t mf_gather_validity(const mf_source *s, uint8_t *validity)
{
    size_t nulls = 0;
    for (size_t i = 0; i < s->count; i += 8) {
        size_t bits = s->count - i < 8 ? s->count - i : 8;
        unsigned byte = 0;
        for (size_t bit = 0; bit < bits; bit++)
            byte |= (unsigned)!mf_is_null(s, i + bit) << bit;
        validity[i / 8] = (uint8_t)byte;
        nulls += bits - (size_t)__builtin_popcount(byte);
    }
    return nulls;
}

/* The same as mf_put_latin1 does, where there is room for all of the text. */
static inline uint8_t *put_whole_latin1(uint8_t *out, const uint8_t *text, size_t size)
{
    bool ascii;
    size_t length = mf_copy_latin1(out, text, size, &ascii);
    return ascii ? out + length : mf_put_latin1(out, text, length);
}

size_t mf_gather_latin1(const mf_source *s, size_t size, int32_t *offsets, uint8_t *data)
{
    uint8_t *out = data;
    offsets[0] = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (!mf_is_null(s, i))
            out = put_whole_latin1(out, mf_value_at(s, i), size);
        offsets[i + 1] = (int32_t)(out - data);
    }
    return (size_t)(out - data);
}

size_t mf_gather_ucs4(const mf_source *s, size_t size, int32_t *offsets, uint8_t *data)
{
    uint8_t *out = data;
    offsets[0] = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (!mf_is_null(s, i)) {
            const uint8_t *text = mf_value_at(s, i);
            out = mf_put_ucs4(out, text, mf_ucs4_length(text, size));
        }
        offsets[i + 1] = (int32_t)(out - data);
    }
    return (size_t)(out - data);
}

MF_INLINE void gather(const mf_source *s, enum mf_integer type, int width, mf_int128 factor, uint8_t *out)
{
    for (size_t i = 0; i < s->count; i++)
        mf_store(out + (ptrdiff_t)i * width, width, mf_integer_at(mf_value_at(s, i), type) * factor);
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

/* Most have no power, and a multiplication of 128 bits would be most of the work. */
MF_INLINE void gather_type(const mf_source *s, enum mf_integer type, int width, mf_int128 factor, uint8_t *out)
{
    if (factor == 1)
        gather_by_width(s, type, width, 1, out);
    else
        gather_by_width(s, type, width, factor, out);
}

void mf_gather_integers(const mf_source *s, enum mf_integer type, int width, int power, uint8_t *out)
{
    mf_int128 factor = (mf_int128)mf_power_of_ten(power);
    switch (type) {
    case MF_INT16: gather_type(s, MF_INT16, width, factor, out); break;
    case MF_INT32: gather_type(s, MF_INT32, width, factor, out); break;
    case MF_INT64: gather_type(s, MF_INT64, width, factor, out); break;
    case MF_UINT16: gather_type(s, MF_UINT16, width, factor, out); break;
    case MF_UINT32: gather_type(s, MF_UINT32, width, factor, out); break;
    case MF_UINT64: gather_type(s, MF_UINT64, width, factor, out); break;
    default: gather_type(s, MF_INT128, width, factor, out);
    }
}
