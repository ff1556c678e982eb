/* Where the records of a V file begin: RDWs followed from one to the next. */
#ifndef MF_FRAMING_H
#define MF_FRAMING_H

#include <stddef.h>
#include <stdint.h>

enum mf_frame_end {
    MF_FRAME_ENOUGH,   /* as many records as were asked for, or bytes */
    MF_FRAME_MORE,     /* the next record is not whole in data */
    MF_FRAME_BAD_RDW   /* the RDW at `consumed` is none */
};

typedef struct mf_frames {
    int64_t *starts;   /* of each record's data, past its RDW */
    int64_t *lengths;  /* of its data */
    size_t capacity;
    size_t count;
    size_t consumed;   /* bytes framed */
    enum mf_frame_end end;
} mf_frames;

/* Frames until capacity, or until the next record would make more than `most` bytes (one record is always framed).
   own: the bytes of the RDW that its length counts: 4, or 0 where a program has written lengths without them. */
void mf_frame_rdw(const uint8_t *data, size_t size, size_t most, size_t own, mf_frames *frames);

#endif
