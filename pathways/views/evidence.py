"""Files of choices and updates, streamed to those who may read the row that owns them."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mou_portal.pages import act, load
from participants.files import serve, serve_small
from participants.requests import PortalRequest
from pathways import permissions
from pathways.models import ChoiceVersion, Evidence
from pathways.services import remove_evidence


@require_safe
def choice_document(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The authorising document of a version of a choice."""
    rows = ChoiceVersion.objects.visible_to(request.user).select_related("document_file")
    version = load(rows, request.user, pk=pk)
    if version.document_file is None:
        raise Http404
    return serve(version.document_file)


def _load(request: PortalRequest, pk: int) -> Evidence:
    rows = Evidence.objects.visible_to(request.user).select_related("file", "update__choice__participant")
    return load(rows, request.user, pk=pk)


@require_safe
def evidence_download(request: PortalRequest, pk: int) -> HttpResponseBase:
    """One file of an update."""
    return serve(_load(request, pk).file)


@require_safe
def evidence_picture(request: PortalRequest, pk: int) -> HttpResponseBase:
    """A photo of an update, small, for the gallery."""
    return serve_small(_load(request, pk).file)


@require_POST
def evidence_delete(request: PortalRequest, pk: int) -> HttpResponseBase:
    """Take a file off a draft or returned update."""
    rows = Evidence.objects.visible_to(request.user).select_related("file", "update__choice__participant")
    evidence = load(rows, request.user, lambda user, row: permissions.can_write_update(user, row.update), pk=pk)
    return act(
        request,
        lambda: remove_evidence(evidence=evidence, user=request.user),
        done=_("The file is removed."),
        then=evidence.update,
    )
