"""The chart as a file to keep: an SVG that stands alone, in colours for paper, and the same as PNG."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import azure.functions as func

from functions.console.reports.chart import HEIGHT, WIDTH


if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.console.reports.chart import Chart, Series

LEFT, TOP, RIGHT, BOTTOM = 72, 96, 32, 56  # around the plot
STYLES = (
    ("#0a5cad", "", "round", 8),
    ("#a34700", "8 5", "square", 6),
    ("#6d3bb5", "2 4", "round", 5),
)
"""Colour, dashes, and cap and width of the markers of each series, as on the page."""
MOST_MARKED = 45  # days
WORDS = 'font-family="Inter, Noto Sans Arabic, Arial, sans-serif"'


def chart_svg(chart: Chart, finding: str, heading: str) -> str:
    """Return the picture with what it says as its title, and the name, the lines and the days written into it."""
    whole = f"0 0 {LEFT + WIDTH + RIGHT} {TOP + HEIGHT + BOTTOM}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{whole}" role="img" aria-labelledby="title" {WORDS}>',
        f'<title id="title">{escape(finding)}</title>',
        f'<rect width="{LEFT + WIDTH + RIGHT}" height="{TOP + HEIGHT + BOTTOM}" fill="#fff"/>',
        f'<text x="{LEFT}" y="36" font-size="20" font-weight="600" fill="#14171f">{escape(heading)}</text>',
        *_legend(chart),
        f'<g transform="translate({LEFT} {TOP})" fill="none">',
        *_scale(chart),
        *(part for number, line in enumerate(chart.series) for part in _line(chart, line, number)),
        "</g>",
        *_days(chart),
        "</svg>",
    ]
    return "".join(parts)


def chart_response(svg: str, kind: str) -> func.HttpResponse:
    """Return the picture as a file, as svg or png."""
    headers = {"Content-Disposition": f'attachment; filename="report.{kind}"'}
    if kind == "svg":
        return func.HttpResponse(svg, headers=headers, mimetype="image/svg+xml", charset="utf-8")
    from shared.presentation.toolkit.printed import svg_as_png  # noqa: PLC0415 - few ask for it

    return func.HttpResponse(svg_as_png(svg), headers=headers, mimetype="image/png")


def _legend(chart: Chart) -> Iterator[str]:
    at = LEFT
    for number, line in enumerate(chart.series):
        colour, dashes, cap, width = STYLES[number]
        stroke = f'stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dashes}"'
        yield f'<path d="M{at} 62h32" {stroke}/>'
        yield f'<path d="M{at + 16} 62h0" stroke="{colour}" stroke-width="{width}" stroke-linecap="{cap}"/>'
        yield f'<text x="{at + 40}" y="67" font-size="15" fill="#14171f">{escape(line.name)}</text>'
        at += 72 + 9 * len(line.name)


def _scale(chart: Chart) -> Iterator[str]:
    for step in chart.steps:
        yield f'<path d="M0 {step.y:g}h{WIDTH}" stroke="#d5d9e2"/>'
        yield (
            f'<text x="-12" y="{step.y + 5:g}" font-size="14" text-anchor="end" fill="#4c5366">{step.label}</text>'
        )


def _line(chart: Chart, line: Series, number: int) -> Iterator[str]:
    colour, dashes, cap, width = STYLES[number]
    stroke = f'stroke="{colour}" stroke-width="2.5" stroke-linejoin="round" stroke-dasharray="{dashes}"'
    yield f'<path d="{chart.path(line)}" {stroke}/>'
    if len(chart.days) <= MOST_MARKED:
        yield f'<path d="{chart.marks(line)}" stroke="{colour}" stroke-width="{width}" stroke-linecap="{cap}"/>'


def _days(chart: Chart) -> Iterator[str]:
    style = f'y="{TOP + HEIGHT + 32}" font-size="14" fill="#4c5366"'
    yield f'<text x="{LEFT}" {style}>{escape(chart.days[0])}</text>'
    if len(chart.days) > 1:
        yield f'<text x="{LEFT + WIDTH}" text-anchor="end" {style}>{escape(chart.days[-1])}</text>'
