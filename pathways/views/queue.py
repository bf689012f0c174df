"""One submitted report after the other, for advisers and programme staff: accept or return, and the next one opens."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mou_portal.pages import act, load
from participants.access import access_of
from participants.models import Agreement, User
from participants.requests import PortalRequest
from pathways import permissions
from pathways.forms import ReviewForm
from pathways.models import ProgressUpdate, UpdateState
from pathways.services import accept_update, return_update
from pathways.views.lists import gate, working_agreement
from pathways.views.reviews import review_parts


def waiting_for(user: User, agreement: Agreement) -> list[int]:
    """Ids of the submitted reports that the person may decide on, those that wait longest first; one query."""
    access = access_of(user)
    rows = ProgressUpdate.objects.visible_to(user).filter(
        state=UpdateState.SUBMITTED, choice__participant__agreement=agreement
    )
    if not access.programme:
        rows = rows.filter(choice__participant_id__in=access.advises)
    rows = rows.exclude(Q(created_by=user) | Q(submitted_by=user) | Q(choice__participant_id__in=access.own))
    return list(rows.order_by("submitted_at", "pk").values_list("pk", flat=True))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _address(pk: int | None) -> str:
    url = reverse("pathways:update-queue")
    return f"{url}?update={pk}" if pk else url


def update_queue(request: PortalRequest) -> HttpResponse:
    """Show one report that waits for review and decide on it; ``?update=`` names which, else the oldest."""
    user = request.user
    if not permissions.can_review_some(user):
        raise PermissionDenied
    agreement = working_agreement(request)
    waiting = waiting_for(user, agreement)
    if request.method == "POST":
        return _decide(request, waiting)
    asked = _number(request.GET.get("update", ""))
    if asked and asked not in waiting:
        return redirect(_address(None))
    return _show(request, waiting, asked or (waiting[0] if waiting else 0), ReviewForm())


def _decide(request: PortalRequest, waiting: list[int]) -> HttpResponse:
    pk = _number(request.POST.get("update", ""))
    rows = ProgressUpdate.objects.visible_to(request.user).with_names()
    update = load(rows, request.user, permissions.can_judge_update, pk=pk)
    decision = request.POST.get("decision")
    form = ReviewForm(request.POST, returning=decision == "return")
    if form.is_valid() and decision in ("accept", "return"):
        # the one after it opens; decided by somebody else meanwhile, the oldest
        place = waiting.index(pk) if pk in waiting else -1
        left = [one for one in waiting if one != pk]
        following = left[place if place < len(left) else 0] if left and place >= 0 else None
        if decision == "return":
            return act(
                request,
                lambda: return_update(update=update, user=request.user, review=form.review),
                done=_("Returned with your notes."),
                then=_address(following),
            )
        return act(
            request,
            lambda: accept_update(update=update, user=request.user, note=form.cleaned_data["note"]),
            done=_("Accepted. From now on it counts."),
            then=_address(following),
        )
    if pk not in waiting:
        return redirect(_address(None))
    if not form.errors:
        form.add_error(None, _("Choose whether to accept or to return."))
    return _show(request, waiting, pk, form)


def _show(request: PortalRequest, waiting: list[int], pk: int, form: ReviewForm) -> HttpResponse:
    context: dict[str, Any] = {
        "update": None,
        "total": len(waiting),
        **gate(request, working_agreement(request)),
        "crumbs": [(_("Progress reports"), reverse("pathways:update-list")), (_("Review one after the other"), "")],
    }
    if pk:
        update = ProgressUpdate.objects.visible_to(request.user).with_names().get(pk=pk)
        place = waiting.index(pk)
        context |= {
            **review_parts(update, form),
            "number": place + 1,
            "before_url": _address(waiting[place - 1]) if place else "",
            "after_url": _address(waiting[place + 1]) if place + 1 < len(waiting) else "",
        }
    return render(request, "pathways/update_queue.html", context)
