"""What a reader copies from a PDF is what was written, in four readers."""

from datetime import UTC, datetime

import pytest

from mou_portal.pdf import ARCHIVE
from mou_portal.pdf.fonts import FACES, pdf_fonts
from tests.pdf_checks import (
    ENGINES,
    accessibility_findings,
    extract_text,
    holds_text,
    structure,
    without_white_space,
)

CONSONANTS = "".join(chr(code) for code in range(0x0E01, 0x0E2F) if chr(code) not in "ฤฦ")
TONES = ("", "่", "้", "๊", "๋")
SARA_AM = " ".join(f"{letter}{tone}ำ" for tone in TONES for letter in CONSONANTS)
MARKS = " ".join(f"{letter}{mark}" for letter in CONSONANTS for mark in ("ี่", "ู่เ", "ั้ง", "ุ", "ื้อ", "็", "์", "ึ", "ฺ"))


@pytest.fixture(scope="module")
def memorandum_pdf(to_pdf, memorandum_html):
    return to_pdf(memorandum_html, whole=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_memorandum_comes_out_letter_by_letter(memorandum_pdf, memorandum, engine):
    text = extract_text(memorandum_pdf, engine)
    assert holds_text(text, memorandum)
    assert memorandum.count("ำ") == 38
    # The heading repeats one line that holds none.
    assert text.count("ำ") == 38


def test_words_come_out_without_spaces_inside(memorandum_pdf, memorandum):
    text = extract_text(memorandum_pdf, "poppler")
    lines = {line.strip() for line in text.splitlines()}
    names = [line.strip() for line in memorandum.splitlines() if line.strip().startswith("เทศบาล")]
    assert names
    assert all(name in lines for name in names)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "markup",
    ["<p>{}</p>", "<p><b>{}</b></p>", "<p><i>{}</i></p>", "<p><b><i>{}</i></b></p>"],
    ids=["regular", "bold", "italic", "bold-italic"],
)
@pytest.mark.parametrize("words", [SARA_AM, MARKS], ids=["sara-am", "marks"])
def test_every_consonant_with_every_mark(to_pdf, engine, markup, words):
    assert holds_text(extract_text(to_pdf(markup.format(words)), engine), words)


@pytest.mark.parametrize("engine", ENGINES)
def test_digits_signs_latin_and_tables(to_pdf, engine):
    cells = ["วันที่ ๑๗ มิถุนายน ๒๕๖๒", "1,234.50 บาท ฿", "office file ﬂow", "✓ ◐ ○ ● ☐ ☑", "ฤๅษี ฦๅ ญุ ฐู", "“ก–ข” …"]
    head = '<tr><th scope="col">ที่นำ</th><th scope="col">จำนวน</th></tr>'
    rows = "".join(f"<tr><th scope='row'>{cell}</th><td>น้ำ</td></tr>" for cell in cells)
    text = extract_text(to_pdf(f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"), engine)
    for cell in cells:
        assert holds_text(text, cell.replace("ﬂ", "fl")), cell
    assert text.count("น้ำ") == len(cells)


@pytest.mark.parametrize("engine", ENGINES)
def test_invisible_characters_leave_no_trace(to_pdf, engine):
    text = extract_text(to_pdf("<p>นำ\u200bไป\u2060ใช้ก\u00adข</p>"), engine)
    visible = without_white_space(text)
    for invisible in "\u200b\u2060\u00ad":
        visible = visible.replace(invisible, "")
    assert "นำไปใช้กข" in visible


def test_every_glyph_of_our_fonts_has_a_text(font_dir):
    from fontTools.ttLib import TTFont

    from mou_portal.pdf.text_map import glyph_texts

    for face in FACES:
        font = TTFont(pdf_fonts(font_dir) / face.file_name)
        texts = glyph_texts(font)
        without = [name for number, name in enumerate(font.getGlyphOrder()) if number not in texts]
        assert without == [".notdef"]
        by_name = {name: texts[number] for number, name in enumerate(font.getGlyphOrder()) if number in texts}
        assert by_name["uni0E490E33.narrow"] == "้ำ"
        assert by_name["yoYingthai.less"] == "ญ"
        assert by_name["uni0E4D0E48"] == "ํ่"
        assert by_name["breve_acute"] == "\u0306\u0301"


def test_the_memorandum_is_accessible_and_says_what_it_is(memorandum_pdf):
    assert accessibility_findings(memorandum_pdf) == []
    facts = structure(memorandum_pdf)
    assert facts["tagged"]
    assert facts["language"] == "th"
    assert facts["title"] == "ทดสอบ"
    assert facts["author"] == "สถาบันพระปกเกล้า"
    assert "pdfuaid" in facts["metadata"]
    assert all(name.startswith("Portal-Sarabun-PDF") for name in facts["fonts"])


@pytest.mark.filterwarnings("ignore:Exception ignored in.*sRGB2014.icc")  # WeasyPrint leaves its profile open
def test_an_archive_copy_is_produced_as_pdf_a(to_pdf):
    pdf = to_pdf("<p>การนำ</p>", variant=ARCHIVE, made=datetime(2026, 6, 17, tzinfo=UTC))
    metadata = structure(pdf)["metadata"]
    assert 'part="3"' in metadata
    assert 'conformance="A"' in metadata
    assert holds_text(extract_text(pdf, "pdfium"), "การนำ")
