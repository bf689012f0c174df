"""Who bears a line: the rule's answer or a person's decision, and each party's share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from expenses.models import (
    ClassDecision,
    ExpenseLine,
    ExpenseParty,
    ExpenseState,
    PayerKind,
    RuleTable,
    Ruling,
    Settlement,
    SettlementState,
    Share,
)
from expenses.models.rule_tables import NO_RULE
from expenses.payer import CostFacts, FactsError, Payer, Resolution, RuleSet, read_facts, resolve
from expenses.permissions import can_decide_ruling
from expenses.refusals import reason as refusal
from expenses.shares import LiableParty, SharesError, split_among
from mou_portal.records import Conflict, DomainError
from participants.models import Participant, User

#: The local governments that a line concerns: with their weights, or as a plain list of equals.
Parties: TypeAlias = Mapping[Participant, int] | Sequence[Participant]


def facts_of(line: ExpenseLine) -> CostFacts:
    """What the payer rule decides on, read from the line and its seminar or visit.

    Raises :class:`DomainError` for a line without an activity, or with a value that the rule does not know.
    """
    if line.activity is None:
        raise DomainError(_("An expense belongs to a seminar or to a field visit: choose exactly one."))
    try:
        return read_facts(
            {
                "activity": "seminar" if line.seminar else "field_visit",
                "venue": line.seminar.venue if line.seminar else "",
                "arranged_by": line.visit.arranged_by if line.visit else "",
                "whose_cost": line.whose_cost,
                "category": line.category,
            }
        )
    except FactsError as error:
        names = "; ".join(f"{problem.where}: {refusal(problem.code, problem.params)}" for problem in error.problems)
        raise DomainError(names) from error


def rules_for(line: ExpenseLine) -> RuleSet:
    """The payer rule of the line's agreement that holds on the day of spending; without one, silence on everything."""
    table = RuleTable.objects.on(line.agreement, line.spent_on)
    return table.rule_set if table else NO_RULE


def liable_parties(line: ExpenseLine) -> list[tuple[Participant, int]]:
    """The local governments that share the line when local governments must pay, with their weights.

    Those that the line names; else, for a visit, those visited with the visit's weights.
    """
    parts = ExpenseParty.objects.filter(line=line).select_related("participant__local_government")
    named = [(part.participant, part.weight) for part in parts]
    if named or line.visit is None:
        return named
    return [
        (part.participant, part.weight) for part in line.visit.parts.select_related("participant__local_government")
    ]


@transaction.atomic
def set_parties(line: ExpenseLine, parties: Parties) -> None:
    """Make the local governments concerned exactly these.

    Raises :class:`DomainError` for others than the agreement's, and for others than those visited on a visit's line.
    """
    weights = dict(parties) if isinstance(parties, Mapping) else dict.fromkeys(parties, 1)
    foreign = [str(party) for party in weights if party.agreement_id != line.agreement_id]
    if foreign:
        raise DomainError(_("%(names)s: no part in this agreement.") % {"names": ", ".join(foreign)})
    wanted = {party.pk: weight for party, weight in weights.items()}
    if line.visit is not None:  # clause 4.2 binds who asked for the visit, never a bystander
        visited = set(line.visit.parts.values_list("participant_id", flat=True))
        strangers = [str(party) for party in weights if party.pk not in visited]
        if strangers:
            raise DomainError(
                _("%(names)s: not part of this field visit. Only the organisations visited can share its costs.")
                % {"names": ", ".join(strangers)}
            )
    kept = {part.participant_id: part for part in ExpenseParty.objects.filter(line=line)}
    for pk, part in kept.items():
        if pk not in wanted:
            part.delete()
    for pk, weight in wanted.items():
        part = kept.get(pk) or ExpenseParty(line=line, participant_id=pk)
        if part.pk is None or part.weight != weight:
            part.weight = weight
            part.save()


