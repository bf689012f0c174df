"""The door: clear answers to every code, names that stay text, e-mails after the commit, files for the right eyes."""

import io
import uuid

import openpyxl
import pymupdf
import pytest
import zxingcpp
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.urls import reverse
from icalendar import Calendar
from PIL import Image

from seminars.models import Attendance, CheckIn, Material, Seat, Seminar, SeminarMail, SheetPhoto
from seminars.passes import digits_on_screen, pass_address, pass_code, sheet_address, sheet_code
from seminars.reports import sign_in_sheet_pdf
from tests import factories as make
from tests.participants.failing_mail import RefusingBackend


@pytest.fixture
def door(cast):
    """An announced seminar with a session, its list, and two seats; a name with HTML in it is on the second one."""
    seminar = make.make_seminar(cast.agreement, asks_food=True)
    session = make.make_session(seminar)
    point = make.make_checkin_list(seminar, session=session, by=cast.staff)
    make.make_seat(seminar, cast.town, delegate_name="นางสาวสมหญิง ใจดี", delegate_email="somying@example.org")
    make.make_seat(seminar, cast.other, delegate_name="<img src=x onerror=alert(1)>")
    return seminar, session, point


def send(client, point, **data):
    answer = client.post(reverse("seminars:checkin-send", args=[point.pk]), {"key": uuid.uuid4(), **data})
    assert answer.status_code == 200
    return answer.json()


def test_the_door_answers_every_code_clearly(cast, sign_in, door):
    seminar, session, point = door
    mine, html = seminar.seats.order_by("pk")
    client = sign_in(cast.staff)
    first = send(client, point, code=pass_address(mine))
    assert (first["tone"], first["name"], first["here"]) == ("good", "นางสาวสมหญิง ใจดี", 1)
    assert "เทศบาลเมืองกระบี่" in first["party"]
    again = send(client, point, code=pass_code(mine).lower())
    assert again["tone"] == "again"
    assert str(cast.staff) in again["detail"]
    other = make.make_seat(make.make_seminar(cast.agreement, starts_on=make.SIGNED), cast.town)
    stolen = pass_code(mine)[:-1] + ("0" if pass_code(mine)[-1] != "0" else "1")
    refused = {
        "forged": send(client, point, code=stolen),
        "foreign": send(client, point, code="https://example.org/menu"),
        "other seminar": send(client, point, code=pass_code(other)),
        "sheet": send(client, point, code=sheet_code(session)),
        "no seat": send(client, point, seat=other.pk),
        "nothing": send(client, point),
    }
    assert {answer["tone"] for answer in refused.values()} == {"bad"}
    assert len({answer["word"] for answer in refused.values()}) == len(refused)
    assert refused["sheet"]["url"].endswith(f"/{sheet_code(session)}/")
    assert CheckIn.objects.count() == 1
    named = send(client, point, seat=html.pk)
    assert named["name"] == "<img src=x onerror=alert(1)>"  # as text: the script writes it as text
    page = client.get(point.get_absolute_url()).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_a_former_delegates_pass_says_so_and_opens_nothing(cast, sign_in, client, door):
    seminar, _session, point = door
    seat = seminar.seats.first()
    former = pass_code(seat)
    Seat.objects.filter(pk=seat.pk).update(badge=2, delegate_name="นายคนใหม่")
    answer = send(sign_in(cast.staff), point, code=former)
    assert (answer["tone"], answer["name"]) == ("bad", "นายคนใหม่")
    client.logout()
    gone = client.get(reverse("seminars:pass-detail", args=[former]))
    assert gone.status_code == 410
    assert not CheckIn.objects.exists()


def test_the_door_works_without_script(cast, sign_in, door):
    seminar, _session, point = door
    client = sign_in(cast.staff)
    url, seat = point.get_absolute_url(), seminar.seats.first()
    found = client.post(url, {"key": uuid.uuid4(), "code": "สมหญิง"}).content.decode()
    assert f'name="seat" value="{seat.pk}"' in found
    label = client.get(f"{url}?q={seat.participant.order}-1").content.decode()
    assert f'name="seat" value="{seat.pk}"' in label
    key = uuid.uuid4()
    for _twice in range(2):
        said = client.post(url, {"key": key, "seat": seat.pk}).content.decode()
        assert "door-good" in said
    assert CheckIn.objects.get().how == "chosen"
    undo = client.post(reverse("seminars:checkin-undo", args=[CheckIn.objects.get().pk]))
    assert undo.headers["Location"] == url
    assert not Attendance.objects.exists()


