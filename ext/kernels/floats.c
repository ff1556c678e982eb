/* COMP-1 and COMP-2: IBM hexadecimal floating point (z/Architecture Principles of Operation, SA22-7832), or IEEE 754. */
#include "words.h"

#include <math.h>

/* 2**n, which must be a normal number. */
static inline double power_of_two(int n)
{
    uint64_t bits = (uint64_t)(1023 + n) << 52;
    double power;
    memcpy(&power, &bits, 8);
    return power;
}

static void put_float(uint8_t *dst, int width, double value)
{
    if (width == 4) {
        float single = (float)value;
        memcpy(dst, &single, 4);
    } else {
        memcpy(dst, &value, 8);
    }
}

void mf_float_ibm(const mf_field *f, const mf_cells *c)
{
    int fraction_bits = 8 * f->length - 8;
    for (size_t i = 0; i < c->count; i++) {
        uint64_t w = mf_load_word(c->src + (ptrdiff_t)i * c->src_stride, f->length, f->is_little);
        uint64_t fraction = w & (((uint64_t)1 << fraction_bits) - 1);
        int exponent = (int)(w >> fraction_bits & 0x7F);
        bool minus = w >> (fraction_bits + 7) & 1;
        /* The conversion rounds to nearest even; the scaling is by a power of two (of -312 to 228), exact. */
        double value = (double)fraction * power_of_two(4 * (exponent - 64) - fraction_bits);
        put_float(c->dst + (ptrdiff_t)i * c->dst_stride, f->width, minus && fraction != 0 ? -value : value);
        c->status[i] = MF_OK;
    }
}

void mf_float_ieee(const mf_field *f, const mf_cells *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const uint8_t *src = c->src + (ptrdiff_t)i * c->src_stride;
        double value;
        if (f->length == 4) {
            uint32_t w = (uint32_t)mf_load_word(src, 4, f->is_little);
            float single;
            memcpy(&single, &w, 4);
            value = (double)single;
        } else {
            uint64_t w = mf_load_word(src, 8, f->is_little);
            memcpy(&value, &w, 8);
        }
        bool good = isfinite(value);
        put_float(c->dst + (ptrdiff_t)i * c->dst_stride, f->width, good ? value : 0.0);
        c->status[i] = good ? MF_OK : MF_BAD_FLOAT;
    }
}