def silent_on(line: ExpenseLine) -> bool:
    """Whether the memorandum itself says nothing on who bears the line, decided or not."""
    return resolve(facts_of(line), rules_for(line)).payer is Payer.UNDECIDED


@transaction.atomic
def rule(*, line: ExpenseLine) -> Ruling:
    """Say who must bear the line as it is stored (clause 2.2 (4)), and what each party's share is.

    A ruling equal to the current one changes nothing but the shares of a changed amount. A person's decision stands
    while the facts it was made on stand and the rule stays silent on them; an override while its facts stand. Where the
    rule is silent, a standing decision for the class answers. An earlier ruling is kept, no longer current.
    """
    stored = locked(line)  # two rulings at once would both be current, and a stale copy would bring an old amount
    resolution = resolve(facts_of(stored), rules_for(stored))
    silent = resolution.payer is Payer.UNDECIDED
    current = stored.rulings.filter(is_current=True).first()
    standing = None
    if current is not None and current.facts == stated(resolution.facts):
        decided = current.decided_by_id is not None and (silent or current.is_override)
        if silent and not decided:
            standing = _standing_decision(stored, current.facts)
        same_rule = (current.rule_code, current.rule_version) == (resolution.ruleset_code, resolution.ruleset_version)
        if decided or (same_rule and current.decided_by_id is None and standing is None):
            _write_shares(current, stored)
            return current
    elif silent:
        standing = _standing_decision(stored, stated(resolution.facts))
    new = new_ruling(stored, resolution)
    if standing is not None:
        decided_by_class(new, standing)
    return replace_ruling(current, stored, new)


def renew_shares(line: ExpenseLine) -> None:
    """Make the shares of the line's current ruling those of the amount that counts now; who pays stays as it is."""
    stored = locked(line)
    current = stored.rulings.filter(is_current=True).first()
    if current is not None:
        _write_shares(current, stored)


def _standing_decision(line: ExpenseLine, facts: Mapping[str, Any]) -> ClassDecision | None:
    """The decision that stands for the line's class, if it can be applied: somebody must be there to pay."""
    found = ClassDecision.objects.filter(
        agreement_id=line.agreement_id, is_standing=True, **{name: value or "" for name, value in facts.items()}
    ).first()
    if found is not None and found.payer == PayerKind.LOCAL_GOVERNMENT and not liable_parties(line):
        return None
    return found


def decided_by_class(ruling: Ruling, decision: ClassDecision) -> Ruling:
    """Put a decision for a class, with its reason and its author, on a ruling."""
    ruling.payer = decision.payer
    ruling.decided_by = decision.decided_by
    ruling.decision_reason = decision.reason
    ruling.decision = decision
    return ruling


@transaction.atomic
def decide_ruling(*, line: ExpenseLine, payer: str, reason: str, user: User, parties: Parties | None = None) -> Ruling:
    """Decide who bears a line where the memorandum is silent, with a written reason.

    ``parties`` name the local governments that share it (``None`` leaves them as they are); they count only when
    local governments pay. Raises ``PermissionDenied``; :class:`Conflict` when somebody decided it meanwhile; and
    :class:`DomainError` without a reason, for an unknown payer, or when the rule itself decides the line (to override
    the memorandum needs more than one person).
    """
    stored = locked(line)
    if stored.state == ExpenseState.REJECTED:
        raise Conflict(_("This line was rejected; nobody bears it."))
    if stored.state == ExpenseState.SETTLED:
        raise Conflict(_("This line is settled by a signed statement."))
    if not can_decide_ruling(user, stored):
        raise PermissionDenied
    if not reason.strip():
        raise DomainError(_("Write the reason for the decision."))
    if payer not in (PayerKind.INSTITUTE, PayerKind.LOCAL_GOVERNMENT):
        raise DomainError(_("Choose the institute or the local governments."))
    resolution = resolve(facts_of(stored), rules_for(stored))
    if resolution.payer is not Payer.UNDECIDED:
        raise DomainError(_("The memorandum decides this line; it is not for a person to decide."))
    current = stored.rulings.filter(is_current=True).first()
    if current is not None and current.decided_by_id is not None:
        raise Conflict(_("This line is already decided. Reload the page to see by whom."))
    if parties is not None and payer == PayerKind.LOCAL_GOVERNMENT:
        set_parties(stored, parties)
    new = new_ruling(stored, resolution)
    new.payer = payer
    new.decided_by = user
    new.decision_reason = reason.strip()
    return replace_ruling(current, stored, new)


