"""The agreement's own dates (clause 3) in people's calendars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mou_portal.registry import CalendarDate, Dates, dates


def period_of(user: Any, agreement: Any) -> Iterable[CalendarDate]:
    """The first and the last day in force. No query."""
    for name, title, day in (
        ("begins", _("Begins: %(agreement)s"), agreement.begins_on),
        ("ends", _("Ends: %(agreement)s"), agreement.ends_on),
    ):
        if day is not None:
            yield CalendarDate(
                f"agreement-{agreement.code}-{name}", title % {"agreement": agreement}, day, day, reverse("home")
            )


dates.register(Dates("agreement", period_of))
