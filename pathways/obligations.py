"""Clause 2.1: each local government organisation chooses at least one of the six pathways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from mou_portal.registry import Obligation, Proof, Standing, obligations, standing
from participants.models import Agreement
from pathways.models import ChoiceState, ChoiceVersion


def evaluate_choice(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """At least one confirmed choice.

    The memorandum names no day, so the duty is due while the agreement lasts and overdue after its end. One query.
    """
    proofs: dict[int, list[Proof]] = defaultdict(list)
    confirmed = (
        ChoiceVersion.objects.filter(
            state=ChoiceState.CONFIRMED,
            choice__participant__agreement=agreement,
            choice__participant_id__in=list(participant_ids),
        )
        .select_related("choice__pathway")
        .order_by("choice__pathway__number")
    )
    for version in confirmed:
        proofs[version.choice.participant_id].append(
            Proof(str(version.choice.pathway), version.choice.get_absolute_url(), version.chosen_on)
        )
    return {
        pk: standing(min(len(proofs[pk]), 1), 1, due_on=agreement.ends_on, today=today, proofs=tuple(proofs[pk]))
        for pk in participant_ids
    }


obligations.register(
    Obligation(
        name="pathway-choice",
        clause="2.1",
        obliged="local_government",
        title=_("Choose at least one of the six pathways"),
        evaluate=evaluate_choice,
        order=10,
    )
)
