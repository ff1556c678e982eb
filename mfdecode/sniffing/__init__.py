"""What an unknown file is: its record format and code page, by evidence."""

from .model import Proposal, Sample
from .proposals import propose
from .sample import take_sample

__all__ = ["Proposal", "Sample", "propose", "take_sample"]
