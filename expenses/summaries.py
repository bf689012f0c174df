"""What the parties must bear, have paid and still owe, for many of them at once. Approved lines only; baht."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Count, DecimalField, Exists, ExpressionWrapper, F, OuterRef, Q, Sum
from django.db.models.functions import Cast, Coalesce, Round
from django.utils.translation import gettext as _

from expenses.models import COUNTED_EXPENSE_STATES, ExpenseLine, ExpenseParty, PayerKind, Ruling, Share
from expenses.payer import CLAUSE_4_1, CLAUSE_4_2, short_clause
from mou_portal.records import end_of, is_past
from mou_portal.thai.localized import localized
from mou_portal.thai.money import format_amount
from participants.models import Agreement, Participant
from seminars.models import ArrangedBy, VisitParticipant

#: With more parties than this, a query asks for the whole agreement instead of listing their ids.
FEW = 500

NOTHING = Decimal("0.00")

#: What a line counts for: the sanctioned amount, else the claimed one (:attr:`ExpenseLine.counted_amount`).
COUNTED = Coalesce(F("sanctioned_amount"), F("amount"))


@dataclass(frozen=True)
class MoneySummary:
    """A party's money in approved lines, in baht.

    ``due_4_1``, ``due_4_2`` and ``due_decided`` is what it must bear by those clauses and by decisions where the
    memorandum is silent; ``paid`` what it actually paid or gave in kind, whoever had to. ``lines`` counts the lines
    with a share of it or paid by it, ``undecided`` those that concern it and on which nobody has decided.
    """

    due_4_1: Decimal = NOTHING
    due_4_2: Decimal = NOTHING
    due_decided: Decimal = NOTHING
    paid: Decimal = NOTHING
    lines: int = 0
    undecided: int = 0

    @property
    def due(self) -> Decimal:
        """All that the party must bear."""
        return self.due_4_1 + self.due_4_2 + self.due_decided

    @property
    def balance(self) -> Decimal:
        """What must be borne less what was paid: above zero the party still owes, below zero it is owed."""
        return self.due - self.paid

    @property
    def balance_words(self) -> str:
        """The balance as a sentence in the reader's language."""
        amount = {"amount": format_amount(abs(self.balance))}
        if self.balance > 0:
            return _("The organisation still has to pay %(amount)s baht.") % amount
        if self.balance < 0:
            return _("The organisation has paid %(amount)s baht more than it must bear.") % amount
        return _("Paid and to be borne are equal.")


def money_in(agreement: Agreement, participant_ids: Iterable[int]) -> dict[int, MoneySummary]:
    """Each party's money in the agreement's approved lines, in five queries, exact to the satang."""
    ids = list(participant_ids)
    found: dict[int, dict[str, Any]] = {pk: {"lines": 0, "undecided": 0} for pk in ids}
    columns = {CLAUSE_4_1: "due_4_1", CLAUSE_4_2: "due_4_2"}
    shares = (
        Share.objects.filter(
            among("participant", agreement, ids),
            ruling__is_current=True,
            ruling__line__agreement=agreement,
            ruling__line__state__in=COUNTED_EXPENSE_STATES,
        )
        .order_by()
        .values_list("participant_id", "ruling__clause")
        .annotate(satang=satang("amount"), count=Count("pk"))
    )
    for pk, clause, amount, count in shares:
        if pk in found:
            column = columns.get(clause, "due_decided")
            found[pk][column] = found[pk].get(column, NOTHING) + baht(amount)
            found[pk]["lines"] += count
    paid = (
        _paid(agreement, ids)
        .order_by()
        .values_list("paid_by_participant_id")
        .annotate(satang=satang(COUNTED), more=Count("pk", filter=Q(shared=False)))
    )
    for pk, amount, more in paid:
        if pk in found:
            found[pk]["paid"] = baht(amount)
            found[pk]["lines"] += more
    for pk, lines in undecided_in(agreement, ids).items():
        found[pk]["undecided"] = len(lines)
    return {pk: MoneySummary(**values) for pk, values in found.items()}


class OpenLine(NamedTuple):
    """An approved line that nobody has decided; ``clause`` is the one that it would fall under by its activity."""

    pk: int
    clause: str


def undecided_in(
    agreement: Agreement, participant_ids: Iterable[int], day: date | None = None
) -> dict[int, set[OpenLine]]:
    """The approved undecided lines that concern each party, in three queries; ``day`` asks for a past one.

    A line concerns the parties that it names; without any, those visited; and always the one that paid it.
    """
    concerned: dict[int, set[OpenLine]] = {pk: set() for pk in participant_ids}
    rows = approved_by(agreement, day).filter(pk__in=undecided_on(day))
    lines: dict[int, OpenLine] = {}
    of_visit: dict[int, list[int]] = {}
    for pk, visit_id, arranged_by, payer_id in rows.order_by().values_list(
        "pk", "visit_id", "visit__arranged_by", "paid_by_participant_id"
    ):
        lines[pk] = OpenLine(pk, _clause_of(arranged_by))
        of_visit.setdefault(visit_id, []).append(pk)
        if payer_id in concerned:
            concerned[payer_id].add(lines[pk])
    named = set()
    for pk, line_id in ExpenseParty.objects.filter(line__in=rows).order_by().values_list("participant_id", "line_id"):
        named.add(line_id)
        if pk in concerned:
            concerned[pk].add(lines[line_id])
    visited = VisitParticipant.objects.filter(visit__in=rows.values("visit_id"))
    for pk, visit_id in visited.order_by().values_list("participant_id", "visit_id"):
        if pk in concerned:
            concerned[pk].update(lines[line_id] for line_id in of_visit[visit_id] if line_id not in named)
    return concerned


