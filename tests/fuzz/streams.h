/* Random and mutated streams of descriptor words and lines through the framing. */
#ifndef STREAMS_H
#define STREAMS_H

#include "chance.h"
#include "framing.h"
#include "plan_stream.h"

enum { MOST_BYTES = 400, MOST_FRAMES = 24 };

static void put_word(chance *c, uint8_t *at, size_t length, bool little, uint8_t code)
{
    uint8_t word[4] = {(uint8_t)(length >> 8), (uint8_t)length, code, 0};
    for (int i = 0; i < 4; i++)
        at[i] = word[little ? 3 - i : i];
    if (below(c, 40) == 0)
        at[below(c, 4)] = any_byte(c);
}

/* Records behind descriptor words, in blocks or not, until the bytes are full; the last is cut. */
static void fill_stream(chance *c, uint8_t *data, size_t size, const mf_framing *framing, bool blocks)
{
    size_t left = 0;
    bool open = false;
    fill_any(c, data, size);
    for (size_t at = 0; size - at >= 8;) {
        if (blocks && left < 4) {
            left = 4 + below(c, 90);
            put_word(c, data + at, (size_t)((int64_t)left - framing->bdw.extra), framing->bdw.little, 0);
            at += 4;
            continue;
        }
        size_t most = blocks ? left - 4 : 60, length = below(c, 4) ? below(c, most + 1) : most;
        bool more = framing->spanned && below(c, 2);
        put_word(c, data + at, (size_t)((int64_t)length - framing->rdw.extra), framing->rdw.little,
                 (uint8_t)(open ? (more ? 3 : 2) : more ? 1 : 0));
        open = more;
        if (size - at < 4 + length)
            return;
        at += 4 + length;
        if (blocks)
            left -= 4 + length;
        if (blocks && left < 4 && left > 0) /* a rest that no segment fits into */
            left = 0;
    }
}

static void check(bool holds, const char *what)
{
    if (!holds)
        fail(what);
}

static size_t fuzz_stream(chance *c)
{
    mf_framing framing = {
        .rdw = {below(c, 2), below(c, 3) ? -4 * (int64_t)below(c, 2) : between(c, -40000, 40000)},
        .bdw = {below(c, 2), below(c, 3) ? -4 * (int64_t)below(c, 2) : between(c, -40000, 40000)},
        .before = below(c, 3) ? 0 : between(c, 0, 12),
        .after = below(c, 3) ? 0 : between(c, 0, 12),
    };
    enum { RDW, BLOCKS, LINES } kind = below(c, 3);
    framing.spanned = kind == BLOCKS && below(c, 2);
    size_t size = 1 + below(c, MOST_BYTES), capacity = 1 + below(c, MOST_FRAMES);
    uint8_t *data = allocate(size, 1);
    if (below(c, 4))
        fill_stream(c, data, size, &framing, kind == BLOCKS);
    else
        fill_any(c, data, size);
    if (below(c, 3) == 0)
        mutate(c, data, size);
    int64_t *starts = allocate(capacity, sizeof *starts), *lengths = allocate(capacity, sizeof *lengths);
    mf_frames frames = {.starts = starts, .lengths = lengths, .capacity = capacity, .consumed = below(c, size)};
    bool last = below(c, 2);
    static const uint8_t ends[] = {0x0A, 0x15, 0x25};
    uint8_t line_end = ends[below(c, sizeof ends)];
    enum mf_return carriage = (enum mf_return)below(c, 3);
    for (size_t before = frames.consumed; before < size; before = frames.consumed) {
        frames.count = 0;
        if (kind == RDW)
            mf_frame_rdw(data, size, &framing, &frames);
        else if (kind == BLOCKS)
            mf_frame_blocks(data, size, &framing, &frames);
        else
            mf_frame_lines(data, size, line_end, carriage, last, &framing, &frames);
        check(frames.count <= capacity && frames.consumed >= before && frames.consumed <= size, "framed too much");
        check(frames.broken <= size && frames.cut <= size, "broken where there is nothing");
        for (size_t i = 0; i < frames.count; i++)
            check(starts[i] >= 0 && lengths[i] >= 0 && (size_t)(starts[i] + lengths[i]) <= size, "a record outside");
        if (frames.end == MF_FRAME_ENOUGH) {
            check(frames.consumed > before, "it does not go on");
            continue;
        }
        if (frames.end == MF_FRAME_MORE || kind == LINES || frames.broken + 1 >= size)
            break;
        size_t from = frames.broken + 1, rest = size - from, until = below(c, 2) ? rest : below(c, rest + 9);
        int64_t found = kind == RDW ? mf_find_rdw(data + from, rest, until, last, &framing)
                                    : mf_find_block(data + from, rest, until, last, &framing);
        if (found < 0)
            break;
        check((size_t)found < rest && (size_t)found < until, "found outside");
        frames.consumed = from + (size_t)found;
        frames.left = 0;
    }
    free(lengths);
    free(starts);
    free(data);
    return 1;
}

#endif
