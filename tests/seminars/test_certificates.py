"""Certificates: for whoever came, once each, with a number and a code that the public page confirms."""

import io
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mou_portal.records import Conflict, DomainError
from seminars.models import AttendanceState, Certificate, CertificateTemplate, SeminarState, Signatory
from seminars.reports import certificates_html
from seminars.services import issue_certificates, withdraw_certificate
from seminars.wording import WordingError, check, fill
from tests import factories as make

CHANGE = "seminars:certificate-"


def test_places_of_a_text_are_filled_once():
    values = {"name": "นางสาว {seminar}", "seminar": "สัมมนา"}
    assert fill("{name} ได้เข้าร่วม{seminar}", values) == "นางสาว {seminar} ได้เข้าร่วมสัมมนา"
    for wrong, place in (("{nobody}", "nobody"), ("{name", "{"), ("name}", "}"), ("{}", "")):
        with pytest.raises(WordingError) as refused:
            check(wrong)
        assert refused.value.place == place


@given(st.text(alphabet="ab{}", max_size=12), st.text(max_size=5))
def test_whatever_is_typed_is_refused_or_filled_whole(text, name):
    try:
        check(text)
    except WordingError:
        return
    assert fill(text, {"name": name}) == text  # without a known place nothing changes


@pytest.fixture
def held(cast):
    """A seminar that was held: the town's first delegate came, a substitute came on its second seat, others did not."""
    seminar = make.make_seminar(cast.agreement, state=SeminarState.CLOSED)
    morning, afternoon = make.make_session(seminar), make.make_session(seminar, title="ช่วงบ่าย")
    came = make.make_seat(seminar, cast.town, on_behalf_of="นายกเทศมนตรี")
    swapped = make.make_seat(seminar, cast.town, delegate_name="นายไม่ มา")
    absent = make.make_seat(seminar, cast.other)
    for session in (morning, afternoon):
        make.make_attendance(came, session, recorded_by=cast.staff, attended_by=came.delegate_name)
    make.make_attendance(swapped, morning, recorded_by=cast.staff, state=AttendanceState.LATE, attended_by="นายมา แทน")
    make.make_attendance(absent, morning, recorded_by=cast.staff, state=AttendanceState.ABSENT)
    return seminar


def test_everybody_who_came_gets_one(cast, held):
    with pytest.raises(DomainError):
        issue_certificates(seminar=held, user=cast.staff)  # nobody wrote what they say
    make.make_certificate_template(held)
    assert issue_certificates(seminar=held, user=cast.staff) == 2
    assert issue_certificates(seminar=held, user=cast.staff) == 0
    delegate, substitute = Certificate.objects.order_by("serial")
    assert (delegate.name, delegate.position, delegate.on_behalf_of) == ("นางสาวผู้แทน มาแน่", "ปลัดเทศบาล", "นายกเทศมนตรี")
    assert (substitute.name, substitute.position, substitute.on_behalf_of) == ("นายมา แทน", "", "นายไม่ มา")
    assert delegate.number == f"{held.pk}-001/2562"
    assert delegate.code != substitute.code
    assert delegate.history.get().history_user == cast.staff


@pytest.mark.parametrize(
    ("state", "starts_on"), [(SeminarState.ANNOUNCED, date(2019, 12, 20)), (SeminarState.CANCELLED, date(2019, 8, 1))]
)
def test_none_before_the_end_and_none_for_what_was_not_held(cast, state, starts_on):
    seminar = make.make_seminar(cast.agreement, state=state, starts_on=starts_on)
    make.make_certificate_template(seminar)
    with pytest.raises(DomainError):
        issue_certificates(seminar=seminar, user=cast.staff)


def test_a_wrong_one_is_withdrawn_and_another_issued(cast, held):
    make.make_certificate_template(held)
    issue_certificates(seminar=held, user=cast.staff)
    wrong = Certificate.objects.earliest("serial")
    with pytest.raises(DomainError):
        withdraw_certificate(certificate=wrong, reason="  ", user=cast.staff)
    withdraw_certificate(certificate=wrong, reason="สะกดชื่อผิด", user=cast.staff)
    with pytest.raises(Conflict):
        withdraw_certificate(certificate=wrong, reason="อีกครั้ง", user=cast.staff)
    assert issue_certificates(seminar=held, user=cast.staff) == 1
    assert Certificate.objects.latest("serial").serial == 3


