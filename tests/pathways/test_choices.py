"""The life of a choice (clause 2.1), step by step."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from mou_portal.records import Conflict, DomainError, Stale
from participants.models import Membership
from pathways.comparing import compare
from pathways.models import ChoiceState, ChoiceVersion, PathwayChoice
from pathways.services import (
    confirm_choice,
    propose_change,
    return_choice,
    save_choice_version,
    start_choice,
    submit_choice,
    withdraw_choice,
)
from tests import factories as make


def start(cast, declaration, user=None, pathway=0):
    choice = start_choice(
        participant=cast.town, pathway=cast.pathways[pathway], user=user or cast.alice, declaration=declaration
    )
    return choice.versions.get()


def test_the_way_from_a_draft_to_a_confirmed_choice(cast, declaration):
    version = start(cast, declaration)
    assert (version.state, version.number, version.created_by) == (ChoiceState.DRAFT, 1, cast.alice)
    submit_choice(version=version, user=cast.anna)
    assert (version.state, version.submitted_by) == (ChoiceState.SUBMITTED, cast.anna)
    confirm_choice(version=version, user=cast.staff)
    version.refresh_from_db()
    assert (version.state, version.decided_by) == (ChoiceState.CONFIRMED, cast.staff)
    assert list(PathwayChoice.objects.all().confirmed()) == [version.choice]
    states = list(version.history.order_by("history_id").values_list("state", flat=True))
    assert states == ["draft", "submitted", "confirmed"]


def test_texts_are_stored_in_one_spelling(cast, declaration):
    version = start(cast, replace(declaration, reason="  เเก้ปัญหานํ้า  "))
    assert version.reason == "แก้ปัญหาน้ำ"


def test_a_pathway_is_chosen_once(cast, declaration):
    start(cast, declaration)
    with pytest.raises(Conflict):
        start(cast, declaration)
    assert PathwayChoice.objects.count() == 1


@pytest.mark.parametrize("who", ["bob", "mayor", "adviser", "researcher", "staff", "finance"])
def test_only_own_coordinators_choose(cast, declaration, who):
    with pytest.raises(PermissionDenied):
        start(cast, declaration, user=getattr(cast, who))
    assert not PathwayChoice.objects.exists()


def test_a_pathway_of_another_agreement_is_refused(cast, declaration):
    other = make.make_agreement("phase-3", current=False)
    pathway = make.make_pathway(other, 1)
    with pytest.raises(DomainError):
        start_choice(participant=cast.town, pathway=pathway, user=cast.alice, declaration=declaration)


@pytest.mark.parametrize(
    "wrong",
    [
        {"chosen_on": date(2019, 12, 2)},  # tomorrow
        {"chosen_on": date(2019, 6, 16)},  # before the signing, and no reason
        {"dimensions": ("magic",)},
        {"reason": "   "},
    ],
)
def test_a_declaration_that_cannot_be_is_refused_whole(cast, declaration, wrong):
    with pytest.raises(DomainError) as caught:
        start(cast, replace(declaration, **wrong))
    assert str(caught.value)
    assert not PathwayChoice.objects.exists()


def test_a_day_outside_the_period_needs_a_reason(cast, declaration):
    version = start(cast, replace(declaration, chosen_on=date(2019, 6, 1), late_reason="มติก่อนลงนาม"))
    assert version.late_reason == "มติก่อนลงนาม"


def test_a_returned_version_carries_its_note_and_can_be_handed_in_again(cast, declaration):
    version = start(cast, declaration)
    submit_choice(version=version, user=cast.alice)
    with pytest.raises(DomainError):
        return_choice(version=version, user=cast.staff, note="  ")
    return_choice(version=version, user=cast.staff, note="ขอเลขที่หนังสือ")
    assert (version.state, version.return_note) == (ChoiceState.RETURNED, "ขอเลขที่หนังสือ")
    save_choice_version(
        version=version,
        user=cast.anna,
        expected=version.revision,
        declaration=replace(declaration, document_number="กบ 1/2562"),
    )
    submit_choice(version=version, user=cast.anna)
    confirm_choice(version=version, user=cast.staff)
    assert version.return_note == ""


def test_a_version_that_was_handed_in_is_not_edited(cast, declaration):
    version = start(cast, declaration)
    stale = ChoiceVersion.objects.get()
    submit_choice(version=version, user=cast.alice)
    for row in (version, stale):
        with pytest.raises(Conflict):
            save_choice_version(
                version=row, user=cast.alice, expected=version.revision, declaration=replace(declaration, reason="ใหม่")
            )
    stored = ChoiceVersion.objects.get()
    assert (stored.state, stored.reason) == (ChoiceState.SUBMITTED, declaration.reason)


def test_two_people_editing_one_version_do_not_overwrite_each_other(cast, declaration):
    version = start(cast, declaration)
    hers, theirs = ChoiceVersion.objects.get(), ChoiceVersion.objects.get()
    save_choice_version(
        version=hers, user=cast.alice, expected=version.revision, declaration=replace(declaration, reason="ของอลิซ")
    )
    with pytest.raises(Stale) as caught:
        save_choice_version(
            version=theirs,
            user=cast.anna,
            expected=version.revision,
            declaration=replace(declaration, reason="ของแอนนา"),
        )
    assert caught.value.current.reason == "ของอลิซ"
    assert ChoiceVersion.objects.get().reason == "ของอลิซ"


def confirmed(cast, declaration):
    version = start(cast, declaration)
    submit_choice(version=version, user=cast.alice)
    confirm_choice(version=version, user=cast.staff)
    return version


def test_a_change_is_a_new_version_that_replaces_the_old_when_confirmed(cast, declaration):
    first = confirmed(cast, declaration)
    with pytest.raises(DomainError):
        propose_change(choice=first.choice, user=cast.alice, change_reason=" ")
    second = propose_change(choice=first.choice, user=cast.alice, change_reason="งบประมาณเปลี่ยน")
    assert (second.number, second.state, second.reason) == (2, ChoiceState.DRAFT, first.reason)
    with pytest.raises(Conflict):
        propose_change(choice=first.choice, user=cast.anna, change_reason="อีกครั้ง")
    save_choice_version(
        version=second,
        user=cast.alice,
        expected=second.revision,
        declaration=replace(declaration, expected_result="แจ้งเตือนในสิบนาที"),
        change_reason="งบประมาณเปลี่ยน",
    )
    assert first.choice.current_version == first
    submit_choice(version=second, user=cast.alice)
    confirm_choice(version=second, user=cast.staff)
    first.refresh_from_db()
    assert (first.state, second.state) == (ChoiceState.SUPERSEDED, ChoiceState.CONFIRMED)
    assert [(one.old, one.new) for one in compare(first, second)] == [("แจ้งเตือนได้ทัน", "แจ้งเตือนในสิบนาที")]


def test_the_database_itself_holds_one_confirmed_version(cast, declaration):
    first = confirmed(cast, declaration)
    second = propose_change(choice=first.choice, user=cast.alice, change_reason="เหตุผล")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChoiceVersion.objects.filter(pk=second.pk).update(
            state=ChoiceState.CONFIRMED, decided_by=cast.staff, decided_at="2019-12-01T00:00Z"
        )


def test_nobody_confirms_what_they_wrote_or_what_is_their_own_organisations(cast, declaration):
    version = start(cast, declaration)
    submit_choice(version=version, user=cast.alice)
    insider = make.make_staff(email="insider@example.org")
    Membership.objects.create(user=insider, role="coordinator", participant=cast.town, starts_on=make.SIGNED)
    for user in (cast.alice, cast.bob, cast.mayor, cast.adviser, cast.researcher, cast.finance, insider):
        with pytest.raises(PermissionDenied):
            confirm_choice(version=version, user=user)
        with pytest.raises(PermissionDenied):
            return_choice(version=version, user=user, note="ไม่")
    assert ChoiceVersion.objects.get().state == ChoiceState.SUBMITTED


def test_withdrawing_and_choosing_again(cast, declaration):
    version = confirmed(cast, declaration)
    with pytest.raises(PermissionDenied):
        withdraw_choice(version=version, user=cast.alice, note="เลิก")
    with pytest.raises(DomainError):
        withdraw_choice(version=version, user=cast.staff)
    withdraw_choice(version=version, user=cast.staff, note="ขอยุติตามหนังสือ")
    assert not PathwayChoice.objects.all().confirmed().exists()
    again = propose_change(choice=version.choice, user=cast.alice, change_reason="กลับมาดำเนินการ")
    assert again.number == 2
    withdraw_choice(version=again, user=cast.alice)
    assert again.state == ChoiceState.WITHDRAWN
    with pytest.raises(Conflict):
        submit_choice(version=again, user=cast.alice)
