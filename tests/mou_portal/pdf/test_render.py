"""Setting a report: same bytes for same input, and an end to everything that would not end."""

import os
import time
from datetime import UTC, datetime

import pytest

from mou_portal.pdf import RenderError, render_pdf, render_pdf_limited
from tests.pdf_checks import structure

GIVEN = {"title": "ทดสอบ", "author": "สถาบันพระปกเกล้า", "language": "th"}
MADE = datetime(2026, 6, 17, 9, 30, tzinfo=UTC)


def test_the_same_report_has_the_same_bytes_in_any_process(font_dir, memorandum_html):
    here = render_pdf(memorandum_html, **GIVEN, made=MADE, font_dir=font_dir)
    again = render_pdf(memorandum_html, **GIVEN, made=MADE, font_dir=font_dir)
    there = render_pdf_limited(memorandum_html, **GIVEN, made=MADE, font_dir=font_dir)
    assert here == again == there
    assert structure(here)["created"] == "D:20260617093000+00'00"
    other = render_pdf(memorandum_html, **GIVEN, made=MADE.replace(day=18), font_dir=font_dir)
    assert other != here


def test_without_a_date_none_is_written(font_dir):
    assert structure(render_pdf("<p>ก", **GIVEN, font_dir=font_dir))["created"] == ""


@pytest.mark.parametrize("name", GIVEN)
def test_a_pdf_needs_title_author_and_language(name, font_dir):
    with pytest.raises(ValueError, match=name):
        render_pdf("<p>ก", **(GIVEN | {name: " "}), font_dir=font_dir)


def test_a_report_that_takes_too_long_is_ended(font_dir):
    endless = "<table>" + "<tr><td>น้ำ<td>1,234.50" * 60_000
    started = time.monotonic()
    with pytest.raises(RenderError) as caught:
        render_pdf_limited(endless, **GIVEN, font_dir=font_dir, wall_seconds=3)
    assert caught.value.code == "timeout"
    assert time.monotonic() - started < 6


def test_a_report_that_needs_too_much_memory_is_ended(font_dir):
    huge = "<p>" + "การนำองค์ความรู้ไปปฏิบัติ " * 400_000
    with pytest.raises(RenderError) as caught:
        render_pdf_limited(huge, **GIVEN, font_dir=font_dir, wall_seconds=60, memory_bytes=220 * 1024 * 1024)
    assert caught.value.code == "memory"


def test_a_report_nested_without_end_is_ended(font_dir):
    with pytest.raises(RenderError) as caught:
        render_pdf_limited("<div>" * 20_000 + "ก", **GIVEN, font_dir=font_dir, wall_seconds=4)
    assert caught.value.code in {"failed", "memory", "timeout"}


def test_an_ordinary_report_stays_far_below_the_limits(font_dir, memorandum_html):
    pdf = render_pdf_limited(
        memorandum_html, **GIVEN, font_dir=font_dir, wall_seconds=20, memory_bytes=400 * 1024 * 1024
    )
    assert pdf.startswith(b"%PDF-")


def test_the_fonts_cannot_be_written(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(RenderError, match="fonts") as caught:
        render_pdf_limited("<p>ก", **GIVEN, font_dir=blocked)
    assert caught.value.code == "failed"


def test_other_programs_keep_the_fonts_of_the_system(font_dir):
    before = os.environ.get("FONTCONFIG_FILE")
    render_pdf("<p>ก", **GIVEN, font_dir=font_dir)
    assert os.environ.get("FONTCONFIG_FILE") == before
