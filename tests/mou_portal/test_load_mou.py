"""``manage.py load_mou``: the memorandum as it was signed, twice the same, and wrong files refused whole."""

import csv
import re
import tomllib
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from mou_portal.management.commands.load_mou import DEFAULT_FILE
from mou_portal.memorandum.provinces import FILE as PROVINCES_FILE
from mou_portal.records import save_revision
from participants.models import Agreement, Clause, Designation, LocalGovernment, Participant, Province
from pathways.models import Pathway
from tests.mou_portal.database_dump import database_dump

pytestmark = pytest.mark.django_db

SCAN = (DEFAULT_FILE.parent / "memorandum.th.txt").read_text(encoding="utf-8")

#: A whole memorandum, small enough to read; tests change a line of it.
SMALL = """\
[agreement]
code = "test-1"
phase = 1
title_th = "โครงการทดสอบ"
title_en = "A test programme"
short_title_th = "ทดสอบ"
short_title_en = "Test"
institute_name_th = "สถาบัน"
institute_name_en = "Institute"
signed_on = 2562-06-17
ends_on = "30 กันยายน 2563"
current = true

[[clauses]]
number = "2.1"
label_th = "ข้อ 2.1"
label_en = "clause 2.1"
title_th = "เลือกแนวทาง"
title_en = "Choose"
obliged = "local_government"

[[pathways]]
number = 1
code = "preparation"
title_th = "เตรียม"
title_en = "Prepare"

[[pathways]]
number = 2
code = "network"
title_th = "เครือข่าย"
title_en = "Network"

[[participants]]
order = 1
code = "alpha"
kind = "subdistrict_municipality"
name_th = "เทศบาลตำบลหนึ่ง"
name_en = "Alpha Subdistrict Municipality"
province = "TH-12"

[[participants]]
order = 2
code = "bravo"
kind = "town_municipality"
name_th = "เทศบาลเมืองสอง"
name_en = "Bravo Town Municipality"
province = "TH-81"
"""


