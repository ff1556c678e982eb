"""The report for people: one page that needs no other file, to be looked at, sent and printed."""

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from driver.batch.report import RunReport
from driver.batch.samples import Sample
from driver.output.numbers import grouped

from .flow import draw, flow_of
from .throughput import charts

_MOST_NAME = 16
"""Characters of a name in the diagram; the whole is in its tooltip and in the tables."""

_UNITS = ("bytes", "kB", "MB", "GB", "TB")

_PAGES = Environment(
    loader=PackageLoader("driver.batch.reporting", package_path=""),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page_of(report: RunReport, samples: Sequence[Sample]) -> str:
    """The page as HTML.

    Args:
        report: of the run.
        samples: of its load, in the order of time.
    """
    flow = flow_of(report)
    return _PAGES.get_template("page.html").render(
        report=report,
        diagram=None if flow is None else draw(flow),
        charts=charts(samples, report.pipeline),
        broken=[identity for identity in report.identities if not identity.holds],
    )


def _count(number: int) -> str:
    return f"{number:,}"


def _duration(seconds: float) -> str:
    """Tenths of a second, or hours, minutes and seconds."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min {rest:02d} s" if hours else f"{minutes} min {rest:02d} s"


def _size(number: float) -> str:
    """Bytes in the largest unit of which there is one."""
    power = min(len(_UNITS) - 1, (len(str(int(number))) - 1) // 3)
    return f"{number / 1000**power:,.{1 if power else 0}f} {_UNITS[power]}"


def _short(name: str) -> str:
    return name if len(name) <= _MOST_NAME else f"{name[: _MOST_NAME - 1]}…"


_PAGES.filters |= {"count": _count, "exact": grouped, "duration": _duration, "size": _size, "short": _short}
