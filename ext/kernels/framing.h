/* Where the records of a file begin: descriptor words and line ends followed from one to the next. */
#ifndef MF_FRAMING_H
#define MF_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mf_frame_end {
    MF_FRAME_ENOUGH,  /* as many records as were asked for */
    MF_FRAME_MORE,    /* the next record is not whole in data */
    MF_FRAME_BAD_RDW, /* no record begins at `consumed`: what is wrong is at `broken` */
    MF_FRAME_BAD_BDW  /* the same, of a block */
};

/* A descriptor word: two bytes of length, two of zeros (in a segment's, the first of these is its control code).
   Little-endian, the four bytes are turned round; or the two of the length alone, where there are no segments. */
typedef struct mf_descriptor {
    bool little;
    int64_t extra; /* to be added to the length for that of the data: -4 where it counts the word itself */
} mf_descriptor;

typedef struct mf_framing {
    mf_descriptor rdw;
    mf_descriptor bdw;
    bool spanned;
    int64_t before; /* bytes of each record that are before its data, past its RDW */
    int64_t after;  /* and behind it */
} mf_framing;

typedef struct mf_frames {
    int64_t *starts;  /* of each record's data */
    int64_t *lengths; /* of its data */
    size_t capacity;
    size_t count;
    size_t consumed;  /* bytes framed */
    size_t left;      /* bytes of the block that are not framed at `consumed`; 0 where a block begins */
    size_t cut;       /* where the last block ends that ends with a record; and how many records come before */
    size_t cut_count;
    size_t broken;
    enum mf_frame_end end;
} mf_frames;

/* Each frames until the capacity is reached or data ends. Nothing before `consumed` or past `size` is touched. */

void mf_frame_rdw(const uint8_t *data, size_t size, const mf_framing *framing, mf_frames *frames);

/* VB, and VBS where `spanned`: the segments of a record are moved together, to where its first one lies. */
void mf_frame_blocks(uint8_t *data, size_t size, const mf_framing *framing, mf_frames *frames);

enum mf_return {
    MF_RETURN_IS_DATA,  /* the end alone ends a line */
    MF_RETURN_OPTIONAL, /* a carriage return before it belongs to it */
    MF_RETURN_NEEDED    /* without one it is data */
};

/* last: what follows the last line end is a line too. */
void mf_frame_lines(const uint8_t *data, size_t size, uint8_t end, enum mf_return carriage, bool last,
                    const mf_framing *framing, mf_frames *frames);

/* The first of the offsets below `until` at which records can be framed again: at an RDW that several follow, or, of a
   file in blocks, at a block that its records fill; -1 if there is none. last: the file ends with data. */
int64_t mf_find_rdw(const uint8_t *data, size_t size, size_t until, bool last, const mf_framing *framing);
int64_t mf_find_block(const uint8_t *data, size_t size, size_t until, bool last, const mf_framing *framing);

#endif
