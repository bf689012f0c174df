"""All reports that wait for a reviewer on one page: read down, tick, accept what is ticked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from participants.requests import PortalRequest
from pathways import permissions
from pathways.models import ProgressUpdate
from pathways.models.progress import PARAGRAPHS, paragraph_label
from pathways.progress import three_unchanged_in_a_row
from pathways.services import accept_updates
from pathways.services.updates import REPORTED
from pathways.views.lists import gate, working_agreement
from pathways.views.queue import waiting_for

#: So many reports stand on the page; the others follow once these are decided.
MOST_TOGETHER = 30


def update_together(request: PortalRequest) -> HttpResponse:
    """Show every report that waits for the person's review beside the one before it; accept those that are ticked."""
    user = request.user
    if not permissions.can_review_some(user):
        raise PermissionDenied
    agreement = working_agreement(request)
    waiting = waiting_for(user, agreement)
    if request.method == "POST":
        return _accept(request, waiting)
    shown = waiting[:MOST_TOGETHER]
    rows = ProgressUpdate.objects.filter(pk__in=shown).with_names()
    updates = {one.pk: one for one in rows.prefetch_related("indicator_values__indicator", "evidence__file")}
    reported: dict[int, list[ProgressUpdate]] = {}
    for one in (
        ProgressUpdate.objects.filter(choice__in=[update.choice_id for update in updates.values()], state__in=REPORTED)
        .select_related("period")
        .order_by("choice", "period__number")
    ):
        reported.setdefault(one.choice_id, []).append(one)
    return render(
        request,
        "pathways/update_together.html",
        {
            **gate(request, agreement),
            "entries": [_entry(updates[pk], reported.get(updates[pk].choice_id, [])) for pk in shown if pk in updates],
            "total": len(waiting),
            "crumbs": [(_("Progress reports"), reverse("pathways:update-list")), (_("Review together"), "")],
        },
    )


def _entry(update: ProgressUpdate, reported: list[ProgressUpdate]) -> dict[str, Any]:
    """One report: its paragraphs, each with what the report before said where that differs."""
    earlier = [one for one in reported if one.period.number < update.period.number]
    before = earlier[-1] if earlier else None
    paragraphs = []
    for name in PARAGRAPHS:
        new, old = getattr(update, name), getattr(before, name) if before else None
        paragraphs.append((paragraph_label(name), new, old if before and old != new and name != "done" else None))
    return {
        "update": update,
        "before": before,
        "paragraphs": paragraphs,
        "values": list(update.indicator_values.all()),
        "evidence": list(update.evidence.all()),
        "silent": three_unchanged_in_a_row([one.nothing_changed for one in reported]),
    }


def _accept(request: PortalRequest, waiting: list[int]) -> HttpResponse:
    ticked: dict[int, int] = {}
    for given in request.POST.getlist("update"):
        pk, _mark, revision = given.partition("-")
        if all(part.isascii() and part.isdigit() and len(part) < 19 for part in (pk, revision)):
            ticked[int(pk)] = int(revision)
    rows = ProgressUpdate.objects.visible_to(request.user).filter(pk__in=list(ticked)).with_names()
    found = [(one, ticked[one.pk]) for one in rows]
    refused = accept_updates(read=found, user=request.user)
    accepted = len(found) - len(refused)
    if accepted:
        messages.success(
            request,
            ngettext(
                "%(count)d report accepted. From now on it counts.",
                "%(count)d reports accepted. From now on they count.",
                accepted,
            )
            % {"count": accepted},
        )
    for update, reason in refused:
        messages.error(request, f"{update.participant} · {update.choice.pathway} · {update.period}: {reason}")
    if not found:
        messages.info(request, _("Tick the reports that you accept first."))
    return redirect("pathways:update-together")
