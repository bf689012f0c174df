"""What waits for people about money: lines to approve, lines to decide, and what a local government has yet to pay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from expenses.models import ExpenseLine, ExpenseState
from expenses.settlement_agenda import FOR_FINANCE_STAFF, FOR_THE_PARTIES
from expenses.summaries import money_in
from mou_portal.registry import Agenda, AgendaItem, agenda
from mou_portal.thai.money import format_amount
from participants.access import access_of


def for_finance_staff(user: Any, agreement: Any, today: date) -> Iterable[AgendaItem]:
    """Lines that others entered and that wait for approval, own lines that came back, and lines to be decided."""
    if not access_of(user).finance:
        return
    listed = reverse("expenses:expense-list")
    own = Q(created_by=user) | Q(changed_by=user)
    lines = ExpenseLine.objects.filter(agreement=agreement)
    counted = lines.aggregate(
        waiting=Count("pk", filter=Q(state=ExpenseState.SUBMITTED) & ~Q(created_by=user) & _not_changed_by(user)),
        returned=Count("pk", filter=Q(state=ExpenseState.RETURNED) & own),
    )
    if counted["waiting"]:
        yield AgendaItem(
            title=ngettext(
                "%(count)d expense line to approve", "%(count)d expense lines to approve", counted["waiting"]
            )
            % {"count": counted["waiting"]},
            url=f"{listed}?state={ExpenseState.SUBMITTED}",
            action=_("Look and approve"),
        )
    if counted["returned"]:
        yield AgendaItem(
            title=ngettext("%(count)d expense line came back", "%(count)d expense lines came back", counted["returned"])
            % {"count": counted["returned"]},
            url=f"{listed}?state={ExpenseState.RETURNED}",
            action=_("Change and hand in"),
            urgent=True,
        )
    undecided = ExpenseLine.objects.undecided().filter(agreement=agreement).count()
    if undecided:
        yield AgendaItem(
            title=ngettext(
                "%(count)d expense line on which the memorandum is silent",
                "%(count)d expense lines on which the memorandum is silent",
                undecided,
            )
            % {"count": undecided},
            url=reverse("expenses:undecided-list"),
            action=_("Decide"),
        )


def _not_changed_by(user: Any) -> Q:
    return Q(changed_by=None) | ~Q(changed_by=user)


def for_local_governments(user: Any, agreement: Any, today: date) -> Iterable[AgendaItem]:
    """What each of the person's own organisations still has to pay in approved lines."""
    own = access_of(user).own
    if not own:
        return
    mine = agreement.participants.filter(pk__in=own).values_list("pk", flat=True)
    for pk, money in money_in(agreement, mine).items():
        if money.balance > 0:
            yield AgendaItem(
                title=_("Still to be paid: %(amount)s baht") % {"amount": format_amount(money.balance)},
                detail=_("Approved expenses that your organisation bears under the memorandum, less what it has paid."),
                url=reverse("expenses:expense-list"),
                action=_("See the lines"),
                participant_id=pk,
            )


agenda.register(Agenda("expenses-finance", for_finance_staff))
agenda.register(Agenda("expenses-local-governments", for_local_governments))
agenda.register(FOR_FINANCE_STAFF)
agenda.register(FOR_THE_PARTIES)
