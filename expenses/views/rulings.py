"""A person decides who pays where the memorandum is silent."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from expenses import permissions
from expenses.forms import RulingForm
from expenses.models import PayerKind
from expenses.services import decide_ruling, liable_parties, silent_on
from expenses.views.lines import crumbs, load_line
from mou_portal.records import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
def ruling_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide one line, with a written reason; a line that the memorandum decides leads back to its page."""
    line = load_line(request, pk, permissions.is_finance_staff)
    if not permissions.can_decide_ruling(request.user, line) or not silent_on(line):
        messages.info(request, _("There is nothing to decide on this line."))
        return redirect(line)
    weights = {party.pk: weight for party, weight in liable_parties(line)}
    form = RulingForm(request.POST or None, line=line, weights=weights)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            decide_ruling(
                line=line,
                payer=said["payer"],
                reason=said["reason"],
                user=request.user,  # type: ignore[arg-type]  # LoginRequiredMiddleware lets nobody else in
                parties=form.parties if said["payer"] == PayerKind.LOCAL_GOVERNMENT else None,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Decided. The line carries your name and your reason."))
            return redirect(line)
    title = _("Decide who pays")
    return render(
        request,
        "expenses/ruling_decide.html",
        {
            "form": form,
            "line": line,
            "title": title,
            "cancel_url": line.get_absolute_url(),
            "crumbs": crumbs(line, title),
        },
    )
