"""What was planned, is committed and is spent; the register that lives on elsewhere; the report."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from expenses.budget import BudgetFigures, budget_of
from expenses.budget_chart import budget_rows
from expenses.models import BudgetLine, ExpenseState
from expenses.reports import budget_actual_context
from expenses.services import decide_ruling, save_budget
from tests import factories as make


@pytest.fixture
def spent(cast):
    def add(amount, state=ExpenseState.APPROVED, activity=None, **fields):
        return make.make_expense(
            activity or cast.at_institute,
            by=cast.alice,
            state=state,
            approved_by=cast.bob,
            amount=Decimal(amount),
            **{"whose_cost": "delegates", "parties": [cast.krabi], **fields},
        )

    add("100.10")
    add("50.05", state=ExpenseState.SETTLED)
    add("30", state=ExpenseState.SUBMITTED)
    add("7", state=ExpenseState.DRAFT)
    add("8", state=ExpenseState.REJECTED)
    add("500", whose_cost="event", category="meals", parties=())
    add("70", activity=cast.elsewhere, whose_cost="event", category="meals", parties=())
    return add


def plan(cast, party, **planned):
    save_budget(
        agreement=cast.agreement,
        participant=party,
        planned={name: Decimal(amount) if amount else None for name, amount in planned.items()},
        user=cast.alice,
    )


def test_planned_committed_and_spent_by_party_and_category(cast, spent):
    plan(cast, cast.krabi, travel="200", lodging="10")
    plan(cast, None, meals="400")
    budget = budget_of(cast.agreement)
    assert budget.of(cast.krabi.pk) == [
        ("travel", BudgetFigures(Decimal(200), Decimal(30), Decimal("150.15"))),
        ("lodging", BudgetFigures(planned=Decimal(10))),
    ]
    assert budget.of(cast.nan.pk) == []
    assert (budget.total(None).left, budget.total(None).state) == (Decimal(-100), "over")
    assert budget.undecided == {"meals": Decimal(70)}
    assert budget.whole == BudgetFigures(Decimal(610), Decimal(30), Decimal("650.15"))
    assert sum(one.used for _name, one in budget.by_category()) == Decimal("680.15")


def test_an_undecided_line_counts_once_it_is_decided(cast, spent):
    line = cast.agreement.expense_lines.get(amount=70)
    decide_ruling(line=line, payer="institute", reason="เชิญ", user=cast.bob)
    budget = budget_of(cast.agreement)
    assert (budget.undecided, budget.total(None).spent) == ({}, Decimal(570))


@pytest.mark.parametrize(
    ("planned", "spent_", "state"),
    [("0", "0", "none"), ("0", "1", "unplanned"), ("100", "100.01", "over"), ("100", "100", "near"),
     ("100", "90", "near"), ("100", "89.99", "within")],
)  # fmt: skip
def test_warnings(planned, spent_, state):
    assert BudgetFigures(planned=Decimal(planned), spent=Decimal(spent_)).state == state


def test_bars_fit_the_picture():
    figures = [("travel", BudgetFigures(Decimal(50), Decimal(40), Decimal(60))), ("meals", BudgetFigures())]
    first, second = budget_rows(figures).rows
    assert (first.spent + first.committed, first.planned, first.committed_x) == (430, 215, 263)
    assert (second.planned, second.spent) == (0, 0)
    assert budget_rows([]).rows == ()


def test_a_plan_is_changed_and_taken_back(cast):
    plan(cast, cast.krabi, travel="200", meals="5")
    plan(cast, cast.krabi, travel="250", meals="")
    row = BudgetLine.objects.get()
    assert (row.category, row.planned, row.history.count()) == ("travel", Decimal(250), 2)
    with pytest.raises(PermissionDenied):
        save_budget(agreement=cast.agreement, participant=None, planned={}, user=cast.programme)


def test_pages_show_each_their_own(client, cast, spent):
    plan(cast, cast.krabi, travel="160")
    plan(cast, cast.nan, travel="99999")
    client.force_login(cast.coordinator)
    page = client.get(reverse("expenses:budget-list")).content.decode()
    assert "150.15" in page
    assert "99,999" not in page
    client.force_login(cast.alice)
    url = reverse("expenses:budget-edit", args=["nan-town"])
    assert "99,999.00" in client.get(url).content.decode()
    assert client.post(url, {"travel": "1.234"}).context["form"].errors
    client.post(url, {"travel": "๑๐"})
    assert BudgetLine.objects.get(participant=cast.nan).planned == 10
    page = client.get(reverse("expenses:budget-list")).content.decode()
    assert "<svg" in page
    context = budget_actual_context(cast.agreement, "en")
    assert [str(figures.planned) for _name, figures in context["parties"]] == ["0.00", "160.00", "10.00"]


def test_the_workbook_s_totals_are_formulas_and_texts_are_not(client, cast, spent):
    spent("1", description="=1+1", payee="@x")
    client.force_login(cast.programme)
    content = client.get(reverse("expenses:register-xlsx")).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    formulas = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas[:2] == ["=SUBTOTAL(109,G2:G6)", "=SUBTOTAL(109,H2:H6)"]
    assert len(formulas) == 5
    assert "'=1+1" in [cell.value for cell in sheet["B"]]
    assert sum(cell.value for cell in sheet["H"][1:6]) == pytest.approx(721.15)


def test_the_ledger_has_a_row_for_each_share_and_codes_for_words(client, cast, spent):
    spent("0.03", whose_cost="delegates", parties=[cast.krabi, cast.nan])
    client.force_login(cast.programme)
    text = b"".join(client.get(reverse("expenses:register-csv")).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(Decimal(row["share"]) for row in rows) == Decimal("720.18")
    assert [(row["party"], row["share"]) for row in rows if row["claimed"] == "0.03"] == [
        ("krabi-pao", "0.02"), ("nan-town", "0.01"),
    ]  # fmt: skip
    assert {row["payer"] for row in rows} == {"institute", "local_government", "undecided"}
