"""Charts as small SVG pictures, each with the table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template

register = template.Library()

BAND, HEIGHT, GAP = 60, 160, 8


@dataclass(frozen=True)
class Series:
    """One row of bars: its name and a whole number, zero or more, for each label of the chart."""

    name: Any
    values: Sequence[int]


@dataclass(frozen=True)
class BarChart:
    """Bars side by side: a label for each place on the line, and up to three series; ``unit`` names the numbers.

    ``places`` heads the labels' column in the table ("Month" by default).

    Raises ``ValueError`` when a series does not have a value for each label.
    """

    title: Any
    labels: Sequence[str]
    series: Sequence[Series]
    unit: Any = ""
    places: Any = ""

    def __post_init__(self) -> None:
        if any(len(one.values) != len(self.labels) for one in self.series):
            raise ValueError("each series has a value for each label")


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(chart: BarChart) -> dict[str, Any]:
    """Draw a :class:`BarChart`; heights are relative to its largest value."""
    largest = max((value for one in chart.series for value in one.values), default=0)
    width = (BAND - GAP) // max(1, len(chart.series))
    bars = [
        {
            "x": BAND * place + GAP // 2 + width * number,
            "y": HEIGHT - (height := HEIGHT * one.values[place] // largest if largest else 0),
            "height": height,
            "kind": number + 1,
            "title": f"{label} · {one.name}: {one.values[place]}",
        }
        for place, label in enumerate(chart.labels)
        for number, one in enumerate(chart.series)
    ]
    return {
        "chart": chart,
        "bars": bars,
        "bar_width": max(width - 2, 1),
        "width": BAND * max(1, len(chart.labels)),
        "height": HEIGHT,
        "labels": [(BAND * place + BAND // 2, label) for place, label in enumerate(chart.labels)],
        "rows": [(label, [one.values[place] for one in chart.series]) for place, label in enumerate(chart.labels)],
    }
