"""The feedback form, which whoever has its link may answer, and its results."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mou_portal.exchange import csv_response, xlsx_response
from mou_portal.pages import load
from mou_portal.qr import qr_data
from mou_portal.records import DomainError
from seminars.feedback_results import Results, results_of
from seminars.forms.feedback import GiveFeedbackForm
from seminars.models import FeedbackForm, FeedbackState, Seminar
from seminars.permissions import can_read_feedback, is_programme_staff
from seminars.services import give_feedback


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_give(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the form of a seminar. No account is needed; the link is the key."""
    found = FeedbackForm.objects.filter(code=code.strip().upper()).select_related("seminar__agreement").first()
    if found is None:
        raise Http404
    context: dict[str, Any] = {"feedback": found, "demo": found.seminar.agreement.has_demo_data}
    if request.GET.get("thanks"):
        return render(request, "seminars/feedback_give.html", {**context, "thanks": True})
    if found.state != FeedbackState.OPEN:
        return render(request, "seminars/feedback_give.html", {**context, "closed": True})
    form = GiveFeedbackForm(request.POST or None, feedback=found)
    if request.method == "POST" and form.is_valid():
        try:
            give_feedback(form=found, token=form.token_said, answers=form.answers, respondent=form.respondent)
        except IntegrityError:
            pass  # the same form came twice at the same moment: the other one was stored
        except DomainError as error:
            form.add_error(None, str(error))
        if form.is_valid():
            return redirect(f"{found.link}?thanks=1")
    return render(request, "seminars/feedback_give.html", {**context, "form": form})


@require_safe
def feedback_results(request: HttpRequest, pk: int) -> HttpResponse:
    """The results of a seminar's form as charts and tables, and as a file."""
    rows = Seminar.objects.visible_to(request.user).select_related("agreement")
    seminar = load(rows, request.user, can_read_feedback, pk=pk)
    form = FeedbackForm.objects.filter(seminar=seminar).first()
    results = results_of(form) if form else None
    if results and request.GET.get("export") in ("csv", "xlsx"):
        return _file(request.GET["export"], results, seminar)
    may_write = is_programme_staff(request.user)
    write = (
        reverse("admin:seminars_feedbackform_change", args=[form.pk])
        if form
        else f"{reverse('admin:seminars_feedbackform_add')}?seminar={seminar.pk}"
    )
    link = settings.SITE_URL + form.link if form else ""
    return render(
        request,
        "seminars/feedback_results.html",
        {
            "seminar": seminar,
            "feedback": form,
            "results": results,
            "write_url": write if may_write else "",
            "link": link,
            "qr": qr_data(link) if form and form.state == FeedbackState.OPEN else "",
            "crumbs": [
                (_("Seminars"), reverse("seminars:seminar-list")),
                (seminar, seminar.get_absolute_url()),
                (_("Feedback"), ""),
            ],
        },
    )


def _file(kind: str, results: Results, seminar: Seminar) -> HttpResponse:
    head = [_("Question"), _("Answer"), _("Count"), _("Name")]
    rows: list[list[Any]] = []
    for result in results.questions:
        rows += [[str(result.question), label, count, ""] for label, count in result.counts]
        rows += [[str(result.question), text, 1, name] for text, name in result.texts]
    answer = csv_response if kind == "csv" else xlsx_response
    return answer(f"feedback-{seminar.pk}", head, rows, title=str(seminar))
