"""The short form after a seminar: by link, once, anonymous when it says so, with results that keep the promise."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mou_portal.records import Conflict, DomainError
from seminars.feedback_results import results_of
from seminars.models import FeedbackAnswer, FeedbackQuestion, FeedbackResponse, FeedbackState
from seminars.services import Respondent, close_feedback, give_feedback, open_feedback
from tests import factories as make


@pytest.fixture
def form(cast):
    return make.make_feedback_form(make.make_seminar(cast.agreement))


def answers(form, scale="5", choice="ออนไลน์", text="ขอเอกสารล่วงหน้า"):
    ids = list(form.questions.values_list("pk", flat=True))
    return dict(zip(ids, (scale, choice, text), strict=True))


def sent(form, token=None, **said):
    given = {f"question-{pk}": value for pk, value in answers(form, **said).items()}
    return {"token": str(token or uuid4()), **given}


def test_an_open_form_takes_one_response_a_sending(form, client):
    data = sent(form)
    for _again in range(2):
        answer = client.post(form.link, data)
        assert (answer.status_code, answer.url) == (302, f"{form.link}?thanks=1")
    assert client.get(answer.url).status_code == 200
    response = FeedbackResponse.objects.get()
    assert (response.name, response.participant, response.answers.count()) == ("", None, 3)
    assert {field.name for field in FeedbackResponse._meta.fields} == {"id", "form", "token", "name", "participant"}


@pytest.mark.parametrize("said", [{"scale": "6"}, {"scale": "x"}, {"choice": "<b>อื่น</b>"}])
def test_an_answer_that_was_not_offered_is_refused_and_nothing_lost(form, client, said):
    answer = client.post(form.link, sent(form, **said))
    assert answer.status_code == 200
    assert "ขอเอกสารล่วงหน้า" in answer.content.decode()
    with pytest.raises(DomainError):
        give_feedback(form=form, token=uuid4(), answers=answers(form, **said))
    assert not FeedbackAnswer.objects.exists()


def test_nothing_at_all_and_a_missing_answer_are_said(form):
    with pytest.raises(DomainError):
        give_feedback(form=form, token=uuid4(), answers={})
    form.questions.filter(kind="text").update(required=True)
    with pytest.raises(DomainError):
        give_feedback(form=form, token=uuid4(), answers=answers(form, text=" "))
    assert not FeedbackResponse.objects.exists()


def test_closed_forms_and_unknown_links(cast, form, client):
    assert client.get(reverse("seminars:feedback-give", args=["NOSUCHFORM"])).status_code == 404
    close_feedback(form=form, user=cast.staff)
    assert client.post(form.link, sent(form)).status_code == 200
    with pytest.raises(Conflict):
        give_feedback(form=form, token=uuid4(), answers=answers(form))
    assert not FeedbackResponse.objects.exists()
    open_feedback(form=form, user=cast.staff)
    with pytest.raises(Conflict):
        open_feedback(form=form, user=cast.staff)
    empty = make.make_feedback_form(make.make_seminar(cast.agreement), state=FeedbackState.DRAFT)
    empty.questions.all().delete()
    with pytest.raises(DomainError):
        open_feedback(form=empty, user=cast.staff)


def test_a_form_with_names_asks_for_them(cast, client):
    form = make.make_feedback_form(make.make_seminar(cast.agreement), anonymous=False)
    assert client.post(form.link, sent(form)).status_code == 200
    with pytest.raises(DomainError):
        give_feedback(form=form, token=uuid4(), answers=answers(form))
    data = sent(form) | {"name": "นางสาวผู้ตอบ", "participant": str(cast.town.pk)}
    assert client.post(form.link, data).status_code == 302
    response = FeedbackResponse.objects.get()
    assert (response.name, response.participant) == ("นางสาวผู้ตอบ", cast.town)


def test_an_anonymous_form_stores_no_name_whatever_is_sent(cast, form):
    give_feedback(form=form, token=uuid4(), answers=answers(form), respondent=Respondent("นายลอบ ใส่ชื่อ", cast.town))
    response = FeedbackResponse.objects.get()
    assert (response.name, response.participant) == ("", None)


def test_results_count_and_wait_for_three(cast, form):
    for scale in ("5", "4"):
        give_feedback(form=form, token=uuid4(), answers=answers(form, scale=scale))
    assert (results_of(form).held_back, results_of(form).questions) == (True, [])
    give_feedback(form=form, token=uuid4(), answers=answers(form, scale="4", choice="", text=""))
    scale, choice, text = results_of(form).questions
    assert scale.counts == [("1", 0), ("2", 0), ("3", 0), ("4", 2), ("5", 1)]
    assert (scale.answered, round(scale.mean, 2)) == (3, 4.33)
    assert choice.counts == [("ที่สถาบัน", 0), ("ออนไลน์", 2)]
    assert [words for words, _name in text.texts] == ["ขอเอกสารล่วงหน้า"] * 2


def test_who_reads_results_and_their_cost(cast, form, sign_in):
    address = reverse("seminars:feedback-results", args=[form.seminar_id])
    counts = []
    for more in (3, 9):
        for _number in range(more):
            make.make_feedback(form)
        client = sign_in(cast.staff)
        client.get("/home/")  # the first request of a session costs more
        with CaptureQueriesContext(connection) as captured:
            page = client.get(address).content.decode()
        counts.append(len(captured))
        assert "<svg" in page
        assert "<table" in page
    assert counts[0] == counts[1]
    assert "อาหารดี" in client.get(f"{address}?export=csv").getvalue().decode()
    assert client.get(f"{address}?export=xlsx").status_code == 200
    assert sign_in(cast.researcher).get(address).status_code == 200
    for outsider in (cast.alice, cast.mayor, cast.adviser, cast.finance):
        assert sign_in(outsider).get(address).status_code == 403


def test_the_promise_stands_once_the_form_is_open(cast, form, sign_in):
    client = sign_in(cast.staff)
    address = reverse("admin:seminars_feedbackform_change", args=[form.pk])
    page = client.get(address)
    assert "anonymous" not in page.context["adminform"].form.fields
    client.post(address, {"opened": form.revision, "questions-TOTAL_FORMS": "0", "questions-INITIAL_FORMS": "0"})
    form.refresh_from_db()
    assert (form.anonymous, form.questions.count()) == (True, 3)
    with pytest.raises(ValidationError):
        FeedbackQuestion(form=form, order=9, kind="choice", text_th="?", options="อย่างเดียว").full_clean()
