"""Where tables are printed."""

import sys

from rich.console import Console

_WIDE = 160


def output(*, quiet: bool = False) -> Console:
    """Standard output; wide enough for every table where it is no terminal, so that nothing is cut in a file."""
    return Console(quiet=quiet, width=None if sys.stdout.isatty() else _WIDE)
