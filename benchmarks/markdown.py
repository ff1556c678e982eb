"""Tables in Markdown, and the sections of a page that commands keep up to date."""

from collections.abc import Sequence
from pathlib import Path


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose columns line up in plain text, too."""
    widths = [max(len(row[i]) for row in [heading, *rows]) for i in range(len(heading))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [heading, *rows]]
    return "\n".join(f"| {line} |" for line in [lines[0], " | ".join("-" * width for width in widths), *lines[1:]])


def replace_section(page: Path, name: str, content: str) -> None:
    """Write anew what is between ``<!-- NAME -->`` and ``<!-- /NAME -->``.

    Raises:
        ValueError: the page has no such section.
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, opening, rest = page.read_text().partition(begin)
    _, closing, after = rest.partition(end)
    if not (opening and closing):
        raise ValueError(f"{page}: there is no section between {begin} and {end}")
    page.write_text(f"{before}{begin}\n{content}\n{end}{after}")
