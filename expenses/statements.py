"""A settlement as people read it: its lines in order, its sums, and the sentence that says who pays whom."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from expenses.balance import Direction
from expenses.models import LineStanding, RulingMark, Settlement, SettlementLine, Side
from expenses.summaries import clause_labels
from mou_portal.thai.dates import is_thai
from mou_portal.thai.excel import AMOUNT_FORMAT, BE_DATE_FORMAT, CE_DATE_FORMAT, WORKBOOK_OPTIONS, safe_cell
from mou_portal.thai.localized import localized
from mou_portal.thai.money import amount_in_words, format_amount

#: Why lines are listed and not counted, in the order in which they stand below the counted ones.
NOT_COUNTED = (LineStanding.DISPUTED, LineStanding.UNDECIDED, LineStanding.UNPAID)


@dataclass(frozen=True)
class Group:
    """Lines of one standing, each with the label of its clause."""

    standing: str
    label: str
    rows: list[tuple[SettlementLine, str]]

    @property
    def amount(self) -> Decimal:
        """The whole lines together."""
        return sum((line.amount for line, _clause in self.rows), Decimal("0.00"))

    @property
    def must_pay(self) -> Decimal:
        """The local government's shares together."""
        return sum((line.must_pay for line, _clause in self.rows), Decimal("0.00"))

    @property
    def paid(self) -> Decimal:
        """What the local government paid of them."""
        return sum((line.paid for line, _clause in self.rows), Decimal("0.00"))

    @property
    def in_kind(self) -> Decimal:
        """What it gave in kind for them."""
        return sum((line.in_kind for line, _clause in self.rows), Decimal("0.00"))


@dataclass(frozen=True)
class Statement:
    """A settlement with its lines grouped: those that count, and those that do not yet."""

    settlement: Settlement
    counted: Group
    others: list[Group]
    by_clause: list[tuple[str, Decimal]]

    @property
    def sentence(self) -> str:
        """Who pays whom how much, in figures and words of the active language."""
        return balance_sentence(self.settlement)


def statement_of(settlement: Settlement) -> Statement:
    """The statement in the active language: two queries."""
    labels = clause_labels(settlement.agreement)
    groups: dict[str, list[tuple[SettlementLine, str]]] = {standing: [] for standing in LineStanding.values}
    sums: dict[tuple[str, str], Decimal] = {}
    for line in settlement.lines.all():
        clause = labels.get(line.clause, "")
        groups[line.standing].append((line, clause))
        if line.standing == LineStanding.COUNTED and line.must_pay:
            overridden = line.mark == RulingMark.OVERRIDDEN
            by_people = _("by override") if overridden else _("by decision, where the memorandum is silent")
            key = (line.clause, clause or by_people)
            sums[key] = sums.get(key, Decimal("0.00")) + line.must_pay
    return Statement(
        settlement,
        Group(LineStanding.COUNTED, str(LineStanding.COUNTED.label), groups[LineStanding.COUNTED]),
        [Group(one, str(one.label), groups[one]) for one in NOT_COUNTED if groups[one]],
        # by the clauses in their order, then what no clause says
        [(words, sums[clause, words]) for clause, words in sorted(sums, key=lambda one: (not one[0], one))],
    )


def balance_sentence(settlement: Settlement) -> str:
    """Who pays whom how much."""
    values = {
        "party": str(settlement.participant),
        "institute": localized(settlement.agreement, "institute_name"),
        "amount": format_amount(settlement.to_pay),
        "words": amount_in_words(settlement.to_pay, get_language() or "th"),
    }
    if settlement.direction is Direction.OWES:
        return _("%(party)s pays %(institute)s %(amount)s baht (%(words)s).") % values
    if settlement.direction is Direction.OWED:
        return _("%(institute)s pays %(party)s %(amount)s baht (%(words)s).") % values
    return _("Nothing is to be paid by either side.")


def signers(settlement: Settlement) -> list[dict[str, Any]]:
    """Both sides in the order in which they stand on paper, each with its signature if it was given."""
    given = {signature.side: signature for signature in settlement.signatures.all()}
    return [
        {
            "side": Side.INSTITUTE,
            "of": localized(settlement.agreement, "institute_name"),
            "signature": given.get("institute"),
        },
        {"side": Side.LOCAL_GOVERNMENT, "of": str(settlement.participant), "signature": given.get("local_government")},
    ]


