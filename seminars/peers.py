"""Peer match: who has already learned something on the pathways of those who ask for a visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from participants.models import Agreement, Participant
from pathways.lessons.models import Consent, Lesson
from pathways.models import ChoiceState, Pathway, PathwayChoice


@dataclass(frozen=True)
class Peer:
    """A party that may be asked: how many published lessons of its own it shows by name on a pathway."""

    participant: Participant
    pathway: Pathway
    lessons: int


def peers_of(agreement: Agreement, asking: Iterable[int]) -> list[Peer]:
    """Other parties with published lessons on a confirmed pathway of the askers, those with most first.

    Only lessons whose party agreed to be named: consent holds here as everywhere. Four queries.
    """
    mine = list(asking)
    confirmed = PathwayChoice.objects.filter(participant_id__in=mine, versions__state=ChoiceState.CONFIRMED)
    rows = (
        Lesson.objects.public()
        .filter(agreement=agreement, consent=Consent.NAMED, pathway_id__in=confirmed.values("pathway_id"))
        .exclude(participant_id__in=mine)
        .order_by()
        .values_list("participant_id", "pathway_id")
        .annotate(count=Count("pk"))
    )
    found = list(rows)
    parties = Participant.objects.with_names().in_bulk({row[0] for row in found})
    pathways = Pathway.objects.in_bulk({row[1] for row in found})
    peers = [Peer(parties[party], pathways[pathway], count) for party, pathway, count in found]
    return sorted(peers, key=lambda peer: (-peer.lessons, peer.pathway.number, peer.participant.order))[:10]
