"""An edition of a synthesis to take along: as PDF, as DOCX in the styles of the template in use, and its citation.

Its words are as published, its lessons as consented on the day the file is made: everything here is made from what
:func:`pathways.lessons.edition_facts.shown_editions` says may be shown today.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from mou_portal.paper import paper_context
from mou_portal.pdf import render_pdf_limited
from mou_portal.thai.dates import format_date
from mou_portal.thai.localized import localized
from pathways.lessons.editions import ShownEdition
from pathways.lessons.exports.citations import Citation
from pathways.lessons.exports.docx_book import fields, fill, without_controls
from pathways.lessons.exports.docx_template import add_field
from pathways.lessons.models import Edition


def citation_of_edition(edition: Edition, shown: ShownEdition) -> Citation:
    """The citation of an edition as shown, with its title and publisher in the reader's language."""
    institute = localized(edition.synthesis.agreement, "institute_name")
    return Citation(
        key=f"synthesis{edition.synthesis_id}ed{edition.number}",
        title=title_of(shown),
        authors=shown.authors or (institute,),
        publisher=institute,
        url=settings.SITE_URL + edition.get_public_url(),
        published_on=edition.published_on,
        number=str(edition.number),
        abstract=shown.summary,
    )


def title_of(shown: ShownEdition) -> str:
    """The edition's title in the reader's language."""
    return localized(shown, "title") or _("Synthesis")


def edition_html(edition: Edition, body: Mapping[str, Any], cited: Mapping[str, str], language: str) -> str:
    """The edition as HTML, ready for the PDF kit. ``body`` are its chapters and lessons in words, ``cited`` its
    citations (``cite_th``, ``cite_en``). The language must be active."""
    agreement, shown = edition.synthesis.agreement, body["shown"]
    context = paper_context(language, title=title_of(shown), agreement=agreement, url=edition.get_public_url())
    institute = localized(agreement, "institute_name")
    context |= {**body, **cited, "edition": edition, "institute": institute}
    return render_to_string("lessons/pdf/edition.html", context)


def edition_pdf(edition: Edition, body: Mapping[str, Any], cited: Mapping[str, str], language: str) -> bytes:
    """The edition as PDF. Raises :class:`mou_portal.pdf.RenderError`."""
    return render_pdf_limited(
        edition_html(edition, body, cited, language),
        title=title_of(body["shown"]),
        author=", ".join(body["shown"].authors) or localized(edition.synthesis.agreement, "institute_name"),
        language=language,
        font_dir=settings.PDF_FONT_DIR,
    )


def edition_docx(
    template: bytes, edition: Edition, body: Mapping[str, Any], cited: Mapping[str, str], language: str
) -> bytes:
    """The edition as DOCX: page, head, foot and styles are those of the template of the book, which staff restyle.

    Raises :class:`pathways.lessons.exports.docx_book.TemplateBroken`.
    """
    shown: ShownEdition = body["shown"]
    title = title_of(shown)
    # head and foot are filled in first, and what the template says of a book goes: the edition's own words are never
    # read as expressions of a template
    values = without_controls(fields(edition.synthesis.agreement, [], language) | {"title": title})
    filled = fill(template, values, title=values["title"], author=", ".join(without_controls(list(shown.authors))))
    paper = _Paper(filled)
    day = format_date(edition.published_on, language)
    paper.add(localized(edition.synthesis.agreement, "institute_name"), "Subtitle")
    paper.add(title, "Title")
    paper.add(", ".join(shown.authors), "Subtitle")
    paper.add_joined([_("Edition %(number)d") % {"number": edition.number}, day], "Caption")
    paper.add(_("Made on %(date)s") % {"date": format_date(timezone.localdate(), language)}, "Caption")
    paper.add(_("Contents"), "Heading 1")
    add_field(paper.document.add_paragraph(), 'TOC \\o "1-2" \\h \\z \\u', values["words"]["fill_in"])
    paper.add_part(_("Summary"), shown.summary)
    for each in body["chapters"]:
        paper.add_chapter(each)
    paper.add_lessons(body["lessons"])
    if shown.withheld:
        paper.add(_("Cited lessons that are not shown here: %(number)d") % {"number": shown.withheld}, "Caption")
    paper.add_part(_("Method"), shown.method_note)
    paper.add_part(_("How to cite"), f"{cited['cite_th']}\n{cited['cite_en']}")
    return paper.content()


class _Paper:
    """A Word document that is written anew in the styles, the page, the head and the foot of another."""

    def __init__(self, other: bytes) -> None:
        import docx

        self.document = docx.Document(io.BytesIO(other))
        for element in list(self.document.element.body):
            if not element.tag.endswith("}sectPr"):
                self.document.element.body.remove(element)
        self._styles = {style.name for style in self.document.styles}

    def content(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def add(self, text: str, style: str = "Normal") -> None:
        """A paragraph, unless it is empty; where the template lost a style, in its plain one."""
        if text:
            self.document.add_paragraph(without_controls(text), style=style if style in self._styles else None)

    def add_joined(self, parts: Sequence[str], style: str) -> None:
        """What is there of some parts, in one paragraph."""
        self.add(" · ".join(filter(None, parts)), style)

    def add_lines(self, text: str, style: str = "Normal") -> None:
        """A paragraph for each line."""
        for line in text.splitlines():
            self.add(line.strip(), style)

    def add_part(self, title: str, text: str) -> None:
        """A heading with a text, unless there is none."""
        if text:
            self.add(title, "Heading 1")
            self.add_lines(text)

    def add_chapter(self, each: Mapping[str, Any]) -> None:
        """A chapter with its statements, each with the lessons for and against."""
        self.add(f"{each['chapter'].number}. {each['chapter'].title}", "Heading 1")
        self.add_lines(each["chapter"].introduction)
        for one in each["statements"]:
            self.add(f"{one['statement'].number} {one['statement'].text}", "Heading 2")
            self.add(one["word"], "Caption")
            self.add_lines(one["statement"].discussion)
            for cited in one["cited"]:
                shown = f"[{cited['number']}] {cited['title']}" if cited["number"] else ""
                what = shown or _("a lesson that is not shown here")
                self.add_joined([f"{cited['word']}: {what}", cited["who"], cited["note"]], "List Bullet")

    def add_lessons(self, lessons: Sequence[Mapping[str, Any]]) -> None:
        """The lessons that are cited, as consented."""
        somebody = _("A local government organisation")
        if lessons:
            self.add(_("Lessons cited"), "Heading 1")
        for number, one in enumerate(lessons, 1):
            words = one["shown"].words
            self.add(f"[{number}] {one['shown'].title}", "Heading 2")
            self.add_joined([one["who"] or somebody, one["pathway"], one["period"]], "Caption")
            self.add_lines(words.get("lesson", ""))
            if words.get("recommendation"):
                self.add(f"{_('Recommendation')}: {words['recommendation']}")
            for quote in one["quotes"]:
                self.add_lines(quote["text"], "Quote")
                self.add_joined([quote["who"] or somebody, quote["pathway"]], "Caption")
