/* Record and block descriptor words, segments and large blocks: z/OS DFSMS Using Data Sets, SC23-6855. */
#include "framing.h"

#include "words.h"

enum { WORD = 4, CHAIN = 4 };
enum { COMPLETE = 0, FIRST = 1, LAST = 2, MIDDLE = 3 };
enum { CARRIAGE_RETURN = 0x0D };

MF_INLINE uint32_t load_word(const uint8_t *at, bool little)
{
    return little ? (uint32_t)mf_load_little(at, WORD) : mf_load32(at);
}

/* The length of the data that an RDW precedes; negative if it is none. */
MF_INLINE int64_t rdw_data(const uint8_t *at, bool little, int64_t extra)
{
    uint32_t word = load_word(at, little);
    if ((word & 0xFFFF) == 0)
        return (int64_t)(word >> 16) + extra;
    if (little && word >> 16 == 0)
        return (int64_t)word + extra;
    return -1;
}

/* The bytes that follow a BDW in its block; negative if it is none. Of a large block the first bit is set, and the
   length has the 31 others. */
static int64_t bdw_data(const uint8_t *at, const mf_descriptor *bdw)
{
    uint32_t word = load_word(at, bdw->little);
    if (word >> 31)
        return (int64_t)(word & 0x7FFFFFFF) + bdw->extra;
    return rdw_data(at, bdw->little, bdw->extra);
}

MF_INLINE void frame_rdw(const uint8_t *data, size_t size, const mf_framing *framing, mf_frames *frames, bool little)
{
    const int64_t extra = framing->rdw.extra, before = framing->before, around = before + framing->after;
    size_t at = frames->consumed, count = frames->count;
    enum mf_frame_end end = MF_FRAME_ENOUGH;
    while (count < frames->capacity) {
        if (size - at < WORD) {
            end = MF_FRAME_MORE;
            break;
        }
        int64_t length = rdw_data(data + at, little, extra);
        if (length < around) {
            end = MF_FRAME_BAD_RDW;
            break;
        }
        if (size - at - WORD < (size_t)length) {
            end = MF_FRAME_MORE;
            break;
        }
        frames->starts[count] = (int64_t)at + WORD + before;
        frames->lengths[count++] = length - around;
        at += WORD + (size_t)length;
    }
    frames->count = count;
    frames->consumed = frames->broken = at;
    frames->end = end;
}

void mf_frame_rdw(const uint8_t *data, size_t size, const mf_framing *framing, mf_frames *frames)
{
    if (framing->rdw.little)
        frame_rdw(data, size, framing, frames, true);
    else
        frame_rdw(data, size, framing, frames, false);
}

/* A segment of a record, or a record that is one. */
typedef struct segment {
    size_t at; /* of its data */
    size_t length;
    unsigned code;
} segment;

/* Whether there is a segment at an offset of a block; `at` and `left` are moved past it. Where there is none, `at` is
   where that shows. */
static enum mf_frame_end next_segment(const uint8_t *data, size_t size, const mf_framing *framing, size_t *at,
                                      size_t *left, segment *found)
{
    while (*left == 0) { /* between two segments a block may be empty */
        if (size - *at < WORD)
            return MF_FRAME_MORE;
        int64_t block = bdw_data(data + *at, &framing->bdw);
        if (block < 0)
            return MF_FRAME_BAD_BDW;
        *at += WORD;
        *left = (size_t)block;
    }
    if (*left < WORD)
        return MF_FRAME_BAD_RDW;
    if (size - *at < WORD)
        return MF_FRAME_MORE;
    int64_t length;
    found->code = COMPLETE;
    if (framing->spanned) {
        uint32_t word = load_word(data + *at, framing->rdw.little);
        found->code = word >> 8 & 0xFF;
        length = word & 0xFF || found->code > MIDDLE ? -1 : (int64_t)(word >> 16) + framing->rdw.extra;
    } else {
        length = rdw_data(data + *at, framing->rdw.little, framing->rdw.extra);
    }
    if (length < 0 || (size_t)length > *left - WORD)
        return MF_FRAME_BAD_RDW;
    if (size - *at - WORD < (size_t)length)
        return MF_FRAME_MORE;
    found->at = *at + WORD;
    found->length = (size_t)length;
    *at += WORD + found->length;
    *left -= WORD + found->length;
    return MF_FRAME_ENOUGH;
}

static bool ends_record(const segment *found) { return found->code == COMPLETE || found->code == LAST; }

/* The segments of a record that has been seen to be whole, moved to the first. */
static void join(uint8_t *data, size_t size, const mf_framing *framing, size_t at, size_t left)
{
    segment found;
    size_t to = 0;
    bool first = true;
    do {
        if (next_segment(data, size, framing, &at, &left, &found) != MF_FRAME_ENOUGH)
            return;
        if (first)
            to = found.at;
        else
            memmove(data + to, data + found.at, found.length);
        to += found.length;
        first = false;
    } while (!ends_record(&found));
}

