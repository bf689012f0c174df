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
from pathways.models import ProgressUpdate, UpdateState
from seminars.forms import GivenForm, PresentationDecisionForm, PresentationForm
from seminars.forms.stage import SlidesForm, outline
from seminars.marks import mark_of
from seminars.models import FormerSlides, Presentation, PresentationState, Review
from seminars.permissions import (
    can_answer_feedback,
    can_decide_presentation,
    can_edit_presentation,
    can_mark_presentation,
    can_read_sent_feedback,
    can_renew_slides,
    can_review,
    can_send_feedback,
    can_start_presentation,
    can_submit_presentation,
)
from seminars.rubric import mean
from seminars.services import (
    accept_presentation,
    mark_given,
    mark_not_given,
    renew_slides,
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
    rows = Presentation.objects.visible_to(request.user).select_related(
        "participant__designation",
        "participant__agreement",
        "seminar__agreement",
        "slides",
        "choice__pathway",
        "slot__session",
    )
    return rows.prefetch_related("seminar__reviewers")


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
    again = reverse("seminars:presentation-use-again")
    actions = [(_("Use reports again"), again), (_("Write a presentation"), address)] if more else []
    return PRESENTATIONS.respond(request, rows, crumbs=_crumbs()[:1], actions=actions, **more)


@require_http_methods(["GET", "HEAD", "POST"])
def presentation_create(request: HttpRequest) -> HttpResponse:
    """Begin a presentation for an announced seminar."""
    if request.agreement is None:
        raise Http404
    if not _may_write(request):
        raise PermissionDenied
    used = _used_again(request)
    title, abstract = outline(used)
    begun: dict[str, Any] = {"seminar": request.GET.get("seminar"), "title": title, "abstract": abstract}
    if used:
        begun |= {"participant": used[0].choice.participant_id, "choice": used[0].choice_id}
    form = PresentationForm(
        request.POST or None,
        request.FILES or None,
        initial=begun,
        agreement=request.agreement,
        coordinates=access_of(request.user).coordinates,
    )
    if request.method == "POST" and form.is_valid():
        try:
            slides = _uploaded(form, request.user)
            return once(
                request,
                lambda: start_presentation(presentation=form.instance, user=request.user, slides=slides, updates=used),
            )
        except UploadRefused as error:
            form.add_error("upload", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "form_token": request.POST.get("form_token") or new_token(),
        "crumbs": _crumbs(),
        "used": used,
    }
    return render(request, "seminars/presentation_create.html", context)


def _again(request: HttpRequest) -> Any:
    """The accepted updates of the person's own parties, the newest first."""
    return (
        ProgressUpdate.objects.visible_to(request.user)
        .filter(
            state=UpdateState.ACCEPTED,
            choice__participant__agreement=request.agreement,
            choice__participant_id__in=access_of(request.user).coordinates,
        )
        .with_names()
        .order_by("-period__number", "choice_id")
    )


def _used_again(request: HttpRequest) -> list[ProgressUpdate]:
    """The updates that the address names and the person may use; of one party, that of the first."""
    given = request.GET.getlist("update")[:20]
    asked = [int(key) for key in given if key.isascii() and key.isdigit() and len(key) < 19]
    found = sorted(_again(request).filter(pk__in=asked), key=lambda row: asked.index(row.pk)) if asked else []
    return [row for row in found if row.choice.participant_id == found[0].choice.participant_id]


@require_safe
def presentation_use_again(request: HttpRequest) -> HttpResponse:
    """Choose accepted progress updates with which a presentation begins."""
    if request.agreement is None:
        raise Http404
    if not _may_write(request):
        raise PermissionDenied
    context = {"updates": _again(request)[:100], "crumbs": _crumbs((_("Use reports again"), ""))}
    return render(request, "seminars/presentation_use_again.html", context)


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
            "versions": _former(presentation),
            "slot": getattr(presentation, "slot", None),
            "used": presentation.updates.select_related("period", "choice__pathway"),
            **_feedback(user, presentation),
            "may_renew": can_renew_slides(user, presentation),
            "may_review": can_review(user, presentation),
            "may_edit": can_edit_presentation(user, presentation),
            "may_submit": can_submit_presentation(user, presentation),
            "may_decide": can_decide_presentation(user, presentation),
            "may_mark": can_mark_presentation(user, presentation),
            "given_form": GivenForm(initial={"given_on": presentation.given_on or presentation.seminar.ends_on}),
        },
    )


def _feedback(user: Any, presentation: Presentation) -> dict[str, Any]:
    """What of the reviews the person may read: scores by the rule of :meth:`ReviewQuerySet.visible_to`, and words
    that were sent to the party."""
    reviews = list(
        Review.objects.visible_to(user)
        .filter(presentation=presentation)
        .select_related("reviewer")
        .prefetch_related("scores__criterion")
    )
    for review in reviews:
        review.mark = mark_of(review)  # type: ignore[attr-defined]  # for the template
    sent = []
    if can_read_sent_feedback(user, presentation):
        rows = Review.objects.filter(presentation=presentation, sent_at__isnull=False).exclude(comment="")
        sent = list(rows.select_related("reviewer", "presentation"))
        for review in sent:
            review.may_answer = can_answer_feedback(user, review)  # type: ignore[attr-defined]  # for the template
    may_review = can_review(user, presentation)
    return {
        "reviews": reviews,
        "mean": mean(review.mark for review in reviews if review.mark is not None),  # type: ignore[attr-defined]  # as above
        "others_hidden": may_review and not any(review.reviewer_id == user.pk for review in reviews),
        "sent": sent,
        "may_send": can_send_feedback(user, presentation)
        and any(review.sent_at is None and review.comment for review in reviews),
    }


def _former(presentation: Presentation) -> list[dict[str, Any]]:
    """Versions of the slides that newer ones replaced, the last one first."""
    return [
        {
            "name": f"{one.number} · {one.file.original_name}",
            "url": reverse("seminars:slides-former", args=[one.pk]),
            "size": one.file.size,
            "on": one.file.uploaded_at,
        }
        for one in presentation.former_slides.select_related("file")
    ]


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


@require_safe
def slides_former(request: HttpRequest, pk: int) -> HttpResponse:
    """A former version of the slides of a presentation that the person may see."""
    visible = FormerSlides.objects.filter(presentation__in=Presentation.objects.visible_to(request.user))
    return serve(load(visible.select_related("file"), request.user, pk=pk).file)


@require_http_methods(["GET", "HEAD", "POST"])
def slides_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Put newer slides in the place of the former ones, which are kept."""
    presentation = load(_rows(request), request.user, can_renew_slides, pk=pk)
    form = SlidesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            slides = store_upload(upload=form.cleaned_data["upload"], user=request.user)
            renew_slides(presentation=presentation, slides=slides, user=request.user)
        except UploadRefused as error:
            form.add_error("upload", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The newer slides are in place; the former version is kept."))
            return redirect(presentation)
    context = {
        "form": form,
        "presentation": presentation,
        "crumbs": _crumbs((presentation.title, presentation.get_absolute_url()), (_("Newer slides"), "")),
    }
    return render(request, "seminars/slides_renew.html", context)
