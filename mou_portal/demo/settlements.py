"""Statements of the story: one in each state, drawn up by the portal's own rule and dated in the story's time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from simple_history.utils import bulk_update_with_history

from expenses.models import (
    ExpenseLine,
    ExpenseState,
    LineDispute,
    Settlement,
    SettlementLine,
    SettlementPayment,
    SettlementSignature,
    SettlementState,
    Side,
)
from expenses.services import draw, settled_with_everybody
from mou_portal.demo.cast import Party, Staff
from mou_portal.demo.progress import draw_picture
from mou_portal.demo.writing import REASON, dated, moment, write
from participants.files import store_upload
from participants.models import Agreement

#: The period of all of them: from the signing to the end of the agreement.
_ENDS = date(2020, 9, 30)
_DRAWN = date(2020, 10, 5)

#: Whose statement, how far it is. A disputed one disputes its first line; a replaced one has a second version.
_STATES = {
    "krabi-pao": SettlementState.CLOSED,
    "surat-thani-pao": SettlementState.SIGNED,
    "pak-kret": SettlementState.SUPERSEDED,
    "nonthaburi": SettlementState.WAITING,
    "bang-kadi": SettlementState.DISPUTED,
    "udon-thani": SettlementState.COUNTERSIGNED,
    "lamphun": SettlementState.WAITING,
    "roi-et": SettlementState.DRAFT,
}
_SIGNED_BY_PARTY = (SettlementState.COUNTERSIGNED, SettlementState.SIGNED, SettlementState.CLOSED)
_SIGNED_BY_BOTH = (SettlementState.SIGNED, SettlementState.CLOSED)


def write_settlements(agreement: Agreement, parties: Mapping[str, Party], staff: Staff) -> None:
    """Write the statements of the story, each with its frozen lines and what the state asks for."""
    if agreement.begins_on is None:
        return
    for code, state in _STATES.items():
        party = parties[code]
        first = _statement(party, agreement.begins_on, state, staff)
        if state == SettlementState.SUPERSEDED:
            _statement(party, agreement.begins_on, SettlementState.WAITING, staff, replaces=first)
        if state == SettlementState.DISPUTED:
            _dispute(first, party)
        _signatures(first, party, staff)
        if state == SettlementState.CLOSED and first.balance:
            _payment(first, party, staff)
        if state == SettlementState.CLOSED:
            _settle(first, staff)


def _at(days: int, hour: int = 10) -> datetime:
    return moment(_DRAWN + timedelta(days=days), hour)


def _statement(
    party: Party, starts_on: date, state: SettlementState, staff: Staff, replaces: Settlement | None = None
) -> Settlement:
    drawing = draw(party.participant, starts_on, _ENDS)
    balance, at = drawing.balance, _at(14 if replaces else 0)
    settlement = Settlement(
        agreement=party.participant.agreement,
        participant=party.participant,
        starts_on=starts_on,
        ends_on=_ENDS,
        state=state,
        must_pay=balance.must_pay,
        paid=balance.paid,
        in_kind=balance.in_kind,
        balance=balance.amount,
        drawn_by=staff.finance,
        drawn_at=at,
    )
    if replaces is not None:
        settlement.version, settlement.replaces = replaces.version + 1, replaces
        settlement.correction_reason = "แก้ไขตามใบเสร็จที่ อปท. ส่งเพิ่ม (สาธิต)"
    if state != SettlementState.DRAFT:
        settlement.sent_at, settlement.answer_by = at, at.date() + timedelta(days=30)
    if state == SettlementState.CLOSED:
        settlement.closed_by, settlement.closed_at = staff.finance, _at(30)
    write([dated(settlement, at, staff.finance)])
    for line in drawing.lines:
        line.settlement = settlement
        line.holds = line.holds and state != SettlementState.SUPERSEDED
    SettlementLine.objects.bulk_create(drawing.lines)
    return settlement


def _settle(settlement: Settlement, staff: Staff) -> None:
    """Settle the lines that no other statement has open, as closing the statement does."""
    lines = settled_with_everybody(settlement)
    for line in lines:
        line.state = ExpenseState.SETTLED
    bulk_update_with_history(
        lines, ExpenseLine, ["state"], default_user=staff.finance, default_change_reason=REASON, default_date=_at(30)
    )


def _dispute(settlement: Settlement, party: Party) -> None:
    line = settlement.lines.all()[0]
    reason = "รายการนี้เดินทางร่วมกันสามแห่ง ควรแบ่งตามจำนวนผู้แทน (สาธิต)"
    at, by = _at(6), party.coordinator
    write([dated(LineDispute(line=line, reason=reason, raised_by=by, raised_at=at), at, by)])


def _signatures(settlement: Settlement, party: Party, staff: Staff) -> None:
    if settlement.state in _SIGNED_BY_PARTY:
        SettlementSignature.objects.create(
            settlement=settlement,
            side=Side.LOCAL_GOVERNMENT,
            name=party.coordinator.name_th,
            position=party.coordinator.position_th,
            user=party.coordinator,
            signed_at=_at(8),
        )
    if settlement.state in _SIGNED_BY_BOTH:
        SettlementSignature.objects.create(
            settlement=settlement,
            side=Side.INSTITUTE,
            name=staff.admin.name_th,
            position=staff.admin.position_th,
            user=staff.admin,
            signed_at=_at(9),
        )


def _payment(settlement: Settlement, party: Party, staff: Staff) -> None:
    by = party.coordinator if settlement.balance > Decimal(0) else staff.finance
    picture = SimpleUploadedFile("หลักฐานการโอน-สาธิต.png", draw_picture(7), content_type="image/png")
    payment = SettlementPayment(
        settlement=settlement,
        amount=settlement.to_pay,
        paid_on=_at(20).date(),
        reference="สาธิต-0001",
        slip=store_upload(upload=picture, user=by),
        recorded_by=by,
    )
    write([dated(payment, _at(20), by)])
