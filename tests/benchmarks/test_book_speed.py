"""A lesson-learned book of 300 pages, against WeasyPrint alone for the same HTML, style sheet and fonts.

Run alone: pytest -m benchmark tests/benchmarks/test_book_speed.py -s
"""

from __future__ import annotations

import io
import random
import time
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override
from pypdf import PdfReader

from mou_portal.pdf.fonts import pdf_fonts
from mou_portal.pdf.render import STYLE_SHEETS, _font_configuration, render_pdf
from pathways.lessons.consent import Shown, ShownQuote, Topic
from pathways.lessons.exports.book import book_html
from pathways.lessons.models import WORDS
from tests import factories as make
from tests.pdf_checks import extract_text, without_white_space

LESSONS = 140
MOST = 1.15
TEXT = (
    "น้ำท่วม ชุมชน นำข้อมูลมาใช้ งบประมาณ โรงเรียน ขยะ อาสาสมัคร ตลาด ทำงานร่วมกัน เครื่องวัด ประชาชน แผนที่ "
    "ระบบเตือนภัย สุขภาพ พลังงาน รถโดยสาร กล้อง ปัญหา ความร่วมมือ ตำบล หมู่บ้าน คลอง ฝุ่น ไฟฟ้า sensor open data"
)
WORDS_OF_TEXT = TEXT.split()


def lessons() -> list[Shown]:
    """Made-up lessons, each of about a page and a quarter."""
    dice = random.Random(2562)

    def text(words: int) -> str:
        return " ".join(dice.choice(WORDS_OF_TEXT) for _word in range(words))

    topics = [Topic(number, f"แนวทางที่ {number}", f"Pathway {number}") for number in range(1, 7)]
    return [
        Shown(
            pk=number,
            code=f"CODE{number:04d}",
            level="named",
            words={name: text(6 if name == "title" else 70) for name in WORDS},
            who_th=f"เทศบาลที่ {number}",
            who_en=f"Town {number}",
            pathway=topics[number % 6],
            addressee="local_governments",
            confidence="medium",
            published_on="2020-07-08",
            themes=tuple((key, f"หัวเรื่อง {key}", f"Theme {key}") for key in dice.sample(range(30), 3)),
            quotes=(ShownQuote(number, text(40), "named", "supports", f"เทศบาลที่ {number}", f"Town {number}"),),
        )
        for number in range(LESSONS)
    ]


def alone(html: str) -> bytes:
    """WeasyPrint with nothing of ours but style sheet and fonts."""
    from weasyprint import CSS, HTML

    fonts = _font_configuration(pdf_fonts(settings.PDF_FONT_DIR))
    sheets = [CSS(string=path.read_text(encoding="utf-8"), font_config=fonts) for path in STYLE_SHEETS]
    pdf: bytes = HTML(string=html).write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1")
    return pdf


def measured(make_pdf: Any) -> tuple[float, bytes]:
    """Processor time in seconds, which other programs on the machine disturb little; and the file."""
    started = time.process_time()
    pdf = make_pdf()
    return time.process_time() - started, pdf


@pytest.mark.benchmark
@pytest.mark.django_db
def test_a_book_of_300_pages(capsys: Any) -> None:
    agreement = make.make_agreement()
    told = lessons()
    with override("th"):
        html = book_html(agreement, told, "th", "หนังสือถอดบทเรียน")
    alone("<html lang=th><title>x</title><p>ก")  # libraries and fonts are loaded: neither pays for it
    plain, _pdf = measured(lambda: alone(html))
    ours, pdf = measured(lambda: render_pdf(html, title="x", author="x", language="th", font_dir=settings.PDF_FONT_DIR))
    pages = len(PdfReader(io.BytesIO(pdf)).pages)
    text = without_white_space(extract_text(pdf, "poppler"))
    with capsys.disabled():
        print(f"\n{pages} pages: {ours:.1f} s, WeasyPrint alone {plain:.1f} s, ratio {ours / plain:.3f}")
    assert pages >= 300
    missing = [one.code for one in told if without_white_space(one.title) not in text]
    assert missing == []
    assert ours <= MOST * plain
