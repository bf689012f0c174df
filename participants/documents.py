"""Which papers an agreement and its parties should have, and which are missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from mou_portal.thai.localized import localized
from participants.models import Agreement, DocumentKind, Participant, PartyDocument


@dataclass(frozen=True)
class MissingDocument:
    """A paper that is not there, or not whole: whose, of which kind, what is missing, and where it is added."""

    participant: Participant | None
    party_name: str
    kind: str
    what: str
    url: str


def missing_documents(agreement: Agreement, today: date) -> list[MissingDocument]:
    """What is missing, the agreement's own papers first; two queries.

    Of the agreement: the scan of the signed memorandum, once it is signed, and minutes. Of each party that takes part:
    the letter that authorised its signatory. And of every document that is there: its file, and of letters and minutes
    the date and the number.
    """
    documents = list(
        PartyDocument.objects.filter(agreement=agreement)
        .select_related("participant__designation", "participant__local_government")
        .order_by("participant__order", "pk")
    )
    there = {(document.participant_id, document.kind) for document in documents}
    found = []
    institute = localized(agreement, "institute_name")
    if agreement.signed_on is not None and (None, DocumentKind.SIGNED_SCAN) not in there:
        found.append(_missing(agreement, None, institute, DocumentKind.SIGNED_SCAN))
    if agreement.signed_on is not None and not any(kind == DocumentKind.MINUTES for _party, kind in there):
        found.append(_missing(agreement, None, institute, DocumentKind.MINUTES))
    parties = agreement.participants.with_names().filter(Q(left_on=None) | Q(left_on__gte=today)).order_by("order")
    found += [
        _missing(agreement, party, localized(party), DocumentKind.AUTHORISING_LETTER)
        for party in parties
        if party.signed_on is not None and (party.pk, DocumentKind.AUTHORISING_LETTER) not in there
    ]
    for document in documents:
        lacks = _lacks(document)
        if lacks:
            name = localized(document.participant) if document.participant else institute
            what = _("%(title)s: no %(what)s") % {"title": document.title, "what": ", ".join(lacks)}
            url = reverse("admin:participants_partydocument_change", args=[document.pk])
            found.append(MissingDocument(document.participant, name, document.kind, what, url))
    return found


def _missing(agreement: Agreement, party: Participant | None, name: str, kind: DocumentKind) -> MissingDocument:
    asked = {"agreement": agreement.pk, "kind": kind.value} | ({"participant": party.pk} if party else {})
    url = reverse("admin:participants_partydocument_add") + "?" + urlencode(asked)
    return MissingDocument(party, name, kind, str(kind.label), url)


def _lacks(document: PartyDocument) -> list[str]:
    lacks = [] if document.file_id else [_("file")]
    if document.kind in (DocumentKind.AUTHORISING_LETTER, DocumentKind.MINUTES):
        lacks += [] if document.dated_on else [_("date")]
    if document.kind == DocumentKind.AUTHORISING_LETTER:
        lacks += [] if document.number else [_("number")]
    return lacks
