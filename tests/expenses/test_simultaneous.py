"""Many people at once: of 20 simultaneous approvals one wins, and a line never has two current rulings.

On SQLite the test's own database lives in memory, where threads do not meet the locks of a file. So it is copied into
a file first, as a portal has it; PostgreSQL is used as it is.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from expenses.models import CostSettings, ExpenseLine, ExpenseState, Ruling, Settlement, SettlementSignature
from expenses.services import (
    approve_expense,
    countersign_settlement,
    decide_ruling,
    rule,
    save_expense,
    submit_expense,
)
from mou_portal.records import Conflict
from participants.access import FINANCE_STAFF
from participants.models import User
from tests import factories as make
from tests.expenses.conftest import build_cast

CLIENTS = 20
#: Five in every run; a measurement sets more.
ROUNDS = int(os.environ.get("APPROVAL_ROUNDS", "5"))

Together = Callable[..., list[Any]]


@pytest.fixture
def together(transactional_db: None, tmp_path: Path) -> Iterator[Together]:
    """Runs calls at the same moment, each in a thread with a connection of its own, on a real database file."""
    settings = connections.settings["default"]
    name = settings["NAME"]

    def run(*calls: Callable[[], Any]) -> list[Any]:
        if connection.vendor == "sqlite" and settings["NAME"] == name:
            path = tmp_path / "portal.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(path)])
            with closing(sqlite3.connect(path)) as fresh:
                fresh.execute("PRAGMA journal_mode=WAL")  # as a portal's file is from its first connection on
            settings["NAME"] = str(path)
        start = Barrier(len(calls))

        def one(call: Callable[[], Any]) -> Any:
            try:
                start.wait()
                return call()
            except Conflict as conflict:
                return conflict
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    yield run
    settings["NAME"] = name


def test_of_twenty_simultaneous_approvals_one_wins(together, transactional_db):
    cast = build_cast()
    approvers = [make.make_staff(FINANCE_STAFF).pk for _number in range(CLIENTS)]
    lines = [
        make.make_expense(cast.at_institute, by=cast.alice, whose_cost="event", state=ExpenseState.SUBMITTED).pk
        for _round in range(ROUNDS)
    ]

    def approve(line: int, approver: int) -> str:
        approve_expense(line=ExpenseLine.objects.get(pk=line), user=User.objects.get(pk=approver))
        return "approved"

    for line in lines:
        answers = together(*(lambda line=line, who=who: approve(line, who) for who in approvers))
        assert answers.count("approved") == 1
        assert sum(isinstance(answer, Conflict) for answer in answers) == CLIENTS - 1

    def kept() -> list[tuple[str, int, int]]:
        return [
            (one.state, one.history.filter(state=ExpenseState.APPROVED).count(), one.approvals.count())
            for one in ExpenseLine.objects.filter(pk__in=lines)
        ]

    assert together(kept) == [[(ExpenseState.APPROVED, 1, 1)] * ROUNDS]


def test_where_two_are_needed_exactly_two_of_twenty_count(together, transactional_db):
    cast = build_cast()
    CostSettings.objects.create(agreement=cast.agreement, several_above=1)
    approvers = [make.make_staff(FINANCE_STAFF).pk for _number in range(CLIENTS)]
    pk = make.make_expense(cast.at_institute, by=cast.alice, whose_cost="event", state=ExpenseState.SUBMITTED).pk

    def approve(approver: int) -> bool:
        return approve_expense(line=ExpenseLine.objects.get(pk=pk), user=User.objects.get(pk=approver))

    answers = together(*(lambda who=who: approve(who) for who in approvers))
    assert (answers.count(False), answers.count(True)) == (1, 1)
    assert together(lambda: ExpenseLine.objects.get(pk=pk).approvals.count()) == [2]


def test_simultaneous_decisions_rulings_and_changes_leave_one_current_ruling(together, transactional_db):
    cast = build_cast()
    pk = make.make_expense(cast.elsewhere, by=cast.alice, whose_cost="event").pk
    staff = cast.bob.pk

    def decide() -> Any:
        line, user = ExpenseLine.objects.get(pk=pk), User.objects.get(pk=staff)
        return decide_ruling(line=line, payer="institute", reason="สถาบันเชิญ", user=user).pk

    def change() -> Any:
        line, user = ExpenseLine.objects.get(pk=pk), User.objects.get(pk=staff)
        line.amount += 1
        return save_expense(line=line, user=user, expected=line.revision)

    def again() -> Any:
        return rule(line=ExpenseLine.objects.get(pk=pk)).pk

    answers = together(*[decide] * 6, *[change] * 6, *[again] * 6)
    assert sum(isinstance(answer, int) for answer in answers[:6]) == 1

    def kept() -> tuple[Any, ...]:
        line = ExpenseLine.objects.get(pk=pk)
        ruling = Ruling.objects.get(line=line, is_current=True)
        return ruling.payer, ruling.decided_by_id, ruling.shares.get().amount == line.amount

    assert together(kept) == [("institute", staff, True)]


def test_a_change_and_a_handing_in_at_once_never_approve_an_unseen_amount(together, transactional_db):
    cast = build_cast()
    pk = make.make_expense(cast.at_institute, by=cast.alice, whose_cost="event").pk
    staff = cast.alice.pk

    def change() -> str:
        line, user = ExpenseLine.objects.get(pk=pk), User.objects.get(pk=staff)
        line.amount = 5
        save_expense(line=line, user=user, expected=line.revision)
        return "changed"

    def submit() -> str:
        submit_expense(line=ExpenseLine.objects.get(pk=pk), user=User.objects.get(pk=staff))
        return "submitted"

    answers = together(*[change] * 5, submit)
    assert answers[-1] == "submitted"

    def kept() -> tuple[Any, ...]:
        line = ExpenseLine.objects.get(pk=pk)
        return line.state, line.ruling.shares.get().amount == line.amount

    assert together(kept) == [(ExpenseState.SUBMITTED, True)]


def test_of_ten_people_who_countersign_at_once_one_signs(together, transactional_db):
    cast = build_cast()
    settlement = make.make_settlement(cast.krabi, by=cast.alice).pk
    signers = [make.make_coordinator(cast.krabi).pk for _number in range(CLIENTS // 2)]

    def countersign(user: int) -> str:
        countersign_settlement(
            settlement=Settlement.objects.get(pk=settlement),
            user=User.objects.get(pk=user),
            name="ผู้ลงนาม",
            position="ปลัด",
        )
        return "signed"

    answers = together(*(lambda who=who: countersign(who) for who in signers))
    assert answers.count("signed") == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == len(signers) - 1

    def found() -> tuple[int, str]:
        signatures = SettlementSignature.objects.filter(settlement_id=settlement)
        return signatures.count(), Settlement.objects.get(pk=settlement).state

    assert together(found) == [(1, "countersigned")]
