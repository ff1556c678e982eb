/* Text: each byte through the code page's table. */
#include "chunk.h"
#include "trimmed.h"

static inline int after_last(uint64_t bits)
{
    return bits == 0 ? 0 : 64 - __builtin_clzll(bits);
}

/* A text shorter than a chunk. */
MF_INLINE void put_short(const mf_table *table, const uint8_t *src, uint8_t *dst, int length, bool trim)
{
    mf_chunk c = mf_translate(table, mf_load_part(src, length));
    mf_put_part(dst, length, trim ? mf_keep(c, after_last(mf_remains(c))) : c);
}

/* From the last chunk to the first, so that where the text ends is known before what is kept of it is written. */
MF_INLINE void put_long(const mf_table *table, const uint8_t *src, uint8_t *dst, int length, bool trim)
{
    int end = trim ? 0 : length;
    for (int at = length - MF_CHUNK;; at = at > MF_CHUNK ? at - MF_CHUNK : 0) { /* the first overlaps with the second */
        mf_chunk c = mf_translate(table, mf_load(src + at));
        if (end == 0) {
            int last = after_last(mf_remains(c));
            end = last == 0 ? 0 : at + last;
        }
        if (end < at + MF_CHUNK)
            c = mf_keep(c, end > at ? end - at : 0);
        mf_put(dst + at, c);
        if (at == 0)
            break;
    }
}

static void trim_left(uint8_t *text, int length)
{
    int from = 0;
    while (from < length && (text[from] & ~0x20) == 0) /* blank or NUL, as mf_remains has it */
        from++;
    memmove(text, text + from, (size_t)(length - from));
    memset(text + length - from, 0, (size_t)from);
}

/* Inlined with a constant choice of put; the copies are for the compiler, to which any store of bytes may change *f. */
MF_INLINE void put_texts(const mf_field *f, const mf_cells *cells, bool is_short)
{
    const mf_table table = mf_prepare(f->text_table);
    const mf_cells c = *cells;
    const int length = f->length;
    const bool right = f->trim & MF_TRIM_RIGHT, left = f->trim & MF_TRIM_LEFT;
    const uint8_t *src = c.src;
    uint8_t *dst = c.dst;
    for (size_t i = 0; i < c.count; i++, src += c.src_stride, dst += c.dst_stride) {
        if (is_short)
            put_short(&table, src, dst, length, right);
        else
            put_long(&table, src, dst, length, right);
        if (left)
            trim_left(dst, length);
    }
    memset(c.status, MF_OK, c.count);
}

void mf_text_latin1(const mf_field *f, const mf_cells *c)
{
    if (f->length < MF_CHUNK)
        put_texts(f, c, true);
    else
        put_texts(f, c, false);
}

void mf_text_wide(const mf_field *f, const mf_cells *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const uint8_t *src = c->src + (ptrdiff_t)i * c->src_stride;
        uint8_t *dst = c->dst + (ptrdiff_t)i * c->dst_stride;
        int from;
        int n = trimmed(f, src, &from) - from;
        uint8_t status = MF_OK;
        for (int j = 0; j < f->length; j++)
            if (f->wide_table[src[j]] == MF_UNDEFINED)
                status = MF_BAD_TEXT;
        if (status != MF_OK)
            n = 0;
        for (int j = 0; j < n; j++) {
            if (f->width == 1)
                dst[j] = (uint8_t)f->wide_table[src[from + j]];
            else
                memcpy(dst + 4 * j, &f->wide_table[src[from + j]], 4);
        }
        memset(dst + (ptrdiff_t)f->width * n, 0, (size_t)f->width * (size_t)(f->length - n));
        c->status[i] = status;
    }
}

/* One code point of well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates), or MF_UNDEFINED. */
static uint32_t code_point(const uint8_t *p, int left, int *size)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t lead = p[0];
    *size = lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF8 ? 4 : 0;
    if (*size == 1)
        return lead;
    if (*size == 0 || *size > left)
        return MF_UNDEFINED;
    uint32_t point = lead & (0x7Fu >> *size);
    for (int i = 1; i < *size; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return MF_UNDEFINED;
        point = point << 6 | (p[i] & 0x3Fu);
    }
    if (point < smallest[*size] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
        return MF_UNDEFINED;
    return point;
}

void mf_text_utf8(const mf_field *f, const mf_cells *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const uint8_t *src = c->src + (ptrdiff_t)i * c->src_stride;
        uint8_t *dst = c->dst + (ptrdiff_t)i * c->dst_stride;
        int from;
        int end = trimmed(f, src, &from), n = 0, size = 0;
        uint8_t status = MF_OK;
        for (int at = from; at < end; at += size) {
            uint32_t point = code_point(src + at, end - at, &size);
            if (point == MF_UNDEFINED) {
                status = MF_BAD_TEXT;
                n = 0;
                break;
            }
            memcpy(dst + 4 * n++, &point, 4);
        }
        memset(dst + 4 * n, 0, 4 * (size_t)(f->length - n));
        c->status[i] = status;
    }
}
