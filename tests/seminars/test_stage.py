"""The programme, newer slides, reviews on a rubric and feedback: rules, services, and who may do what."""

from datetime import time
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from mou_portal.records import Conflict, DomainError
from seminars.agenda import for_coordinators, for_reviewers
from seminars.models import Presentation, PresentationState, Review, Seminar, SeminarState, Slot
from seminars.obligations import exchanged
from seminars.programme import Placed, Timed, clock, double_booked, overrun, timetable
from seminars.rubric import CriterionFact, mark, mean
from seminars.services import answer_feedback, arrange_programme, arrangement, review_presentation, send_feedback
from tests import factories as make

from .conftest import TODAY


# --- pure rules -----------------------------------------------------------------------------------
def test_talks_follow_one_another():
    assert timetable(540, [15, 20], gap=5) == [Timed(540, 555), Timed(560, 580)]
    assert [clock(540), clock(1439), clock(1441)] == ["09:00", "23:59", "00:01"]
    assert (overrun(timetable(540, [15]), 550), overrun([], 550), overrun(timetable(540, [15]), None)) == (5, 0, 0)
    with pytest.raises(ValueError, match="minute"):
        timetable(540, [0])


@given(st.lists(st.integers(1, 240), max_size=30), st.integers(0, 600), st.integers(0, 30))
def test_no_two_talks_overlap_and_none_is_lost(lengths, starts, gap):
    times = timetable(starts, lengths, gap)
    assert [one.ends - one.starts for one in times] == lengths
    assert all(one.ends + gap == other.starts for one, other in pairwise(times))


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 4)), max_size=10))
def test_a_double_booking_is_found_exactly_when_places_repeat(places):
    lines = [Placed(key, session, number, 15) for key, (session, number) in enumerate(places)]
    assert set(double_booked(lines)) == {place for place in places if places.count(place) > 1}


def test_a_mark_is_a_weighted_mean_out_of_a_hundred():
    rubric = [CriterionFact(1, 5, 3), CriterionFact(2, 10, 1)]
    assert mark(rubric, {1: 5, 2: 0}) == Decimal("75.0")
    assert mark(rubric, {1: 0, 2: 0}) == 0
    assert mean([Decimal("75.0"), Decimal("80.1")]) == Decimal("77.6")
    assert mean([]) is None
    for wrong in ({1: 5}, {1: 6, 2: 0}, {1: -1, 2: 0}):
        with pytest.raises(ValueError, match="criterion"):
            mark(rubric, wrong)
    with pytest.raises(ValueError, match="weight"):
        mark([], {})


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 5), st.floats(0, 1)), min_size=1, max_size=6))
def test_a_mark_lies_between_nought_and_a_hundred(rows):
    rubric = [CriterionFact(key, highest, weight) for key, (highest, weight, _part) in enumerate(rows)]
    scores = {key: round(highest * part) for key, (highest, _weight, part) in enumerate(rows)}
    assert 0 <= mark(rubric, scores) <= 100


# --- the programme --------------------------------------------------------------------------------
@pytest.fixture
def day(cast):
    """A presentation day with a session from nine, two criteria, and the adviser and the researcher as reviewers."""
    seminar = make.make_seminar(cast.agreement, kind="presentation_day")
    make.make_session(seminar, starts_at=time(9), ends_at=time(9, 40))
    for _number in range(2):
        make.make_criterion(seminar)
    for user in (cast.adviser, cast.researcher):
        make.make_reviewer(seminar, user)
    return seminar


@pytest.fixture
def talks(cast, day):
    state = PresentationState.ACCEPTED
    return [
        make.make_presentation(cast.town, day, state=state, by=cast.alice, title="เรื่องของกระบี่"),
        make.make_presentation(cast.other, day, state=state, by=cast.bob, title="เรื่องของเมืองอื่น"),
    ]


def place(talk, number, minutes=15, session=None):
    return Placed(talk.pk, (session or talk.seminar.sessions.get()).pk, number, minutes)


def test_a_programme_is_arranged_swapped_and_emptied(cast, day, talks):
    one, two = talks
    arrange_programme(seminar=day, lines=[place(one, 1), place(two, 2, 20)], user=cast.staff)
    arrange_programme(seminar=day, lines=[place(one, 2), place(two, 1, 20)], user=cast.staff)  # a swap
    assert list(Slot.objects.order_by("number").values_list("presentation", "minutes")) == [(two.pk, 20), (one.pk, 15)]
    assert one.slot.history.count() == 2
    arrange_programme(seminar=day, lines=[place(one, 2)], user=cast.staff)
    assert Slot.objects.get().presentation == one
    assert Slot.history.filter(history_type="-").count() == 1


