"""Pages of presentations: drafts are their writers', files follow their row, foreign ids lead nowhere."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.once import new_token
from seminars.models import Presentation
from tests import factories as make


@pytest.fixture
def seminar(cast):
    return make.make_seminar(cast.agreement)


def url(name, row):
    return reverse(f"seminars:{name}", args=[row.pk])


def filled(cast, seminar, **fields):
    return {
        "participant": cast.town.pk,
        "seminar": seminar.pk,
        "title": "เตือนน้ำท่วม",
        "abstract": "บทคัดย่อ",
        "presenters": "นาง ก",
        **fields,
    }


@pytest.mark.parametrize(
    ("state", "answers"),
    [
        ("draft", {"alice": 200, "mayor": 200, "bob": 404, "adviser": 404, "researcher": 404, "staff": 404}),
        ("submitted", {"alice": 200, "mayor": 200, "bob": 404, "adviser": 200, "researcher": 200, "finance": 200}),
    ],
)
def test_who_reads_a_presentation_and_its_slides(cast, sign_in, seminar, state, answers):
    slides = make.make_stored_file(cast.alice, "สไลด์.png")
    row = make.make_presentation(cast.town, seminar, state=state, by=cast.alice, slides=slides)
    for person, answer in answers.items():
        client = sign_in(getattr(cast, person))
        assert client.get(url("presentation-detail", row)).status_code == answer
        sent = client.get(url("slides-download", row))
        assert sent.status_code == answer
        if answer == 200:
            assert sent.headers["Content-Disposition"].startswith("attachment")
            b"".join(sent.streaming_content)


def test_without_slides_there_is_nothing_to_download(cast, sign_in, seminar):
    row = make.make_presentation(cast.town, seminar, by=cast.alice)
    assert sign_in(cast.alice).get(url("slides-download", row)).status_code == 404


def test_a_form_sent_twice_makes_one_draft(cast, sign_in, seminar):
    client = sign_in(cast.alice)
    assert client.get(reverse("seminars:presentation-create") + f"?seminar={seminar.pk}").status_code == 200
    data = filled(cast, seminar, form_token=new_token())
    first = client.post(reverse("seminars:presentation-create"), data)
    second = client.post(reverse("seminars:presentation-create"), data)
    row = Presentation.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == row.get_absolute_url()
    assert (row.participant, row.created_by) == (cast.town, cast.alice)


def test_foreign_ids_are_refused(cast, sign_in, seminar):
    choice = make.make_choice(cast.other, make.make_pathway(cast.agreement), by=cast.bob)
    later = make.make_seminar(make.make_agreement("later", current=False))
    hidden = make.make_seminar(cast.agreement, state="planned")
    client = sign_in(cast.alice)
    for wrong in (
        {"participant": cast.other.pk},
        {"seminar": later.pk},
        {"seminar": hidden.pk},
        {"choice": choice.pk},
        {"seminar": "x"},
    ):
        answer = client.post(reverse("seminars:presentation-create"), {**filled(cast, seminar), **wrong})
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == list(wrong)
    assert not Presentation.objects.exists()


@pytest.mark.parametrize("person", ["mayor", "adviser", "researcher", "staff", "finance"])
def test_others_do_not_begin_one(cast, sign_in, seminar, person):
    client = sign_in(getattr(cast, person))
    assert client.get(reverse("seminars:presentation-create")).status_code == 403
    assert client.post(reverse("seminars:presentation-create"), filled(cast, seminar)).status_code == 403
    assert not Presentation.objects.exists()


def test_slides_that_are_not_what_they_say_are_refused_and_the_text_is_kept(cast, sign_in, seminar):
    client = sign_in(cast.alice)
    bad = SimpleUploadedFile("สไลด์.pdf", b"MZ this is no PDF", content_type="application/pdf")
    answer = client.post(reverse("seminars:presentation-create"), filled(cast, seminar, upload=bad))
    assert answer.status_code == 200
    assert "upload" in answer.context["form"].errors
    assert "เตือนน้ำท่วม" in answer.content.decode()
    assert not Presentation.objects.exists()
    good = SimpleUploadedFile("ภาพ.png", make.png(), content_type="image/png")
    client.post(reverse("seminars:presentation-create"), filled(cast, seminar, upload=good))
    assert Presentation.objects.get().slides.original_name == "ภาพ.png"


def test_the_round_from_draft_to_given(cast, sign_in, seminar):
    row = make.make_presentation(cast.town, seminar, state="draft", by=cast.alice)
    client = sign_in(cast.alice)
    client.post(url("presentation-submit", row))
    assert client.post(url("presentation-edit", row), filled(cast, seminar)).status_code == 403
    assert client.post(url("presentation-decide", row), {"decision": "accept"}).status_code == 403
    client = sign_in(cast.staff)
    without = client.post(url("presentation-decide", row), {"decision": "return", "note": " "})
    assert "note" in without.context["form"].errors
    client.post(url("presentation-decide", row), {"decision": "return", "note": "เพิ่มผลลัพธ์"})
    client = sign_in(cast.alice)
    assert "เพิ่มผลลัพธ์" in client.get(url("presentation-edit", row)).content.decode()
    client.post(url("presentation-edit", row), filled(cast, seminar, title="ใหม่", revision=3))
    client.post(url("presentation-submit", row))
    client = sign_in(cast.staff)
    client.post(url("presentation-decide", row), {"decision": "accept"})
    day = {"given_on_day": "31", "given_on_month": "2", "given_on_year": "2563"}
    refused = client.post(url("presentation-mark", row), day, follow=True)
    row.refresh_from_db()
    assert row.state == "accepted"
    assert list(refused.context["messages"])
    client.post(url("presentation-mark", row), {"given_on_day": "21", "given_on_month": "8", "given_on_year": "2562"})
    row.refresh_from_db()
    assert (row.title, row.state, row.given_on) == ("ใหม่", "given", seminar.ends_on)
    client.post(url("presentation-mark", row), {"given": "no"})
    row.refresh_from_db()
    assert (row.state, row.given_on) == ("not_given", None)


def test_steps_are_not_taken_by_get(cast, sign_in, seminar):
    row = make.make_presentation(cast.town, seminar, state="draft", by=cast.alice)
    client = sign_in(cast.alice)
    assert client.get(url("presentation-submit", row)).status_code == 405
    assert client.get(url("presentation-mark", row)).status_code == 405
    client.get(url("presentation-edit", row))
    row.refresh_from_db()
    assert (row.state, row.revision) == ("draft", 1)


def test_the_list_costs_the_same_at_two_sizes(cast, sign_in, seminar):
    client = sign_in(cast.staff)
    counts = []
    for _number in range(3):
        make.make_presentation(cast.town, seminar, by=cast.alice)
        client.get(reverse("seminars:presentation-list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("seminars:presentation-list"))
        counts.append(len(queries))
    assert counts[0] == counts[-1]
    found = client.get(reverse("seminars:presentation-list") + "?q=กระบี่&state=submitted")
    assert found.content.decode().count("เตือนน้ำท่วม") == 3
