"""What expenses take over into the next phase of an agreement: the rule on who pays, and how lines are approved."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from expenses.models import CostSettings, RuleTable
from mou_portal.registry import PhasePart, phases
from participants.models import Agreement, Participant


def carry_rules(old: Agreement, new: Agreement, participants: Mapping[int, Participant]) -> int:
    """Copy the newest rule as the first version of the new agreement, and the settings for expenses; both to be edited.

    The clauses that the rule cites are copied with their numbers. Without a rule in the old agreement the new one has
    none either: who pays stays undecided there, never guessed.
    """
    table = RuleTable.objects.newest(old)
    if table is not None:
        basis = f"{old.short_title_th}: {table.basis}" if table.basis else old.short_title_th
        RuleTable.objects.create(
            agreement=new, code=new.code, version=1, basis=basis[:300], rules=table.rules, created_by=table.created_by
        )
    settings = CostSettings.objects.filter(agreement=old).first()
    if settings is not None:
        CostSettings.objects.create(
            agreement=new,
            several_above=settings.several_above,
            approvers=settings.approvers,
            coordinators_enter=settings.coordinators_enter,
        )
    return int(table is not None) + int(settings is not None)


phases.register(PhasePart("payer-rules", _("The rule on who pays"), carry_rules))