def test_pages_from_the_roll_to_the_public_page(cast, held, sign_in, client):
    make.make_certificate_template(held)
    staff = sign_in(cast.staff)
    listed = reverse(f"{CHANGE}list", args=[held.pk])
    staff.post(reverse(f"{CHANGE}issue", args=[held.pk]))
    assert "นายมา แทน" in staff.get(listed).content.decode()
    certificate = Certificate.objects.earliest("serial")
    client.logout()
    public = client.get(certificate.get_absolute_url().lower())
    assert (public.status_code, public["X-Robots-Tag"]) == (200, "noindex")
    assert certificate.name in public.content.decode()
    staff = sign_in(cast.staff)
    address = reverse(f"{CHANGE}withdraw", args=[certificate.pk])
    assert staff.post(address, {"reason": ""}).status_code == 200
    assert staff.post(address, {"reason": "ชื่อผิด <b>"}).status_code == 302
    client.logout()
    said = client.get(certificate.get_absolute_url())
    with translation.override("th"):
        assert translation.gettext("This certificate was withdrawn") in said.content.decode()
    assert "ชื่อผิด" not in said.content.decode()
    assert client.get(reverse(f"{CHANGE}confirm", args=["NOSUCHCODE"])).status_code == 404
    # own and foreign parties
    assert sign_in(cast.alice).get(listed).content.decode().count(certificate.number)
    assert certificate.number not in sign_in(cast.bob).get(listed).content.decode()
    assert client.get(reverse(f"{CHANGE}download", args=[certificate.pk])).status_code == 404
    assert client.post(reverse(f"{CHANGE}issue", args=[held.pk])).status_code == 403


def test_the_code_on_paper_leads_to_the_public_page(cast, held, sign_in, client):
    """Read back by a decoder from the page as it is set, in the PDF of the whole seminar."""
    make.make_certificate_template(held, logo=make.make_stored_file(cast.staff))
    issue_certificates(seminar=held, user=cast.staff)
    answer = sign_in(cast.staff).get(reverse(f"{CHANGE}pack", args=[held.pk]) + "?language=th")
    document = pypdfium2.PdfDocument(answer.content)
    assert len(document) == 2
    client.logout()
    for page, certificate in zip(document, Certificate.objects.order_by("serial"), strict=True):
        assert page.get_width() > page.get_height()
        picture = page.render(scale=2).to_pil()
        (read,) = zxingcpp.read_barcodes(picture)
        assert read.text.endswith(certificate.get_absolute_url())
        told = client.get(certificate.get_absolute_url())
        assert (told.status_code, certificate.number in told.content.decode()) == (200, True)
        page.close()
    document.close()


def test_a_name_with_markup_stays_a_name(cast, held):
    make.make_certificate_template(held, text_th="ได้เข้าร่วม <i>{seminar}</i>")
    issue_certificates(seminar=held, user=cast.staff)
    Certificate.objects.update(name="<script>alert(1)</script>")
    source = certificates_html(Certificate.objects.with_names(), cast.agreement, "th")
    assert "<script>" not in source
    assert "<i>" not in source


def test_templates_are_written_in_the_admin_site(cast, held, sign_in):
    client = sign_in(cast.staff)
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "navy").save(picture, "PNG")
    sent = {
        "seminar": held.pk,
        "text_th": "ได้เข้าร่วม{seminar}",
        "text_en": "attended {seminar}",
        "signatories-TOTAL_FORMS": "1",
        "signatories-INITIAL_FORMS": "0",
        "signatories-0-order": "1",
        "signatories-0-name": "นางสาวเลขา ธิการ",
    }
    address = reverse("admin:seminars_certificatetemplate_add")

    def upload(name, content):
        return client.post(address, {**sent, "upload": SimpleUploadedFile(name, content)})

    for name, content in (("logo.svg", b"<svg/>"), ("logo.png", b"not a picture"), ("logo.pdf", b"%PDF-1.7")):
        refused = upload(name, content)
        assert refused.context["adminform"].form.errors["upload"], name
    refused = client.post(address, {**sent, "text_th": "ได้เข้าร่วม{สัมมนา}"})
    assert "สัมมนา" in str(refused.context["adminform"].form.errors["text_th"])
    assert not CertificateTemplate.objects.exists()
    assert upload("logo.png", picture.getvalue()).status_code == 302
    made = CertificateTemplate.objects.get()
    assert (made.logo.original_name, made.signatories.count()) == ("logo.png", 1)
    with pytest.raises(ValidationError):
        Signatory(template=made, order=4, name="ผู้ลงนามคนที่สี่").full_clean()


def test_the_list_costs_the_same_for_many(cast, held, sign_in):
    make.make_certificate_template(held)
    client = sign_in(cast.staff)
    client.get("/home/")  # the first request of a session costs more
    counts = []
    for more in (1, 6):
        for _number in range(more):
            make.make_certificate(make.make_seat(held, cast.town), by=cast.staff)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(f"{CHANGE}list", args=[held.pk]))
        counts.append(len(captured))
    assert counts[0] == counts[1]
