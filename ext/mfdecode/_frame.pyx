"""Where the records of a buffer begin."""

from libc.stdint cimport int64_t, uint8_t

from mfdecode.kernels cimport MF_FRAME_BAD_RDW, MF_FRAME_ENOUGH, mf_frame_rdw, mf_frames

ENOUGH = 0
MORE = 1
BAD_RDW = 2


def frame_rdw(const uint8_t[::1] data not None, Py_ssize_t size, Py_ssize_t begin, Py_ssize_t most, Py_ssize_t own,
              Py_ssize_t found, int64_t[::1] starts not None, int64_t[::1] lengths not None):
    """Follow the RDWs from ``begin`` on.

    Args:
        data: the buffer.
        size: bytes of it that are filled.
        begin: of the first RDW not yet framed.
        most: the batch ends before the record that would make it longer than this.
        own: the bytes of an RDW that its length counts, 4 or 0.
        found: records framed before.
        starts: of each record's data, past its RDW; written from ``found`` on; its length is the batch's.
        lengths: of each record's data; written from ``found`` on.

    Returns:
        (records framed in all, offset past the last of them, ENOUGH, MORE or BAD_RDW).
    """
    cdef mf_frames frames
    if not 0 <= begin <= size <= data.shape[0]:
        raise ValueError("the buffer is not filled so far")
    if own not in (0, 4):
        raise ValueError("an RDW counts all of its own bytes, or none")
    if lengths.shape[0] != starts.shape[0] or not 0 <= found <= starts.shape[0] or starts.shape[0] == 0:
        raise ValueError("starts and lengths do not fit together")
    frames.starts = &starts[0]
    frames.lengths = &lengths[0]
    frames.capacity = <size_t> starts.shape[0]
    frames.count = <size_t> found
    frames.consumed = <size_t> begin
    frames.end = MF_FRAME_ENOUGH
    if size > 0:
        with nogil:
            mf_frame_rdw(&data[0], <size_t> size, <size_t> most, <size_t> own, &frames)
        end = ENOUGH if frames.end == MF_FRAME_ENOUGH else BAD_RDW if frames.end == MF_FRAME_BAD_RDW else MORE
    else:
        end = MORE
    return frames.count, frames.consumed, end
