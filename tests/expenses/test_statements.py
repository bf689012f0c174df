"""A statement as people read it: what its sums say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from expenses.models import ExpenseLine, ExpenseState
from expenses.services import approve_expense, confirm_override, decide_ruling, draw_settlement, propose_override
from expenses.settlement_reports import settlement_html
from expenses.statements import remarks, statement_of
from tests import factories as make


def test_sums_stand_by_clause_in_their_order_then_what_people_decided(cast):
    def line(activity, baht, **fields):
        return make.make_expense(
            activity,
            by=cast.alice,
            state=ExpenseState.APPROVED,
            approved_by=cast.bob,
            amount=Decimal(baht),
            **fields,
        )

    line(cast.requested, "100.01")  # shared with Nan
    line(cast.at_institute, "40.00", whose_cost="delegates", parties=[cast.krabi])
    silent = line(cast.scheduled, "5.00", whose_cost="event", category="meals", parties=[cast.krabi])
    decide_ruling(line=silent, payer="local_government", reason="จังหวัดเห็นชอบ", user=cast.bob)
    proposal = propose_override(
        line=line(cast.at_institute, "888.00", whose_cost="event"),
        payer="local_government",
        reason="ตกลงใหม่",
        user=cast.alice,
        weights={cast.krabi: 1},
    )
    confirm_override(override=proposal, user=cast.bob)
    settlement = draw_settlement(
        participant=cast.krabi, user=cast.alice, starts_on=date(2019, 6, 17), ends_on=date(2020, 9, 30)
    )
    with translation.override("en"):
        sums = statement_of(settlement).by_clause
    assert sums == [
        ("clause 4.1", Decimal("40.00")),
        ("clause 4.2", Decimal("50.01")),
        ("by decision, where the memorandum is silent", Decimal("5.00")),
        ("by override", Decimal("888.00")),
    ]


def test_what_was_cut_is_told_to_both_sides(client, cast):
    line = make.make_expense(
        cast.at_institute,
        by=cast.alice,
        whose_cost="delegates",
        parties=[cast.krabi],
        state=ExpenseState.SUBMITTED,
        amount=Decimal("1000.00"),
    )
    approve_expense(line=line, user=cast.bob, sanctioned=Decimal("800.00"), cut_reason="เกินอัตราค่าที่พัก")
    settlement = draw_settlement(
        participant=cast.krabi, user=cast.alice, starts_on=date(2019, 6, 17), ends_on=date(2020, 9, 30)
    )
    kept = settlement.lines.get()
    assert (kept.amount, kept.claimed, kept.cut_reason) == (Decimal("800.00"), Decimal("1000.00"), "เกินอัตราค่าที่พัก")
    ExpenseLine.objects.filter(pk=line.pk).update(cut_reason="แก้ภายหลัง")  # what was drawn up stays
    with translation.override("th"):
        assert remarks(kept) == "ขอเบิก 1,000.00 บาท ปรับลด: เกินอัตราค่าที่พัก"
    client.force_login(cast.alice)
    assert "ขอเบิก 1,000.00 บาท ปรับลด: เกินอัตราค่าที่พัก" in client.get(settlement.get_absolute_url()).content.decode()
    assert "cut: เกินอัตราค่าที่พัก" in settlement_html(settlement, "en")
    with pytest.raises(IntegrityError), transaction.atomic():
        settlement.lines.update(cut_reason="")
