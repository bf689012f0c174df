"""Expense lines with the rulings of the payer rule and the shares that follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from expenses.models import (
    PAID_BY_PARTICIPANT,
    BudgetLine,
    ClassDecision,
    CostSettings,
    ExpenseLine,
    ExpenseParty,
    ExpenseState,
    OverrideState,
    PaidBy,
    PayerKind,
    RuleTable,
    Ruling,
    RulingOverride,
    Share,
)
from expenses.payer import Payer, RuleSet, resolve
from expenses.services import facts_of, stated
from expenses.shares import LiableParty, split_among
from mou_portal.demo.cast import Party, Staff
from mou_portal.demo.schedule import Schedule
from mou_portal.demo.writing import dated, moment, write
from participants.models import Agreement, Participant, User
from seminars.models import FieldVisit, Seminar

_APPROVED, _SUBMITTED, _DRAFT = ExpenseState.APPROVED, ExpenseState.SUBMITTED, ExpenseState.DRAFT
_RETURNED, _REJECTED = ExpenseState.RETURNED, ExpenseState.REJECTED
_INST, _LGO, _NOBODY, _KIND = PaidBy.INSTITUTE, PaidBy.LOCAL_GOVERNMENT, PaidBy.NOBODY, PaidBy.IN_KIND

#: seminar or visit by its number in the story, whose cost, category, description, baht, who paid, state, parties.
#: Where an LGO paid, it is the first of the parties.
_LINES: tuple[tuple[str, str, str, str, str, str, str, tuple[str, ...]], ...] = (
    ("s1", "event", "meals", "ค่าอาหารและอาหารว่าง 2 วัน 60 คน", "48600.00", _INST, _APPROVED, ()),
    ("s1", "event", "materials", "ค่าเอกสารและวัสดุประกอบการสัมมนา", "12450.50", _INST, _APPROVED, ()),
    ("s1", "event", "honorarium", "ค่าตอบแทนวิทยากรรับเชิญ 2 คน", "14400.00", _INST, _APPROVED, ()),
    ("s1", "event", "other", "ค่าบันทึกภาพและเสียง", "8000.00", _INST, _APPROVED, ()),
    ("s1", "advisers", "honorarium", "ค่าตอบแทนอาจารย์ที่ปรึกษา 3 คน", "18000.00", _INST, _APPROVED, ()),
    ("s1", "advisers", "meals", "ค่าอาหารเย็นคณะอาจารย์ที่ปรึกษา", "2400.00", _INST, _APPROVED, ()),
    ("s1", "advisers", "travel", "ค่าเดินทางอาจารย์ที่ปรึกษามาสัมมนา", "6320.75", _INST, _SUBMITTED, ()),
    ("s1", "delegates", "travel", "ค่าเครื่องบินผู้แทน 2 คน", "9840.00", _LGO, _APPROVED, ("krabi-pao",)),
    ("s1", "delegates", "lodging", "ค่าที่พักผู้แทน 2 คืน", "4800.00", _LGO, _APPROVED, ("surat-thani-pao",)),
    ("s1", "delegates", "travel", "ค่าน้ำมันรถราชการ", "2150.25", _LGO, _APPROVED, ("roi-et",)),
    ("s2", "event", "venue_hire", "ค่าเช่าหอประชุม 2 วัน", "25000.00", _INST, _SUBMITTED, ()),
    ("s2", "event", "meals", "ค่าอาหารและอาหารว่าง 2 วัน 55 คน", "39600.00", _INST, _APPROVED, ()),
    ("s2", "advisers", "honorarium", "ค่าตอบแทนอาจารย์ที่ปรึกษา 2 คน", "12000.00", _INST, _SUBMITTED, ()),
    ("s2", "advisers", "travel", "ค่าเครื่องบินอาจารย์ที่ปรึกษา", "14280.00", _NOBODY, _SUBMITTED, ()),
    ("s2", "delegates", "lodging", "ค่าที่พักร่วมของผู้แทนสามแห่ง", "10000.00", _LGO, _APPROVED,
     ("nonthaburi", "pak-kret", "ban-bang-muang")),
    ("s2", "delegates", "travel", "ค่ารถตู้ร่วมเดินทาง", "7500.01", _INST, _APPROVED, ("bang-kadi", "bang-pu")),
    ("s2", "delegates", "meals", "ค่าอาหารระหว่างเดินทาง", "640.00", _LGO, _RETURNED, ("lamphun",)),
    ("s2", "delegates", "travel", "รถตู้ของเทศบาลรับส่งผู้แทน (คิดเป็นเงิน)", "1800.00", _KIND, _APPROVED, ("lamphun",)),
    ("s3", "event", "meals", "ค่าอาหารและอาหารว่าง 2 วัน 50 คน", "41500.00", _INST, _APPROVED, ()),
    ("s3", "event", "materials", "ค่าพิมพ์แผ่นภาพผลงาน", "6600.00", _INST, _APPROVED, ()),
    ("s3", "advisers", "honorarium", "ค่าตอบแทนผู้ทรงคุณวุฒิวิจารณ์ผลงาน", "16000.00", _INST, _APPROVED, ()),
    ("s3", "advisers", "lodging", "ค่าที่พักผู้ทรงคุณวุฒิ 1 คืน", "1800.00", _INST, _SUBMITTED, ()),
    ("s3", "delegates", "travel", "ค่าเครื่องบินผู้แทน 2 คน", "8960.00", _LGO, _APPROVED, ("udon-thani",)),
    ("s3", "delegates", "lodging", "ค่าที่พักผู้แทน 1 คืน", "2400.00", _LGO, _REJECTED, ("map-ta-phut",)),
    ("s4", "event", "meals", "ค่าอาหารและอาหารว่าง วันนำเสนอผลงาน", "36800.00", _INST, _SUBMITTED, ()),
    ("s4", "event", "materials", "ค่าจัดทำเกียรติบัตร", "5200.00", _NOBODY, _DRAFT, ()),
    ("s4", "delegates", "travel", "ค่าเดินทางผู้แทน", "5120.00", _LGO, _SUBMITTED, ("phanat-nikhom",)),
    ("v1", "advisers", "travel", "ค่ารถตู้คณะอาจารย์ที่ปรึกษา", "3600.00", _INST, _APPROVED, ()),
    ("v1", "advisers", "meals", "ค่าอาหารคณะอาจารย์ที่ปรึกษา", "1350.00", _INST, _APPROVED, ()),
    ("v1", "event", "meals", "ค่าอาหารว่างต้อนรับคณะ", "2700.00", _KIND, _SUBMITTED, ("nonthaburi",)),
    ("v1", "advisers", "meals", "อาหารกลางวันที่เทศบาลจัดให้คณะอาจารย์ (คิดเป็นเงิน)", "900.00", _KIND, _APPROVED,
     ("nonthaburi",)),
    ("v2", "advisers", "travel", "ค่าเครื่องบินคณะนักวิจัย 3 คน", "11790.00", _INST, _APPROVED, ()),
    ("v2", "advisers", "lodging", "ค่าที่พักคณะนักวิจัย 1 คืน", "3600.00", _INST, _APPROVED, ()),
    ("v2", "delegates", "travel", "ค่ารถนำชมพื้นที่", "1500.00", _LGO, _SUBMITTED, ("udon-thani",)),
    ("v3", "advisers", "travel", "ค่าน้ำมันรถยนต์คณะนักวิจัย", "2240.00", _INST, _SUBMITTED, ()),
    ("v5", "advisers", "honorarium", "ค่าตอบแทนวิทยากร 6 ชั่วโมง", "7200.00", _LGO, _APPROVED,
     ("krabi-pao", "surat-thani-pao")),
    ("v5", "advisers", "travel", "ค่าเครื่องบินอาจารย์ที่ปรึกษา 2 คน", "10000.00", _INST, _APPROVED,
     ("krabi-pao", "surat-thani-pao")),
    ("v5", "advisers", "lodging", "ค่าที่พักอาจารย์ที่ปรึกษา", "3200.00", _LGO, _APPROVED,
     ("krabi-pao", "surat-thani-pao")),
    ("v5", "advisers", "meals", "ค่าอาหารอาจารย์ที่ปรึกษา", "1120.00", _LGO, _APPROVED, ("krabi-pao",)),
    ("v6", "advisers", "honorarium", "ค่าตอบแทนวิทยากร 3 ชั่วโมง", "3600.00", _LGO, _APPROVED, ("lamphun",)),
    ("v6", "advisers", "travel", "ค่าเครื่องบินอาจารย์ที่ปรึกษา", "4310.50", _NOBODY, _SUBMITTED, ("lamphun",)),
    ("v6", "advisers", "other", "ค่าเอกสารประกอบการให้คำปรึกษา", "450.00", _LGO, _SUBMITTED, ("lamphun",)),
    ("v6", "advisers", "meals", "ค่าอาหารกลางวันอาจารย์ที่ปรึกษา", "560.00", _LGO, _APPROVED, ("lamphun",)),
    ("v7", "advisers", "travel", "ค่าเครื่องบินอาจารย์ที่ปรึกษา (จองล่วงหน้า)", "3980.00", _NOBODY, _DRAFT, ("roi-et",)),
)  # fmt: skip

#: What the institute, and each local government, planned to spend: category and baht.
_PLAN = (
    ("honorarium", "75000.00"),
    ("meals", "190000.00"),
    ("travel", "60000.00"),
    ("lodging", "12000.00"),
    ("materials", "20000.00"),
    ("venue_hire", "30000.00"),
)
_PLAN_OF_EACH = (("travel", "10000.00"), ("lodging", "6000.00"))

#: What a person decided where the memorandum is silent: description of the line, who bears it, why.
_DECISIONS = {
    "ค่าอาหารและอาหารว่าง 2 วัน 55 คน": (
        PayerKind.INSTITUTE,
        "สถาบันเป็นผู้กำหนดให้จัดนอกสถานที่ จึงให้รับผิดชอบค่าอาหารเช่นเดียวกับที่จัด ณ สถาบัน",
    ),
}

#: A decision for a whole class of lines, which stands for later ones too: the lines it ruled, who bears them, why.
_CLASS_LINES = ("ค่าอาหารอาจารย์ที่ปรึกษา", "ค่าอาหารกลางวันอาจารย์ที่ปรึกษา")
_CLASS_PAYER = PayerKind.LOCAL_GOVERNMENT
_CLASS_REASON = "เป็นค่าใช้จ่ายต่อเนื่องจากการลงพื้นที่ที่ท้องถิ่นขอเพิ่ม จึงให้ผู้ขอรับผิดชอบ"

#: What two people set aside: description of the line, who bears it instead, why.
_OVERRIDES = {
    "ค่าที่พักอาจารย์ที่ปรึกษา": (
        PayerKind.INSTITUTE,
        "สถาบันขอเลื่อนกำหนดกลับหนึ่งวัน ค่าที่พักคืนนั้นจึงให้สถาบันรับผิดชอบ",
    ),
}

#: What an approver let stand of a claim, and why not all of it.
_CUTS = {
    "ค่าที่พักผู้แทน 2 คืน": ("4400.00", "อนุมัติ 2 ห้อง 2 คืน ห้องละ 1,100 บาท ตามอัตราของหน่วยงาน (สาธิต)"),
}


@dataclass
class _Entry:
    """A line with the parties it concerns (participant and weight), and a person's decision if there was one."""

    line: ExpenseLine
    parties: Sequence[tuple[Participant, int]] = ()
    decision: tuple[str, str] | None = None
    by_class: ClassDecision | None = None
    override: tuple[str, str] | None = None
    rulings: list[Ruling] = field(default_factory=list)


