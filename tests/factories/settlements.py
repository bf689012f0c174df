"""Statements of expenses that both sides sign, what is disputed in them, and what was paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from expenses.balance import part_of
from expenses.models import (
    ExpenseLine,
    LineDispute,
    Settlement,
    SettlementPayment,
    SettlementSignature,
    SettlementState,
)
from expenses.services.drawing import cost_line, frozen
from participants.models import Participant, User

from .base import MOMENT, SIGNED, make_stored_file


def make_settlement(
    participant: Participant,
    *lines: ExpenseLine,
    by: User,
    state: str = SettlementState.WAITING,
    signed_by: Mapping[str, User] | None = None,
    **fields: Any,
) -> Settlement:
    """A statement in a state, its lines frozen by the portal's own rule; they count unless ``holds=False``.

    ``signed_by`` names who signed for each side; what the state asks for is made up where it is not given.
    """
    holds = fields.pop("holds", True)
    drawn = [frozen_for(participant, number, line) for number, line in enumerate(lines, 1)]
    sums = {name: sum((getattr(one, name) for one in drawn), Decimal(0)) for name in ("must_pay", "paid", "in_kind")}
    values: dict[str, Any] = {
        "starts_on": SIGNED,
        "ends_on": date(2020, 9, 30),
        **sums,
        "balance": sums["must_pay"] - sums["paid"] - sums["in_kind"],
        **fields,
    }
    if state != SettlementState.DRAFT:
        values |= {"sent_at": MOMENT, "answer_by": date(2020, 3, 31)}
    if state == SettlementState.CLOSED:
        values |= {"closed_by": by, "closed_at": MOMENT}
    settlement = Settlement.objects.create(
        agreement=participant.agreement, participant=participant, state=state, drawn_by=by, **values
    )
    for one in drawn:
        one.settlement, one.holds = settlement, holds and one.holds and state != SettlementState.SUPERSEDED
        one.save()
    for side, user in (signed_by or {}).items():
        SettlementSignature.objects.create(
            settlement=settlement, side=side, name="นางสาวลงนาม จริง", position="ปลัดเทศบาล", user=user, signed_at=MOMENT
        )
    return settlement


def frozen_for(participant: Participant, number: int, line: ExpenseLine) -> Any:
    """One line as a statement of the participant keeps it."""
    loaded = ExpenseLine.objects.with_ruling().get(pk=line.pk)
    part = part_of(cost_line(loaded, concerned=frozenset({participant.code})), participant.code)
    assert part is not None, "the line is none of the participant's"
    return frozen(number, loaded, part, participant, "")


def make_dispute(settlement: Settlement, *, by: User, **fields: Any) -> LineDispute:
    """The statement's first line, disputed and not answered."""
    values = {"reason": "ไม่ได้ขอให้ลงพื้นที่", "raised_at": MOMENT, **fields}
    return LineDispute.objects.create(line=settlement.lines.all()[0], raised_by=by, **values)


def make_payment(settlement: Settlement, *, by: User, **fields: Any) -> SettlementPayment:
    """The whole balance, paid, with a slip."""
    values = {"amount": settlement.to_pay, "paid_on": date(2020, 2, 20), "reference": "KTB-0042", **fields}
    if "slip" not in values:
        values["slip"] = make_stored_file(by, "สลิปโอนเงิน.png")
    return SettlementPayment.objects.create(settlement=settlement, recorded_by=by, **values)
