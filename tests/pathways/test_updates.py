"""The life of a progress update, step by step."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from mou_portal.records import Conflict, DomainError, Stale
from mou_portal.uploads import UploadRefused
from participants.models import Membership
from pathways.models import ChoiceState, Evidence, PeriodSkip, ProgressUpdate, UpdateState
from pathways.services import (
    Account,
    ReviewNote,
    accept_update,
    add_evidence,
    add_remark,
    open_paragraphs,
    remove_evidence,
    report_nothing_changed,
    return_update,
    save_update,
    silent_for_long,
    skip_period,
    start_update,
    submit_update,
)
from tests import factories as make

TOLD = Account(done="ติดตั้งสองแห่ง", result="เห็นระดับน้ำ", obstacles="ฝน", next_step="ต่อข้อมูล", percent=40)


def handed_in(cast, choice, period=0, user=None, account=TOLD):
    user = user or cast.alice
    update = start_update(choice=choice, period=cast.periods[period], user=user)
    save_update(update=update, user=user, expected=update.revision, account=account)
    submit_update(update=update, user=user)
    return update


def states(update):
    return list(update.events.values_list("state", flat=True))


def test_the_way_from_a_draft_to_an_accepted_report(cast, choice):
    update = handed_in(cast, choice)
    assert (update.state, update.submitted_by) == (UpdateState.SUBMITTED, cast.alice)
    accept_update(update=update, user=cast.adviser, note="ดีมาก")
    update.refresh_from_db()
    assert (update.state, update.reviewed_by) == (UpdateState.ACCEPTED, cast.adviser)
    assert states(update) == ["draft", "submitted", "accepted"]
    assert update.events.last().note == "ดีมาก"
    assert list(update.history.order_by("history_id").values_list("state", flat=True)) == [
        "draft",
        "draft",
        "submitted",
        "accepted",
    ]


@pytest.mark.parametrize(
    "state", [ChoiceState.DRAFT, ChoiceState.SUBMITTED, ChoiceState.RETURNED, ChoiceState.WITHDRAWN]
)
def test_no_report_before_a_choice_is_confirmed(cast, state):
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, state=state)
    with pytest.raises(DomainError):
        start_update(choice=choice, period=cast.periods[0], user=cast.alice)
    assert not ProgressUpdate.objects.exists()


def test_a_second_tap_opens_the_same_report(cast, choice):
    first = start_update(choice=choice, period=cast.periods[0], user=cast.alice)
    assert start_update(choice=choice, period=cast.periods[0], user=cast.anna) == first
    assert states(first) == ["draft"]


def test_periods_that_cannot_be_reported(cast, choice):
    later = make.make_period(
        cast.agreement, 9, starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 31), due_on=date(2020, 2, 1)
    )
    with pytest.raises(DomainError):
        start_update(choice=choice, period=later, user=cast.alice)
    skip_period(period=cast.periods[1], participant=cast.town, user=cast.staff, reason="น้ำท่วมหนัก")
    with pytest.raises(DomainError):
        start_update(choice=choice, period=cast.periods[1], user=cast.alice)
    foreign = make.make_period(make.make_agreement("phase-3", current=False), 1)
    with pytest.raises(DomainError):
        start_update(choice=choice, period=foreign, user=cast.alice)
    with pytest.raises(DomainError):
        skip_period(period=foreign, participant=cast.town, user=cast.staff, reason="ไม่")
    with pytest.raises(PermissionDenied):
        skip_period(period=cast.periods[2], participant=cast.town, user=cast.alice, reason="ไม่")
    assert PeriodSkip.objects.count() == 1


def test_the_last_report_is_carried_forward_and_what_was_done_begins_empty(cast, choice):
    handed_in(cast, choice)
    update = start_update(choice=choice, period=cast.periods[1], user=cast.anna)
    assert (update.done, update.result, update.obstacles, update.next_step, update.percent) == (
        "",
        "เห็นระดับน้ำ",
        "ฝน",
        "ต่อข้อมูล",
        40,
    )


def test_an_empty_report_is_not_handed_in(cast, choice):
    update = start_update(choice=choice, period=cast.periods[0], user=cast.alice)
    with pytest.raises(DomainError):
        submit_update(update=update, user=cast.alice)
    assert ProgressUpdate.objects.get().state == UpdateState.DRAFT


def test_a_report_outside_the_agreements_period_needs_a_reason(cast, choice, monkeypatch):
    update = start_update(choice=choice, period=cast.periods[0], user=cast.alice)
    monkeypatch.setattr("pathways.services.updates.timezone.localdate", lambda: date(2020, 10, 1))
    save_update(update=update, user=cast.alice, expected=update.revision, account=TOLD)
    with pytest.raises(DomainError, match=r"\w"):
        submit_update(update=update, user=cast.alice)
    late = Account(done="x", percent=1, late_reason="ขยายเวลา")
    save_update(update=update, user=cast.alice, expected=update.revision, account=late)
    submit_update(update=update, user=cast.alice)
    assert update.state == UpdateState.SUBMITTED


def test_returned_with_notes_on_paragraphs_opens_exactly_those(cast, choice):
    update = handed_in(cast, choice)
    with pytest.raises(DomainError):
        return_update(update=update, user=cast.adviser, review=ReviewNote())
    return_update(update=update, user=cast.adviser, review=ReviewNote("ขอบคุณ", {"result": "ขอตัวเลข"}))
    assert open_paragraphs(update) == {"result"}
    with pytest.raises(DomainError):
        save_update(
            update=update, user=cast.alice, expected=update.revision, account=Account(**{**vars(TOLD), "done": "อื่น"})
        )
    assert ProgressUpdate.objects.get().done == TOLD.done
    update.refresh_from_db()
    mended = Account(**{**vars(TOLD), "result": "ทุก 15 นาที"})
    save_update(update=update, user=cast.alice, expected=update.revision, account=mended)
    submit_update(update=update, user=cast.alice)
    assert open_paragraphs(update) == frozenset()
    return_update(update=update, user=cast.staff, review=ReviewNote("ทั้งฉบับ"))
    assert "done" in open_paragraphs(update)


def test_nothing_is_changed_after_submission_or_acceptance(cast, choice):
    update = handed_in(cast, choice)
    evidence = make.make_evidence(update, by=cast.alice)
    for step in (None, lambda: accept_update(update=update, user=cast.staff)):
        if step:
            step()
        with pytest.raises(Conflict):
            save_update(update=update, user=cast.alice, expected=update.revision, account=Account(done="แก้"))
        with pytest.raises(Conflict):
            remove_evidence(evidence=evidence, user=cast.alice)
        with pytest.raises(Conflict):
            add_evidence(update=update, upload=SimpleUploadedFile("a.png", make.png()), user=cast.alice)
        with pytest.raises(Conflict):
            submit_update(update=update, user=cast.alice)
    assert ProgressUpdate.objects.get().done == TOLD.done
    assert Evidence.objects.count() == 1


def test_nobody_reviews_their_own_or_their_organisations_report(cast, choice):
    insider = make.make_staff(email="insider@example.org")
    Membership.objects.create(user=insider, role="coordinator", participant=cast.town, starts_on=make.SIGNED)
    update = handed_in(cast, choice, user=insider)
    for user in (insider, cast.alice, cast.anna, cast.mayor, cast.bob, cast.researcher, cast.finance):
        with pytest.raises(PermissionDenied):
            accept_update(update=update, user=user)
        with pytest.raises(PermissionDenied):
            return_update(update=update, user=user, review=ReviewNote("ไม่"))
    stranger = make.make_adviser(cast.other, email="stranger@example.org")
    with pytest.raises(PermissionDenied):
        accept_update(update=update, user=stranger)
    assert states(update) == ["draft", "submitted"]


def test_the_database_itself_refuses_self_acceptance(cast, choice):
    update = handed_in(cast, choice)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressUpdate.objects.filter(pk=update.pk).update(state="accepted", reviewed_by=cast.alice)


def test_three_times_nothing_changed_suggests_a_call(cast, choice):
    handed_in(cast, choice)
    for number in (1, 2):
        update = report_nothing_changed(choice=choice, period=cast.periods[number], user=cast.alice)
        assert (update.state, update.nothing_changed, update.percent) == (UpdateState.SUBMITTED, True, 40)
        assert not silent_for_long(choice)
    report_nothing_changed(choice=choice, period=cast.periods[3], user=cast.anna)
    assert silent_for_long(choice)
    handed_in(cast, choice, period=4)
    assert not silent_for_long(choice)


def test_nothing_changed_does_not_overwrite_what_was_written(cast, choice):
    update = start_update(choice=choice, period=cast.periods[0], user=cast.alice)
    save_update(update=update, user=cast.alice, expected=update.revision, account=TOLD)
    with pytest.raises(DomainError):
        report_nothing_changed(choice=choice, period=cast.periods[0], user=cast.anna)
    assert ProgressUpdate.objects.get().done == TOLD.done


def test_two_people_writing_one_report_do_not_overwrite_each_other(cast, choice):
    update = start_update(choice=choice, period=cast.periods[0], user=cast.alice)
    hers, theirs = ProgressUpdate.objects.get(), ProgressUpdate.objects.get()
    save_update(update=hers, user=cast.alice, expected=update.revision, account=TOLD)
    with pytest.raises(Stale):
        save_update(update=theirs, user=cast.anna, expected=update.revision, account=Account(done="ของแอนนา"))
    assert ProgressUpdate.objects.get().done == TOLD.done


def test_a_refused_file_leaves_everything_as_it_was(cast, choice):
    update = start_update(choice=choice, period=cast.periods[0], user=cast.alice)
    files = [SimpleUploadedFile("good.png", make.png()), SimpleUploadedFile("bad.png", make.png()[:20])]
    with pytest.raises(UploadRefused):
        save_update(update=update, user=cast.alice, expected=update.revision, account=TOLD, uploads=files)
    stored = ProgressUpdate.objects.get()
    assert (stored.done, stored.evidence.count()) == ("", 0)
    save_update(
        update=stored,
        user=cast.alice,
        expected=stored.revision,
        account=TOLD,
        uploads=[SimpleUploadedFile("ภาพ.png", make.png())],
    )
    assert stored.evidence.get().file.original_name == "ภาพ.png"
    remove_evidence(evidence=stored.evidence.get(), user=cast.anna)
    assert not Evidence.objects.exists()


def test_the_thread_is_for_the_writers_and_the_reviewers(cast, choice):
    update = handed_in(cast, choice)
    add_remark(update=update, user=cast.alice, note="ส่งเอกสารตามมา")
    add_remark(update=update, user=cast.adviser, note="รอดู")
    with pytest.raises(DomainError):
        add_remark(update=update, user=cast.alice, note="  ")
    for user in (cast.mayor, cast.bob, cast.researcher, cast.finance):
        with pytest.raises(PermissionDenied):
            add_remark(update=update, user=user, note="x")
    assert states(update) == ["draft", "submitted", "submitted", "submitted"]


@pytest.mark.parametrize("who", ["bob", "mayor", "adviser", "researcher", "finance"])
def test_only_own_coordinators_write(cast, choice, who):
    user = getattr(cast, who)
    update = make.make_update(choice, cast.periods[0], state=UpdateState.RETURNED, by=cast.alice)
    evidence = make.make_evidence(update, by=cast.alice)
    for step in (
        lambda: start_update(choice=choice, period=cast.periods[1], user=user),
        lambda: report_nothing_changed(choice=choice, period=cast.periods[1], user=user),
        lambda: save_update(update=update, user=user, expected=update.revision, account=TOLD),
        lambda: submit_update(update=update, user=user),
        lambda: add_evidence(update=update, upload=SimpleUploadedFile("a.png", make.png()), user=user),
        lambda: remove_evidence(evidence=evidence, user=user),
    ):
        with pytest.raises(PermissionDenied):
            step()
    assert ProgressUpdate.objects.get().state == UpdateState.RETURNED
    assert Evidence.objects.count() == 1