def write_story_expenses(
    agreement: Agreement, parties: Mapping[str, Party], schedule: Schedule, visits: Sequence[FieldVisit], staff: Staff
) -> None:
    """Write the lines of the story: every row of the rule, shared and undecided ones among them."""
    entries = []
    for number, (activity, whose, category, what, baht, paid_by, state, codes) in enumerate(_LINES):
        place: Seminar | FieldVisit
        place = (schedule.seminars if activity[0] == "s" else visits)[int(activity[1:]) - 1]
        named = [parties[code].participant for code in codes]
        weights = (
            {part.participant_id: part.weight for part in place.parts.all()} if isinstance(place, FieldVisit) else {}
        )
        by, other = (staff.finance, staff.admin) if number % 3 else (staff.admin, staff.finance)
        line = _line(agreement, place, whose, category, what, Decimal(baht), state, by, other)
        line.paid_by = paid_by
        line.paid_by_participant = named[0] if paid_by in PAID_BY_PARTICIPANT else None
        if what in _CUTS:
            baht_left, line.cut_reason = _CUTS[what]
            line.sanctioned_amount = Decimal(baht_left)
        weighted = [(participant, weights.get(participant.pk, 1)) for participant in named]
        entries.append(_Entry(line, weighted, _DECISIONS.get(what), override=_OVERRIDES.get(what)))
    _decide_class([entry for entry in entries if entry.line.description in _CLASS_LINES], staff)
    _write(entries, staff)
    _write_overrides(entries, staff)
    _write_plan(agreement, parties, staff)


