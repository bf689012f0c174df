"""The public front page, and the first page by role: what is waiting for me?"""

from __future__ import annotations

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mou_portal.board import waiting_for
from participants.access import access_of
from participants.ledger import STATE_LABELS, ledger_of, open_duties
from participants.models import Participant
from pathways.models import ChoiceState, Pathway, PathwayChoice

#: A person with more parties than this sees counts on the first page, not each party's duties.
MOST_COLUMNS = 12


@login_not_required
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What the programme is, who takes part, the pathways and how many chose each. For everybody."""
    agreement = request.agreement
    context = {"current": agreement}
    if agreement:
        parties = list(agreement.participants.with_names().filter(left_on=None))
        kinds = [
            (rows[0].designation.get_kind_display(), rows)
            for rows in (list(group) for _kind, group in groupby(parties, key=lambda row: row.designation.kind))
        ]
        pathways = Pathway.objects.filter(agreement=agreement).annotate(
            chosen=Count("choices", filter=Q(choices__versions__state=ChoiceState.CONFIRMED), distinct=True)
        )
        context |= {"kinds": kinds, "party_count": len(parties), "pathways": pathways}
    return render(request, "front.html", context)


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
        ledger = ledger_of(agreement, today, parties)
        columns = [
            {
                "participant": party,
                "own": party.pk in access.own,
                "column": ledger.column(party.pk),
                "open": open_duties(ledger, party.pk),
                "done": sum(cell.standing.state == "fulfilled" for _row, cell in ledger.column(party.pk)),
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
            "state_labels": STATE_LABELS,
            "without_choice": own_without_choice,
            "today": today,
        },
    )


def _with_confirmed_choice(participant_ids: list[int]) -> set[int]:
    return set(
        PathwayChoice.objects.confirmed()
        .filter(participant_id__in=participant_ids)
        .values_list("participant_id", flat=True)
    )
