"""Clause 4: each party's signature is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mou_portal.registry import INSTITUTE, Obligation, Proof, Standing, obligations, standing
from participants.models import Agreement, Participant


def _signed(
    day: date | None,
    signatory: str,
    agreement: Agreement,
    today: date,
    joined_on: date | None = None,
    url: str = "",
) -> Standing:
    """Due on the day of signing; of a party that joins mid-way, on the day that it joins."""
    signed = day is not None and day <= today
    proofs = (Proof(_("Signed by %(name)s") % {"name": signatory or "–"}, url, day),) if signed else ()
    due_on = max((one for one in (agreement.signed_on, joined_on) if one), default=None)
    return standing(1 if signed else 0, 1, due_on=due_on, today=today, proofs=proofs)


def participants_signed(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """Clause 4 for local governments, from the day of each signature: one query."""
    rows = (
        Participant.objects.filter(pk__in=list(participant_ids))
        if len(participant_ids) < 500
        else agreement.participants.all()
    )
    found = {
        row.pk: _signed(row.signed_on, row.signatory_as_printed, agreement, today, row.joined_on)
        for row in rows.only("pk", "signed_on", "signatory_as_printed", "joined_on")
    }
    return {pk: found[pk] for pk in participant_ids}


def institute_signed(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """Clause 4 for the institute: no query."""
    return {
        INSTITUTE: _signed(agreement.institute_signed_on, agreement.institute_signatory_as_printed, agreement, today)
    }


obligations.register(
    Obligation("signature", "4", "local_government", gettext_lazy("Signature recorded"), participants_signed, order=10)
)
obligations.register(
    Obligation("institute-signature", "4", "institute", gettext_lazy("Signature recorded"), institute_signed, order=10)
)
