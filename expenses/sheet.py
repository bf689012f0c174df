"""A sheet of expenses, from a spreadsheet or typed into a grid: each row a line with its ruling, or what is wrong.

Nothing is written here. A row is read from plain cells as people fill them: values or their words in Thai or English,
amounts with commas, currency signs or Thai digits, dates of either era.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from expenses.ceilings import excess_words, rates_of
from expenses.models import PAID_BY_PARTICIPANT, Category, ExpenseLine, PaidBy, RuleTable, WhoseCost
from expenses.models.rule_tables import NO_RULE
from expenses.payer import Payer, Resolution, resolve
from expenses.refusals import reason
from expenses.services import facts_of
from expenses.shares import LiableParty, SharesError, split_among
from mou_portal.records import DomainError
from mou_portal.thai.dates import DateError, parse_date
from mou_portal.thai.digits import arabic_digits
from mou_portal.thai.messages import amount_error_message, date_error_message
from mou_portal.thai.money import LARGEST, AmountError, parse_amount, quantise
from participants.models import Agreement, Participant
from seminars.models import FieldVisit, RateUnit, Seminar

COLUMNS = (
    "activity",
    "whose_cost",
    "category",
    "description",
    "quantity",
    "unit",
    "rate",
    "amount",
    "spent_on",
    "payee",
    "paid_by",
    "paid_by_participant",
    "local_governments",
    "weights",
    "no_receipt_reason",
    "spender_name",
    "spender_position",
    "outside_period_reason",
)
REQUIRED = ("activity", "whose_cost", "category", "description", "spent_on")
#: More rows than this are entered in several sheets.
MAX_LINES = 500
#: A quantity has at most eight digits before the point.
_MOST_UNITS = Decimal("99999999.99")


@dataclass
class SheetLine:
    """One row: its number as people count, the line it makes, whom it concerns, how the rule answers, what is odd."""

    number: int
    cells: Mapping[str, Any]
    line: ExpenseLine | None = None
    parties: dict[Participant, int] = field(default_factory=dict)
    resolution: Resolution | None = None
    shares: list[tuple[str, Decimal]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def wrong(self, column: str, words: str) -> None:
        """Note what is wrong with a cell."""
        self.faults.append((column, str(words)))


@dataclass
class Sheet:
    """All rows, and what is wrong with the sheet as a whole."""

    lines: list[SheetLine]
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether every row can be taken over."""
        return bool(self.lines) and not self.faults and not any(one.faults for one in self.lines)

    @property
    def total(self) -> Decimal:
        """What the good rows come to, in baht."""
        return sum((one.line.amount for one in self.lines if one.line), Decimal("0.00"))


