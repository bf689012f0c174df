"""Pages of reviews: the reviewer's own scores and words, sending the words, and the local government's answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.listing import Column, Filter, Listing, contains
from mou_portal.pages import load
from mou_portal.records import DomainError, Stale
from mou_portal.thai.words import search_query
from seminars.forms.stage import AnswerForm, ReviewForm
from seminars.models import Presentation, Review
from seminars.permissions import REVIEWABLE, can_answer_feedback, can_review, can_send_feedback
from seminars.services import answer_feedback, review_presentation, send_feedback

TO_REVIEW = Listing(
    title=gettext_lazy("Presentations to review"),
    filename="presentations-to-review",
    empty_text=gettext_lazy("Presentations appear here when staff have named you as a reviewer of their seminar."),
    search=contains("title", "participant__local_government__search_text", normalise=search_query),
    filters=[
        Filter(
            "mine",
            gettext_lazy("My review"),
            lambda request: [("done", _("done")), ("open", _("to do"))],
            lambda rows, value: rows.filter(reviewed=value == "done"),
        )
    ],
    columns=[
        Column(
            gettext_lazy("Title"),
            lambda row: row.title,
            sort="title",
            url=lambda row: reverse("seminars:review-edit", args=[row.pk]),
        ),
        Column(
            gettext_lazy("Organisation"),
            lambda row: str(row.participant),
            sort="participant__local_government__sort_key",
        ),
        Column(gettext_lazy("Seminar"), lambda row: str(row.seminar), sort="seminar__starts_on"),
        Column(
            gettext_lazy("My review"),
            lambda row: ("done", _("done")) if row.reviewed else ("due", _("to do")),
            kind="state",
        ),
    ],
)


def _rows(request: HttpRequest) -> Any:
    return Presentation.objects.visible_to(request.user).select_related(
        "participant__designation", "participant__agreement", "seminar__agreement", "slides", "choice__pathway"
    )


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """The presentations that the person is asked to review."""
    own = Review.objects.filter(presentation=OuterRef("pk"), reviewer=request.user)
    rows = (
        _rows(request)
        .filter(
            seminar__agreement=request.agreement,
            seminar__reviewers__user=request.user,
            state__in=REVIEWABLE,
        )
        .annotate(reviewed=Exists(own))
        .order_by("seminar__starts_on", "participant__order", "pk")
    )
    crumbs = [(_("Presentations"), reverse("seminars:presentation-list"))]
    return TO_REVIEW.respond(request, rows, crumbs=crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
def review_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own review of a presentation. The others' scores are not on this page."""
    rows = _rows(request).prefetch_related("seminar__reviewers", "seminar__criteria")
    presentation = load(rows, request.user, can_review, pk=pk)
    review = Review.objects.filter(presentation=presentation, reviewer=request.user).first()
    form = ReviewForm(
        request.POST or None,
        instance=review or Review(presentation=presentation, reviewer=request.user),
        criteria=list(presentation.seminar.criteria.all()),
    )
    if request.method == "POST" and form.is_valid():
        try:
            review_presentation(
                presentation=presentation,
                scores=form.scores,
                comment=form.cleaned_data["comment"],
                remark=form.cleaned_data["remark"],
                user=request.user,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your review is stored. You can now read the others'."))
            return redirect(presentation)
    context = {
        "form": form,
        "presentation": presentation,
        "sent": review is not None and review.sent_at is not None,
        "crumbs": [
            (_("Presentations"), reverse("seminars:presentation-list")),
            (presentation.title, presentation.get_absolute_url()),
            (_("Review"), ""),
        ],
    }
    return render(request, "seminars/review_edit.html", context)


@require_POST
def feedback_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the reviewers' words to the local government."""
    presentation = load(_rows(request), request.user, can_send_feedback, pk=pk)
    try:
        count = send_feedback(presentation=presentation, user=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            ngettext("Feedback of %(count)d reviewer sent.", "Feedback of %(count)d reviewers sent.", count)
            % {"count": count},
        )
    return redirect(presentation)


@require_http_methods(["GET", "HEAD", "POST"])
def review_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer feedback that was sent to one's organisation."""
    rows = Review.objects.filter(
        presentation__in=Presentation.objects.visible_to(request.user), sent_at__isnull=False
    ).select_related("presentation__participant__designation", "reviewer")
    review = load(rows, request.user, can_answer_feedback, pk=pk)
    presentation = review.presentation
    form = AnswerForm(request.POST or None, instance=review)
    if request.method == "POST" and form.is_valid():
        try:
            answer_feedback(
                review=review,
                answer=form.cleaned_data["answer"],
                expected=form.expected_revision,
                user=request.user,
            )
        except Stale as error:
            form.show_stale(error)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your answer is sent to the institute and the reviewer."))
            return redirect(presentation)
    context = {
        "form": form,
        "review": review,
        "presentation": presentation,
        "crumbs": [
            (_("Presentations"), reverse("seminars:presentation-list")),
            (presentation.title, presentation.get_absolute_url()),
            (_("Answer"), ""),
        ],
    }
    return render(request, "seminars/review_answer.html", context)
