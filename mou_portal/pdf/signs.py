"""Draw the few signs that reports print beside a word and that Sarabun lacks.

State on paper is always sign + word + colour.  A report is set in one font family only, so that it
looks the same on every machine; the signs are therefore drawn into that family here.
"""

from __future__ import annotations

from collections.abc import Callable

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

_CENTRE_X = 350
_CENTRE_Y = 340
_RADIUS = 270
_ADVANCE = 700
# A quarter of a circle as two quadratic curves would be finer; at 13 pt one octagon of curves with
# this handle is within a quarter of a unit of the circle.
_OCTAGON_HANDLE = 0.41421356


def _circle(pen: TTGlyphPen, radius: float, *, clockwise: bool) -> None:
    """Add a circle around the sign's centre; TrueType fills clockwise contours."""
    half = radius * _OCTAGON_HANDLE
    corners = [
        (radius, half),
        (half, radius),
        (-half, radius),
        (-radius, half),
        (-radius, -half),
        (-half, -radius),
        (half, -radius),
        (radius, -half),
    ]
    if clockwise:
        corners.reverse()
    points = [(round(_CENTRE_X + x), round(_CENTRE_Y + y)) for x, y in corners]
    # No point lies on the curve: TrueType implies them half-way between neighbours.
    pen.qCurveTo(*points, None)
    pen.closePath()


def _polygon(pen: TTGlyphPen, points: list[tuple[int, int]]) -> None:
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    pen.closePath()


def _tick(pen: TTGlyphPen, thickness: int) -> None:
    _polygon(
        pen,
        [
            (70, 330),
            (70 + thickness, 330 + thickness // 2),
            (270, 200),
            (570, 640),
            (570 + thickness, 640 - thickness // 2),
            (280, 60),
        ],
    )


def _ring(pen: TTGlyphPen, thickness: int) -> None:
    _circle(pen, _RADIUS, clockwise=True)
    _circle(pen, _RADIUS - thickness, clockwise=False)


def _disc(pen: TTGlyphPen, thickness: int) -> None:
    _circle(pen, _RADIUS, clockwise=True)


def _half_ring(pen: TTGlyphPen, thickness: int) -> None:
    """A ring whose left half is filled."""
    _ring(pen, thickness)
    inner = _RADIUS - thickness
    half = round(inner * _OCTAGON_HANDLE)
    top, bottom = (_CENTRE_X, _CENTRE_Y + inner), (_CENTRE_X, _CENTRE_Y - inner)
    pen.moveTo(top)
    pen.lineTo(bottom)
    pen.qCurveTo(
        (_CENTRE_X - half, _CENTRE_Y - inner),
        (_CENTRE_X - inner, _CENTRE_Y - half),
        (_CENTRE_X - inner, _CENTRE_Y + half),
        (_CENTRE_X - half, _CENTRE_Y + inner),
        top,
    )
    pen.closePath()


def _box(pen: TTGlyphPen, thickness: int) -> None:
    """An empty box to tick by hand."""
    left, right, low, high = 80, 620, 70, 610
    _polygon(pen, [(left, low), (left, high), (right, high), (right, low)])
    left, right, low, high = left + thickness, right - thickness, low + thickness, high - thickness
    _polygon(pen, [(left, low), (right, low), (right, high), (left, high)])


def _ticked_box(pen: TTGlyphPen, thickness: int) -> None:
    _box(pen, thickness)
    _polygon(
        pen,
        [
            (180, 340),
            (180 + thickness, 340 + thickness // 2),
            (315, 260),
            (470, 500),
            (470 + thickness, 500 - thickness // 2),
            (320, 160),
        ],
    )


SIGNS: dict[int, Callable[[TTGlyphPen, int], None]] = {
    0x2713: _tick,  # ✓ fulfilled
    0x25D0: _half_ring,  # ◐ partly
    0x25CB: _ring,  # ○ due
    0x25CF: _disc,  # ●
    0x2610: _box,  # ☐ to be ticked on paper
    0x2611: _ticked_box,  # ☑
}


def add_signs(font: TTFont) -> None:
    """Add to `font` a glyph for each of `SIGNS` that it lacks, as heavy as the font is bold."""
    thickness = 110 if font["OS/2"].usWeightClass >= 600 else 70
    present = font.getBestCmap()
    for codepoint, draw in SIGNS.items():
        if codepoint in present:
            continue
        name = f"uni{codepoint:04X}"
        pen = TTGlyphPen(None)
        draw(pen, thickness)
        glyph = pen.glyph()
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"].glyphs[name] = glyph
        glyph.recalcBounds(font["glyf"])
        font["hmtx"].metrics[name] = (_ADVANCE, glyph.xMin)
        if font["GDEF"].table.GlyphClassDef is not None:
            font["GDEF"].table.GlyphClassDef.classDefs[name] = 1
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[codepoint] = name
