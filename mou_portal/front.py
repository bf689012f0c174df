"""The public front page: what the programme is, who takes part and where, and which pathways they chose."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mou_portal.party_maps import map_of_parties
from mou_portal.registry import published, published_number
from participants.models import Agreement, Participant
from pathways.models import ChoiceState, Pathway

#: The clauses that say what the programme is for begin with this number.
OBJECTIVES = "1."
#: More parties than this are counted by type, not named.
MOST_NAMED = 120
#: The newest lessons are shown, so many.
MOST_LESSONS = 6


@login_not_required
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """For everybody: nothing here that the memorandum or its parties have not made public."""
    agreement = request.agreement
    context: dict[str, Any] = {"current": agreement}
    if agreement:
        context |= programme_of(agreement)
    return render(request, "front.html", context)


def programme_of(agreement: Agreement) -> dict[str, Any]:
    """The public facts of an agreement, in a constant number of queries."""
    parties = list(agreement.participants.with_names().filter(left_on=None))
    pathways = list(
        Pathway.objects.filter(agreement=agreement).annotate(
            chosen=Count("choices", filter=Q(choices__versions__state=ChoiceState.CONFIRMED), distinct=True)
        )
    )
    return {
        "lessons": published(agreement, MOST_LESSONS),
        "lesson_count": published_number(agreement),
        "objectives": [one for one in agreement.clauses.all() if one.number.startswith(OBJECTIVES)],
        "map": map_of_parties(parties, linked=False),
        "kinds": _by_kind(parties),
        "named": len(parties) <= MOST_NAMED,
        "party_count": len(parties),
        "province_count": len({party.local_government.province_id for party in parties}),
        "pathways": [(pathway, _share(pathway.chosen, len(parties))) for pathway in pathways],
        "choice_count": sum(pathway.chosen for pathway in pathways),
    }


def _by_kind(parties: list[Participant]) -> list[tuple[str, list[Participant]]]:
    """The parties by type, in the order in which the memorandum names the types."""
    order: dict[str, int] = {}
    for party in parties:
        order.setdefault(party.designation.kind, len(order))
    ranked = sorted(parties, key=lambda party: order[party.designation.kind])
    groups = [list(group) for _kind, group in groupby(ranked, key=lambda party: party.designation.kind)]
    return [(rows[0].designation.get_kind_display(), rows) for rows in groups]


def _share(chosen: int, parties: int) -> int:
    """Whole per cent of the parties, for a bar."""
    return round(100 * chosen / parties) if parties else 0
