"""The fonts of the portal: a PDF family whose text is true, and small web fonts.

Why a family of our own: text shaping splits SARA AM (ำ) into NIKHAHIT and SARA AA.  A PDF keeps one
text per glyph, and neither half can spell the whole again, so words such as การนำ are lost to search
and copying.  The derived family joins the two halves again in one glyph whose name spells its text;
`text_map` writes the text of every glyph from there.

Sarabun is under the SIL Open Font License 1.1 without a reserved name.  The derived fonts stay under
it, carry a family name of their own, and keep the licence beside them.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import fontpkg_sarabun

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.tables.otTables import GSUB

FAMILY = "Portal Sarabun PDF"
"""Family name of the derived fonts, as style sheets of reports say it."""

WEB_FAMILY = "Sarabun"

NIKHAHIT = "uni0E4D"
SARA_AA = "uni0E32"
SARA_AM = "uni0E33"


@dataclass(frozen=True)
class Face:
    """One of the four faces of the family and the Sarabun file that it is made from."""

    style: str
    source: str

    @property
    def file_name(self) -> str:
        """Name of the derived file within the font folder."""
        return f"PortalSarabunPDF-{self.style.replace(' ', '')}.ttf"


FACES = (
    Face("Regular", "Sarabun-Regular.ttf"),
    Face("Bold", "Sarabun-Bold.ttf"),
    Face("Italic", "Sarabun-Italic.ttf"),
    Face("Bold Italic", "Sarabun-BoldItalic.ttf"),
)

# What a page of the portal can show: Latin with the marks of European names, Thai, the usual
# punctuation, ฿, arrows, and the signs of state.
WEB_UNICODES: tuple[int, ...] = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *range(0x0E01, 0x0E3B),
    *range(0x0E3F, 0x0E5C),
    *(0x200B, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x2039, 0x203A),
    *(0x20AC, 0x2190, 0x2192, 0x2212, 0x2248, 0x2264, 0x2265),
    *(0x2713, 0x25D0, 0x25CB, 0x25CF, 0x2610, 0x2611),
)
WEB_FEATURES = ("ccmp", "locl", "mark", "mkmk", "kern")
WEB_FACES = {"Regular": "Sarabun-Regular.ttf", "Bold": "Sarabun-Bold.ttf"}


def default_font_dir() -> Path:
    """Folder of derived fonts: `PDF_FONT_DIR` of the settings, else `var/fonts` of the project.

    Works without Django set up too.
    """
    from django.conf import settings

    configured = getattr(settings, "PDF_FONT_DIR", None) if settings.configured else None
    return Path(configured or Path(__file__).resolve().parents[2] / "var" / "fonts")


def source_file(name: str) -> Path:
    """Path of a Sarabun file as its package installed it."""
    return Path(fontpkg_sarabun.ROOT) / "files" / name


def derivation_key() -> str:
    """Name one state of source fonts and derivation code; a change of either makes new fonts."""
    digest = hashlib.sha256()
    sources = [source_file(face.source) for face in FACES]
    code = [Path(__file__).with_name(name) for name in ("fonts.py", "marks.py", "signs.py")]
    for path in (*sources, *code):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def pdf_fonts(font_dir: Path | None = None) -> Path:
    """Return the folder that holds the derived fonts, making them when they are not there yet.

    The folder also holds `fonts.conf`, a fontconfig set-up that knows these fonts and no others, and
    the licence.  Each file is written whole and then renamed: processes that race write the same
    bytes, and none sees half a file.  Raises OSError when the folder cannot be written.
    """
    folder = (font_dir or default_font_dir()).resolve() / derivation_key()
    # fonts.conf is written last: where it is, the rest is.
    if (folder / "fonts.conf").is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        if not (folder / face.file_name).is_file():
            write_whole(folder / face.file_name, derive(face))
    licence = Path(fontpkg_sarabun.ROOT) / "LICENSE"
    write_whole(folder / "OFL.txt", licence.read_bytes())
    write_whole(folder / "fonts.conf", _fontconfig(folder).encode())
    return folder


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that nobody ever reads a part of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _fontconfig(folder: Path) -> str:
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        f"<fontconfig><dir>{escape(str(folder))}</dir>"
        f"<cachedir>{escape(str(folder / 'cache'))}</cachedir></fontconfig>\n"
    )


def derive(face: Face) -> bytes:
    """Make one derived face from Sarabun and return it as a TrueType file.

    The same source gives the same bytes.
    """
    from fontTools.ttLib import TTFont

    from mou_portal.pdf.marks import order_marks
    from mou_portal.pdf.signs import add_signs

    font = TTFont(source_file(face.source), recalcTimestamp=False)
    # The signature is that of the unchanged file.
    if "DSIG" in font:
        del font["DSIG"]
    _join_sara_am(font)
    order_marks(font)
    add_signs(font)
    _rename(font, face)
    output = io.BytesIO()
    font.save(output, reorderTables=None)
    return output.getvalue()


def _join_sara_am(font: TTFont) -> None:
    """Let `ccmp` of the Thai script join each nikhahit glyph with the SARA AA that follows it."""
    from fontTools.otlLib.builder import buildLigatureSubstSubtable, buildLookup

    halves = [name for name in font.getGlyphOrder() if name.split(".")[0].startswith(NIKHAHIT)]
    ligatures = {(half, SARA_AA): _joined(font, half) for half in halves}
    table = font["GSUB"].table
    table.LookupList.Lookup.append(buildLookup([buildLigatureSubstSubtable(ligatures)]))
    table.LookupList.LookupCount = len(table.LookupList.Lookup)
    # Lookups of a stage run in the order of their number: this one comes after those that stack
    # tone marks on the nikhahit and choose its narrow forms.
    number = table.LookupList.LookupCount - 1
    for index in _thai_features(table):
        record = table.FeatureList.FeatureRecord[index]
        if record.FeatureTag == "ccmp":
            record.Feature.LookupListIndex.append(number)
            record.Feature.LookupCount = len(record.Feature.LookupListIndex)


def _joined(font: TTFont, half: str) -> str:
    """Return the glyph of `half` + SARA AA, drawing it when the font has none.

    Its name spells its text up to the first dot: `uni0E490E33.narrow` is ้ำ.
    """
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    stem, dot, form = half.partition(".")
    tone = stem.removeprefix(NIKHAHIT)
    name = f"uni{tone}{SARA_AM.removeprefix('uni')}{dot}{form}"
    if name in font.getGlyphOrder():
        return name
    glyphs = font.getGlyphSet()
    # The nikhahit hangs to the left of its origin, over the consonant before: both halves keep
    # their place when drawn from one origin.
    outline = DecomposingRecordingPen(glyphs)
    glyphs[half].draw(outline)
    glyphs[SARA_AA].draw(outline)
    pen = TTGlyphPen(None)
    outline.replay(pen)
    glyph = pen.glyph()
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphs[name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"].metrics[name] = (font["hmtx"].metrics[SARA_AA][0], glyph.xMin)
    # As a mark it would be hung on the consonant and lose its advance.
    font["GDEF"].table.GlyphClassDef.classDefs[name] = 1
    return name


def _thai_features(table: GSUB) -> list[int]:
    """Numbers of the features that the Thai script uses, in any of its languages."""
    numbers: set[int] = set()
    for record in table.ScriptList.ScriptRecord:
        if record.ScriptTag == "thai":
            languages = [record.Script.DefaultLangSys]
            languages += [language.LangSys for language in record.Script.LangSysRecord]
            for language in filter(None, languages):
                numbers.update(language.FeatureIndex)
    return sorted(numbers)


def _rename(font: TTFont, face: Face) -> None:
    """Give the derived face its own family name and say what was changed."""
    post_script = face.file_name.removesuffix(".ttf")
    names = {
        1: FAMILY,
        2: face.style,
        3: f"1.000;{post_script};{derivation_key()}",
        4: f"{FAMILY} {face.style}",
        6: post_script,
        10: "Sarabun with joined SARA AM glyphs and signs of state, made for PDF text that can be "
        "searched and copied. SIL Open Font License 1.1.",
    }
    table = font["name"]
    # Preferred family names (16, 17) and the trademark of the original go; copyright (0), makers
    # (8, 9) and licence (13, 14) stay.
    table.names = [name for name in table.names if name.nameID not in {7, 16, 17, 21, 22, 25}]
    for number, text in names.items():
        table.removeNames(nameID=number)
        table.setName(text, number, 3, 1, 0x409)


def web_fonts(folder: Path, unicodes: Iterable[int] = WEB_UNICODES) -> dict[str, Path]:
    """Write `Sarabun-<style>.woff2` for the browser into `folder`; return them by style.

    Each file holds Thai and Latin together, without hinting and unused features.  The original
    shaping stays: a browser copies text from the page, not from the glyphs.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    from mou_portal.pdf.signs import add_signs

    options = Options()
    options.flavor = "woff2"
    options.layout_features = list(WEB_FEATURES)
    options.hinting = False
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.drop_tables += ["DSIG", "gasp"]
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, Path] = {}
    for style, source in WEB_FACES.items():
        font = TTFont(source_file(source), recalcTimestamp=False)
        add_signs(font)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=list(unicodes))
        subsetter.subset(font)
        font.flavor = "woff2"
        output = io.BytesIO()
        font.save(output)
        path = folder / f"{WEB_FAMILY}-{style}.woff2"
        write_whole(path, output.getvalue())
        written[style] = path
    licence = Path(fontpkg_sarabun.ROOT) / "LICENSE"
    write_whole(folder / "OFL.txt", licence.read_bytes())
    return written
