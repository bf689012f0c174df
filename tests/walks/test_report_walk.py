"""Every registered report in both languages: a tagged PDF without findings whose text is whole in four readers."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.utils import translation
from lxml import html as lxml_html

from mou_portal.registry import Report, reports
from mou_portal.report_pages import make_pdf
from tests.pdf_checks import ENGINES, accessibility_findings, extract_text, structure, without_white_space
from tests.world import World

# What a report holds does not depend on the database: one of them is enough.
pytestmark = pytest.mark.sqlite_only

EVERY = [
    pytest.param(report, language, id=f"{report.name}-{language}") for report in reports for language in ("th", "en")
]


def subject_of(world: World, report: Report) -> Any:
    """What the report is about, in the cast."""
    return world.agreement if report.subject == "agreement" else world.a.participant


def paragraphs(source: str) -> list[str]:
    """The texts of the report's cells, headings and paragraphs, as the HTML has them."""
    body = lxml_html.fromstring(source).find("body")
    found = []
    for element in body.iter("h1", "h2", "h3", "p", "td", "th", "li"):
        if not any(child.tag in ("p", "td", "li", "ul", "ol", "table") for child in element.iterdescendants()):
            text = re.sub(r"\s+", " ", unescape(element.text_content())).strip()
            if text:
                found.append(text)
    return found


@pytest.mark.parametrize(("report", "language"), EVERY)
def test_a_report_is_whole(world: World, report: Report, language: str) -> None:
    world.agreement.has_demo_data = True
    world.agreement.save()
    subject = subject_of(world, report)
    if report.subject == "participant":
        subject.agreement.has_demo_data = True
    with translation.override(language):
        source = report.html(subject, language)
        pdf = make_pdf(report, subject, language)
        if language == "th":
            assert make_pdf(report, subject, language) == pdf, "the same report twice gives the same bytes"
        mark = translation.gettext("Demonstration data – made up")
    told = structure(pdf)
    assert told["tagged"]
    assert told["language"].startswith(language)
    assert told["title"]
    assert told["author"]
    assert accessibility_findings(pdf) == []
    for engine in ENGINES:
        text = without_white_space(extract_text(pdf, engine))
        assert without_white_space(mark) in text, engine
        missing = [one for one in paragraphs(source) if not is_in(without_white_space(one), text)]
        assert missing == [], engine


def is_in(part: str, whole: str) -> bool:
    """Whether a text is in the PDF: in one piece, or, when a page or a neighbouring cell cuts it, in two."""
    if part in whole:
        return True
    return any(part[:cut] in whole and part[cut:] in whole for cut in range(1, len(part)))
