"""REFI-QDA: a codebook (``.qdc``) and a project (``.qdpx``) for qualitative software, after QDA-XML 1.0.

A project holds lessons and quotes as the outside sees them, never the sources: passages that nobody consented to stay
in the portal. GUIDs are made from public codes, so that the same lesson has the same one in every file and nothing in
it leads to another lesson of the same organisation.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from mou_portal.thai.localized import localized
from participants.models import Agreement
from pathways.lessons.consent import Shown
from pathways.lessons.exports.labels import LessonWords, in_words
from pathways.lessons.models import Coding, Theme, ThemeState

CODEBOOK = "urn:QDA-XML:codebook:1.0"
PROJECT = "urn:QDA-XML:project:1.0"
ORIGIN = "MOU portal"
NO_TIME = (1980, 1, 1, 0, 0, 0)
_OURS = uuid.UUID("6d6f7520-706f-7274-616c-206c6573736f")


def guid(*parts: str) -> str:
    """The GUID of something, by what it is."""
    return str(uuid.uuid5(_OURS, "\x1f".join(parts)))


def _plain(text: str) -> str:
    """A text as XML may hold it, lines ended by a line feed alone."""
    return "".join(letter for letter in text if letter in "\n\t" or (letter >= " " and letter not in "\ufffe\uffff"))


def _code_guid(theme: Theme) -> str:
    return guid("theme", str(theme.codebook_id), theme.code)


def tree_of(themes: Iterable[Theme]) -> list[Theme]:
    """Themes with everything above them: parents first by the order of their codebooks. One query."""
    wanted = list(themes)
    known = {
        theme.pk: theme
        for theme in Theme.objects.filter(codebook_id__in={theme.codebook_id for theme in wanted}).order_by(
            "codebook_id", "order", "code"
        )
    }
    kept: set[int] = set()
    for theme in wanted:
        above: int | None = theme.pk
        while above is not None and above not in kept:
            kept.add(above)
            above = known[above].parent_id
    return [theme for pk, theme in known.items() if pk in kept]


def _codes(above: ElementTree.Element, themes: Sequence[Theme]) -> None:
    children: dict[int | None, list[Theme]] = defaultdict(list)
    for theme in themes:
        children[theme.parent_id].append(theme)

    def write(element: ElementTree.Element, parent: int | None) -> None:
        for theme in children[parent]:
            code = ElementTree.SubElement(
                element,
                "Code",
                guid=_code_guid(theme),
                name=_plain(localized(theme)),
                isCodable="true" if theme.state == ThemeState.ACTIVE else "false",
            )
            if theme.definition:
                ElementTree.SubElement(code, "Description").text = _plain(theme.definition)
            write(code, theme.pk)

    write(ElementTree.SubElement(above, "Codes"), None)


def _text(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def codebook(themes: Sequence[Theme]) -> bytes:
    """Themes and what is above them as a codebook, names in the active language. At least one theme."""
    root = ElementTree.Element("CodeBook", xmlns=CODEBOOK, origin=ORIGIN)
    _codes(root, themes)
    return _text(root)


def project(agreement: Agreement, lessons: Sequence[Shown], themes: Sequence[Theme]) -> bytes:
    """Lessons as sources, their quotes as coded passages. Two queries."""
    codes = {theme.pk: _code_guid(theme) for theme in themes}
    given: dict[int, list[int]] = defaultdict(list)
    quotes = [quote.pk for one in lessons for quote in one.quotes]
    for excerpt_id, theme_id in (
        Coding.objects.filter(excerpt_id__in=quotes)
        .order_by("excerpt_id", "theme_id")
        .values_list("excerpt_id", "theme_id")
        .distinct()
    ):
        if theme_id in codes:
            given[excerpt_id].append(theme_id)
    user = guid("user", "portal")
    root = ElementTree.Element(
        "Project",
        xmlns=PROJECT,
        name=_plain(f"{_('Lessons learned')} · {localized(agreement, 'short_title')}"),
        origin=ORIGIN,
        creatingUserGUID=user,
    )
    ElementTree.SubElement(ElementTree.SubElement(root, "Users"), "User", guid=user, name=ORIGIN)
    if themes:
        _codes(ElementTree.SubElement(root, "CodeBook"), themes)
    variables = _variables(root)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        sources = ElementTree.SubElement(root, "Sources") if lessons else None
        for one in lessons:
            text = _source(sources, one, codes, given, variables)
            archive.writestr(zipfile.ZipInfo(f"Sources/{guid('lesson', one.code)}.txt", NO_TIME), text.encode())
        archive.writestr(zipfile.ZipInfo("project.qde", NO_TIME), _text(root))
    return out.getvalue()


def _variables(root: ElementTree.Element) -> dict[str, str]:
    named = {
        "who": _("Organisation"),
        "pathway": _("Pathway"),
        "dimension": _("Dimension"),
        "period": _("Period"),
        "confidence": _("Confidence"),
        "address": _("Address"),
    }
    above = ElementTree.SubElement(root, "Variables")
    for key, name in named.items():
        ElementTree.SubElement(above, "Variable", guid=guid("variable", key), name=name, typeOfVariable="Text")
    return {key: guid("variable", key) for key in named}


def _source(
    above: Any, shown: Shown, codes: dict[int, str], given: dict[int, list[int]], variables: dict[str, str]
) -> str:
    """One lesson as a source; returns its text, into which positions point (in characters, from 0)."""
    one = in_words(shown)
    key = guid("lesson", one.code)
    source = ElementTree.SubElement(
        above, "TextSource", guid=key, name=_plain(f"{one.title} ({one.code})"), plainTextPath=f"internal://{key}.txt"
    )
    text = _plain(f"{one.title}\n\n" + "\n\n".join(f"{label}\n{text}" for _name, label, text in one.texts if text))
    for number, (quote, words) in enumerate(zip(shown.quotes, one.quotes, strict=True)):
        text += f"\n\n{words.who}:\n"
        start = len(text)
        text += _plain(quote.text)
        selection = ElementTree.SubElement(
            source,
            "PlainTextSelection",
            guid=guid("quote", one.code, str(number)),
            name=_plain(quote.text)[:60],
            startPosition=str(start),
            endPosition=str(len(text)),
        )
        _coding(selection, (one.code, str(number)), [codes[pk] for pk in given[quote.pk]])
    _coding(source, (one.code,), [codes[pk] for pk in one.theme_ids if pk in codes])
    _values(source, one, variables)
    return text


def _coding(above: ElementTree.Element, of: tuple[str, ...], found: Iterable[str]) -> None:
    for code in found:
        coding = ElementTree.SubElement(above, "Coding", guid=guid("coding", *of, code))
        ElementTree.SubElement(coding, "CodeRef", targetGUID=code)


def _values(source: ElementTree.Element, one: LessonWords, variables: dict[str, str]) -> None:
    for key, target in variables.items():
        value = getattr(one, key)
        if value:
            pair = ElementTree.SubElement(source, "VariableValue")
            ElementTree.SubElement(pair, "VariableRef", targetGUID=target)
            ElementTree.SubElement(pair, "TextValue").text = _plain(value)
