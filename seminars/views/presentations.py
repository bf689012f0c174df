"""Pages of presentations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.listing import Column, Listing, contains, field_filter
from mou_portal.pages import act, load
from mou_portal.records import DomainError, Stale
from mou_portal.thai.words import search_query
from mou_portal.uploads import UploadRefused
from participants.access import access_of
from participants.files import serve, store_upload
from participants.models import StoredFile
from participants.once import new_token, once
from seminars.forms import GivenForm, PresentationDecisionForm, PresentationForm
from seminars.models import Presentation, PresentationState
from seminars.permissions import (
    can_decide_presentation,
    can_edit_presentation,
    can_mark_presentation,
    can_start_presentation,
    can_submit_presentation,
)
from seminars.services import (
    accept_presentation,
    mark_given,
    mark_not_given,
    return_presentation,
    save_presentation,
    start_presentation,
    submit_presentation,
)

PRESENTATIONS = Listing(
    title=gettext_lazy("Presentations"),
    filename="presentations",
    empty_text=gettext_lazy("Presentations appear here when they are handed in."),
    search=contains("title", "participant__local_government__search_text", normalise=search_query),
    filters=[field_filter("state", gettext_lazy("State"), PresentationState.choices)],
    columns=[
        Column(gettext_lazy("Title"), lambda row: row.title, sort="title", url=lambda row: row.get_absolute_url()),
        Column(
            gettext_lazy("Organisation"),
            lambda row: str(row.participant),
            sort="participant__local_government__sort_key",
        ),
        Column(gettext_lazy("Seminar"), lambda row: str(row.seminar), sort="seminar__starts_on"),
        Column(gettext_lazy("Given on"), lambda row: row.given_on, sort="given_on", kind="date"),
        Column(gettext_lazy("State"), lambda row: (row.state, row.get_state_display()), sort="state", kind="state"),
    ],
)


def _rows(request: HttpRequest) -> Any:
    return Presentation.objects.visible_to(request.user).select_related(
        "participant__designation", "participant__agreement", "seminar__agreement", "slides", "choice__pathway"
    )


def _crumbs(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [
        (_("Seminars"), reverse("seminars:seminar-list")),
        (_("Presentations"), reverse("seminars:presentation-list")),
        *more,
    ]


def _may_write(request: HttpRequest) -> bool:
    if not request.agreement:
        return False
    mine = request.agreement.participants.filter(pk__in=access_of(request.user).coordinates)
    return any(can_start_presentation(request.user, participant) for participant in mine)


def _uploaded(form: PresentationForm, user: Any) -> StoredFile | None:
    """Store the file that came with a form, before any transaction; raises ``UploadRefused``."""
    upload = form.cleaned_data.get("upload")
    return store_upload(upload=upload, user=user) if upload else None


@require_safe
def presentation_list(request: HttpRequest) -> HttpResponse:
    """The presentations of the agreement worked in."""
    rows = _rows(request).filter(participant__agreement=request.agreement)
    address = reverse("seminars:presentation-create")
    more = {"empty_url": address, "empty_action": _("Write a presentation")} if _may_write(request) else {}
    actions = [(_("Write a presentation"), address)] if more else []
    return PRESENTATIONS.respond(request, rows, crumbs=_crumbs()[:1], actions=actions, **more)


@require_http_methods(["GET", "HEAD", "POST"])
def presentation_create(request: HttpRequest) -> HttpResponse:
    """Begin a presentation for an announced seminar."""
    if request.agreement is None:
        raise Http404
    if not _may_write(request):
        raise PermissionDenied
    form = PresentationForm(
        request.POST or None,
        request.FILES or None,
        initial={"seminar": request.GET.get("seminar")},
        agreement=request.agreement,
        coordinates=access_of(request.user).coordinates,
    )
    if request.method == "POST" and form.is_valid():
        try:
            slides = _uploaded(form, request.user)
            return once(
                request, lambda: start_presentation(presentation=form.instance, user=request.user, slides=slides)
            )
        except UploadRefused as error:
            form.add_error("upload", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "form_token": request.POST.get("form_token") or new_token(), "crumbs": _crumbs()}
    return render(request, "seminars/presentation_create.html", context)


@require_safe
def presentation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A presentation and the steps that are open to the reader."""
    presentation = load(_rows(request), request.user, pk=pk)
    user = request.user
    return render(
        request,
        "seminars/presentation_detail.html",
        {
            "presentation": presentation,
            "crumbs": _crumbs((presentation.title, "")),
            "files": _files(presentation),
            "may_edit": can_edit_presentation(user, presentation),
            "may_submit": can_submit_presentation(user, presentation),
            "may_decide": can_decide_presentation(user, presentation),
            "may_mark": can_mark_presentation(user, presentation),
            "given_form": GivenForm(initial={"given_on": presentation.given_on or presentation.seminar.ends_on}),
        },
    )


