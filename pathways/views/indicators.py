"""Pages of a choice's indicators."""

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
from pathways.burden import Burden, burden_of
from pathways.forms import IndicatorForm
from pathways.models import Indicator, PathwayChoice
from pathways.services import remove_indicator, save_indicator
from pathways.summaries import asks_of
from pathways.views.schedule import burden_chart


def indicator_create(request: PortalRequest, pk: int) -> HttpResponse:
    """Add an indicator to a choice's plan; beside the form stands what it adds to the participant's work."""
    rows = PathwayChoice.objects.visible_to(request.user).with_names()
    choice = load(rows, request.user, permissions.can_plan, pk=pk)
    form = IndicatorForm(request.POST or None, instance=Indicator(choice=choice), initial=typed(request))
    if request.method == "POST" and form.is_valid():

        def create() -> PathwayChoice:
            save_indicator(indicator=form.instance, user=request.user)
            return choice

        try:
            return once(request, create)
        except DomainError as error:
            form.add_error(None, str(error))
    return _page(request, form, choice, new=True)


def _load(request: PortalRequest, pk: int) -> Indicator:
    rows = Indicator.objects.visible_to(request.user).select_related(
        "choice__pathway", "choice__participant__designation", "choice__participant__agreement"
    )
    return load(rows, request.user, lambda user, row: permissions.can_plan(user, row.choice), pk=pk)


def indicator_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Change an indicator."""
    indicator = _load(request, pk)
    form = IndicatorForm(request.POST or None, instance=indicator, initial=typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            save_indicator(indicator=form.instance, user=request.user, expected=form.expected_revision)
        except Stale as error:
            form.show_stale(error)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect(indicator.choice)
    return _page(request, form, indicator.choice, new=False)


def _page(request: PortalRequest, form: IndicatorForm, choice: PathwayChoice, *, new: bool) -> HttpResponse:
    title = _("Add an indicator") if new else _("Indicator")
    before, after = _burdens(choice) if new else (None, None)
    return render(
        request,
        "pathways/indicator_form.html",
        {
            "form": form,
            "choice": choice,
            "indicator": form.instance,
            "title": title,
            "new": new,
            "before": before,
            "after": after,
            "chart": burden_chart(before, after, title=_("Burden meter")) if before and after else None,
            "form_token": (request.POST.get("form_token") or new_token()) if new else "",
            "cancel_url": choice.get_absolute_url(),
            "crumbs": [
                (_("Pathways"), reverse("pathways:pathway-matrix")),
                (str(choice.participant), choice.get_absolute_url()),
                (title, ""),
            ],
        },
    )


def _burdens(choice: PathwayChoice) -> tuple[Burden, Burden]:
    """What the choice's participant is asked for, as it is and with one more indicator."""
    agreement, own = choice.participant.agreement, choice.participant_id

    def of_own(more: dict[int, int]) -> Burden:
        return burden_of(ask for ask in asks_of(agreement, more_indicators=more) if ask.participant_id == own)

    return of_own({}), of_own({choice.pk: 1})


@require_POST
def indicator_delete(request: PortalRequest, pk: int) -> HttpResponse:
    """Take an indicator out of a plan."""
    indicator = _load(request, pk)
    return act(
        request,
        lambda: remove_indicator(indicator=indicator, user=request.user),
        done=_("The indicator is removed."),
        then=indicator.choice,
    )
