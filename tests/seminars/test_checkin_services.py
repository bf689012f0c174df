"""Check-in: one row for each seat and list, the roll filled with it, the earliest entry counting in any order."""

import uuid
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mou_portal.records import Conflict, DomainError, Stale
from seminars.models import Attendance, CheckIn, CheckInList, CheckInSending, Seat
from seminars.services import (
    Delegate,
    announce_seminar,
    check_in,
    check_in_oneself,
    close_seminar,
    make_list,
    make_missing_lists,
    name_delegate,
    record_attendance,
    save_list,
    undo_check_in,
)
from tests import factories as make

#: The session begins at nine in Thailand, which is two o'clock UTC.
NINE = datetime(2019, 12, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def door(cast, monkeypatch):
    """A seminar today with a session at nine, its list, a meal's list, and a seat; it is noon."""
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(hours=3))
    seminar = make.make_seminar(cast.agreement, starts_on=NINE.date())
    session = make.make_session(seminar, starts_at=time(9))
    return Door(cast, seminar, session)


class Door:
    def __init__(self, cast, seminar, session):
        self.cast, self.seminar, self.session = cast, seminar, session
        self.point = make.make_checkin_list(seminar, session=session, by=cast.staff, records_exit=True)
        self.meal = make.make_checkin_list(seminar, by=cast.staff)
        self.seat = make.make_seat(seminar, cast.town, delegate_name="นางสาวผู้แทน มาแน่")

    def scan(self, minutes=0, *, point=None, key=None, **fields):
        fields = {"how": "scanned", "user": self.cast.staff, "seat": self.seat, **fields}
        at = NINE + timedelta(minutes=minutes)
        return check_in(point=point or self.point, key=key or uuid.uuid4(), at=at, **fields)

    @property
    def row(self):
        return CheckIn.objects.get(checkin_list=self.point, seat=self.seat)

    @property
    def mark(self):
        return Attendance.objects.get(session=self.session, seat=self.seat)


def test_a_check_in_fills_the_roll_and_is_in_the_history(door):
    answer = door.scan(5)
    assert (answer.outcome, answer.row.came) == ("in", "นางสาวผู้แทน มาแน่")
    assert (door.mark.state, door.mark.recorded_by) == ("present", door.cast.staff)
    assert [(one.history_type, one.history_user) for one in door.row.history.all()] == [("+", door.cast.staff)]


def test_a_second_scan_says_when_and_by_whom_and_changes_nothing(door):
    door.scan(5)
    again = door.scan(40, user=door.cast.finance)
    assert again.outcome == "again"
    assert (again.row.entered_at, again.row.recorded_by) == (NINE + timedelta(minutes=5), door.cast.staff)
    assert CheckIn.objects.count() == 1
    assert door.row.history.count() == 1


def test_the_same_sending_again_gets_the_answer_it_had(door):
    key = uuid.uuid4()
    assert [door.scan(5, key=key).outcome for _again in range(3)] == ["in", "in", "in"]
    assert CheckInSending.objects.count() == CheckIn.objects.count() == 1


@pytest.mark.parametrize(
    ("minutes", "late_after", "state"),
    [(-30, 15, "present"), (15, 15, "present"), (16, 15, "late"), (90, None, "present"), (1, 0, "late")],
)
def test_late_is_counted_from_the_sessions_beginning(door, minutes, late_after, state):
    CheckInList.objects.filter(pk=door.point.pk).update(late_after=late_after)
    door.scan(minutes)
    assert door.mark.state == state


def test_an_earlier_check_in_that_arrives_later_counts(door):
    door.scan(60)
    assert door.mark.state == "late"
    assert door.scan(-5).outcome == "again"  # another phone, whose line was down
    assert door.row.entered_at == NINE - timedelta(minutes=5)
    assert door.mark.state == "present"


def test_somebody_marked_absent_or_excused_who_comes_is_there(door):
    record_attendance(session=door.session, marks={door.seat.pk: "absent"}, user=door.cast.staff)
    door.scan(5)
    assert door.mark.state == "present"
    assert [one.state for one in door.mark.history.order_by("history_id")] == ["absent", "present"]


def test_entry_and_exit(door):
    assert door.scan(10, leaving=True).outcome == "not_in"
    assert not CheckIn.objects.exists()
    door.scan(10)
    assert door.scan(20, leaving=True).outcome == "out"
    assert door.row.left_at == NINE + timedelta(minutes=20)
    assert door.scan(30).outcome == "in"  # back again
    assert door.row.left_at is None
    assert door.scan(15).outcome == "again"  # an old sending: the person is still in
    assert (door.row.entered_at, door.row.left_at) == (NINE + timedelta(minutes=10), None)


def test_a_meal_fills_no_roll(door):
    door.scan(5, point=door.meal)
    assert not Attendance.objects.exists()


def test_times_that_cannot_be_are_the_time_of_arrival(door):
    now = timezone.now()
    for number, minutes in enumerate((24 * 60, -4 * 24 * 60)):
        door.seat = make.make_seat(door.seminar, door.cast.other, number=number + 1)
        door.scan(minutes)
        assert door.row.entered_at == now


