"""``manage.py load_mou``: the memorandum as it was signed, and twice the same."""

import csv
import re
import tomllib
from datetime import date

import pytest
from django.utils import translation

from mou_portal.management.commands.load_mou import DEFAULT_FILE
from mou_portal.memorandum.provinces import FILE as PROVINCES_FILE
from participants.models import Agreement, Clause, Designation, LocalGovernment, Participant, Province
from pathways.models import Pathway
from tests.mou_portal.database_dump import database_dump
from tests.mou_portal.memorandum_files import run

pytestmark = pytest.mark.django_db

SCAN = (DEFAULT_FILE.parent / "memorandum.th.txt").read_text(encoding="utf-8")


def test_the_memorandum_is_loaded_as_it_was_signed() -> None:
    run()
    agreement = Agreement.objects.get()
    assert (agreement.code, agreement.phase, agreement.is_current) == ("smart-city-2", 2, True)
    assert agreement.signed_on == agreement.institute_signed_on == date(2019, 6, 17)
    assert agreement.ends_on == date(2020, 9, 30)
    assert agreement.participants.count() == 13
    assert agreement.pathways.count() == 6
    assert list(agreement.clauses.values_list("number", flat=True)) == [
        "1",
        "1.1",
        "1.2",
        "1.3",
        "1.4",
        "2.1",
        "2.2(1)",
        "2.2(2)",
        "2.2(3)",
        "2.2(4)",
        "2.2(4)4.1",
        "2.2(4)4.2",
        "3",
        "4",
    ]
    assert Clause.objects.get(number="2.2(4)4.1").label_th == "ข้อ 2.2 (4) 4.1"
    assert Clause.objects.get(number="2.2(4)4.1").label_en == "clause 4.1"
    assert set(agreement.participants.values_list("signed_on", flat=True)) == {date(2019, 6, 17)}
    kinds = list(agreement.participants.values_list("designation__kind", flat=True))
    assert [kinds.count(kind) for kind in dict.fromkeys(kinds)] == [2, 3, 4, 4]


def test_names_and_pathways_stand_letter_by_letter_in_the_scan() -> None:
    run()
    parts = SCAN.split("ลงชื่อ.....")[2:]
    participants = list(Participant.objects.select_related("designation"))
    for participant, part in zip(participants, parts, strict=True):
        assert f"({participant.signatory_as_printed})\n {participant.signatory_line_as_printed}\n" in part + "\n"
        if participant.code != "nonthaburi":
            assert participant.name_th == participant.signatory_line_as_printed
    for pathway in Pathway.objects.all():
        assert re.search(rf"^(- )?{pathway.number}\) {re.escape(pathway.title_th)}$", SCAN, re.MULTILINE)
    agreement = Agreement.objects.get()
    assert agreement.institute_signatory_as_printed in SCAN
    assert agreement.title_th in " ".join(SCAN.split())


def test_the_damaged_name_is_kept_as_printed_and_marked() -> None:
    run()
    marked = {row.code: row for row in Participant.objects.filter(check_against_original=True)}
    assert list(marked) == ["surat-thani-pao", "nonthaburi"]
    assert marked["surat-thani-pao"].signatory_as_printed == "นายก่อเกียรติ อินทร์ักษ์"
    assert marked["nonthaburi"].signatory_line_as_printed == "นายกเทศมนตรีนครนนทบุรี"
    assert marked["nonthaburi"].name_th == "เทศบาลนครนนทบุรี"
    assert all(row.check_note_th and row.check_note_en for row in marked.values())


def test_all_77_provinces_are_there() -> None:
    run()
    assert Province.objects.count() == 77
    assert Province.objects.get(iso="TH-38").name_th == "บึงกาฬ"
    assert set(Province.objects.values_list("region", flat=True)) == {
        "north",
        "northeast",
        "central",
        "east",
        "west",
        "south",
    }
    with PROVINCES_FILE.open(encoding="utf-8") as lines:
        assert len({row["name_th"] for row in csv.DictReader(lines)}) == 77


def test_every_row_is_valid_by_its_model() -> None:
    run()
    for model in (Agreement, Clause, Pathway, LocalGovernment, Designation, Participant, Province):
        for row in model._default_manager.all():
            row.full_clean()


def test_the_second_run_changes_nothing() -> None:
    with translation.override("en"):
        assert "agreement 1, clause 14" in run()
        before = database_dump()
        assert "nothing to change" in run()
    assert database_dump() == before


def test_provinces_are_kept_in_step_with_their_own_file() -> None:
    run()
    Province.objects.filter(iso="TH-12").update(name_en="Nonburi")
    with translation.override("en"):
        assert "1 provinces" in run()
    assert Province.objects.get(iso="TH-12").name_en == "Nonthaburi"


def test_the_file_is_plain_toml() -> None:
    data = tomllib.loads(DEFAULT_FILE.read_text(encoding="utf-8"))
    assert list(data) == ["agreement", "clauses", "pathways", "participants", "payer_rule"]