def test_the_boards_poll_gets_the_board_alone(cast, sign_in, door):
    seminar, _session, point = door
    client = sign_in(cast.staff)
    url = reverse("seminars:board", args=[seminar.pk])
    assert "นางสาวสมหญิง ใจดี" in client.get(url).content.decode()
    send(client, point, seat=seminar.seats.first().pk)
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "board-present" in part
    assert "board-waiting" in part
    assert "สมหญิง" not in part  # she is here: nobody misses her
    big = client.get(f"{url}?screen=1").content.decode()
    assert "onerror" not in big  # no names on a screen for everybody
    assert client.get(f"{url}?list=999999").status_code == 404


def test_self_check_in_by_the_digits_on_the_screen(client, door):
    seminar, _session, point = door
    seat = seminar.seats.first()
    cache.clear()
    url = reverse("seminars:pass-detail", args=[pass_code(seat)])
    shown = client.get(url).content.decode()
    assert "สมหญิง" not in shown  # whoever finds a pass learns no name
    assert 'name="digits"' not in shown
    assert client.get(reverse("seminars:checkin-here", args=[point.pk])).status_code == 404
    point.self_checkin = True
    point.save()
    wrong = "000000" if digits_on_screen(point) != "000000" else "000001"
    refused = client.post(url, {"key": uuid.uuid4(), "digits": wrong})
    assert refused.status_code == 200
    assert not CheckIn.objects.exists()
    here = client.get(reverse("seminars:checkin-here", args=[point.pk]), {"digits": digits_on_screen(point)})
    assert here.headers["Location"].startswith(url)  # this phone opened its pass before
    sent = client.post(url, {"key": uuid.uuid4(), "digits": digits_on_screen(point)})
    assert sent.status_code == 302
    row = CheckIn.objects.get()
    assert (row.how, row.recorded_by, row.seat) == ("self", None, seat)
    for _try in range(10):
        client.post(url, {"key": uuid.uuid4(), "digits": wrong})
    locked = client.post(url, {"key": uuid.uuid4(), "digits": digits_on_screen(point)})
    assert locked.status_code == 200  # too many guesses: not even the right ones count now