def run(file: Path | None = None, **options: Any) -> str:
    """Run the command; return what it printed."""
    out = StringIO()
    call_command("load_mou", *([str(file)] if file else []), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write a file: SMALL with replacements ``(old, new)``; each old text must occur."""

    def write(*replacements: tuple[str, str], text: str = SMALL, name: str = "test.toml") -> Path:
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write


# --- the memorandum itself ----------------------------------------------------------------------


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


# --- a changed file, and people's changes ---------------------------------------------------------


def test_a_changed_file_changes_what_differs_and_says_so(written: Callable[..., Path]) -> None:
    run(written())
    with translation.override("en"):
        said = run(written(('title_en = "Choose"', 'title_en = "Choose one"')))
    assert "“Choose” → “Choose one”" in said
    clause = Clause.objects.get()
    assert (clause.title_en, clause.revision, clause.history.count()) == ("Choose one", 2, 2)
    assert Participant.objects.first().history.count() == 1


def test_numbers_may_change_places(written: Callable[..., Path]) -> None:
    run(written())
    run(
        written(
            ("order = 1", "order = 9"),
            ("order = 2", "order = 1"),
            ("order = 9", "order = 2"),
            ("number = 1\n", "number = 9\n"),
            ("number = 2\n", "number = 1\n"),
            ("number = 9\n", "number = 2\n"),
        )
    )
    assert list(Participant.objects.values_list("local_government__code", "order")) == [("bravo", 1), ("alpha", 2)]
    assert list(Pathway.objects.values_list("code", "number")) == [("network", 1), ("preparation", 2)]
    assert Participant.history.filter(order__gt=10_000).count() == 0


def test_what_people_changed_in_the_portal_stays(written: Callable[..., Path]) -> None:
    marked = (
        (
            'province = "TH-12"',
            'province = "TH-12"\ncheck_against_original = true\ncheck_note_th = "ตรวจ"\ncheck_note_en = "check"',
        ),
    )
    run(written(*marked))
    row = Participant.objects.get(order=1)
    row.check_against_original = False
    save_revision(row, expected=row.revision)
    before = database_dump()
    with translation.override("en"):
        said = run(written(*marked))
    assert database_dump() == before
    assert "kept" in said
    # also when the file changes something else in that row, then and the next time
    run(written(*marked, ("order = 1", "order = 7")))
    run(written(*marked, ("order = 1", "order = 7")))
    row.refresh_from_db()
    assert (row.check_against_original, row.order) == (False, 7)
    assert row.history.first().check_against_original is False
    run(written(*marked, ("order = 1", "order = 7")), overwrite=True)
    row.refresh_from_db()
    assert row.check_against_original is True


def test_what_the_file_no_longer_names_is_left_and_said(written: Callable[..., Path]) -> None:
    run(written())
    shorter = SMALL[: SMALL.rindex("[[participants]]")]
    with translation.override("en"):
        said = run(written(text=shorter))
    assert "in the portal, but not in the file; left as it is: Bravo Town Municipality" in said
    assert Participant.objects.count() == 2


def test_a_number_held_by_a_row_beyond_the_file_is_refused(written: Callable[..., Path]) -> None:
    run(written())
    with translation.override("en"), pytest.raises(CommandError, match=r"line 29: pathways #2, number: .*“network”"):
        run(written(('code = "network"', 'code = "other"')))


# --- a later phase --------------------------------------------------------------------------------

LATER = (
    ('code = "test-1"', 'code = "test-2"\npredecessor = "test-1"'),
    ("phase = 1", "phase = 2"),
    ("signed_on = 2562-06-17", "signed_on = 2021-03-01"),
    ("30 กันยายน 2563", "2023-09-30"),
)


def test_a_later_phase_uses_known_local_governments_and_takes_the_mark(written: Callable[..., Path]) -> None:
    run(written())
    run(written(*LATER))
    second = Agreement.objects.get(code="test-2")
    assert second.predecessor == Agreement.objects.get(code="test-1")
    assert Agreement.objects.current() == second
    assert LocalGovernment.objects.count() == 2
    assert Designation.objects.count() == 2
    assert Participant.objects.count() == 4
    # the first phase's own file, run again as `make run` does, does not take the mark back
    before = database_dump()
    run(written())
    assert database_dump() == before
    run(written(), overwrite=True)
    assert Agreement.objects.current() == second.predecessor


def test_a_new_name_or_type_begins_on_the_day_of_signing(written: Callable[..., Path]) -> None:
    run(written())
    new = (
        ("subdistrict_municipality", "town_municipality"),
        ("เทศบาลตำบลหนึ่ง", "เทศบาลเมืองหนึ่ง"),
        ("Alpha Subdistrict", "Alpha Town"),
    )
    run(written(*LATER, *new))
    body = LocalGovernment.objects.get(code="alpha")
    assert list(body.designations.values_list("kind", "name_th", "starts_on", "ends_on")) == [
        ("subdistrict_municipality", "เทศบาลตำบลหนึ่ง", None, date(2021, 2, 28)),
        ("town_municipality", "เทศบาลเมืองหนึ่ง", date(2021, 3, 1), None),
    ]
    assert [row.name_th for row in body.participations.order_by("agreement__phase")] == [
        "เทศบาลตำบลหนึ่ง",
        "เทศบาลเมืองหนึ่ง",
    ]
    assert "เทศบาลเมืองหนึ่ง" in body.search_text
    before = database_dump()
    run(written(*LATER, *new))
    run(written())
    assert database_dump() == before


def test_an_earlier_phase_loaded_afterwards_gets_the_earlier_name(written: Callable[..., Path]) -> None:
    run(written())
    earlier = (
        ("test-1", "test-0"),
        ("2562-06-17", "2560-01-15"),
        ("30 กันยายน 2563", "2561-09-30"),
        ("current = true", "current = false"),
    )
    run(
        written(
            *earlier,
            ("เทศบาลตำบลหนึ่ง", "อบต. หนึ่ง"),
            ('kind = "subdistrict_municipality"', 'kind = "subdistrict_administrative_organization"'),
        )
    )
    body = LocalGovernment.objects.get(code="alpha")
    assert list(body.designations.values_list("name_th", "starts_on", "ends_on")) == [
        ("อบต. หนึ่ง", None, date(2019, 6, 16)),
        ("เทศบาลตำบลหนึ่ง", date(2019, 6, 17), None),
    ]
    assert Agreement.objects.current().code == "test-1"


def test_a_name_that_contradicts_another_agreement_is_refused(written: Callable[..., Path]) -> None:
    run(written())
    before = database_dump()
    with (
        translation.override("en"),
        pytest.raises(CommandError, match=r"line 38: participants #1, name_th: another agreement"),
    ):
        run(written(("test-1", "test-2"), ("เทศบาลตำบลหนึ่ง", "เทศบาลตำบลอื่น")))
    assert database_dump() == before


def test_a_corrected_name_of_this_agreement_alone_is_corrected_in_place(written: Callable[..., Path]) -> None:
    run(written())
    run(written(("เทศบาลตำบลหนึ่ง", "เทศบาลตำบลหนึ่งแก้")))
    assert Designation.objects.count() == 2
    assert LocalGovernment.objects.get(code="alpha").designations.get().name_th == "เทศบาลตำบลหนึ่งแก้"


def test_a_name_shared_with_another_agreement_is_not_corrected_but_replaced(written: Callable[..., Path]) -> None:
    run(written())
    run(written(*LATER))
    run(written(*LATER, ("เทศบาลตำบลหนึ่ง", "เทศบาลตำบลหนึ่งใหม่")))
    body = LocalGovernment.objects.get(code="alpha")
    names = list(body.participations.order_by("agreement__phase").values_list("designation__name_th", flat=True))
    assert names == ["เทศบาลตำบลหนึ่ง", "เทศบาลตำบลหนึ่งใหม่"]
    assert list(body.designations.values_list("ends_on", flat=True)) == [date(2021, 2, 28), None]


def test_a_name_that_begins_on_the_very_day_of_signing_is_not_pushed_aside(written: Callable[..., Path]) -> None:
    run(written())
    body = LocalGovernment.objects.create(code="charlie", province=Province.objects.get(iso="TH-12"))
    day = date(2021, 3, 1)
    Designation.objects.create(local_government=body, kind="town_municipality", name_th="ก", name_en="A", starts_on=day)
    with translation.override("en"), pytest.raises(CommandError, match=r"line 39: .*from that very day"):
        run(written(*LATER, ('code = "alpha"', 'code = "charlie"')))


def test_agreements_cannot_follow_one_another_in_a_ring(written: Callable[..., Path]) -> None:
    run(written())
    run(written(*LATER))
    with translation.override("en"), pytest.raises(CommandError, match=r"line 3: .*“test-2” itself follows"):
        run(written(('code = "test-1"', 'code = "test-1"\npredecessor = "test-2"')))


def test_provinces_are_kept_in_step_with_their_own_file() -> None:
    run()
    Province.objects.filter(iso="TH-12").update(name_en="Nonburi")
    with translation.override("en"):
        assert "1 provinces" in run()
    assert Province.objects.get(iso="TH-12").name_en == "Nonthaburi"


# --- wrong files ----------------------------------------------------------------------------------

WRONG = {
    "not TOML": (('code = "test-1"', "code test-1"), 2, "not valid TOML"),
    "quotation mark left open": (('code = "test-1"', 'code = "test-1'), 2, "not valid TOML"),
    "key given twice": (("current = true", "current = true\ncurrent = true"), 13, "given before"),
    "table given twice": (("[[clauses]]", "[agreement]\n[[clauses]]"), 14, "given before"),
    "unknown table": (("[[clauses]]", "[extra]\na = 1\n[[clauses]]"), 14, "unknown; possible are"),
    "unknown key": (("phase = 1", "phase = 1\nfase = 2"), 4, "agreement, fase: unknown key"),
    "missing key": (('obliged = "local_government"\n', ""), 14, "clauses #1: the key “obliged” is missing"),
    "agreement as a list": (("[agreement]", "[[agreement]]"), 1, "one table is expected"),
    "clauses as a table": (("[[clauses]]", "[clauses]"), 14, "a list of tables is expected"),
    "text instead of a number": (("phase = 1", 'phase = "one"'), 3, "a whole number is expected, not one"),
    "true instead of a number": (("phase = 1", "phase = true"), 3, "a whole number is expected"),
    "number out of range": (("phase = 1", "phase = 0"), 3, "out of range"),
    "number instead of text": (('title_en = "Choose"', "title_en = 5"), 19, "text in quotation marks"),
    "text instead of true": (("current = true", 'current = "yes"'), 12, "true or false"),
    "empty text": (('title_en = "Choose"', 'title_en = " "'), 19, "the text is empty"),
    "blank at the end": (('title_en = "Choose"', 'title_en = "Choose "'), 19, "ends with a blank"),
    "text of several lines": (('title_en = "Choose"', 'title_en = "A\\nB"'), 19, "line break"),
    "text too long": (('title_en = "Choose"', f'title_en = "{"x" * 301}"'), 19, "301 characters, at most 300"),
    "no such day, BE": (("signed_on = 2562-06-17", "signed_on = 2562-02-31"), 10, "There is no 31 February 2019"),
    "no such day, quoted": (("30 กันยายน 2563", "31 กุมภาพันธ์ 2563"), 11, "There is no 31 February 2020"),
    "leap day of the wrong era": (
        ("signed_on = 2562-06-17", "signed_on = 2564-02-29"),
        10,
        "There is no 29 February 2021",
    ),
    "a century off": (("signed_on = 2562-06-17", "signed_on = 1819-06-17"), 10, "a century or more off"),
    "a time instead of a date": (("signed_on = 2562-06-17", "signed_on = 07:30:00"), 10, "a date is expected"),
    "a date with a time": (("signed_on = 2562-06-17", "signed_on = 2019-06-17T07:30:00"), 10, "a date is expected"),
    "the end before the beginning": (("30 กันยายน 2563", "30 กันยายน 2561"), 11, "the end lies before"),
    "clause twice": (
        ("[[pathways]]", SMALL[SMALL.index("[[clauses]]") : SMALL.index("[[pathways]]")] + "[[pathways]]"),
        23,
        "there twice, first on line 15",
    ),
    "not a clause's number": (('number = "2.1"', 'number = "2.1 ก"'), 15, "not a clause's number"),
    "pathway code twice": (('code = "network"', 'code = "preparation"'), 30, "there twice, first on line 24"),
    "pathway number twice": (("number = 2\n", "number = 1\n"), 29, "there twice, first on line 23"),
    "participant twice": (('code = "bravo"', 'code = "alpha"'), 44, "there twice, first on line 36"),
    "order twice": (("order = 2", "order = 1"), 43, "there twice, first on line 35"),
    "not a code": (('code = "bravo"', 'code = "Bravo City"'), 44, "is not a code"),
    "unknown kind": (('kind = "town_municipality"', 'kind = "village"'), 45, "“village” is unknown"),
    "unknown obliged": (('obliged = "local_government"', 'obliged = "nobody"'), 20, "“nobody” is unknown"),
    "unknown province": (('province = "TH-81"', 'province = "TH-99"'), 48, "“TH-99” is not a province"),
    "province by name": (('province = "TH-81"', 'province = "กระบี่"'), 48, "is not a province"),
    "unknown predecessor": (
        ('code = "test-1"', 'code = "test-1"\npredecessor = "never"'),
        3,
        "there is no agreement “never”",
    ),
    "follows itself": (('code = "test-1"', 'code = "test-1"\npredecessor = "test-1"'), 3, "cannot follow itself"),
    "mark without note": (
        ('province = "TH-81"', 'province = "TH-81"\ncheck_against_original = true'),
        42,
        "“check_note_th” is missing",
    ),
    "note without mark": (('province = "TH-81"', 'province = "TH-81"\ncheck_note_en = "look"'), 49, "a note needs"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_whole_with_line_and_reason(case: str, written: Callable[..., Path]) -> None:
    replacement, line, reason = WRONG[case]
    before = database_dump()
    with translation.override("en"), pytest.raises(CommandError) as refusal:
        run(written(replacement))
    said = str(refusal.value)
    assert re.search(rf"line {line}: .*{re.escape(reason)}", said), said
    assert refusal.value.returncode == 1
    assert database_dump() == before


def test_every_error_is_named_in_the_order_of_the_lines(written: Callable[..., Path]) -> None:
    wrong = written(
        ("phase = 1", 'phase = "x"'),
        ("2562-06-17", "2562-02-31"),
        ("30 กันยายน 2563", "32 กันยายน 2563"),
        ("number = 2\n", "number = 1\n"),
        ('province = "TH-81"', 'province = "TH-00"'),
        ('name_en = "Alpha Subdistrict Municipality"\n', ""),
    )
    with translation.override("en"), pytest.raises(CommandError) as refusal:
        run(wrong)
    assert re.findall(r"line (\d+):", str(refusal.value)) == ["3", "10", "11", "29", "34", "47"]


def test_errors_are_told_in_thai_too(written: Callable[..., Path]) -> None:
    with pytest.raises(CommandError, match="กุมภาพันธ์ 2562"):
        run(written(("2562-06-17", "2562-02-31")))


@pytest.mark.parametrize("missing", ["agreement", "clauses", "pathways", "participants"])
def test_each_part_of_the_file_is_needed(missing: str, written: Callable[..., Path]) -> None:
    parts = re.split(r"(?m)^(?=\[)", SMALL)
    with translation.override("en"), pytest.raises(CommandError, match=rf"line 1: .*\[{missing}\]"):
        run(written(text="".join(part for part in parts if not part.strip("[").startswith(missing))))


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    with translation.override("en"):
        with pytest.raises(CommandError, match="cannot be read"):
            run(tmp_path / "nowhere.toml")
        with pytest.raises(CommandError, match="is not a file"):
            run(tmp_path)
        latin = tmp_path / "latin.toml"
        latin.write_bytes(SMALL.encode()[:60] + b"\n\xff\n")
        with pytest.raises(CommandError, match=r"line \d: the text is not UTF-8"):
            run(latin)
        large = tmp_path / "large.toml"
        large.write_bytes(b"# " + b"x" * (1024 * 1024))
        with pytest.raises(CommandError, match="larger than 1024 KiB"):
            run(large)
        deep = tmp_path / "deep.toml"
        deep.write_text("a = " + "[" * 100_000, encoding="utf-8")
        with pytest.raises(CommandError, match="line 1: this is not valid TOML"):
            run(deep)


def test_dates_of_both_eras_are_the_same_day(written: Callable[..., Path]) -> None:
    for text in ("2019-06-17", '"17 มิถุนายน 2562"', '"17/06/2562"', '"๑๗ มิถุนายน ๒๕๖๒"', "2562-06-17"):
        run(written(("2562-06-17", text)))
        assert Agreement.objects.get().signed_on == date(2019, 6, 17)
    # a leap day that exists in the Buddhist Era's year, though not in the Common Era's year of that number
    run(written(("2562-06-17", "2563-02-29")))
    assert Agreement.objects.get().signed_on == date(2020, 2, 29)


def test_the_file_is_plain_toml() -> None:
    data = tomllib.loads(DEFAULT_FILE.read_text(encoding="utf-8"))
    assert list(data) == ["agreement", "clauses", "pathways", "participants", "payer_rule"]


def test_a_flood_of_impossible_dates_is_cut_short(written: Callable[..., Path]) -> None:
    flood = "".join(f"day_{number} = 2562-02-31\n" for number in range(101))
    with translation.override("en"), pytest.raises(CommandError, match="too many dates that do not exist"):
        run(written(("current = true\n", f"current = true\n{flood}")))