void mf_frame_blocks(uint8_t *data, size_t size, const mf_framing *framing, mf_frames *frames)
{
    const size_t around = (size_t)(framing->before + framing->after);
    frames->end = MF_FRAME_ENOUGH;
    while (frames->count < frames->capacity) {
        while (frames->left == 0 && size - frames->consumed >= WORD
               && bdw_data(data + frames->consumed, &framing->bdw) == 0)
            frames->consumed += WORD; /* an empty block */
        size_t at = frames->consumed, left = frames->left, start = 0, length = 0;
        bool begun = false;
        segment found;
        do {
            frames->broken = at;
            frames->end = next_segment(data, size, framing, &at, &left, &found);
            if (frames->end != MF_FRAME_ENOUGH) {
                frames->broken = at;
                return;
            }
            if (begun != (found.code == LAST || found.code == MIDDLE)) {
                frames->end = MF_FRAME_BAD_RDW;
                return;
            }
            if (!begun)
                start = found.at;
            begun = true;
            length += found.length;
        } while (!ends_record(&found));
        if (length < around) {
            frames->end = MF_FRAME_BAD_RDW;
            return;
        }
        if (found.code == LAST)
            join(data, size, framing, frames->consumed, frames->left);
        frames->starts[frames->count] = (int64_t)start + framing->before;
        frames->lengths[frames->count++] = (int64_t)(length - around);
        frames->consumed = at;
        frames->left = left;
        if (left == 0) {
            frames->cut = at;
            frames->cut_count = frames->count;
        }
    }
}

void mf_frame_lines(const uint8_t *data, size_t size, uint8_t end, enum mf_return carriage, bool last,
                    const mf_framing *framing, mf_frames *frames)
{
    const size_t around = (size_t)(framing->before + framing->after);
    frames->end = MF_FRAME_ENOUGH;
    while (frames->count < frames->capacity) {
        const size_t at = frames->consumed;
        const uint8_t *found = data + at;
        size_t length, next;
        do {
            found = size > (size_t)(found - data) ? memchr(found, end, size - (size_t)(found - data)) : NULL;
            if (found == NULL)
                break;
            found++;
        } while (carriage == MF_RETURN_NEEDED && (found - data < (ptrdiff_t)at + 2 || found[-2] != CARRIAGE_RETURN));
        if (found != NULL) {
            next = (size_t)(found - data);
            length = next - at - 1;
            if (carriage != MF_RETURN_IS_DATA && length > 0 && data[next - 2] == CARRIAGE_RETURN)
                length--;
        } else if (last && at < size) {
            next = size;
            length = size - at;
        } else {
            frames->end = MF_FRAME_MORE;
            break;
        }
        if (length < around) {
            frames->end = MF_FRAME_BAD_RDW;
            break;
        }
        frames->starts[frames->count] = (int64_t)at + framing->before;
        frames->lengths[frames->count++] = (int64_t)(length - around);
        frames->consumed = next;
    }
    frames->broken = frames->consumed;
}

/* Whether at least CHAIN records that are not empty follow, or the last ones of the file. */
static bool chains(const uint8_t *data, size_t size, size_t at, bool last, const mf_framing *framing)
{
    for (int i = 0; i < CHAIN; i++) {
        if (at == size && last)
            return i > 0;
        if (size - at < WORD)
            return false;
        int64_t length = rdw_data(data + at, framing->rdw.little, framing->rdw.extra);
        if (length <= framing->before + framing->after || size - at - WORD < (size_t)length)
            return false;
        at += WORD + (size_t)length;
    }
    return true;
}

/* Whether records fill a block, that begins with a record, and another follows or the file ends. */
static bool is_block(const uint8_t *data, size_t size, size_t at, bool last, const mf_framing *framing)
{
    if (size - at < WORD || bdw_data(data + at, &framing->bdw) <= 0)
        return false;
    size_t left = 0;
    segment found;
    bool first = true;
    do {
        if (next_segment(data, size, framing, &at, &left, &found) != MF_FRAME_ENOUGH || found.length == 0)
            return false;
        if (first && (found.code == LAST || found.code == MIDDLE))
            return false;
        first = false;
    } while (left > 0);
    if (at == size)
        return last;
    return size - at >= WORD && bdw_data(data + at, &framing->bdw) > 0;
}

int64_t mf_find_rdw(const uint8_t *data, size_t size, size_t until, bool last, const mf_framing *framing)
{
    for (size_t at = 0; at < until && at < size; at++)
        if (chains(data, size, at, last, framing))
            return (int64_t)at;
    return -1;
}

int64_t mf_find_block(const uint8_t *data, size_t size, size_t until, bool last, const mf_framing *framing)
{
    for (size_t at = 0; at < until && at < size; at++)
        if (is_block(data, size, at, last, framing))
            return (int64_t)at;
    return -1;
}
