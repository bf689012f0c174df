"""Several approvers above an amount, cuts with their reason, approval of many lines, coordinators' own entries."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from expenses.models import CostSettings, ExpenseLine, ExpenseState, PaidBy
from expenses.services import approve_expense, enter_expense, return_expense, save_expense, submit_expense
from expenses.summaries import money_of
from mou_portal.records import Conflict, DomainError
from participants.access import FINANCE_STAFF
from tests import factories as make


@pytest.fixture
def carol(cast):
    return make.make_staff(FINANCE_STAFF, name_en="Carol", name_th="แครอล")


@pytest.fixture
def submitted(cast):
    def made(**fields):
        line = enter_expense(line=cast.line(**fields), parties=[cast.krabi, cast.nan], user=cast.alice)
        submit_expense(line=line, user=cast.alice)
        return line

    return made


def several(cast, above="500"):
    CostSettings.objects.create(agreement=cast.agreement, several_above=Decimal(above))


def test_above_the_amount_two_people_approve_and_one_of_them_not_twice(cast, submitted, carol):
    several(cast)
    line = submitted()
    assert approve_expense(line=line, user=cast.bob) is False
    line.refresh_from_db()
    assert line.state == ExpenseState.SUBMITTED
    with pytest.raises(Conflict):
        approve_expense(line=line, user=cast.bob)
    assert approve_expense(line=line, user=carol) is True
    assert (line.state, line.approved_by) == (ExpenseState.APPROVED, carol)
    assert line.approvals.count() == 2


def test_who_ever_changed_a_line_does_not_approve_it(cast, submitted, carol):
    line = submitted()
    return_expense(line=line, user=carol, note="ขาดใบเสร็จ")
    for user, words in ((cast.bob, "แก้โดยบ็อบ"), (cast.alice, "แก้โดยอลิซ")):
        line.refresh_from_db()
        line.description = words
        save_expense(line=line, user=user, expected=line.revision)
    submit_expense(line=line, user=cast.alice)
    with pytest.raises(DomainError, match="ท่านเคยแก้ไขรายการนี้"):
        approve_expense(line=line, user=cast.bob)
    line.refresh_from_db()
    assert (line.state, line.approvals.count()) == (ExpenseState.SUBMITTED, 0)
    assert approve_expense(line=line, user=carol) is True  # to return is not to change


def test_up_to_the_amount_one_is_enough(cast, submitted):
    several(cast, above="1000")
    assert approve_expense(line=submitted(), user=cast.bob) is True


def test_approvals_of_an_earlier_sending_do_not_count(cast, submitted, carol):
    several(cast)
    line = submitted()
    approve_expense(line=line, user=cast.bob)
    return_expense(line=line, user=carol, note="ขาดใบเสร็จ")
    submit_expense(line=line, user=cast.alice)
    assert approve_expense(line=line, user=carol) is False
    assert approve_expense(line=line, user=cast.bob) is True


def test_a_cut_needs_a_reason_and_the_shares_sum_to_what_stands(cast, submitted):
    line = submitted()
    for asked in ({"sanctioned": Decimal(0)}, {"sanctioned": Decimal("1000.01")}, {"sanctioned": Decimal("999")}):
        with pytest.raises(DomainError):
            approve_expense(line=line, user=cast.bob, **asked)
    assert ExpenseLine.objects.get().state == ExpenseState.SUBMITTED
    approve_expense(line=line, user=cast.bob, sanctioned=Decimal("800.01"), cut_reason="เกินอัตรา")
    line.refresh_from_db()
    assert (line.amount, line.counted_amount, line.cut, line.cut_reason) == (
        Decimal("1000.00"), Decimal("800.01"), Decimal("199.99"), "เกินอัตรา",
    )  # fmt: skip
    assert sorted(line.ruling.shares.values_list("amount", flat=True)) == [Decimal("400.00"), Decimal("400.01")]
    assert money_of([cast.krabi])[cast.krabi.pk].due == Decimal("400.01")


def test_approvers_count_together_only_for_the_same_amount(cast, submitted, carol):
    several(cast)
    line = submitted()
    approve_expense(line=line, user=cast.bob)
    assert approve_expense(line=line, user=carol, sanctioned=Decimal(900), cut_reason="เกินอัตรา") is False
    line.refresh_from_db()
    assert (line.state, line.counted_amount) == (ExpenseState.SUBMITTED, Decimal(900))
    assert approve_expense(line=line, user=cast.bob) is True  # for the nine hundred that he sees now
    line.refresh_from_db()
    assert (line.counted_amount, line.cut_reason) == (Decimal(900), "เกินอัตรา")


def test_many_are_approved_together_and_what_cannot_be_is_said(client, cast, submitted):
    first, second, changed = submitted(), submitted(), submitted()
    ticks = [f"{line.pk}-{ExpenseLine.objects.get(pk=line.pk).revision}" for line in (first, second)]
    client.force_login(cast.bob)
    page = client.get(reverse("expenses:approval-list")).content.decode()
    assert all(tick in page for tick in ticks)
    response = client.post(
        reverse("expenses:approval-list"),
        {"lines": [*ticks, f"{changed.pk}-1", "x", "1-2-3", "9" * 25 + "-1"]},
        follow=True,
    )
    states = dict(ExpenseLine.objects.values_list("pk", "state"))
    assert states == {first.pk: "approved", second.pk: "approved", changed.pk: "submitted"}
    assert len(list(response.context["messages"])) == 2
    client.force_login(cast.alice)
    assert str(changed.pk) + "-" not in client.get(reverse("expenses:approval-list")).content.decode()


def test_the_sanction_page_cuts(client, cast, submitted):
    line = submitted()
    client.force_login(cast.bob)
    url = reverse("expenses:expense-sanction", args=[line.pk])
    revision = client.get(url).context["form"]["revision"].value()
    client.post(url, {"sanctioned": "๙๐๐", "reason": "เกินอัตรา", "revision": revision})
    line.refresh_from_db()
    assert (line.state, line.counted_amount) == (ExpenseState.APPROVED, Decimal(900))


def test_settings_are_saved_once_and_changed(client, cast):
    client.force_login(cast.alice)
    url = reverse("expenses:settings-edit")
    client.post(url, {"several_above": "50,000", "approvers": "3", "coordinators_enter": "on"})
    row = CostSettings.objects.get()
    assert (row.several_above, row.approvers, row.coordinators_enter) == (Decimal(50000), 3, True)
    client.post(url, {"several_above": "", "approvers": "2", "revision": "1"})
    row.refresh_from_db()
    assert (row.several_above, row.coordinators_enter, row.revision) == (None, False, 2)


# --- coordinators -------------------------------------------------------------------------------
def own_entry(cast, **fields):
    return {
        "activity": f"seminar-{cast.at_institute.pk}",
        "whose_cost": "delegates",
        "category": "travel",
        "description": "ค่ารถตู้",
        "quantity": "3",
        "unit_rate": "๑๐๐.๒๕",
        "spent_on_day": "21",
        "spent_on_month": "8",
        "spent_on_year": "2562",
        "paid_by": "in_kind",
        **fields,
    }


def test_a_coordinator_enters_own_costs_where_the_agreement_lets_them(client, cast):
    client.force_login(cast.coordinator)
    url = reverse("expenses:expense-create")
    assert client.get(url).status_code == 403
    CostSettings.objects.create(agreement=cast.agreement, coordinators_enter=True)
    response = client.post(url, own_entry(cast))
    line = ExpenseLine.objects.get()
    assert (line.entered_for, line.amount, line.paid_by, line.paid_by_participant) == (
        cast.krabi, Decimal("300.75"), PaidBy.IN_KIND, cast.krabi,
    )  # fmt: skip
    assert line.ruling.shares.get().participant == cast.krabi
    assert client.get(response.url).status_code == 200
    client.post(reverse("expenses:expense-submit", args=[line.pk]))
    line.refresh_from_db()
    assert line.state == ExpenseState.SUBMITTED
    assert client.post(reverse("expenses:expense-approve", args=[line.pk])).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(line.get_absolute_url()).status_code == 404
    assert client.post(reverse("expenses:expense-delete", args=[line.pk])).status_code == 404


def test_a_coordinator_enters_nothing_for_others(cast):
    CostSettings.objects.create(agreement=cast.agreement, coordinators_enter=True)
    for line, entered_for in ((cast.line(), None), (cast.line(), cast.nan)):
        with pytest.raises(PermissionDenied):
            enter_expense(line=line, parties=[cast.krabi], user=cast.coordinator, entered_for=entered_for)
    for line, parties in (
        (cast.line(), [cast.nan]),
        (cast.line(paid_by="institute"), [cast.krabi]),
        (cast.line(paid_by="local_government", paid_by_participant=cast.nan), [cast.krabi]),
    ):
        with pytest.raises(DomainError):
            enter_expense(line=line, parties=parties, user=cast.coordinator, entered_for=cast.krabi)
    assert not ExpenseLine.objects.exists()
