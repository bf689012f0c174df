"""The papers of an agreement and its parties: what is there, and for staff what is missing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from mou_portal.listing import Column, Filter, Listing, contains, field_filter
from mou_portal.thai.localized import localized
from participants.documents import missing_documents
from participants.models import DocumentKind, Participant, PartyDocument
from participants.permissions import can_manage_agreement


def _parties(request: HttpRequest) -> list[tuple[str, str]]:
    rows = Participant.objects.visible_to(request.user).filter(agreement=request.agreement).with_names()
    return [("-", str(_("the agreement as a whole"))), *((row.code, localized(row)) for row in rows.order_by("order"))]


def _clauses(request: HttpRequest) -> list[tuple[str, str]]:
    if request.agreement is None:
        return []
    return [(str(clause.pk), localized(clause, "label")) for clause in request.agreement.clauses.all()]


DOCUMENTS = Listing(
    title=gettext_lazy("Documents"),
    filename="documents",
    empty_text=gettext_lazy("Programme staff add the signed scan, letters and minutes in the admin site."),
    template="participants/document_list.html",
    search=contains("title", "number"),
    filters=[
        field_filter("kind", gettext_lazy("Kind"), DocumentKind.choices),
        Filter(
            "party",
            gettext_lazy("Party"),
            _parties,
            lambda rows, value: (
                rows.filter(participant=None)
                if value == "-"
                else rows.filter(participant__local_government__code=value)
            ),
        ),
        Filter("clause", gettext_lazy("Clause"), _clauses, lambda rows, value: rows.filter(clause_id=int(value))),
    ],
    columns=[
        Column(
            gettext_lazy("Title"),
            lambda row: row.title,
            sort="title",
            url=lambda row: reverse("participants:document-download", args=[row.pk]) if row.file_id else "",
        ),
        Column(gettext_lazy("Kind"), lambda row: row.get_kind_display(), sort="kind"),
        Column(
            gettext_lazy("Party"),
            lambda row: localized(row.participant) if row.participant else "",
            sort="participant__order",
        ),
        Column(
            gettext_lazy("Clause"),
            lambda row: localized(row.clause, "label") if row.clause else "",
            sort="clause__order",
        ),
        Column(gettext_lazy("Number"), lambda row: row.number, sort="number"),
        Column(gettext_lazy("Date"), lambda row: row.dated_on, sort="dated_on", kind="date"),
    ],
)


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    """The documents of the agreement that the person may see; staff also see which are missing."""
    agreement = request.agreement
    rows = (
        PartyDocument.objects.visible_to(request.user)
        .filter(agreement=agreement)
        .select_related("participant__designation", "participant__local_government", "clause", "file")
        .order_by("participant__order", "kind", "-dated_on", "pk")
    )
    staff = agreement is not None and can_manage_agreement(request.user, agreement)
    return DOCUMENTS.respond(
        request,
        rows,
        missing=missing_documents(agreement, timezone.localdate()) if staff else [],
        actions=[(_("Add a document"), reverse("admin:participants_partydocument_add") + f"?agreement={agreement.pk}")]
        if staff
        else [],
    )
