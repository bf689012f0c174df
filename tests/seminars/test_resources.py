"""Rolls as spreadsheets: found by natural keys, whole or not at all, twice the same."""

import pytest
import tablib

from seminars.models import Attendance
from seminars.resources import AttendanceResource
from tests import factories as make

HEAD = ["seminar", "participant", "seat", "session", "state", "reason", "attended_by"]


@pytest.fixture
def roll(cast):
    seminar = make.make_seminar(cast.agreement)
    make.make_session(seminar)
    make.make_seat(seminar, cast.town)
    make.make_seat(seminar, cast.other)

    def line(code="krabi-town", seat=1, session=1, state="present", reason="", came="", seminar=seminar.pk):
        return (seminar, code, seat, session, state, reason, came)

    return line


def read(cast, *lines, dry_run=False):
    rows = tablib.Dataset(*lines, headers=HEAD)
    # as the admin site calls it
    return AttendanceResource(user=cast.staff).import_data(
        rows, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True
    )


def test_a_roll_is_read_once_however_often_it_is_sent(cast, roll):
    lines = [roll(), roll("other-town", state="excused", reason="ป่วย")]
    assert not read(cast, *lines, dry_run=True).has_errors()
    assert not Attendance.objects.exists()
    for _again in range(2):
        result = read(cast, *lines)
        assert not result.has_errors()
        assert not result.has_validation_errors()
    assert Attendance.objects.count() == 2
    assert Attendance.history.count() == 2
    assert set(Attendance.objects.values_list("recorded_by", flat=True)) == {cast.staff.pk}


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "nowhere"},
        {"seat": 9},
        {"seat": "x"},
        {"session": 9},
        {"state": "here"},
        {"state": "excused"},
        {"seminar": 999_999},
    ],
)
def test_a_bad_line_leaves_all_unwritten(cast, roll, wrong):
    result = read(cast, roll("other-town"), roll(**wrong))
    assert result.has_errors() or result.has_validation_errors()
    assert not Attendance.objects.exists()


def test_what_is_exported_can_be_read_again(cast, roll):
    read(cast, roll(), roll("other-town", state="absent"))
    rows = AttendanceResource(user=cast.staff).export()
    assert list(rows.headers) == HEAD
    lines = [tuple(line) for line in rows]
    assert not read(cast, *lines).has_errors()
    assert Attendance.history.count() == 2
    assert len(AttendanceResource(user=cast.bob).export()) == 1


def test_a_correction_by_spreadsheet_is_kept_in_the_history(cast, roll):
    read(cast, roll())
    read(cast, roll(state="late", came="นาย ข"))
    mark = Attendance.objects.get()
    assert (mark.state, mark.attended_by, mark.revision) == ("late", "นาย ข", 2)
    assert mark.history.count() == 2


def test_a_roll_goes_in_through_the_admin_site(cast, sign_in, roll):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse

    client = sign_in(cast.staff)
    lines = "\n".join(",".join(str(cell) for cell in line) for line in (HEAD, roll(), roll("other-town", state="late")))
    sheet = SimpleUploadedFile("roll.csv", lines.encode("utf-8-sig"), content_type="text/csv")
    preview = client.post(reverse("admin:seminars_attendance_import"), {"import_file": sheet, "format": "1"})
    assert not Attendance.objects.exists()
    client.post(reverse("admin:seminars_attendance_process_import"), preview.context["confirm_form"].initial)
    assert set(Attendance.objects.values_list("state", flat=True)) == {"present", "late"}
    assert sign_in(cast.finance).get(reverse("admin:seminars_attendance_import")).status_code == 403