def test_a_place_is_booked_once_by_rule_and_by_the_database(cast, day, talks):
    one, two = talks
    with pytest.raises(DomainError) as refused:
        arrange_programme(seminar=day, lines=[place(one, 1), place(two, 1)], user=cast.staff)
    assert one.title in str(refused.value)
    assert two.title in str(refused.value)
    assert not Slot.objects.exists()
    make.make_slot(one, day.sessions.get(), number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_slot(two, day.sessions.get(), number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_slot(one, day.sessions.get(), number=2)


def test_what_does_not_belong_in_a_programme_is_refused_whole(cast, day, talks):
    one, two = talks
    elsewhere = make.make_session(make.make_seminar(cast.agreement))
    draft = make.make_presentation(cast.town, day, state=PresentationState.DRAFT, by=cast.alice)
    for wrong in (place(two, 2, session=elsewhere), place(draft, 2), place(two, 0), place(two, 2, 0)):
        with pytest.raises(DomainError):
            arrange_programme(seminar=day, lines=[place(one, 1), wrong], user=cast.staff)
    seen = arrangement(day)
    arrange_programme(seminar=day, lines=[place(one, 1)], user=cast.staff, seen=seen)
    with pytest.raises(Conflict):  # the second person worked on the former programme
        arrange_programme(seminar=day, lines=[place(two, 1)], user=cast.staff, seen=seen)
    assert Slot.objects.get().presentation == one
    Seminar.objects.update(state=SeminarState.CLOSED)
    with pytest.raises(Conflict):
        arrange_programme(seminar=day, lines=[], user=cast.staff)


def test_the_programme_by_typing(cast, day, talks, sign_in):
    client, address = sign_in(cast.staff), reverse("seminars:programme-edit", args=[day.pk])
    session = day.sessions.get()
    page = client.get(address)

    def typed(numbers, seen=page.context["seen"]):
        sent = {"seen": seen}
        for talk, number in zip(talks, numbers, strict=True):
            name = f"place-{talk.pk}"
            sent |= {f"{name}-session": session.pk, f"{name}-number": number, f"{name}-minutes": 30}
        return client.post(address, sent)

    twice = typed(["1", "1"])
    assert twice.status_code == 200
    assert talks[0].title in twice.context["problem"]
    assert 'value="30"' in twice.content.decode()  # nothing typed is lost
    assert typed(["1", ""]).status_code == 200
    assert not Slot.objects.exists()
    assert typed(["2", "1"]).status_code == 302
    told = client.get(reverse("seminars:programme-detail", args=[day.pk])).content.decode()
    assert (
        told.index("09:00–09:30") < told.index(talks[1].title) < told.index("09:30–10:00") < told.index(talks[0].title)
    )
    assert "20" in told  # minutes past the end
    clock_page = client.get(reverse("seminars:timer-detail", args=[session.pk]))
    assert clock_page.content.decode().count('data-minutes="30"') == 2
    foreign = sign_in(cast.alice).get(reverse("seminars:programme-detail", args=[day.pk])).content.decode()
    assert talks[0].title in foreign
    assert talks[1].title not in foreign  # another party's title stays theirs; its hour is told
    assert "09:00–09:30" in foreign
    pdf = client.get(reverse("seminars:programme-download", args=[day.pk]))
    assert pdf["Content-Type"] == "application/pdf"


def test_pages_of_a_programme_cost_the_same_for_many(cast, day, sign_in):
    client, session, counts = sign_in(cast.staff), day.sessions.get(), []
    client.get("/home/")  # the first request of a session costs more
    for more in (1, 5):
        for _number in range(more):
            talk = make.make_presentation(cast.town, day, state=PresentationState.ACCEPTED, by=cast.alice)
            make.make_slot(talk, session)
        costs = []
        for name in ("programme-detail", "programme-edit"):
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse(f"seminars:{name}", args=[day.pk]))
            costs.append(len(captured))
        counts.append(costs)
    assert counts[0] == counts[1]


# --- slides and reports used again ----------------------------------------------------------------
def slides(name="สไลด์.pdf", content=None):
    return SimpleUploadedFile(name, content if content is not None else make.pdf_bytes())


def test_newer_slides_keep_the_former_ones(cast, talks, sign_in):
    talk, client = talks[0], sign_in(cast.alice)
    address = reverse("seminars:slides-renew", args=[talk.pk])
    assert client.post(address, {"upload": slides("หนึ่ง.pdf")}).status_code == 302
    for broken in (slides("สอง.pdf", b"%PDF-1.7 broken"), slides("สอง.pptx", b"PK\x03\x04 no"), slides("x.exe", b"MZ")):
        refused = client.post(address, {"upload": broken})
        assert refused.context["form"].errors["upload"]
    assert client.post(address, {"upload": slides("สอง.pdf")}).status_code == 302
    talk.refresh_from_db()
    former = talk.former_slides.get()
    assert (talk.slides.original_name, former.number, former.file.original_name) == ("สอง.pdf", 1, "หนึ่ง.pdf")
    page = client.get(talk.get_absolute_url()).content.decode()
    assert page.index("สอง.pdf") < page.index("หนึ่ง.pdf")
    kept = reverse("seminars:slides-former", args=[former.pk])
    assert b"".join(client.get(kept).streaming_content).startswith(b"%PDF-")
    assert client.get(reverse("seminars:slides-former", args=[former.pk + 1])).status_code == 404
    assert sign_in(cast.bob).get(kept).status_code == 404
    Presentation.objects.update(state=PresentationState.GIVEN, given_on=TODAY)
    assert sign_in(cast.alice).post(address, {"upload": slides()}).status_code == 403


def test_accepted_reports_are_used_again_and_the_link_is_kept(cast, day, sign_in):
    mine = make.make_choice(cast.town, by=cast.alice)
    theirs = make.make_choice(cast.other, by=cast.bob)
    accepted = make.make_update(mine, state="accepted", by=cast.alice)
    foreign = make.make_update(theirs, state="accepted", by=cast.bob)
    client = sign_in(cast.alice)
    far = reverse("seminars:presentation-create") + "?update=" + "9" * 25  # more than a database counts
    assert client.get(far).status_code == 200
    chosen = client.get(reverse("seminars:presentation-use-again")).content.decode()
    assert f'value="{accepted.pk}"' in chosen
    assert f'value="{foreign.pk}"' not in chosen
    address = f"{reverse('seminars:presentation-create')}?update={accepted.pk}&update={foreign.pk}&update=x"
    form = client.get(address).context["form"]
    assert accepted.result in form.initial["abstract"]
    sent = {
        "participant": cast.town.pk,
        "seminar": day.pk,
        "title": "เรื่องใหม่",
        "abstract": form.initial["abstract"],
        "presenters": "นางสาวผู้แทน",
    }
    assert client.post(address, sent).status_code == 302
    assert list(Presentation.objects.get(title="เรื่องใหม่").updates.all()) == [accepted]


# --- reviews --------------------------------------------------------------------------------------
def scores(day, value=4):
    return {one.pk: value for one in day.criteria.all()}


def test_scores_of_others_are_seen_only_after_ones_own(cast, day, talks, sign_in):
    talk, address = talks[0], talks[0].get_absolute_url()
    review_presentation(
        presentation=talk, scores=scores(day), comment="ลับจนกว่าจะส่ง", remark="หมายเหตุลับ", user=cast.adviser
    )
    for waiting in (cast.researcher, cast.alice, cast.mayor):
        assert not Review.objects.visible_to(waiting).exists()
        page = sign_in(waiting).get(address).content.decode()
        assert "ลับจนกว่าจะส่ง" not in page
        assert "4/5" not in page
    edit = sign_in(cast.researcher).get(reverse("seminars:review-edit", args=[talk.pk])).content.decode()
    assert "ลับจนกว่าจะส่ง" not in edit
    assert sign_in(cast.staff).get(address).content.decode().count("4/5") == 2
    make.make_reviewer(day, cast.staff)  # a member of staff who reviews waits as well
    assert not Review.objects.visible_to(cast.staff).exists()
    assert "4/5" not in sign_in(cast.staff).get(address).content.decode()
    sent = {f"score-{pk}": "2" for pk in scores(day)} | {"comment": "ดี", "remark": ""}
    assert sign_in(cast.researcher).post(reverse("seminars:review-edit", args=[talk.pk]), sent).status_code == 302
    page = sign_in(cast.researcher).get(address).content.decode()
    assert "หมายเหตุลับ" in page
    assert "60.0" in page  # the mean of 80 and 40


def test_impossible_scores_and_late_reviews_are_refused(cast, day, talks):
    talk = talks[0]
    some = {"comment": "", "remark": "", "user": cast.adviser}
    for wrong in ({}, scores(day, 6), scores(day, -1)):
        with pytest.raises(DomainError):
            review_presentation(presentation=talk, scores=wrong, **some)
    assert not Review.objects.exists()
    bare = make.make_presentation(cast.town, make.make_seminar(cast.agreement), by=cast.alice)
    with pytest.raises(DomainError):
        review_presentation(presentation=bare, scores={}, **some)
    draft = make.make_presentation(cast.town, day, by=cast.alice, state=PresentationState.DRAFT)
    with pytest.raises(Conflict):
        review_presentation(presentation=draft, scores=scores(day), **some)
    first = review_presentation(presentation=talk, scores=scores(day), **some)
    again = review_presentation(presentation=talk, scores=scores(day, 5), **some)
    assert (first.pk, again.revision, Review.objects.count()) == (again.pk, 2, 1)
    assert set(again.scores.values_list("value", flat=True)) == {5}


def test_feedback_goes_to_the_local_government_which_answers_it(cast, day, talks, sign_in):
    talk = talks[0]
    with pytest.raises(DomainError):
        send_feedback(presentation=talk, user=cast.staff)
    review_presentation(presentation=talk, scores=scores(day), comment="เพิ่มตัวเลข", remark="", user=cast.adviser)
    review_presentation(presentation=talk, scores=scores(day), comment="", remark="ไม่มีข้อเสนอ", user=cast.researcher)
    assert sign_in(cast.staff).post(reverse("seminars:feedback-send", args=[talk.pk])).status_code == 302
    review = Review.objects.get(sent_at__isnull=False)
    with pytest.raises(Conflict):
        review_presentation(presentation=talk, scores=scores(day), comment="ใหม่", remark="", user=cast.adviser)
    items = list(for_coordinators(cast.alice, cast.agreement, TODAY))
    address = reverse("seminars:review-answer", args=[review.pk])
    assert [item.url for item in items if item.url == address] == [address]
    assert not [item for item in for_coordinators(cast.bob, cast.agreement, TODAY) if item.url == address]
    assert exchanged(cast.agreement, [cast.town.pk], TODAY)[cast.town.pk].done == 0
    client = sign_in(cast.alice)
    page = client.get(talk.get_absolute_url()).content.decode()
    assert "เพิ่มตัวเลข" in page
    assert "ไม่มีข้อเสนอ" not in page
    assert "4/5" not in page  # words, no scores
    assert sign_in(cast.bob).get(address).status_code == 404
    assert sign_in(cast.mayor).get(address).status_code == 403
    client = sign_in(cast.alice)
    assert client.post(address, {"answer": " "}).status_code == 200
    assert client.post(address, {"answer": "จะเพิ่มในฉบับหน้า"}).status_code == 302
    review.refresh_from_db()
    assert (review.answer, review.answered_by) == ("จะเพิ่มในฉบับหน้า", cast.alice)
    with pytest.raises(Conflict):
        answer_feedback(review=review, answer="อีกครั้ง", expected=review.revision, user=cast.alice)
    standing = exchanged(cast.agreement, [cast.town.pk], TODAY)[cast.town.pk]
    assert (standing.done, standing.proofs[0].url) == (1, review.get_absolute_url())


def test_what_waits_for_a_reviewer(cast, day, talks, sign_in):
    (item,) = for_reviewers(cast.researcher, cast.agreement, TODAY)
    assert "2" in item.detail
    client = sign_in(cast.researcher)
    assert talks[0].title in client.get(item.url).content.decode()
    for talk in talks:
        review_presentation(presentation=talk, scores=scores(day), comment="", remark="", user=cast.researcher)
    assert not list(for_reviewers(cast.researcher, cast.agreement, TODAY))
    assert talks[0].title not in client.get(item.url).content.decode()
    assert not list(for_reviewers(cast.alice, cast.agreement, TODAY))
    assert sign_in(cast.finance).get(reverse("seminars:review-edit", args=[talks[0].pk])).status_code == 403
