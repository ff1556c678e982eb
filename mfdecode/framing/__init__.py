"""Files cut into batches of records. The cuts follow from the file alone, so that a rerun makes the same."""

from .boundaries import Boundaries, find_boundaries, read_boundaries
from .index import SparseIndex, index_path
from .model import BatchLimits, Bytes, Frames, Framing, Offsets, Part, RawBatch, RecordFormat
from .opening import batch_limits, open_frames, open_part, whole_file
from .part_file import Spare
from .parts import Parts, parts_of_files, pieces_of_file, ranges_of_file

__all__ = [
    "BatchLimits",
    "Boundaries",
    "Bytes",
    "Frames",
    "Framing",
    "Offsets",
    "Part",
    "Parts",
    "RawBatch",
    "RecordFormat",
    "Spare",
    "SparseIndex",
    "batch_limits",
    "find_boundaries",
    "index_path",
    "open_frames",
    "open_part",
    "parts_of_files",
    "pieces_of_file",
    "ranges_of_file",
    "read_boundaries",
    "whole_file",
]
