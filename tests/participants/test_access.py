"""What a person is on a day: roles that begin and end, groups, and nobody at all."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from participants.access import NOBODY, access_of, forget_access
from participants.life import AgreementStatus, status_on, within
from participants.models import Agreement, Participant, PartyDocument, User
from tests import factories as make

DAY = date(2020, 3, 1)


@pytest.mark.django_db
def test_strangers_and_inactive_people_are_nobody() -> None:
    coordinator = make.make_coordinator(make.make_participant(), is_active=False)
    assert access_of(AnonymousUser()) is NOBODY
    assert access_of(coordinator) is NOBODY
    assert access_of(None) is NOBODY


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (date(2020, 3, 1), None, True),
        (date(2020, 3, 2), None, False),
        (date(2020, 1, 1), date(2020, 3, 1), True),
        (date(2020, 1, 1), date(2020, 2, 29), False),
    ],
    ids=["from today", "from tomorrow", "until today", "until yesterday"],
)
def test_a_role_holds_from_day_to_day(starts_on: date, ends_on: date | None, holds: bool) -> None:
    party = make.make_participant()
    person = make.make_coordinator(party, starts_on=starts_on, ends_on=ends_on)
    access = access_of(person, DAY)
    assert (party.pk in access.coordinates) is holds
    assert (party.agreement_id in access.agreement_ids) is holds


@pytest.mark.django_db
def test_each_role_reaches_its_own() -> None:
    one, other = make.make_participant(), make.make_participant()
    executive, adviser = make.make_executive(one), make.make_adviser(one)
    researcher = make.make_researcher(one.agreement)
    assert access_of(executive).heads == access_of(executive).own == {one.pk}
    assert access_of(adviser).advises == {one.pk}
    assert access_of(researcher).researches == {one.agreement_id}
    for user, seen in ((executive, {one}), (adviser, {one}), (researcher, {one, other})):
        assert set(Participant.objects.visible_to(user)) == seen


@pytest.mark.django_db
def test_an_assignment_that_ended_gives_nothing() -> None:
    party = make.make_participant()
    adviser = make.make_adviser(party)
    adviser.adviser_assignments.update(ends_on=date(2020, 2, 29))
    forget_access(adviser)
    assert access_of(adviser, DAY).advises == frozenset()


@pytest.mark.django_db
def test_staff_are_what_their_groups_say() -> None:
    programme, finance = access_of(make.make_staff()), access_of(make.make_staff("finance_staff"))
    admin, bare = access_of(make.make_admin()), access_of(make.make_user(is_staff=True))
    assert (programme.programme, programme.finance, programme.staff) == (True, False, True)
    assert (finance.programme, finance.finance, finance.staff) == (False, True, True)
    assert admin.administrator
    assert admin.programme
    assert admin.finance
    assert not bare.staff


@pytest.mark.django_db
def test_a_group_without_the_staff_flag_gives_nothing() -> None:
    former = make.make_staff()
    User.objects.filter(pk=former.pk).update(is_staff=False)
    assert not access_of(User.objects.get(pk=former.pk)).staff


@pytest.mark.django_db
def test_access_is_worked_out_once(django_assert_num_queries: Any) -> None:
    person = make.make_coordinator(make.make_participant())
    with django_assert_num_queries(1):
        access_of(person)
    with django_assert_num_queries(0):
        access_of(person)
    forget_access(person)
    with django_assert_num_queries(1):
        access_of(person)


@pytest.mark.django_db
def test_agreements_are_listed_as_they_are_seen() -> None:
    party = make.make_participant()
    later, other = make.make_agreement("later", current=False, phase=3), make.make_agreement("other", current=False)
    both = make.make_coordinator(party)
    both.memberships.create(role="researcher", agreement=later, starts_on=date(2020, 1, 1))
    people = [both, make.make_researcher(other), make.make_staff(), make.make_user(), AnonymousUser()]
    seen = [Agreement.objects.listed_for(person) for person in people]
    assert seen == [list(Agreement.objects.visible_to(person)) for person in people]
    assert [len(one) for one in seen] == [2, 1, 3, 0, 0]
    assert seen[2][0].ends_on == party.agreement.ends_on


@pytest.mark.django_db
def test_documents_of_an_agreement_are_for_all_who_have_a_part_in_it() -> None:
    party = make.make_participant()
    staff, coordinator = make.make_staff(), make.make_coordinator(party)
    common = make.make_document(party.agreement, staff)
    own = make.make_document(party.agreement, staff, participant=party)
    foreign = make.make_document(party.agreement, staff, participant=make.make_participant())
    assert set(PartyDocument.objects.visible_to(coordinator)) == {common, own}
    assert set(PartyDocument.objects.visible_to(make.make_researcher(party.agreement))) == {common, own, foreign}
    outsider = make.make_coordinator(make.make_participant(agreement=make.make_agreement("other", current=False)))
    assert not PartyDocument.objects.visible_to(outsider).exists()
    assert set(Agreement.objects.visible_to(outsider)) == {outsider.memberships.get().participant.agreement}


# --- the life of an agreement (clause 3) ----------------------------------------------------


@pytest.mark.parametrize(
    ("day", "starts_on", "status"),
    [
        (date(2019, 6, 16), None, AgreementStatus.DRAFT),
        (date(2019, 6, 17), None, AgreementStatus.IN_FORCE),
        (date(2020, 9, 30), None, AgreementStatus.IN_FORCE),
        (date(2020, 10, 1), None, AgreementStatus.ENDED),
        (date(2019, 6, 17), date(2019, 7, 1), AgreementStatus.SIGNED),
        (date(2019, 7, 1), date(2019, 7, 1), AgreementStatus.IN_FORCE),
    ],
)
def test_status_of_an_agreement(day: date, starts_on: date | None, status: AgreementStatus) -> None:
    found = status_on(day, signed_on=date(2019, 6, 17), starts_on=starts_on, ends_on=date(2020, 9, 30))
    assert found is status


def test_an_unsigned_agreement_is_a_draft() -> None:
    assert status_on(DAY, signed_on=None, starts_on=None, ends_on=DAY) is AgreementStatus.DRAFT


def test_both_ends_of_the_period_are_within() -> None:
    first, last = date(2019, 6, 17), date(2020, 9, 30)
    days = [date(2019, 6, 16), first, last, date(2020, 10, 1)]
    assert [within(day, starts_on=first, ends_on=last) for day in days] == [False, True, True, False]
