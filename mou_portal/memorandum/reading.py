"""A memorandum's file, read strictly: either everything in it is right, or everything wrong is named with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from expenses.models import RuleTable
from expenses.payer import ANY, RuleSet, RuleSetError
from expenses.refusals import reason
from mou_portal.memorandum import fields
from mou_portal.memorandum.fields import Key, shown
from mou_portal.memorandum.provinces import known_provinces
from mou_portal.memorandum.toml_lines import Lines
from mou_portal.memorandum.toml_lines import Path as Place
from mou_portal.memorandum.toml_text import TomlRefused, parse
from participants.models import Agreement, Clause, Designation, GovernmentKind, LocalGovernment, Obliged, Participant
from pathways.models import Pathway

MAX_BYTES = 1024 * 1024
#: More problems than a person reads at once; the rest is counted.
MAX_PROBLEMS = 200

AGREEMENT_KEYS = {
    "code": Key(fields.code(Agreement)),
    "phase": Key(fields.whole(1, 99)),
    "title_th": Key(fields.text(Agreement, "title_th")),
    "title_en": Key(fields.text(Agreement, "title_en")),
    "short_title_th": Key(fields.text(Agreement, "short_title_th")),
    "short_title_en": Key(fields.text(Agreement, "short_title_en")),
    "institute_name_th": Key(fields.text(Agreement, "institute_name_th")),
    "institute_name_en": Key(fields.text(Agreement, "institute_name_en")),
    "institute_signatory_as_printed": Key(fields.text(Agreement, "institute_signatory_as_printed"), False, ""),
    "institute_signed_on": Key(fields.day, False),
    "place_th": Key(fields.text(Agreement, "place_th"), False, ""),
    "place_en": Key(fields.text(Agreement, "place_en"), False, ""),
    "signed_on": Key(fields.day),
    "starts_on": Key(fields.day, False),
    "ends_on": Key(fields.day),
    "current": Key(fields.flag, False, False),
    "predecessor": Key(fields.code(Agreement), False),
}
CLAUSE_KEYS = {
    "number": Key(fields.clause_number(Clause)),
    "label_th": Key(fields.text(Clause, "label_th")),
    "label_en": Key(fields.text(Clause, "label_en")),
    "title_th": Key(fields.text(Clause, "title_th")),
    "title_en": Key(fields.text(Clause, "title_en")),
    "obliged": Key(fields.one_of(Obliged.values)),
}
PATHWAY_KEYS = {
    "number": Key(fields.whole(1, 99)),
    "code": Key(fields.code(Pathway)),
    "title_th": Key(fields.text(Pathway, "title_th")),
    "title_en": Key(fields.text(Pathway, "title_en")),
}
PARTICIPANT_KEYS = {
    "order": Key(fields.whole(1, 10_000)),
    "code": Key(fields.code(LocalGovernment)),
    "kind": Key(fields.one_of(GovernmentKind.values)),
    "name_th": Key(fields.text(Designation, "name_th")),
    "name_en": Key(fields.text(Designation, "name_en")),
    "province": Key(fields.province(known_provinces())),
    "signatory_as_printed": Key(fields.text(Participant, "signatory_as_printed"), False, ""),
    "signatory_line_as_printed": Key(fields.text(Participant, "signatory_line_as_printed"), False, ""),
    "signatory_position_th": Key(fields.text(Participant, "signatory_position_th"), False, ""),
    "check_against_original": Key(fields.flag, False, False),
    "check_note_th": Key(fields.text(Participant, "check_note_th"), False, ""),
    "check_note_en": Key(fields.text(Participant, "check_note_en"), False, ""),
    "signed_on": Key(fields.day, False),
}
RULE_KEYS = {
    "code": Key(fields.code(RuleTable)),
    "version": Key(fields.whole(1, 999)),
    "applies_from": Key(fields.day, False),
    "basis": Key(fields.text(RuleTable, "basis"), False, ""),
}
#: What a row of the payer rule leaves out holds always.
_ROW_DEFAULTS = {
    **dict.fromkeys(("activity", "venue", "arranged_by", "whose_cost", "category"), ANY),
    "clause": "",
}
_IN_PATH = re.compile(r"rules\[(\d+)\](?:\.(\w+))?")
#: The lists of the file, their keys, and which keys no two entries may share.
LISTS: dict[str, tuple[dict[str, Key], tuple[str, ...]]] = {
    "clauses": (CLAUSE_KEYS, ("number",)),
    "pathways": (PATHWAY_KEYS, ("number", "code")),
    "participants": (PARTICIPANT_KEYS, ("order", "code")),
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong: the line in the file (1 is the first), the place in words, the reason, translated."""

    line: int
    where: str
    reason: str

    def __str__(self) -> str:
        parts = {"line": self.line, "where": self.where, "reason": self.reason}
        return (_("line %(line)d: %(where)s: %(reason)s") if self.where else _("line %(line)d: %(reason)s")) % parts