def test_a_free_seat_needs_the_name_of_who_came(door):
    door.seat = make.make_seat(door.seminar, door.cast.other, delegate_name="")
    with pytest.raises(DomainError, match="เทศบาลเมืองอื่น"):
        door.scan(5)
    assert door.scan(5, came=" <b>สมหญิง</b> ").row.came == "<b>สมหญิง</b>"
    assert door.mark.attended_by == "<b>สมหญิง</b>"


def test_closed_lists_other_seminars_and_closed_seminars_take_nobody(door):
    other = make.make_seat(make.make_seminar(door.cast.agreement), door.cast.town)
    with pytest.raises(DomainError):
        door.scan(5, seat=other)
    CheckInList.objects.filter(pk=door.meal.pk).update(is_open=False)
    with pytest.raises(Conflict):
        door.scan(5, point=door.meal)
    record_attendance(session=door.session, marks={door.seat.pk: "absent"}, user=door.cast.staff)
    close_seminar(seminar=door.seminar, user=door.cast.staff)
    with pytest.raises(Conflict):
        door.scan(5)
    assert not CheckIn.objects.exists()
    assert not CheckInSending.objects.exists()


def test_taking_back_leaves_the_seat_unrecorded_and_the_history_whole(door):
    row = door.scan(5).row
    undo_check_in(row=row, user=door.cast.staff)
    assert not CheckIn.objects.exists()
    assert not Attendance.objects.exists()
    assert [one.history_type for one in CheckIn.history.order_by("history_id")] == ["+", "-"]
    assert [one.history_type for one in Attendance.history.order_by("history_id")] == ["+", "-"]
    with pytest.raises(Conflict):
        undo_check_in(row=row, user=door.cast.staff)
    assert door.scan(6).outcome == "in"


def test_self_check_in_only_where_staff_allow_it(door):
    with pytest.raises(DomainError):
        check_in_oneself(point=door.point, seat=door.seat, key=uuid.uuid4())
    door.point.self_checkin = True
    save_list(point=door.point, expected=1, user=door.cast.staff)
    answer = check_in_oneself(point=door.point, seat=door.seat, key=uuid.uuid4())
    assert (answer.row.how, answer.row.recorded_by) == ("self", None)
    assert door.mark.recorded_by == door.cast.staff  # who allowed it


def test_another_delegate_gets_another_pass_and_a_mended_telephone_does_not(door):
    def name(person, **fields):
        seat = Seat.objects.get(pk=door.seat.pk)
        name_delegate(seat=seat, delegate=Delegate(person, **fields), expected=seat.revision, user=door.cast.alice)
        return Seat.objects.get(pk=door.seat.pk).badge

    assert name("นางสาวผู้แทน มาแน่", phone="075 000 000") == 1
    assert name("นายคนใหม่ มาแทน") == 2
    assert name("") == 3
    assert name("นายอีกคน") == 3  # nobody held a pass in between


def test_food_needs_are_kept_only_where_the_seminar_asks(door):
    for asks, kept in ((False, ""), (True, "ฮาลาล")):
        door.seminar.asks_food = asks
        door.seminar.save()
        seat = Seat.objects.get(pk=door.seat.pk)
        delegate = Delegate("นางสาวผู้แทน มาแน่", food_needs=" ฮาลาล ")
        name_delegate(seat=seat, delegate=delegate, expected=seat.revision, user=door.cast.alice)
        assert Seat.objects.get(pk=door.seat.pk).food_needs == kept


def test_announcing_gives_every_session_a_list_and_none_twice(cast):
    seminar = make.make_seminar(cast.agreement, state="planned")
    make.make_session(seminar)
    announce_seminar(seminar=seminar, user=cast.staff)
    make.make_session(seminar, title="ช่วงบ่าย")
    assert make_missing_lists(seminar=seminar, user=cast.staff) == 1
    assert make_missing_lists(seminar=seminar, user=cast.staff) == 0
    assert [one.title for one in seminar.checkin_lists.all()] == ["ช่วงเช้า", "ช่วงบ่าย"]
    assert all(one.history.count() == 1 for one in seminar.checkin_lists.all())


def test_lists_refuse_what_does_not_fit(door):
    strange = make.make_session(make.make_seminar(door.cast.agreement))
    with pytest.raises(DomainError):
        make_list(
            point=CheckInList(seminar=door.seminar, kind="session", session=strange, title="x"), user=door.cast.staff
        )
    door.meal.title = "อาหารว่าง"
    save_list(point=door.meal, expected=1, user=door.cast.staff)
    with pytest.raises(Stale):
        save_list(point=door.meal, expected=1, user=door.cast.staff)
    door.seminar.state = "cancelled"
    door.seminar.save()
    with pytest.raises(Conflict):
        save_list(point=door.meal, expected=2, user=door.cast.staff)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "meal", "session": True},
        {"kind": "session", "session": False},
        {"kind": "tea", "session": False},
    ],
)
def test_the_database_holds_what_a_list_must_be(door, wrong):
    session = make.make_session(door.seminar) if wrong["session"] else None
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckInList.objects.create(
            seminar=door.seminar, kind=wrong["kind"], session=session, title="x", created_by=door.cast.staff
        )


def test_the_database_holds_one_row_for_a_seat_that_somebody_recorded(door):
    row = door.scan(5).row
    for wrong in ({"recorded_by": None}, {"left_at": row.entered_at - timedelta(seconds=1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CheckIn.objects.filter(pk=row.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_checkin(door.point, door.seat, by=door.cast.staff)
