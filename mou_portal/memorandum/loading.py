"""Bringing a memorandum that was read into the database: whole or not at all, and the second time nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from expenses.models import RuleTable, Ruling
from mou_portal.memorandum.designations import DatesClash, designation_for, renamed
from mou_portal.memorandum.merging import LoadReport, Merge
from mou_portal.memorandum.provinces import load_provinces
from mou_portal.memorandum.reading import Entry, Memorandum, read_memorandum
from mou_portal.records import save_revision
from participants.models import Agreement, Clause, LocalGovernment, Participant, Province
from pathways.models import Pathway

#: Numbers that change places are first moved out of one another's way, beyond every number that a file may give.
_ASIDE = 20_000


def load_memorandum(path: Path, *, overwrite: bool = False) -> tuple[Agreement, LoadReport]:
    """Load a memorandum's file; return its agreement and what was done.

    A second run of the same file writes nothing. What people changed in the portal stays, unless the file itself
    changed or ``overwrite`` is given. Nothing is deleted. Raises OSError, and MemorandumRefused with every problem;
    then nothing is written.
    """
    memorandum = read_memorandum(path)
    with transaction.atomic():
        _judge_against_database(memorandum)
        entry = memorandum.checked_agreement()
        provinces, renamed_provinces = load_provinces()
        merge = Merge(entry["code"], overwrite=overwrite)
        agreement = _load_agreement(entry, merge)
        _load_numbered(Clause, agreement, memorandum.clauses, key="number", merge=merge)
        _load_numbered(Pathway, agreement, memorandum.pathways, key="code", merge=merge)
        _load_participants(agreement, memorandum, merge)
        _load_payer_rule(agreement, memorandum, merge)
        memorandum.refuse_if_wrong()  # names that clash with other agreements show themselves only now
        _say_what_is_beyond(agreement, memorandum, merge.report)
    if provinces:
        merge.report.created["province"] = provinces
    if renamed_provinces:
        merge.report.changed.append(_("%(count)d provinces") % {"count": renamed_provinces})
    return agreement, merge.report


def _judge_against_database(memorandum: Memorandum) -> None:
    """Note what cannot be beside what the database holds."""
    if memorandum.agreement is None:
        return
    values = memorandum.agreement.values
    code, predecessor = values.get("code"), values.get("predecessor")
    if predecessor and predecessor != code:
        _judge_predecessor(code, predecessor, memorandum)
    held = (
        (Pathway, "pathways", "number", "code", "code"),
        (Participant, "participants", "order", "code", "local_government__code"),
    )
    for model, name, unique, key, column in held:
        entries: list[Entry] = getattr(memorandum, name)
        named = {entry.values.get(key) for entry in entries}
        others = model._default_manager.filter(agreement__code=code).exclude(**{f"{column}__in": named - {None}})
        taken = dict(others.values_list(unique, column))
        for entry in entries:
            if entry.values.get(unique) in taken:
                memorandum.wrong(
                    (*entry.place, unique),
                    _("“%(value)s” is held in the database by “%(other)s”, which the file does not name")
                    % {"value": entry[unique], "other": taken[entry[unique]]},
                )


def _judge_predecessor(code: str | None, predecessor: str, memorandum: Memorandum) -> None:
    place = ("agreement", "predecessor")
    row = Agreement.objects.filter(code=predecessor).first()
    if row is None:
        memorandum.wrong(place, _("there is no agreement “%(code)s”: load its file first") % {"code": predecessor})
    while row is not None:
        if row.code == code:
            memorandum.wrong(place, _("“%(code)s” itself follows this agreement") % {"code": predecessor})
            return
        row = row.predecessor


def _load_agreement(entry: Entry, merge: Merge) -> Agreement:
    values = {name: value for name, value in entry.values.items() if name not in ("code", "current", "predecessor")}
    values["institute_signed_on"] = values["institute_signed_on"] or values["signed_on"]
    values["predecessor_id"] = None
    if entry["predecessor"]:
        values["predecessor_id"] = Agreement.objects.get(code=entry["predecessor"]).pk
    values["is_current"] = entry["current"]
    row = Agreement.objects.filter(code=entry["code"]).first()
    if row is None:
        if entry["current"]:
            _take_mark(entry["code"], merge)
        return merge.create(Agreement(code=entry["code"], **values), kind="agreement")
    if entry["current"] and not row.is_current and merge.will_write(row, "is_current", True):
        _take_mark(entry["code"], merge)
    merge.change(row, values, kind="agreement", name=str(row))
    return row


def _take_mark(code: str, merge: Merge) -> None:
    """Take the mark "current" from the agreement that has it: there is one at a time."""
    for other in Agreement.objects.filter(is_current=True).exclude(code=code):
        other.is_current = False
        # Not signed with this file's own reason alone: to the other agreement's file the mark was moved by people.
        other._change_reason = f"{merge.reason}, takes the mark"  # type: ignore[attr-defined]  # simple-history reads it at save
        save_revision(other, expected=other.revision)
        merge.report.changed.append(_("“%(agreement)s” is no longer the current agreement") % {"agreement": other})


def _load_numbered(
    model: type[Clause] | type[Pathway], agreement: Agreement, entries: list[Entry], *, key: str, merge: Merge
) -> None:
    """Load clauses (their order is that of the file) or pathways (by their own numbers)."""
    kind = model._meta.model_name or ""
    rows: dict[str, Any] = {getattr(row, key): row for row in model._default_manager.filter(agreement=agreement)}
    numbers = {row.pk: entry["number"] for entry in entries if (row := rows.get(entry[key])) and model is Pathway}
    _step_aside(model, "number", rows.values(), numbers)
    for order, entry in enumerate(entries, start=1):
        values = dict(entry.values)
        if model is Clause:
            values["order"] = order
        row = rows.get(entry[key])
        if row is None:
            merge.create(model(agreement=agreement, **values), kind=kind)
        else:
            merge.change(row, values, kind=kind, name=str(row), structural=("order", "number"))


def _load_participants(agreement: Agreement, memorandum: Memorandum, merge: Merge) -> None:
    bodies = {
        body.code: body
        for body in LocalGovernment.objects.filter(code__in=[entry["code"] for entry in memorandum.participants])
    }
    there = {
        row.local_government.code: row
        for row in agreement.participants.select_related("designation", "local_government", "agreement")
    }
    provinces = dict(Province.objects.values_list("iso", "pk"))
    orders = {there[entry["code"]].pk: entry["order"] for entry in memorandum.participants if entry["code"] in there}
    _step_aside(Participant, "order", there.values(), orders)
    signed_on: date = memorandum.checked_agreement()["signed_on"]
    for entry in memorandum.participants:
        body = _load_body(bodies.get(entry["code"]), entry, provinces[entry["province"]], merge)
        try:
            _load_participant(agreement, there.get(entry["code"]), body, entry, signed_on, merge)
        except DatesClash as error:
            memorandum.wrong((*entry.place, "name_th"), str(error))


def _load_payer_rule(agreement: Agreement, memorandum: Memorandum, merge: Merge) -> None:
    """Load the version of the payer rule that the file holds. One that rulings cite is never changed."""
    entry = memorandum.payer_rule
    if entry is None:
        return
    row = RuleTable.objects.filter(agreement=agreement, version=entry["version"]).first()
    if row is None:
        merge.create(RuleTable(agreement=agreement, **entry.values), kind="ruletable")
        return
    cited = Ruling.objects.filter(line__agreement=agreement, rule_code=row.code, rule_version=row.version)
    differs = row.rules != entry["rules"] or row.code != entry["code"]
    if differs and merge.will_write(row, "rules", entry["rules"]) and cited.exists():
        memorandum.wrong(
            (*entry.place, "version"),
            _("version %(version)d was used for rulings and stays as it is: give the changed rule the next version")
            % {"version": row.version},
        )
        return
    merge.change(row, entry.values, kind="ruletable", name=str(row))


def _load_body(body: LocalGovernment | None, entry: Entry, province: int, merge: Merge) -> LocalGovernment:
    if body is None:
        return merge.create(LocalGovernment(code=entry["code"], province_id=province), kind="localgovernment")
    merge.change(body, {"province_id": province}, kind="localgovernment", name=entry["name_th"])
    return body


def _load_participant(
    agreement: Agreement, row: Participant | None, body: LocalGovernment, entry: Entry, signed_on: date, merge: Merge
) -> None:
    names = ("code", "kind", "name_th", "name_en", "province")
    values = {name: value for name, value in entry.values.items() if name not in names}
    values["signed_on"] = values["signed_on"] or signed_on
    if row is None:
        designation = designation_for(body, entry, signed_on, merge)
        merge.create(
            Participant(agreement=agreement, local_government=body, designation=designation, **values),
            kind="participant",
        )
        return
    values["designation_id"] = renamed(row, entry, signed_on, merge).pk
    merge.change(row, values, kind="participant", name=str(row), structural=("order",))


def _step_aside(model: type[models.Model], column: str, rows: Any, wanted: dict[int, int]) -> None:
    """Where numbers change places, move them apart first: a number is held by one row at a time.

    Only rows that the loop after this saves are moved, so their true numbers reach the table and its history.
    """
    moving = [row.pk for row in rows if row.pk in wanted and getattr(row, column) != wanted[row.pk]]
    model._default_manager.filter(pk__in=moving).update(**{column: models.F(column) + _ASIDE})


def _say_what_is_beyond(agreement: Agreement, memorandum: Memorandum, report: LoadReport) -> None:
    """Name what the database holds of this agreement and the file does not; none of it is touched."""
    numbers = [entry["number"] for entry in memorandum.clauses]
    report.beyond += [str(row) for row in agreement.clauses.exclude(number__in=numbers)]
    codes = [entry["code"] for entry in memorandum.pathways]
    report.beyond += [str(row) for row in agreement.pathways.exclude(code__in=codes)]
    others = agreement.participants.exclude(
        local_government__code__in=[entry["code"] for entry in memorandum.participants]
    )
    report.beyond += [str(row) for row in others.filter(local_government__is_demo=False).with_names()]
    made_up = others.filter(local_government__is_demo=True).count()
    if made_up:
        report.beyond.append(_("%(count)d made-up participants of the demonstration") % {"count": made_up})
