"""The built-in Word template of the lesson-learned book, made with python-docx: a start for staff to restyle.

Thai in Word is complex script: beside each font and size stands the one for complex scripts (``w:cs``, ``w:szCs``),
without which Word sets Thai in a font of its own choosing.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any, Final

#: The face of official Thai documents; where it is not installed Word takes another one for the whole text.
FONT: Final = "TH Sarabun New"
#: Style, size in half points, bold, colour.
_STYLES: Final = (
    ("Normal", 32, False, "1C2430"),
    ("Title", 64, True, "0B5563"),
    ("Subtitle", 36, False, "515B68"),
    ("Heading 1", 44, True, "0B5563"),
    ("Heading 2", 38, True, "0B5563"),
    ("Heading 3", 32, True, "1C2430"),
    ("Quote", 32, False, "1C2430"),
    ("Caption", 28, False, "515B68"),
    ("List Bullet", 32, False, "1C2430"),
    ("Header", 26, False, "515B68"),
    ("Footer", 26, False, "515B68"),
    ("Table Grid", 28, False, "1C2430"),
)


@lru_cache(maxsize=1)
def built_in() -> bytes:
    """The template as a DOCX file."""
    import docx

    document = docx.Document()
    section = document.sections[0]
    for name, centimetres in (("page_width", 21), ("page_height", 29.7), ("left_margin", 3), ("right_margin", 2)):
        setattr(section, name, docx.shared.Cm(centimetres))
    for name, half_points, bold, colour in _STYLES:
        _style(document, name, half_points, bold=bold, colour=colour)
    _languages(document)
    section.header.paragraphs[0].text = "{{ demo }}{{ agreement }}"
    add_field(section.footer.paragraphs[0], "PAGE")
    for style, text in _body():
        if style == "matrix":
            _matrix(document)
        elif style == "contents":
            add_field(document.add_paragraph(), 'TOC \\o "1-2" \\h \\z \\u', "{{ words.fill_in }}")
        elif style == "page":
            document.add_page_break()
        else:
            document.add_paragraph(text, style=style)
    core = document.core_properties
    core.author, core.title, core.comments, core.keywords = "", "", "", ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _body() -> tuple[tuple[str, str], ...]:
    plain, first, second, third = "Normal", "Heading 1", "Heading 2", "Heading 3"
    return (
        ("Subtitle", "{{ institute }}"),
        ("Title", "{{ title }}"),
        ("Subtitle", "{{ agreement_long }}"),
        ("Caption", "{{ number_words }} · {{ made }}"),
        ("page", ""),
        (first, "{{ words.contents }}"),
        ("contents", ""),
        ("page", ""),
        (first, "{{ words.matrix }}"),
        ("matrix", ""),
        (plain, "{%p for part in parts %}"),
        (first, "{{ part.title }}"),
        (plain, "{%p for lesson in part.lessons %}"),
        (second, "{{ lesson.title }}"),
        ("Caption", "{{ lesson.byline }}"),
        (plain, "{%p for text in lesson.texts %}"),
        (third, "{{ text.label }}"),
        (plain, "{%p for line in text.lines %}"),
        (plain, "{{ line }}"),
        (plain, "{%p endfor %}"),
        (plain, "{%p endfor %}"),
        (plain, "{%p for quote in lesson.quotes %}"),
        ("Quote", "“{{ quote.text }}”"),
        ("Caption", "{{ quote.byline }}"),
        (plain, "{%p endfor %}"),
        (plain, "{%p if lesson.confidence %}"),
        ("Caption", "{{ words.confidence }}: {{ lesson.confidence }}"),
        (plain, "{%p endif %}"),
        (plain, "{%p if lesson.themes %}"),
        ("Caption", "{{ words.themes }}: {{ lesson.themes }}"),
        (plain, "{%p endif %}"),
        (plain, "{%p endfor %}"),
        (plain, "{%p endfor %}"),
        (first, "{{ words.recommendations }}"),
        (plain, "{%p for one in recommendations %}"),
        (second, "{{ one.addressee }}"),
        (plain, "{%p for item in one.entries %}"),
        ("List Bullet", "{{ item.text }} ({{ item.lesson }})"),
        (plain, "{%p endfor %}"),
        (plain, "{%p endfor %}"),
        (first, "{{ words.method }}"),
        (plain, "{%p for line in method %}"),
        (plain, "{{ line }}"),
        (plain, "{%p endfor %}"),
        (first, "{{ words.sources }}"),
        (plain, "{%p for source in sources %}"),
        (plain, "{{ source }}"),
        (plain, "{%p endfor %}"),
        (first, "{{ words.index }}"),
        (plain, "{%p for entry in index %}"),
        (plain, "{{ entry.theme }}: {{ entry.lessons }}"),
        (plain, "{%p endfor %}"),
    )


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _style(document: Any, name: str, half_points: int, *, bold: bool, colour: str) -> None:
    """Font, size, weight and colour of a style, for Latin and for complex scripts."""
    from docx.oxml.ns import qn

    run = document.styles[name].element.get_or_add_rPr()
    for child in list(run):
        if child.tag in {qn(f"w:{one}") for one in ("rFonts", "sz", "szCs", "b", "bCs", "i", "iCs", "color")}:
            run.remove(child)
    on = "1" if bold else "0"
    # in the order that the schema asks for
    run.insert(0, _element("w:rFonts", ascii=FONT, hAnsi=FONT, cs=FONT, eastAsia=FONT))
    run.insert(1, _element("w:b", val=on))
    run.insert(2, _element("w:bCs", val=on))
    place = 3
    for child in (_element("w:color", val=colour), _element("w:sz", val=str(half_points))):
        run.insert(place, child)
        place += 1
    run.insert(place, _element("w:szCs", val=str(half_points)))


def _languages(document: Any) -> None:
    """Thai as the language of complex scripts, in the document's defaults."""
    from docx.oxml.ns import qn

    defaults = document.styles.element.find(qn("w:docDefaults"))
    run = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for child in list(run):
        run.remove(child)
    run.append(_element("w:rFonts", ascii=FONT, hAnsi=FONT, cs=FONT, eastAsia=FONT))
    run.append(_element("w:sz", val="32"))
    run.append(_element("w:szCs", val="32"))
    run.append(_element("w:lang", val="en-US", eastAsia="en-US", bidi="th-TH"))


def add_field(paragraph: Any, instruction: str, placeholder: str = "1") -> None:
    """A field that Word fills in: a page number, a table of contents."""
    for kind in ("begin", "instruction", "separate", "text", "end"):
        run = paragraph.add_run(placeholder if kind == "text" else "")
        if kind == "instruction":
            text = _element("w:instrText")
            text.text = instruction
            run._r.append(text)
        elif kind != "text":
            run._r.append(_element("w:fldChar", fldCharType=kind))


def _matrix(document: Any) -> None:
    """Pathway × theme: a row of heads, a row for each pathway; columns as many as there are themes."""
    table = document.add_table(rows=4, cols=5)
    table.style = "Table Grid"
    end = "{%tc endfor %}"
    cells = (
        ("{{ words.pathway }}", "{%tc for theme in matrix.themes %}", "{{ theme }}", end, "{{ words.lessons }}"),
        ("{%tr for row in matrix.rows %}", "", "", "", ""),
        ("{{ row.title }}", "{%tc for cell in row.cells %}", "{{ cell }}", end, "{{ row.number }}"),
        ("{%tr endfor %}", "", "", "", ""),
    )
    for line, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = text
