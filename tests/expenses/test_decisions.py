"""Decisions for a class, overrides by two people, and lines that move: the old ruling is always kept."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from expenses.models import ClassDecision, ExpenseState, OverrideState, RulingOverride
from expenses.reports import undecided_costs_context
from expenses.services import (
    approve_expense,
    confirm_override,
    decide_class,
    decide_ruling,
    decline_override,
    end_decision,
    enter_expense,
    move_expense,
    propose_override,
    reopen_expense,
    rule,
    save_expense,
    settle_expense,
    submit_expense,
)
from mou_portal.records import Conflict, DomainError
from tests import factories as make

FACTS = {
    "activity": "seminar",
    "venue": "elsewhere",
    "arranged_by": None,
    "whose_cost": "event",
    "category": "travel",
}


def silent(cast, **fields):
    return enter_expense(line=cast.line(cast.elsewhere, whose_cost="event", **fields), user=cast.alice)


def decide(cast, *, user=None, **changes):
    asked = {"payer": "institute", "reason": "สถาบันเป็นผู้เชิญ", "standing": False, **changes}
    return decide_class(agreement=cast.agreement, facts=FACTS, user=user or cast.bob, **asked)


# --- a class ----------------------------------------------------------------------------------
def test_a_class_is_decided_at_once_and_nothing_else(cast):
    lines = [silent(cast), silent(cast)]
    other = silent(cast, category="meals")
    done = decide(cast)
    assert (done.ruled, done.left) == (2, [])
    for line in lines:
        ruling = line.rulings.get(is_current=True)
        assert (ruling.payer, ruling.decided_by, ruling.decision_reason, ruling.decision) == (
            "institute", cast.bob, "สถาบันเป็นผู้เชิญ", done.decision,
        )  # fmt: skip
        assert line.rulings.get(is_current=False).payer == "undecided"
    assert other.rulings.get().payer == "undecided"
    with pytest.raises(DomainError):
        decide(cast)
    assert ClassDecision.objects.count() == 1


def test_a_standing_decision_rules_later_lines_until_it_is_ended(cast):
    silent(cast)
    decision = decide(cast, standing=True).decision
    later = silent(cast)
    assert (later.rulings.get().payer, later.rulings.get().decision) == ("institute", decision)
    with pytest.raises(DomainError):
        decide(cast, standing=True)
    end_decision(decision=decision, user=cast.bob)
    with pytest.raises(Conflict):
        end_decision(decision=decision, user=cast.bob)
    assert silent(cast).rulings.get().payer == "undecided"
    assert rule(line=later).decision == decision
    ((one, words),) = undecided_costs_context(cast.agreement, "en")["classes"]
    assert (one, one.lines, len(words)) == (decision, 2, 4)


def test_lines_that_name_nobody_stay_undecided_when_local_governments_pay(cast):
    named = enter_expense(line=cast.line(cast.elsewhere, whose_cost="event"), parties=[cast.krabi], user=cast.alice)
    nameless = silent(cast)
    done = decide(cast, payer="local_government", standing=True)
    assert (done.ruled, done.left) == (1, [nameless])
    assert named.rulings.get(is_current=True).shares.get().participant == cast.krabi
    assert silent(cast).rulings.get().payer == "undecided"  # nobody there to pay


@pytest.mark.parametrize("changes", [{"reason": " "}, {"payer": "undecided"}])
def test_a_class_needs_reason_and_payer(cast, changes):
    line = silent(cast)
    with pytest.raises(DomainError):
        decide(cast, **changes)
    assert line.rulings.get().payer == "undecided"


def test_only_finance_staff_decide_a_class(cast):
    silent(cast)
    for user in (cast.programme, cast.coordinator):
        with pytest.raises(PermissionDenied):
            decide(cast, user=user)
    assert not ClassDecision.objects.exists()


def test_the_page_decides_a_class_and_ends_it(client, cast):
    line = silent(cast)
    client.force_login(cast.bob)
    page = client.get(reverse("expenses:class-list")).content.decode()
    url = reverse("expenses:class-decide", args=["seminar.elsewhere.event.travel"])
    assert url in page
    client.post(url, {"payer": "institute", "reason": "เชิญมา", "standing": "on"})
    assert line.rulings.get(is_current=True).payer == "institute"
    decision = ClassDecision.objects.get()
    client.post(reverse("expenses:decision-end", args=[decision.pk]))
    decision.refresh_from_db()
    assert not decision.is_standing
    assert client.get(reverse("expenses:class-decide", args=["seminar.nowhere.event.travel"])).status_code == 404


# --- overrides --------------------------------------------------------------------------------
@pytest.fixture
def decided(cast):
    return enter_expense(line=cast.line(), parties=[cast.krabi], user=cast.alice)


def propose(cast, line, **changes):
    return propose_override(**{"line": line, "payer": "institute", "reason": "น้ำท่วม", "user": cast.alice, **changes})


def test_an_override_needs_a_second_person_and_keeps_what_it_set_aside(cast, decided):
    override = propose(cast, decided)
    assert decided.rulings.get().payer == "local_government"
    with pytest.raises(PermissionDenied):
        confirm_override(override=override, user=cast.alice)
    new = confirm_override(override=override, user=cast.bob)
    assert (new.payer, new.clause, new.decided_by, new.confirmed_by, new.is_override) == (
        "institute", "", cast.alice, cast.bob, True,
    )  # fmt: skip
    assert decided.rulings.get(is_current=False).shares.get().participant == cast.krabi
    with pytest.raises(Conflict):
        confirm_override(override=override, user=cast.bob)
    assert rule(line=decided) == new  # it stands while its facts stand
    decided.refresh_from_db()
    decided.whose_cost = "event"
    save_expense(line=decided, user=cast.alice, expected=decided.revision)
    assert decided.rulings.get(is_current=True).clause == "2.2(4)4.1"


def test_local_governments_of_an_override_share_by_their_weights(cast, decided):
    override = propose(cast, decided, payer="local_government", weights={cast.krabi: 1, cast.nan: 3})
    confirm_override(override=override, user=cast.bob)
    assert sorted(decided.rulings.get(is_current=True).shares.values_list("amount", flat=True)) == [250, 750]


@pytest.mark.parametrize(
    "changes", [{"reason": " "}, {"payer": "undecided"}, {"payer": "local_government", "weights": {}}]
)
def test_a_proposal_is_whole_or_refused(cast, decided, changes):
    with pytest.raises(DomainError):
        propose(cast, decided, **changes)
    assert not RulingOverride.objects.exists()


def test_what_cannot_be_overridden(cast, decided):
    with pytest.raises(DomainError):
        propose(cast, silent(cast))
    event = enter_expense(line=cast.line(whose_cost="event"), user=cast.alice)
    with pytest.raises(DomainError):
        propose(cast, event)  # the institute bears it already
    with pytest.raises(PermissionDenied):
        propose(cast, decided, user=cast.programme)
    propose(cast, decided)
    with pytest.raises(Conflict):
        propose(cast, decided)


def test_a_proposal_about_a_ruling_that_is_gone_is_not_confirmed(cast, decided):
    override = propose(cast, decided)
    decided.whose_cost = "event"
    save_expense(line=decided, user=cast.alice, expected=decided.revision)
    with pytest.raises(Conflict):
        confirm_override(override=override, user=cast.bob)
    with pytest.raises(DomainError):
        decline_override(override=override, user=cast.alice, note="")
    decline_override(override=override, user=cast.alice, note="ข้อเท็จจริงเปลี่ยน")
    assert RulingOverride.objects.get().state == OverrideState.DECLINED
    with pytest.raises(Conflict):
        decline_override(override=override, user=cast.bob, note="อีกครั้ง")


def test_the_pages_propose_and_confirm(client, cast, decided):
    client.force_login(cast.alice)
    client.post(reverse("expenses:override-create", args=[decided.pk]), {"payer": "institute", "reason": "ตกลงกันใหม่"})
    override = RulingOverride.objects.get()
    assert client.post(reverse("expenses:override-confirm", args=[override.pk])).status_code == 403
    assert "ตกลงกันใหม่" in client.get(decided.get_absolute_url()).content.decode()
    client.force_login(cast.bob)
    client.post(reverse("expenses:override-confirm", args=[override.pk]))
    assert decided.rulings.get(is_current=True).is_override


# --- moving and settling ----------------------------------------------------------------------
@pytest.fixture
def approved(cast, decided):
    submit_expense(line=decided, user=cast.alice)
    approve_expense(line=decided, user=cast.bob)
    decided.refresh_from_db()
    return decided


def test_an_approved_line_that_moves_is_ruled_anew_and_waits_again(cast, approved):
    move_expense(line=approved, activity=cast.requested, reason="ลงผิดกิจกรรม", user=cast.bob, parties=[cast.krabi])
    assert (approved.state, approved.visit, approved.seminar, approved.approved_by) == (
        ExpenseState.SUBMITTED, cast.requested, None, None,
    )  # fmt: skip
    new, old = approved.rulings.order_by("-pk")
    assert (old.clause, old.shares.get().participant) == ("2.2(4)4.1", cast.krabi)
    assert (new.payer, new.clause) == ("undecided", "")  # delegates on a visit: the memorandum is silent
    with pytest.raises(PermissionDenied):
        approve_expense(line=approved, user=cast.bob)  # who moved it does not approve it
    approve_expense(line=approved, user=make.make_staff("finance_staff"))


def test_a_line_moves_with_a_reason_to_another_activity_of_its_agreement(cast, approved):
    other = make.make_seminar(make.make_agreement("other", current=False))
    for asked in ({"reason": " "}, {"activity": cast.at_institute}, {"activity": other}):
        with pytest.raises(DomainError):
            move_expense(**{"line": approved, "activity": cast.elsewhere, "reason": "ผิด", "user": cast.bob, **asked})
    with pytest.raises(PermissionDenied):
        move_expense(line=approved, activity=cast.elsewhere, reason="ผิด", user=cast.coordinator)
    approved.refresh_from_db()
    assert (approved.state, approved.seminar) == (ExpenseState.APPROVED, cast.at_institute)
    assert list(approved.parties.values_list("participant", flat=True)) == [cast.krabi.pk]


def test_a_settled_line_stays_as_it_is_until_it_is_reopened(cast, approved):
    settle_expense(line=approved)
    with pytest.raises(Conflict):
        settle_expense(line=approved)
    with pytest.raises(Conflict):
        move_expense(line=approved, activity=cast.elsewhere, reason="ผิด", user=cast.bob)
    with pytest.raises(Conflict):
        propose(cast, approved)
    with pytest.raises(Conflict):
        decide_ruling(line=approved, payer="institute", reason="ใหม่", user=cast.bob)
    reopen_expense(line=approved)
    assert approved.state == ExpenseState.APPROVED
    assert approved.amount == Decimal("1000.00")
