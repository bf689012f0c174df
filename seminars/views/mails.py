"""Buttons that send e-mails about a seminar: invitations and passes. The service has committed before they run."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mou_portal.pages import load
from seminars.mailing import Sent, send_confirmation, send_confirmations, send_invitations
from seminars.models import Seat, Seminar
from seminars.permissions import can_name_delegates, can_send_mails


@require_POST
def invitations_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite the coordinators who were not invited yet."""
    seminar = load(Seminar.objects.visible_to(request.user), request.user, can_send_mails, pk=pk)
    _tell(request, send_invitations(seminar))
    return redirect(seminar)


@require_POST
def confirmations_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the delegates the passes that nobody sent yet."""
    seminar = load(Seminar.objects.visible_to(request.user), request.user, can_send_mails, pk=pk)
    _tell(request, send_confirmations(seminar))
    return redirect(seminar)


@require_POST
def confirmation_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one delegate the pass, again if it was sent before."""
    rows = Seat.objects.visible_to(request.user).select_related("seminar__agreement", "participant__designation")
    seat = load(rows, request.user, can_name_delegates, pk=pk)
    if not seat.delegate_name or not seat.delegate_email:
        messages.error(request, _("The delegate has no e-mail address yet: add it first."))
    else:
        tell_confirmation(request, seat, again=True)
    return redirect(seat.seminar)


def tell_confirmation(request: HttpRequest, seat: Seat, *, again: bool = False) -> None:
    """Send a delegate the pass and say how it went; a failure takes nothing back that was saved."""
    if send_confirmation(seat, again=again):
        messages.info(request, _("The pass was sent to %(email)s.") % {"email": seat.delegate_email})
    else:
        messages.warning(request, _("The pass could not be sent by e-mail now. Send it again from the seminar's page."))


def _tell(request: HttpRequest, outcome: Sent) -> None:
    if outcome.sent:
        said = ngettext("%(count)d message was sent.", "%(count)d messages were sent.", outcome.sent)
        messages.success(request, said % {"count": outcome.sent})
    if outcome.failed:
        said = ngettext("%(count)d message could not be sent.", "%(count)d messages could not be sent.", outcome.failed)
        messages.error(request, said % {"count": outcome.failed})
    if outcome.waiting:
        said = ngettext(
            "%(count)d more waits: press the button again.",
            "%(count)d more wait: press the button again.",
            outcome.waiting,
        )
        messages.warning(request, said % {"count": outcome.waiting})
    if outcome == Sent():
        messages.info(request, _("Everybody has the message already."))
