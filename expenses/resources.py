"""Expense lines as a spreadsheet with their rulings and natural keys. Lines are entered by services, not imported."""

from __future__ import annotations

from typing import Any

from import_export import fields

from expenses.models import ExpenseLine
from mou_portal.exchange import SafeResource


class ExpenseResource(SafeResource):
    """Lines for export: activity and parties by name and code, who must pay and by which clause."""

    agreement = fields.Field("agreement__code", "agreement")
    seminar = fields.Field("seminar__title_th", "seminar")
    visit = fields.Field("visit__purpose", "visit")
    paid_by_participant = fields.Field("paid_by_participant__local_government__code", "paid_by_participant")
    entered_by = fields.Field("created_by__email", "entered_by")
    payer = fields.Field(column_name="payer")
    clause = fields.Field(column_name="clause")
    local_governments = fields.Field(column_name="local_governments")
    shares = fields.Field(column_name="shares")

    class Meta(SafeResource.Meta):
        model = ExpenseLine
        fields = (
            "agreement",
            "seminar",
            "visit",
            "whose_cost",
            "category",
            "description",
            "quantity",
            "unit",
            "unit_rate",
            "amount",
            "sanctioned_amount",
            "cut_reason",
            "spent_on",
            "payee",
            "paid_by",
            "paid_by_participant",
            "state",
            "entered_by",
            "payer",
            "clause",
            "local_governments",
            "shares",
        )

    def get_queryset(self) -> Any:
        """Rows in reach, with what the columns ask, in a constant number of queries."""
        return super().get_queryset().with_ruling().select_related("paid_by_participant__local_government")

    def dehydrate_payer(self, line: ExpenseLine) -> str:
        """Who must pay, as its code."""
        return line.ruling.payer if line.ruling else ""

    def dehydrate_clause(self, line: ExpenseLine) -> str:
        """The clause of the ruling."""
        return line.ruling.clause if line.ruling else ""

    def _parts(self, line: ExpenseLine) -> list[tuple[str, str]]:
        shares = line.ruling.shares.all() if line.ruling else ()
        return [(share.participant.code, f"{share.amount:.2f}") for share in shares if share.participant]

    def dehydrate_local_governments(self, line: ExpenseLine) -> str:
        """Codes of the local governments that bear it, separated by semicolons as in the dry run."""
        return ";".join(code for code, _amount in self._parts(line))

    def dehydrate_shares(self, line: ExpenseLine) -> str:
        """What each of them bears, in the same order."""
        return ";".join(amount for _code, amount in self._parts(line))
