"""The first page by role: what is waiting for me?"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mou_portal.board import waiting_for
from mou_portal.ledger_store import ledger_of_some
from mou_portal.registry import State
from participants.access import access_of
from participants.ledger import CLOSED, Ledger, open_duties, steps
from participants.models import Participant
from pathways.models import PathwayChoice

#: A person with more parties than this sees counts on the first page, not each party's duties.
MOST_COLUMNS = 12


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page of each role: what waits, with links that act, and how the person's parties stand."""
    agreement = request.agreement
    if agreement is None or not agreement.pk:
        return render(request, "home.html", {"waiting": []})
    access = access_of(request.user)
    today = timezone.localdate()
    near = Participant.objects.filter(agreement=agreement, pk__in=access.own | access.advises).with_names()
    parties = list(near[: MOST_COLUMNS + 1])
    columns = []
    if parties and len(parties) <= MOST_COLUMNS:
        ledger = ledger_of_some(agreement, today, parties)
        columns = [
            {
                "participant": party,
                "own": party.pk in access.own,
                **_in_words(ledger, party, own=party.pk in access.coordinates),
            }
            for party in parties
        ]
    chosen = _with_confirmed_choice([party.pk for party in parties])
    own_without_choice = [party for party in parties if party.pk in access.own and party.pk not in chosen]
    return render(
        request,
        "home.html",
        {
            "waiting": waiting_for(request.user, agreement, today),
            "columns": columns,
            "without_choice": own_without_choice,
            "today": today,
        },
    )


def _in_words(ledger: Ledger, party: Participant, *, own: bool) -> dict[str, Any]:
    """A party's column: what is next and what is open, most pressing first, and what is done."""
    column = ledger.column(party.pk)
    asked = [pair for pair in column if pair[1].standing.state != State.NOT_APPLICABLE]
    closed = [pair for pair in asked if pair[1].standing.state in CLOSED]
    waiting = steps(ledger, party, open_duties(ledger, party.pk), own=own)
    return {
        "next": waiting[0] if waiting else None,
        "open": waiting[1:],
        "closed": steps(ledger, party, closed, own=False),
        "asked": len(asked),
        "done": len(closed),
    }


def _with_confirmed_choice(participant_ids: list[int]) -> set[int]:
    return set(
        PathwayChoice.objects.confirmed()
        .filter(participant_id__in=participant_ids)
        .values_list("participant_id", flat=True)
    )
