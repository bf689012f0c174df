"""One seminar as an iCalendar file: to download, and to go with e-mails."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event

from seminars.dates import dates_of_seminar
from seminars.models import Seminar, SeminarState


def seminar_calendar(seminar: Seminar) -> bytes:
    """The seminar's sessions by their hours, or its days where no hours are set; of a cancelled one, that it is.

    The ids are those of the calendar feed, so that a calendar which has both shows each session once.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//MOU portal//TH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    host = urlsplit(settings.SITE_URL).hostname
    for one in dates_of_seminar(seminar):
        event = Event()
        event.add("uid", f"{one.uid}@{host}")
        event.add("dtstamp", timezone.now())
        event.add("sequence", seminar.revision)
        event.add("summary", one.title)
        if isinstance(one.starts, datetime):
            event.add("dtstart", timezone.localtime(one.starts))
            event.add("dtend", timezone.localtime(one.ends))  # type: ignore[arg-type]  # a moment, as its beginning is
        else:
            event.add("dtstart", one.starts)
            event.add("dtend", one.ends + timedelta(days=1))  # the first day after it, as the format wants
            event.add("transp", "TRANSPARENT")
        if one.detail:
            event.add("location", one.detail)
        if seminar.description:
            event.add("description", seminar.description)
        if seminar.state == SeminarState.CANCELLED:
            event.add("status", "CANCELLED")
        event.add("url", settings.SITE_URL + one.url)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content
