"""Data to check and missing documents: each finding with the link that mends it, gone once it is mended."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone

from mou_portal.registry import checks
from participants.documents import missing_documents
from participants.models import PartyDocument, ReminderLog, ReminderState
from tests import factories as make


def found(world, name):
    return [(one.participant_id, one.url) for one in checks.get(name).find(world.agreement, timezone.localdate())]


def test_each_kind_finds_what_is_wrong_and_nothing_else(world, client_of):
    a, b = world.a.participant, world.b.participant
    a.check_against_original = True
    a.save()
    assert found(world, "names") == [(a.pk, reverse("admin:participants_participant_change", args=[a.pk]))]
    world.b.coordinator.memberships.update(ends_on=date(2020, 1, 1))
    assert [pk for pk, _url in found(world, "coordinators")] == [b.pk]
    a.local_government.phone = "075 000 000"
    a.local_government.save()
    assert [pk for pk, _url in found(world, "contacts")] == [b.pk]
    for day, state in ((date(2020, 2, 1), ReminderState.FAILED), (date(2020, 2, 2), ReminderState.FAILED)):
        ReminderLog.objects.create(
            user=world.a.coordinator, day=day, state=state, subject="x", item_count=1, error="550 no such user"
        )
    assert [url for _pk, url in found(world, "addresses")] == [
        reverse("admin:participants_user_change", args=[world.a.coordinator.pk])
    ]
    ReminderLog.objects.create(
        user=world.a.coordinator, day=date(2020, 2, 3), state="sent", subject="x", item_count=1, sent_at=make.MOMENT
    )
    assert found(world, "addresses") == [], "the newest one arrived"
    update = world.a.updates["accepted"]
    assert found(world, "evidence") == []
    update.evidence.all().delete()
    assert found(world, "evidence") == [(a.pk, update.get_absolute_url())]
    version = world.b.choices["confirmed"].versions.get()
    version.document_file, version.document_number = None, ""
    version.save()
    assert [pk for pk, _url in found(world, "choice-documents")] == [b.pk]
    page = client_of("programme").get(reverse("check-list")).content.decode()
    assert update.get_absolute_url() in page
    export = client_of("programme").get(reverse("check-list") + "?kind=evidence&export=csv").getvalue().decode()
    assert update.get_absolute_url() in export


def test_missing_documents(world, client_of):
    def missing():
        return [(one.participant, one.kind) for one in missing_documents(world.agreement, timezone.localdate())]

    assert missing() == [(None, "minutes")]
    world.a.document.file = None
    world.a.document.number = ""
    world.a.document.save()
    assert missing() == [(None, "minutes"), (world.a.participant, "authorising_letter")]
    PartyDocument.objects.filter(participant=world.b.participant).delete()
    world.document.delete()
    assert missing() == [
        (None, "signed_scan"),
        (None, "minutes"),
        (world.b.participant, "authorising_letter"),
        (world.a.participant, "authorising_letter"),
    ]
    url = reverse("participants:document-list")
    add = reverse("admin:participants_partydocument_add")
    assert add in client_of("programme").get(url).content.decode()
    page = client_of("coordinator_a").get(url + "?kind=authorising_letter&party=town-a").content.decode()
    assert (world.a.document.title in page, add in page) == (True, False)
