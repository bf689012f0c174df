"""What people get wrong, through the pages: a clear sentence each, nothing half-written, nothing typed lost."""

import io

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from participants.models import StoredFile
from pathways.models import Evidence, ProgressUpdate, ReportingPeriod, UpdateEvent, UpdateState
from tests import factories as make

TYPED = {"done": "พิมพ์ไว้ยาวมาก", "result": "ผล", "obstacles": "", "next_step": "", "percent": "45", "revision": "1"}


@pytest.fixture
def draft(cast):
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    return make.make_update(choice, cast.periods[0], state=UpdateState.DRAFT, by=cast.alice)


def jpeg():
    out = io.BytesIO()
    Image.effect_noise((300, 300), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("โปรแกรม.exe", b"MZ" + b"\0" * 100, "“โปรแกรม.exe”"),
        ("รายงาน.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "“รายงาน.doc”"),
        ("ภาพ.png", b"MZ" + b"\0" * 100, "“ภาพ.png”"),  # not what its ending says
        ("ใหญ่.jpg", jpeg() + b"\0" * 50_000, "“ใหญ่.jpg”"),
        ("ขาด.jpg", jpeg()[:4000], "“ขาด.jpg”"),
        ("แผน.pdf", b"%PDF-1.7 cut", "“แผน.pdf”"),
    ],
)
@pytest.mark.parametrize("step", ["save", "submit"])
def test_evidence_that_cannot_be_taken(cast, draft, client, settings, name, content, said, step):
    settings.UPLOAD_MAX_BYTES = 40_000
    client.force_login(cast.alice)
    before = StoredFile.objects.count()
    files = [SimpleUploadedFile("ดี.png", make.png()), SimpleUploadedFile(name, content)]
    answer = client.post(
        reverse("pathways:update-edit", args=[draft.pk]), {**TYPED, "step": step, "attachments": files}
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert said in page
    assert TYPED["done"] in page
    draft.refresh_from_db()
    assert (draft.state, draft.revision, Evidence.objects.count()) == ("draft", 1, 0)
    assert StoredFile.objects.count() <= before + 1  # at most the good one, which is swept


def test_a_report_sent_twice_is_handed_in_once_and_the_second_is_told(cast, draft, client):
    client.force_login(cast.alice)
    address = reverse("pathways:update-edit", args=[draft.pk])
    assert client.post(address, {**TYPED, "step": "submit"}).status_code == 302
    again = client.post(address, {**TYPED, "step": "submit"})
    assert TYPED["done"] in again.content.decode()
    answer = client.post(reverse("pathways:update-submit", args=[draft.pk]))
    assert answer.status_code == 302
    assert any("ส่งแล้ว" in str(one) for one in get_messages(answer.wsgi_request))
    assert list(UpdateEvent.objects.order_by("pk").values_list("state", flat=True)) == ["draft", "submitted"]


def test_an_edit_after_acceptance_changes_nothing_and_loses_nothing(cast, draft, client):
    accepted = make.make_update(
        draft.choice, cast.periods[1], state=UpdateState.ACCEPTED, by=cast.alice, reviewed_by=cast.staff
    )
    client.force_login(cast.alice)
    address = reverse("pathways:update-edit", args=[accepted.pk])
    assert client.get(address).status_code == 302  # to the report, where it is read
    answer = client.post(address, {**TYPED, "step": "save"})
    assert answer.status_code == 200
    assert TYPED["done"] in answer.content.decode()
    stored = ProgressUpdate.objects.get(pk=accepted.pk)
    assert (stored.state, stored.done, stored.revision) == ("accepted", accepted.done, accepted.revision)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [("1/6/2562", "30/9/2562"), ("1/9/2563", "31/10/2563"), ("1/1/2565", "31/3/2565"), ("1/10/2562", "1/9/2562")],
)
def test_a_period_outside_the_agreement_is_refused_on_its_form(cast, client, starts, ends):
    client.force_login(cast.staff)
    days = {}
    for name, text in (("starts_on", starts), ("ends_on", ends), ("due_on", ends)):
        days |= dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), text.split("/"), strict=True))
    number = ReportingPeriod.objects.count()
    answer = client.post(
        reverse("admin:pathways_reportingperiod_add"),
        {
            "agreement": cast.agreement.pk,
            "number": 20,
            "name_th": "งวดพิเศษ",
            "name_en": "Special",
            "kind": "regular",
            "skips-TOTAL_FORMS": 0,
            "skips-INITIAL_FORMS": 0,
            **days,
        },
    )
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors or answer.context["adminform"].form.non_field_errors()
    assert "งวดพิเศษ" in answer.content.decode()
    assert ReportingPeriod.objects.count() == number
