"""What was planned, is committed and is spent, by party and category, for an agreement at once. Baht."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from expenses.models import COUNTED_EXPENSE_STATES, BudgetLine, Category, ExpenseLine, ExpenseState, Share
from expenses.summaries import COUNTED, NOTHING, baht, satang
from participants.models import Agreement

#: From this part of the plan on, a budget is said to be nearly used up.
NEARLY = Decimal("0.9")


@dataclass(frozen=True)
class BudgetFigures:
    """Planned, committed (handed in, not yet approved) and spent (approved or settled), in baht."""

    planned: Decimal = NOTHING
    committed: Decimal = NOTHING
    spent: Decimal = NOTHING

    def __add__(self, other: BudgetFigures) -> BudgetFigures:
        return BudgetFigures(self.planned + other.planned, self.committed + other.committed, self.spent + other.spent)

    @property
    def used(self) -> Decimal:
        """Committed and spent together."""
        return self.committed + self.spent

    @property
    def left(self) -> Decimal:
        """What of the plan is not used; below zero it is overdrawn."""
        return self.planned - self.used

    @property
    def state(self) -> str:
        """``unplanned`` (used without a plan), ``over``, ``near``, ``within``, or ``none`` when nothing is there."""
        if not self.planned:
            return "unplanned" if self.used else "none"
        if self.used > self.planned:
            return "over"
        return "near" if self.used >= self.planned * NEARLY else "within"


@dataclass(frozen=True)
class Budget:
    """An agreement's figures by participant id (``None``: the institute) and category, and what nobody bears yet."""

    figures: dict[int | None, dict[str, BudgetFigures]]
    undecided: dict[str, Decimal]

    def of(self, participant_id: int | None) -> list[tuple[str, BudgetFigures]]:
        """A party's figures in the order of the categories, without the empty ones."""
        own = self.figures.get(participant_id, {})
        return [(category, own[category]) for category in Category.values if category in own]

    def total(self, participant_id: int | None) -> BudgetFigures:
        """A party's figures over all categories."""
        return _sum(self.figures.get(participant_id, {}).values())

    def by_category(self) -> list[tuple[str, BudgetFigures]]:
        """All parties' figures in the order of the categories."""
        found = {}
        for category in Category.values:
            rows = [own[category] for own in self.figures.values() if category in own]
            if rows:
                found[category] = _sum(rows)
        return list(found.items())

    @property
    def whole(self) -> BudgetFigures:
        """Everything together."""
        return _sum(one for _category, one in self.by_category())


def _sum(rows: Iterable[BudgetFigures]) -> BudgetFigures:
    return sum(rows, BudgetFigures())


def budget_of(agreement: Agreement) -> Budget:
    """The agreement's budget beside what became of it: three queries, however many parties there are."""
    figures: dict[int | None, dict[str, BudgetFigures]] = {}

    def add(participant_id: int | None, category: str, more: BudgetFigures) -> None:
        own = figures.setdefault(participant_id, {})
        own[category] = own.get(category, BudgetFigures()) + more

    planned = BudgetLine.objects.filter(agreement=agreement).order_by()
    for pk, category, amount in planned.values_list("participant_id", "category", "planned"):
        add(pk, category, BudgetFigures(planned=amount))
    shares = Share.objects.filter(
        ruling__is_current=True,
        ruling__line__agreement=agreement,
        ruling__line__state__in=[ExpenseState.SUBMITTED, *COUNTED_EXPENSE_STATES],
    )
    for pk, category, state, amount in (
        shares.order_by()
        .values_list("participant_id", "ruling__line__category", "ruling__line__state")
        .annotate(satang=satang("amount"))
    ):
        committed = state == ExpenseState.SUBMITTED
        sum_ = baht(amount)
        add(pk, category, BudgetFigures(committed=sum_) if committed else BudgetFigures(spent=sum_))
    silent = (
        ExpenseLine.objects.undecided()
        .filter(agreement=agreement, state__in=[ExpenseState.SUBMITTED, *COUNTED_EXPENSE_STATES])
        .order_by()
        .values_list("category")
        .annotate(satang=satang(COUNTED))
    )
    return Budget(figures, {category: baht(amount) for category, amount in silent})
