"""Files cut into batches of records. The cuts follow from the file alone, so that a rerun makes the same."""

from .boundaries import Boundaries, find_boundaries, read_boundaries
from .compression import Compression, compression_of
from .content import Content, MemoryContent, content_of
from .delimited import Delimited
from .formats import Endian, Framing, LineEnd, OnBrokenRdw, RecordFormat
from .index import SparseIndex, index_path
from .lengths import LengthRule, length_by_expression, length_by_field, length_by_type
from .model import BatchLimits, Bytes, Frames, Offsets, Part, Place, RawBatch
from .opening import batch_limits, open_frames, open_part, whole_file
from .part_file import Spare
from .parts import Parts, parts_of_files, pieces_of_file, ranges_of_file, require_ranges
from .writing import RecordWriter

__all__ = [
    "BatchLimits",
    "Boundaries",
    "Bytes",
    "Compression",
    "Content",
    "Delimited",
    "Endian",
    "Frames",
    "Framing",
    "LengthRule",
    "LineEnd",
    "MemoryContent",
    "Offsets",
    "OnBrokenRdw",
    "Part",
    "Parts",
    "Place",
    "RawBatch",
    "RecordFormat",
    "RecordWriter",
    "Spare",
    "SparseIndex",
    "batch_limits",
    "compression_of",
    "content_of",
    "find_boundaries",
    "index_path",
    "length_by_expression",
    "length_by_field",
    "length_by_type",
    "open_frames",
    "open_part",
    "parts_of_files",
    "pieces_of_file",
    "ranges_of_file",
    "read_boundaries",
    "require_ranges",
    "whole_file",
]
