"""Give Thai marks origins that stand in the order in which they are read.

Marks have no width, and Sarabun puts the origins of all marks of a syllable at nearly one point, the
end of the consonant.  Readers that sort glyphs by where they stand (poppler does) then mix up เ and a
tone mark, or a vowel and its tone mark, over a thousandth of an em.  Here the origin of each mark is
moved to the left, and its outline and anchors by as much to the right: nothing moves to the eye, and
the origins of a syllable run consonant, vowel below, vowel above, tone mark, next letter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

# How far before the end of its consonant a mark's origin stands, in thousandths of an em.  The
# steps exceed what the anchors of one syllable differ by (53; on ื, whose tone mark stands over its
# first stroke, 95).
_STEPS = {
    130: ("uni0E37",),  # ื
    90: ("uni0E38", "uni0E39", "uni0E3A"),  # ุ ู ฺ
    85: ("uni0E31", "uni0E34", "uni0E35", "uni0E36", "uni0E47", "uni0E4D"),
    30: ("uni0E48", "uni0E49", "uni0E4A", "uni0E4B", "uni0E4C", "uni0E4E"),
}
_STEP_OF = {name: step for step, names in _STEPS.items() for name in names}

_MARK = 3
"""Class of marks in GDEF."""

_NEARLY_LEVEL = 2

_MARK_TO_BASE = 4
_MARK_TO_MARK = 6


def order_marks(font: TTFont) -> None:
    """Move the origins of Thai marks of `font`; every mark stays where it is drawn."""
    classes = font["GDEF"].table.GlyphClassDef.classDefs
    steps = {
        name: _STEP_OF[name[:7]]
        for name in font.getGlyphOrder()
        if name[:7] in _STEP_OF and (classes.get(name) == _MARK or font["hmtx"].metrics[name][0] == 0)
    }
    _flatten(font, steps)
    glyphs = font["glyf"]
    for name, step in steps.items():
        glyph = glyphs[name]
        glyph.coordinates.translate((step, 0))
        glyph.recalcBounds(glyphs)
        # Shaping takes the advance of a mark away again; in the PDF it closes the gap up to the end
        # of the consonant, where readers would else see a space.
        advance = step if classes.get(name) == _MARK else 0
        font["hmtx"].metrics[name] = (advance, glyph.xMin)
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            if lookup.LookupType == _MARK_TO_BASE:
                _move_marks(subtable.MarkCoverage, subtable.MarkArray, steps)
                _level(subtable.BaseArray)
            elif lookup.LookupType == _MARK_TO_MARK:
                _move_marks(subtable.Mark1Coverage, subtable.Mark1Array, steps)
                records = subtable.Mark2Array.Mark2Record
                for name, record in zip(subtable.Mark2Coverage.glyphs, records, strict=True):
                    _move(record.Mark2Anchor, steps.get(name, 0))


def _flatten(font: TTFont, names: Iterable[str]) -> None:
    """Redraw every composite that is or uses one of `names` as an outline of its own."""
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    wanted = set(names)
    glyphs, drawings = font.getGlyphSet(), {}
    for name in font.getGlyphOrder():
        glyph = font["glyf"][name]
        if glyph.isComposite() and (name in wanted or wanted & _parts(font, name)):
            outline = DecomposingRecordingPen(glyphs)
            glyphs[name].draw(outline)
            pen = TTGlyphPen(None)
            outline.replay(pen)
            drawings[name] = pen.glyph()
    for name, drawing in drawings.items():
        font["glyf"].glyphs[name] = drawing
        drawing.recalcBounds(font["glyf"])


def _parts(font: TTFont, name: str) -> set[str]:
    """Names of all glyphs that the composite `name` is made of, at any depth."""
    glyph = font["glyf"][name]
    if not glyph.isComposite():
        return set()
    direct = {component.glyphName for component in glyph.components}
    return direct.union(*(_parts(font, part) for part in direct))


def _move_marks(coverage: Any, array: Any, steps: dict[str, int]) -> None:
    for name, record in zip(coverage.glyphs, array.MarkRecord, strict=True):
        _move([record.MarkAnchor], steps.get(name, 0))


def _move(anchors: Iterable[Any], step: int) -> None:
    for anchor in anchors:
        if anchor is not None:
            anchor.XCoordinate += step


def _level(array: Any) -> None:
    """Bring anchors that miss the usual height by a unit or two to that height.

    A mark off the base line of its run is written as a piece of its own, and readers may then put
    it after the mark that follows (ษื้ in bold).
    """
    for mark_class in range(len(array.BaseRecord[0].BaseAnchor)):
        anchors = [
            record.BaseAnchor[mark_class] for record in array.BaseRecord if record.BaseAnchor[mark_class] is not None
        ]
        heights = Counter(anchor.YCoordinate for anchor in anchors)
        for anchor in anchors:
            near = [y for y in heights if abs(y - anchor.YCoordinate) <= _NEARLY_LEVEL]
            anchor.YCoordinate = max(near, key=lambda y: (heights[y], y))
