"""Seminars and field visits in people's calendars."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mou_portal.registry import CalendarDate, Dates, dates
from seminars.models import FieldVisit, Seminar, SeminarState, VisitState

#: Seminars that are not to take place, or not yet for everybody's eyes, are no dates.
NO_DATES = (SeminarState.PLANNED, SeminarState.CANCELLED)


def gatherings(user: Any, agreement: Any) -> Iterable[CalendarDate]:
    """Announced seminars by their sessions' hours (by the day where none are set), and field visits with a day."""
    seminars = Seminar.objects.visible_to(user).filter(agreement=agreement).exclude(state__in=NO_DATES)
    for seminar in seminars.prefetch_related("sessions"):
        yield from dates_of_seminar(seminar)
    visits = FieldVisit.objects.visible_to(user).filter(
        agreement=agreement, state__in=[VisitState.SCHEDULED, VisitState.DONE, VisitState.REPORTED]
    )
    for visit in visits:
        day = visit.visit_on
        if day is not None:
            title = _("Field visit: %(visit)s") % {"visit": visit}
            yield CalendarDate(f"visit-{visit.pk}", title, day, day, visit.get_absolute_url())


def dates_of_seminar(seminar: Seminar) -> Iterable[CalendarDate]:
    """A seminar's sessions by their hours, or the seminar by its days where none are set."""
    timed = [one for one in seminar.sessions.all() if one.starts_at and one.ends_at and one.starts_at < one.ends_at]
    for session in timed:
        yield CalendarDate(
            f"session-{session.pk}",
            f"{seminar}: {session.title}",
            _moment(session.day, session.starts_at),
            _moment(session.day, session.ends_at),
            seminar.get_absolute_url(),
            detail=session.room or seminar.place,
        )
    if not timed:
        yield CalendarDate(
            f"seminar-{seminar.pk}",
            str(seminar),
            seminar.starts_on,
            seminar.ends_on,
            seminar.get_absolute_url(),
            detail=seminar.place,
        )


def _moment(day: Any, hour: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


dates.register(Dates("gatherings", gatherings))
