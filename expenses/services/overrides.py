"""Setting aside what the rule or a person decided: one proposes with a reason, a second person confirms."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expenses.models import ExpenseLine, OverrideState, PayerKind, Ruling, RulingOverride
from expenses.permissions import can_answer_override, can_propose_override, is_finance_staff
from expenses.services.rulings import locked, replace_ruling, require_unpaid, set_parties
from mou_portal.records import Conflict, DomainError, transition
from participants.models import Participant, User


@transaction.atomic
def propose_override(
    *, line: ExpenseLine, payer: str, reason: str, user: User, weights: Mapping[Participant, int] | None = None
) -> RulingOverride:
    """Propose that others bear a decided line; nothing changes until a second person confirms.

    Raises ``PermissionDenied``; :class:`Conflict` while another proposal is open; :class:`DomainError` without a
    reason, for an unknown payer, for a line that is not decided or paid for already, and for a proposal that would
    change nothing.
    """
    stored = locked(line)
    if not is_finance_staff(user):
        raise PermissionDenied
    if not can_propose_override(user, stored):
        raise Conflict(_("This line was rejected or is settled; who pays stays as it is."))
    require_unpaid(stored)
    if not reason.strip():
        raise DomainError(_("Write the reason for the override."))
    if payer not in (PayerKind.INSTITUTE, PayerKind.LOCAL_GOVERNMENT):
        raise DomainError(_("Choose the institute or the local governments."))
    current = stored.rulings.filter(is_current=True).first()
    if current is None or current.payer == PayerKind.UNDECIDED:
        raise DomainError(_("Nothing is decided on this line yet: decide it instead."))
    named = dict(weights or {})
    if payer == PayerKind.INSTITUTE and current.payer == payer:
        raise DomainError(_("The institute bears this line already."))
    if payer == PayerKind.LOCAL_GOVERNMENT and not named:
        raise DomainError(_("Local governments must pay this line: name the ones concerned."))
    if stored.overrides.filter(state=OverrideState.PROPOSED).exists():
        raise Conflict(_("Another proposal waits for its answer."))
    return RulingOverride.objects.create(
        line=stored,
        ruling=current,
        payer=payer,
        weights={str(party.pk): weight for party, weight in named.items()} if payer != PayerKind.INSTITUTE else {},
        reason=reason.strip(),
        proposed_by=user,
    )


@transaction.atomic
def confirm_override(*, override: RulingOverride, user: User) -> Ruling:
    """Confirm somebody else's proposal: a new ruling replaces the one it was about, which is kept.

    Raises ``PermissionDenied`` for the one who proposed it, and :class:`Conflict` when it was answered meanwhile, the
    line was settled, or the ruling that it was about is no longer the current one. Money that has gone for the line
    meanwhile: :class:`DomainError`.
    """
    stored = locked(override.line)
    found = RulingOverride.objects.get(pk=override.pk)
    if not can_answer_override(user, found):
        _refuse(user, found)
    current = stored.rulings.filter(is_current=True).first()
    if current is None or current.pk != found.ruling_id or not can_propose_override(user, stored):
        raise Conflict(_("The line was ruled on anew or settled since this was proposed. Decline it and look again."))
    require_unpaid(stored)
    transition(
        override,
        sources=[OverrideState.PROPOSED],
        target=OverrideState.CONFIRMED,
        answered_by=user,
        answered_at=timezone.now(),
    )
    if found.payer == PayerKind.LOCAL_GOVERNMENT:
        parties = Participant.objects.in_bulk(int(pk) for pk in found.weights)
        set_parties(stored, {party: found.weights[str(pk)] for pk, party in parties.items()})
    new = Ruling(
        line=stored,
        payer=found.payer,
        clause="",  # no clause says so
        rule_code=current.rule_code,
        rule_version=current.rule_version,
        rule_number=current.rule_number,
        reason_th=current.reason_th,
        reason_en=current.reason_en,
        facts=current.facts,
        decided_by=found.proposed_by,
        decision_reason=found.reason,
        confirmed_by=user,
    )
    return replace_ruling(current, stored, new)


@transaction.atomic
def decline_override(*, override: RulingOverride, user: User, note: str) -> None:
    """Decline a proposal with a note; the one who made it takes it back the same way."""
    if not is_finance_staff(user):
        raise PermissionDenied
    if not note.strip():
        raise DomainError(_("Write a note that says why."))
    transition(
        override,
        sources=[OverrideState.PROPOSED],
        target=OverrideState.DECLINED,
        answered_by=user,
        answered_at=timezone.now(),
        note=note.strip(),
    )


def _refuse(user: User, override: RulingOverride) -> None:
    if not is_finance_staff(user) or override.state == OverrideState.PROPOSED:
        raise PermissionDenied
    raise Conflict(
        _("This step is no longer possible: it is now “%(state)s”. Reload the page to see what changed.")
        % {"state": override.get_state_display()}
    )
