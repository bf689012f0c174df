"""The handover pack: what is in it, who reads it, and where the admin site points to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from mou_portal.handover import handover_context
from mou_portal.registry import reports
from mou_portal.report_pages import make_pdf
from participants.models import Membership, Participant
from seminars.models import SeminarState
from tests import factories as make
from tests.pdf_checks import accessibility_findings, extract_text, holds_text
from tests.world import World


def page_of(party: Any) -> str:
    return reverse("handover-detail", args=[party.participant.agreement.code, party.participant.code])


def loaded(party: Any) -> Participant:
    return Participant.objects.with_names().get(pk=party.participant.pk)


@pytest.mark.parametrize(
    ("actor", "status"),
    [
        ("coordinator_a", 200),
        ("executive_a", 200),
        ("programme", 200),
        ("administrator", 200),
        ("coordinator_b", 404),
        ("adviser", 403),
        ("researcher", 403),
        ("finance", 403),
        ("anonymous", 302),
    ],
)
def test_the_pack_is_for_own_people_and_programme_staff(world: World, client_of: Any, actor: str, status: int) -> None:
    client: Client = client_of(actor)
    assert client.get(page_of(world.a)).status_code == status
    report = f"{reverse('report-download', args=['handover-pack'])}?participant={world.a.participant.code}"
    if status != 200:
        assert client.get(report).status_code == status
        shown = client.get(world.a.participant.get_absolute_url()).content.decode()
        assert page_of(world.a) not in shown


def test_the_participants_page_leads_to_it(world: World, client_of: Any) -> None:
    assert page_of(world.a) in client_of("executive_a").get(world.a.participant.get_absolute_url()).content.decode()


def test_the_pack_gathers_what_a_successor_needs(world: World) -> None:
    today = timezone.localdate()
    soon = make.make_seminar(
        world.agreement, starts_on=today + timedelta(days=9), title_th="สัมมนาหน้า", title_en="Next one"
    )
    assert soon.state == SeminarState.ANNOUNCED
    former = make.make_coordinator(world.a.participant, name_th="ผู้ประสานเดิม", ends_on=date(2019, 12, 31))
    context = handover_context(loaded(world.a))
    waiting = " ".join(item.url for item in context["waiting"])
    assert f"/updates/{world.a.updates['returned'].pk}/" in waiting
    assert f"/updates/{world.a.updates['draft'].pk}/" in waiting
    assert f"/updates/{world.b.updates['returned'].pk}/" not in waiting
    assert [one.url for _day, one in context["coming"]] == [soon.get_absolute_url()]
    assert [cell.standing.state for _row, cell in context["column"]]
    held = {one.user: holds for one, holds in context["people"]}
    assert held == {world.a.coordinator: True, world.a.executive: True, former: False}
    assert [one.user for one, _holds in context["advisers"]] == [world.adviser]
    assert world.a.document in context["documents"]
    assert world.b.document not in context["documents"]
    assert context["money"].due > 0


def test_it_is_whole_without_anybody_in_office(world: World) -> None:
    Membership.objects.filter(participant=world.a.participant).update(ends_on=date(2019, 12, 31))
    context = handover_context(loaded(world.a))
    assert context["waiting"]
    assert not any(holds for _one, holds in context["people"])


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_report_says_it_in_both_languages(world: World, language: str) -> None:
    report = reports.get("handover-pack")
    pdf = make_pdf(report, loaded(world.a), language)
    text = extract_text(pdf, "poppler")
    name = {"th": world.a.participant.name_th, "en": world.a.participant.name_en}[language]
    with translation.override(language):
        amount = str(handover_context(loaded(world.a))["money"].balance_words)
    for part in (name, world.a.coordinator.email, "หนังสือมอบอำนาจ", amount):
        assert holds_text(text, part), part
    assert not holds_text(text, world.b.coordinator.email)
    assert not accessibility_findings(pdf)


def test_more_rows_cost_no_more_questions(world: World) -> None:
    participant = loaded(world.a)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            handover_context(participant)
        return len(asked)

    one = cost()
    for number in range(3):
        make.make_coordinator(world.a.participant)
        make.make_document(world.agreement, world.programme, participant=world.a.participant)
        make.make_seminar(world.agreement, starts_on=timezone.localdate() + timedelta(days=number + 1))
    assert cost() == one


def test_the_admin_site_points_to_it_when_somebody_leaves_or_somebody_else_signs(world: World, client_of: Any) -> None:
    programme: Client = client_of("programme")
    membership = world.a.coordinator.memberships.get()
    url = reverse("admin:participants_membership_changelist")
    answer = programme.post(url, {"action": "end_today", "_selected_action": [membership.pk]}, follow=True)
    membership.refresh_from_db()
    assert membership.ends_on == timezone.localdate()
    assert page_of(world.a) in answer.content.decode()
    assert page_of(world.b) not in answer.content.decode()


def test_a_changed_signatory_points_to_it_too(world: World, client_of: Any) -> None:
    programme: Client = client_of("programme")
    url = reverse("admin:participants_participant_change", args=[world.a.participant.pk])
    form = programme.get(url).context["adminform"].form
    sent = {
        name: "" if value is None else value
        for name in form.fields
        if (value := form.get_initial_for_field(form.fields[name], name)) is not False
    }
    for name in ("signed_on", "joined_on", "left_on"):
        day = sent.pop(name, None)
        parts = (day.day, day.month, day.year) if day else ("", "", "")
        sent |= {f"{name}_{part}": value for part, value in zip(("day", "month", "year"), parts, strict=True)}
    answer = programme.post(url, {**sent, "signatory_as_printed": "นางคนใหม่ มาแทน"}, follow=True)
    world.a.participant.refresh_from_db()
    assert world.a.participant.signatory_as_printed == "นางคนใหม่ มาแทน"
    assert page_of(world.a) in answer.content.decode()
