"""One e-mail a day to each person for whom something is due: what waits, until when, and the links that do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Max, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from mou_portal.registry import Agenda, AgendaItem, agenda
from participants.access import FINANCE_STAFF, PROGRAMME_STAFF, access_of
from participants.life import AgreementStatus
from participants.models import (
    AdviserAssignment,
    Agreement,
    Membership,
    Participant,
    ReminderLog,
    ReminderRule,
    ReminderState,
    User,
)
from participants.reminding import LONGEST_GAP, Occasion, days_since, is_occasion

#: Of what waits besides, a message names no more than this of each agreement.
MOST_BESIDES = 20
#: After so many failures in a row the mail server is taken to be down, and the rest waits for the next run.
MOST_FAILURES = 5
SECONDS_FOR_THE_MAIL_SERVER = 20


@dataclass(frozen=True)
class Section:
    """What a message says of one agreement: what it reminds of, what waits ``besides``, and how much ``more``."""

    agreement: Agreement
    items: list[AgendaItem]
    besides: list[AgendaItem]
    more: int = 0


@dataclass(frozen=True)
class Digest:
    """One person's message, in the person's language."""

    user: User
    subject: str
    body: str
    item_count: int


@dataclass
class Outcome:
    """What a run did. ``stopped``: the mail server did not answer, and the rest was left for the next run."""

    sent: list[Digest] = field(default_factory=list)
    failed: list[Digest] = field(default_factory=list)
    stopped: bool = False


def area_of(provider: Agenda) -> str:
    """The app that a provider belongs to, by which rules tell things apart."""
    return provider.items.__module__.partition(".")[0]


def agreements_to_remind_of(day: date) -> list[Agreement]:
    """The current agreement, and others that are in force on the day. One query."""
    return [one for one in Agreement.objects.all() if one.is_current or one.status(day) == AgreementStatus.IN_FORCE]


def people_on(day: date) -> list[User]:
    """Everybody active who has a role on the day: of a party that has not left, of an agreement, or as staff."""
    holds = Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day))
    left = Q(participant__left_on__lt=day)
    staff = Q(is_superuser=True) | Q(is_staff=True, groups__name__in=[PROGRAMME_STAFF, FINANCE_STAFF])
    roles = Q(pk__in=Membership.objects.filter(holds).exclude(left).values("user_id"))
    advises = Q(pk__in=AdviserAssignment.objects.filter(holds).exclude(left).values("user_id"))
    people = User.objects.filter(is_active=True).filter(roles | advises | staff)
    return list(people.distinct().order_by("pk").prefetch_related("groups"))


def digests_for(day: date) -> Iterator[Digest]:
    """Make the messages of a day, one at a time, for those who have got none yet. Writes nothing.

    Besides a constant number of queries, each person costs what the agenda providers themselves ask.
    """
    rules = [Occasion(rule.area, rule.offset_days, rule.weekday) for rule in ReminderRule.objects.filter(is_on=True)]
    agreements = agreements_to_remind_of(day)
    if not rules or not agreements:
        return
    left = frozenset(Participant.objects.filter(left_on__lt=day).values_list("pk", flat=True))
    done = set(
        ReminderLog.objects.filter(day=day).exclude(state=ReminderState.FAILED).values_list("user_id", flat=True)
    )
    last_run = ReminderLog.objects.filter(day__lt=day, state=ReminderState.SENT).aggregate(day=Max("day"))["day"]
    missed = _missed(day)
    for user in people_on(day):
        if user.pk in done:
            continue
        days = days_since(missed.get(user.pk, last_run), day)
        with translation.override(user.language):
            sections = list(_sections(user, agreements, day, days, rules, left))
            if sections:
                yield _digest(user, sections)


def _missed(day: date) -> dict[int, date]:
    """Whose message failed on an earlier day and was not made up for: the day before the first failure, by person."""
    rows = ReminderLog.objects.filter(day__lt=day, day__gte=day - LONGEST_GAP).order_by("day")
    missed: dict[int, date] = {}
    for user_id, on, state in rows.values_list("user_id", "day", "state"):
        if state == ReminderState.FAILED:
            missed.setdefault(user_id, on - timedelta(days=1))
        elif state == ReminderState.SENT:
            missed.pop(user_id, None)
    return missed


def _sections(
    user: User,
    agreements: list[Agreement],
    day: date,
    days: list[date],
    rules: list[Occasion],
    left: frozenset[int],
) -> Iterator[Section]:
    access = access_of(user, day)
    for agreement in agreements:
        if not access.staff and agreement.pk not in access.agreement_ids:
            continue
        due: list[AgendaItem] = []
        besides: list[AgendaItem] = []
        for provider in agenda:
            area = area_of(provider)
            for item in provider.items(user, agreement, day):
                if item.participant_id not in left:
                    within = f"{area}.{item.kind}" if item.kind else area
                    (due if is_occasion(within, item.due_on, days, rules) else besides).append(item)
        if due:
            besides = _pressing_first(besides)
            yield Section(agreement, _pressing_first(due), besides[:MOST_BESIDES], max(len(besides) - MOST_BESIDES, 0))


def _pressing_first(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    return sorted(items, key=lambda item: (not item.urgent, item.due_on or date.max, item.title))


def _digest(user: User, sections: list[Section]) -> Digest:
    count = sum(len(section.items) for section in sections)
    said = ngettext("%(count)d thing waits for you", "%(count)d things wait for you", count) % {"count": count}
    subject = " ".join(f"{said} · {sections[0].agreement}".split())
    context: dict[str, Any] = {"person": user, "sections": sections, "site_url": settings.SITE_URL}
    return Digest(user, subject, render_to_string("participants/email/digest.txt", context).strip() + "\n", count)


# --- sending --------------------------------------------------------------------------------
def send_digests(day: date) -> Outcome:
    """Send the messages of a day. Running it again sends nothing twice and tries once more what failed.

    For each person the log's row is written first and the message sent after it, outside any transaction: a run that
    is cut off in between leaves the row at "being sent", and the person gets at most one message.
    """
    outcome = Outcome()
    failures = 0
    connection = get_connection(timeout=SECONDS_FOR_THE_MAIL_SERVER)
    for digest in digests_for(day):
        row = _claim(digest, day)
        if row is None:
            continue
        if _send(digest, row, connection):
            outcome.sent.append(digest)
            failures = 0
            continue
        outcome.failed.append(digest)
        failures += 1
        if failures == MOST_FAILURES:
            outcome.stopped = True
            break
    connection.close()
    return outcome


def _claim(digest: Digest, day: date) -> ReminderLog | None:
    """The log's row for this message, if no other run has it: new, or one that failed before."""
    said = {"subject": digest.subject[:300], "item_count": digest.item_count}
    row, is_new = ReminderLog.objects.get_or_create(user=digest.user, day=day, defaults=said)
    if is_new:
        return row
    again = ReminderLog.objects.filter(pk=row.pk, state=ReminderState.FAILED)
    return row if again.update(state=ReminderState.SENDING, error="", **said) else None


def _send(digest: Digest, row: ReminderLog, connection: Any) -> bool:
    message = EmailMessage(
        digest.subject,
        digest.body,
        to=[digest.user.email],
        connection=connection,
        headers={"Auto-Submitted": "auto-generated"},  # nobody's out-of-office note answers it
    )
    logged = ReminderLog.objects.filter(pk=row.pk)
    try:
        connection.open()  # one line to the server for the whole run
        message.send()
    except (OSError, ValueError) as error:  # the server or the line; an address or a head that cannot be written
        logged.update(state=ReminderState.FAILED, error=f"{type(error).__name__}: {error}"[:500])
        connection.close()
        return False
    logged.update(state=ReminderState.SENT, sent_at=timezone.now())
    return True
