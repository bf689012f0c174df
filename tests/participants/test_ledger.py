"""The ledger with what people add to it: waivers, duties by hand, past days, parties that come and go."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mou_portal.records import Conflict, DomainError
from mou_portal.registry import State, one_evaluation, shared
from participants.ledger import cell_url, ledger_of
from participants.models import Amendment, Duty, DutyProof, Waiver
from participants.services import (
    accept_proof,
    add_duty,
    end_waiver,
    hand_in_proof,
    reject_proof,
    waive,
    withdraw_duty,
)
from tests import factories as make

DAY = date(2020, 7, 1)


def cell(world, name, party=None, day=DAY):
    party = (party or world.a).participant
    party.refresh_from_db()
    found = {row.obligation.name: one for row, one in ledger_of(world.agreement, day, [party]).column(party.pk)}
    return found[name].standing if name in found else None


def test_a_waiver_holds_from_its_signature_until_it_is_taken_back(world):
    told = {"reason": "น้ำท่วม", "signed_by": "ผู้อำนวยการ", "signed_on": date(2020, 5, 1)}
    where = {"agreement": world.agreement, "participant": world.b.participant, "duty_name": "work-presented"}
    given = world.b.presentations["given"]
    given.reviews.all().delete()
    given.delete()
    with pytest.raises(PermissionDenied):
        waive(**where, **told, user=world.b.coordinator)
    with pytest.raises(DomainError):
        waive(**where, **told | {"reason": " "}, user=world.programme)
    with pytest.raises(DomainError):
        waive(**where, **told | {"signed_on": timezone.localdate() + timedelta(days=1)}, user=world.programme)
    waiver = waive(**where, **told, user=world.programme)
    with pytest.raises(Conflict):
        waive(**where, **told, user=world.programme)
    assert cell(world, "work-presented", world.b, date(2020, 4, 30)).state is State.DUE
    standing = cell(world, "work-presented", world.b)
    assert (standing.state, standing.note) == (State.WAIVED, "น้ำท่วม")
    assert "ผู้อำนวยการ" in standing.proofs[-1].label
    end_waiver(waiver=waiver, user=world.programme, reason="เข้าร่วมได้แล้ว", day=date(2020, 6, 1))
    with pytest.raises(Conflict):
        end_waiver(waiver=waiver, user=world.programme, reason="อีกครั้ง")
    assert cell(world, "work-presented", world.b).state is State.DUE
    assert cell(world, "work-presented", world.b, date(2020, 5, 2)).state is State.WAIVED
    assert waiver.history.count() == 2
    fields = {"agreement": world.agreement, "duty_name": "x", "signed_on": DAY, "created_by": world.programme}
    with pytest.raises(IntegrityError), transaction.atomic():
        Waiver.objects.create(**fields, reason="", signed_by="")


def test_a_duty_by_hand_is_proved_by_what_was_accepted(world):
    a, b = world.a.participant, world.b.participant
    told = {
        "clause": world.agreement.clauses.get(number="3"),
        "obliged": "local_government",
        "title_th": "ส่งแผน",
        "title_en": "Send the plan",
        "added_on": date(2020, 1, 1),
        "due_on": date(2020, 6, 30),
        "participants": [a],
    }
    with pytest.raises(PermissionDenied):
        add_duty(**told, user=world.finance)
    with pytest.raises(DomainError):
        add_duty(**told | {"due_on": date(2019, 12, 1)}, user=world.programme)
    duty = add_duty(**told, user=world.programme)
    assert cell(world, duty.name).state is State.OVERDUE
    assert cell(world, duty.name, world.b).state is State.NOT_APPLICABLE
    assert cell(world, duty.name, day=date(2019, 12, 31)) is None
    proof = {"duty": duty, "label": "หนังสือนำส่ง", "proved_on": date(2020, 5, 5)}
    for user, participant in ((world.b.coordinator, a), (world.a.executive, a), (world.a.coordinator, None)):
        with pytest.raises(PermissionDenied):
            hand_in_proof(**proof, participant=participant, user=user)
    with pytest.raises(DomainError):
        hand_in_proof(**proof, participant=b, user=world.programme)
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(DomainError):
        hand_in_proof(**proof | {"proved_on": tomorrow}, participant=a, user=world.programme)
    handed_in = hand_in_proof(**proof, participant=a, user=world.a.coordinator)
    assert cell(world, duty.name).state is State.OVERDUE, "what waits does not count"
    accept_proof(proof=handed_in, user=world.programme)
    assert cell(world, duty.name).state is State.FULFILLED
    assert cell(world, duty.name, day=date(2020, 5, 4)).state is State.DUE
    with pytest.raises(DomainError):
        reject_proof(proof=handed_in, user=world.programme, note="")
    reject_proof(proof=handed_in, user=world.programme, note="ไม่ครบ")
    assert cell(world, duty.name).state is State.OVERDUE
    assert hand_in_proof(**proof, participant=a, user=world.programme).state == "accepted"
    withdraw_duty(duty=duty, user=world.programme, day=date(2020, 6, 1))
    assert (cell(world, duty.name), cell(world, duty.name, day=date(2020, 5, 31)).state) == (None, State.FULFILLED)
    with pytest.raises(Conflict):
        withdraw_duty(duty=duty, user=world.programme)
    with pytest.raises(DomainError):
        hand_in_proof(**proof, participant=a, user=world.programme)


def test_a_party_owes_nothing_before_it_joins_and_after_it_leaves(world):
    party = world.b.participant
    world.b.choices["confirmed"].versions.update(state="draft")
    party.joined_on, party.left_on = date(2020, 1, 1), date(2020, 6, 30)
    party.save()
    days = (date(2019, 12, 31), date(2020, 1, 1), date(2020, 6, 30), DAY)
    states = [cell(world, "pathway-choice", world.b, day).state for day in days]
    assert states == [State.NOT_APPLICABLE, State.DUE, State.DUE, State.NOT_APPLICABLE]
    signature = cell(world, "signature", world.b)
    assert (signature.state, signature.due_on) == (State.FULFILLED, party.joined_on), "what was fulfilled stays so"


def test_a_past_day_goes_by_the_days_of_the_facts_and_the_end_that_held_then(world):
    assert cell(world, "pathway-choice", day=date(2020, 2, 2)).state is State.DUE
    assert cell(world, "pathway-choice", day=date(2020, 2, 3)).state is State.FULFILLED  # confirmed that day
    assert cell(world, "experience-exchanged", day=date(2020, 1, 14)).state is State.DUE
    Amendment.objects.create(
        agreement=world.agreement,
        number=2,
        title_th="ขยายเวลา",
        signed_on=date(2020, 9, 1),
        old_ends_on=world.agreement.ends_on,
        new_ends_on=date(2021, 3, 31),
    )
    old, world.agreement.ends_on = world.agreement.ends_on, date(2021, 3, 31)
    world.agreement.save()
    world.a.choices["confirmed"].versions.update(state="draft")
    assert [cell(world, "pathway-choice", day=day).due_on for day in (date(2020, 8, 31), date(2020, 9, 1))] == [
        old,
        date(2021, 3, 31),
    ]


def test_facts_are_read_once_in_an_evaluation():
    asked = []

    def read(numbers):
        asked.append(numbers)
        return len(numbers)

    with one_evaluation():
        assert [shared(read, [1, 2]), shared(read, [1, 2]), shared(read, [3])] == [2, 2, 1]
    assert asked == [[1, 2], [3]]
    assert shared(read, [3]) == 1
    assert len(asked) == 3


def test_the_ledger_takes_as_many_queries_for_some_as_for_many(world):
    def number_of_queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            ledger_of(world.agreement, DAY)
            ledger_of(world.agreement, timezone.localdate())
        return len(captured)

    few = number_of_queries()
    for number in range(30):
        party = make.make_participant(f"more-{number}", agreement=world.agreement)
        make.make_proof(world.duty, party, by=world.programme, file=None, state="accepted", decided_by=world.programme)
        make.make_waiver(world.agreement, party, "signature", by=world.programme, file=None)
    make.make_duty(world.agreement, by=world.programme)
    assert number_of_queries() == few


def test_pages_of_a_cell(world, client_of):
    """A proof is handed in with a file, looked at and accepted; a waiver is given and taken back."""
    staff, own = client_of("programme"), client_of("coordinator_a")
    url = cell_url(world.agreement, world.duty.name, world.a.participant)
    png = SimpleUploadedFile("แผน.png", make.png())
    said = {"label": "หนังสือ กบ 1", "proved_on": "2020-06-01", "upload": png}
    assert own.post(f"{url}prove/", said).url == url
    proof = DutyProof.objects.get(label="หนังสือ กบ 1")
    assert (proof.state, proof.participant, proof.file.original_name) == ("submitted", world.a.participant, "แผน.png")
    bad = SimpleUploadedFile("แผน.png", b"no picture")
    answer = own.post(f"{url}prove/", said | {"upload": bad, "label": "เก็บไว้"})
    assert (answer.status_code, "เก็บไว้" in answer.content.decode()) == (200, True)
    assert str(proof.label) in staff.get(reverse("admin:index")).content.decode()
    staff.post(reverse("ledger:proof-accept", args=[proof.pk]))
    page = own.get(url).content.decode()
    assert reverse("ledger:proof-download", args=[proof.pk]) in page
    assert own.get(reverse("ledger:proof-download", args=[proof.pk])).getvalue() == make.png()
    assert own.get(f"{url}?day=2019-09-01").status_code == 200
    waive_url = cell_url(world.agreement, "presentation-day", world.b.participant)
    told = {"reason": "น้ำท่วม", "signed_by": "ผู้อำนวยการ", "signed_on": "2020-05-01", "document_number": "1/2563"}
    assert staff.post(f"{waive_url}waive/", told | {"signed_by": ""}).status_code == 200
    assert not Waiver.objects.filter(duty_name="presentation-day").exists()
    assert staff.post(f"{waive_url}waive/", told).url == waive_url
    waiver = Waiver.objects.get(duty_name="presentation-day")
    assert waiver.participant == world.b.participant
    assert staff.post(reverse("ledger:waiver-end", args=[waiver.pk]), {"note": "จัดใหม่"}).url == waive_url
    waiver.refresh_from_db()
    assert waiver.end_reason == "จัดใหม่"


def test_pages_of_duties_by_hand(world, client_of):
    staff = client_of("programme")
    clause = world.agreement.clauses.get(number="3")
    said = {
        "clause": clause.pk,
        "obliged": "local_government",
        "title_th": "ส่งแผนงาน",
        "title_en": "",
        "added_on": "2020-02-01",
        "due_on": "2020-01-01",
        "parties": ["town-a"],
    }
    assert "ส่งแผนงาน" in staff.post(reverse("ledger:duty-create"), said).content.decode()
    assert not Duty.objects.filter(title_th="ส่งแผนงาน").exists()
    assert staff.post(reverse("ledger:duty-create"), said | {"due_on": "2563-03-01"}).status_code == 302
    duty = Duty.objects.get(title_th="ส่งแผนงาน")
    assert (duty.due_on, [part.participant for part in duty.parties.all()]) == (date(2020, 3, 1), [world.a.participant])
    edit = reverse("ledger:duty-edit", args=[duty.pk])
    stale = said | {"title_th": "ส่งแผนฉบับแก้", "due_on": "2020-04-01", "revision": "1"}
    assert staff.post(edit, stale).status_code == 302
    assert "ส่งแผนอีกแบบ" in staff.post(edit, stale | {"title_th": "ส่งแผนอีกแบบ"}).content.decode()
    duty.refresh_from_db()
    assert duty.title_th == "ส่งแผนฉบับแก้", "who saves on an old revision overwrites nothing"
    staff.post(reverse("ledger:duty-withdraw", args=[duty.pk]))
    duty.refresh_from_db()
    assert duty.withdrawn_on == timezone.localdate()
