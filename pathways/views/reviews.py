"""Pages of review: accept or return a report, and its thread."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mou_portal.pages import act
from participants.requests import PortalRequest
from participants.typed import typed
from pathways import permissions
from pathways.forms import ReviewForm
from pathways.models import ProgressUpdate
from pathways.models.progress import PARAGRAPHS
from pathways.services import accept_update, add_remark, return_update, silent_for_long
from pathways.views.updates import files_of, load_update, paragraphs_of, thread_of, update_crumbs, values_of


def review_parts(update: ProgressUpdate, form: ReviewForm) -> dict[str, Any]:
    """What pathways/_review_form.html shows."""
    notes = {name: form[f"on_{name}"] for name in PARAGRAPHS}
    return {
        "update": update,
        "form": form,
        "paragraphs": [(label, text, notes[name]) for name, label, text in paragraphs_of(update)],
        "percent_note": notes["percent"],
        "values": values_of(update),
        "files": files_of(update, removable=False),
        "thread": thread_of(update),
        "silent": silent_for_long(update.choice),
    }


def update_review(request: PortalRequest, pk: int) -> HttpResponse:
    """Read a report and decide: accept, or return with notes on the paragraphs they mean."""
    update = load_update(request, pk, permissions.can_judge_update)
    returning = request.POST.get("decision") == "return"
    posted = request.POST if request.method == "POST" else None
    form = ReviewForm(posted, returning=returning, initial=typed(request))
    if request.method == "POST" and form.is_valid():
        if returning:
            return act(
                request,
                lambda: return_update(update=update, user=request.user, review=form.review),
                done=_("Returned with your notes."),
                then=update,
            )
        if request.POST.get("decision") == "accept":
            return act(
                request,
                lambda: accept_update(update=update, user=request.user, note=form.cleaned_data["note"]),
                done=_("Accepted. From now on it counts."),
                then=update,
            )
        form.add_error(None, _("Choose whether to accept or to return."))
    if request.method != "POST" and not permissions.can_review_update(request.user, update):
        return redirect(update)
    return render(
        request,
        "pathways/update_review.html",
        {
            **review_parts(update, form),
            "crumbs": update_crumbs(update, (_("Review"), "")),
        },
    )


@require_POST
def update_remark(request: PortalRequest, pk: int) -> HttpResponse:
    """Write in the thread."""
    update = load_update(request, pk, permissions.can_discuss_update)
    return act(
        request,
        lambda: add_remark(update=update, user=request.user, note=request.POST.get("note", "")[:4000]),
        done=_("Your remark is in the thread."),
        then=update,
    )
