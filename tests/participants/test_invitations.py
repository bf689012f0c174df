"""Invitations: who may send them, and the link that is good once, for its address, for its days."""

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mou_portal.records import DomainError
from participants.access import access_of
from participants.models import Invitation, Participant, User
from participants.services import accept_invitation, check_invitation, invite, open_invitation, revoke_invitation
from tests import factories as make

pytestmark = pytest.mark.django_db

PASSWORD = "smart-city-2562-quiet-river"


@pytest.fixture
def party() -> Participant:
    return make.make_participant()


def wanted(party: Participant, **fields: Any) -> Invitation:
    values = {"email": "new@example.org", "name_th": "ผู้มาใหม่", "role": "coordinator", "participant": party, **fields}
    return Invitation(**values)


def sent_link(party: Participant, capture: Any, **fields: Any) -> str:
    """Send an invitation and read the link in the letter."""
    with capture(execute=True):
        invite(invitation=wanted(party, **fields), user=make.make_staff())
    found = re.search(r"https?://[^/\s]+(/participants/invitations/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def fill(**more: str) -> dict[str, str]:
    return {"name_th": "ผู้มาใหม่", "password": PASSWORD, "password_again": PASSWORD, "accepts": "on", **more}


# --- who may invite -------------------------------------------------------------------------


def test_programme_staff_invite_portal_people_and_administrators_staff(party: Participant) -> None:
    staff_place = {"role": "", "participant": None, "staff_group": "programme_staff"}
    for user in (make.make_coordinator(party), make.make_staff("finance_staff"), make.make_researcher(party.agreement)):
        with pytest.raises(PermissionDenied):
            invite(invitation=wanted(party), user=user)
    with pytest.raises(PermissionDenied):
        invite(invitation=wanted(party, **staff_place), user=make.make_staff())
    assert not Invitation.objects.exists()
    invite(invitation=wanted(party), user=make.make_staff())
    invite(invitation=wanted(party, **staff_place), user=make.make_admin())
    assert Invitation.objects.count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "adviser"},
        {"role": "coordinator", "participant": None},
        {"role": "", "participant": None},
        {"role": "", "participant": None, "staff_group": "emperors"},
        {"email": "not-an-address"},
        {"role": "emperor"},
    ],
    ids=["adviser in a party", "coordinator nowhere", "nothing", "unknown group", "no address", "unknown role"],
)
def test_role_and_place_must_fit(party: Participant, fields: dict[str, Any]) -> None:
    with pytest.raises(DomainError):
        check_invitation(wanted(party, **fields), make.make_admin())
    assert not Invitation.objects.exists()


def test_one_open_invitation_for_an_address_and_a_role(party: Participant) -> None:
    staff = make.make_staff()
    first = invite(invitation=wanted(party), user=staff)
    with pytest.raises(DomainError):
        invite(invitation=wanted(party, email="New@Example.org"), user=staff)
    revoke_invitation(invitation=first, user=staff)
    invite(invitation=wanted(party), user=staff)


# --- the link -------------------------------------------------------------------------------


def test_the_link_makes_an_account_with_the_role(
    client: Client, party: Participant, django_capture_on_commit_callbacks: Any
) -> None:
    link = sent_link(party, django_capture_on_commit_callbacks)
    assert mail.outbox[-1].to == ["new@example.org"]
    assert client.get(link).status_code == 200
    answer = client.post(link, fill())
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_login"))
    person = User.objects.get(email="new@example.org")
    assert access_of(person).coordinates == {party.pk}
    assert person.check_password(PASSWORD)
    assert not person.is_staff
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert client.get(reverse("home")).status_code == 200  # the notice was read on the way in


def test_the_token_itself_is_stored_nowhere(party: Participant, django_capture_on_commit_callbacks: Any) -> None:
    token = sent_link(party, django_capture_on_commit_callbacks).rstrip("/").rsplit("/", 1)[-1]
    invitation = Invitation.objects.get()
    assert invitation.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert open_invitation(token) == invitation
    assert open_invitation(invitation.token_hash) is None


def test_the_link_is_good_once(client: Client, party: Participant, django_capture_on_commit_callbacks: Any) -> None:
    link = sent_link(party, django_capture_on_commit_callbacks)
    client.post(link, fill())
    assert client.get(link).status_code == 404
    assert client.post(link, fill(password="another-quiet-river-99")).status_code == 404
    assert User.objects.get(email="new@example.org").check_password(PASSWORD)


