"""Clause 2.2 (4): every decided and paid line of a local government stands in a statement that is settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from expenses.models import ExpenseLine, ExpenseState, PaidBy, Settlement, SettlementLine, SettlementState, Share
from expenses.summaries import among
from mou_portal.registry import INSTITUTE, Obligation, Proof, Standing, standing
from participants.models import Agreement

#: The clause on costs as a whole.
CLAUSE = "2.2(4)"
NOT_YET = (SettlementState.DRAFT, SettlementState.SUPERSEDED)


def settled_with(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """For each local government: its settled statements of those sent, one more while lines wait for a statement.

    Three queries, however many local governments.
    """
    ids = list(participant_ids)
    counted = dict.fromkeys(ids, (0, 0))
    rows = Settlement.objects.filter(among("participant", agreement, ids), agreement=agreement)
    closed = Count("pk", filter=Q(state=SettlementState.CLOSED))
    for pk, done, required in (
        rows.exclude(state__in=NOT_YET).order_by().values_list("participant_id").annotate(done=closed, all=Count("pk"))
    ):
        if pk in counted:
            counted[pk] = (done, required)
    open_ids = set(_unstated_shares(agreement, ids)) | set(_unstated_payments(agreement, ids))
    return {
        pk: _standing(done, required + (pk in open_ids), agreement, today) for pk, (done, required) in counted.items()
    }


def settled_by_institute(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """For the institute: all statements sent, settled, and one more while any party's lines wait for a statement."""
    counts = (
        Settlement.objects.filter(agreement=agreement)
        .exclude(state__in=NOT_YET)
        .aggregate(done=Count("pk", filter=Q(state=SettlementState.CLOSED)), all=Count("pk"))
    )
    waits = _unstated_shares(agreement, None).exists() or _unstated_payments(agreement, None).exists()
    return {INSTITUTE: _standing(counts["done"], counts["all"] + waits, agreement, today)}


def _in_a_statement(line: str, participant: str) -> Exists:
    return Exists(
        SettlementLine.objects.filter(expense=OuterRef(line), participant=OuterRef(participant), holds=True).exclude(
            settlement__state=SettlementState.DRAFT
        )
    )


def _unstated_shares(agreement: Agreement, ids: list[int] | None) -> QuerySet[Share, int]:
    """Parties (by id) that bear a share of a paid line which no sent statement of theirs counts."""
    shares = Share.objects.filter(
        ~_in_a_statement("ruling__line", "participant"),
        participant__isnull=False,
        amount__gt=0,
        ruling__is_current=True,
        ruling__line__agreement=agreement,
        ruling__line__state=ExpenseState.APPROVED,
    ).exclude(ruling__line__paid_by=PaidBy.NOBODY)
    if ids is not None:
        shares = shares.filter(among("participant", agreement, ids))
    return shares.order_by().values_list("participant_id", flat=True).distinct()


def _unstated_payments(agreement: Agreement, ids: list[int] | None) -> QuerySet[ExpenseLine, int]:
    """Parties (by id) that paid a decided line which no sent statement of theirs counts."""
    lines = ExpenseLine.objects.filter(
        ~_in_a_statement("pk", "paid_by_participant"),
        agreement=agreement,
        state=ExpenseState.APPROVED,
        paid_by_participant__isnull=False,
    ).exclude(pk__in=ExpenseLine.objects.undecided().values("pk"))
    if ids is not None:
        lines = lines.filter(among("paid_by_participant", agreement, ids))
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
