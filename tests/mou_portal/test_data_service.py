"""The data service: keys, scopes, the rows of a key's owner, pages, marks, errors in the caller's language."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mou_portal import registry
from mou_portal.records import DomainError
from participants.data_tokens import MOST_KEYS, give_token, open_token, revoke_token
from participants.models import DataScope, DataToken, LocalGovernment, Participant
from tests import factories as make
from tests.world import World

pytestmark = pytest.mark.django_db
AGREEMENT = "/api/v1/agreements/kpi-smart-city-2/"
LISTS = ("parties", "pathways", "ledger", "lessons")


def ask(url: str, secret: str = "", language: str = "en", **headers: str) -> Any:
    if secret:
        headers["Authorization"] = f"Bearer {secret}"
    return Client().get(url, headers={"Accept-Language": language, **headers})


def key_of(user: Any, **fields: Any) -> str:
    secret = f"secret-of-{user.pk}-{DataToken.objects.count()}"
    make.make_data_token(user, secret=secret, **fields)
    return secret


@pytest.mark.parametrize(
    ("actor", "sees"),
    [
        ("coordinator_a", {"town-a"}),
        ("executive_a", {"town-a"}),
        ("coordinator_b", {"town-b"}),
        ("adviser", {"town-a"}),
        ("researcher", {"town-a", "town-b"}),
        ("finance", {"town-a", "town-b"}),
        ("programme", {"town-a", "town-b"}),
    ],
)
def test_a_key_opens_the_rows_that_its_owner_sees(world: World, actor: str, sees: set[str]) -> None:
    user = world.actor(actor)
    secret = key_of(user)
    codes = {one["code"] for one in ask(AGREEMENT + "parties", secret).json()["items"]}
    assert codes == sees == {one.code for one in Participant.objects.visible_to(user).filter(agreement=world.agreement)}
    ledger = ask(AGREEMENT + "ledger", secret).json()["items"]
    institute = {""} if actor in ("finance", "programme") else set()
    assert {one["party"] for one in ledger} == sees | institute
    pathways = ask(AGREEMENT + "pathways", secret).json()["items"]
    assert {code for one in pathways for code in one["chosen_by"]} == sees  # one confirmed choice each
    agreements = [one["code"] for one in ask("/api/v1/agreements", secret).json()["items"]]
    assert ("phase-1" in agreements) == (actor in ("finance", "programme"))
    assert ask("/api/v1/agreements/phase-1/parties", secret).status_code == (
        200 if actor in ("finance", "programme") else 404
    )


def test_without_a_good_key_nothing_opens(world: World) -> None:
    user = world.a.coordinator
    today = timezone.localdate()
    gone = key_of(user, expires_on=today - timedelta(days=1))
    closed = key_of(user, revoked_at=timezone.now())
    good = key_of(user)
    for secret in ("", gone, closed, "no such key", good + "x", good.upper()):
        for name in LISTS:
            answer = ask(AGREEMENT + name, secret)
            assert answer.status_code == 401
            assert answer["WWW-Authenticate"] == "Bearer"
            assert "town" not in answer.content.decode()
    client = Client()
    client.force_login(user)
    assert client.get(AGREEMENT + "parties").status_code == 401  # a session is no key
    assert ask(AGREEMENT + "parties", good).status_code == 200
    user.is_active = False
    user.save()
    assert ask(AGREEMENT + "parties", good).status_code == 401


def test_a_key_opens_only_its_kinds_of_data_and_says_so_in_the_callers_language(world: World) -> None:
    secret = key_of(world.programme, scopes=["parties"])
    assert ask(AGREEMENT + "parties", secret).status_code == 200
    for name in set(LISTS) - {"parties"}:
        answer = ask(AGREEMENT + name, secret, "th")
        assert answer.status_code == 403
        assert "กุญแจนี้เปิดดูข้อมูลประเภทนี้ไม่ได้" in answer.json()["detail"]


def test_pages_csv_and_marks(world: World) -> None:
    secret = key_of(world.programme)
    first = ask(AGREEMENT + "parties?page_size=1", secret)
    assert first.json()["count"] == first.json()["pages"] == 2
    second = ask(first.json()["next"], secret)
    assert [one["code"] for one in second.json()["items"]] == ["town-b"]
    assert second.json()["next"] is None
    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    assert ask(AGREEMENT + "parties?page=99", secret).json()["items"] == []
    assert first["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first["Vary"]
    again = ask(AGREEMENT + "parties?page_size=1", secret, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert second["ETag"] != first["ETag"]
    LocalGovernment.objects.filter(pk=world.b.participant.local_government_id).update(code="=1+1")
    table = ask(AGREEMENT + "parties?format=csv", secret)
    assert table["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["code"] for row in rows] == ["town-a", "'=1+1"]
    assert rows[0]["name_th"] == "เทศบาลเมืองที่ 1"
    chosen = ask(AGREEMENT + "pathways?format=csv", secret).content.decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(chosen)))["chosen_by"] == "town-a =1+1"


def test_what_is_not_understood_is_said_part_by_part(world: World) -> None:
    secret = key_of(world.programme)
    answer = ask(AGREEMENT + "parties?page=x&page_size=9999&format=xml", secret, "th")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"where": "query.page", "message": "ต้องเป็นจำนวนเต็ม"},
        {"where": "query.page_size", "message": "ไม่เกิน 500"},
        {"where": "query.format", "message": "เลือกหนึ่งค่า: json, csv"},
    ]
    assert ask(AGREEMENT + "parties?page=0", secret).json()["errors"][0]["message"] == "At least 1."
    assert ask("/api/v1/agreements/no%00such/parties", secret).status_code == 404
    assert ask("/api/v1/no/such/list").json()["detail"] == "There is nothing at this address."


def test_more_than_the_limit_is_refused_with_the_time_to_wait(world: World, settings: Any) -> None:
    settings.DATA_SERVICE_PER_MINUTE = 3
    secret = key_of(world.programme)
    words = [ask("/api/v1/agreements", secret).status_code for _number in range(9)]
    assert 429 in words[3:]  # a minute may begin in between
    last = next(answer for answer in iter(lambda: ask("/api/v1/agreements", secret), None) if answer.status_code == 429)
    assert 0 < int(last["Retry-After"]) <= 60
    guesses = [ask("/api/v1/agreements", f"guess-{number}").status_code for number in range(70)]
    assert set(guesses) == {401, 429}


def test_published_lessons_come_from_whoever_publishes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = registry.Publication("ABC", "ชื่อ", "ข้อความ", "ข้อเสนอแนะ", "องค์กรหนึ่ง", timezone.localdate(), pathway=2)
    providers: registry.Registry[registry.Publications] = registry.Registry("publications")
    providers.register(registry.Publications("tests", lambda agreement, most: [lesson], lambda agreement: 1))
    monkeypatch.setattr(registry, "publications", providers)
    found = ask(AGREEMENT + "lessons", key_of(world.a.coordinator)).json()["items"]
    assert [(one["code"], one["by"], one["pathway"]) for one in found] == [("ABC", "องค์กรหนึ่ง", 2)]
    front = Client().get("/", headers={"Accept-Language": "en"}).content.decode()
    assert "ข้อความ" in front


# --- keys ---------------------------------------------------------------------------------------


def test_a_key_is_made_on_the_page_shown_once_and_closed(world: World, client_of: Any) -> None:
    client = client_of("coordinator_a")
    last = timezone.localdate() + timedelta(days=90)
    sent = {
        "name": "ระบบอ่านของเมืองตัวอย่าง",
        "scopes": ["parties", "ledger"],
        "expires_on_day": last.day,
        "expires_on_month": last.month,
        "expires_on_year": last.year + 543,
        "form_token": "0" * 32,
    }
    assert client.post("/data/", sent).status_code == 302
    assert client.post("/data/", sent).status_code == 302  # the same form again makes nothing more
    token = DataToken.objects.exclude(pk=world.token.pk).get(user=world.a.coordinator)
    assert (token.scopes, token.expires_on) == (["parties", "ledger"], last)
    page = client.get("/data/").content.decode()
    secret = page.split('id="secret" type="text" readonly value="')[1].split('"')[0]
    assert secret not in client.get("/data/").content.decode()
    assert secret not in str(DataToken.objects.values().get(pk=token.pk))
    assert open_token(secret) == token
    token.refresh_from_db()
    assert token.last_used_on == timezone.localdate()
    assert client_of("coordinator_b").post(f"/data/{token.pk}/revoke/").status_code == 404
    assert open_token(secret) is not None
    assert client.post(f"/data/{token.pk}/revoke/").status_code == 302
    assert open_token(secret) is None
    assert revoke_token(token=token) is False
    assert "ระบบอ่านของเมืองตัวอย่าง" in client_of("programme").get("/data/").content.decode()  # staff see everybody's
    assert "ระบบอ่านของเมืองตัวอย่าง" not in client_of("finance").get("/data/").content.decode()


@pytest.mark.parametrize(
    ("scopes", "days"), [((), 9), (("parties", "everything"), 9), (("parties",), -1), (("parties",), 367)]
)
def test_a_key_without_bounds_is_refused(world: World, client_of: Any, scopes: tuple[str, ...], days: int) -> None:
    last = timezone.localdate() + timedelta(days=days)
    with pytest.raises(DomainError):
        give_token(user=world.programme, name="x", scopes=scopes, expires_on=last)
    sent = {
        "name": "ระบบ",
        "scopes": scopes,
        "expires_on_day": last.day,
        "expires_on_month": last.month,
        "expires_on_year": last.year + 543,
    }
    page = client_of("programme").post("/data/", sent)
    assert page.status_code == 200
    assert 'value="ระบบ"' in page.content.decode()  # nothing typed is lost
    assert not DataToken.objects.filter(user=world.programme).exists()


def test_nobody_has_keys_without_end(world: World) -> None:
    today = timezone.localdate()
    for _number in range(MOST_KEYS):
        give_token(user=world.programme, name="x", scopes=["parties"], expires_on=today)
    with pytest.raises(DomainError):
        give_token(user=world.programme, name="x", scopes=["parties"], expires_on=today)


# --- the description ----------------------------------------------------------------------------


def test_the_description_names_every_list_with_its_columns_and_needs_no_other_host(world: World) -> None:
    schema = ask("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.")
    assert len(schema["paths"]) == 5
    assert all(set(methods) == {"get"} for methods in schema["paths"].values())
    page = ask("/api/v1/", language="th").content.decode()
    for address in schema["paths"]:
        assert f"GET {address}" in page
    assert "chosen_by" in page
    assert "กุญแจ" in page
    assert 'src="http' not in page


@pytest.mark.parametrize("name", ["agreements", *LISTS])
def test_lists_cost_the_same_number_of_queries(name: str, world: World, django_assert_max_num_queries: Any) -> None:
    secret = key_of(world.programme)
    url = "/api/v1/agreements" if name == "agreements" else AGREEMENT + name
    ask(url, secret)
    with django_assert_max_num_queries(200) as few:
        ask(url, secret)
    for number in range(4):
        make.make_participant(f"more-{number}", agreement=world.agreement)
    with django_assert_max_num_queries(len(few)):
        ask(url, secret)


def test_scopes_and_lists_are_the_same() -> None:
    assert set(DataScope.values) == set(LISTS)