def test_naming_a_delegate_sends_the_pass_after_the_commit(cast, sign_in, door, monkeypatch):
    seminar = door[0]
    seat = make.make_seat(seminar, cast.town, delegate_name="")
    before = EmailBackend.send_messages
    inside = []

    def watched(self, messages):
        inside.append(connection.in_atomic_block and len(connection.savepoint_ids))
        return before(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", watched)
    depth = len(connection.savepoint_ids)
    client = sign_in(cast.alice)
    data = {
        "delegate_name": "นายใหม่ <b>มาก</b>",
        "delegate_email": "new@example.org",
        "food_needs": "ฮาลาล",
        "revision": 1,
    }
    client.post(reverse("seminars:seat-edit", args=[seat.pk]), data)
    assert inside == [depth]  # no transaction but the test's own
    seat.refresh_from_db()
    assert seat.food_needs == "ฮาลาล"
    message = mail.outbox[0]
    assert message.to == ["new@example.org"]
    assert pass_address(seat) in message.body
    assert "นายใหม่ &lt;b&gt;มาก&lt;/b&gt;" in message.alternatives[0].content
    pictures = [part for part in message.message().walk() if part.get_content_type() == "image/png"]
    assert zxingcpp.read_barcode(Image.open(io.BytesIO(pictures[0].get_payload(decode=True)))).text == pass_address(
        seat
    )
    client.post(reverse("seminars:seat-edit", args=[seat.pk]), data | {"revision": 2, "delegate_phone": "075"})
    assert len(mail.outbox) == 1  # the same pass is not sent twice by itself
    client.post(reverse("seminars:confirmation-send", args=[seat.pk]))
    assert len(mail.outbox) == 2
    assert SeminarMail.objects.filter(seat=seat, state="sent").count() == 1


def test_a_mail_server_that_refuses_loses_nothing_that_was_saved(cast, sign_in, door, settings, monkeypatch):
    seat = make.make_seat(door[0], cast.town, delegate_name="")
    settings.EMAIL_BACKEND = "tests.participants.failing_mail.RefusingBackend"
    monkeypatch.setattr(RefusingBackend, "refused", {"new@example.org"})
    client = sign_in(cast.alice)
    data = {"delegate_name": "นายใหม่", "delegate_email": "new@example.org", "revision": 1}
    assert client.post(reverse("seminars:seat-edit", args=[seat.pk]), data).status_code == 302
    seat.refresh_from_db()
    assert seat.delegate_name == "นายใหม่"
    assert SeminarMail.objects.get(seat=seat).state == "failed"


def test_coordinators_are_invited_once_each_in_their_language(cast, sign_in, door):
    seminar = door[0]
    cast.bob.language = "en"
    cast.bob.save()
    client = sign_in(cast.staff)
    for _twice in range(2):
        client.post(reverse("seminars:invitations-send", args=[seminar.pk]))
    assert sorted(message.to[0] for message in mail.outbox) == ["alice@example.org", "bob@example.org"]
    words = {message.to[0]: message.subject for message in mail.outbox}
    assert words["bob@example.org"].startswith("Invitation")
    assert words["alice@example.org"] != words["bob@example.org"]
    event = Calendar.from_ical(mail.outbox[0].attachments[0][1]).walk("VEVENT")[0]
    assert event["uid"].startswith("s")


def test_materials_are_for_the_seminars_people_or_for_everybody(cast, sign_in, client, door):
    seminar = door[0]
    staff = sign_in(cast.staff)
    for public in ("", "on"):
        upload = SimpleUploadedFile("กำหนดการ.png", make.png())
        data = {"title": "กำหนดการ", "upload": upload, "is_public": public, "form_token": uuid.uuid4().hex}
        assert staff.post(reverse("seminars:material-create", args=[seminar.pk]), data).status_code == 302
    broken = {"title": "x", "upload": SimpleUploadedFile("x.pdf", b"%PDF-1.7 broken"), "form_token": uuid.uuid4().hex}
    assert staff.post(reverse("seminars:material-create", args=[seminar.pk]), broken).status_code == 200
    private, public = Material.objects.order_by("pk")
    addresses = [reverse("seminars:material-download", args=[one.pk]) for one in (private, public)]

    def answers():
        got = [client.get(url) for url in addresses]
        for answer in got:
            b"".join(answer)  # a download holds its file open until it was read
        return [answer.status_code for answer in got]

    sign_in(cast.alice)
    assert answers() == [200, 200]
    client.logout()
    assert answers() == [404, 200]
    Seminar.objects.filter(pk=seminar.pk).update(state="planned")
    assert answers() == [404, 404]


def test_the_photograph_of_a_sheet_proves_its_roll(cast, sign_in, door):
    _seminar, session, _point = door
    client = sign_in(cast.staff)
    url = reverse("seminars:photo-attach", args=[session.pk])
    token = uuid.uuid4().hex
    for _twice in range(2):
        upload = SimpleUploadedFile("ใบลงชื่อ.png", make.png())
        client.post(url, {"upload": upload, "form_token": token})
    photo = SheetPhoto.objects.get()
    got = client.get(reverse("seminars:photo-download", args=[photo.pk]))
    assert b"".join(got.streaming_content) == make.png()
    assert sign_in(cast.alice).get(reverse("seminars:photo-download", args=[photo.pk])).status_code == 404


def test_the_code_on_a_sheets_pdf_is_read_back_from_the_picture_and_opens_the_roll(cast, sign_in, door):
    _seminar, session, _point = door
    pdf = sign_in_sheet_pdf(session, "th")
    with pymupdf.open(stream=pdf) as document:
        printed = document[0].get_pixmap(dpi=150)
    picture = Image.frombytes("RGB", (printed.width, printed.height), printed.samples)
    scanned = [code.text for code in zxingcpp.read_barcodes(picture)]
    assert scanned == [sheet_address(session)]
    client = sign_in(cast.staff)
    path = scanned[0][scanned[0].index("/seminars/") :]
    roll = reverse("seminars:attendance-edit", args=[session.pk])
    assert client.get(path).headers["Location"] == roll
    typed = client.get(reverse("seminars:code-type"), {"code": sheet_code(session).lower()})
    assert typed.headers["Location"] == roll
    page = sign_in(cast.alice).get(path, follow=True)
    assert page.status_code == 403  # the sheet alone opens nothing


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("รายชื่อ.xlsx", out.getvalue())


def test_a_roll_from_a_list_of_names(cast, sign_in, door):
    seminar, session, _point = door
    free = make.make_seat(seminar, cast.town, delegate_name="")
    mine, html = seminar.seats.filter(delegate_name__gt="").order_by("pk")
    client = sign_in(cast.staff)
    url = reverse("seminars:names-upload", args=[session.pk])
    names = workbook(
        ["ชื่อ-สกุล", "หน่วยงาน", "สถานะ", "เหตุผล"],
        ["สมหญิง ใจดี", "เทศบาลเมืองกระบี่", "สาย", ""],
        ["<img src=x onerror=alert(1)>", "เทศบาลเมืองอื่น", "ลา", "ป่วย"],
        ["นายแปลกหน้า มาแทน", "เทศบาลเมืองกระบี่", "มา", ""],
        ["นายเกินที่นั่ง", "เทศบาลเมืองอื่น", "มา", ""],
    )
    page = client.post(url, {"names": names})
    text = page.content.decode()
    assert "<img src=x" not in text
    assert [one["match"].seat for one in page.context["preview"]] == [mine.pk, html.pk, None, None]
    assert page.context["preview"][3]["match"].doubt == "over"
    assert not Attendance.objects.exists()
    chosen = {"seat-2": mine.pk, "state-2": "late", "seat-3": html.pk, "state-3": "excused", "seat-4": free.pk}
    data = chosen | {"state-4": "present", "seat-5": mine.pk, "token": page.context["token"]}
    confirm = reverse("seminars:names-confirm", args=[session.pk])
    for _twice in range(2):
        client.post(confirm, data)
    marks = {one.seat_id: (one.state, one.reason, one.attended_by) for one in Attendance.objects.all()}
    assert marks == {
        mine.pk: ("late", "", "นางสาวสมหญิง ใจดี"),
        html.pk: ("excused", "ป่วย", ""),
        free.pk: ("present", "", "นายแปลกหน้า มาแทน"),
    }


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("x.xlsx", b"no workbook"),
        SimpleUploadedFile("x.csv", "ก,ข\n1,2\n".encode()),
        SimpleUploadedFile("x.csv", "ชื่อ\n\n".encode()),
        SimpleUploadedFile("x.csv", ("ชื่อ\n" + "นาย ก\n" * 401).encode()),
    ],
)
def test_lists_of_names_that_cannot_be_read_say_why(cast, sign_in, door, upload):
    upload.seek(0)
    page = sign_in(cast.staff).post(reverse("seminars:names-upload", args=[door[1].pk]), {"names": upload})
    assert page.status_code == 200
    assert page.context["form"].errors["names"]