class MemorandumRefused(ValueError):
    """The file is wrong; ``problems`` holds everything that is, in the order of the lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Entry:
    """A table of the file: its values by key, and where it stands."""

    place: Place
    values: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.values[key]


@dataclass
class Memorandum:
    """What a file says. ``problems`` may grow while it is compared with the database."""

    agreement: Entry | None = None
    clauses: list[Entry] = field(default_factory=list)
    pathways: list[Entry] = field(default_factory=list)
    participants: list[Entry] = field(default_factory=list)
    payer_rule: Entry | None = None
    problems: list[Problem] = field(default_factory=list)
    lines: Lines = field(default_factory=lambda: Lines(""))

    def wrong(self, place: Place, reason: str) -> None:
        """Note something wrong at a place in the file."""
        self.problems.append(Problem(self.lines.line_of(place), _name_of(place), reason))

    def refuse_if_wrong(self) -> None:
        """Raise MemorandumRefused when anything is wrong."""
        if self.problems:
            raise MemorandumRefused(self.problems)

    def checked_agreement(self) -> Entry:
        """The agreement of a file with which nothing is wrong. Raises MemorandumRefused for any other."""
        if self.agreement is None or self.problems:
            raise MemorandumRefused(self.problems)
        return self.agreement


def _name_of(place: Place) -> str:
    """``clauses #4, number``: entries are counted from 1, as people count."""
    words = ""
    for part in place:
        words += f" #{part + 1}" if isinstance(part, int) else f", {shown(part)}" if words else shown(part)
    return words


