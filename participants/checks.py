"""Data about parties, people and papers that somebody should look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mou_portal.registry import Check, Finding, checks
from mou_portal.thai.localized import localized
from participants.documents import missing_documents
from participants.models import Agreement, Membership, Participant, ReminderLog, ReminderState, Role, User


def _taking_part(agreement: Agreement, today: date) -> list[Participant]:
    return list(agreement.participants.with_names().filter(Q(left_on=None) | Q(left_on__gte=today)).order_by("order"))


def names_to_check(agreement: Agreement, today: date) -> Iterator[Finding]:
    """Names loaded as printed, marked to be compared with the signed original: one query."""
    for party in agreement.participants.with_names().filter(check_against_original=True).order_by("order"):
        yield Finding(
            title=localized(party),
            url=reverse("admin:participants_participant_change", args=[party.pk]),
            action=_("Compare and correct"),
            detail=localized(party, "check_note") or party.signatory_as_printed,
            participant_id=party.pk,
        )


def without_coordinator(agreement: Agreement, today: date) -> Iterator[Finding]:
    """Parties that nobody coordinates today, the active accounts counted: two queries."""
    served = set(
        Membership.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=today),
            participant__agreement=agreement,
            role=Role.COORDINATOR,
            starts_on__lte=today,
            user__is_active=True,
        ).values_list("participant_id", flat=True)
    )
    for party in _taking_part(agreement, today):
        if party.pk not in served:
            yield Finding(
                title=localized(party),
                url=reverse("admin:participants_invitation_add") + f"?role=coordinator&participant={party.pk}",
                action=_("Invite a coordinator"),
                detail=_("Nobody logs progress or names delegates for this organisation."),
                participant_id=party.pk,
            )


def without_contact(agreement: Agreement, today: date) -> Iterator[Finding]:
    """Organisations without a telephone number and without an e-mail address: one query."""
    for party in _taking_part(agreement, today):
        body = party.local_government
        if not body.phone and not body.email:
            yield Finding(
                title=localized(party),
                url=reverse("participants:contact-edit", args=[agreement.code, party.code]),
                action=_("Enter a contact"),
                detail=_("Neither a telephone number nor an e-mail address is known."),
                participant_id=party.pk,
            )


def bouncing_addresses(agreement: Agreement, today: date) -> Iterator[Finding]:
    """People of the agreement to whom the last reminder could not be sent: one query."""
    last = ReminderLog.objects.filter(user=OuterRef("pk")).order_by("-day", "-pk")
    people = (
        User.objects.filter(
            Q(memberships__participant__agreement=agreement) | Q(memberships__agreement=agreement), is_active=True
        )
        .annotate(
            last_state=Subquery(last.values("state")[:1]),
            last_day=Subquery(last.values("day")[:1]),
            last_error=Subquery(last.values("error")[:1]),
        )
        .filter(last_state=ReminderState.FAILED)
        .distinct()
        .order_by("email")
    )
    for person in people.values("pk", "email", "last_day", "last_error", name=F("name_th")):
        yield Finding(
            title=f"{person['name']} · {person['email']}",
            url=reverse("admin:participants_user_change", args=[person["pk"]]),
            action=_("Correct the address"),
            detail=person["last_error"],
            since=person["last_day"],
        )


def documents_missing(agreement: Agreement, today: date) -> Iterator[Finding]:
    """Papers that every agreement and every party should have: three queries."""
    for missing in missing_documents(agreement, today):
        yield Finding(
            title=missing.party_name,
            url=missing.url,
            action=_("Add the document"),
            detail=missing.what,
            participant_id=missing.participant.pk if missing.participant else None,
        )


for name, title, find in (
    ("names", gettext_lazy("Names to compare with the signed original"), names_to_check),
    ("coordinators", gettext_lazy("Participants without a coordinator"), without_coordinator),
    ("contacts", gettext_lazy("Organisations without a contact"), without_contact),
    ("addresses", gettext_lazy("E-mail addresses that do not work"), bouncing_addresses),
    ("documents", gettext_lazy("Missing documents"), documents_missing),
):
    checks.register(Check(name, title, find))
