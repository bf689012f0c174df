"""The dry run: a CSV of expenses in, who bears what out, and nothing is stored.

All or nothing: a file with one bad line yields no rows, and every bad line is named with its
physical line number, its column and a reason as code and parameters (``expenses.refusals`` puts
them into the reader's language).

Pure: no Django, no database.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from expenses.payer import FactsError, Payer, Resolution, RuleSet, read_facts, resolve, short_clause
from expenses.shares import LiableParty, Share, SharesError, split, split_among
from mou_portal.thai.money import AmountError, parse_amount

FACT_COLUMNS = ("activity", "venue", "arranged_by", "whose_cost", "category")
COLUMNS_IN = ("line_id", *FACT_COLUMNS, "amount", "local_governments", "weights")
COLUMNS_OUT = ("line_id", "payer", "clause", "party", "share")

MAX_BYTES = 10 * 1024 * 1024
MAX_LINES = 100_000
MAX_LINE_ID = 100

#: How many characters of a wrong value a message repeats.
SHOWN = 60

_WEIGHT = re.compile(r"-?[0-9๐-๙]+(\.[0-9๐-๙]+)?")
# A spreadsheet that opens the result would run such an id as a formula.
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the file: physical line (1 is the first), column (may be empty), reason."""

    line: int
    column: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RuledLine:
    """A good line with its ruling: amount in baht, parties only as the line names them."""

    line: int
    line_id: str
    amount: Decimal
    ruling: Resolution
    parties: tuple[LiableParty, ...]

    def shares(self) -> tuple[Share, ...]:
        """Who bears how much; an undecided line is one share of nobody's (empty code)."""
        if self.ruling.payer is Payer.LOCAL_GOVERNMENT:
            return split_among(self.amount, self.parties)
        party = Payer.INSTITUTE.value if self.ruling.payer is Payer.INSTITUTE else ""
        return (Share(party, self.amount),)


@dataclass(frozen=True)
class DryRun:
    """What became of a file: the good lines in the file's order, and every fault."""

    lines: tuple[RuledLine, ...]
    faults: tuple[Fault, ...]

    def rows(self) -> Iterator[tuple[str, str, str, str, str]]:
        """The rows under :data:`COLUMNS_OUT`, one per party that bears a share.

        Raises:
            ValueError: the file has faults; half an answer about money is none.
        """
        if self.faults:
            raise ValueError("a file with faults has no result")
        for line in self.lines:
            clause = short_clause(line.ruling.clause)
            for share in line.shares():
                yield line.line_id, line.ruling.payer.value, clause, share.code, f"{share.amount:.2f}"


