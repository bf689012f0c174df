"""From a lesson as shown to its citation: attributed as its organisation consented, never more."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mou_portal.thai.localized import localized
from pathways.lessons.consent import Shown, ShownQuote
from pathways.lessons.exports.citations import Citation


def author(shown: Shown | ShownQuote) -> str:
    """Who is cited: the organisation where it is named, else that there is one; in the reader's language."""
    return localized(shown, "who") or _("A local government organisation")


def theme_names(shown: Shown) -> tuple[str, ...]:
    """The lesson's themes in the reader's language."""
    thai = get_language() == "th"
    return tuple(th if thai or not en else en for _pk, th, en in shown.themes)


def public_address(shown: Shown) -> str:
    """The whole address under which the lesson stays."""
    return settings.SITE_URL + reverse("lessons:public-lesson", args=[shown.code])


def citation_of(shown: Shown, agreement: Any) -> Citation:
    """The citation of a lesson as shown outside."""
    return Citation(
        key=f"lesson{shown.code}",
        title=shown.title,
        authors=(author(shown),),
        publisher=localized(agreement, "institute_name"),
        url=public_address(shown),
        published_on=date.fromisoformat(shown.published_on) if shown.published_on else None,
        number=shown.code,
        abstract=shown.words.get("lesson", ""),
        keywords=theme_names(shown),
    )
