"""Pages of the schedule, for programme staff: periods from a rule, and the burden meter."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mou_portal.editing import NoteForm
from mou_portal.listing import Column, Listing
from mou_portal.pages import act, load
from mou_portal.records import DomainError
from mou_portal.templatetags.charts import BarChart, Series
from mou_portal.thai.dates import format_month
from participants.models import Participant
from participants.requests import PortalRequest
from participants.typed import typed
from pathways import permissions
from pathways.burden import Burden, all_months, burden_of
from pathways.models import PeriodSkip
from pathways.schedule import PlannedPeriod, ScheduleRule
from pathways.services import generate_periods, plan_periods, skip_period, unskip_period
from pathways.summaries import asks_of
from pathways.views.lists import find_participants, working_agreement

ONCE = "once"


class ScheduleForm(forms.Form):
    """The rule of a schedule."""

    every = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=[
            ("1", gettext_lazy("every month")),
            ("2", gettext_lazy("every two months")),
            ("3", gettext_lazy("every three months")),
            ("4", gettext_lazy("every four months")),
            ("6", gettext_lazy("every six months")),
            ("12", gettext_lazy("every twelve months")),
            (ONCE, gettext_lazy("once, for the whole time")),
        ],
        initial="3",
    )
    due_days = forms.IntegerField(
        label=gettext_lazy("Due, days after the end of the period"),
        min_value=0,
        max_value=90,
        initial=15,
        help_text=gettext_lazy("Never later than the last day of the agreement."),
    )
    asks_indicators = forms.BooleanField(
        label=gettext_lazy("Ask for values of indicators"), required=False, initial=True
    )

    last_is_final = forms.BooleanField(
        label=gettext_lazy("The last period asks for the final report"), required=False, initial=True
    )

    @property
    def rule(self) -> ScheduleRule:
        """The rule, for the service."""
        every = self.cleaned_data["every"]
        return ScheduleRule(None if every == ONCE else int(every), self.cleaned_data["due_days"])


def burden_chart(before: Burden, after: Burden | None = None, *, title: str) -> BarChart:
    """The most fields that any one organisation has in each month; with ``after``, as it is and as it would be."""
    burdens = [before] if after is None else [before, after]
    months = all_months(burdens)
    names = [_("now")] if after is None else [_("now"), _("then")]
    return BarChart(
        title,
        [month_text(month) for month in months],
        [
            Series(name, [one.heaviest(month).fields for month in months])
            for name, one in zip(names, burdens, strict=True)
        ],
        _("fields in a month, of the organisation that has the most"),
    )


def month_text(month: date) -> str:
    """A month in the reader's language and era, short."""
    return format_month(month, get_language() or "th", "short")


def _agreement(request: PortalRequest) -> Any:
    agreement = working_agreement(request)
    if not permissions.can_manage_periods(request.user):
        raise PermissionDenied
    return agreement


def period_generate(request: PortalRequest) -> HttpResponse:
    """Plan periods by a rule: a preview with what it asks of the organisations, then the periods themselves."""
    agreement = _agreement(request)
    given = request.POST if request.method == "POST" else (request.GET if "every" in request.GET else None)
    form = ScheduleForm(given)
    planned: tuple[PlannedPeriod, ...] = ()
    refusal = ""
    if form.is_valid():
        asks_indicators = form.cleaned_data["asks_indicators"]
        if request.method == "POST":
            return act(
                request,
                lambda: generate_periods(
                    agreement=agreement,
                    rule=form.rule,
                    user=request.user,
                    asks_indicators=asks_indicators,
                    last_is_final=form.cleaned_data["last_is_final"],
                ),
                done=_("The periods are published."),
                then=reverse("pathways:burden"),
            )
        try:
            planned = plan_periods(agreement, form.rule)
        except DomainError as error:
            refusal = str(error)
    before = burden_of(asks_of(agreement))
    after = burden_of(asks_of(agreement, planned, asks_indicators=asks_indicators)) if planned else before
    language = get_language() or "th"
    title = _("Plan periods by a rule")
    return render(
        request,
        "pathways/period_generate.html",
        {
            "form": form,
            "title": title,
            "refusal": refusal,
            "planned": [(one.name(language), one) for one in planned],
            "before": before,
            "after": after,
            "chart": burden_chart(before, after, title=_("Burden meter")),
            "crumbs": [(_("Burden meter"), reverse("pathways:burden")), (title, "")],
        },
    )


@require_safe
def burden(request: PortalRequest) -> HttpResponse:
    """The burden meter: a row for each organisation, a column for each month."""
    agreement = _agreement(request)
    meter = burden_of(asks_of(agreement))
    rows = Participant.objects.visible_to(request.user).filter(agreement=agreement).with_names().order_by("order")
    return Listing(
        title=_("Burden meter"),
        columns=[
            Column(_("Organisation"), str, sort="local_government__sort_key", url=lambda row: row.get_absolute_url()),
            *[_month_column(meter, month) for month in meter.months],
            Column(_("Fields"), lambda row: meter.total(row.pk).fields, kind="number"),
            Column(_("Deadlines"), lambda row: meter.total(row.pk).deadlines, kind="number"),
        ],
        search=find_participants(""),
        filename="burden",
        empty_text=_("No organisation takes part yet."),
        template="pathways/burden.html",
    ).respond(request, rows, chart=burden_chart(meter, title=_("Burden meter")))


def _month_column(meter: Burden, month: date) -> Column:
    def value(row: Participant) -> str:
        load = meter.load(row.pk, month)
        return f"{load.fields} / {load.deadlines}" if load.deadlines else ""

    return Column(month_text(month), value)


def period_skip(request: PortalRequest, pk: int) -> HttpResponse:
    """Say why one organisation (``?participant=CODE``) need not report for a period, or ask it again."""
    agreement = _agreement(request)
    period = load(agreement.reporting_periods.all(), request.user, pk=pk)
    participants = Participant.objects.visible_to(request.user).filter(agreement=agreement).with_names()
    participant = load(participants, request.user, local_government__code=request.GET.get("participant", ""))
    skip = PeriodSkip.objects.filter(period=period, participant=participant).first()
    then = participant.get_absolute_url()
    if request.method == "POST" and "again" in request.POST:
        return act(
            request,
            lambda: unskip_period(period=period, participant=participant, user=request.user),
            done=_("The organisation is asked for its reports again."),
            then=then,
        )
    form = NoteForm(request.POST or None, initial=typed(request))
    if request.method == "POST" and form.is_valid():
        return act(
            request,
            lambda: skip_period(
                period=period, participant=participant, user=request.user, reason=form.cleaned_data["note"]
            ),
            done=_("The organisation need not report for this period."),
            then=then,
        )
    title = _("Skip a period")
    return render(
        request,
        "pathways/period_skip.html",
        {
            "form": form,
            "period": period,
            "participant": participant,
            "skip": skip,
            "title": title,
            "cancel_url": then,
            "crumbs": [(_("Progress reports"), reverse("pathways:update-list")), (title, "")],
        },
    )
