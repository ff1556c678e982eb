"""mfdecode: mainframe records, by their COBOL copybook, into numpy and Arrow."""

from .batch import DecodedBatch
from .conditions import AllOf, AnyOf, Condition, InRange, Not, OneOf, Present
from .copybook.book import Copybook
from .decoder import Decoder
from .errors import CodepageError, CopybookError, FramingError, LayoutError, MfdecodeError, SimdError
from .framing import RecordFormat
from .layout import Layout
from .options import FloatFormat, Selection, Trim
from .simd import SimdLevel, simd_level
from .status import Status

__all__ = [
    "AllOf",
    "AnyOf",
    "CodepageError",
    "Condition",
    "Copybook",
    "CopybookError",
    "DecodedBatch",
    "Decoder",
    "FloatFormat",
    "FramingError",
    "InRange",
    "Layout",
    "LayoutError",
    "MfdecodeError",
    "Not",
    "OneOf",
    "Present",
    "RecordFormat",
    "Selection",
    "SimdError",
    "SimdLevel",
    "Status",
    "Trim",
    "simd_level",
]
