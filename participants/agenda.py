"""What waits for people about parties and papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mou_portal.registry import Agenda, AgendaItem, agenda
from participants.access import access_of


def names_to_check(user: Any, agreement: Any, today: date) -> Iterable[AgendaItem]:
    """For programme staff: names that were loaded as printed and must be checked against the signed original."""
    if not access_of(user).programme:
        return
    count = agreement.participants.filter(check_against_original=True).count()
    if count:
        yield AgendaItem(
            title=ngettext(
                "%(count)d name to check against the signed original",
                "%(count)d names to check against the signed original",
                count,
            )
            % {"count": count},
            url=reverse("admin:participants_participant_changelist") + "?check_against_original__exact=1",
            action=_("Check"),
        )


agenda.register(Agenda("names-to-check", names_to_check))
