"""mfdecode: mainframe records, by their COBOL copybook, into numpy and Arrow."""

from .batch import DecodedBatch
from .copybook.book import Copybook
from .decoder import Decoder
from .errors import CodepageError, CompressionError, CopybookError, FramingError, LayoutError, MfdecodeError, SimdError
from .framing import Endian, RecordFormat
from .layout import Layout
from .options import Action, FieldOptions, FloatFormat, NumbersPolicy, Overpunch, Selection, Trim
from .simd import SimdLevel, simd_level
from .status import Status

__all__ = [
    "Action",
    "CodepageError",
    "CompressionError",
    "Copybook",
    "CopybookError",
    "DecodedBatch",
    "Decoder",
    "Endian",
    "FieldOptions",
    "FloatFormat",
    "FramingError",
    "Layout",
    "LayoutError",
    "MfdecodeError",
    "NumbersPolicy",
    "Overpunch",
    "RecordFormat",
    "Selection",
    "SimdError",
    "SimdLevel",
    "Status",
    "Trim",
    "simd_level",
]
