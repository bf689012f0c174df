"""The next phase of an agreement takes over who pays and how lines are approved, as a first version to be edited."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from expenses.models import CostSettings, RuleTable
from expenses.services import add_rule_table
from participants.services.agreements import NextPhase, start_next_phase

pytestmark = pytest.mark.django_db


def next_phase(cast: Any, code: str) -> Any:
    titles = {"title_th": "ระยะที่ 3", "title_en": "Phase 3", "short_title_th": "ระยะที่ 3", "short_title_en": "Phase 3"}
    told = NextPhase(code=code, phase=3, starts_on=date(2020, 10, 1), ends_on=date(2021, 9, 30), **titles)
    return start_next_phase(agreement=cast.agreement, told=told, user=cast.programme)


def test_the_rule_and_the_settings_go_on_and_the_old_ones_stay(cast):
    old = RuleTable.objects.newest(cast.agreement)
    rows = [row | {"reason_en": "Agreed anew."} for row in old.rules]
    table = add_rule_table(
        agreement=cast.agreement, rows=rows, basis="มติ", applies_from=date(2020, 1, 1), user=cast.alice
    )
    CostSettings.objects.create(
        agreement=cast.agreement, several_above=Decimal("5000.00"), approvers=3, coordinators_enter=True
    )
    new = next_phase(cast, "phase-3")
    carried = RuleTable.objects.get(agreement=new)
    assert (carried.version, carried.applies_from, carried.rules) == (1, None, table.rules)
    assert carried.basis == f"{cast.agreement.short_title_th}: มติ"
    kept = CostSettings.objects.get(agreement=new)
    assert (kept.several_above, kept.approvers, kept.coordinators_enter) == (Decimal("5000.00"), 3, True)
    assert RuleTable.objects.filter(agreement=cast.agreement).count() == 2


def test_where_nobody_entered_a_rule_none_is_guessed(cast):
    RuleTable.objects.all().delete()
    assert not RuleTable.objects.filter(agreement=next_phase(cast, "phase-3")).exists()
