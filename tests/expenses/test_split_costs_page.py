"""The dry run as a page: a preview, every bad line named, the shares as CSV, and nothing stored."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from expenses.models import ExpenseLine
from participants.models import StoredFile

HEAD = "line_id,activity,venue,arranged_by,whose_cost,category,amount,local_governments,weights\n"
GOOD = (
    'A1,field_visit,,local_government,advisers,travel,"๑๐๐.๐๑",krabi-pao;nan-town,\n'
    "A2,seminar,elsewhere,,event,meals,50,,\n"
    "A3,seminar,institute,,event,meals,7,,\n"
)


def send(client, text, **fields):
    file = SimpleUploadedFile("ค่าใช้จ่าย.csv", text.encode("utf-8-sig"))
    return client.post(reverse("expenses:split-costs"), {"file": file, **fields})


def test_the_preview_says_who_would_bear_what_and_why(client, cast):
    client.force_login(cast.programme)
    response = send(client, HEAD + GOOD)
    page = response.content.decode()
    assert [(row["party"], str(row["amount"])) for row in response.context["rows"]] == [
        ("อบจ.กระบี่", "50.01"), ("เทศบาลเมืองน่าน", "50.00"), ("", "50.00"), ("", "7.00"),
    ]  # fmt: skip
    assert "ข้อ 2.2 (4) 4.2" in page
    assert "บันทึกข้อตกลงไม่ได้กำหนด" in page
    assert [(payer, str(amount)) for payer, _label, amount in response.context["totals"]] == [
        ("institute", "7.00"), ("local_government", "100.01"), ("undecided", "50.00"),
    ]  # fmt: skip
    assert not ExpenseLine.objects.exists()
    assert not StoredFile.objects.exists()


def test_the_download_is_what_the_command_prints(client, cast):
    client.force_login(cast.alice)
    response = send(client, HEAD + GOOD, step="download")
    text = b"".join(response.streaming_content).decode("utf-8-sig").replace("\r", "")
    assert text == (
        "line_id,payer,clause,party,share\n"
        "A1,local_government,4.2,krabi-pao,50.01\n"
        "A1,local_government,4.2,nan-town,50.00\n"
        "A2,undecided,,,50.00\n"
        "A3,institute,4.1,institute,7.00\n"
    )


def test_every_bad_line_is_named_and_nothing_is_worked_out(client, cast):
    client.force_login(cast.alice)
    bad = "B1,seminar,institute,,event,meals,-5,,\nB2,seminar,institute,,event,drinks,1.234,elsewhere,\n"
    for step in ("preview", "download"):
        response = send(client, HEAD + GOOD + bad, step=step)
        assert len(response.context["faults"]) == 4
        assert "rows" not in response.context


@pytest.mark.parametrize("text", ["", "\x00\x01"])
def test_an_unreadable_file_is_a_clear_answer(client, cast, text):
    client.force_login(cast.alice)
    response = send(client, text)
    assert response.status_code == 200
    assert response.context["form"].errors or response.context["faults"]


def test_a_file_too_large_is_refused(client, cast, monkeypatch):
    monkeypatch.setattr("expenses.forms.lines.MAX_BYTES", 10)
    client.force_login(cast.alice)
    assert send(client, HEAD + GOOD).context["form"].errors["file"]


def test_local_governments_do_not_try_files_out_here(client, cast):
    client.force_login(cast.coordinator)
    assert send(client, HEAD + GOOD).status_code == 403
