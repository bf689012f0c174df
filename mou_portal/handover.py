"""The handover pack: what somebody needs who takes over for a party, as a page and as a report.

It stands above all apps because it gathers from them: duties, what waits, dates, money, people and documents.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from expenses.summaries import money_of
from mou_portal.pages import load
from mou_portal.registry import AgendaItem, CalendarDate, Report, agenda, dates, reports
from mou_portal.reports import paper_context
from participants.access import Access, access_of, stand_in
from participants.calendar_feed import day_of
from participants.ledger import ledger_of, open_duties
from participants.models import Participant, PartyDocument, User
from participants.permissions import can_hand_over
from participants.requests import PortalRequest

TITLE = _("Handover pack")
#: The pack names the next dates, no more than this.
MOST_DATES = 30


def handover_context(participant: Participant) -> dict[str, Any]:
    """What whoever takes over must know, today, in the active language; in a constant number of queries."""
    agreement = participant.agreement
    today = timezone.localdate()
    successor = _successor(participant)
    ledger = ledger_of(agreement, today, [participant])
    members = list(participant.memberships.select_related("user").order_by("role", "-starts_on", "pk"))
    advisers = list(participant.adviser_assignments.select_related("user").order_by("-starts_on", "pk"))
    documents = PartyDocument.objects.filter(participant=participant).select_related("file").order_by("-dated_on", "pk")
    return {
        "participant": participant,
        "agreement": agreement,
        "column": open_duties(ledger, participant.pk),
        "waiting": _waiting(successor, participant, today),
        "coming": _coming(successor, participant, today),
        "money": money_of([participant])[participant.pk],
        "people": [(one, one.active_on(today)) for one in members],
        "advisers": [(one, one.active_on(today)) for one in advisers],
        "documents": list(documents),
    }


def _successor(participant: Participant) -> User:
    """Nobody in particular who coordinates this party alone: what waits for them waits for any successor."""
    access = Access(coordinates=frozenset({participant.pk}), agreement_ids=frozenset({participant.agreement_id}))
    nobody: User = stand_in(User(pk=0), access)  # no row has the key 0, so nothing is taken for theirs
    return nobody


def _waiting(successor: User, participant: Participant, today: date) -> list[AgendaItem]:
    items = [item for provider in agenda for item in provider.items(successor, participant.agreement, today)]
    own = [item for item in items if item.participant_id in (None, participant.pk)]
    return sorted(own, key=lambda item: (not item.urgent, item.due_on or date.max, item.title))


def _coming(successor: User, participant: Participant, today: date) -> list[tuple[date, CalendarDate]]:
    found = [one for provider in dates for one in provider.dates(successor, participant.agreement)]
    coming = [(day_of(one.starts), one) for one in found if day_of(one.ends) >= today]
    return sorted(coming, key=lambda pair: (pair[0], pair[1].title))[:MOST_DATES]


@never_cache
@require_safe
def handover_detail(request: PortalRequest, agreement: str, code: str) -> HttpResponse:
    """The pack as a page: for the party's own people and programme staff."""
    rows = Participant.objects.visible_to(request.user).with_names()
    participant = load(rows, request.user, can_hand_over, agreement__code=agreement, local_government__code=code)
    # what waits is for coordinators to do; others read it
    can_act = participant.pk in access_of(request.user).coordinates
    return render(request, "handover/handover_detail.html", handover_context(participant) | {"can_act": can_act})


def handover_html(participant: Participant, language: str) -> str:
    """The pack as HTML, ready for the PDF kit. The language must be active."""
    paper = paper_context(
        language,
        title=str(TITLE),
        agreement=participant.agreement,
        party=participant,
        url=reverse("handover-detail", args=[participant.agreement.code, participant.code]),
    )
    return render_to_string("handover/pdf/handover_pack.html", paper | handover_context(participant))


reports.register(
    Report(
        name="handover-pack",
        title=TITLE,
        description=_("For whoever takes over: open duties, what waits, dates, money, people and documents."),
        subject="participant",
        html=handover_html,
        can_view=can_hand_over,
        filename=lambda participant: f"handover-pack-{participant.code}",
    )
)
