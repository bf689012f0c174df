"""Pages of parties and people: the switch of agreements, contacts, the privacy notice."""

import pytest
from django.test import Client
from django.urls import reverse

from participants.models import LocalGovernment, NoticeAcknowledgement
from participants.notice import VERSION
from tests import factories as make

pytestmark = pytest.mark.django_db

SELECT, HOME, PRIVACY = "participants:agreement-select", "home", "privacy"


def test_the_agreement_chosen_stays(client: Client) -> None:
    first = make.make_participant()
    earlier = make.make_agreement("phase-1", current=False, short_title_th="ระยะที่หนึ่ง", short_title_en="Phase one")
    client.force_login(make.make_staff())
    client.post(reverse(SELECT), {"agreement": earlier.code})
    body = client.get(reverse("participants:participant-list")).content.decode()
    assert str(first) not in body
    client.post(reverse(SELECT), {"agreement": first.agreement.code})
    assert str(first) in client.get(reverse("participants:participant-list")).content.decode()


@pytest.mark.parametrize(
    ("asked", "opened"),
    [("/admin/", "/admin/"), ("", "/home/"), ("https://evil.example/", "/home/")],
)
def test_the_switch_leads_back_to_a_page_of_ours_alone(client: Client, asked: str, opened: str) -> None:
    agreement = make.make_agreement()
    client.force_login(make.make_staff())
    answer = client.post(reverse(SELECT), {"agreement": agreement.code, "next": asked})
    assert answer["Location"] == opened


@pytest.mark.parametrize("code", ["phase-1", "no-such-one", ""])
def test_an_agreement_out_of_reach_is_not_there(client: Client, code: str) -> None:
    party = make.make_participant()
    make.make_agreement("phase-1", current=False)
    client.force_login(make.make_coordinator(party))
    assert client.post(reverse(SELECT), {"agreement": code}).status_code == 404
    assert "agreement" not in client.session


def test_a_choice_that_is_out_of_reach_by_now_is_forgotten(client: Client) -> None:
    party = make.make_participant()
    other = make.make_agreement("phase-1", current=False)
    client.force_login(make.make_coordinator(party))
    session = client.session
    session["agreement"] = other.code
    session.save()
    assert str(party) in client.get(reverse("participants:participant-list")).content.decode()


# --- contacts -------------------------------------------------------------------------------


def contact_page(party: object) -> str:
    return reverse("participants:contact-edit", args=[party.agreement.code, party.code])  # type: ignore[attr-defined]  # a participant


def test_a_coordinator_changes_how_to_reach_the_organisation_and_nothing_else(client: Client) -> None:
    party = make.make_participant()
    client.force_login(make.make_coordinator(party))
    data = {
        "address": "1 ถนนใหญ่",
        "phone": "075 611 123",
        "email": "",
        "revision": "1",
        "code": "other",
        "is_demo": "on",
    }
    assert client.post(contact_page(party), data).status_code == 302
    body = LocalGovernment.objects.get(pk=party.local_government_id)
    assert (body.phone, body.code, body.is_demo) == ("075 611 123", party.code, False)
    assert body.history.first().history_user is not None


def test_the_second_of_two_editors_sees_what_the_first_wrote_and_keeps_the_own_words(client: Client) -> None:
    party = make.make_participant()
    client.force_login(make.make_coordinator(party))
    first = {"address": "", "phone": "075 000 001", "email": "", "revision": "1"}
    client.post(contact_page(party), first)
    answer = client.post(contact_page(party), {**first, "phone": "075 000 002"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "075 000 001" in body
    assert "075 000 002" in body
    assert LocalGovernment.objects.get(pk=party.local_government_id).phone == "075 000 001"
    client.post(contact_page(party), {**first, "phone": "075 000 002", "revision": "2"})
    assert LocalGovernment.objects.get(pk=party.local_government_id).phone == "075 000 002"


def test_a_wrong_address_is_explained(client: Client) -> None:
    party = make.make_participant()
    client.force_login(make.make_coordinator(party))
    answer = client.post(contact_page(party), {"address": "", "phone": "1", "email": "no address", "revision": "1"})
    assert answer.status_code == 200
    assert "no address" in answer.content.decode()
    assert LocalGovernment.objects.get(pk=party.local_government_id).phone == ""


# --- the privacy notice ---------------------------------------------------------------------


def test_everybody_reads_the_notice_once_for_each_version(client: Client) -> None:
    person = make.make_coordinator(make.make_participant(), acknowledged=False)
    client.force_login(person)
    target = reverse("participants:participant-list") + "?q=x"
    answer = client.get(target)
    assert answer["Location"] == f"{reverse(PRIVACY)}?next=%2Fparticipants%2F%3Fq%3Dx"
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(reverse(PRIVACY), {"next": target})["Location"] == target
    assert client.get(target).status_code == 200
    assert [one.version for one in person.notice_acknowledgements.all()] == [VERSION]
    NoticeAcknowledgement.objects.update(version="2500-01")
    again = Client()
    again.force_login(person)
    assert again.get(reverse(HOME)).status_code == 302


def test_reading_it_twice_is_recorded_once(client: Client) -> None:
    person = make.make_user()
    client.force_login(person)
    client.post(reverse(PRIVACY))
    assert person.notice_acknowledgements.count() == 1


def test_the_notice_leads_nowhere_else(client: Client) -> None:
    client.force_login(make.make_user())
    assert client.post(reverse(PRIVACY), {"next": "https://evil.example/"})["Location"] == reverse(HOME)


def test_strangers_may_read_the_notice_and_record_nothing(client: Client) -> None:
    assert client.get(reverse(PRIVACY)).status_code == 200
    assert client.post(reverse(PRIVACY)).status_code == 200
    assert not NoticeAcknowledgement.objects.exists()
