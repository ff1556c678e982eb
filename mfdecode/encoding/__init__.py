"""Records written back: from columns of values to bytes, the decoder's way back."""

from .encoder import EncodedBatch, Encoder
from .status import EncodeStatus

__all__ = ["EncodeStatus", "EncodedBatch", "Encoder"]