def rulings_on(day: date | None) -> Any:
    """The rulings that are current, or (``day``) that were when a past day ended: each line's newest by then."""
    if day is None:
        return Ruling.objects.filter(is_current=True)
    made = Ruling.objects.filter(created_at__lt=end_of(day))
    return made.exclude(Exists(made.filter(line=OuterRef("line"), pk__gt=OuterRef("pk"))))


def undecided_on(day: date | None) -> Any:
    """Ids of the lines on which nobody had decided, today or on a past day."""
    return rulings_on(day).filter(payer=PayerKind.UNDECIDED).values("line_id")


def past(today: date) -> date | None:
    """The day that the summaries are asked for: none for today, so that they go by what is current."""
    return today if is_past(today) else None


def approved_by(agreement: Agreement, day: date | None) -> Any:
    """The agreement's approved lines; of a past day, those that were approved when it ended.

    A line that was moved to another activity since waits for approval again, or has been approved anew: that it was
    approved before, only the history knows.
    """
    counted = Q(state__in=COUNTED_EXPENSE_STATES)
    lines = ExpenseLine.objects.filter(agreement=agreement)
    if day is None:
        return lines.filter(counted)
    end = end_of(day)
    still = counted & (Q(approved_at__lt=end) | Q(approved_at=None, spent_on__lte=day))
    told = ExpenseLine.history.filter(history_date__lt=end)
    newer = told.filter(id=OuterRef("id"), pk__gt=OuterRef("pk"))
    others = lines.filter(Q(approved_at=None) | Q(approved_at__gte=end) | ~counted)
    once = told.filter(counted, id__in=others.values("pk")).exclude(Exists(newer))
    return lines.filter(still | Q(pk__in=once.values("id")))


def ruled_in(
    agreement: Agreement, participant_ids: Iterable[int], day: date | None = None
) -> dict[int, dict[str, tuple[int, int]]]:
    """For each party and cost clause: how many of the approved lines that concern it are decided, and of how many.

    Lines of visits at a local government's wish count under clause 4.2, all others under 4.1. Five queries. ``day``
    asks for a past day: lines approved and rulings made by then.
    """
    ids = list(participant_ids)
    counts = {pk: {CLAUSE_4_1: [0, 0], CLAUSE_4_2: [0, 0]} for pk in ids}

    def add(pk: int, clause: str, done: int, required: int) -> None:
        if pk in counts:
            counts[pk][clause][0] += done
            counts[pk][clause][1] += required

    shares = Share.objects.filter(
        # of many, all: the lines are the agreement's, and a database that goes by parties looks for each in each ruling
        Q(participant__in=ids) if len(ids) <= FEW else Q(participant__isnull=False),
        ruling__in=rulings_on(day),
        ruling__line__in=approved_by(agreement, day),
    )
    for pk, arranged_by, count in (
        shares.order_by().values_list("participant_id", "ruling__line__visit__arranged_by").annotate(count=Count("pk"))
    ):
        add(pk, _clause_of(arranged_by), count, count)
    open_lines = undecided_in(agreement, ids, day)
    paid = _paid(agreement, ids, day).exclude(pk__in=undecided_on(day)).filter(shared=False)
    for pk, arranged_by, count in (
        paid.order_by().values_list("paid_by_participant_id", "visit__arranged_by").annotate(count=Count("pk"))
    ):
        add(pk, _clause_of(arranged_by), count, count)
    for pk, lines in open_lines.items():
        for line in lines:
            add(pk, line.clause, 0, 1)
    return {pk: {clause: (done, required) for clause, (done, required) in own.items()} for pk, own in counts.items()}


def _clause_of(arranged_by: str | None) -> str:
    return CLAUSE_4_2 if arranged_by == ArrangedBy.LOCAL_GOVERNMENT else CLAUSE_4_1


def _paid(agreement: Agreement, ids: list[int], day: date | None = None) -> Any:
    """Approved lines that one of the parties paid, each knowing whether the payer also has a share of it."""
    own_share = Share.objects.filter(
        ruling__line=OuterRef("pk"), ruling__in=rulings_on(day), participant=OuterRef("paid_by_participant")
    )
    lines = approved_by(agreement, day)
    return lines.filter(among("paid_by_participant", agreement, ids)).annotate(shared=Exists(own_share))


def among(name: str, agreement: Agreement, ids: Sequence[int]) -> Q:
    """Rows whose participant ``name`` is one of these; of many, all of the agreement's."""
    return Q(**{f"{name}__in": ids}) if len(ids) <= FEW else Q(**{f"{name}__agreement": agreement})


def satang(amount: str | Coalesce) -> Sum:
    """The sum of an amount (a field's name, or :data:`COUNTED`) as whole satang.

    Exact on SQLite too, whose own decimals are binary fractions.
    """
    value = F(amount) if isinstance(amount, str) else amount
    scaled = ExpressionWrapper(value * 100, output_field=DecimalField(max_digits=18, decimal_places=2))
    return Sum(Cast(Round(scaled), BigIntegerField()))


def baht(whole_satang: int | None) -> Decimal:
    """Satang as baht with two decimals."""
    return Decimal(whole_satang or 0).scaleb(-2)


def clause_labels(agreement: Agreement) -> dict[str, str]:
    """The cost clauses as people write them, in the reader's language, by their numbers."""
    labels = {number: _("clause %(number)s") % {"number": short_clause(number)} for number in (CLAUSE_4_1, CLAUSE_4_2)}
    return labels | {clause.number: localized(clause, "label") for clause in agreement.clauses.all()}


def money_of(participants: Iterable[Participant]) -> dict[int, MoneySummary]:
    """:func:`money_in` for participants of one agreement, loaded with it; nothing for none."""
    rows = list(participants)
    return money_in(rows[0].agreement, [row.pk for row in rows]) if rows else {}