def _decide_class(entries: Sequence[_Entry], staff: Staff) -> None:
    """Write the decision for the class that these lines are of, and have it rule them."""
    facts = stated(facts_of(entries[0].line))
    decision = ClassDecision(
        agreement=entries[0].line.agreement,
        payer=_CLASS_PAYER,
        reason=_CLASS_REASON,
        decided_by=staff.finance,
        is_standing=True,
        **{name: value or "" for name, value in facts.items()},
    )
    write([dated(decision, max(entry.line.created_at for entry in entries), staff.finance)])
    for entry in entries:
        entry.decision, entry.by_class = (_CLASS_PAYER, _CLASS_REASON), decision


def _write_overrides(entries: Sequence[_Entry], staff: Staff) -> None:
    """Write who proposed each override and who confirmed it."""
    rows = []
    for entry in entries:
        if entry.override is not None:
            before, after = entry.rulings
            payer, reason = entry.override
            rows.append(
                RulingOverride(
                    line=entry.line,
                    ruling=before,
                    payer=payer,
                    reason=reason,
                    state=OverrideState.CONFIRMED,
                    proposed_by=staff.finance,
                    answered_by=staff.admin,
                    answered_at=after.created_at,
                )
            )
            dated(rows[-1], after.created_at - timedelta(days=1), staff.finance)
    write(rows)


