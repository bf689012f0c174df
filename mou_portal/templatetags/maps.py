"""The map of the parties as an SVG picture, with the table that says the same; on pages and on paper."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import template
from django.utils.translation import get_language

from mou_portal.province_map import (
    FRAME,
    HEIGHT,
    METROPOLITAN,
    RADIUS,
    SCALE,
    SHIFT,
    WIDTH,
    Place,
    ProvinceMap,
    outlines,
    places,
    province_names,
)
from mou_portal.registry import State
from mou_portal.thai.dates import is_thai

register = template.Library()

#: Colours on paper, where no style sheet reaches into a picture; on screen portal.css puts the reader's own over them.
PAPER = {
    State.FULFILLED: "#17653a",
    State.PARTLY: "#7a4d00",
    State.DUE: "#0a4f94",
    State.OVERDUE: "#9b1c24",
    State.NOT_APPLICABLE: "#515b68",
    State.WAIVED: "#515b68",
}
PAPER_ACCENT = "#0b5563"
#: How full the colour of each step is.
OPACITY = {1: "0.4", 2: "0.6", 3: "0.8", 4: "1"}
#: So many parties of a province are named; more are counted.
MOST_NAMED = 6


@register.inclusion_tag("components/party_map.html")
def party_map(shown: ProvinceMap, paper: bool = False, table: bool = True) -> dict[str, Any]:
    """Draw a :class:`ProvinceMap`. ``paper`` opens its table; without ``table`` the page says the same itself."""
    names = province_names("th" if is_thai(get_language()) else "en")
    found = places(shown)
    with_parties = {place.outline.iso for place in found}
    ground = [one for one in outlines() if one.iso not in with_parties]
    drawn = [_drawn(place, shown, names[place.outline.iso]) for place in found]
    return {
        "map": shown,
        "paper": paper,
        "table": table,
        "width": WIDTH,
        "height": HEIGHT,
        "radius": RADIUS,
        "ground": ground,
        "places": drawn,
        "frame": _frame(ground, drawn),
        "legend": _legend(shown),
    }


def _drawn(place: Place, shown: ProvinceMap, name: str) -> dict[str, Any]:
    """What the template needs of one province."""
    by_state = place.state is not None
    word = shown.words.get(place.state, place.state) if place.state is not None else ""
    return {
        "name": name,
        "iso": place.outline.iso,
        "path": place.outline.path,
        "x": place.x,
        "y": place.y,
        "text_y": round(place.y + RADIUS * 0.42, 1),
        "sign": shown.signs.get(place.state, "") if place.state is not None else str(place.number),
        "word": word,
        "state": place.state,
        "kind": place.state.value if place.state is not None else f"step-{place.step}",
        "fill": PAPER[place.state] if place.state is not None else PAPER_ACCENT,
        "opacity": "1" if by_state else OPACITY[place.step],
        "number": place.number,
        "entries": place.entries[:MOST_NAMED],
        "more": max(0, place.number - MOST_NAMED),
        "url": shown.province_urls.get(place.outline.iso, ""),
    }


def _frame(ground: list[Any], drawn: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Bangkok and its vicinity once more, larger, where any of these provinces has a party."""
    inside = [one for one in drawn if one["iso"] in METROPOLITAN]
    if not inside:
        return None
    left, top, width, height = FRAME
    return {
        "left": left,
        "top": top,
        "width": width,
        "height": height,
        "label_x": left + width // 2,
        "label_y": top + height - 14,
        # written as numbers, not by the template: a Thai number format would put commas into the picture
        "transform": f"translate({SHIFT[0]:g} {SHIFT[1]:g}) scale({SCALE:g})",
        "ground": [one for one in ground if one.iso in METROPOLITAN],
        "places": inside,
    }


def _legend(shown: ProvinceMap) -> list[tuple[State, Any, int]]:
    """The states on the map with their words and the number of parties, from best to most pressing."""
    if shown.by == "number":
        return []
    counts = Counter(entry.state for entry in shown.entries)
    return [(state, shown.words.get(state, state), counts[state]) for state in State if counts[state]]
