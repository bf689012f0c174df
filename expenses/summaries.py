"""What each party must bear and has paid, for many parties at once. Baht, to the satang; approved lines only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.translation import get_language

from expenses.models import ExpenseLine, ExpenseState, PaidBy, PayerKind, Share
from expenses.payer import CLAUSE_4_1, CLAUSE_4_2
from mou_portal.thai.money import amount_in_words
from participants.models import Participant

NOTHING = Decimal("0.00")


@dataclass
class MoneySummary:
    """A party's money in an agreement.

    ``due_4_1`` and ``due_4_2`` are its shares under the clauses, ``due_decided`` its shares in lines that a person
    decided where the memorandum is silent, ``paid`` what it actually paid, ``undecided`` how many approved lines that
    name it nobody has decided yet.
    """

    due_4_1: Decimal = NOTHING
    due_4_2: Decimal = NOTHING
    due_decided: Decimal = NOTHING
    paid: Decimal = NOTHING
    lines: int = 0
    undecided: int = 0

    @property
    def due(self) -> Decimal:
        """Everything that the party must bear."""
        return self.due_4_1 + self.due_4_2 + self.due_decided

    @property
    def balance(self) -> Decimal:
        """What it must bear less what it paid: positive when it still owes, negative when it is owed."""
        return self.due - self.paid

    @property
    def balance_words(self) -> str:
        """The size of the balance in words, in the reader's language."""
        return amount_in_words(abs(self.balance), get_language() or "th")


def money_of(participants: Iterable[Participant]) -> dict[int, MoneySummary]:
    """Each participant's money, in three queries for any number of participants."""
    ids = [participant.pk for participant in participants]
    found = {pk: MoneySummary() for pk in ids}
    shares = (
        Share.objects.filter(
            participant_id__in=ids, ruling__is_current=True, ruling__line__state=ExpenseState.APPROVED
        )
        .order_by()
        .values_list("participant_id", "ruling__clause")
        .annotate(total=Sum("amount"), count=Count("pk"))
    )
    for pk, clause, total, count in shares:
        money = found[pk]
        money.lines += count
        if clause == CLAUSE_4_1:
            money.due_4_1 += total
        elif clause == CLAUSE_4_2:
            money.due_4_2 += total
        else:
            money.due_decided += total
    paid = (
        ExpenseLine.objects.filter(
            paid_by=PaidBy.LOCAL_GOVERNMENT, paid_by_participant_id__in=ids, state=ExpenseState.APPROVED
        )
        .order_by()
        .values_list("paid_by_participant_id")
        .annotate(total=Sum("amount"))
    )
    for pk, total in paid:
        found[pk].paid = total
    undecided = (
        ExpenseLine.objects.filter(
            parties__participant_id__in=ids,
            rulings__is_current=True,
            rulings__payer=PayerKind.UNDECIDED,
            state=ExpenseState.APPROVED,
        )
        .order_by()
        .values_list("parties__participant_id")
        .annotate(count=Count("pk"))
    )
    for pk, count in undecided:
        found[pk].undecided = count
    return found
