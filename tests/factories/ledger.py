"""What people add to the ledger by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from participants.models import Agreement, Duty, DutyParty, DutyProof, Participant, User, Waiver

from .base import make_stored_file


def make_duty(agreement: Agreement, *, by: User, participants: Sequence[Participant] = (), **fields: Any) -> Duty:
    """A duty by hand under clause 3 (or the first clause there is), due in the period; nobody named: all."""
    clause = agreement.clauses.filter(number="3").first() or agreement.clauses.first()
    values: dict[str, Any] = {
        "clause": clause,
        "title_th": "ส่งรายงานสรุปโครงการ",
        "title_en": "Send a closing report",
        "added_on": date(2019, 8, 1),
        "due_on": date(2020, 6, 30),
        **fields,
    }
    duty = Duty.objects.create(agreement=agreement, created_by=by, **values)
    for participant in participants:
        DutyParty.objects.create(duty=duty, participant=participant)
    return duty


def make_proof(duty: Duty, participant: Participant | None, *, by: User, **fields: Any) -> DutyProof:
    """What proves a duty by hand, with a file; it waits for acceptance unless told otherwise."""
    values: dict[str, Any] = {"label": "หนังสือนำส่งรายงาน", "proved_on": date(2020, 6, 1), **fields}
    if "file" not in values:
        values["file"] = make_stored_file(by, "รายงาน.png")
    return DutyProof.objects.create(duty=duty, participant=participant, created_by=by, **values)


def make_waiver(
    agreement: Agreement, participant: Participant | None, duty_name: str, *, by: User, **fields: Any
) -> Waiver:
    """A signed waiver of a duty, with its file."""
    values: dict[str, Any] = {
        "reason": "น้ำท่วมสำนักงาน",
        "signed_by": "ผู้อำนวยการโครงการ",
        "signed_on": date(2020, 3, 1),
        "document_number": "พป 12/2563",
        **fields,
    }
    if "file" not in values:
        values["file"] = make_stored_file(by, "บันทึก.png")
    return Waiver.objects.create(
        agreement=agreement, participant=participant, duty_name=duty_name, created_by=by, **values
    )
