"""Reminders: who gets one, in which words, once a day whatever happens, and with how many questions."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.digests import digests_for, send_digests
from participants.models import Membership, ReminderLog, ReminderRule, ReminderState, User
from tests import factories as make
from tests.participants.failing_mail import RefusingBackend
from tests.world import World

REFUSING = "tests.participants.failing_mail.RefusingBackend"
CUT_OFF = "tests.participants.failing_mail.CutOffBackend"


@pytest.fixture
def day(world: World) -> date:
    """The day on which the last report of the cast is due, and rules that remind of it on that day alone."""
    ReminderRule.objects.all().delete()
    ReminderLog.objects.all().delete()
    ReminderRule.objects.create(area="pathways", offset_days=0)
    return world.periods[4].due_on


def receivers() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)


# --- who and what ---------------------------------------------------------------------------
def test_those_for_whom_something_is_due_get_one_message(world: World, day: date) -> None:
    send_digests(day)
    assert receivers() == ["coordinator-town-a@example.org"]  # of the other party the period is skipped
    body = mail.outbox[0].body
    assert f"https://testserver/pathways/choices/{world.a.choices['confirmed'].pk}" in body.replace(
        "http://", "https://"
    )


def test_a_message_is_in_the_readers_language_with_the_readers_years(world: World, day: date) -> None:
    User.objects.filter(pk=world.a.coordinator.pk).update(language="en")
    send_digests(day)
    User.objects.filter(pk=world.a.coordinator.pk).update(language="th")
    ReminderLog.objects.all().delete()
    send_digests(day)
    english, thai = mail.outbox
    assert "wait" in english.subject
    assert "Dear Somchai Jaidee" in english.body
    assert f"{day.year}" in english.body
    assert f"{day.year + 543}" in thai.body
    assert "สมชาย" in thai.body
    assert f"by {day.day}" not in thai.body


def test_nobody_who_left_or_is_inactive_gets_one(world: World, day: date) -> None:
    Membership.objects.filter(user=world.a.coordinator).update(ends_on=day - timedelta(days=1))
    send_digests(day)
    assert receivers() == []
    Membership.objects.filter(user=world.a.coordinator).update(ends_on=day)  # the last day counts
    User.objects.filter(pk=world.a.coordinator.pk).update(is_active=False)
    send_digests(day)
    assert receivers() == []
    User.objects.filter(pk=world.a.coordinator.pk).update(is_active=True)
    world.a.participant.left_on = day - timedelta(days=1)
    world.a.participant.save()
    send_digests(day)
    assert receivers() == []


def test_a_message_holds_nothing_of_another_party(world: World, day: date) -> None:
    ReminderRule.objects.create(weekday=day.weekday())
    send_digests(day)
    by_address = {message.to[0]: message.body for message in mail.outbox}
    own = f"/pathways/updates/{world.a.updates['returned'].pk}/"
    foreign = f"/pathways/updates/{world.b.updates['returned'].pk}/"
    assert own in by_address["coordinator-town-a@example.org"]
    assert foreign not in by_address["coordinator-town-a@example.org"]
    assert foreign in by_address["coordinator-town-b@example.org"]


def test_a_rule_that_is_off_or_for_another_area_reminds_nobody(world: World, day: date) -> None:
    ReminderRule.objects.update(area="expenses")
    send_digests(day)
    ReminderRule.objects.update(area="", is_on=False)
    send_digests(day)
    assert receivers() == []


def test_what_is_not_asked_for_is_named_below(world: World, day: date) -> None:
    User.objects.filter(pk=world.a.coordinator.pk).update(language="en")
    digest = next(digest for digest in digests_for(day) if digest.user == world.a.coordinator)
    assert digest.item_count == 1
    due, _mark, besides = digest.body.partition("Also waiting:")
    returned = f"/pathways/updates/{world.a.updates['returned'].pk}/"
    assert returned in besides
    assert returned not in due


# --- once a day -----------------------------------------------------------------------------
def test_a_second_run_sends_nothing(world: World, day: date) -> None:
    send_digests(day)
    assert not send_digests(day).sent
    assert len(mail.outbox) == 1
    row = ReminderLog.objects.get()
    assert (row.user, row.day, row.state, row.item_count) == (world.a.coordinator, day, ReminderState.SENT, 1)
    assert row.subject == mail.outbox[0].subject
    assert row.sent_at is not None


def test_a_run_that_is_cut_off_sends_at_most_once(world: World, day: date, settings: Any) -> None:
    settings.EMAIL_BACKEND = CUT_OFF
    with pytest.raises(KeyboardInterrupt):
        send_digests(day)
    assert len(mail.outbox) == 1
    assert ReminderLog.objects.get().state == ReminderState.SENDING
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_digests(day)
    assert len(mail.outbox) == 1


def test_what_failed_is_kept_and_tried_again(
    world: World, day: date, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = REFUSING
    monkeypatch.setattr(RefusingBackend, "refused", {"coordinator-town-a@example.org"})
    with pytest.raises(CommandError):
        call_command("send_reminders", date=day)
    row = ReminderLog.objects.get()
    assert row.state == ReminderState.FAILED
    assert "no such person" in row.error
    monkeypatch.setattr(RefusingBackend, "refused", set())
    assert len(send_digests(day).sent) == 1
    row.refresh_from_db()
    assert (row.state, row.error) == (ReminderState.SENT, "")


def test_the_next_day_makes_up_for_a_failure_and_for_a_missed_run(
    world: World, day: date, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = REFUSING
    monkeypatch.setattr(RefusingBackend, "refused", {"coordinator-town-a@example.org"})
    send_digests(day)
    monkeypatch.setattr(RefusingBackend, "refused", set())
    assert len(send_digests(day + timedelta(days=1)).sent) == 1
    assert not send_digests(day + timedelta(days=2)).sent


def test_a_dry_run_sends_and_writes_nothing(world: World, day: date, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("send_reminders", "--date", day.isoformat(), "--dry-run")
    assert "coordinator-town-a@example.org" in capsys.readouterr().out
    assert not mail.outbox
    assert not ReminderLog.objects.exists()


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError):
        call_command("send_reminders", "--date", "31/02/2563")


# --- how many questions ---------------------------------------------------------------------
def test_more_people_of_one_kind_cost_each_the_same(world: World, day: date) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert list(digests_for(day))
        return len(asked)

    one = cost()
    make.make_coordinator(world.a.participant)
    two = cost()
    for _number in range(3):
        make.make_coordinator(world.a.participant)
    assert cost() - two == 3 * (two - one)


# --- rules in the admin site ----------------------------------------------------------------
def test_the_first_rules_are_made_once(db: None) -> None:
    ReminderRule.objects.all().delete()
    first = import_module("participants.migrations.0003_first_reminder_rules")
    for _again in range(2):
        first.add_rules(apps, connection.schema_editor())
    assert ReminderRule.objects.filter(weekday=None).count() == len(first.OFFSETS)
    assert ReminderRule.objects.filter(offset_days=None).count() == 1


def test_programme_staff_change_rules_and_others_do_not(world: World, client_of: Any, day: date) -> None:
    rule = ReminderRule.objects.get()
    url = reverse("admin:participants_reminderrule_change", args=[rule.pk])
    sent = {"area": "seminars", "offset_days": "-2", "weekday": "", "is_on": "on"}
    finance: Client = client_of("finance")
    assert finance.post(url, sent).status_code == 403
    programme: Client = client_of("programme")
    answer = programme.post(url, {**sent, "weekday": "1"})
    assert answer.status_code == 200  # both a number of days and a weekday
    rule.refresh_from_db()
    assert (rule.area, rule.offset_days) == ("pathways", 0)
    assert programme.post(url, sent).status_code == 302
    rule.refresh_from_db()
    assert (rule.area, rule.offset_days, rule.history.count()) == ("seminars", -2, 2)
    assert programme.get(reverse("admin:participants_reminderrule_changelist")).status_code == 200


def test_the_log_is_read_only(world: World, client_of: Any, day: date) -> None:
    send_digests(day)
    row = ReminderLog.objects.get()
    programme: Client = client_of("programme")
    assert programme.get(reverse("admin:participants_reminderlog_changelist")).status_code == 200
    url = reverse("admin:participants_reminderlog_change", args=[row.pk])
    assert programme.post(url, {"subject": "x"}).status_code == 403
    assert (
        client_of("administrator").post(reverse("admin:participants_reminderlog_delete", args=[row.pk])).status_code
        == 403
    )
    assert ReminderLog.objects.filter(pk=row.pk, subject=row.subject).exists()
