"""What waits for a person in lessons: drafts returned, consent to decide, lessons to validate and to publish."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mou_portal.registry import Agenda, AgendaItem, agenda
from participants.access import access_of
from participants.models import Agreement
from pathways.lessons.models import SHOWN, Consent, Drawn, Lesson, LessonState

#: No more single items than this of one kind; beyond, one item points to the list.
MOST = 10


def items(user: Any, agreement: Agreement, today: date) -> Iterator[AgendaItem]:
    """Yield what waits for the person, in a constant number of queries."""
    access = access_of(user)
    mine = Lesson.objects.filter(agreement=agreement, participant_id__in=access.own).select_related("validated")
    if access.coordinates:
        returned = mine.filter(state=LessonState.RETURNED, drawn_by=Drawn.LOCAL_GOVERNMENT)
        for lesson in returned.filter(participant_id__in=access.coordinates).order_by("pk")[:MOST]:
            yield AgendaItem(
                title=_("Lesson returned for changes"),
                url=reverse("lessons:lesson-edit", args=[lesson.pk]),
                action=_("Open"),
                detail=str(lesson),
                participant_id=lesson.participant_id,
                urgent=True,
            )
        undecided = mine.filter(
            consent=Consent.UNASKED,
            participant_id__in=access.coordinates,
            state__in=(LessonState.SUBMITTED, LessonState.VALIDATED, LessonState.PUBLISHED),
        )
        for lesson in undecided.order_by("pk")[:MOST]:
            yield AgendaItem(
                title=_("Decide how your lesson may be shown"),
                url=reverse("lessons:consent-edit", args=[lesson.pk]),
                action=_("Decide"),
                detail=str(lesson),
                participant_id=lesson.participant_id,
            )
    if access.programme or agreement.pk in access.researches:
        yield from _to_validate(user, agreement)
        yield from _to_publish(agreement)


def _to_validate(user: Any, agreement: Agreement) -> Iterator[AgendaItem]:
    waiting = Lesson.objects.filter(agreement=agreement, state=LessonState.SUBMITTED).exclude(submitted_by=user)
    rows = list(waiting.exclude(participant_id__in=access_of(user).own).order_by("submitted_at", "pk")[: MOST + 1])
    for lesson in rows[:MOST]:
        yield AgendaItem(
            title=_("Validate a lesson"),
            url=reverse("lessons:lesson-validate", args=[lesson.pk]),
            action=_("Validate"),
            detail=lesson.title,
            participant_id=lesson.participant_id,
        )
    if len(rows) > MOST:
        yield AgendaItem(
            title=_("More lessons to validate"),
            url=reverse("lessons:lesson-list") + "?state=submitted",
            action=_("Show the list"),
        )


def _to_publish(agreement: Agreement) -> Iterator[AgendaItem]:
    ready = Lesson.objects.filter(agreement=agreement, state=LessonState.VALIDATED, consent__in=SHOWN).count()
    if ready:
        yield AgendaItem(
            title=ngettext("%(count)d lesson can be published", "%(count)d lessons can be published", ready)
            % {"count": ready},
            url=reverse("lessons:lesson-list") + "?state=validated",
            action=_("Show the list"),
        )


agenda.register(Agenda("lessons", items))