def _write_plan(agreement: Agreement, parties: Mapping[str, Party], staff: Staff) -> None:
    """Write what was planned, and that coordinators enter their own costs and large amounts need two approvers."""
    at = moment(date(2019, 7, 1), 9)
    settings = CostSettings(
        agreement=agreement, several_above=Decimal("40000.00"), approvers=2, coordinators_enter=True
    )
    write([dated(settings, at, staff.finance)])
    plans: list[tuple[Participant | None, str, str]] = [(None, category, baht) for category, baht in _PLAN]
    plans += [(party.participant, category, baht) for party in parties.values() for category, baht in _PLAN_OF_EACH]
    write(
        [
            dated(
                BudgetLine(agreement=agreement, participant=participant, category=category, planned=Decimal(baht)),
                at,
                staff.finance,
            )
            for participant, category, baht in plans
        ]
    )


def write_usual_expenses(agreement: Agreement, parties: Sequence[Party], schedule: Schedule, staff: Staff) -> None:
    """Write what every delegation spends on itself: two lines for each party."""
    entries = []
    for party in parties:
        usual = ((0, "travel", "ค่าเดินทางผู้แทน", _APPROVED), (2, "lodging", "ค่าที่พักผู้แทน", _SUBMITTED))
        for place, category, what, state in usual:
            baht = Decimal(party.dice.randrange(90_000, 990_000)) / 100
            line = _line(
                agreement,
                schedule.seminars[place],
                "delegates",
                category,
                what,
                baht,
                state,
                staff.finance,
                staff.admin,
            )
            line.paid_by, line.paid_by_participant = PaidBy.LOCAL_GOVERNMENT, party.participant
            entries.append(_Entry(line, [(party.participant, 1)]))
    _write(entries, staff)