def read_memorandum(path: Path) -> Memorandum:
    """Read a file as far as it can be read; ``problems`` of the result name everything wrong with it.

    Raises OSError when the file cannot be opened, and MemorandumRefused when it is too large, not UTF-8 or not TOML,
    so that nothing in it can be judged.
    """
    with path.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise MemorandumRefused(
            [Problem(1, "", _("the file is larger than %(limit)d KiB") % {"limit": MAX_BYTES // 1024})]
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise MemorandumRefused(
            [Problem(line, "", _("the text is not UTF-8: save the file in that encoding"))]
        ) from error
    try:
        data, lines = parse(text)
    except TomlRefused as error:
        reason = _("this is not valid TOML: %(reason)s") % {"reason": error.reason}
        raise MemorandumRefused([Problem(error.line, "", reason)]) from error
    memorandum = Memorandum(lines=lines)
    _read_tables(data, memorandum)
    return memorandum


def _read_tables(data: Mapping[str, Any], memorandum: Memorandum) -> None:
    for name in data:
        if name not in ("agreement", "payer_rule", *LISTS):
            possible = ", ".join(["agreement", *LISTS, "payer_rule"])
            memorandum.wrong((name,), _("unknown; possible are: %(values)s") % {"values": possible})
    agreement = data.get("agreement")
    if agreement is None:
        memorandum.wrong((), _("the table [agreement] is missing"))
    elif not isinstance(agreement, dict):
        memorandum.wrong(("agreement",), _("one table is expected: [agreement], once"))
    else:
        memorandum.agreement = _read_entry(agreement, ("agreement",), AGREEMENT_KEYS, memorandum)
        _judge_agreement(memorandum.agreement, memorandum)
    for name, (keys, unique) in LISTS.items():
        rows = data.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            memorandum.wrong((name,), _("a list of tables is expected: [[%(name)s]]") % {"name": name})
            continue
        if not rows:
            memorandum.wrong((), _("at least one table [[%(name)s]] is needed") % {"name": name})
        entries = [_read_entry(row, (name, number), keys, memorandum) for number, row in enumerate(rows)]
        _judge_unique(entries, unique, memorandum)
        setattr(memorandum, name, entries)
    for entry in memorandum.participants:
        _judge_check_mark(entry, memorandum)
    if "payer_rule" in data:
        _read_payer_rule(data["payer_rule"], memorandum)


def _read_payer_rule(data: Any, memorandum: Memorandum) -> None:
    """Read who pays; the entry's ``rules`` are the rows as the rule itself writes them."""
    place = ("payer_rule",)
    rows = data.get("rows") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        memorandum.wrong(place, _("a list of tables is expected: [[%(name)s]]") % {"name": "payer_rule.rows"})
        return
    entry = _read_entry({name: value for name, value in data.items() if name != "rows"}, place, RULE_KEYS, memorandum)
    rules = [_ROW_DEFAULTS | row | {"number": number} for number, row in enumerate(rows, start=1)]
    try:
        read = RuleSet.from_mapping(
            {"code": entry.values.get("code", "-"), "version": entry.values.get("version", 1), "rules": rules}
        )
    except RuleSetError as error:
        for problem in error.problems:
            inside = _IN_PATH.fullmatch(problem.where)
            where = (*place, "rows", int(inside[1]), inside[2] or "") if inside else place
            memorandum.wrong(where, reason(problem.code, problem.params))
        return
    entry.values["rules"] = read.to_mapping()["rules"]
    memorandum.payer_rule = entry


def _read_entry(row: Mapping[str, Any], place: Place, keys: Mapping[str, Key], memorandum: Memorandum) -> Entry:
    """Read a table; what is wrong is noted and left out of the entry's values."""
    values: dict[str, Any] = {}
    for name in row:
        if name not in keys:
            memorandum.wrong((*place, name), _("unknown key; possible are: %(values)s") % {"values": ", ".join(keys)})
    for name, key in keys.items():
        if name not in row:
            if key.required:
                memorandum.wrong(place, _("the key “%(name)s” is missing") % {"name": name})
            else:
                values[name] = key.default
            continue
        try:
            values[name] = key.read(row[name])
        except ValueError as error:
            memorandum.wrong((*place, name), str(error))
    return Entry(place, values)


def _judge_agreement(agreement: Entry, memorandum: Memorandum) -> None:
    values = agreement.values
    ends_on: date | None = values.get("ends_on")
    for name in ("signed_on", "starts_on"):
        first = values.get(name)
        if ends_on and first and first > ends_on:
            memorandum.wrong(("agreement", "ends_on"), _("the end lies before “%(name)s”") % {"name": name})
    if values.get("predecessor") and values["predecessor"] == values.get("code"):
        memorandum.wrong(("agreement", "predecessor"), _("an agreement cannot follow itself"))


def _judge_unique(entries: list[Entry], unique: Iterable[str], memorandum: Memorandum) -> None:
    for name in unique:
        first: dict[Any, Entry] = {}
        for entry in entries:
            if name not in entry.values:
                continue
            earlier = first.setdefault(entry[name], entry)
            if earlier is not entry:
                line = memorandum.lines.line_of((*earlier.place, name))
                memorandum.wrong(
                    (*entry.place, name),
                    _("“%(value)s” is there twice, first on line %(line)d") % {"value": entry[name], "line": line},
                )


def _judge_check_mark(entry: Entry, memorandum: Memorandum) -> None:
    """A mark without a note says nothing, and a note without a mark is never seen."""
    marked = entry.values.get("check_against_original")
    for name in ("check_note_th", "check_note_en"):
        note = entry.values.get(name)
        if marked and note == "":
            memorandum.wrong(
                entry.place, _("“check_against_original” is set, but “%(name)s” is missing") % {"name": name}
            )
        elif marked is False and note:
            memorandum.wrong((*entry.place, name), _("a note needs “check_against_original = true”"))
