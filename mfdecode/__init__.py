"""mfdecode: mainframe records, by their COBOL copybook, into numpy and Arrow."""

from .batch import DecodedBatch
from .conditions import AllOf, AnyOf, Condition, InRange, Not, OneOf, Present
from .copybook.book import Copybook
from .decoder import Decoder
from .encoding import EncodedBatch, Encoder, EncodeStatus
from .errors import CodepageError, CompressionError, CopybookError, FramingError, LayoutError, MfdecodeError, SimdError
from .framing import Endian, RecordFormat
from .layout import Layout
from .options import Action, FieldOptions, FloatFormat, NumbersPolicy, Overpunch, Selection, Trim
from .simd import SimdLevel, simd_level
from .status import Status

__all__ = [
    "Action",
    "AllOf",
    "AnyOf",
    "CodepageError",
    "CompressionError",
    "Condition",
    "Copybook",
    "CopybookError",
    "DecodedBatch",
    "Decoder",
    "EncodeStatus",
    "EncodedBatch",
    "Encoder",
    "Endian",
    "FieldOptions",
    "FloatFormat",
    "FramingError",
    "InRange",
    "Layout",
    "LayoutError",
    "MfdecodeError",
    "Not",
    "NumbersPolicy",
    "OneOf",
    "Overpunch",
    "Present",
    "RecordFormat",
    "Selection",
    "SimdError",
    "SimdLevel",
    "Status",
    "Trim",
    "simd_level",
]
