"""Clauses 4.1 and 4.2: every expense has a decided ruling, for each local government and for the institute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from expenses.payer import CLAUSE_4_1, CLAUSE_4_2
from expenses.settlement_obligations import SETTLED_BY_INSTITUTE, SETTLED_WITH_INSTITUTE
from expenses.summaries import approved_by, past, ruled_in, undecided_on
from mou_portal.registry import INSTITUTE, Obligation, Proof, Standing, obligations, shared, standing
from participants.models import Agreement, Participant
from seminars.models import ArrangedBy

Evaluate = Callable[[Agreement, Sequence[int], date], Mapping[int, Standing]]


def ruled_under(clause: str) -> Evaluate:
    """The evaluation of one cost clause for local governments: decided lines of those that concern each."""

    def evaluate(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
        codes = shared(codes_in, agreement) if participant_ids else {}
        return {
            pk: _standing(*own[clause], agreement, today, {"participant": codes.get(pk, "")})
            for pk, own in shared(ruled_in, agreement, list(participant_ids), past(today)).items()
        }

    return evaluate


def codes_in(agreement: Agreement) -> dict[int, str]:
    """The codes of the agreement's parties by id: one query."""
    return dict(Participant.objects.filter(agreement=agreement).values_list("pk", "local_government__code"))


def institute_ruled(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """Clause 4.1 for the institute: decided lines of all approved ones but those of visits beyond its schedule."""
    lines = approved_by(agreement, past(today)).exclude(
        visit__isnull=False, visit__arranged_by=ArrangedBy.LOCAL_GOVERNMENT
    )
    counted = lines.aggregate(required=Count("pk"), open=Count("pk", filter=Q(pk__in=undecided_on(past(today)))))
    done = counted["required"] - counted["open"]
    return {INSTITUTE: _standing(done, counted["required"], agreement, today, {})}


def _standing(done: int, required: int, agreement: Agreement, today: date, query: Mapping[str, str]) -> Standing:
    """``done`` of ``required`` lines; the proof is the list of them, which shows each reader what they may see."""
    proofs: tuple[Proof, ...] = ()
    if done:
        label = ngettext("%(count)d expense line with a ruling", "%(count)d expense lines with a ruling", done)
        address = reverse("expenses:expense-list")
        asked = urlencode({"state": "counted", **query})
        proofs = (Proof(label % {"count": done}, f"{address}?{asked}"),)
    return standing(done, required, due_on=agreement.ends_on, today=today, proofs=proofs)


obligations.register(
    Obligation(
        name="costs-ruled-institute",
        clause=CLAUSE_4_1,
        obliged="institute",
        title=_("Costs of seminars and scheduled visits: who pays is decided"),
        evaluate=institute_ruled,
        order=10,
    )
)
obligations.register(
    Obligation(
        name="costs-ruled-4-1",
        clause=CLAUSE_4_1,
        obliged="local_government",
        title=_("Costs of seminars and scheduled visits: who pays is decided"),
        evaluate=ruled_under(CLAUSE_4_1),
        order=20,
        action=_("See the expenses"),
        action_url="expenses:expense-list",
    )
)
obligations.register(
    Obligation(
        name="costs-ruled-4-2",
        clause=CLAUSE_4_2,
        obliged="local_government",
        title=_("Costs of visits beyond the schedule: who pays is decided"),
        evaluate=ruled_under(CLAUSE_4_2),
        order=10,
        action=_("See the expenses"),
        action_url="expenses:expense-list",
    )
)
obligations.register(SETTLED_BY_INSTITUTE)
obligations.register(SETTLED_WITH_INSTITUTE)
