"""The Excel round trip: download open reports, send the filled workbook, look at what it changes, confirm."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mou_portal.exchange import XLSX_TYPE, upload_limit
from mou_portal.pages import act
from mou_portal.records import DomainError
from participants.access import access_of
from participants.models import Agreement, Participant
from participants.requests import PortalRequest
from pathways import permissions
from pathways.models import ReportingPeriod
from pathways.services.workbook_preview import Preview, preview_workbook
from pathways.services.workbooks import carry_out, make_workbook
from pathways.views.lists import find_participants, gate, working_agreement

#: Where a checked workbook waits in the session for its confirmation.
WAITING = "workbook"


class WorkbookFilterForm(forms.Form):
    """Which open reports go into the workbook."""

    period = forms.ModelChoiceField(
        label=gettext_lazy("Reporting period"),
        queryset=ReportingPeriod.objects.none(),
        required=False,
        empty_label=gettext_lazy("all that are open"),
    )
    q = forms.CharField(label=gettext_lazy("Organisation"), max_length=120, required=False)

    def __init__(self, *args: Any, agreement: Agreement, many: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].queryset = agreement.reporting_periods.order_by("number")
        if not many:
            del self.fields["q"]


class WorkbookForm(forms.Form):
    """A filled workbook."""

    workbook = forms.FileField(
        label=gettext_lazy("The filled workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=gettext_lazy("The .xlsx file that you downloaded here. Nothing is saved before you have confirmed."),
    )

    def clean_workbook(self) -> bytes:
        """Its content, within the limit of uploads."""
        limit = upload_limit()
        content: bytes = self.cleaned_data["workbook"].read(limit + 1)
        if len(content) > limit:
            raise forms.ValidationError(
                _("The file is too large: at most %(limit)d MB."), params={"limit": limit // 2**20}
            )
        return content


def _working(request: PortalRequest) -> tuple[Agreement, bool]:
    """The agreement, and whether the person works for many organisations; 403 for who fills in no workbooks."""
    if not permissions.can_use_workbook(request.user):
        raise PermissionDenied
    return working_agreement(request), access_of(request.user).programme


@require_safe
def workbook_download(request: PortalRequest) -> HttpResponse:
    """The workbook of open reports: a coordinator's own, or for staff those of all or of the filtered organisations."""
    agreement, many = _working(request)
    form = WorkbookFilterForm(request.GET, agreement=agreement, many=many)
    if not form.is_valid():
        messages.error(request, _("Choose a reporting period from the list."))
        return redirect("pathways:workbook-upload")
    places = Participant.objects.visible_to(request.user).filter(agreement=agreement)
    if not many:
        places = places.filter(pk__in=access_of(request.user).coordinates)
    elif form.cleaned_data["q"]:
        places = find_participants("")(places, form.cleaned_data["q"])
    try:
        content = make_workbook(
            user=request.user,
            agreement=agreement,
            participant_ids=list(places.values_list("pk", flat=True)),
            period=form.cleaned_data["period"],
        )
    except DomainError as error:
        messages.info(request, str(error))
        return redirect("pathways:workbook-upload")
    answer = HttpResponse(content, content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="open-reports-{timezone.localdate():%Y-%m-%d}.xlsx"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def workbook_upload(request: PortalRequest) -> HttpResponse:
    """Download and send; after sending, the preview of what the workbook changes. Nothing is written yet."""
    agreement, many = _working(request)
    form = WorkbookForm(request.POST or None, request.FILES or None) if request.method == "POST" else WorkbookForm()
    preview: Preview | None = None
    if request.method == "POST" and form.is_valid():
        try:
            preview = preview_workbook(content=form.cleaned_data["workbook"], user=request.user, agreement=agreement)
        except DomainError as error:
            form.add_error("workbook", str(error))
    token = ""
    if preview is not None and preview.steps:
        token = uuid.uuid4().hex
        request.session[WAITING] = {"token": token, "agreement": agreement.pk, "steps": preview.steps}
    elif request.method == "POST":
        request.session.pop(WAITING, None)
    return render(
        request,
        "pathways/workbook_upload.html",
        {
            "form": form,
            **gate(request, agreement),
            "filters": WorkbookFilterForm(agreement=agreement, many=many),
            "many": many,
            "preview": preview,
            "token": token,
            "crumbs": [
                (_("Progress reports"), reverse("pathways:update-list")),
                (_("Reports in Excel"), ""),
            ],
        },
    )


@require_POST
def workbook_confirm(request: PortalRequest) -> HttpResponse:
    """Take over what the preview showed, all of it or nothing."""
    agreement, _many = _working(request)
    waiting = request.session.pop(WAITING, None)
    if not waiting or waiting["token"] != request.POST.get("token") or waiting["agreement"] != agreement.pk:
        messages.error(request, _("This preview was already confirmed or is no longer there. Send the workbook again."))
        return redirect("pathways:workbook-upload")
    return act(
        request,
        lambda: carry_out(steps=waiting["steps"], user=request.user),
        done=_("Taken over from the workbook: %(rows)d rows. Reports that you did not hand in are drafts.")
        % {"rows": len(waiting["steps"])},
        then="pathways:update-list",
    )