def _line(
    agreement: Agreement, place: Seminar | FieldVisit, whose: str, category: str, what: str, amount: Decimal,
    state: str, by: User, other: User,
) -> ExpenseLine:  # fmt: skip
    seminar, visit = (place, None) if isinstance(place, Seminar) else (None, place)
    day = place.starts_on if isinstance(place, Seminar) else place.visit_on or date(2020, 9, 1)
    line = ExpenseLine(
        agreement=agreement,
        seminar=seminar,
        visit=visit,
        whose_cost=whose,
        category=category,
        description=what,
        amount=amount,
        spent_on=day,
        payee="ร้านค้าสาธิต (สมมติ)",
        state=state,
        created_by=by,
    )
    at = moment(day + timedelta(days=3), 10)
    if state in (_APPROVED, _RETURNED, _REJECTED):
        at = line.approved_at = moment(day + timedelta(days=7), 15)
        line.approved_by = other
        line.decision_note = {
            _RETURNED: "โปรดแนบใบเสร็จรับเงิน หรือใบรับรองแทนใบเสร็จ",
            _REJECTED: "เบิกซ้ำกับรายการที่อนุมัติแล้ว",
        }.get(ExpenseState(state), "")
    return dated(line, at, by)


def _write(entries: Sequence[_Entry], staff: Staff) -> None:
    write([entry.line for entry in entries])
    write(
        [
            dated(ExpenseParty(line=entry.line, participant=participant, weight=weight), entry.line.created_at)
            for entry in entries
            for participant, weight in entry.parties
        ]
    )
    table = RuleTable.objects.newest(entries[0].line.agreement)
    if table is None:
        raise ValueError("the agreement has no payer rule; load_mou brings it")
    for entry in entries:
        entry.rulings = _rulings(entry, staff, table.rule_set)
    write([ruling for entry in entries for ruling in entry.rulings])
    write([share for entry in entries for share in _shares(entry)])


def _rulings(entry: _Entry, staff: Staff, rules: RuleSet) -> list[Ruling]:
    """What the rule says, and after it what a person decided where the rule is silent."""
    answer = resolve(facts_of(entry.line), rules)
    common = {
        "line": entry.line,
        "clause": answer.clause,
        "rule_code": answer.ruleset_code,
        "rule_version": answer.ruleset_version,
        "rule_number": answer.rule_number,
        "reason_th": answer.reason_th,
        "reason_en": answer.reason_en,
        "facts": stated(answer.facts),
    }
    at = entry.line.created_at
    by_rule = dated(Ruling(payer=answer.payer.value, **common), at, entry.line.created_by)
    if entry.override is not None:
        by_rule.is_current = False
        payer, reason = entry.override
        overridden = Ruling(
            payer=payer,
            decided_by=staff.finance,
            decision_reason=reason,
            confirmed_by=staff.admin,
            **common | {"clause": ""},
        )
        return [by_rule, dated(overridden, at + timedelta(days=2), staff.admin)]
    if entry.decision is None or answer.payer is not Payer.UNDECIDED:
        return [by_rule]
    by_rule.is_current = False
    payer, reason = entry.decision
    decided = Ruling(payer=payer, decided_by=staff.finance, decision_reason=reason, decision=entry.by_class, **common)
    return [by_rule, dated(decided, at, staff.finance)]


def _shares(entry: _Entry) -> list[Share]:
    ruling = entry.rulings[-1]
    if ruling.payer == PayerKind.INSTITUTE:
        return [Share(ruling=ruling, amount=entry.line.counted_amount)]
    if ruling.payer == PayerKind.UNDECIDED:
        return []
    liable = [LiableParty(party.code, party.order, weight) for party, weight in entry.parties]
    amounts = split_among(entry.line.counted_amount, liable)
    return [
        Share(ruling=ruling, participant=party, weight=weight, amount=share.amount)
        for (party, weight), share in zip(entry.parties, amounts, strict=True)
    ]
