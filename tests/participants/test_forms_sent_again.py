"""Sent twice: a session that ended gives its text back to its own person alone, a form's token makes one row."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.cache import SessionStore
from django.test import Client, RequestFactory
from django.urls import reverse

from participants.models import Agreement, User
from participants.once import once
from tests import factories as make

pytestmark = pytest.mark.django_db


# --- a session that ended ---------------------------------------------------------------------------
def given_back(client: Client, person: User) -> str:
    """What a person reads who signs in in this browser and opens the form."""
    client.force_login(person)
    answer = client.get(reverse("lessons:lesson-create"))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("next_one", ["the same person", "somebody else"])
def test_typed_text_is_given_back_to_its_own_person_alone(next_one: str) -> None:
    agreement = make.make_agreement()
    alice, bob = make.make_researcher(agreement), make.make_researcher(agreement)
    client = Client()
    client.force_login(alice)
    assert client.get("/home/").status_code == 200
    del client.cookies[settings.SESSION_COOKIE_NAME]  # the session is over
    sent = client.post(reverse("lessons:lesson-create"), {"situation": "Alice's own words", "password": "a secret"})
    assert sent.status_code == 302
    page = given_back(client, alice if next_one == "the same person" else bob)
    assert ("own words" in page) is (next_one == "the same person")
    assert "a secret" not in page
    assert "own words" not in given_back(client, alice)  # once, and not after somebody else sat here


# --- a form's token ---------------------------------------------------------------------------------
def send(user: User, token: str, code: str) -> str:
    """Where a person is led who sends a form with a token; the form makes an agreement."""
    request = RequestFactory().post("/", {"form_token": token})
    request.user, request.session = user, SessionStore()
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]  # as the middleware does
    return str(once(request, lambda: made(code))["Location"])


def made(code: str) -> str:
    """Make an agreement and give its address."""
    make.make_agreement(code, current=False)
    return f"/{code}/"


def test_a_token_makes_one_row_for_its_own_person() -> None:
    alice, bob = make.make_staff(), make.make_staff()
    token = uuid.uuid4().hex
    assert send(alice, token, "first") == "/first/"
    assert send(alice, token, "second") == "/first/"  # a double tap
    assert send(bob, token, "third") == "/third/"  # another person's token is as good as none
    assert send(bob, "no token", "fourth") == "/fourth/"
    assert set(Agreement.objects.values_list("code", flat=True)) == {"first", "third", "fourth"}
