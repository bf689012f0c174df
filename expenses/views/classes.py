"""What is undecided, class by class, and decisions for a whole class."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expenses import permissions
from expenses.cost_facts import CostFacts, FactsError, read_facts
from expenses.facts import class_words
from expenses.forms import ClassDecisionForm
from expenses.models import ClassDecision, ExpenseLine
from expenses.services import decide_class, end_decision, stated, undecided_of
from expenses.views.lists import staff_only
from mou_portal.pages import act, load
from mou_portal.records import DomainError


def class_key(facts: dict[str, Any]) -> str:
    """A class in an address: ``field_visit.institute.event.meals``."""
    place = facts["venue"] or facts["arranged_by"]
    return ".".join([facts["activity"], place, facts["whose_cost"], facts["category"]])


def class_facts(key: str) -> CostFacts:
    """The class of an address; 404 for one that cannot be."""
    try:
        activity, place, whose_cost, category = key.split(".")
        seminar = activity == "seminar"
        return read_facts(
            {
                "activity": activity,
                "venue": place if seminar else "",
                "arranged_by": "" if seminar else place,
                "whose_cost": whose_cost,
                "category": category,
            }
        )
    except (ValueError, FactsError) as error:
        raise Http404 from error


@require_safe
def class_list(request: HttpRequest) -> HttpResponse:
    """The classes of undecided lines with their totals, and the decisions for classes so far."""
    agreement = staff_only(request)
    classes: dict[str, dict[str, Any]] = {}
    for line in ExpenseLine.objects.undecided().filter(agreement=agreement).with_ruling():
        facts = line.ruling.facts if line.ruling else {}
        row = classes.setdefault(
            class_key(facts), {"words": class_words(facts), "key": class_key(facts), "count": 0, "amount": Decimal(0)}
        )
        row["count"] += 1
        row["amount"] += line.counted_amount
    decisions = ClassDecision.objects.filter(agreement=agreement).select_related("decided_by").order_by("-pk")
    title = _("Undecided, class by class")
    return render(
        request,
        "expenses/class_list.html",
        {
            "title": title,
            "classes": sorted(classes.values(), key=lambda row: (-row["amount"], row["key"])),
            "decisions": [(one, class_words(one.facts)) for one in decisions],
            "can_decide": permissions.is_finance_staff(request.user),
            "crumbs": [
                (_("Expenses"), reverse("expenses:expense-list")),
                (_("Undecided"), reverse("expenses:undecided-list")),
                (title, ""),
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def class_decide(request: HttpRequest, key: str) -> HttpResponse:
    """Decide every undecided line of a class at once, with one written reason."""
    agreement = staff_only(request)
    facts = stated(class_facts(key))
    if not permissions.is_finance_staff(request.user):
        raise PermissionDenied
    form = ClassDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = decide_class(agreement=agreement, facts=facts, user=request.user, **form.cleaned_data)  # type: ignore[arg-type]  # LoginRequiredMiddleware lets nobody else in
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            said = ngettext("%(count)d line is decided.", "%(count)d lines are decided.", done.ruled)
            messages.success(request, said % {"count": done.ruled})
            if done.left:
                messages.warning(
                    request,
                    _("These name no local government and stay undecided: %(lines)s")
                    % {"lines": ", ".join(line.description for line in done.left)},
                )
            return redirect("expenses:class-list")
    lines = undecided_of(agreement, facts)
    title = _("Decide a class of lines")
    return render(
        request,
        "expenses/class_decide.html",
        {
            "form": form,
            "title": title,
            "words": class_words(facts),
            "lines": lines,
            "total": sum((line.counted_amount for line in lines), Decimal(0)),
            "cancel_url": reverse("expenses:class-list"),
            "crumbs": [
                (_("Expenses"), reverse("expenses:expense-list")),
                (_("Undecided, class by class"), reverse("expenses:class-list")),
                (title, ""),
            ],
        },
    )


@require_POST
def decision_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a standing decision rule no later lines."""
    agreement = staff_only(request)
    decision = load(
        ClassDecision.objects.filter(agreement=agreement), request.user, permissions.is_finance_staff, pk=pk
    )
    return act(
        request,
        lambda: end_decision(decision=decision, user=request.user),  # type: ignore[arg-type]  # as above
        done=_("The decision rules no later lines."),
        then="expenses:class-list",
    )
