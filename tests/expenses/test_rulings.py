"""Who bears a line: the rule, and a named person where the memorandum is silent. Earlier rulings are kept."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from expenses.models import ExpenseState, Ruling
from expenses.services import decide_ruling, enter_expense, facts_of, rule, save_expense, silent_on
from mou_portal.records import Conflict, DomainError
from tests import factories as make


@pytest.fixture
def silent(cast):
    """The running costs of a seminar held elsewhere."""
    return enter_expense(line=cast.line(cast.elsewhere, whose_cost="event"), user=cast.alice)


def test_facts_come_from_the_line_and_its_activity(cast):
    facts = facts_of(cast.line(cast.requested))
    assert (facts.activity, facts.venue, facts.arranged_by) == ("field_visit", None, "local_government")
    with pytest.raises(DomainError):
        facts_of(_without_activity(cast))
    unknown = cast.line(category="drinks")
    with pytest.raises(DomainError, match="category"):
        facts_of(unknown)


def _without_activity(cast):
    line = cast.line()
    line.seminar = None
    return line


def test_a_ruling_keeps_rule_version_row_reasons_and_facts(cast, silent):
    ruling = silent.ruling
    assert (ruling.payer, ruling.clause, ruling.rule_code, ruling.rule_version, ruling.rule_number) == (
        "undecided", "", "mou-2562", 1, 6,
    )  # fmt: skip
    assert ruling.reason_th
    assert ruling.reason_en
    assert ruling.facts == {
        "activity": "seminar", "venue": "elsewhere", "arranged_by": None, "whose_cost": "event", "category": "travel",
    }  # fmt: skip
    assert not ruling.shares.exists()


def test_ruling_again_changes_nothing(cast, silent):
    before = list(Ruling.history.values_list("pk", flat=True))
    first = silent.ruling
    assert rule(line=silent) == first
    assert list(Ruling.history.values_list("pk", flat=True)) == before


def test_other_facts_make_a_new_ruling_and_keep_the_old_with_its_shares(cast):
    line = enter_expense(line=cast.line(), parties=[cast.krabi], user=cast.alice)
    line.whose_cost = "event"
    save_expense(line=line, user=cast.alice, expected=1)
    new, old = line.rulings.order_by("-pk")
    assert (new.is_current, new.payer, old.is_current, old.payer) == (True, "institute", False, "local_government")
    assert old.shares.get().participant == cast.krabi


def test_a_new_version_of_the_rule_rules_anew_and_the_old_ruling_keeps_its_version(cast):
    line = enter_expense(line=cast.line(), parties=[cast.krabi], user=cast.alice)
    line.rulings.update(rule_version=0)  # as if made under an earlier version of the table
    rule(line=line)
    assert list(line.rulings.order_by("pk").values_list("rule_version", "is_current")) == [(0, False), (1, True)]


# --- decisions ------------------------------------------------------------------------------
def test_a_named_person_decides_with_a_written_reason(cast, silent):
    new = decide_ruling(line=silent, payer="institute", reason=" ครั้งนี้สถาบันเชิญ ", user=cast.bob)
    assert (new.payer, new.clause, new.decided_by, new.decision_reason) == (
        "institute", "", cast.bob, "ครั้งนี้สถาบันเชิญ",
    )  # fmt: skip
    assert new.shares.get().amount == silent.amount
    assert silent.rulings.filter(is_current=False).get().payer == "undecided"


def test_local_governments_that_bear_it_by_decision_are_named(cast, silent):
    with pytest.raises(DomainError):
        decide_ruling(line=silent, payer="local_government", reason="ตกลงกันแล้ว", user=cast.bob)
    assert silent.rulings.get().payer == "undecided"
    new = decide_ruling(
        line=silent, payer="local_government", reason="ตกลงกันแล้ว", user=cast.bob, parties={cast.krabi: 1, cast.nan: 3}
    )
    assert sorted(new.shares.values_list("amount", flat=True)) == [250, 750]


@pytest.mark.parametrize(("payer", "reason"), [("institute", "  "), ("undecided", "เพราะ"), ("nobody", "เพราะ")])
def test_a_decision_without_reason_or_payer_is_refused(cast, silent, payer, reason):
    with pytest.raises(DomainError):
        decide_ruling(line=silent, payer=payer, reason=reason, user=cast.bob)
    assert silent.rulings.get().payer == "undecided"


def test_what_the_memorandum_decides_is_not_for_a_person(cast):
    line = enter_expense(line=cast.line(), parties=[cast.krabi], user=cast.alice)
    with pytest.raises(DomainError):
        decide_ruling(line=line, payer="institute", reason="อยากช่วย", user=cast.bob)
    assert line.rulings.get().payer == "local_government"
    assert not silent_on(line)


def test_a_decided_line_is_not_decided_again_nor_a_rejected_one(cast, silent):
    decide_ruling(line=silent, payer="institute", reason="สถาบันเชิญ", user=cast.bob)
    with pytest.raises(Conflict):
        decide_ruling(line=silent, payer="local_government", reason="ไม่ใช่", user=cast.alice, parties=[cast.nan])
    rejected = make.make_expense(
        cast.elsewhere, by=cast.alice, whose_cost="event", state=ExpenseState.REJECTED, approved_by=cast.bob
    )
    with pytest.raises(Conflict):
        decide_ruling(line=rejected, payer="institute", reason="สถาบันเชิญ", user=cast.bob)


@pytest.mark.parametrize("who", ["programme", "coordinator"])
def test_only_finance_staff_decide(cast, silent, who):
    with pytest.raises(PermissionDenied):
        decide_ruling(line=silent, payer="institute", reason="เพราะ", user=getattr(cast, who))


def test_a_decision_stands_while_its_facts_stand_and_follows_the_amount(cast, silent):
    decided = decide_ruling(line=silent, payer="institute", reason="สถาบันเชิญ", user=cast.bob)
    silent.amount = 77
    save_expense(line=silent, user=cast.alice, expected=silent.revision)
    assert silent.ruling == decided
    assert decided.shares.get().amount == 77
    silent.whose_cost = "advisers"
    save_expense(line=silent, user=cast.alice, expected=silent.revision)
    assert (silent.ruling.payer, silent.ruling.decided_by) == ("undecided", None)
    assert silent.rulings.count() == 3
