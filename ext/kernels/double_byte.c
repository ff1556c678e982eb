/* Texts with two bytes a character: among single bytes, between shifts; DBCS alone; and UTF-16. */
#include "trimmed.h"

enum { SHIFT_OUT = 0x0E, SHIFT_IN = 0x0F };

static inline unsigned pair_at(const uint8_t *p) { return (unsigned)p[0] << 8 | p[1]; }

/* Behind the first n of `room` characters there is nothing; a text that is none has no character. */
static void finish(uint8_t *dst, uint8_t *status, int n, int room, bool good)
{
    if (!good)
        n = 0;
    memset(dst + 4 * (size_t)n, 0, 4 * (size_t)(room - n));
    *status = good ? MF_OK : MF_BAD_TEXT;
}

static inline bool is_void(uint32_t point) { return point == ' ' || point == 0; }

void mf_text_mixed(const mf_field *f, const mf_cells *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const uint8_t *src = c->src + (ptrdiff_t)i * c->src_stride;
        uint8_t *dst = c->dst + (ptrdiff_t)i * c->dst_stride;
        bool in_pairs = false, good = true;
        int from, end = trimmed(f, src, &from), n = 0, last = 0;
        for (int at = from; at < end && good;) {
            uint32_t point;
            if (src[at] == (in_pairs ? SHIFT_IN : SHIFT_OUT)) {
                in_pairs = !in_pairs;
                at++;
                continue;
            }
            if (!in_pairs)
                point = f->wide_table[src[at]];
            else
                point = end - at < 2 ? MF_UNDEFINED : f->double_table[pair_at(src + at)];
            at += in_pairs ? 2 : 1;
            good = point != MF_UNDEFINED;
            /* Blanks beside shifts without a pair are at the edge of the text, though not of the bytes. */
            if (n == 0 && f->trim & MF_TRIM_LEFT && is_void(point))
                continue;
            memcpy(dst + 4 * n++, &point, 4);
            if (!is_void(point))
                last = n;
        }
        finish(dst, c->status + i, f->trim & MF_TRIM_RIGHT ? last : n, f->length, good && !in_pairs);
    }
}

/* The character at p, of `left` bytes; gives its size, or is MF_UNDEFINED. */
typedef uint32_t (*character_reader)(const mf_field *field, const uint8_t *p, int left, int *size);

static uint32_t graphic(const mf_field *f, const uint8_t *p, int left, int *size)
{
    (void)left;
    *size = 2;
    unsigned pair = pair_at(p);
    return pair == 0 ? 0 : f->double_table[pair];
}

/* UTF-16, big-endian (RFC 2781); half of a surrogate pair is no character. */
static uint32_t national(const mf_field *f, const uint8_t *p, int left, int *size)
{
    (void)f;
    *size = 2;
    unsigned unit = pair_at(p);
    if (unit < 0xD800 || unit > 0xDFFF)
        return unit;
    if (unit > 0xDBFF || left < 4 || (p[2] & 0xFC) != 0xDC)
        return MF_UNDEFINED;
    *size = 4;
    return 0x10000 + ((unit & 0x3FF) << 10 | (pair_at(p + 2) & 0x3FF));
}

/* Inlined with a constant reader. Trimming takes pairs that are `blank` or zero. */
MF_INLINE void read_pairs(const mf_field *f, const mf_cells *c, unsigned blank, character_reader read)
{
    for (size_t i = 0; i < c->count; i++) {
        const uint8_t *src = c->src + (ptrdiff_t)i * c->src_stride;
        uint8_t *dst = c->dst + (ptrdiff_t)i * c->dst_stride;
        int from = 0, end = f->length, n = 0, size = 2;
        bool good = true;
        if (f->trim & MF_TRIM_RIGHT)
            while (end > 0 && (pair_at(src + end - 2) == blank || pair_at(src + end - 2) == 0))
                end -= 2;
        if (f->trim & MF_TRIM_LEFT)
            while (from < end && (pair_at(src + from) == blank || pair_at(src + from) == 0))
                from += 2;
        for (int at = from; at < end && good; at += size) {
            uint32_t point = read(f, src + at, end - at, &size);
            good = point != MF_UNDEFINED;
            memcpy(dst + 4 * n++, &point, 4);
        }
        finish(dst, c->status + i, n, f->length / 2, good);
    }
}

void mf_text_graphic(const mf_field *f, const mf_cells *c) { read_pairs(f, c, 0x4040, graphic); }

void mf_text_national(const mf_field *f, const mf_cells *c) { read_pairs(f, c, 0x0020, national); }
