"""Clause 2.1: each local government organisation chooses at least one of the six pathways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.records import is_past
from mou_portal.registry import Obligation, Proof, Standing, obligations, standing
from participants.models import Agreement
from pathways.models import ChoiceState, ChoiceVersion


def evaluate_choice(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """At least one confirmed choice.

    The memorandum names no day, so the duty is due while the agreement lasts and overdue after its end. One query for
    today; two for a past day, on which a choice counts from its confirmation until it was replaced or withdrawn.
    """
    proofs: dict[int, list[Proof]] = defaultdict(list)
    versions = (
        ChoiceVersion.objects.filter(
            choice__participant__agreement=agreement,
            choice__participant_id__in=list(participant_ids),
        )
        .select_related("choice__pathway")
        .order_by("choice__pathway__number", "choice_id", "number")
    )
    if is_past(today):
        ever = list(versions.filter(state__in=[ChoiceState.CONFIRMED, ChoiceState.SUPERSEDED, ChoiceState.WITHDRAWN]))
        held = _held_on(today, ever, agreement)
    else:
        held = list(versions.filter(state=ChoiceState.CONFIRMED))
    for version in held:
        proofs[version.choice.participant_id].append(
            Proof(str(version.choice.pathway), version.choice.get_absolute_url(), version.chosen_on)
        )
    return {
        pk: standing(min(len(proofs[pk]), 1), 1, due_on=agreement.ends_on, today=today, proofs=tuple(proofs[pk]))
        for pk in participant_ids
    }


def _held_on(day: date, ever: Sequence[ChoiceVersion], agreement: Agreement) -> list[ChoiceVersion]:
    """Of the versions that were ever confirmed, in order of choice and number, those that held on a day.

    When a version that was withdrawn since had been confirmed, only the history knows.
    """
    confirmed_at: dict[int, datetime] = dict(
        ChoiceVersion.history.filter(state=ChoiceState.CONFIRMED, choice__participant__agreement=agreement)
        .order_by()
        .values_list("id", "decided_at")
    )
    began: dict[int, date] = {}
    for version in ever:
        at = confirmed_at.get(version.pk) if version.state == ChoiceState.WITHDRAWN else version.decided_at
        if at is not None:
            began[version.pk] = timezone.localdate(at)
    held = []
    for place, version in enumerate(ever):
        if version.pk not in began or began[version.pk] > day:
            continue
        ends = [
            began[later.pk] for later in ever[place + 1 :] if later.choice_id == version.choice_id and later.pk in began
        ]
        if version.state == ChoiceState.WITHDRAWN and version.decided_at is not None:
            ends.append(timezone.localdate(version.decided_at))
        if not any(end <= day for end in ends):
            held.append(version)
    return held


obligations.register(
    Obligation(
        name="pathway-choice",
        clause="2.1",
        obliged="local_government",
        title=_("Choose at least one of the six pathways"),
        evaluate=evaluate_choice,
        order=10,
        action=_("Choose a pathway"),
        action_url="pathways:choice-list",
    )
)
