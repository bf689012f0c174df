"""Agreements and their clauses, local governments and their part in an agreement, documents of both."""

from __future__ import annotations

from datetime import date
from typing import Any

from expenses.models import RuleTable
from participants.models import (
    Agreement,
    Clause,
    Designation,
    DocumentKind,
    GovernmentKind,
    LocalGovernment,
    Participant,
    PartyDocument,
    Province,
    User,
)
from tests.expenses.the_rule import shipped

from .base import ENDS, SIGNED, make_stored_file, next_number


def make_province(iso: str = "TH-81", **fields: Any) -> Province:
    """A province; one that is there already is returned."""
    defaults = {"name_th": "กระบี่", "name_en": "Krabi", "region": "south", **fields}
    return Province.objects.get_or_create(iso=iso, defaults=defaults)[0]


def make_local_government(
    code: str = "",
    *,
    name_th: str = "เทศบาลเมืองตัวอย่าง",
    name_en: str = "Example Town Municipality",
    kind: str = GovernmentKind.TOWN,
    **fields: Any,
) -> LocalGovernment:
    """A local government with one open designation."""
    fields.setdefault("province", None)
    province = fields.pop("province") or make_province()
    body = LocalGovernment.objects.create(code=code or f"town-{next_number()}", province=province, **fields)
    Designation.objects.create(local_government=body, kind=kind, name_th=name_th, name_en=name_en)
    body.refresh_from_db()  # its sort key and search text follow the designation
    return body


def make_agreement(
    code: str = "kpi-smart-city-2",
    *,
    current: bool = True,
    signed_on: date | None = SIGNED,
    ends_on: date = ENDS,
    **fields: Any,
) -> Agreement:
    """An agreement in force from its signing."""
    values = {
        "phase": 2,
        "title_th": "การพัฒนาท้องถิ่นสู่เมืองอัจฉริยะที่ยั่งยืน ระยะที่ 2",
        "title_en": "Local development towards sustainable smart cities, phase 2",
        "short_title_th": "เมืองอัจฉริยะ ระยะที่ 2",
        "short_title_en": "Smart cities, phase 2",
        "institute_name_th": "สถาบันพระปกเกล้า",
        "institute_name_en": "King Prajadhipok's Institute",
        "institute_signatory_as_printed": "ศาสตราจารย์วุฒิสาร ตันไชย",
        "institute_signed_on": signed_on,
        **fields,
    }
    agreement = Agreement.objects.create(code=code, is_current=current, signed_on=signed_on, ends_on=ends_on, **values)
    RuleTable.objects.create(agreement=agreement, basis="ข้อ 2.2 (4)", **shipped())
    return agreement


#: Number, label in both languages, who is obliged.
CLAUSES = (
    ("1.3", "ข้อ 1.3", "clause 1.3", "all"),
    ("2.1", "ข้อ 2.1", "clause 2.1", "local_government"),
    ("2.2(1)", "ข้อ 2.2 (1)", "clause 2.2 (1)", "institute"),
    ("2.2(2)", "ข้อ 2.2 (2)", "clause 2.2 (2)", "local_government"),
    ("2.2(3)", "ข้อ 2.2 (3)", "clause 2.2 (3)", "local_government"),
    ("2.2(4)", "ข้อ 2.2 (4)", "clause 2.2 (4)", "all"),
    ("2.2(4)4.1", "ข้อ 2.2 (4) 4.1", "clause 4.1", "all"),
    ("2.2(4)4.2", "ข้อ 2.2 (4) 4.2", "clause 4.2", "local_government"),
    ("3", "ข้อ 3", "clause 3", "all"),
    ("4", "ข้อ 4", "clause 4", "all"),
)


def make_clauses(agreement: Agreement) -> dict[str, Clause]:
    """The clauses that oblige somebody, by number."""
    return {
        number: Clause.objects.create(
            agreement=agreement,
            number=number,
            label_th=label_th,
            label_en=label_en,
            obliged=obliged,
            order=order,
            title_th=f"หน้าที่ตาม{label_th}",
            title_en=f"Duty under {label_en}",
        )
        for order, (number, label_th, label_en, obliged) in enumerate(CLAUSES, 1)
    }


def make_participant(
    code: str = "",
    *,
    agreement: Agreement | None = None,
    local_government: LocalGovernment | None = None,
    **fields: Any,
) -> Participant:
    """A local government's part in an agreement (the current one, or a new one), signed on the agreement's day."""
    agreement = agreement or Agreement.objects.current() or make_agreement()
    names = {name: fields.pop(name) for name in ("name_th", "name_en", "kind", "province") if name in fields}
    body = local_government or make_local_government(code, **names)
    values = {
        "designation": body.newest_designation(),
        "order": agreement.participants.count() + 1,
        "signatory_as_printed": "นายตัวอย่าง ใจดี",
        "signatory_line_as_printed": "นายกเทศมนตรี",
        "signed_on": agreement.signed_on,
        **fields,
    }
    return Participant.objects.create(agreement=agreement, local_government=body, **values)


def make_document(
    agreement: Agreement, user: User, *, participant: Participant | None = None, **fields: Any
) -> PartyDocument:
    """A document with its file, of one party or (without one) of the agreement as a whole."""
    values = {
        "kind": DocumentKind.AUTHORISING_LETTER,
        "title": "หนังสือมอบอำนาจ",
        "number": "กบ 51001/123",
        "dated_on": date(2019, 7, 1),
        **fields,
    }
    if "file" not in values:
        values["file"] = make_stored_file(user, "หนังสือ.png")
    return PartyDocument.objects.create(agreement=agreement, participant=participant, **values)