def locked(line: ExpenseLine) -> ExpenseLine:
    """The line as it is stored, locked until the transaction ends (SQLite locks the whole database anyway)."""
    return ExpenseLine.objects.select_for_update().get(pk=line.pk)


def require_unpaid(line: ExpenseLine) -> None:
    """Refuse to change who bears a line once money has gone for it: whoever bears it then would pay it again.

    Raises :class:`DomainError` when a statement that counts the line has a payment, or is paid or closed.
    """
    # locked, so that no payment is recorded between this look and what the caller then writes
    counting = Settlement.objects.select_for_update(of=("self",)).order_by("pk")
    held = [one.pk for one in counting.filter(lines__expense=line, lines__holds=True)]
    gone = Q(state__in=[SettlementState.PAID, SettlementState.CLOSED]) | Q(payments__isnull=False)
    if Settlement.objects.filter(gone, pk__in=held).exists():
        raise DomainError(
            _("A statement that counts this line is paid, in part or whole, or closed: who bears the line stays.")
        )


def stated(facts: CostFacts) -> dict[str, Any]:
    """Facts as JSON values, as a ruling keeps them."""
    return {
        "activity": facts.activity.value,
        "venue": facts.venue.value if facts.venue else None,
        "arranged_by": facts.arranged_by.value if facts.arranged_by else None,
        "whose_cost": facts.whose_cost.value,
        "category": facts.category.value,
    }


def new_ruling(line: ExpenseLine, resolution: Resolution) -> Ruling:
    """An unsaved ruling that says what the rule said."""
    return Ruling(
        line=line,
        payer=resolution.payer.value,
        clause=resolution.clause,
        rule_code=resolution.ruleset_code,
        rule_version=resolution.ruleset_version,
        rule_number=resolution.rule_number,
        reason_th=resolution.reason_th,
        reason_en=resolution.reason_en,
        facts=stated(resolution.facts),
    )


def replace_ruling(current: Ruling | None, line: ExpenseLine, new: Ruling) -> Ruling:
    """Make a ruling the current one and write its shares; the one before stays, no longer current."""
    if current is not None:
        current.is_current = False
        current.save()
    new.save()
    _write_shares(new, line)
    return new


def _write_shares(ruling: Ruling, line: ExpenseLine) -> None:
    """Make the ruling's shares those of the line's amount; they sum to it, to the satang."""
    wanted = _shares(ruling.payer, line)
    have = {share.participant_id: (share.weight, share.amount) for share in Share.objects.filter(ruling=ruling)}
    if have == wanted:
        return
    Share.objects.filter(ruling=ruling).delete()
    Share.objects.bulk_create(
        Share(ruling=ruling, participant_id=pk, weight=weight, amount=amount) for pk, (weight, amount) in wanted.items()
    )


def _shares(payer: str, line: ExpenseLine) -> dict[int | None, tuple[int, Decimal]]:
    if payer == PayerKind.UNDECIDED:
        return {}
    if payer == PayerKind.INSTITUTE:
        return {None: (1, line.counted_amount)}
    parties = liable_parties(line)
    if not parties:
        raise DomainError(_("Local governments must pay this line: name the ones concerned."))
    try:
        shares = split_among(
            line.counted_amount, [LiableParty(party.code, party.order, weight) for party, weight in parties]
        )
    except SharesError as error:
        raise DomainError(refusal(error.code, error.params)) from error
    return {party.pk: (weight, share.amount) for (party, weight), share in zip(parties, shares, strict=True)}
