"""Take lessons along: choose what, in which form and language; small files come at once, long ones are made later."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.pages import act, load
from mou_portal.pdf import RenderError
from mou_portal.records import DomainError
from participants.files import serve
from participants.models import Agreement, PackState
from participants.once import new_token, once
from participants.requests import PortalRequest
from pathways.lessons import library
from pathways.lessons.exports.docx_book import TemplateBroken
from pathways.lessons.exports.making import FORMATS, Made, NothingToWrite, make
from pathways.lessons.exports.selection import Selection, left_out, rows_of, shown_of
from pathways.lessons.forms import ExportForm
from pathways.lessons.models import ExportFormat, ExportJob, JobState
from pathways.lessons.services import exports as services
from pathways.lessons.views.basket import items_of
from pathways.views.lists import working_agreement


def _selection(request: PortalRequest, agreement: Agreement, what: str, search: str) -> Selection:
    if what == "basket":
        return Selection(lessons=tuple(items_of(request.user, agreement).values_list("lesson_id", flat=True)))
    return Selection(query=search)


def _search(request: PortalRequest) -> str:
    """The library's filter, made clean: known words alone."""
    asked = QueryDict((request.POST or request.GET).get("search", "")[:1000].replace("\x00", ""), mutable=True)
    known = {"q", "theme", "participant", *(one.key for one in library.facets())}
    for key in [key for key in asked if key not in known]:
        del asked[key]
    return asked.urlencode()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def export_list(request: PortalRequest) -> HttpResponseBase:
    """The form that makes files, what stays behind and why, and the person's earlier exports."""
    agreement, search = working_agreement(request), _search(request)
    basket = _selection(request, agreement, "basket", "")
    found = Selection(query=search)
    numbers = {
        "search": rows_of(agreement, found).count(),
        "basket": rows_of(agreement, basket).count() if basket.lessons else 0,
    }
    what = request.GET.get("what", "basket" if numbers["basket"] and not search else "search")
    form = ExportForm(
        request.POST or None,
        numbers=numbers,
        filtered=bool(search),
        initial={"what": what, "format": ExportFormat.PDF, "search": search, "language": _language()},
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        answer = _answer(request, agreement, _selection(request, agreement, asked["what"], search), form)
        if answer is not None:
            return answer
    return render(
        request,
        "lessons/export_list.html",
        {
            "form": form,
            "form_token": new_token(),
            "numbers": numbers,
            "search": search,
            "left_out": left_out(agreement, found, request.user),
            "left_in_basket": left_out(agreement, basket, request.user) if basket.lessons else [],
            "jobs": [
                (job, *_stands(job)) for job in ExportJob.objects.visible_to(request.user).filter(agreement=agreement)
            ],
            "crumbs": [(_("Lessons"), reverse("lessons:lesson-list")), (_("Take lessons along"), "")],
        },
    )


def _language() -> str:
    return "en" if get_language() == "en" else "th"


def _answer(
    request: PortalRequest, agreement: Agreement, selection: Selection, form: forms.Form
) -> HttpResponseBase | None:
    """The file, or the page of the long export; ``None`` with an error on the form where neither can be."""
    kind, language = form.cleaned_data["format"], form.cleaned_data["language"]
    number = rows_of(agreement, selection).count()
    nothing = _("None of these lessons may be shown outside, so there is nothing to put into a file.")
    if number == 0:
        form.add_error("what", nothing)
        return None
    if number > FORMATS[kind].long:
        return _begin(request, agreement, selection, (kind, language, number))
    try:
        with override(language):
            lessons = shown_of(agreement, selection)
            if not lessons:  # what was searched for is withheld in every one of them
                form.add_error("what", nothing)
                return None
            made = make(agreement, lessons, kind, language)
    except (RenderError, TemplateBroken, NothingToWrite) as error:
        form.add_error(None, services.refusal(error))
        return None
    return _as_download(made)


def _as_download(made: Made) -> HttpResponse:
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _begin(
    request: PortalRequest, agreement: Agreement, selection: Selection, asked: tuple[str, str, int]
) -> HttpResponse:
    begun: list[ExportJob] = []
    kind, language, total = asked

    def create() -> ExportJob:
        job = services.ask_for_export(
            agreement=agreement, user=request.user, kind=kind, language=language, selection=selection, total=total
        )
        begun.append(job)
        return job

    answer = once(request, create, done=_("The file is being made."))
    for job in begun:
        services.start(job)
    return answer


def _job(request: PortalRequest, pk: int) -> ExportJob:
    return load(ExportJob.objects.visible_to(request.user).select_related("agreement", "file"), request.user, pk=pk)


@never_cache
@require_safe
def export_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """How far an export is; without script the page is reloaded by hand."""
    job = _job(request, pk)
    silent = services.is_silent(job)
    holds = job.state == JobState.DONE and job.file is not None and services.still_holds(job)
    return render(
        request,
        "lessons/export_detail.html",
        {
            "job": job,
            "stands": _stands(job),
            "under_way": job.state in (JobState.WAITING, JobState.RUNNING) and not silent,
            "holds": holds,
            "outdated": job.state == JobState.DONE and not holds,
            "can_begin_again": job.state in (JobState.WAITING, JobState.FAILED)
            or silent
            or (job.state == JobState.DONE and not holds),
            "what": _in_words(job),
            "crumbs": [
                (_("Lessons"), reverse("lessons:lesson-list")),
                (_("Take lessons along"), reverse("lessons:export-list")),
                (str(job), ""),
            ],
        },
    )


def _stands(job: ExportJob) -> tuple[str, Any]:
    """An export's state as sign and word: the same as those of packs of reports."""
    state = {JobState.RUNNING: PackState.MAKING, JobState.DONE: PackState.READY}.get(
        JobState(job.state), PackState(job.state) if job.state in PackState.values else PackState.WAITING
    )
    return state.value, state.label


def _in_words(job: ExportJob) -> str:
    selection: dict[str, Any] = job.selection
    if "lessons" in selection:
        number = len(selection["lessons"])
        return ngettext("%(count)d lesson from the basket", "%(count)d lessons from the basket", number) % {
            "count": number
        }
    asked = QueryDict(selection.get("query", ""))
    return _("By filter: %(filter)s") % {"filter": " · ".join(asked.values())} if asked else _("Every lesson")


@never_cache
@require_safe
def export_file(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The file, as long as everything in it may still be shown in that way."""
    job = _job(request, pk)
    try:
        stored = services.give_out(job=job)
    except DomainError:
        return redirect(job)  # the page says what is the matter and has the button
    return serve(stored)


@require_POST
def export_again(request: PortalRequest, pk: int) -> HttpResponse:
    """Have an export made anew."""
    job = _job(request, pk)

    def again() -> None:
        services.begin_again(job=job)
        services.start(job)

    return act(request, again, done=_("The file is being made."), then=job)
