"""``manage.py load_mou``: wrong files are refused whole, with line and reason; dates are read in both eras."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.utils import translation

from participants.models import Agreement
from tests.mou_portal.database_dump import database_dump
from tests.mou_portal.memorandum_files import SMALL, run

pytestmark = pytest.mark.django_db

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


def test_a_flood_of_impossible_dates_is_cut_short(written: Callable[..., Path]) -> None:
    flood = "".join(f"day_{number} = 2562-02-31\n" for number in range(101))
    with translation.override("en"), pytest.raises(CommandError, match="too many dates that do not exist"):
        run(written(("current = true\n", f"current = true\n{flood}")))


def test_dates_of_both_eras_are_the_same_day(written: Callable[..., Path]) -> None:
    for text in ("2019-06-17", '"17 มิถุนายน 2562"', '"17/06/2562"', '"๑๗ มิถุนายน ๒๕๖๒"', "2562-06-17"):
        run(written(("2562-06-17", text)))
        assert Agreement.objects.get().signed_on == date(2019, 6, 17)
    # a leap day that exists in the Buddhist Era's year, though not in the Common Era's year of that number
    run(written(("2562-06-17", "2563-02-29")))
    assert Agreement.objects.get().signed_on == date(2020, 2, 29)