# --- as a spreadsheet -----------------------------------------------------------------------
def head() -> list[str]:
    """The columns of a statement in a file."""
    return [
        _("No."),
        _("Date"),
        _("Description"),
        _("Activity"),
        _("Category"),
        _("Who must pay"),
        _("Clause"),
        _("Actually paid by"),
        _("Standing"),
        _("Remarks"),
        _("Amount (baht)"),
        _("Must pay (baht)"),
        _("Paid (baht)"),
        _("In kind (baht)"),
        _("Balance (baht)"),
    ]


def remarks(line: SettlementLine) -> str:
    """What a line carries besides its figures: what was cut and why, a decision's mark and reason, why it is set
    aside."""
    parts = [line.cut_words] if line.claimed else []
    if line.mark:
        parts.append(f"{line.get_mark_display()}: {line.mark_reason}")
    if line.dispute_reason:
        parts.append(f"{line.get_standing_display()}: {line.dispute_reason}")
    return "; ".join(parts)


def cells(line: SettlementLine, clause: str) -> list[Any]:
    """One line's values; its balance is what it adds, nothing unless it counts."""
    return [
        line.number,
        line.spent_on,
        line.description,
        line.activity,
        line.get_category_display(),
        line.get_payer_display(),
        clause,
        line.paid_by,
        line.get_standing_display(),
        remarks(line),
        line.amount,
        line.must_pay,
        line.paid,
        line.in_kind,
        line.effect if line.standing == LineStanding.COUNTED else Decimal("0.00"),
    ]


def file_rows(statement: Statement) -> Iterator[list[Any]]:
    """Every line, counted ones first."""
    for group in (statement.counted, *statement.others):
        for line, clause in group.rows:
            yield cells(line, clause)


#: Where the columns of money begin and end.
FIRST_SUM, LAST_SUM = 10, 14


def statement_xlsx(statement: Statement) -> bytes:
    """The statement as a workbook whose sums are formulas: change a figure and the balance follows."""
    settlement = statement.settlement
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **WORKBOOK_OPTIONS})
    book.set_properties({"title": str(settlement)})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format(
        {"num_format": BE_DATE_FORMAT if is_thai(get_language()) else CE_DATE_FORMAT, "valign": "top"}
    )
    money = book.add_format({"num_format": AMOUNT_FORMAT, "valign": "top"})
    sums = book.add_format({"num_format": AMOUNT_FORMAT, "bold": True, "top": 1})
    titles = [str(settlement), balance_sentence(settlement), str(settlement.get_state_display())]
    for row, text in enumerate(titles):
        sheet.write_string(row, 0, safe_cell(text), bold if row == 0 else None)
    widths = (6, 18, 36, 30, 14, 20, 16, 24, 20, 30, 15, 15, 15, 15, 15)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    row = len(titles) + 1
    for group in (statement.counted, *statement.others):
        sheet.write_string(row, 0, safe_cell(group.label), bold)
        for column, title in enumerate(head()):
            sheet.write_string(row + 1, column, safe_cell(title), bold)
        row = first = row + 2
        for line, clause in group.rows:
            for column, value in enumerate(cells(line, clause)):
                _write(sheet, row, column, value, plain, day, money)
            _balance(sheet, row, line, money)
            row += 1
        sheet.write_string(row, 0, safe_cell(_("Total")), bold)
        for column in range(FIRST_SUM, LAST_SUM + 1):
            letter = chr(ord("A") + column)
            total = sum((cells(line, clause)[column] for line, clause in group.rows), Decimal(0))
            formula = f"=SUM({letter}{first + 1}:{letter}{row})" if group.rows else "=0"
            sheet.write_formula(row, column, formula, sums, float(total))
        row += 2
    book.close()
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, plain: Any, day: Any, money: Any) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), money)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, plain)
    elif hasattr(value, "year"):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 — a cell has no zone
    else:
        sheet.write_string(row, column, safe_cell(str(value)), plain)


def _balance(sheet: Any, row: int, line: SettlementLine, money: Any) -> None:
    """The last column of a line that counts is worked out by the sheet itself."""
    if line.standing == LineStanding.COUNTED:
        sheet.write_formula(row, LAST_SUM, f"=L{row + 1}-M{row + 1}-N{row + 1}", money, float(line.effect))