def plain_cell(value: Any) -> Any:
    """A cell as it is kept until the sheet is taken over: text, a number, or an ISO day."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (int, float)):
        return value
    return str(value).strip()[:2000]


def read_sheet(agreement: Agreement, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Sheet:
    """Read the rows of a sheet whose columns are named; wholly blank rows are passed over."""
    faults = [_("The column “%(name)s” is missing.") % {"name": name} for name in REQUIRED if name not in columns]
    faults += [
        _("The column “%(name)s” is not known; the columns are: %(all)s.") % {"name": name, "all": ", ".join(COLUMNS)}
        for name in columns
        if name and name not in COLUMNS
    ]
    if len(rows) > MAX_LINES:
        faults.append(_("More than %(most)d rows: split the sheet.") % {"most": MAX_LINES})
    if faults:
        return Sheet([], faults)
    reader = _Reader(agreement)
    lines = []
    for number, row in enumerate(rows, start=2):
        cells = {name: cell for name, cell in zip(columns, row, strict=False) if name}
        if any(cell not in (None, "") for cell in cells.values()):
            lines.append(reader.read(number, cells))
    reader.warn_of_twins(lines)
    return Sheet(lines, [] if lines else [_("The sheet has no rows.")])


class _Reader:
    """What the rows of one agreement may name, loaded once."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.activities: dict[str, Any] = {}
        twice = set()
        for kind, rows in (
            ("seminar", Seminar.objects.filter(agreement=agreement)),
            ("visit", FieldVisit.objects.filter(agreement=agreement).prefetch_related("parts__participant")),
        ):
            for row in rows:
                self.activities[f"{kind}-{row.pk}"] = row
                for name in _names(row):
                    if name in self.activities:
                        twice.add(name)
                    self.activities[name] = row
        for name in twice:  # a title that two have names neither
            del self.activities[name]
        self.parties = {party.code: party for party in agreement.participants.with_names()}
        self.rates = rates_of(agreement)
        self.tables = list(RuleTable.objects.filter(agreement=agreement).order_by("-version"))

    def read(self, number: int, cells: Mapping[str, Any]) -> SheetLine:
        """One row."""
        row = SheetLine(number, cells)
        values: dict[str, Any] = {
            "whose_cost": self._choice(row, "whose_cost", WhoseCost),
            "category": self._choice(row, "category", Category),
            "spent_on": self._day(row),
            "amount": self._amount(row),
        }
        for name in ("quantity", "rate"):
            values[{"quantity": "quantity", "rate": "unit_rate"}[name]] = self._number(row, name)
        values["unit"] = self._choice(row, "unit", RateUnit) if row.cells.get("unit") else ""
        for name in ("description", "payee", "no_receipt_reason", "spender_name", "spender_position"):
            values[name] = self._text(row, name)
        values["outside_period_reason"] = self._text(row, "outside_period_reason")
        if not values["description"]:
            row.wrong("description", reason("missing", {}))
        activity = self.activities.get(str(cells.get("activity") or "").strip())
        if activity is None:
            row.wrong("activity", _("No seminar or visit is called so: use the key from the list of activities."))
        values["paid_by"], values["paid_by_participant"] = self._payer(row)
        self._parties(row)
        day = values["spent_on"]
        if day and not self.agreement.covers(day) and not values["outside_period_reason"]:
            row.wrong(
                "spent_on",
                _("The day lies outside the agreement's period (clause 3). Check the date, or give a reason."),
            )
        if not row.faults:
            place = {"seminar" if isinstance(activity, Seminar) else "visit": activity}
            row.line = ExpenseLine(agreement=self.agreement, **place, **values)
            self._rule(row)
            if row.line is not None and (words := excess_words(row.line, self.rates)):
                row.warnings.append(words)
        return row

    def _text(self, row: SheetLine, name: str) -> str:
        text = " ".join(str(row.cells.get(name) or "").split())
        limit: int = getattr(ExpenseLine._meta.get_field(name), "max_length", None) or 1000
        if len(text) > limit:
            row.wrong(name, _("Longer than %(limit)d characters.") % {"limit": limit})
        return text

    def _choice(self, row: SheetLine, name: str, choices: type[TextChoices]) -> str:
        written = str(row.cells.get(name) or "").strip().casefold()
        if not written:
            row.wrong(name, reason("missing", {}))
            return ""
        found = _words(choices).get(written)
        if found is None:
            allowed = ", ".join(str(label) for label in choices.labels)
            row.wrong(name, reason("unknown_value", {"value": written[:60], "allowed": allowed}))
        return found or ""

    def _day(self, row: SheetLine) -> date | None:
        try:
            return parse_date(row.cells.get("spent_on") or "")
        except DateError as error:
            row.wrong("spent_on", reason("missing", {}) if error.code == "empty" else date_error_message(error))
            return None

    def _number(self, row: SheetLine, name: str) -> Decimal | None:
        cell = row.cells.get(name)
        if cell in (None, ""):
            return None
        try:
            number = parse_amount(cell)
        except AmountError as error:
            row.wrong(name, amount_error_message(error))
            return None
        if not 0 < number <= (_MOST_UNITS if name == "quantity" else LARGEST):
            row.wrong(name, _("More than zero, and not this much."))
        return number

    def _amount(self, row: SheetLine) -> Decimal | None:
        before = len(row.faults)
        amount, quantity, rate = (self._number(row, name) for name in ("amount", "quantity", "rate"))
        if len(row.faults) > before:
            del row.faults[before + 1 :]  # quantity and rate are read once more for themselves
            return None
        if (quantity is None) != (rate is None):
            row.wrong("quantity" if quantity is None else "rate", _("A quantity needs a rate, and a rate a quantity."))
        elif quantity is not None and rate is not None:
            product = quantise(quantity * rate)
            if product > LARGEST:
                row.wrong("quantity", reason("amount_too_large", {}))
            elif amount is not None and amount != product:
                row.wrong("amount", _("Not quantity times rate, which is %(product)s.") % {"product": product})
            return product
        elif amount is None:
            row.wrong("amount", _("Write the amount, or quantity and rate."))
        return amount

    def _payer(self, row: SheetLine) -> tuple[str, Participant | None]:
        """``institute``, nothing, a code, ``in_kind:code``; or the code in a cell of its own beside who it was."""
        written = str(row.cells.get("paid_by") or "").strip()
        named = str(row.cells.get("paid_by_participant") or "").strip()
        kind = _words(PaidBy).get(written.casefold())
        if kind in PAID_BY_PARTICIPANT or (named and not written):
            if not named:
                row.wrong("paid_by_participant", _("Name the local government that paid."))
            elif named not in self.parties:
                row.wrong("paid_by_participant", reason("code_unknown", {"code": named[:60]}))
            return kind or PaidBy.LOCAL_GOVERNMENT, self.parties.get(named)
        if named:
            row.wrong("paid_by_participant", _("Leave this empty unless a local government paid."))
        if not written or kind == PaidBy.NOBODY:
            return PaidBy.NOBODY, None
        if kind == PaidBy.INSTITUTE:
            return PaidBy.INSTITUTE, None
        kind_word, colon, code = written.partition(":")
        in_kind = bool(colon) and _words(PaidBy).get(kind_word.strip().casefold()) == PaidBy.IN_KIND
        party = self.parties.get(code.strip() if in_kind else written)
        if party is None:
            row.wrong("paid_by", reason("code_unknown", {"code": written[:60]}))
        return (PaidBy.IN_KIND if in_kind else PaidBy.LOCAL_GOVERNMENT), party

    def _parties(self, row: SheetLine) -> None:
        codes = [code.strip() for code in str(row.cells.get("local_governments") or "").split(";") if code.strip()]
        weights = [one.strip() for one in arabic_digits(str(row.cells.get("weights") or "")).split(";") if one.strip()]
        weights = [one.removesuffix(".0") for one in weights]  # a lone number of a spreadsheet's cell
        if weights and len(weights) != len(codes):
            row.wrong("weights", reason("weights_count", {"weights": len(weights), "codes": len(codes)}))
            return
        for place, code in enumerate(codes):
            weight = weights[place] if weights else "1"
            if code not in self.parties:
                row.wrong("local_governments", reason("code_unknown", {"code": code[:60]}))
            elif not weight.isdecimal() or len(weight) > 6:
                row.wrong("weights", reason("weight_format", {"value": weight[:60]}))
            elif self.parties[code] in row.parties:
                row.wrong("local_governments", reason("duplicate_party", {"code": code}))
            else:
                row.parties[self.parties[code]] = int(weight)

    def _rule(self, row: SheetLine) -> None:
        """How the rule answers, and the shares: as entering the line will."""
        line = row.line
        if line is None:
            return
        table = next((one for one in self.tables if not one.applies_from or one.applies_from <= line.spent_on), None)
        try:
            row.resolution = resolve(facts_of(line), table.rule_set if table else NO_RULE)
            row.shares = self._shares(row, line, row.resolution)
        except DomainError as error:
            row.wrong("local_governments", str(error))
            row.line = None

    def _shares(self, row: SheetLine, line: ExpenseLine, answer: Resolution) -> list[tuple[str, Decimal]]:
        visited = [part.participant for part in line.visit.parts.all()] if line.visit else []
        strangers = [str(party) for party in row.parties if line.visit and party not in visited]
        if strangers:
            raise DomainError(
                _("%(names)s: not part of this field visit. Only the organisations visited can share its costs.")
                % {"names": ", ".join(strangers)}
            )
        if answer.payer is Payer.UNDECIDED:
            return []
        if answer.payer is Payer.INSTITUTE:
            return [("", line.amount)]
        liable = dict(row.parties)
        if not liable and line.visit:
            liable = {part.participant: part.weight for part in line.visit.parts.all()}
        if not liable:
            raise DomainError(_("Local governments must pay this line: name the ones concerned."))
        named = {party.code: self.parties.get(party.code, party) for party in liable}
        try:
            shares = split_among(
                line.amount, [LiableParty(party.code, party.order, weight) for party, weight in liable.items()]
            )
        except SharesError as error:
            raise DomainError(reason(error.code, error.params)) from error
        return [(str(named[share.code]), share.amount) for share in shares]

    def warn_of_twins(self, rows: Sequence[SheetLine]) -> None:
        """Say where a row has the payee, day and amount of another row or of a line that is there. One query."""
        keys = {_twin_key(row.line): row for row in rows if row.line and row.line.payee}
        seen: dict[Any, int] = {}
        days = {row.line.spent_on for row in rows if row.line}
        there = ExpenseLine.objects.filter(agreement=self.agreement, spent_on__in=days).exclude(state="rejected")
        stored = {(payee, day, amount) for payee, day, amount in there.values_list("payee", "spent_on", "amount")}
        for row in rows:
            if row.line is None or not row.line.payee:
                continue
            key = _twin_key(row.line)
            if key in seen:
                row.warnings.append(_("The same payee, day and amount as on row %(row)d.") % {"row": seen[key]})
            seen.setdefault(key, row.number)
            if key in stored and key in keys:
                row.warnings.append(_("A line with the same payee, day and amount is there already."))


def _twin_key(line: ExpenseLine) -> tuple[str, date, Decimal]:
    return line.payee, line.spent_on, line.amount


def _names(row: Seminar | FieldVisit) -> set[str]:
    """What people call a seminar in a sheet: its titles. A visit is named by its key alone."""
    return {row.title_th, row.title_en} - {""} if isinstance(row, Seminar) else set()


def _words(choices: type[TextChoices]) -> dict[str, str]:
    """Every way to write a choice: its value, and its words in Thai and English."""
    found = {value.casefold(): value for value in choices.values}
    for language in ("th", "en"):
        with translation.override(language):
            found |= {str(label).casefold(): value for value, label in choices.choices}
    return found
