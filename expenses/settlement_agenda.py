"""What waits for people about statements, and the day by which a local government is asked to sign."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from expenses.models import Settlement, SettlementState
from mou_portal.registry import Agenda, AgendaItem, CalendarDate, Dates
from mou_portal.thai.money import format_amount
from participants.access import access_of


def for_the_parties(user: Any, agreement: Any, today: date) -> Iterable[AgendaItem]:
    """A person's own organisations: statements to sign, and signed ones that are still to be paid to the institute."""
    access = access_of(user)
    if not access.own:
        return
    rows = Settlement.objects.filter(
        Q(state=SettlementState.WAITING) | Q(state=SettlementState.SIGNED, balance__gt=0),
        agreement=agreement,
        participant_id__in=access.own,
    )
    for one in rows.with_names().order_by("answer_by", "pk"):
        if one.state == SettlementState.WAITING:
            yield AgendaItem(
                title=_("A statement waits for your signature"),
                detail=_("%(period)s · version %(version)d") % {"period": one.period, "version": one.version},
                url=one.get_absolute_url(),
                action=_("Look and sign"),
                due_on=one.answer_by,
                participant_id=one.participant_id,
                urgent=one.answer_by is not None and one.answer_by < today,
            )
        elif one.participant_id in access.coordinates:
            yield AgendaItem(
                title=_("A signed statement is to be paid: %(amount)s baht") % {"amount": format_amount(one.to_pay)},
                detail=one.period,
                url=one.get_absolute_url(),
                action=_("Pay and send the slip"),
                participant_id=one.participant_id,
            )


def for_finance_staff(user: Any, agreement: Any, today: date) -> Iterable[AgendaItem]:
    """Statements whose next step is the institute's: send, answer, sign, pay out, close. One query."""
    if not access_of(user).finance:
        return
    state = SettlementState
    counted = Settlement.objects.filter(agreement=agreement).aggregate(
        draft=Count("pk", filter=Q(state=state.DRAFT)),
        disputed=Count("pk", filter=Q(state=state.DISPUTED)),
        countersigned=Count("pk", filter=Q(state=state.COUNTERSIGNED) & ~Q(drawn_by=user)),
        signed=Count("pk", filter=Q(state=state.SIGNED, balance__lte=0)),
        paid=Count("pk", filter=Q(state=state.PAID)),
    )
    listed = reverse("expenses:settlement-list")
    for key, title, action in (
        ("disputed", _disputed(counted["disputed"]), _("Answer")),
        ("countersigned", _countersigned(counted["countersigned"]), _("Look and sign")),
        ("draft", _drafts(counted["draft"]), _("Look and send")),
        ("signed", _signed(counted["signed"]), _("Pay or close")),
        ("paid", _paid(counted["paid"]), _("Close")),
    ):
        if counted[key]:
            yield AgendaItem(
                title=title % {"count": counted[key]},
                url=f"{listed}?state={key}",
                action=action,
                urgent=key == "disputed",
            )


def _disputed(count: int) -> str:
    return ngettext("%(count)d statement with disputed lines", "%(count)d statements with disputed lines", count)


def _countersigned(count: int) -> str:
    return ngettext(
        "%(count)d statement waits for the institute's signature",
        "%(count)d statements wait for the institute's signature",
        count,
    )


def _drafts(count: int) -> str:
    return ngettext("%(count)d statement is not sent yet", "%(count)d statements are not sent yet", count)


def _signed(count: int) -> str:
    return ngettext(
        "%(count)d signed statement is even or to be paid by the institute",
        "%(count)d signed statements are even or to be paid by the institute",
        count,
    )


def _paid(count: int) -> str:
    return ngettext("%(count)d paid statement to close", "%(count)d paid statements to close", count)


def to_be_signed(user: Any, agreement: Any) -> Iterable[CalendarDate]:
    """The day by which each own statement is to be signed. One query."""
    own = access_of(user).own
    if not own:
        return
    waiting = Settlement.objects.filter(agreement=agreement, participant_id__in=own, state=SettlementState.WAITING)
    for one in waiting.with_names():
        if one.answer_by is not None:
            yield CalendarDate(
                f"settlement-{one.pk}",
                _("A statement waits for your signature"),
                one.answer_by,
                one.answer_by,
                one.get_absolute_url(),
                detail=str(one),
                deadline=True,
            )


FOR_THE_PARTIES = Agenda("settlements-local-governments", for_the_parties)
FOR_FINANCE_STAFF = Agenda("settlements-finance", for_finance_staff)
TO_BE_SIGNED = Dates("settlements", to_be_signed)
