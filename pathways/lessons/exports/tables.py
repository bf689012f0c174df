"""Lessons, their quotes and their themes as tables: XLSX, CSV (one file for each table, in a ZIP) and JSON."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from mou_portal.exchange import csv_text, workbook_bytes
from mou_portal.thai.localized import localized
from participants.models import Agreement
from pathways.lessons.consent import Shown
from pathways.lessons.exports.citations import readable
from pathways.lessons.exports.citing import citation_of
from pathways.lessons.exports.labels import in_words, label_of
from pathways.lessons.models import WORDS, Theme

#: All entries of a ZIP bear this time: the same lessons give the same bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)
#: Name of a table in files, its name in words, its columns' heads, its rows.
Table = tuple[str, str, list[str], list[list[Any]]]


def themes_of(lessons: Sequence[Shown]) -> list[tuple[Theme, int]]:
    """The themes of some lessons as shown, in the codebook's order, and in how many they are. One query."""
    counts = Counter(pk for one in lessons for pk, _th, _en in one.themes)
    rows = Theme.objects.filter(pk__in=counts).select_related("parent").order_by("codebook_id", "order", "code")
    return [(theme, counts[theme.pk]) for theme in rows]


def tables(agreement: Agreement, lessons: Sequence[Shown], language: str) -> list[Table]:
    """The three tables, in words of the active language. Examples in the codebook stay behind: they may be quotes."""
    words = [in_words(one) for one in lessons]
    head = [
        *(_("Code"), _("Title"), _("Organisation"), _("Pathway"), _("Dimension"), _("Period")),
        *(label_of(name) for name in WORDS[1:]),
        *(_("Addressed to"), _("Confidence"), _("Why this confidence"), _("Themes"), _("Attribution")),
        *(_("Published on"), _("Address"), _("How to cite")),
    ]
    rows: list[list[Any]] = [
        [
            *(one.code, one.title, one.who, one.pathway, one.dimension, one.period),
            *(text for _name, _label, text in one.texts),
            *(one.addressee_label, one.confidence, one.confidence_note, ", ".join(one.themes), one.level),
            *(one.published_on, one.address, readable(citation_of(shown, agreement), language)),
        ]
        for one, shown in zip(words, lessons, strict=True)
    ]
    quotes: list[list[Any]] = [
        [one.code, quote.text, quote.who, quote.pathway, quote.stance, quote.note]
        for one in words
        for quote in one.quotes
    ]
    themes: list[list[Any]] = [
        [theme.code, theme.name_th, theme.name_en, theme.parent.code if theme.parent else "", theme.definition, number]
        for theme, number in themes_of(lessons)
    ]
    return [
        ("lessons", _("Lessons"), head, rows),
        (
            "quotes",
            _("Quotes"),
            [_("Lesson"), _("Quote"), _("Organisation"), _("Pathway"), _("Stance"), _("Note")],
            quotes,
        ),
        (
            "themes",
            _("Themes"),
            [_("Code"), _("Name (Thai)"), _("Name (English)"), _("Under"), _("Definition"), _("Lessons")],
            themes,
        ),
    ]


def xlsx(agreement: Agreement, lessons: Sequence[Shown], language: str) -> bytes:
    """A workbook with a sheet for each table."""
    sheets = [(title, head, rows) for _name, title, head, rows in tables(agreement, lessons, language)]
    return workbook_bytes(sheets, title=f"{_('Lessons')} · {localized(agreement, 'short_title')}")


def csv_zip(agreement: Agreement, lessons: Sequence[Shown], language: str) -> bytes:
    """A ZIP with a CSV file for each table."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, _title, head, rows in tables(agreement, lessons, language):
            archive.writestr(zipfile.ZipInfo(f"{name}.csv", NO_TIME), csv_text(head, rows).encode())
    return out.getvalue()


def json_text(agreement: Agreement, lessons: Sequence[Shown], language: str) -> str:
    """Everything that may be said, with keys in English, labels in the language and days of the Common Era."""
    themes = themes_of(lessons)
    codes = {theme.pk: theme.code for theme, _number in themes}
    found = {
        "agreement": {"code": agreement.code, "title": localized(agreement, "short_title", language)},
        "language": language,
        "lessons": [_plain(agreement, one, language, codes) for one in lessons],
        "themes": [
            {
                "code": theme.code,
                "name_th": theme.name_th,
                "name_en": theme.name_en,
                "under": theme.parent.code if theme.parent else None,
                "definition": theme.definition,
                "lessons": number,
            }
            for theme, number in themes
        ],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _plain(agreement: Agreement, shown: Shown, language: str, codes: dict[int, str]) -> dict[str, Any]:
    one = in_words(shown)
    return {
        "code": one.code,
        "attribution": shown.level,
        "organisation": one.who or None,
        "pathway": {"number": one.pathway_number, "title": localized(shown.pathway)} if shown.pathway else None,
        "dimension": shown.dimension or None,
        "period": one.period or None,
        **{name: shown.words[name] for name in WORDS},
        "addressee": shown.addressee or None,
        "confidence": shown.confidence or None,
        "confidence_note": one.confidence_note,
        "themes": [codes[pk] for pk in one.theme_ids],
        "published_on": shown.published_on or None,
        "address": one.address,
        "citation": readable(citation_of(shown, agreement), language),
        "quotes": [
            {
                "text": quote.text,
                "organisation": localized(quote, "who") or None,
                "stance": quote.stance,
                "note": quote.note,
            }
            for quote in shown.quotes
        ],
    }
