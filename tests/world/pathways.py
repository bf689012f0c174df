"""What a party chose and how it reported."""

from __future__ import annotations

from datetime import date

from pathways.models import ChoiceState, UpdateState
from tests import factories as make

from .cast import Party, World


def add_pathways(world: World, party: Party, number: int) -> None:
    """Choices in their states, each with its plan; the confirmed one has a report in each state."""
    by = party.coordinator
    pathways = list(world.agreement.pathways.all())[3 * number : 3 * number + 3]
    for pathway, state in zip(pathways, (ChoiceState.CONFIRMED, ChoiceState.DRAFT, ChoiceState.SUBMITTED), strict=True):
        choice = make.make_choice(
            party.participant,
            pathway,
            state=state,
            by=by,
            decided_by=world.programme,
            document_number="กบ 51001/9",
            document_file=make.make_stored_file(by, "คำสั่ง.png"),
            signed_by="นายกเทศมนตรี",
        )
        party.choices.setdefault(state, choice)
        make.make_milestone(choice)
        make.make_milestone(choice, title="เปิดใช้งาน", done_on=date(2020, 4, 1))
        make.make_indicator(choice)
        if state == ChoiceState.CONFIRMED:
            confirmed = choice
    states = (UpdateState.ACCEPTED, UpdateState.RETURNED, UpdateState.SUBMITTED, UpdateState.DRAFT)
    for period, state in zip(world.periods[:4], states, strict=True):
        update = make.make_update(confirmed, period, state=state, by=by, reviewed_by=world.programme)
        make.make_evidence(update, by=by)
        party.updates.setdefault(state, update)
