"""Seminars, seats and rolls: states, seats made once, marks made once, corrections kept."""

from datetime import date

import pytest

from mou_portal.records import Conflict, DomainError, Stale
from participants.models import Participant
from seminars.models import Attendance, Seat, Seminar, SeminarState
from seminars.services import (
    Delegate,
    Mark,
    announce_seminar,
    cancel_seminar,
    close_seminar,
    everybody_came,
    make_missing_seats,
    name_delegate,
    plan_seminar,
    record_attendance,
    save_seminar,
    substitute_delegate,
)
from tests import factories as make


def planned(cast, **fields):
    return make.make_seminar(cast.agreement, state=SeminarState.PLANNED, **fields)


def test_a_date_outside_the_period_needs_a_reason(cast):
    seminar = Seminar(
        agreement=cast.agreement, title_th="สัมมนา", starts_on=date(2020, 9, 30), ends_on=date(2020, 10, 1)
    )
    with pytest.raises(DomainError):
        plan_seminar(seminar=seminar, user=cast.staff)
    assert not Seminar.objects.exists()
    seminar.outside_period_reason = "เลื่อนเพราะโรคระบาด"
    plan_seminar(seminar=seminar, user=cast.staff)
    assert Seminar.objects.get().state == SeminarState.PLANNED
    assert seminar.history.get().history_user == cast.staff


def test_texts_are_stored_in_one_spelling(cast):
    seminar = Seminar(
        agreement=cast.agreement, title_th="เเผนที่  น\u0e4d\u0e32", starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 1)
    )
    plan_seminar(seminar=seminar, user=cast.staff)
    assert seminar.title_th == "แผนที่ นำ"


def test_announcing_gives_each_active_participant_its_seats_once(cast):
    gone = make.make_participant("gone", agreement=cast.agreement, left_on=date(2019, 7, 1))
    seminar = planned(cast, ends_on=date(2019, 8, 22))
    same = Seminar.objects.get(pk=seminar.pk)  # a second member of staff with the page open
    assert announce_seminar(seminar=seminar, user=cast.staff) == 4
    assert announce_seminar(seminar=same, user=cast.staff) == 0
    assert make_missing_seats(seminar=seminar, user=cast.staff) == 0
    assert Seat.objects.count() == 4
    assert not Seat.objects.filter(participant=gone).exists()
    assert Seat.history.filter(history_user=cast.staff).count() == 4
    assert [session.day for session in seminar.sessions.all()] == [date(2019, 8, 21), date(2019, 8, 22)]


def test_announcing_again_serves_a_party_that_joined_since(cast):
    seminar = planned(cast)
    announce_seminar(seminar=seminar, user=cast.staff)
    make.make_participant("late", agreement=cast.agreement)
    assert announce_seminar(seminar=seminar, user=cast.staff) == 2


def test_announcing_costs_the_same_however_many_parties(cast, django_assert_max_num_queries):
    few, many = planned(cast), planned(cast)
    with django_assert_max_num_queries(25) as before:
        announce_seminar(seminar=few, user=cast.staff)
    assert few.checkin_lists.count() == few.sessions.count() > 0
    for number in range(20):
        make.make_participant(f"more-{number}", agreement=cast.agreement)
    with django_assert_max_num_queries(len(before)):
        announce_seminar(seminar=many, user=cast.staff)
    assert many.seats.count() == 2 * Participant.objects.count()


def test_a_cancelled_seminar_is_not_announced(cast):
    seminar = planned(cast)
    cancel_seminar(seminar=seminar, user=cast.staff, reason="ฝนตกหนัก")
    with pytest.raises(Conflict):
        announce_seminar(seminar=seminar, user=cast.staff)
    assert not Seat.objects.exists()
    assert seminar.history.first().history_change_reason == "ฝนตกหนัก"


def test_seats_are_raised_but_not_lowered_once_announced(cast):
    seminar = planned(cast)
    announce_seminar(seminar=seminar, user=cast.staff)
    seminar.seats_per_participant = 3
    save_seminar(seminar=seminar, expected=seminar.revision, user=cast.staff)
    assert Seat.objects.count() == 6
    seminar.seats_per_participant = 1
    with pytest.raises(DomainError):
        save_seminar(seminar=seminar, expected=seminar.revision, user=cast.staff)
    assert Seat.objects.count() == 6


def test_the_second_of_two_editors_is_told(cast):
    seminar = planned(cast)
    other = Seminar.objects.get(pk=seminar.pk)
    seminar.place = "ห้อง ก"
    save_seminar(seminar=seminar, expected=1, user=cast.staff)
    other.place = "ห้อง ข"
    with pytest.raises(Stale):
        save_seminar(seminar=other, expected=1, user=cast.staff)
    assert Seminar.objects.get().place == "ห้อง ก"


