"""The statement on paper, for both sides to keep: lines, balance in figures and words, and both signatures."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from expenses.models import Settlement, SettlementState
from expenses.statements import remarks, signers, statement_of
from mou_portal.paper import paper_context
from mou_portal.pdf import render_pdf_limited
from mou_portal.registry import Report
from mou_portal.thai.localized import localized
from participants.access import access_of
from participants.models import Participant

TITLE = _("Statement of expenses")


def settlement_context(settlement: Settlement, language: str) -> dict[str, Any]:
    """One version of a statement on paper. Its lines, signatures and payments are loaded once each."""
    statement = statement_of(settlement)
    return paper_context(
        language,
        title=str(TITLE),
        agreement=settlement.agreement,
        party=settlement.participant,
        url=settlement.get_absolute_url(),
    ) | {
        "settlement": settlement,
        "statement": statement,
        "rows": [(line, clause, remarks(line)) for line, clause in statement.counted.rows],
        "others": [
            (group, [(line, clause, remarks(line)) for line, clause in group.rows]) for group in statement.others
        ],
        "signers": signers(settlement),
        "payments": list(settlement.payments.all()),
        "unsigned": settlement.state in (SettlementState.DRAFT, SettlementState.WAITING, SettlementState.DISPUTED),
        "letter": True,
    }


def settlement_html(settlement: Settlement, language: str) -> str:
    """One version of a statement as HTML for the PDF kit."""
    with translation.override(language):
        return render_to_string("expenses/pdf/settlement_statement.html", settlement_context(settlement, language))


def settlement_pdf(settlement: Settlement, language: str) -> bytes:
    """One version of a statement as PDF. Raises ``mou_portal.pdf.RenderError``."""
    html = settlement_html(settlement, language)
    with translation.override(language):
        title = f"{TITLE} · {settlement}"
    return render_pdf_limited(
        html,
        title=title,
        author=localized(settlement.agreement, "institute_name", language=language),
        language=language,
        font_dir=settings.PDF_FONT_DIR,
        wall_seconds=settings.REPORT_SECONDS,
        memory_bytes=settings.REPORT_MEMORY_MIB * 1024 * 1024,
    )


def newest_statement_html(participant: Participant, language: str) -> str:
    """A local government's newest statement that was sent; a page that says so when there is none."""
    settlement = (
        Settlement.objects.filter(participant=participant)
        .exclude(state__in=[SettlementState.DRAFT, SettlementState.SUPERSEDED])
        .with_names()
        .order_by("-ends_on", "-version", "-pk")
        .first()
    )
    if settlement is not None:
        return settlement_html(settlement, language)
    with translation.override(language):
        context = paper_context(
            language,
            title=str(TITLE),
            agreement=participant.agreement,
            party=participant,
            url=participant.get_absolute_url(),
        )
        return render_to_string("expenses/pdf/settlement_none.html", context)


def can_view_statements(user: Any, participant: Any) -> bool:
    """Staff of the institute and the local government's own people."""
    access = access_of(user)
    return access.staff or participant.pk in access.own


SETTLEMENT_STATEMENT = Report(
    name="settlement-statement",
    title=TITLE,
    description=_("The newest statement: each line, who must pay, who paid, the balance, and both signatures."),
    subject="participant",
    html=newest_statement_html,
    can_view=can_view_statements,
    filename=lambda participant: f"settlement-statement-{participant.code}",
)
