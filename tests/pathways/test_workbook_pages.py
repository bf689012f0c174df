"""The pages of the Excel round trip: download, preview, confirm once."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pathways.models import ProgressUpdate, ReportingPeriod
from tests import factories as make
from tests.pathways.workbook_cells import book_of, packed, put


def sign_in(client, user):
    client.force_login(user)
    return client


def send(client, content):
    return client.post(reverse("pathways:workbook-upload"), {"workbook": SimpleUploadedFile("reports.xlsx", content)})


def test_pages_download_preview_confirm_once(cast, draft, client, settings):
    sign_in(client, cast.alice)
    assert client.get(reverse("pathways:workbook-upload")).status_code == 200
    answer = client.get(reverse("pathways:workbook-download"))
    assert answer["Content-Type"].endswith("sheet")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    put(book, "done", "<b>ใหม่</b>")
    page = send(client, packed(book))
    assert "&lt;b&gt;ใหม่" in page.content.decode()
    assert ProgressUpdate.objects.get().revision == 1
    token = page.context["token"]
    confirm = reverse("pathways:workbook-confirm")
    client.post(confirm, {"token": token})
    assert ProgressUpdate.objects.get().done == "<b>ใหม่</b>"
    client.post(confirm, {"token": token})
    assert ProgressUpdate.objects.get().revision == 2


def test_confirming_another_preview_writes_nothing(cast, draft, client):
    sign_in(client, cast.alice)
    book = book_of(cast)
    put(book, "done", "ใหม่")
    send(client, packed(book))
    client.post(reverse("pathways:workbook-confirm"), {"token": "0" * 32})
    assert ProgressUpdate.objects.get().revision == 1


def test_a_refusal_says_why_and_a_period_filters(cast, draft, client):
    sign_in(client, cast.alice)
    page = send(client, b"words")
    assert page.status_code == 200
    assert page.context["form"].errors
    url = reverse("pathways:workbook-download")
    book = openpyxl.load_workbook(io.BytesIO(client.get(url, {"period": cast.periods[0].pk}).content))
    assert len(list(book.worksheets[0].iter_rows(min_row=3))) == 1
    assert client.get(url, {"period": 999_999}).status_code == 302


@pytest.mark.parametrize("person", ["mayor", "adviser", "researcher", "finance"])
@pytest.mark.parametrize("name", ["workbook-upload", "workbook-download", "workbook-confirm"])
def test_pages_are_closed_to_others(cast, draft, client, person, name):
    sign_in(client, getattr(cast, person))
    url = reverse(f"pathways:{name}")
    assert (client.post(url) if name == "workbook-confirm" else client.get(url)).status_code == 403


def test_queries_do_not_grow_with_the_workbook(cast, choice, client, django_assert_max_num_queries):
    sign_in(client, cast.staff)
    for number in range(6):
        place = make.make_participant(f"more-{number}", agreement=cast.agreement)
        make.make_choice(place, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    with django_assert_max_num_queries(26):
        book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("pathways:workbook-download")).content))
    for row in range(3, book.worksheets[0].max_row + 1):
        put(book, "done", "ทางโทรศัพท์", row=row)
    assert ReportingPeriod.objects.count() == 5
    assert book.worksheets[0].max_row > 20
    with django_assert_max_num_queries(26):
        page = send(client, packed(book))
    assert len(page.context["preview"].steps) == book.worksheets[0].max_row - 2