def test_it_is_closed_on_its_last_day_with_a_whole_roll_and_then_changes_no_more(cast):
    seminar = planned(cast)
    announce_seminar(seminar=seminar, user=cast.staff)
    session = seminar.sessions.get()
    seat = seminar.seats.first()
    with pytest.raises(DomainError, match="4"):
        close_seminar(seminar=seminar, user=cast.staff)
    record_attendance(session=session, marks=everybody_came(session), user=cast.staff)
    with pytest.raises(DomainError):
        close_seminar(seminar=seminar, user=cast.staff, today=date(2019, 8, 20))
    close_seminar(seminar=seminar, user=cast.staff)
    assert Seminar.objects.get().state == SeminarState.CLOSED
    for step in (
        lambda: record_attendance(session=session, marks={seat.pk: "present"}, user=cast.staff),
        lambda: name_delegate(seat=seat, delegate=Delegate("ใครสักคน"), expected=seat.revision, user=cast.alice),
        lambda: save_seminar(seminar=seminar, expected=seminar.revision, user=cast.staff),
        lambda: announce_seminar(seminar=seminar, user=cast.staff),
        lambda: cancel_seminar(seminar=seminar, user=cast.staff),
    ):
        with pytest.raises(Conflict):
            step()


@pytest.fixture
def open_seminar(cast):
    seminar = make.make_seminar(cast.agreement)
    return seminar, make.make_session(seminar), make.make_seat(seminar, cast.town), make.make_seat(seminar, cast.other)


def test_a_delegate_is_named_and_replaced(cast, open_seminar):
    seat = open_seminar[2]
    name_delegate(seat=seat, delegate=Delegate(" นาง  ก ", "ปลัด", "08", "a@b.example"), expected=1, user=cast.alice)
    seat.refresh_from_db()
    assert (seat.delegate_name, seat.on_behalf_of) == ("นาง ก", "")
    substitute_delegate(seat=seat, delegate=Delegate("นาย ข"), on_behalf_of="นาง ก", expected=2, user=cast.alice)
    seat.refresh_from_db()
    assert (seat.delegate_name, seat.on_behalf_of, seat.delegate_phone) == ("นาย ข", "นาง ก", "")
    with pytest.raises(DomainError):
        substitute_delegate(seat=seat, delegate=Delegate(""), on_behalf_of="นาง ก", expected=3, user=cast.alice)
    with pytest.raises(Stale):
        name_delegate(seat=seat, delegate=Delegate("คนอื่น"), expected=1, user=cast.alice)
    name_delegate(
        seat=seat, delegate=Delegate("", "ค้าง", "ค้าง"), expected=seat.history.first().revision, user=cast.alice
    )
    seat.refresh_from_db()
    assert (seat.delegate_name, seat.delegate_position, seat.delegate_phone) == ("", "", "")


def test_a_roll_sent_twice_is_one_row_for_each_seat(cast, open_seminar):
    _seminar, session, mine, other = open_seminar
    marks = {mine.pk: "present", other.pk: Mark("excused", "ป่วย")}
    assert record_attendance(session=session, marks=marks, user=cast.staff) == 2
    assert record_attendance(session=session, marks=marks, user=cast.staff) == 0
    assert Attendance.objects.count() == 2
    assert Attendance.history.count() == 2
    mark = Attendance.objects.get(seat=mine)
    assert (mark.attended_by, mark.recorded_by) == (mine.delegate_name, cast.staff)


def test_a_correction_is_kept_with_who_made_it(cast, open_seminar):
    _seminar, session, mine, _other = open_seminar
    record_attendance(session=session, marks={mine.pk: "present"}, user=cast.staff)
    second = make.make_staff(email="second@example.org")
    assert record_attendance(session=session, marks={mine.pk: Mark("late", attended_by="นาย ค")}, user=second) == 1
    mark = Attendance.objects.get()
    assert (mark.state, mark.attended_by, mark.recorded_by, mark.revision) == ("late", "นาย ค", second, 2)
    history = list(mark.history.values_list("state", "history_user__email", "history_type"))
    assert history == [("late", "second@example.org", "~"), ("present", "staff@example.org", "+")]


@pytest.mark.parametrize("mark", [Mark("excused"), Mark("here"), Mark("")])
def test_a_bad_mark_leaves_the_whole_roll_unwritten(cast, open_seminar, mark):
    _seminar, session, mine, other = open_seminar
    with pytest.raises(DomainError):
        record_attendance(session=session, marks={mine.pk: "present", other.pk: mark}, user=cast.staff)
    assert not Attendance.objects.exists()


def test_a_seat_of_another_seminar_is_refused(cast, open_seminar):
    _seminar, session, mine, _other = open_seminar
    foreign = make.make_seat(make.make_seminar(cast.agreement), cast.town)
    with pytest.raises(DomainError):
        record_attendance(session=session, marks={mine.pk: "present", foreign.pk: "present"}, user=cast.staff)
    assert not Attendance.objects.exists()


def test_a_roll_costs_the_same_for_two_and_for_many(cast, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for total in (2, 30):
        seminar = make.make_seminar(cast.agreement, seats_per_participant=total)
        session = make.make_session(seminar)
        make_missing_seats(seminar=seminar, user=cast.staff)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            record_attendance(session=session, marks=everybody_came(session), user=cast.staff)
        counts.append(len(queries))
    assert counts[0] == counts[1]
