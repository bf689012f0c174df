"""A seminar like last year's, on new days."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mou_portal.pages import load
from mou_portal.records import DomainError
from participants.once import new_token, once
from seminars.checkin_forms import CopyForm
from seminars.models import Seminar
from seminars.permissions import can_copy_seminar
from seminars.services import copy_seminar
from seminars.views.checkin import crumbs


@require_http_methods(["GET", "HEAD", "POST"])
def seminar_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a seminar like this one in the agreement worked in; nobody sees it before it is announced."""
    seminar = load(Seminar.objects.visible_to(request.user), request.user, can_copy_seminar, pk=pk)
    if request.agreement is None:
        raise Http404
    form = CopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            return once(
                request,
                lambda: copy_seminar(seminar=seminar, agreement=request.agreement, user=request.user, **said),
                done=_("The copy is planned. Look through it, then announce it."),
            )
        except DomainError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "seminar": seminar,
        "form_token": request.POST.get("form_token") or new_token(),
        "crumbs": crumbs(seminar, (_("Copy"), "")),
    }
    return render(request, "seminars/seminar_copy.html", context)