def test_last_years_seminar_on_new_days(cast, sign_in, door):
    seminar, _session, _point = door
    make.make_checkin_list(seminar, by=cast.staff, title="รถไปลงพื้นที่", kind="bus")
    client = sign_in(cast.staff)
    client.get(reverse("home"))
    url = reverse("seminars:seminar-copy", args=[seminar.pk])
    day = {"starts_on_day": "1", "starts_on_month": "3", "starts_on_year": "2563"}
    taken = {"starts_on_day": "21", "starts_on_month": "8", "starts_on_year": "2562"}
    assert client.post(url, taken).status_code == 200  # at the same time as itself, without a reason
    outside = {"starts_on_day": "1", "starts_on_month": "3", "starts_on_year": "2570"}
    assert client.post(url, outside).status_code == 200  # outside the agreement's period, without a reason
    assert Seminar.objects.count() == 1
    token = {"form_token": uuid.uuid4().hex}
    for _twice in range(2):
        assert client.post(url, day | token).status_code == 302
    copied = Seminar.objects.exclude(pk=seminar.pk).get()
    assert (copied.state, str(copied.starts_on)) == ("planned", "2020-03-01")
    assert [str(one.day) for one in copied.sessions.all()] == ["2020-03-01"]
    assert sorted(copied.checkin_lists.values_list("kind", flat=True)) == ["bus", "session"]
    assert not copied.seats.exists()


def test_one_seminar_as_a_calendar_file(cast, sign_in, door):
    got = sign_in(cast.alice).get(reverse("seminars:seminar-ics", args=[door[0].pk]))
    events = Calendar.from_ical(got.content).walk("VEVENT")
    assert [str(event["location"]) for event in events] == ["ห้องประชุมใหญ่"]


def test_passes_signed_with_a_former_key_stay_good(cast, sign_in, door, settings):
    seminar, _session, point = door
    printed = pass_code(seminar.seats.first())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key for the tests alone", [settings.SECRET_KEY]
    client = sign_in(cast.staff)
    assert pass_code(seminar.seats.first()) != printed
    assert send(client, point, code=printed)["tone"] == "good"
