"""mfdecode: mainframe records, by their COBOL copybook, into numpy and Arrow."""

from .batch import DecodedBatch
from .copybook.book import Copybook
from .decoder import Decoder
from .encoding import EncodedBatch, Encoder, EncodeStatus
from .errors import CodepageError, CopybookError, FramingError, LayoutError, MfdecodeError, SimdError
from .framing import RecordFormat
from .layout import Layout
from .options import FloatFormat, Selection, Trim
from .simd import SimdLevel, simd_level
from .status import Status

__all__ = [
    "CodepageError",
    "Copybook",
    "CopybookError",
    "DecodedBatch",
    "Decoder",
    "EncodeStatus",
    "EncodedBatch",
    "Encoder",
    "FloatFormat",
    "FramingError",
    "Layout",
    "LayoutError",
    "MfdecodeError",
    "RecordFormat",
    "Selection",
    "SimdError",
    "SimdLevel",
    "Status",
    "Trim",
    "simd_level",
]