def test_of_two_who_send_it_at_once_one_gets_in(party: Participant) -> None:
    invitation = make.make_invitation(make.make_staff(), role="coordinator", participant=party)
    seen_by_both = Invitation.objects.get(pk=invitation.pk)
    accept_invitation(invitation=invitation, password=PASSWORD, name_th="คนแรก")
    with pytest.raises(DomainError):
        accept_invitation(invitation=seen_by_both, password="another-quiet-river-99", name_th="คนที่สอง")
    assert User.objects.get(email=invitation.email).name_th == "คนแรก"


@pytest.mark.parametrize("how", ["revoked", "run out"])
def test_a_link_that_holds_no_more_opens_nothing(
    client: Client, party: Participant, django_capture_on_commit_callbacks: Any, how: str
) -> None:
    link = sent_link(party, django_capture_on_commit_callbacks)
    invitation = Invitation.objects.get()
    if how == "revoked":
        revoke_invitation(invitation=invitation, user=make.make_staff())
    else:
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(link).status_code == 404
    assert client.post(link, fill()).status_code == 404
    assert not User.objects.filter(email="new@example.org").exists()


def test_an_unknown_link_opens_nothing(client: Client) -> None:
    assert client.get(reverse("participants:invitation-accept", args=["guess"])).status_code == 404


def test_the_address_is_the_invitations_whatever_the_form_says(
    client: Client, party: Participant, django_capture_on_commit_callbacks: Any
) -> None:
    link = sent_link(party, django_capture_on_commit_callbacks)
    client.post(link, fill(email="thief@example.org", is_staff="on", role="researcher"))
    assert not User.objects.filter(email="thief@example.org").exists()
    person = User.objects.get(email="new@example.org")
    assert (person.is_staff, [one.role for one in person.memberships.all()]) == (False, ["coordinator"])


def test_who_has_an_account_keeps_it_and_its_password(
    client: Client, party: Participant, django_capture_on_commit_callbacks: Any
) -> None:
    known = make.make_user("new@example.org", password=PASSWORD)
    link = sent_link(party, django_capture_on_commit_callbacks)
    for guess in range(6):
        wrong = f"somebody-elses-guess-{guess}"
        answer = client.post(link, fill(password=wrong, password_again=wrong))
        assert not known.memberships.exists()
    assert "ห้านาที" in answer.content.decode()  # five tries, then five minutes' rest, even with the right one
    client.post(link, fill())
    assert not known.memberships.exists()
    cache.clear()
    client.post(link, fill())
    known.refresh_from_db()
    assert known.check_password(PASSWORD)
    assert known.memberships.get().participant == party


@pytest.mark.parametrize(
    "wrong",
    [{"password": "short", "password_again": "short"}, {"password_again": "another"}, {"accepts": ""}, {"name_th": ""}],
    ids=["weak", "two passwords", "notice not read", "no name"],
)
def test_a_form_that_is_not_whole_makes_nothing(
    client: Client, party: Participant, django_capture_on_commit_callbacks: Any, wrong: dict[str, str]
) -> None:
    link = sent_link(party, django_capture_on_commit_callbacks)
    assert client.post(link, fill(**wrong)).status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()
    assert Invitation.objects.get().accepted_at is None  # and the link is still good


def test_a_weak_password_leaves_the_invitation_open(party: Participant) -> None:
    invitation = make.make_invitation(make.make_staff(), role="coordinator", participant=party)
    with pytest.raises(ValidationError):
        accept_invitation(invitation=invitation, password="short", name_th="ก")
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_staff_by_invitation_get_their_group_and_no_more(party: Participant) -> None:
    invitation = make.make_invitation(make.make_admin(), staff_group="finance_staff")
    person = accept_invitation(invitation=invitation, password=PASSWORD, name_th="ฝ่ายการเงิน")
    access = access_of(person)
    assert (access.finance, access.programme, person.is_superuser) == (True, False, False)


def test_revoking_is_for_those_who_may_invite_and_for_open_ones(party: Participant) -> None:
    staff = make.make_staff()
    invitation = make.make_invitation(staff, role="coordinator", participant=party)
    with pytest.raises(PermissionDenied):
        revoke_invitation(invitation=invitation, user=make.make_coordinator(party))
    accept_invitation(invitation=invitation, password=PASSWORD, name_th="ก")
    with pytest.raises(DomainError):
        revoke_invitation(invitation=invitation, user=staff)


def test_both_steps_are_in_the_history(party: Participant) -> None:
    invitation = make.make_invitation(make.make_staff(), role="coordinator", participant=party)
    accept_invitation(invitation=invitation, password=PASSWORD, name_th="ก")
    newest = invitation.history.first()
    assert newest.accepted_at is not None
    assert newest.accepted_by is not None
