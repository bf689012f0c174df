"""What waits for people about parties and papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mou_portal.registry import Agenda, AgendaItem, agenda
from participants.access import access_of
from participants.ledger import cell_url
from participants.models import Agreement, DutyProof, ProofState

#: No more single items of one kind than this.
MOST = 20


def names_to_check(user: Any, agreement: Any, today: date) -> Iterable[AgendaItem]:
    """For programme staff: names that were loaded as printed and must be checked against the signed original."""
    if not access_of(user).programme:
        return
    count = agreement.participants.filter(check_against_original=True).count()
    if count:
        yield AgendaItem(
            title=ngettext(
                "%(count)d name to check against the signed original",
                "%(count)d names to check against the signed original",
                count,
            )
            % {"count": count},
            url=reverse("admin:participants_participant_changelist") + "?check_against_original__exact=1",
            action=_("Check"),
        )


def proofs_to_accept(user: Any, agreement: Agreement, today: date) -> Iterable[AgendaItem]:
    """For programme staff: what parties handed in as proof of duties by hand; one query."""
    if not access_of(user).programme:
        return
    rows = (
        DutyProof.objects.filter(duty__agreement=agreement, state=ProofState.SUBMITTED)
        .select_related("duty__agreement", "participant__local_government", "participant__designation")
        .order_by("created_at", "pk")
    )
    for proof in rows[:MOST]:
        yield AgendaItem(
            title=_("Proof to accept: %(label)s") % {"label": proof.label},
            url=cell_url(agreement, proof.duty.name, proof.participant),
            action=_("Look at it"),
            detail=f"{proof.participant} · {proof.duty}",
            participant_id=proof.participant_id,
        )


agenda.register(Agenda("names-to-check", names_to_check))
agenda.register(Agenda("proofs-to-accept", proofs_to_accept))
