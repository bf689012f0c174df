"""The lesson-learned book as DOCX, by a template that staff can restyle.

A template is somebody's file: its expressions run in jinja's sandbox and see plain texts, lists and numbers alone.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from mou_portal.thai.dates import format_date
from mou_portal.thai.localized import localized
from participants.models import Agreement
from pathways.lessons.consent import Shown
from pathways.lessons.exports.book import book_context, book_title, method_words
from pathways.lessons.exports.labels import LessonWords


class TemplateBroken(Exception):
    """A template that cannot be filled in; the message is for whoever uploaded it."""


#: With what a template is tried out.
SAMPLE: dict[str, Any] = {
    "title": "บทเรียน Lessons",
    "institute": "สถาบัน Institute",
    "agreement": "โครงการ Programme",
    "agreement_long": "โครงการ Programme",
    "demo": "",
    "made": "1 มกราคม 2563",
    "number": 1,
    "number_words": "1",
    "words": {
        name: name
        for name in (
            *("contents", "fill_in", "matrix", "pathway", "lessons", "confidence", "themes", "recommendations"),
            *("method", "sources", "index"),
        )
    },
    "matrix": {"themes": ["น้ำ", "data"], "rows": [{"title": "1) แนวทาง", "cells": [1, 0], "number": 1}]},
    "parts": [
        {
            "title": "1) แนวทาง",
            "lessons": [
                {
                    "title": "บทเรียนตัวอย่าง & <ทดสอบ>",
                    "byline": "องค์กร",
                    "texts": [{"label": "สถานการณ์", "lines": ["บรรทัดหนึ่ง", "บรรทัดสอง"]}],
                    "quotes": [{"text": "คำพูด", "byline": "ผู้พูด"}],
                    "confidence": "สูง",
                    "themes": "น้ำ",
                }
            ],
        }
    ],
    "recommendations": [{"addressee": "จังหวัด", "entries": [{"text": "ข้อเสนอ", "lesson": "บทเรียนตัวอย่าง"}]}],
    "method": ["วิธี"],
    "sources": ["แหล่งที่มา"],
    "index": [{"theme": "น้ำ", "lessons": "บทเรียนตัวอย่าง"}],
}


def fields(agreement: Agreement, lessons: Sequence[Shown], language: str) -> dict[str, Any]:
    """What a template can print: texts, lists and numbers, in words of the active language."""
    book = book_context(agreement, lessons, language)
    made = format_date(timezone.localdate(), language)
    matrix = book["matrix"]
    return {
        "title": book_title(),
        "institute": book["institute"],
        "agreement": localized(agreement, "short_title"),
        "agreement_long": book["agreement_long"],
        "demo": _("Demonstration data – made up") + " · " if agreement.has_demo_data else "",
        "made": made,
        "number": book["number"],
        "number_words": ngettext("%(count)d lesson", "%(count)d lessons", book["number"]) % {"count": book["number"]},
        "words": {
            "contents": _("Contents"),
            "fill_in": _("In Word: click here and press F9 to fill in the contents."),
            "matrix": _("Pathways and themes"),
            "pathway": _("Pathway"),
            "lessons": _("Lessons"),
            "confidence": _("Confidence"),
            "themes": _("Themes"),
            "recommendations": _("Recommendations, by addressee"),
            "method": _("How this book was made"),
            "sources": _("List of sources"),
            "index": _("Index of themes"),
        },
        "matrix": {
            "themes": matrix.themes,
            "rows": [{"title": title, "cells": cells, "number": number} for title, cells, number in matrix.rows],
        },
        "parts": [
            {"title": part.title, "lessons": [_lesson(one, language) for one in part.lessons]} for part in book["parts"]
        ],
        "recommendations": [
            {
                "addressee": one.addressee,
                "entries": [{"text": lesson.recommendation, "lesson": lesson.title} for lesson in one.lessons],
            }
            for one in book["recommendations"]
        ],
        "method": method_words(book, made),
        "sources": [text + url for text, url in book["sources"]],
        "index": [
            {"theme": entry.theme, "lessons": "; ".join(lesson.title for lesson in entry.lessons)}
            for entry in book["index"]
        ],
    }


def _lesson(one: LessonWords, language: str) -> dict[str, Any]:
    day = format_date(one.published_on, language) if one.published_on else ""
    return {
        "title": one.title,
        "byline": " · ".join(filter(None, (one.author, one.period, one.dimension, day))),
        "texts": [{"label": label, "lines": text.split("\n")} for _name, label, text in one.texts if text],
        "quotes": [
            {"text": quote.text, "byline": " · ".join(filter(None, (quote.who, quote.stance, quote.note)))}
            for quote in one.quotes
        ],
        "confidence": " · ".join(filter(None, (one.confidence, one.confidence_note))),
        "themes": ", ".join(one.themes),
    }


def fill(template: bytes, values: dict[str, Any], *, title: str, author: str) -> bytes:
    """Fill in a template; whoever saved the template last is not told in the file.

    Raises :class:`TemplateBroken`.
    """
    from docx.opc.exceptions import OpcError
    from docxtpl import DocxTemplate

    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(values, jinja_env=SandboxedEnvironment(autoescape=True))  # escaped for XML
        core = document.docx.core_properties  # not get_docx(): that would begin anew
        core.title, core.author, core.last_modified_by, core.comments = title, author, author, ""
        core.subject, core.keywords, core.category = "", "", ""
        out = io.BytesIO()
        document.save(out)
    except (TemplateError, OpcError, zipfile.BadZipFile, KeyError, ValueError, TypeError, ArithmeticError) as error:
        raise TemplateBroken(str(error)[:300]) from error
    return out.getvalue()


def docx_of(template: bytes, agreement: Agreement, lessons: Sequence[Shown], language: str) -> bytes:
    """The book by a template. Raises :class:`TemplateBroken`."""
    values = without_controls(fields(agreement, lessons, language))
    return fill(
        template,
        values,
        title=f"{values['title']} · {values['agreement']}",
        author=localized(agreement, "institute_name"),
    )


def without_controls(value: Any) -> Any:
    """Texts without characters that no XML file may hold."""
    if isinstance(value, str):
        return "".join(letter for letter in value if letter in "\n\t" or ord(letter) >= 32)
    if isinstance(value, dict):
        return {key: without_controls(one) for key, one in value.items()}
    if isinstance(value, list):
        return [without_controls(one) for one in value]
    return value
