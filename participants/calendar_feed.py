"""A person's dates as an iCalendar feed: what the apps registered as dates, and what waits with a day."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from mou_portal.registry import CalendarDate, agenda, dates
from participants.access import access_of
from participants.models import Agreement, User

#: How often a calendar program is asked to look again.
REFRESH = timedelta(hours=6)


def dates_of(user: User, agreement: Agreement, today: date) -> list[CalendarDate]:
    """Everything with a day that a person sees in an agreement, in the active language, each thing once.

    What waits (agenda items with a date) is left out where a deadline with the same address and day says it already.
    """
    found = [one for provider in dates for one in provider.dates(user, agreement)]
    said = {(one.url, one.starts) for one in found if one.deadline}
    return found + [one for one in _waiting(user, agreement, today) if (one.url, one.starts) not in said]


def _waiting(user: User, agreement: Agreement, today: date) -> Iterator[CalendarDate]:
    seen: Counter[str] = Counter()
    for provider in agenda:
        for item in provider.items(user, agreement, today):
            if item.due_on is None:
                continue
            # neither title nor date: both change while the thing stays the same
            thing = f"{agreement.code} {provider.name} {item.participant_id} {item.url}"
            seen[thing] += 1
            digest = hashlib.sha256(f"{thing} {seen[thing]}".encode()).hexdigest()[:24]
            yield CalendarDate(f"waiting-{digest}", item.title, item.due_on, item.due_on, item.url, item.detail)


def feed(user: User) -> bytes:
    """The whole feed of a person, over every agreement that they see. The language must be active."""
    calendar = Calendar()
    calendar.add("prodid", "-//MOU portal//TH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("MOU portal"))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    now = timezone.now()
    today = timezone.localdate()
    for agreement in Agreement.objects.visible_to(user):
        for one in dates_of(user, agreement, today):
            calendar.add_component(_event(one, now))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(one: CalendarDate, now: datetime) -> Event:
    event = Event()
    host = urlsplit(settings.SITE_URL).hostname
    event.add("uid", f"{one.uid}@{host}")
    event.add("dtstamp", now)
    event.add("summary", one.title)
    if isinstance(one.starts, datetime):
        event.add("dtstart", timezone.localtime(one.starts))
        event.add("dtend", timezone.localtime(one.ends))  # type: ignore[arg-type]  # a moment, as its beginning is
    else:
        event.add("dtstart", one.starts)
        event.add("dtend", one.ends + timedelta(days=1))  # the first day after it, as the format wants
        event.add("transp", "TRANSPARENT")  # a whole day does not make the person busy
    if one.detail:
        event.add("description", one.detail)
    event.add("url", settings.SITE_URL + one.url)
    return event


def day_of(moment: date) -> date:
    """The day in Thailand of a day or of a moment."""
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def has_dates(user: Any) -> bool:
    """Whether the person still has a part in some agreement; a feed of somebody who left is closed."""
    access = access_of(user)
    return access.staff or bool(access.agreement_ids)
