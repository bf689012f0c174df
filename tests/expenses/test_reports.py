"""The register, and the agenda for the next memorandum, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from expenses.models import ExpenseState
from expenses.reports import expense_register_context, undecided_costs_context
from expenses.services import confirm_override, decide_ruling, propose_override
from mou_portal.registry import reports
from tests import factories as make


@pytest.fixture
def lines(cast):
    made = [
        make.make_expense(cast.requested, by=cast.alice, state=ExpenseState.APPROVED, approved_by=cast.bob),
        make.make_expense(
            cast.at_institute, by=cast.alice, whose_cost="event", state=ExpenseState.APPROVED, approved_by=cast.bob
        ),
        make.make_expense(cast.elsewhere, by=cast.alice, whose_cost="event", description="ยังไม่วินิจฉัย"),
        make.make_expense(cast.elsewhere, by=cast.alice, whose_cost="event", description="วินิจฉัยแล้ว"),
    ]
    decide_ruling(line=made[3], payer="institute", reason="สถาบันเชิญ", user=cast.bob)
    return made


def test_the_register_holds_approved_lines_and_sums_by_payer(cast, lines):
    context = expense_register_context(cast.agreement, "th")
    assert [row["line"] for row in context["rows"]] == lines[:2]
    assert [amount for _label, amount in context["totals"]] == [Decimal("1234.50"), Decimal("1234.50"), 0]
    assert context["total"] == Decimal("2469.00")


def test_undecided_costs_hold_what_is_open_and_what_was_decided(cast, lines):
    context = undecided_costs_context(cast.agreement, "th")
    assert context["undecided"] == [lines[2]]
    assert [one.line for one in context["decisions"]] == [lines[3]]
    assert (context["undecided_total"], context["decisions_total"]) == (Decimal("1234.50"), Decimal("1234.50"))


def test_what_two_people_set_aside_stands_apart(cast, lines, client):
    proposal = propose_override(
        line=lines[1], payer="local_government", reason="ตกลงใหม่", user=cast.alice, weights={cast.nan: 1}
    )
    confirm_override(override=proposal, user=cast.bob)
    context = undecided_costs_context(cast.agreement, "th")
    assert [one.line for one in context["decisions"]] == [lines[3]]
    assert [one.line for one in context["overrides"]] == [lines[1]]
    html = reports.get("undecided-costs").html(cast.agreement, "th")
    assert f"{cast.alice}, {cast.bob}" in html
    client.force_login(cast.bob)
    assert f"{cast.alice}, {cast.bob}" in client.get(reverse("expenses:decision-list")).content.decode()


@pytest.mark.parametrize("name", ["expense-register", "undecided-costs"])
@pytest.mark.parametrize("language", ["th", "en"])
def test_reports_are_for_staff_and_read_well_empty_or_full(cast, name, language, request):
    report = reports.get(name)
    assert report.can_view(cast.programme, cast.agreement)
    assert not report.can_view(cast.coordinator, cast.agreement)
    assert report.filename(cast.agreement).isascii()
    empty = report.html(cast.agreement, language)
    request.getfixturevalue("lines")
    full = report.html(cast.agreement, language)
    assert f'lang="{language}"' in full
    assert len(full) > len(empty)
    assert ("สถาบันเชิญ" in full) == (name == "undecided-costs")
    assert ("หนึ่งพันสองร้อย" in full or "two thousand" in full or "สองพัน" in full) == (name == "expense-register")
