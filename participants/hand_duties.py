"""Duties that staff wrote into the ledger by hand, as the ledger evaluates them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from mou_portal.registry import INSTITUTE, Obligation, Proof, Standing, State, standing
from participants.models import Agreement, Duty, DutyParty, DutyProof, Obliged, ProofState


def duties_by_hand(agreement: Agreement, day: date) -> list[Obligation]:
    """The agreement's duties by hand that hold on a day, evaluated like the apps' own; three queries for any number.

    A duty is proved from the day of its first accepted proof.
    """
    duties = [
        duty
        for duty in Duty.objects.filter(agreement=agreement, added_on__lte=day).select_related("clause")
        if duty.withdrawn_on is None or day < duty.withdrawn_on
    ]
    named: dict[int, set[int]] = defaultdict(set)
    for duty_id, participant_id in DutyParty.objects.filter(duty__in=duties).values_list("duty_id", "participant_id"):
        named[duty_id].add(participant_id)
    proofs: dict[tuple[int, int], list[DutyProof]] = defaultdict(list)
    for proof in DutyProof.objects.filter(
        duty__agreement=agreement, state=ProofState.ACCEPTED, proved_on__lte=day
    ).order_by("proved_on", "pk"):
        proofs[proof.duty_id, proof.participant_id or INSTITUTE].append(proof)
    return [
        Obligation(
            name=duty.name,
            clause=duty.clause.number,
            obliged="institute" if duty.obliged == Obliged.INSTITUTE else "local_government",
            title=str(duty),
            evaluate=partial(_evaluate, duty, named[duty.pk], proofs),
            order=500 + number,
        )
        for number, duty in enumerate(duties)
    ]


def _evaluate(
    duty: Duty,
    named: set[int],
    proofs: Mapping[tuple[int, int], list[DutyProof]],
    agreement: Agreement,
    participant_ids: Sequence[int],
    today: date,
) -> Mapping[int, Standing]:
    answers = {}
    for pk in [INSTITUTE] if duty.obliged == Obliged.INSTITUTE else participant_ids:
        if pk != INSTITUTE and named and pk not in named:
            answers[pk] = Standing(State.NOT_APPLICABLE, 0, 0)
            continue
        shown = tuple(
            Proof(proof.label, proof.get_absolute_url() if proof.file_id else "", proof.proved_on)
            for proof in proofs.get((duty.pk, pk), ())
        )
        answers[pk] = standing(min(len(shown), 1), 1, due_on=duty.due_on, today=today, proofs=shown)
    return answers
