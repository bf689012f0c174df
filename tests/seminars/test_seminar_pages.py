"""Pages of seminars, seats and rolls: who sees what, what a form refuses, what a GET leaves alone."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from seminars.models import Attendance, Seat
from tests import factories as make


@pytest.fixture
def open_seminar(cast):
    seminar = make.make_seminar(cast.agreement)
    return seminar, make.make_session(seminar), make.make_seat(seminar, cast.town), make.make_seat(seminar, cast.other)


def url(name, row):
    return reverse(f"seminars:{name}", args=[row.pk])


def test_a_planned_seminar_is_not_there_for_the_parties(cast, sign_in):
    seminar = make.make_seminar(cast.agreement, state="planned", title_th="ลับอยู่")
    for reader, answer in ((cast.alice, 404), (cast.adviser, 404), (cast.staff, 200), (cast.finance, 200)):
        client = sign_in(reader)
        assert client.get(url("seminar-detail", seminar)).status_code == answer
        assert ("ลับอยู่" in client.get(reverse("seminars:seminar-list")).content.decode()) == (answer == 200)


def test_a_coordinator_sees_own_seats_only(cast, sign_in, open_seminar):
    seminar, _session, mine, other = open_seminar
    Seat.objects.filter(pk=mine.pk).update(delegate_name="ผู้แทนของเรา")
    Seat.objects.filter(pk=other.pk).update(delegate_name="ผู้แทนของเขา")
    client = sign_in(cast.alice)
    for page in ("seminar-detail", "seat-list"):
        text = client.get(url(page, seminar)).content.decode()
        assert "ผู้แทนของเรา" in text
        assert "ผู้แทนของเขา" not in text
    export = client.get(url("seat-list", seminar) + "?export=csv")
    assert "ผู้แทนของเขา" not in b"".join(export.streaming_content).decode()
    assert "ผู้แทนของเขา" in sign_in(cast.staff).get(url("seat-list", seminar)).content.decode()


@pytest.mark.parametrize(
    ("person", "answer"),
    [
        ("alice", 200),
        ("bob", 404),
        ("mayor", 403),
        ("adviser", 403),
        ("researcher", 403),
        ("staff", 200),
        ("finance", 403),
    ],
)
def test_who_opens_a_seats_form(cast, sign_in, open_seminar, person, answer):
    client = sign_in(getattr(cast, person))
    assert client.get(url("seat-edit", open_seminar[2])).status_code == answer
    if answer != 200:
        before = list(Seat.objects.values())
        sent = client.post(url("seat-edit", open_seminar[2]), {"delegate_name": "แทรก", "revision": 1})
        assert sent.status_code == answer
        assert list(Seat.objects.values()) == before


def test_anonymous_visitors_are_asked_to_sign_in(client, open_seminar):
    for page, row in (("seminar-detail", open_seminar[0]), ("seat-edit", open_seminar[2])):
        assert client.get(url(page, row)).headers["Location"].startswith("/accounts/login/")


def test_naming_a_delegate_whose_name_holds_html(cast, sign_in, open_seminar):
    seminar, _session, seat, _other = open_seminar
    client = sign_in(cast.alice)
    name = "<script>alert(1)</script>"
    sent = client.post(url("seat-edit", seat), {"delegate_name": name, "delegate_position": "ปลัด", "revision": 1})
    assert sent.headers["Location"] == seminar.get_absolute_url()
    text = client.get(seminar.get_absolute_url()).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_substitute_comes_on_behalf_of_the_delegate(cast, sign_in, open_seminar):
    seat = open_seminar[2]
    client = sign_in(cast.alice)
    same = {"delegate_name": seat.delegate_name, "substitute": "on", "revision": 1}
    assert client.post(url("seat-edit", seat), same).status_code == 200
    client.post(url("seat-edit", seat), {**same, "delegate_name": "นาย ข"})
    seat.refresh_from_db()
    assert (seat.delegate_name, seat.on_behalf_of) == ("นาย ข", "นางสาวผู้แทน มาแน่")


def test_the_second_of_two_coordinators_keeps_what_was_typed(cast, sign_in, open_seminar):
    seat = open_seminar[2]
    client = sign_in(cast.alice)
    client.post(url("seat-edit", seat), {"delegate_name": "คนแรก", "revision": 1})
    again = client.post(url("seat-edit", seat), {"delegate_name": "คนที่สอง", "revision": 1})
    text = again.content.decode()
    assert again.status_code == 200
    assert "คนแรก" in text
    assert "คนที่สอง" in text
    seat.refresh_from_db()
    assert seat.delegate_name == "คนแรก"


def test_a_get_changes_nothing(cast, sign_in, open_seminar):
    seminar, session, seat, _other = open_seminar
    client = sign_in(cast.staff)
    before = (list(Seat.objects.values()), list(type(seminar).objects.values()))
    for page, row in (
        ("seminar-detail", seminar),
        ("seat-list", seminar),
        ("seat-edit", seat),
        ("attendance-edit", session),
    ):
        assert client.get(url(page, row)).status_code == 200
    assert client.get(url("attendance-rest", session)).status_code == 405
    assert (list(Seat.objects.values()), list(type(seminar).objects.values())) == before
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("person", ["alice", "mayor", "adviser", "researcher", "finance"])
def test_only_programme_staff_take_the_roll(cast, sign_in, open_seminar, person):
    session, seat = open_seminar[1], open_seminar[2]
    client = sign_in(getattr(cast, person))
    assert client.get(url("attendance-edit", session)).status_code == 403
    assert client.post(url("attendance-edit", session), {f"seat-{seat.pk}-state": "present"}).status_code == 403
    assert client.post(url("attendance-rest", session)).status_code == 403
    assert client.get(url("sign-in-sheet", session)).status_code == 403
    assert not Attendance.objects.exists()


def test_exceptions_are_ticked_and_the_rest_is_one_button(cast, sign_in, open_seminar):
    _seminar, session, mine, other = open_seminar
    free = make.make_seat(open_seminar[0], cast.other, delegate_name="")
    client = sign_in(cast.staff)
    bad = client.post(url("attendance-edit", session), {f"seat-{mine.pk}-state": "excused"})
    assert bad.status_code == 200
    assert not Attendance.objects.exists()
    client.post(url("attendance-edit", session), {f"seat-{mine.pk}-state": "excused", f"seat-{mine.pk}-reason": "ป่วย"})
    client.post(url("attendance-rest", session))
    client.post(url("attendance-rest", session))
    marks = {mark.seat_id: mark.state for mark in Attendance.objects.all()}
    assert marks == {mine.pk: "excused", other.pk: "present", free.pk: "absent"}
    assert Attendance.history.count() == 3


def test_a_seat_of_another_seminar_posted_to_a_roll_is_not_touched(cast, sign_in, open_seminar):
    session = open_seminar[1]
    foreign = make.make_seat(make.make_seminar(cast.agreement), cast.town)
    sign_in(cast.staff).post(url("attendance-edit", session), {f"seat-{foreign.pk}-state": "present"})
    assert not Attendance.objects.filter(seat=foreign).exists()


@pytest.mark.parametrize("page", ["seminar-list", "seminar-detail", "seat-list", "attendance-edit"])
def test_pages_cost_the_same_at_two_sizes(cast, sign_in, page):
    client = sign_in(cast.staff)
    seminar = make.make_seminar(cast.agreement)
    session = make.make_session(seminar)
    address = {
        "seminar-list": reverse("seminars:seminar-list"),
        "seminar-detail": seminar.get_absolute_url(),
        "seat-list": url("seat-list", seminar),
        "attendance-edit": url("attendance-edit", session),
    }[page]
    counts = []
    for number in range(3):
        for party in (cast.town, cast.other):
            seat = make.make_seat(seminar, party)
            make.make_attendance(seat, session, recorded_by=cast.staff)
            make.make_presentation(party, seminar, by=cast.alice)
        make.make_seminar(cast.agreement, starts_on=date(2019, 9, 1 + number))
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[-1]


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_sign_in_sheet_names_seats_and_leads_to_its_roll(cast, sign_in, open_seminar, language):
    from seminars.reports import sign_in_sheet_context, sign_in_sheet_html

    session = open_seminar[1]
    html = sign_in_sheet_html(session, language)
    assert html.count('<tr class="to-sign">') == 2  # a line to sign for each seat
    assert html.count("<tr") == 3  # and the heads of the columns
    assert "นางสาวผู้แทน มาแน่" in html
    [sheet] = sign_in_sheet_context(session, language)["sheets"]
    scanned = sign_in(cast.staff).get(sheet["qr_url"])
    assert scanned.headers["Location"] == url("attendance-edit", session)
    answer = sign_in(cast.staff).get(url("sign-in-sheet", session) + f"?language={language}")
    assert answer.content.startswith(b"%PDF-")
