"""The register of approved lines as a workbook with live totals, and as rows for an accounting system. Baht."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from expenses.models import ExpenseLine, PayerKind
from expenses.payer import short_clause
from expenses.summaries import clause_labels
from mou_portal.thai.excel import BE_DATE_FORMAT, CE_DATE_FORMAT, safe_cell
from participants.models import Agreement

#: The columns of the accounting CSV: codes, not words, so that they stay the same in every language.
LEDGER_HEAD = (
    "line_id",
    "date",
    "activity",
    "category",
    "whose_cost",
    "clause",
    "payer",
    "party",
    "share",
    "claimed",
    "sanctioned",
    "paid_by",
    "paid_by_party",
    "payee",
    "description",
    "state",
)


def ledger_rows(lines: Any) -> Iterator[tuple[Any, ...]]:
    """One row for each party's share; an undecided line is one row without a party. Five queries."""
    for line in lines.with_ruling().select_related("paid_by_participant__local_government").order_by("spent_on", "pk"):
        ruling = line.ruling
        shares = list(ruling.shares.all()) if ruling else []
        activity = f"seminar-{line.seminar_id}" if line.seminar_id else f"visit-{line.visit_id}"
        for party, amount in [
            (share.participant.code if share.participant else "institute", share.amount) for share in shares
        ] or [("", line.counted_amount)]:
            yield (
                line.pk,
                line.spent_on,
                activity,
                line.category,
                line.whose_cost,
                short_clause(ruling.clause) if ruling else "",
                ruling.payer if ruling else PayerKind.UNDECIDED.value,
                party,
                amount,
                line.amount,
                line.counted_amount,
                line.paid_by,
                line.paid_by_participant.code if line.paid_by_participant else "",
                line.payee,
                line.description,
                line.state,
            )


def register_workbook(agreement: Agreement) -> bytes:
    """A sheet of lines whose totals are formulas: the whole (of the rows that a filter leaves) and by payer."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": BE_DATE_FORMAT if get_language() == "th" else CE_DATE_FORMAT})
    money = book.add_format({"num_format": "#,##0.00"})
    total = book.add_format({"num_format": "#,##0.00", "bold": True})
    head = [
        _("Date"),
        _("Description"),
        _("Activity"),
        _("Category"),
        _("Who must pay"),
        _("Clause"),
        _("Claimed (baht)"),
        _("Sanctioned (baht)"),
        _("Actually paid by"),
        _("Payee"),
    ]
    for column, name in enumerate(head):
        sheet.write_string(0, column, name, bold)
    sheet.set_column(0, len(head) - 1, 20)
    sheet.freeze_panes(1, 0)
    labels = clause_labels(agreement)
    lines = ExpenseLine.objects.counted().filter(agreement=agreement).with_ruling().order_by("spent_on", "pk")
    row = 0
    for row, line in enumerate(lines, start=1):
        ruling = line.ruling
        payer = ruling.get_payer_display() if ruling else PayerKind.UNDECIDED.label
        sheet.write_datetime(row, 0, datetime(line.spent_on.year, line.spent_on.month, line.spent_on.day), day)  # noqa: DTZ001 — a cell has no zone
        texts = (line.description, str(line.activity), line.get_category_display(), str(payer))
        for column, text in enumerate(texts, start=1):
            sheet.write_string(row, column, safe_cell(str(text)))
        sheet.write_string(row, 5, safe_cell(labels.get(ruling.clause, "") if ruling else ""))
        sheet.write_number(row, 6, float(line.amount), money)
        sheet.write_number(row, 7, float(line.counted_amount), money)
        who = line.paid_by_participant or line.get_paid_by_display()
        sheet.write_string(row, 8, safe_cell(str(who)))
        sheet.write_string(row, 9, safe_cell(line.payee))
    last = max(row, 1) + 1  # as a spreadsheet counts
    sheet.autofilter(0, 0, max(row, 1), len(head) - 1)
    sheet.write_string(last + 1, 1, _("Total"), bold)
    for column, letter in ((6, "G"), (7, "H")):
        sheet.write_formula(last + 1, column, f"=SUBTOTAL(109,{letter}2:{letter}{last})", total)
    for place, (_value, label) in enumerate(PayerKind.choices, start=last + 2):
        sheet.write_string(place, 1, str(label))
        sheet.write_formula(place, 7, f"=SUMIF(E2:E{last},B{place + 1},H2:H{last})", money)
    book.close()
    return out.getvalue()
