"""Where the records of a buffer begin."""

from cython cimport final
from libc.stdint cimport int64_t, uint8_t

from mfdecode.kernels cimport (
    MF_FRAME_BAD_BDW,
    MF_FRAME_BAD_RDW,
    MF_FRAME_ENOUGH,
    MF_FRAME_MORE,
    mf_find_block,
    mf_find_rdw,
    mf_frame_blocks,
    mf_frame_lines,
    mf_frame_rdw,
    mf_frames,
    mf_framing,
    mf_return,
)

ENOUGH = MF_FRAME_ENOUGH
MORE = MF_FRAME_MORE
BAD_RDW = MF_FRAME_BAD_RDW
BAD_BDW = MF_FRAME_BAD_BDW


@final
cdef class Framer:
    """Follows the descriptors or the line ends of one part, or of a range of it; not safe to be used by two threads.

    Args:
        rdw_little, bdw_little: the descriptor's four bytes are turned round.
        rdw_extra, bdw_extra: to be added to its length for that of the data that follows.
        spanned: records have segments, with control codes in their descriptors.
        before, after: bytes of each record that are not of its data.

    Attributes:
        left: bytes of a block that are not framed yet; 0 where one begins.
        cut, cut_count: where the last block has ended that ends with a record, and the records before it.
        broken: where it showed that no record follows.
    """

    cdef mf_framing framing
    cdef mf_frames frames

    def __init__(self, *, bint rdw_little=False, int64_t rdw_extra=-4, bint bdw_little=False, int64_t bdw_extra=-4,
                 bint spanned=False, int64_t before=0, int64_t after=0):
        if before < 0 or after < 0:
            raise ValueError("bytes around a record are none or some")
        self.framing.rdw.little = rdw_little
        self.framing.rdw.extra = rdw_extra
        self.framing.bdw.little = bdw_little
        self.framing.bdw.extra = bdw_extra
        self.framing.spanned = spanned
        self.framing.before = before
        self.framing.after = after

    @property
    def left(self):
        return self.frames.left

    @left.setter
    def left(self, size_t left):
        self.frames.left = left

    @property
    def cut(self):
        return self.frames.cut

    @property
    def cut_count(self):
        return self.frames.cut_count

    @property
    def broken(self):
        return self.frames.broken

    def begin_batch(self):
        """Forget where the blocks of the batch before have ended."""
        self.frames.cut = self.frames.cut_count = 0

    def rdw(self, const uint8_t[::1] data not None, Py_ssize_t size, Py_ssize_t begin, Py_ssize_t found,
            int64_t[::1] starts not None, int64_t[::1] lengths not None):
        """Follow the RDWs from ``begin`` on.

        Args:
            data: the buffer.
            size: bytes of it that are filled.
            begin: of the first record not yet framed.
            found: records framed before.
            starts: of each record's data; written from ``found`` on; its length is the batch's.
            lengths: of each record's data; written from ``found`` on.

        Returns:
            (records framed in all, offset past the last of them, ENOUGH, MORE, BAD_RDW or BAD_BDW).
        """
        self._begin(data.shape[0], size, begin, found, starts, lengths)
        if begin < size:
            with nogil:
                mf_frame_rdw(&data[0], <size_t> size, &self.framing, &self.frames)
        return self.frames.count, self.frames.consumed, self.frames.end

    def blocks(self, uint8_t[::1] data not None, Py_ssize_t size, Py_ssize_t begin, Py_ssize_t found,
               int64_t[::1] starts not None, int64_t[::1] lengths not None):
        """The same for records in blocks, whose segments are moved together; goes on inside a block of ``left`` bytes.
        """
        self._begin(data.shape[0], size, begin, found, starts, lengths)
        if begin < size:
            with nogil:
                mf_frame_blocks(&data[0], <size_t> size, &self.framing, &self.frames)
        return self.frames.count, self.frames.consumed, self.frames.end

    def lines(self, const uint8_t[::1] data not None, Py_ssize_t size, Py_ssize_t begin, Py_ssize_t found,
              int64_t[::1] starts not None, int64_t[::1] lengths not None, uint8_t end, int carriage, bint last):
        """The same for lines.

        Args:
            end: the byte that ends a line.
            carriage: a carriage return before it 0: is data, 1: belongs to it, 2: has to be there.
            last: what follows the last line end is a line too.
        """
        if not 0 <= carriage <= 2:
            raise ValueError("a carriage return is data, belongs to the line end, or is needed")
        self._begin(data.shape[0], size, begin, found, starts, lengths)
        if begin < size:
            with nogil:
                mf_frame_lines(&data[0], <size_t> size, end, <mf_return> carriage, last, &self.framing, &self.frames)
        return self.frames.count, self.frames.consumed, self.frames.end

    def find_rdw(self, const uint8_t[::1] data not None, Py_ssize_t until, bint last):
        """The first offset below ``until`` where an RDW is that several follow; -1 if there is none.

        Args:
            data: from where to look.
            until: an offset.
            last: the file ends with ``data``.
        """
        if data.shape[0] == 0 or until <= 0:
            return -1
        with nogil:
            at = mf_find_rdw(&data[0], <size_t> data.shape[0], <size_t> until, last, &self.framing)
        return at

    def find_block(self, const uint8_t[::1] data not None, Py_ssize_t until, bint last):
        """The same of a block that its records fill."""
        if data.shape[0] == 0 or until <= 0:
            return -1
        with nogil:
            at = mf_find_block(&data[0], <size_t> data.shape[0], <size_t> until, last, &self.framing)
        return at

    cdef int _begin(self, Py_ssize_t room, Py_ssize_t size, Py_ssize_t begin, Py_ssize_t found, int64_t[::1] starts,
                    int64_t[::1] lengths) except -1:
        if not 0 <= begin <= size <= room:
            raise ValueError("the buffer is not filled so far")
        if lengths.shape[0] != starts.shape[0] or not 0 <= found <= starts.shape[0] or starts.shape[0] == 0:
            raise ValueError("starts and lengths do not fit together")
        self.frames.starts = &starts[0]
        self.frames.lengths = &lengths[0]
        self.frames.capacity = <size_t> starts.shape[0]
        self.frames.count = <size_t> found
        self.frames.consumed = <size_t> begin
        self.frames.broken = <size_t> begin
        self.frames.end = MF_FRAME_MORE
        return 0
