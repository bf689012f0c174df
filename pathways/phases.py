"""What pathways take over into the next phase of an agreement: the pathways themselves, to be edited there."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from mou_portal.registry import PhasePart, phases
from participants.models import Agreement, Participant
from pathways.models import Pathway


def carry_pathways(old: Agreement, new: Agreement, participants: Mapping[int, Participant]) -> int:
    """Copy the pathways, verbatim; choices are made anew (clause 2.1 of the new memorandum)."""
    rows = list(Pathway.objects.filter(agreement=old).order_by("number"))
    for row in rows:
        Pathway.objects.create(
            agreement=new, number=row.number, code=row.code, title_th=row.title_th, title_en=row.title_en
        )
    return len(rows)


phases.register(PhasePart("pathways", _("Pathways"), carry_pathways))
