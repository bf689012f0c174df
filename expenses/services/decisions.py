"""A person decides for a whole class of lines where the memorandum is silent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from expenses.models import ClassDecision, ExpenseLine, ExpenseState, PayerKind
from expenses.payer import Payer, resolve
from expenses.permissions import is_finance_staff
from expenses.services.rulings import (
    decided_by_class,
    facts_of,
    liable_parties,
    locked,
    new_ruling,
    replace_ruling,
    rules_for,
)
from mou_portal.records import Conflict, DomainError, save_revision
from participants.models import Agreement, User


class Decided(NamedTuple):
    """What a decision for a class did: how many lines it ruled, and which name nobody who could pay."""

    decision: ClassDecision
    ruled: int
    left: list[ExpenseLine]


@transaction.atomic
def decide_class(
    *, agreement: Agreement, facts: Mapping[str, str | None], payer: str, reason: str, user: User, standing: bool
) -> Decided:
    """Decide who bears every undecided line with these facts; a ``standing`` decision also rules later ones.

    Lines that local governments would have to pay and that name none are left undecided and named. Raises
    ``PermissionDenied`` for others than finance staff; :class:`DomainError` without a reason, for an unknown payer or
    a class without undecided lines; :class:`Conflict` when a decision stands for the class already.
    """
    if not is_finance_staff(user):
        raise PermissionDenied
    if not reason.strip():
        raise DomainError(_("Write the reason for the decision."))
    if payer not in (PayerKind.INSTITUTE, PayerKind.LOCAL_GOVERNMENT):
        raise DomainError(_("Choose the institute or the local governments."))
    columns = {name: value or "" for name, value in facts.items()}
    if standing and ClassDecision.objects.filter(agreement=agreement, is_standing=True, **columns).exists():
        raise Conflict(_("A decision stands for this class already. End it first."))
    lines = undecided_of(agreement, facts)
    if not lines:
        raise DomainError(_("No line of this class is undecided any more."))
    decision = ClassDecision.objects.create(
        agreement=agreement, payer=payer, reason=reason.strip(), decided_by=user, is_standing=standing, **columns
    )
    left = []
    for line in lines:
        stored = locked(line)
        resolution = resolve(facts_of(stored), rules_for(stored))
        current = stored.rulings.filter(is_current=True).first()
        if current is None or current.decided_by_id is not None or resolution.payer is not Payer.UNDECIDED:
            continue  # somebody was quicker with this one
        if payer == PayerKind.LOCAL_GOVERNMENT and not liable_parties(stored):
            left.append(stored)
            continue
        replace_ruling(current, stored, decided_by_class(new_ruling(stored, resolution), decision))
    return Decided(decision, decision.rulings.count(), left)


def undecided_of(agreement: Agreement, facts: Mapping[str, str | None]) -> list[ExpenseLine]:
    """The agreement's undecided lines with these facts."""
    rows = ExpenseLine.objects.undecided().filter(agreement=agreement).exclude(state=ExpenseState.SETTLED)
    return [line for line in rows.with_ruling() if line.ruling is not None and line.ruling.facts == dict(facts)]


@transaction.atomic
def end_decision(*, decision: ClassDecision, user: User) -> None:
    """Let a standing decision rule no later lines; what it ruled stays."""
    if not is_finance_staff(user):
        raise PermissionDenied
    stored = ClassDecision.objects.select_for_update().get(pk=decision.pk)
    if not stored.is_standing:
        raise Conflict(_("This decision does not stand for later lines any more."))
    stored.is_standing = False
    save_revision(stored, expected=stored.revision)