def dry_run(data: bytes, orders: Mapping[str, int], rules: RuleSet) -> DryRun:
    """Rule on every line of a CSV file (UTF-8, with or without BOM).

    ``orders`` gives the participants of the agreement: their codes and the order that breaks ties.
    """
    if len(data) > MAX_BYTES:
        return DryRun((), (Fault(1, "", "file_too_large", {"limit": str(MAX_BYTES // 1024 // 1024)}),))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return DryRun((), (Fault(1, "", "utf_16"),))
    # Bytes that are not UTF-8 survive as lone surrogates, so that their line and column can be named.
    text = data.decode("utf-8-sig", errors="surrogateescape")
    reading = _Reading(orders, rules)
    reading.read(text)
    return DryRun(tuple(reading.lines), tuple(reading.faults))


def shown(value: str) -> str:
    """A cell's text fit for a message: cut short, and nothing in it can act on a terminal."""
    cut = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in cut)


class _Reading:
    """One pass over a file: collects good lines and faults."""

    def __init__(self, orders: Mapping[str, int], rules: RuleSet) -> None:
        self.rules = rules
        self.lines: list[RuledLine] = []
        self.faults: list[Fault] = []
        # One object per participant, shared by the lines: a large file names the same ones over and over.
        self.parties = {code: LiableParty(code, order) for code, order in orders.items()}
        self.first_seen: dict[str, int] = {}
        self.rulings: dict[tuple[str, ...], Resolution] = {}

    def read(self, text: str) -> None:
        records = self._records(text)
        line, header = next(records, (1, []))
        if self.faults or not self._header_fits(line, header):
            return
        for count, (line, cells) in enumerate(records, start=1):
            if count > MAX_LINES:
                self._fault(line, "", "too_many_lines", limit=str(MAX_LINES))
                return
            self._read_line(line, header, cells)

    def _fault(self, line: int, column: str, code: str, /, **params: str) -> None:
        self.faults.append(Fault(line, column, code, {name: shown(value) for name, value in params.items()}))

    def _records(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Records with the physical line they begin on; wholly blank ones are passed over."""
        # The file's size is the limit; a cell naming thousands of local governments is long but right.
        csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
        reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = [cell.strip() for cell in next(reader)]
            except StopIteration:
                return
            except csv.Error:
                self._fault(line, "", "quotes")
                continue
            if any(cells):
                yield line, cells

    def _header_fits(self, line: int, header: list[str]) -> bool:
        if not header:
            self._fault(1, "", "empty_file")
            return False
        before = len(self.faults)
        for name in COLUMNS_IN:
            if name not in header:
                self._fault(line, name, "column_missing")
            elif header.count(name) > 1:
                self._fault(line, name, "column_twice")
        for name in header:
            if name not in COLUMNS_IN:
                self._fault(line, shown(name), "column_unknown", allowed=",".join(COLUMNS_IN))
        return len(self.faults) == before

    def _read_line(self, line: int, header: list[str], cells: list[str]) -> None:
        if len(cells) != len(header):
            # Too few: the first column without a cell. Too many: often an unquoted "1,234.50".
            column = header[len(cells)] if len(cells) < len(header) else ""
            self._fault(line, column, "cell_count", found=str(len(cells)), expected=str(len(header)))
            return
        row = dict(zip(header, cells, strict=True))
        before = len(self.faults)
        self._check_encoding(line, row)
        if len(self.faults) > before:
            return
        self._check_line_id(line, row["line_id"])
        ruling = self._rule(line, row)
        amount = self._amount(line, row["amount"])
        codes = self._codes(line, row["local_governments"])
        weights = self._weights(line, row["weights"], len(codes))
        if ruling and ruling.payer is Payer.LOCAL_GOVERNMENT and not codes:
            self._fault(line, "local_governments", "codes_required")
        if len(self.faults) > before or ruling is None or amount is None:
            return
        parties = tuple(self.parties[code] for code in codes)
        if weights:
            parties = tuple(party._replace(weight=own) for party, own in zip(parties, weights, strict=True))
        self.lines.append(RuledLine(line, row["line_id"], amount, ruling, parties))

    def _check_encoding(self, line: int, row: Mapping[str, str]) -> None:
        for column, cell in row.items():
            if cell.isascii():
                continue
            escaped = next((sign for sign in cell if "\udc80" <= sign <= "\udcff"), None)
            if escaped:
                self._fault(line, column, "encoding", byte=f"{ord(escaped) - 0xDC00:02X}")

    def _check_line_id(self, line: int, line_id: str) -> None:
        unseen = next((sign for sign in line_id if not sign.isprintable() and sign != "\n"), None)
        if not line_id:
            self._fault(line, "line_id", "missing")
        elif len(line_id) > MAX_LINE_ID:
            self._fault(line, "line_id", "line_id_too_long", limit=str(MAX_LINE_ID))
        elif unseen:
            self._fault(line, "line_id", "line_id_unseen", sign=f"U+{ord(unseen):04X}")
        elif line_id.startswith(_FORMULA_SIGNS):
            self._fault(line, "line_id", "line_id_formula", value=line_id)
        elif line_id in self.first_seen:
            self._fault(line, "line_id", "line_id_twice", value=line_id, first=str(self.first_seen[line_id]))
        else:
            self.first_seen[line_id] = line

    def _rule(self, line: int, row: Mapping[str, str]) -> Resolution | None:
        key = tuple(row[name] for name in FACT_COLUMNS)
        if key not in self.rulings:
            try:
                self.rulings[key] = resolve(read_facts(row), self.rules)
            except FactsError as error:
                for problem in error.problems:
                    self._fault(line, problem.where, problem.code, **problem.params)
                return None
        return self.rulings[key]

    def _amount(self, line: int, cell: str) -> Decimal | None:
        try:
            return parse_amount(cell)
        except AmountError as error:
            self._fault(line, "amount", f"amount_{error.code}")
            return None

    def _codes(self, line: int, cell: str) -> list[str]:
        """The codes as the line lists them, good or not; each bad one is a fault."""
        codes = [code.strip() for code in cell.split(";")] if cell else []
        seen = set()
        for code in codes:
            if not code:
                self._fault(line, "local_governments", "code_blank")
            elif code in seen:
                self._fault(line, "local_governments", "duplicate_party", code=code)
            elif code not in self.parties:
                self._fault(line, "local_governments", "code_unknown", code=code)
            seen.add(code)
        return codes

    def _weights(self, line: int, cell: str, codes: int) -> list[Decimal]:
        written = [weight.strip() for weight in cell.split(";")] if cell else []
        if not written:
            return []
        if len(written) != codes:
            self._fault(line, "weights", "weights_count", weights=str(len(written)), codes=str(codes))
        wrong = [weight for weight in written if not _WEIGHT.fullmatch(weight)]
        for weight in wrong:
            self._fault(line, "weights", "weight_format", value=weight)
        if wrong:
            return []
        weights = [Decimal(weight) for weight in written]
        try:
            split(Decimal(0), weights)
        except SharesError as error:
            self._fault(line, "weights", error.code, **error.params)
        return weights
