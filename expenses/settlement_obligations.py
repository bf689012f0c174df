"""Clause 2.2 (4): every decided and paid line of a local government stands in a statement that is settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from expenses.models import (
    ExpenseLine,
    ExpenseState,
    LineStanding,
    PaidBy,
    Settlement,
    SettlementLine,
    SettlementState,
    Share,
)
from expenses.summaries import FEW, among, approved_by, past, rulings_on, undecided_on
from mou_portal.records import end_of
from mou_portal.registry import INSTITUTE, Obligation, Proof, Standing, standing
from participants.models import Agreement

#: The clause on costs as a whole.
CLAUSE = "2.2(4)"
NOT_YET = (SettlementState.DRAFT, SettlementState.SUPERSEDED)


def settled_with(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """For each local government: its settled statements of those sent, one more while lines wait for a statement.

    A past day is answered from the lines that were approved, the rulings that held and the statements that were sent
    and not yet corrected or closed when it ended. Three queries, however many local governments.
    """
    ids, day = list(participant_ids), past(today)
    counted = dict.fromkeys(ids, (0, 0))
    rows = _sent(agreement, day).filter(among("participant", agreement, ids))
    for pk, done, required in (
        rows.order_by().values_list("participant_id").annotate(done=_closed(day), all=Count("pk"))
    ):
        if pk in counted:
            counted[pk] = (done, required)
    open_ids = set(_unstated_shares(agreement, day, ids)) | set(_unstated_payments(agreement, day, ids))
    return {
        pk: _standing(done, required + (pk in open_ids), agreement, today) for pk, (done, required) in counted.items()
    }


def settled_by_institute(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """For the institute: all statements sent, settled, and one more while any party's lines wait for a statement."""
    day = past(today)
    counts = _sent(agreement, day).aggregate(done=_closed(day), all=Count("pk"))
    waits = _unstated_shares(agreement, day).exists() or _unstated_payments(agreement, day).exists()
    return {INSTITUTE: _standing(counts["done"], counts["all"] + waits, agreement, today)}


def _sent(agreement: Agreement, day: date | None) -> QuerySet[Settlement]:
    """The statements that were sent and not replaced; of a past day, those for which both held when it ended."""
    statements = Settlement.objects.filter(agreement=agreement)
    if day is None:
        return statements.exclude(state__in=NOT_YET)
    end = end_of(day)
    return statements.filter(sent_at__lt=end).exclude(replaced_by__created_at__lt=end)


def _closed(day: date | None) -> Count:
    """How many of them are closed, or were by the end of a past day."""
    return Count("pk", filter=Q(state=SettlementState.CLOSED) if day is None else Q(closed_at__lt=end_of(day)))


def _in_a_statement(agreement: Agreement, day: date | None, line: str, participant: str) -> Exists:
    # of a version that was replaced since, no line holds any more: what it counted on a past day, its standing tells
    counts = Q(holds=True) if day is None else Q(standing=LineStanding.COUNTED)
    return Exists(
        SettlementLine.objects.filter(
            counts,
            expense=OuterRef(line),
            participant=OuterRef(participant),
            settlement__in=_sent(agreement, day),
        )
    )


def _approved(agreement: Agreement, day: date | None) -> Any:
    """The approved lines; today without the settled ones, each of which stands in a closed statement."""
    lines = approved_by(agreement, day)
    return lines.filter(state=ExpenseState.APPROVED) if day is None else lines


def _unstated_shares(agreement: Agreement, day: date | None, ids: list[int] | None = None) -> QuerySet[Share, int]:
    """Parties (by id) that bear a share of a paid line which no sent statement of theirs counts."""
    shares = Share.objects.filter(
        ~_in_a_statement(agreement, day, "ruling__line", "participant"),
        participant__isnull=False,
        amount__gt=0,
        ruling__in=rulings_on(day),
        ruling__line__in=_approved(agreement, day),
    ).exclude(ruling__line__paid_by=PaidBy.NOBODY)
    if ids is not None and len(ids) <= FEW:  # of more, all of the agreement's: its lines narrow them enough
        shares = shares.filter(participant__in=ids)
    return shares.order_by().values_list("participant_id", flat=True).distinct()


def _unstated_payments(
    agreement: Agreement, day: date | None, ids: list[int] | None = None
) -> QuerySet[ExpenseLine, int]:
    """Parties (by id) that paid a decided line which no sent statement of theirs counts."""
    lines: QuerySet[ExpenseLine] = (
        _approved(agreement, day)
        .filter(
            ~_in_a_statement(agreement, day, "pk", "paid_by_participant"),
            paid_by_participant__isnull=False,
        )
        .exclude(pk__in=undecided_on(day))
    )
    if ids is not None and len(ids) <= FEW:
        lines = lines.filter(paid_by_participant__in=ids)
    return lines.order_by().values_list("paid_by_participant_id", flat=True).distinct()


def _standing(done: int, required: int, agreement: Agreement, today: date) -> Standing:
    proofs: tuple[Proof, ...] = ()
    if done:
        label = ngettext("%(count)d statement settled", "%(count)d statements settled", done)
        asked = urlencode({"state": SettlementState.CLOSED.value})
        proofs = (Proof(label % {"count": done}, f"{reverse('expenses:settlement-list')}?{asked}"),)
    return standing(done, required, due_on=agreement.ends_on, today=today, proofs=proofs)


SETTLED_WITH_INSTITUTE = Obligation(
    name="balance-settled",
    clause=CLAUSE,
    obliged="local_government",
    title=_("Costs are settled: statements signed by both sides"),
    evaluate=settled_with,
    order=20,
)
SETTLED_BY_INSTITUTE = Obligation(
    name="balance-settled-institute",
    clause=CLAUSE,
    obliged="institute",
    title=_("Costs are settled: statements signed by both sides"),
    evaluate=settled_by_institute,
    order=20,
)
