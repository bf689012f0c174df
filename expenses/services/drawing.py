"""A statement's lines: gathered from approved expense lines, worked out for one local government, and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils import translation

from expenses.balance import INSTITUTE, Balance, CostLine, Part, Standing, balance_of
from expenses.models import (
    ExpenseLine,
    ExpenseState,
    PaidBy,
    PayerKind,
    RulingMark,
    Settlement,
    SettlementLine,
    Share,
)
from expenses.summaries import undecided_in
from participants.models import Participant

#: What a line says, less its words: its expense line's id first.
Told = tuple[object, ...]


@dataclass(frozen=True)
class Drawing:
    """What a statement says of a period: the balance, and the frozen lines that make it up (not yet saved)."""

    balance: Balance
    lines: list[SettlementLine]


def draw(
    participant: Participant,
    starts_on: date,
    ends_on: date,
    *,
    set_aside: Mapping[int, str] | None = None,
    instead_of: Settlement | None = None,
) -> Drawing:
    """Work out the statement of a local government for the lines spent from one day to another, both included.

    Approved lines that it bears, paid or that concern it and are undecided; a line that another statement of it counts
    is left out, unless that is ``instead_of``. ``set_aside`` gives the reason for each expense line (by id) that it
    disputes. A number of queries that does not grow with the lines.
    """
    aside = dict(set_aside or {})
    bears = Share.objects.filter(participant=participant, ruling__is_current=True, amount__gt=0)
    open_lines = {line.pk for line in undecided_in(participant.agreement, [participant.pk])[participant.pk]}
    held = SettlementLine.objects.filter(participant=participant, holds=True)
    if instead_of is not None:
        held = held.exclude(settlement=instead_of)
    rows = list(
        ExpenseLine.objects.filter(
            Q(pk__in=bears.values("ruling__line_id")) | Q(paid_by_participant=participant) | Q(pk__in=open_lines),
            agreement=participant.agreement,
            state=ExpenseState.APPROVED,
            spent_on__range=(starts_on, ends_on),
        )
        .exclude(pk__in=held.values("expense_id"))
        .with_ruling()
        .select_related("paid_by_participant__local_government")
        .order_by("spent_on", "pk")
    )
    code = participant.code
    costs = [
        cost_line(
            row,
            concerned=frozenset({code} if row.pk in open_lines else ()),
            disputed_by=frozenset({code} if row.pk in aside else ()),
        )
        for row in rows
    ]
    balance = balance_of(costs, code)
    by_key = {str(row.pk): row for row in rows}
    lines = [
        frozen(number, by_key[part.key], part, participant, aside.get(int(part.key), ""))
        for number, part in enumerate(balance.parts, 1)
    ]
    return Drawing(balance, lines)


def cost_line(
    line: ExpenseLine, *, concerned: frozenset[str] = frozenset(), disputed_by: frozenset[str] = frozenset()
) -> CostLine:
    """An expense line as the balance takes it; its ruling with shares is loaded."""
    ruling = line.ruling
    shares = {
        share.participant.code if share.participant else INSTITUTE: share.amount
        for share in (ruling.shares.all() if ruling else ())
    }
    payer = None
    if line.paid_by_participant is not None:
        payer = line.paid_by_participant.code
    elif line.paid_by == PaidBy.INSTITUTE:
        payer = INSTITUTE
    return CostLine(
        key=str(line.pk),
        amount=sum(shares.values(), Decimal(0)) if shares else line.counted_amount,
        shares=shares,
        paid_by=payer,
        in_kind=line.paid_by == PaidBy.IN_KIND,
        clause=clause_of(line),
        concerned=concerned,
        disputed_by=disputed_by,
    )


def clause_of(line: ExpenseLine) -> str:
    """The clause that the line is borne under; empty where a person decided or nobody has."""
    ruling = line.ruling
    return ruling.clause if ruling and ruling.decided_by_id is None else ""


def frozen(number: int, line: ExpenseLine, part: Part, participant: Participant, dispute_reason: str) -> SettlementLine:
    """A line as it stands now, in words that later changes do not reach."""
    ruling = line.ruling
    decided = ruling is not None and ruling.decided_by_id is not None
    names = {}
    for language in ("th", "en"):
        with translation.override(language):
            names[f"activity_{language}"] = str(line.activity)[:500]
            names[f"paid_by_{language}"] = str(line.paid_by_participant or _institute(line))[:200]
    disputed = part.standing is Standing.DISPUTED
    return SettlementLine(
        participant=participant,
        expense=line,
        number=number,
        spent_on=line.spent_on,
        description=line.description,
        whose_cost=line.whose_cost,
        category=line.category,
        amount=part.amount,
        payer=ruling.payer if ruling else PayerKind.UNDECIDED,
        clause=part.clause,
        must_pay=part.must_pay,
        paid=part.paid,
        in_kind=part.in_kind,
        standing=part.standing.value,
        holds=part.standing is Standing.COUNTED,
        mark=mark_of(line) if decided else "",
        mark_reason=ruling.decision_reason if ruling and decided else "",
        dispute_reason=dispute_reason if disputed else "",
        claimed=line.amount if line.cut else None,
        cut_reason=line.cut_reason if line.cut else "",
        **names,
    )


def mark_of(line: ExpenseLine) -> str:
    """How a person's decision stands to the memorandum: where it is silent, or against what it says."""
    return RulingMark.OVERRIDDEN if line.ruling is not None and line.ruling.is_override else RulingMark.DECIDED


def _institute(line: ExpenseLine) -> str:
    return str(PaidBy.INSTITUTE.label) if line.paid_by == PaidBy.INSTITUTE else ""


def differences(settlement: Settlement) -> int:
    """How many lines would be different, new or gone if the statement were drawn up now."""
    before, after = _before_and_after(settlement)
    return len({expense for expense, *_rest in before ^ after})


def outdated(settlement: Settlement) -> int:
    """How many of the statement's lines would be different or gone if it were drawn up now; new ones do not count."""
    before, after = _before_and_after(settlement)
    return len(before - after)


def _before_and_after(settlement: Settlement) -> tuple[set[Told], set[Told]]:
    """What the lines say, and what they would say if the statement were drawn up now."""
    now = draw(
        settlement.participant,
        settlement.starts_on,
        settlement.ends_on,
        set_aside=reasons_set_aside(settlement),
        instead_of=settlement,
    )
    return {_told(line) for line in settlement.lines.all()}, {_told(line) for line in now.lines}


def reasons_set_aside(settlement: Settlement) -> dict[int, str]:
    """The lines that the statement set aside, with the reason of each."""
    return {line.expense_id: line.dispute_reason for line in settlement.lines.all() if line.dispute_reason}


def _told(line: SettlementLine) -> Told:
    return (
        line.expense_id,
        line.amount,
        line.payer,
        line.clause,
        line.must_pay,
        line.paid,
        line.in_kind,
        line.standing,
        line.mark,
    )
