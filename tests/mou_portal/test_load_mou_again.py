"""``manage.py load_mou`` on what was loaded before: a changed file, people's own changes, a later phase."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.utils import translation

from mou_portal.records import save_revision
from participants.models import Agreement, Clause, Designation, LocalGovernment, Participant, Province
from pathways.models import Pathway
from tests.mou_portal.database_dump import database_dump
from tests.mou_portal.memorandum_files import SMALL, run

pytestmark = pytest.mark.django_db


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
