"""Sign-in, sessions, the second factor and the wire: what trust.md says must hold."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from mou_portal.logs import JsonFormatter
from participants.middleware import SEEN, STARTED
from participants.models import User
from tests import factories as make

pytestmark = pytest.mark.django_db

PASSWORD = "smart-city-2562-quiet-river"


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def signed_in(client: Client) -> bool:
    return client.get(reverse("home")).status_code == 200


@pytest.fixture
def person() -> User:
    return make.make_coordinator(make.make_participant(), email="somchai@example.org", password=PASSWORD)


# --- the wire -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/home/", "/no/such/page", "/livez", "/privacy/", "/admin/"])
def test_every_answer_carries_its_policy(client: Client, path: str) -> None:
    answer = client.get(path)
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert "unsafe" not in answer["Content-Security-Policy"]
    for name in ("default-src", "script-src", "style-src", "font-src", "form-action", "connect-src"):
        assert policy[name] == "'self'"
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert policy[name] == "'none'"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_the_admin_site_is_under_the_same_policy(client: Client) -> None:
    client.force_login(make.make_admin())
    answer = client.get(reverse("admin:index"))
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]
    body = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", body)
    assert not re.search(r"\sstyle=|<style|\son\w+=", body)


def test_a_foreign_host_name_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    answer = client.get(reverse("account_reset_password"), headers={"host": "evil.example"})
    assert answer.status_code == 400


def test_a_form_from_elsewhere_is_refused(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    assert client.post(reverse("participants:agreement-select"), {"agreement": "x"}).status_code == 403


def test_one_is_not_led_away_after_signing_in(client: Client, person: User) -> None:
    answer = client.post(
        reverse("account_login"), {"login": person.email, "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]


# --- signing in -----------------------------------------------------------------------------


def test_the_address_may_be_typed_in_any_case(client: Client, person: User) -> None:
    assert sign_in(client, "Somchai@Example.org").status_code == 302
    assert signed_in(client)


def test_an_inactive_person_does_not_get_in(client: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)
    sign_in(client, person.email)
    assert not signed_in(client)


def test_a_person_made_inactive_is_out_at_once(client: Client, person: User) -> None:
    client.force_login(person)
    assert signed_in(client)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert not signed_in(client)


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    answer = client.post(
        reverse("account_signup"), {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer.status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()


def test_five_wrong_passwords_shut_the_account_for_a_while_and_no_other(client: Client, person: User) -> None:
    other = make.make_coordinator(make.make_participant(), email="other@example.org", password=PASSWORD)
    for _try in range(5):
        sign_in(client, person.email, "wrong-password-here")
    sign_in(client, person.email)
    assert not signed_in(client)
    # from the same address, another person of the same office still gets in
    sign_in(client, other.email)
    assert signed_in(client)


def test_tries_on_many_other_accounts_do_not_open_a_shut_one(client: Client, person: User) -> None:
    for _try in range(5):
        sign_in(client, person.email, "wrong-password-here")
    for number in range(400):  # as many counters as tries from several addresses leave
        cache.add(f"guess-{number}", 1, 300)
    for number in range(400):
        cache.add(f"~guess-{number}", 1, 300)
    sign_in(client, person.email)
    assert not signed_in(client)


@pytest.mark.parametrize(
    "path",
    ["/seminars/certificates/confirm/A%00/", "/seminars/feedback/A%00/", "/lessons/?kind=%00", "/lessons/?q=%00"],
)
def test_a_nul_in_an_address_is_no_error_of_the_server(client: Client, person: User, path: str) -> None:
    sign_in(client, person.email)
    assert client.get(path).status_code in (200, 404)


def test_pages_of_a_signed_in_person_are_kept_nowhere(client: Client, person: User) -> None:
    assert "Cache-Control" not in client.get("/").headers  # the same for everybody
    sign_in(client, person.email)
    for path in ("/home/", "/participants/", "/expenses/?export=csv"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"


def test_case_does_not_give_new_tries(client: Client, person: User) -> None:
    for email in (
        "somchai@example.org",
        "SOMCHAI@example.org",
        "Somchai@Example.org",
        "sOmchai@example.org",
        "somchaI@example.org",
    ):
        sign_in(client, email, "wrong-password-here")
    sign_in(client, person.email)
    assert not signed_in(client)


def test_one_address_that_tries_many_accounts_is_shut_out(client: Client, person: User) -> None:
    for number in range(60):
        sign_in(client, f"guess-{number}@example.org", "wrong-password-here")
    sign_in(client, person.email)
    assert not signed_in(client)


def test_behind_a_proxy_it_is_the_visitors_address_that_counts(
    client: Client, settings: Settings, person: User
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(60):
        forged = {"x-forwarded-for": f"198.51.100.{number}, 203.0.113.7"}  # the proxy adds the last one
        sign_in(client, f"guess-{number}@example.org", "wrong-password-here", headers=forged)
    sign_in(client, person.email, headers={"x-forwarded-for": "203.0.113.7"})
    assert not signed_in(client)
    sign_in(client, person.email, headers={"x-forwarded-for": "203.0.113.8"})
    assert signed_in(client)


def test_every_try_to_sign_in_is_logged_without_what_was_typed(client: Client, person: User, caplog: Any) -> None:
    caplog.set_level("INFO", logger="participants.sign_in")
    sign_in(client, "nobody@example.org", "wrong-password-here")
    sign_in(client, person.email, "wrong-password-here")
    sign_in(client, person.email)
    assert [record.getMessage() for record in caplog.records if record.name == "participants.sign_in"] == [
        "Sign-in refused: account None, address 127.0.0.1",
        f"Sign-in refused: account {person.pk}, address 127.0.0.1",
        f"Signed in: account {person.pk} by password, address 127.0.0.1",
    ]
    assert "wrong-password-here" not in caplog.text
    assert person.email not in caplog.text


# --- what strangers can find out ------------------------------------------------------------


def told(answer: Any, email: str) -> str:
    """What a page says, less what differs in every answer."""
    body = answer.content.decode().replace(email, "ADDRESS")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body)


def test_sign_in_does_not_tell_who_has_an_account(client: Client, person: User) -> None:
    known, unknown = (
        sign_in(client, person.email, "wrong-one-1234"),
        sign_in(Client(), "nobody@example.org", "wrong-one-1234"),
    )
    assert known.status_code == unknown.status_code == 200
    assert told(known, person.email) == told(unknown, "nobody@example.org")


def test_password_reset_does_not_tell_who_has_an_account(client: Client, person: User) -> None:
    page = reverse("account_reset_password")
    known, unknown = client.post(page, {"email": person.email}), Client().post(page, {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [[person.email]]


def reset_link(client: Client, person: User) -> str:
    client.post(reverse("account_reset_password"), {"email": person.email})
    found = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


NEW_PASSWORD = "another-quiet-river-99"


def set_password(client: Client, link: str, password: str = NEW_PASSWORD) -> None:
    shown = client.get(link)
    if shown.status_code == 302:
        client.post(shown["Location"], {"password1": password, "password2": password})


def test_a_reset_link_is_good_once(client: Client, person: User) -> None:
    link = reset_link(client, person)
    set_password(client, link)
    person.refresh_from_db()
    assert person.check_password("another-quiet-river-99")
    set_password(Client(), link, "a-third-quiet-river-77")
    person.refresh_from_db()
    assert person.check_password("another-quiet-river-99")


def test_a_reset_link_is_good_for_an_hour(client: Client, person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    link = reset_link(client, person)
    real = PasswordResetTokenGenerator._now
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: real(self) + timedelta(minutes=61))
    set_password(client, link)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: real(self) + timedelta(minutes=59))
    set_password(Client(), link)
    person.refresh_from_db()
    assert person.check_password("another-quiet-river-99")


@pytest.mark.parametrize("weak", ["short-one", "password1234", "somchai@example.org"])
def test_a_weak_password_is_refused(client: Client, person: User, weak: str) -> None:
    set_password(client, reset_link(client, person), weak)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


# --- sessions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("started", "seen", "stays"),
    [
        (timedelta(hours=11, minutes=59), timedelta(), True),
        (timedelta(hours=12, minutes=1), timedelta(), False),
        (timedelta(hours=4), timedelta(hours=2, minutes=59), True),
        (timedelta(hours=4), timedelta(hours=3, minutes=1), False),
    ],
    ids=["before 12 hours", "after 12 hours", "idle for less than 3", "idle for more than 3"],
)
def test_a_session_ends(client: Client, person: User, started: timedelta, seen: timedelta, stays: bool) -> None:
    client.force_login(person)
    assert signed_in(client)
    session, now = client.session, timezone.now()
    session[STARTED], session[SEEN] = (now - started).isoformat(), (now - seen).isoformat()
    session.save()
    assert signed_in(client) is stays
    assert signed_in(client) is stays  # and does not come back


def test_signing_in_gives_a_new_session(client: Client, person: User) -> None:
    client.get(reverse("account_login"))
    before = client.cookies.get("sessionid")
    sign_in(client, person.email)
    after = client.cookies["sessionid"]
    assert before is None or before.value != after.value
    assert after["httponly"]
    assert after["samesite"] == "Lax"


def test_signing_out_ends_the_session_on_the_server(client: Client, person: User) -> None:
    client.force_login(person)
    kept = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert not signed_in(thief)


def test_a_new_password_ends_the_sessions_on_other_devices(client: Client, person: User) -> None:
    other = Client()
    sign_in(client, person.email)
    sign_in(other, person.email)
    assert signed_in(other)
    given = {"oldpassword": PASSWORD, "password1": PASSWORD + "-new", "password2": PASSWORD + "-new"}
    wrong = client.post(reverse("account_change_password"), given | {"oldpassword": "wrong-one-1234"})
    assert wrong.status_code == 200  # the current one is asked for
    assert signed_in(other)
    client.post(reverse("account_change_password"), given)
    assert signed_in(client)
    assert not signed_in(other)


def test_a_refusal_is_logged_with_person_and_path(client: Client, person: User, caplog: Any) -> None:
    client.force_login(person)
    assert client.get(reverse("check-list")).status_code == 403
    line = json.loads(JsonFormatter().format(caplog.records[-1]))
    assert (line["user"], line["path"], line["method"], line["level"]) == (person.pk, "/checks/", "GET", "WARNING")
    assert line["time"].endswith("+00:00")


# --- staff ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["home", "admin:index", "participants:participant-list", "report-list"])
def test_staff_without_a_second_factor_are_led_to_set_one_up(client: Client, settings: Settings, path: str) -> None:
    settings.STAFF_SECOND_FACTOR = True
    staff = make.make_staff()
    client.force_login(staff)
    answer = client.get(reverse(path))
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))
    assert client.get(reverse("mfa_index")).status_code == 200
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get(reverse(path)).status_code == 200


def test_portal_people_may_work_without_one(client: Client, settings: Settings, person: User) -> None:
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(person)
    assert signed_in(client)


def test_the_right_password_alone_does_not_sign_in_who_has_a_second_factor(client: Client, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    staff = make.make_staff(email="staff@example.org", password=PASSWORD)
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    answer = sign_in(client, staff.email)
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert not signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not signed_in(client)


def test_is_staff_without_a_group_opens_nothing(client: Client) -> None:
    client.force_login(make.make_user(is_staff=True))
    assert client.get(reverse("admin:index")).status_code == 302
    assert client.get(reverse("admin:login")).status_code == 403
    for page in ("changelist", "add", "import", "export"):
        assert client.get(reverse(f"admin:participants_localgovernment_{page}")).status_code == 302


def test_the_admin_site_has_no_sign_in_of_its_own(client: Client) -> None:
    admin = make.make_admin(email="admin@example.org", password=PASSWORD)
    client.force_login(make.make_staff())
    client.post(reverse("admin:login"), {"username": admin.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] != str(admin.pk)
    anonymous = Client().get(reverse("admin:login"), {"next": "https://evil.example/"})
    assert anonymous["Location"] == f"{reverse('account_login')}?next=%2Fadmin%2F"


# --- who has no part in anything ------------------------------------------------------------

PLAIN_PAGES = [
    "home",
    "participants:participant-list",
    "pathways:pathway-matrix",
    "pathways:choice-list",
    "pathways:update-list",
    "seminars:seminar-list",
    "seminars:visit-list",
    "seminars:presentation-list",
    "expenses:expense-list",
    "expenses:balance-list",
    "report-list",
]


@pytest.mark.parametrize("path", PLAIN_PAGES)
def test_a_person_whose_role_ended_sees_empty_pages(client: Client, path: str) -> None:
    party = make.make_participant()
    former = make.make_coordinator(party, ends_on=timezone.localdate() - timedelta(days=1))
    client.force_login(former)
    answer = client.get(reverse(path))
    assert answer.status_code in (200, 404)  # an empty page, or none without an agreement
    assert party.name_th not in answer.content.decode()


@pytest.mark.parametrize("path", [*PLAIN_PAGES, "admin:index"])
def test_a_portal_without_an_agreement_answers_staff(client: Client, path: str) -> None:
    client.force_login(make.make_admin())
    assert client.get(reverse(path)).status_code in (200, 404)


def test_a_portal_without_an_agreement_answers_everybody(client: Client) -> None:
    assert client.get("/").status_code == 200
