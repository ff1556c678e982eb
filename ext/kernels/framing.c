/* Record descriptor words (z/OS DFSMS Using Data Sets, SC23-6855): length with its own four bytes, then two zero bytes. */
#include "framing.h"

void mf_frame_rdw(const uint8_t *data, size_t size, size_t most, size_t own, mf_frames *frames)
{
    size_t at = frames->consumed;
    while (frames->count < frames->capacity) {
        if (size - at < 4) {
            frames->end = MF_FRAME_MORE;
            break;
        }
        const uint8_t *rdw = data + at;
        size_t length = (size_t)rdw[0] << 8 | rdw[1];
        if (length < own || rdw[2] != 0 || rdw[3] != 0) {
            frames->end = MF_FRAME_BAD_RDW;
            break;
        }
        length += 4 - own;
        if (at + length > most && frames->count > 0) {
            frames->end = MF_FRAME_ENOUGH;
            break;
        }
        if (size - at < length) {
            frames->end = MF_FRAME_MORE;
            break;
        }
        frames->starts[frames->count] = (int64_t)at + 4;
        frames->lengths[frames->count++] = (int64_t)length - 4;
        at += length;
        frames->end = MF_FRAME_ENOUGH;
    }
    frames->consumed = at;
}
