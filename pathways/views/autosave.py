"""Saving a report while it is written, without leaving the page (static/js/portal.js)."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mou_portal.records import Conflict, DomainError, Stale
from mou_portal.thai.dates import is_thai
from participants.requests import PortalRequest
from pathways import permissions
from pathways.forms import UpdateForm
from pathways.services import save_update
from pathways.views.updates import load_update


@require_POST
def update_autosave(request: PortalRequest, pk: int) -> HttpResponse:
    """Save what stands in the form of a draft or returned report; files wait for the button.

    Answers with the new revision and a sentence (200); with the newer revision when somebody else saved it, or with
    the state when it was handed in meanwhile (409); with what is wrong (422). The page keeps its text in every case.
    """
    update = load_update(request, pk, permissions.can_write_update)
    form = UpdateForm(request.POST, instance=update, agreement=update.participant.agreement)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
    if form.cleaned_data.get("revision") is None:  # without it nobody could tell whose words are newer
        return JsonResponse({"message": _("Open the report again.")}, status=422)
    try:
        save_update(update=update, user=request.user, expected=form.expected_revision, account=form.account)
    except Stale as error:
        return JsonResponse({"message": str(error), "revision": error.current.revision}, status=409)
    except Conflict as error:
        return JsonResponse({"message": str(error), "state": update.state}, status=409)
    except DomainError as error:
        return JsonResponse({"message": str(error)}, status=422)
    now = timezone.localtime()
    clock = f"{now:%H.%M} น." if is_thai(get_language()) else f"{now:%H:%M}"
    return JsonResponse({"revision": update.revision, "message": _("Saved as a draft at %(time)s") % {"time": clock}})
