"""The database repeats the rules: what it refuses whoever writes, and that its words are the rule's words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from expenses import models, payer
from expenses.models import ExpenseLine, ExpenseState, Ruling, Share
from seminars.models import ArrangedBy, Venue
from tests import factories as make


@pytest.mark.parametrize(
    ("stored", "pure"),
    [
        (models.WhoseCost, payer.WhoseCost),
        (models.Category, payer.Category),
        (models.PayerKind, payer.Payer),
        (Venue, payer.Venue),
        (ArrangedBy, payer.ArrangedBy),
    ],
)
def test_choices_of_the_tables_are_those_of_the_rule(stored, pure):
    assert list(stored.values) == [str(value) for value in pure]


def refused(rows, **changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**changes)


def test_an_expense_has_exactly_one_activity_a_positive_amount_and_known_words(cast):
    line = make.make_expense(cast.at_institute, by=cast.alice)
    rows = ExpenseLine.objects.filter(pk=line.pk)
    refused(rows, seminar=None)
    refused(rows, visit=cast.scheduled)
    refused(rows, amount=Decimal(0))
    refused(rows, amount=Decimal("-1.00"))
    refused(rows, state="paid")
    refused(rows, whose_cost="mine")
    refused(rows, category="drinks")
    refused(rows, paid_by="local_government")
    refused(rows, paid_by_participant=cast.krabi)


def test_the_database_lets_nobody_approve_what_they_entered_or_changed(cast):
    line = make.make_expense(cast.at_institute, by=cast.alice, changed_by=cast.bob)
    rows = ExpenseLine.objects.filter(pk=line.pk)
    refused(rows, state=ExpenseState.APPROVED)
    refused(rows, state=ExpenseState.APPROVED, approved_by=cast.alice)
    refused(rows, state=ExpenseState.APPROVED, approved_by=cast.bob)
    assert rows.update(state=ExpenseState.APPROVED, approved_by=cast.programme) == 1


def test_a_line_has_one_current_ruling_and_a_decision_has_its_reason(cast):
    line = make.make_expense(cast.at_institute, by=cast.alice)
    ruling = line.rulings.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Ruling.objects.create(line=line, payer="institute", rule_code="x", rule_version=1, rule_number=1)
    rows = Ruling.objects.filter(pk=ruling.pk)
    refused(rows, decided_by=cast.bob)
    refused(rows, decision_reason="เพราะ")
    refused(rows, payer="somebody")


def test_a_share_is_not_negative_and_each_party_has_one(cast):
    ruling = make.make_expense(cast.scheduled, by=cast.alice).rulings.get()
    Share.objects.create(ruling=ruling, participant=cast.krabi, amount=1)
    for values in ({"participant": cast.krabi, "amount": 1}, {"amount": 1}, {"participant": cast.nan, "amount": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Share.objects.create(ruling=ruling, **values)
