"""The page that every report extends."""

import pytest
import segno
from django.template.loader import render_to_string
from django.utils import translation

from tests.pdf_checks import accessibility_findings, extract_text, holds_text, structure

REPORT = """{% extends "pdf/base.html" %}{% block body %}
<h2>จำนวนเงิน</h2>
<table><caption>ค่าใช้จ่าย</caption>
<thead><tr><th scope="col">รายการ</th><th scope="col" class="number">บาท</th></tr></thead>
<tbody><tr><th scope="row">ค่าตอบแทนวิทยากร</th><td class="number">1,234.50</td></tr></tbody></table>
<p class="state-fulfilled">✓ สำเร็จ</p>
<p style="break-before: page">น้ำ</p>
<div class="signatures">{% include "pdf/_signature.html" with name="นายสมมติ ทำดี" position="นายกเทศมนตรี" %}
{% include "pdf/_signature.html" with name="" position="" date_line=True %}</div>
{% endblock %}"""


@pytest.fixture
def make(to_pdf):
    from django.template import engines

    def build(language, **context):
        address = "https://portal.example/reports/1"
        given = {
            "language": language,
            "title": "รายงานสรุป",
            "agreement_title": "การพัฒนาท้องถิ่นสู่เมืองอัจฉริยะที่ยั่งยืน ระยะที่ 2",
            "party_name": "เทศบาลตำบลแพรกษา",
            "made_text": "17 มิถุนายน 2562",
            "qr_image": segno.make(address).png_data_uri(scale=4, border=1),
            "qr_url": address,
        }
        with translation.override(language):
            html = engines["django"].from_string(REPORT).render(given | context)
        return to_pdf(html, whole=True, title="รายงานสรุป", language=language)

    return build


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_report_is_accessible_and_numbered(make, language):
    pdf = make(language)
    assert accessibility_findings(pdf) == []
    facts = structure(pdf)
    assert facts["language"] == language
    assert {"H1", "H2", "Table", "TH", "TD", "Caption", "Figure"} <= facts["parts"]
    text = extract_text(pdf, "poppler")
    for part in ("1/2", "2/2", "17 มิถุนายน 2562", "ค่าตอบแทนวิทยากร", "นายสมมติ ทำดี", "✓ สำเร็จ"):
        assert holds_text(text, part)
    assert text.count("ระยะที่ 2") == 2  # the running head on both pages


def test_made_up_data_is_marked_on_every_page(make):
    with translation.override("en"):
        mark = translation.gettext("Demonstration data – made up")
    assert extract_text(make("en", is_demo=True), "pdfium").count(mark) == 2
    assert mark not in extract_text(make("en"), "pdfium")


def test_what_people_type_is_text(make):
    pdf = make("th", party_name="<img src=http://127.0.0.1:1/x><b>หนา</b>")
    assert holds_text(extract_text(pdf, "pdfium"), "<img src=http://127.0.0.1:1/x><b>หนา</b>")


def test_a_report_without_options_shows_nothing_in_their_place():
    html = render_to_string("pdf/base.html", {"language": "en", "title": "T", "agreement_title": "A"})
    assert "<img" not in html
    assert 'class="demo"' not in html
    assert "Made on" not in html


def test_running_heads_are_no_part_of_the_text(to_pdf):
    from django.template import engines

    pages = "{% extends 'pdf/base.html' %}{% block body %}" + "".join(
        f'<p style="break-before: page">{word}</p>' for word in ("water", "light", "roads", "trees", "waste", "people")
    )
    html = (
        engines["django"]
        .from_string(pages + "{% endblock %}")
        .render({"language": "en", "title": "T", "agreement_title": "Smart cities", "made_text": "17 June 2019"})
    )
    pdf = to_pdf(html, whole=True, language="en")
    assert extract_text(pdf, "poppler").count("Smart cities") == 7
    assert accessibility_findings(pdf) == []


def test_a_table_of_one_row_has_no_more_headers_than_data(to_pdf):
    table = (
        '<table><thead><tr><th scope="col">A</th><th scope="col">B</th>'
        '<th scope="col">C</th><th scope="col">D</th></tr>'
        '</thead><tbody><tr><th scope="row">one</th><td>2</td><td>3</td><td>4</td></tr></tbody></table>'
    )
    assert accessibility_findings(to_pdf(table)) == []
