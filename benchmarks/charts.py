"""Plots as SVG that look the same in a browser and on a page of the repository."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import pygal
from pygal.style import CleanStyle

_STYLE = CleanStyle(
    background="#ffffff",
    plot_background="#ffffff",
    font_family="sans-serif",
    title_font_size=18,
    label_font_size=13,
    major_label_font_size=13,
    value_font_size=13,
    legend_font_size=13,
    colors=("#1f6f8b", "#d1603d", "#6a994e", "#8d6a9f"),
)
_LOOKS: dict[str, Any] = {"js": (), "style": _STYLE, "width": 960, "disable_xml_declaration": True}


def bars(title: str, values: Mapping[str, float]) -> str:
    """A bar for each value, the first at the top, its number beside it."""
    most = max(1.0, *values.values()) * 1.05
    chart = pygal.HorizontalBar(
        **_LOOKS,
        title=title,
        height=120 + 36 * len(values),
        show_legend=False,
        print_values=True,
        print_values_position="top",
        value_formatter=lambda value: f"{value:.2f}",
        range=(0, most),
    )
    chart.y_labels = range(ceil(most) + 1)
    chart.x_labels = list(reversed(values))
    chart.add("", list(reversed(values.values())))
    return _svg(chart)


def curves(title: str, x: str, y: str, lines: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """A line for each series of points, both axes from zero."""
    chart = pygal.XY(
        **_LOOKS,
        title=title,
        x_title=x,
        y_title=y,
        height=420,
        include_x_axis=True,
        xrange=(0, max(point[0] for points in lines.values() for point in points)),
        legend_at_bottom=True,
    )
    for name, points in lines.items():
        chart.add(name, [(0, 0), *points] if y.startswith("seconds") else list(points))
    return _svg(chart)


def _svg(chart: Any) -> str:
    text: str = chart.render(is_unicode=True)
    return text + "\n"
