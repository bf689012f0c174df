"""Reports of progress: one participant's pathways with what was accepted, and the whole programme at a glance."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from mou_portal.paper import paper_context
from mou_portal.registry import Report, reports
from participants.models import Agreement, Participant
from participants.permissions import can_view_participant
from pathways.models import Evidence, Pathway, UpdateState
from pathways.permissions import can_compare_accepted, can_view_programme
from pathways.progress import DueState
from pathways.summaries import (
    ChoiceProgress,
    ParticipantProgress,
    choice_indicators,
    progress_of,
    schedule_of,
)
from pathways.timeline import timeline


# --- one participant ------------------------------------------------------------------------
def pathway_progress_context(participant: Participant, language: str) -> dict[str, Any]:
    """Each confirmed choice of a participant: plan, indicators, accepted updates and their evidence.

    Only what was accepted is in it, so it is the same for every reader. The number of queries is constant.
    """
    agreement = participant.agreement
    today = timezone.localdate()
    progress = progress_of([participant])[participant.pk]
    schedule = schedule_of(agreement, [participant.pk], today)
    evidence: dict[int, list[Evidence]] = {}
    for one in Evidence.objects.filter(
        update__state=UpdateState.ACCEPTED, update__choice__participant=participant
    ).select_related("file"):
        evidence.setdefault(one.update_id, []).append(one)
    return paper_context(
        language,
        title=str(PATHWAY_TITLE),
        agreement=agreement,
        party=participant,
        url=participant.get_absolute_url(),
    ) | {
        "participant": participant,
        "agreement": agreement,
        "progress": progress,
        "choices": [
            _choice_part(one, evidence)
            | {
                "late": [due for due in schedule.reports.get(one.choice.pk, []) if due.state == DueState.OVERDUE],
                "timeline": timeline(agreement, one.choice.milestones.all(), [], today),
            }
            for one in progress.choices
        ],
    }


def _choice_part(one: ChoiceProgress, evidence: dict[int, list[Evidence]]) -> dict[str, Any]:
    choice = one.choice
    indicators = choice_indicators(choice)
    names = {indicator.pk: indicator for indicator, _value in indicators}
    return {
        "choice": choice,
        "version": one.version,
        "percent": one.percent,
        "indicators": indicators,
        "updates": [
            {
                "update": update,
                "values": [(names[value.indicator_id], value.value) for value in update.indicator_values.all()],
                "evidence": evidence.get(update.pk, []),
            }
            for update in choice.accepted_updates  # type: ignore[attr-defined]  # prefetched to this name
        ],
    }


# --- the programme --------------------------------------------------------------------------
def programme_progress_context(agreement: Agreement, language: str) -> dict[str, Any]:
    """Participants by pathways with progress in percent, each pathway over all participants, and reports overdue.

    The number of queries does not grow with the participants.
    """
    today = timezone.localdate()
    pathways = list(agreement.pathways.order_by("number"))
    participants = list(
        Participant.objects.filter(agreement=agreement).select_related("designation").order_by("order", "pk")
    )
    progress = progress_of(participants)
    schedule = schedule_of(agreement, [one.pk for one in participants], today)
    late = [one for one in schedule if one.state == DueState.OVERDUE]
    return paper_context(
        language, title=str(PROGRAMME_TITLE), agreement=agreement, url=reverse("pathways:pathway-matrix")
    ) | {
        "agreement": agreement,
        "pathways": pathways,
        "matrix": [
            {
                "participant": one,
                "cells": _cells(progress[one.pk], pathways),
                "accepted": progress[one.pk].accepted,
                "confirmed": progress[one.pk].confirmed,
            }
            for one in participants
        ],
        "unchosen": [one for one in participants if not progress[one.pk].confirmed],
        "summaries": [_pathway_part(pathway, progress, late) for pathway in pathways],
        "late": late,
    }


def _cells(progress: ParticipantProgress, pathways: list[Pathway]) -> list[int | None]:
    """The percentage on each pathway; ``None`` where it is not chosen."""
    percents = {one.choice.pathway_id: one.percent for one in progress.choices}
    return [percents.get(pathway.pk) for pathway in pathways]


def _pathway_part(pathway: Pathway, progress: dict[int, ParticipantProgress], late: list[Any]) -> dict[str, Any]:
    on_it = [one for each in progress.values() for one in each.choices if one.choice.pathway_id == pathway.pk]
    count = len(on_it)
    return {
        "pathway": pathway,
        "count": count,
        "mean": (2 * sum(one.percent for one in on_it) + count) // (2 * count) if count else None,
        "accepted": sum(one.accepted for one in on_it),
        "finished": sum(one.percent == 100 for one in on_it),
        "late": sum(one.choice.pathway_id == pathway.pk for one in late),
    }


# --- each pathway over all participants -------------------------------------------------------
def pathway_across_context(agreement: Agreement, language: str) -> dict[str, Any]:
    """Each pathway with every participant that works on it: progress, indicators and the newest accepted result.

    Only what was accepted is in it. The number of queries does not grow with the participants.
    """
    participants = {
        one.pk: one
        for one in Participant.objects.filter(agreement=agreement).select_related("designation").order_by("order", "pk")
    }
    progress = progress_of(list(participants.values()))
    pathways = list(agreement.pathways.order_by("number"))
    return paper_context(
        language, title=str(ACROSS_TITLE), agreement=agreement, url=reverse("pathways:pathway-matrix")
    ) | {
        "agreement": agreement,
        "summaries": [_pathway_part(pathway, progress, []) for pathway in pathways],
        "pathways": [_across(pathway, participants, progress) for pathway in pathways],
    }


def _across(
    pathway: Pathway, participants: dict[int, Participant], progress: dict[int, ParticipantProgress]
) -> dict[str, Any]:
    found = [
        (participant, one)
        for pk, participant in participants.items()
        for one in progress[pk].choices
        if one.choice.pathway_id == pathway.pk
    ]
    return {
        "pathway": pathway,
        "rows": found,
        "indicators": [
            (participant, indicator, value)
            for participant, one in found
            for indicator, value in choice_indicators(one.choice)
        ],
    }


def pathway_across_html(agreement: Agreement, language: str) -> str:
    """Each pathway over all participants as HTML for the PDF kit."""
    with translation.override(language):
        return render_to_string("pathways/pdf/pathway_across.html", pathway_across_context(agreement, language))


def pathway_progress_html(participant: Participant, language: str) -> str:
    """The progress of one participant as HTML for the PDF kit."""
    with translation.override(language):
        return render_to_string("pathways/pdf/pathway_progress.html", pathway_progress_context(participant, language))


def programme_progress_html(agreement: Agreement, language: str) -> str:
    """The progress of the programme as HTML for the PDF kit."""
    with translation.override(language):
        return render_to_string("pathways/pdf/programme_progress.html", programme_progress_context(agreement, language))


PATHWAY_TITLE = _("Progress on pathways")
ACROSS_TITLE = _("Progress, pathway by pathway")
PROGRAMME_TITLE = _("Progress of the programme")

reports.register(
    Report(
        name="pathway-progress",
        title=PATHWAY_TITLE,
        description=_("Each confirmed choice with plan, indicators, accepted reports and their evidence."),
        subject="participant",
        html=pathway_progress_html,
        can_view=can_view_participant,
        filename=lambda participant: f"pathway-progress-{participant.code}",
    )
)
reports.register(
    Report(
        name="programme-progress",
        title=PROGRAMME_TITLE,
        description=_("Who works on which pathway and how far, each pathway over all organisations, and who is late."),
        subject="agreement",
        html=programme_progress_html,
        can_view=can_view_programme,
        filename=lambda agreement: f"programme-progress-{agreement.code}",
    )
)
reports.register(
    Report(
        name="pathway-across",
        title=ACROSS_TITLE,
        description=_(
            "Each pathway with every organisation on it: progress, indicators and the newest accepted result."
        ),
        subject="agreement",
        html=pathway_across_html,
        can_view=can_compare_accepted,
        filename=lambda agreement: f"pathway-across-{agreement.code}",
    )
)