def _files(presentation: Presentation) -> list[dict[str, Any]]:
    slides = presentation.slides
    if slides is None:
        return []
    url = reverse("seminars:slides-download", args=[presentation.pk])
    return [{"name": slides.original_name, "url": url, "size": slides.size, "on": slides.uploaded_at}]


@require_http_methods(["GET", "HEAD", "POST"])
def presentation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a presentation before it is handed in, or after it came back."""
    presentation = load(_rows(request), request.user, can_edit_presentation, pk=pk)
    title, note = presentation.title, presentation.note
    form = PresentationForm(
        request.POST or None,
        request.FILES or None,
        instance=presentation,
        agreement=presentation.participant.agreement,
        coordinates=access_of(request.user).coordinates,
    )
    if request.method == "POST" and form.is_valid():
        try:
            slides = _uploaded(form, request.user)
            save_presentation(
                presentation=presentation, expected=form.expected_revision, user=request.user, slides=slides
            )
        except Stale as error:
            form.show_stale(error)
        except UploadRefused as error:
            form.add_error("upload", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. Submit it when it is ready."))
            return redirect(presentation)
    back = reverse("seminars:presentation-detail", args=[pk])
    context = {"form": form, "note": note, "back": back, "crumbs": _crumbs((title, back), (_("Change"), ""))}
    return render(request, "seminars/presentation_edit.html", context)


@require_POST
def presentation_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a presentation in."""
    presentation = load(_rows(request), request.user, can_submit_presentation, pk=pk)
    return act(
        request,
        lambda: submit_presentation(presentation=presentation, user=request.user),
        done=_("Submitted. The institute will accept it or return it with a note."),
        then=presentation,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def presentation_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a presentation or return it with a note."""
    presentation = load(_rows(request), request.user, can_decide_presentation, pk=pk)
    form = PresentationDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            if form.cleaned_data["decision"] == "accept":
                accept_presentation(presentation=presentation, user=request.user)
            else:
                return_presentation(presentation=presentation, note=note, user=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your decision is recorded."))
            return redirect(presentation)
    context = {
        "form": form,
        "presentation": presentation,
        "files": _files(presentation),
        "crumbs": _crumbs((presentation.title, presentation.get_absolute_url()), (_("Decide"), "")),
    }
    return render(request, "seminars/presentation_decide.html", context)


@require_POST
def presentation_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Record whether an accepted presentation was given; a correction is kept in the history."""
    presentation = load(_rows(request), request.user, can_mark_presentation, pk=pk)
    user = request.user
    if request.POST.get("given") == "no":
        return act(
            request,
            lambda: mark_not_given(presentation=presentation, user=user),
            done=_("Recorded."),
            then=presentation,
        )
    form = GivenForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors["given_on"]))
        return redirect(presentation)
    day = form.cleaned_data["given_on"]
    return act(
        request,
        lambda: mark_given(presentation=presentation, on=day, user=user),
        done=_("Recorded."),
        then=presentation,
    )


@require_safe
def slides_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The slides of a presentation that the person may see."""
    presentation = load(_rows(request), request.user, pk=pk)
    if presentation.slides is None:
        raise Http404
    return serve(presentation.slides)
