"""Pages of a choice's plan."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mou_portal.pages import act, load
from mou_portal.records import DomainError, Stale
from participants.once import new_token, once
from participants.requests import PortalRequest
from participants.typed import typed
from pathways import permissions
from pathways.forms import MilestoneForm
from pathways.models import Milestone, PathwayChoice
from pathways.services import remove_milestone, save_milestone


def milestone_create(request: PortalRequest, pk: int) -> HttpResponse:
    """Add a step to a choice's plan."""
    rows = PathwayChoice.objects.visible_to(request.user).with_names()
    choice = load(rows, request.user, permissions.can_plan, pk=pk)
    form = MilestoneForm(request.POST or None, instance=Milestone(choice=choice), initial=typed(request))
    if request.method == "POST" and form.is_valid():

        def create() -> PathwayChoice:
            save_milestone(milestone=form.instance, user=request.user)
            return choice

        try:
            return once(request, create)
        except DomainError as error:
            form.add_error(None, str(error))
    return _page(request, form, choice, new=True)


def _load(request: PortalRequest, pk: int) -> Milestone:
    rows = Milestone.objects.visible_to(request.user).select_related(
        "choice__pathway", "choice__participant__designation", "choice__participant__agreement"
    )
    return load(rows, request.user, lambda user, row: permissions.can_plan(user, row.choice), pk=pk)


def milestone_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Change a step of a plan, or say that it is done."""
    milestone = _load(request, pk)
    form = MilestoneForm(request.POST or None, instance=milestone, initial=typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            save_milestone(milestone=form.instance, user=request.user, expected=form.expected_revision)
        except Stale as error:
            form.show_stale(error)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect(milestone.choice)
    return _page(request, form, milestone.choice, new=False)


def _page(request: PortalRequest, form: MilestoneForm, choice: PathwayChoice, *, new: bool) -> HttpResponse:
    title = _("Add a milestone") if new else _("Milestone")
    return render(
        request,
        "pathways/milestone_form.html",
        {
            "form": form,
            "choice": choice,
            "milestone": form.instance,
            "title": title,
            "new": new,
            "form_token": (request.POST.get("form_token") or new_token()) if new else "",
            "cancel_url": choice.get_absolute_url(),
            "crumbs": [
                (_("Pathways"), reverse("pathways:pathway-matrix")),
                (str(choice.participant), choice.get_absolute_url()),
                (title, ""),
            ],
        },
    )


@require_POST
def milestone_delete(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a step out of a plan."""
    milestone = _load(request, pk)
    return act(
        request,
        lambda: remove_milestone(milestone=milestone, user=request.user),
        done=_("The milestone is removed."),
        then=milestone.choice,
    )
